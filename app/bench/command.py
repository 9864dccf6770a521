"""``run.py bench``: fills a database of its own, measures, prints a table and keeps the same as JSON."""

from __future__ import annotations

import argparse
import datetime
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.bench import filling, life, notices, pages, payments, processor, runs, services
from app.bench.figures import SHOWN_SETTINGS, Figure, Report, facts_of_the_machine
from app.bench.rows import OFFICE_ZONE, Sizes
from app.bench.world import make_world
from app.foundation.commands import UsageError
from app.foundation.database import db
from app.foundation.postgres import Server, start
from app.foundation.upgrade import upgrade_database
from config import DATABASE, HERE, Settings, read_settings

# The measurements never touch an installation: neither its database nor its address.
LEFT_OUT = ("DATABASE_URL", "HOST", "PORT", "PUBLIC_URL", "SECRET_KEY")
NAMES = ("list", "search", "processor", "payment", "reports", "life", "runs", "services", "notices")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(f"{message[:1].upper()}{message[1:]}. Example: python3 run.py bench payment")


def bench(arguments: list[str]) -> int:
    """Measure what is named, or everything, and print it."""
    parser = _Parser(prog="run.py bench", allow_abbrev=False)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME")
    parser.add_argument("--customers", type=int, default=Sizes.customers)
    parser.add_argument("--units", type=int, action="append", help="the size of a billing run; may be given several times")
    given = parser.parse_args(arguments)
    if given.customers < 1000:
        raise UsageError("Fewer than 1,000 customers measure nothing.")
    if any(units < 100 for units in given.units or ()):
        raise UsageError("Fewer than 100 units measure nothing.")
    sizes = Sizes(given.customers)
    settings = _settings()
    _prepare(settings, sizes)
    with start(settings.data_folder):
        report = _measured(settings, sizes, given.names or list(NAMES), given.units or runs.SIZES)
    (settings.data_folder / "result.json").write_text(report.as_json() + "\n")
    print(f"\n{report.as_table()}\n\n{report.as_json()}", flush=True)
    return 0


def _settings() -> Settings:
    """Return the settings of the installation in which only measurements happen."""
    folder = Path(os.environ.get("FEEHOUSE_DATA", "").strip() or HERE / "var").absolute() / "bench"
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    return read_settings({**kept, "FEEHOUSE_DATA": str(folder)})


# The rows -----------------------------------------------------------------------------------------------------------------------


def _prepare(settings: Settings, sizes: Sizes) -> None:
    """Leave a database that holds the rows; what an earlier call filled is kept where it fits."""
    if not (settings.data_folder / "filled").exists() or not _is_filled(settings, sizes):
        _fill(settings, sizes)


def _is_filled(settings: Settings, sizes: Sizes) -> bool:
    with start(settings.data_folder) as server, _owner(server, settings), psycopg.connect(settings.database_url) as connection:
        return filling.fits(connection, sizes)


def _fill(settings: Settings, sizes: Sizes) -> None:
    print(f"Filling {sizes.customers:,} customers with {sizes.payments:,} payments, once; this takes some minutes.", flush=True)
    mark = settings.data_folder / "filled"
    mark.unlink(missing_ok=True)
    # Not durable while it is filled: what a crash destroys is filled again.
    with start(settings.data_folder, fast_and_unsafe=True) as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)".encode())
        with _owner(server, settings) as owner:
            with owner.app_context():
                make_world()
                db.session.remove()
            with psycopg.connect(settings.database_url, autocommit=True) as connection:
                filling.fill(connection, sizes, datetime.datetime.now(OFFICE_ZONE).date())
    os.sync()
    mark.touch()


@contextmanager
def _owner(server: Server, settings: Settings) -> Iterator[Flask]:
    """Give the application as the owner of the upgraded database."""
    server.ensure_database(DATABASE)
    owner = create_app(settings, AS_OWNER=True)
    upgrade_database(owner)
    try:
        yield owner
    finally:
        with owner.app_context():
            db.engine.dispose()


# The measurements ---------------------------------------------------------------------------------------------------------------


def _measured(settings: Settings, sizes: Sizes, names: list[str], units: Sequence[int]) -> Report:
    app = create_app(settings)
    payments.add_empty_post(app)
    report = Report(facts_of_the_machine() | _facts_of_the_database(app))
    ways: dict[str, Callable[[], list[Figure]]] = {
        "list": lambda: pages.measure_list(app),
        "search": lambda: pages.measure_search(app, sizes),
        "processor": lambda: processor.measure_processor(app, sizes),
        "payment": lambda: payments.measure_payments(app, settings.database_url, sizes),
        "reports": lambda: life.measure_reports(app, sizes),
        "life": lambda: life.measure_life(app, settings.database_url, sizes),
        "services": lambda: services.measure_services(settings),
        "notices": lambda: notices.measure_notices(settings),
        "runs": lambda: runs.measure_runs(settings, units),
    }
    for name in names:
        print(f"Measuring: {name}", flush=True)
        report.figures += ways[name]()
    report.facts["load after"] = round(os.getloadavg()[0], 2)
    return report


def _facts_of_the_database(app: Flask) -> dict[str, Any]:
    """Return as which role the application works, the server's settings and the rows of the largest tables."""
    with app.app_context():
        connection = db.session.connection()
        role = connection.execute(text("SELECT current_user")).scalar_one()
        settings = {name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in SHOWN_SETTINGS}
        rows = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
            for table in ("customer", "subscription", "regular_payment", "receipt", "posting", "service_period")
        }
        db.session.remove()
        return {"role": role, "settings": settings, "rows": rows}
