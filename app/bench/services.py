"""Services of buildings in bulk: a price change compared over a building of 1,000 units, and the reports over 100,000 charges and readings.

The rows stand beside the lines of the other measurements: buildings whose electricity meters were read and charged for some months.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import select

from app import create_app
from app.bench.figures import Figure
from app.bench.filling import usual_values
from app.bench.run_rows import office_of
from app.bench.service_rows import MONTHS, TABLES, TAKEN, UNITS, Columns
from app.foundation.database import db
from app.foundation.scope import scoped
from app.reports.services.collection import collection_rate
from app.reports.services.consumption import consumption_by_month
from app.reports.services.revenue import revenue_by_service
from app.reports.services.unread import units_without_a_reading
from app.reports.services.unusual import unusual_readings
from app.runs.models import BillingPeriod
from app.runs.operations.previewing import preview_version
from app.values.months import month_end
from config import Settings

RUNS = 5
# Above the ids of everybody else.
BASE = 500_000_000
DRAFT = BASE + 2


@dataclass(frozen=True)
class Houses:
    """How much there is: so many units in each building, read and charged for so many months up to last month."""

    buildings: int = 10
    units: int = 1_000
    months: int = 10


def fill_services(connection: psycopg.Connection[Any], office: int, houses: Houses, today: datetime.date) -> None:
    """Fill the buildings of an office in one transaction, as the owner of the tables."""
    months = today.year * 12 + today.month - 1 - houses.months - 1
    first = datetime.date(months // 12, months % 12 + 1, 1)
    terms = {"buildings": houses.buildings, "units": houses.units, "months": houses.months, "first": first}
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        cursor = psycopg.ClientCursor(connection)
        for statement in (UNITS, MONTHS, TAKEN):
            cursor.execute(statement.encode(), terms)
        for table, (columns, source) in TABLES.items():
            connection.execute(_insert(table, columns, source, office))
        connection.execute("DROP TABLE bench_unit, bench_month, bench_taken")
    connection.execute("ANALYZE")


def _insert(table: str, columns: Columns, source: str, office: int) -> bytes:
    """Return the statement that makes the rows of a table; what is not named has its usual value."""
    usual = usual_values(db.metadata.tables[table], [name.strip('"') for name in columns])
    written = {**columns, **{f'"{name}"': sql.Literal(value).as_string() for name, value in usual.items()}}
    values = ", ".join(written.values()).replace("OFFICE", str(office)).replace("BASE", str(BASE))
    return f"INSERT INTO {table} ({', '.join(written)}) SELECT {values} FROM {source}".encode()  # noqa: S608 (constants and numbers)


def is_filled(connection: psycopg.Connection[Any], office: int) -> bool:
    """Tell whether the rows are there already."""
    return connection.execute("SELECT count(*) > 0 FROM service_charge WHERE office_id = %s", (office,)).fetchone() == (True,)


def measure_services(settings: Settings, houses: Houses | None = None) -> list[Figure]:
    """Measure a preview over the largest building, and the reports over all of them."""
    houses = houses or Houses()
    office = _prepared(settings, houses)
    app = create_app(settings)
    with app.app_context(), scoped(None, [office]):
        month = db.session.scalars(select(BillingPeriod.month).order_by(BillingPeriod.month.desc()).limit(1)).one()
        db.session.rollback()
        found = [Figure(name, "ms", [_timed(way) for _ in range(RUNS)], goal) for name, way, goal in _ways(office, month, houses)]
        db.session.remove()
        db.engine.dispose()
    return found


def _prepared(settings: Settings, houses: Houses) -> int:
    """Leave an office whose buildings are filled; return it."""
    owner = create_app(settings, AS_OWNER=True)
    with owner.app_context():
        office = office_of(houses.buildings * houses.units)
        db.session.remove()
        db.engine.dispose()
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        if not is_filled(connection, office):
            fill_services(connection, office, houses, datetime.datetime.now(datetime.UTC).date())
    return office


def _ways(office: int, month: datetime.date, houses: Houses) -> Iterator[tuple[str, Callable[[], Any], str]]:
    of_year: dict[str, Any] = {"offices": [office], "start": month - datetime.timedelta(days=365), "end": month_end(month)}
    of_month: dict[str, Any] = {"offices": [office], "start": month, "end": month_end(month)}
    rows = f"{houses.buildings * houses.units * houses.months:,}"
    preview = f"preview of a price change over {houses.units:,} units"
    yield preview, lambda: preview_version(version=DRAFT, building=BASE + 1, month=month), "2,000 ms"
    yield f"report: consumption by month, {rows} readings", lambda: consumption_by_month(**of_year), "500 ms"
    yield f"report: revenue by service and building, {rows} charges", lambda: revenue_by_service(**of_year), "500 ms"
    yield f"report: collection rate, {rows} charges", lambda: collection_rate(**of_year), "500 ms"
    yield f"report: units without a reading, {rows} readings", lambda: units_without_a_reading(**of_month), "500 ms"
    yield f"report: unusual consumption, {rows} readings", lambda: unusual_readings(**of_year), "500 ms"


def _timed(way: Callable[[], Any]) -> float:
    began = time.perf_counter()
    way()
    db.session.rollback()
    return (time.perf_counter() - began) * 1000
