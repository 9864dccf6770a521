"""Real workers: one that is killed in the middle leaves nothing double and nothing out, two at once make one run."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.foundation.database import db
from app.foundation.jobs import perform
from app.foundation.jobs.worker import bring_back, queue_of, work_for
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.runs import jobs
from app.runs.choices import RunState
from app.runs.models import BillingRun
from app.runs.operations import begin_posting, begin_run, calculating, posting
from config import Settings
from tests.conftest import make_application
from tests.factories import a_building, acting, office, on_day
from tests.runs.making import LAST_DAY, MANAGER, MAY, a_hall_meter, a_lived_in_unit, a_run, current, posted, prices, worked
from tests.tariffs.making import service

# What each unit used in May: no two owe the same.
USED = (250, 110, 90, 305, 40, 77, 201, 150)
CHUNK = 2
PATIENCE = 60.0


@pytest.fixture
def committed(settings: Settings, committed_database: str) -> Iterator[Flask]:
    application = make_application(settings, committed_database)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


def _in_small_chunks(pause: float) -> None:
    """Let this process work in small chunks, each of which stays open for a while."""
    calculating.UNITS_AT_ONCE = posting.CHARGES_AT_ONCE = CHUNK

    def slowly(operation: Callable[..., int]) -> Callable[..., int]:
        def work(*, run: int) -> int:
            done = operation(run=run)
            # Its rows are written, its transaction is not committed: here it is killed.
            time.sleep(pause)
            return done

        return work

    jobs.calculate_chunk, jobs.post_chunk = slowly(jobs.calculate_chunk), slowly(jobs.post_chunk)


def _become_worker(settings: Settings, url: str, pause: float) -> None:
    _in_small_chunks(pause)
    work_for(make_application(settings, url), until_empty=True)


def _perform(settings: Settings, url: str, job: int) -> None:
    _in_small_chunks(0.01)
    application = make_application(settings, url)
    with application.app_context():
        perform(job)
        db.session.remove()
        db.engine.dispose()


@contextmanager
def worker_process(target: Callable[..., None], *terms: Any) -> Iterator[BaseProcess]:
    process = get_context("spawn").Process(target=target, args=terms)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def told(statement: str) -> Any:
    """Return one figure, as it is committed now."""
    db.session.rollback()
    return db.session.connection().execute(text(statement)).scalar()


def kill_once(process: BaseProcess, statement: str) -> None:
    """Kill the worker while it works at the chunk behind the first one that is committed."""
    limit = time.monotonic() + PATIENCE
    while not told(statement):
        assert process.is_alive(), "The worker ended before it could be killed."
        assert time.monotonic() < limit
        time.sleep(0.02)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(PATIENCE)
    assert process.exitcode == -signal.SIGKILL


def taken_over(application: Flask) -> None:
    """Let another worker find out that the first one is silent, and do its work."""
    db.session.rollback()
    db.session.connection().execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"))
    db.session.commit()

    async def sweep() -> None:
        waiting = queue_of(application)
        async with waiting.open_async():
            await bring_back(waiting)

    asyncio.run(sweep())
    work_for(application, until_empty=True)


def a_lived_in_building() -> int:
    """Return a building whose units were read, with a shared meter in the hall."""
    building = a_building()
    number = building.id
    for place, used in enumerate(USED, start=1):
        a_lived_in_unit(str(place), used, building=building, name=f"住户{place}")
    with everything("every unit has an area"):
        db.session.connection().execute(text(f"UPDATE unit SET area = 40 + position WHERE building_id = {number}"))
        db.session.commit()
    a_hall_meter(building, serial=f"HALL-{number}")
    return number


def begun(building: int) -> BillingRun:
    with on_day(LAST_DAY), acting(MANAGER):
        return run(begin_run, office=office().id, building=building, month=MAY, services=(service().id,)).record


def charged(building: int) -> list[tuple[Any, ...]]:
    """Return what stands in the books of a building, unit by unit: totals, lines, sums of both sides of the entries."""
    db.session.rollback()
    statement = f"""
        SELECT unit.number, made.apportion_by, charge.total, (SELECT sum(amount) FROM charge_line WHERE charge_id = charge.id),
            (SELECT sum(amount) FROM posting JOIN journal_entry ON journal_entry.id = entry_id
             WHERE journal_entry.charge_id = charge.id AND amount > 0), count(*) OVER (PARTITION BY made.unit_id, made.apportion_by)
        FROM service_charge AS made JOIN charge ON charge.id = made.charge_id JOIN unit ON unit.id = made.unit_id
        WHERE unit.building_id = {building} ORDER BY unit.number, made.apportion_by NULLS FIRST, charge.id"""
    return [tuple(row) for row in db.session.connection().execute(text(statement))]


def assert_as_without_a_crash(billing: BillingRun, killed: int) -> None:
    """The books of the building are those of one like it whose run nobody disturbed."""
    quiet = a_lived_in_building()
    undisturbed = posted(a_run(quiet))
    after = current(billing)
    assert (after.run_state, after.units, after.posted) == (RunState.POSTED, len(USED), 2 * len(USED))
    assert (after.total, after.posted_total) == (undisturbed.total, undisturbed.posted_total)
    assert charged(killed) == charged(quiet)
    assert {row[-1] for row in charged(killed)} == {1}
    # Nothing is left that no charge belongs to.
    assert told("SELECT count(*) FROM charge WHERE NOT EXISTS (SELECT FROM service_charge WHERE charge_id = charge.id)") == 0
    assert told("SELECT count(*) FROM run_result WHERE charge_id IS NULL") == 0


def test_a_worker_that_is_killed_while_it_calculates_leaves_the_same_bills(
    committed: Flask, settings: Settings, committed_database: str
) -> None:
    building = a_lived_in_building()
    prices()
    billing = begun(building)
    with worker_process(_become_worker, settings, committed_database, 0.4) as process:
        kill_once(process, "SELECT units FROM billing_run WHERE units >= 2")
    assert told("SELECT run_state FROM billing_run") == "calculating"
    assert 0 < told("SELECT units FROM billing_run") < len(USED)
    taken_over(committed)
    assert current(billing).run_state is RunState.REVIEW
    assert told("SELECT count(*) FROM run_result") == 2 * len(USED)
    posted(billing)
    assert_as_without_a_crash(billing, building)


def test_a_worker_that_is_killed_while_it_posts_charges_nobody_twice_and_leaves_nobody_out(
    committed: Flask, settings: Settings, committed_database: str
) -> None:
    building = a_lived_in_building()
    prices()
    billing = a_run(building)
    with on_day(LAST_DAY), acting(MANAGER):
        run(begin_posting, run=billing.id)
    with worker_process(_become_worker, settings, committed_database, 0.4) as process:
        kill_once(process, "SELECT posted FROM billing_run WHERE posted >= 2")
    assert told("SELECT run_state FROM billing_run") == "posting"
    made = told("SELECT count(*) FROM service_charge")
    assert 0 < made < 2 * len(USED)
    assert told("SELECT posted FROM billing_run") == made
    taken_over(committed)
    assert_as_without_a_crash(billing, building)


@pytest.mark.parametrize("past_the_queue", [False, True])
def test_two_workers_at_once_make_one_run(committed: Flask, settings: Settings, committed_database: str, past_the_queue: bool) -> None:
    """Both take from the queue, or both do the same job because the first one had only been silent."""
    building = a_lived_in_building()
    prices()
    billing = begun(building)
    for begin in (None, begin_posting):
        if begin is not None:
            with on_day(LAST_DAY), acting(MANAGER):
                run(begin, run=billing.id)
        job = current(billing).job_id
        target, term = (_perform, job) if past_the_queue else (_become_worker, 0.02)
        with (
            worker_process(target, settings, committed_database, term) as one,
            worker_process(target, settings, committed_database, term) as other,
        ):
            for process in (one, other):
                process.join(PATIENCE)
                assert process.exitcode == 0
        if not past_the_queue and current(billing).run_state in (RunState.CALCULATING, RunState.POSTING):
            worked(current(billing))
    assert told("SELECT sum(total) FROM service_charge WHERE apportion_by IS NOT NULL") == Decimal("143.00")
    assert_as_without_a_crash(billing, building)
