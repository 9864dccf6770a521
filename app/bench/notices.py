"""The notices of a building in bulk: issued from the posted charges, drawn by two processes, bound to one file."""

from __future__ import annotations

import datetime
import time
from multiprocessing import get_context
from typing import Any

from sqlalchemy import select

from app import create_app
from app.bench.figures import Figure
from app.bench.runs import SERVICES, prepared
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import perform
from app.foundation.scope import scoped
from app.foundation.transactions import found, run
from app.notices.models import NoticeBatch
from app.notices.operations import begin_batch
from app.notices.operations.batches import issue_chunk, papers_of
from app.notices.printing import bound, drawn
from app.runs.models import BillingPeriod, BillingRun
from app.runs.operations import begin_posting, begin_run
from app.values.months import month_end
from config import Settings

UNITS = 1_000
MEGABYTE = 1024 * 1024
# What this operation returns is a number, not a record.
ISSUING: Any = issue_chunk


def measure_notices(settings: Settings) -> list[Figure]:
    """Measure the notices of a month for the buildings of an office: seconds of each step, and papers a second."""
    office, services, month = prepared(settings, UNITS)
    context = get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=_print_all, args=(settings, office, services, month, answers))
    process.start()
    made = answers.get()
    process.join()
    papers, issuing, drawing, binding = made["papers"], made["issuing"], made["drawing"], made["binding"]
    name = f"{papers:,} notices of {SERVICES} services"
    return [
        Figure(f"{name}: issuing", "s", [issuing]),
        Figure(f"{name}: drawing by two processes", "s", [drawing]),
        Figure(f"{name}: binding to files of a building", "s", [binding]),
        Figure("notices drawn a second", "/s", [papers / drawing]),
        Figure("notices a second, from charges to file", "/s", [papers / (issuing + drawing + binding)]),
        Figure("file of a building's notices, each", "MB", [made["megabytes"] / papers]),
    ]


def _print_all(settings: Settings, office: int, services: tuple[int, ...], month: datetime.date, answers: Any) -> None:
    """Bill the month, then make the notices of every building, step by step."""
    app = create_app(settings)
    taken = {"papers": 0, "issuing": 0.0, "drawing": 0.0, "binding": 0.0, "megabytes": 0.0}
    with app.app_context(), clock.at(datetime.datetime.combine(month_end(month), datetime.time(12), datetime.UTC)):
        _bill(office, services, month)
        with scoped(None, [office]):
            periods = select(BillingPeriod.id).where(BillingPeriod.office_id == office, BillingPeriod.month == month)
            for period in list(db.session.scalars(periods)):
                _building(period, taken)
    answers.put(taken)


def _bill(office: int, services: tuple[int, ...], month: datetime.date) -> None:
    with scoped(None, [office]):
        billing = run(begin_run, office=office, month=month, services=services).record
        number, job = billing.id, billing.job_id
    perform(_there(job))
    with scoped(None, [office]):
        job = run(begin_posting, run=number).record.job_id
    perform(_there(job))
    with scoped(None, [office]):
        if not found(BillingRun, number).posted:
            raise RuntimeError("Nothing was posted: the measurement would be of something else.")


def _there(job: int | None) -> int:
    if job is None:
        raise RuntimeError("The run has no job.")
    return job


def _building(period: int, taken: dict[str, Any]) -> None:
    number = run(begin_batch, period=period).record.id
    began = time.perf_counter()
    while run(ISSUING, batch=number).record:
        pass
    issued = time.perf_counter()
    papers = [(each.content, 1) for each in papers_of(found(NoticeBatch, number))]
    pdfs = drawn(papers)
    drew = time.perf_counter()
    file = bound(pdfs)
    taken["binding"] += time.perf_counter() - drew
    taken["issuing"] += issued - began
    taken["drawing"] += drew - issued
    taken["papers"] += len(papers)
    taken["megabytes"] += len(file) / MEGABYTE
