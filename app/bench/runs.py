"""A billing run in bulk: calculated and posted by a process of its own, beside one INSERT … SELECT of the same rows."""

from __future__ import annotations

import datetime
import os
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import psycopg
from sqlalchemy import select

from app import create_app
from app.bench.figures import Figure
from app.bench.run_rows import fill_world, office_of, read_next_month, services_of
from app.bench.run_statements import COPIED, RUN, SAME_ROWS
from app.foundation import clock
from app.foundation.database import db
from app.foundation.database_role import APPLICATION_ROLE
from app.foundation.jobs import perform
from app.foundation.scope import everything, scoped
from app.foundation.transactions import run
from app.runs.models import BillingRun
from app.runs.operations import begin_posting, begin_run
from app.values.months import month_end
from config import Settings

# Units of the runs; each has four services.
SIZES = (2_500, 25_000, 100_000)
SERVICES = 4
KIBIBYTES = 1024 if os.uname().sysname != "Darwin" else 1


@dataclass(frozen=True)
class Billed:
    """What a process needed for a run."""

    run: int
    charges: int
    calculating: float
    posting: float
    megabytes: float
    before: float


def measure_runs(settings: Settings, sizes: Sequence[int] = SIZES) -> list[Figure]:
    """Measure a run of each size: seconds and peak memory of the worker, and the same rows by one statement."""
    figures = []
    for units in sizes:
        print(f"  {units:,} units, {units * SERVICES:,} charges; load {os.getloadavg()[0]:.1f}", flush=True)
        office, services, month = prepared(settings, units)
        billed = _in_a_process(settings, office, services, month)
        bare = _same_rows(settings, billed.run)
        took = billed.calculating + billed.posting
        name = f"run of {billed.charges:,} charges"
        figures += [
            Figure(f"{name}: calculating", "s", [billed.calculating]),
            Figure(f"{name}: posting", "s", [billed.posting]),
            Figure(f"{name}: both", "s", [took]),
            Figure(f"{name}: one INSERT … SELECT of the same rows", "s", [bare]),
            Figure(f"{name}: times as long as that statement", "×", [took / bare], "3"),
            Figure(f"{name}: peak memory of the worker", "MB", [billed.megabytes], "500"),
            Figure(f"{name}: memory before the run", "MB", [billed.before]),
        ]
    return figures


def prepared(settings: Settings, units: int) -> tuple[int, tuple[int, ...], datetime.date]:
    """Leave an office of so many units whose next month is read; return it with its services and the month."""
    owner = create_app(settings, AS_OWNER=True)
    with owner.app_context():
        office = office_of(units)
        services = services_of(office)
        db.session.remove()
        db.engine.dispose()
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        fill_world(connection, office, units)
        return office, services, read_next_month(connection, office)


def _in_a_process(settings: Settings, office: int, services: tuple[int, ...], month: datetime.date) -> Billed:
    """Bill the month in a fresh process, whose peak of memory is its own."""
    context = get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=_bill, args=(settings, office, services, month, answers))
    process.start()
    try:
        while True:
            try:
                return Billed(**answers.get(timeout=5))
            except Exception:
                if not process.is_alive():
                    raise RuntimeError("The process that bills has ended without an answer.") from None
    finally:
        process.join()


def _bill(settings: Settings, office: int, services: tuple[int, ...], month: datetime.date, answers: Any) -> None:
    app = create_app(settings)
    moment = datetime.datetime.combine(month_end(month), datetime.time(12), datetime.UTC)
    with app.app_context(), clock.at(moment):
        before = _peak()
        with scoped(None, [office]):
            number = run(begin_run, office=office, month=month, services=services).record.id
        calculating = _performed(number)
        with scoped(None, [office]):
            run(begin_posting, run=number)
        posting = _performed(number)
        with everything("the measurement looks at what it made"):
            made = db.session.scalars(select(BillingRun).where(BillingRun.id == number)).one()
        if made.faulty or not made.posted:
            raise RuntimeError(f"{made.posted} charges, {made.faulty} faults: the measurement would be of something else.")
        answers.put(
            {
                "run": number,
                "charges": made.posted,
                "calculating": calculating,
                "posting": posting,
                "megabytes": _peak(),
                "before": before,
            }
        )


def _performed(run: int) -> float:
    """Return the seconds that the run's last job takes."""
    with everything("the measurement looks for its job"):
        job = db.session.scalars(select(BillingRun.job_id).where(BillingRun.id == run)).one()
        db.session.rollback()
    if job is None:
        raise RuntimeError("The run has no job.")
    began = time.perf_counter()
    perform(job)
    return time.perf_counter() - began


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTES / 2**20


def _same_rows(settings: Settings, run: int) -> float:
    """Return the seconds in which one statement writes the run's rows once more, all checks and triggers included; it is rolled back."""
    with psycopg.connect(settings.database_url) as connection:
        offsets = {}
        for table in COPIED:
            found = connection.execute(f"SELECT max(id) FROM {table}".encode()).fetchone()  # noqa: S608
            offsets[table] = found[0] if found else 0
        copy = connection.execute(RUN.encode(), {"run": run}).fetchone()
        connection.execute(f"SET ROLE {APPLICATION_ROLE}".encode())
        began = time.perf_counter()
        connection.execute(SAME_ROWS.encode(), {**offsets, "run": run, "copy": copy[0] if copy else None})
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        took = time.perf_counter() - began
        connection.rollback()
    return took
