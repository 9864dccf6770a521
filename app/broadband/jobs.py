"""What happens to lines at night: planned resumptions, booked changes of plan, proposals. And one operation over many lines.

What belongs to the night is called once for every office and passed day, and may be called again for the same day: what is done
already is not found again.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.broadband.choices import BulkOutcome, SubscriptionState
from app.broadband.models import BulkRow, BulkRun, Subscription
from app.broadband.operations.bulk import begin_working, deed_for, end_bulk, note_row
from app.broadband.operations.halting import ResumptionTerms, resume_by
from app.broadband.operations.plan_booking import apply_booked_change, due_changes
from app.broadband.operations.proposals import propose
from app.broadband.operations.renewing import Renewed, due_for_renewal, renew
from app.foundation.database import db
from app.foundation.jobs import Work
from app.foundation.jobs.performing import BROKEN
from app.foundation.log import LogKind, note_now
from app.foundation.side_by_side import side_by_side
from app.foundation.transactions import found, run
from app.values.errors import N_, Message, OperationRefused

log = logging.getLogger(__name__)


def resume_planned(office_id: int, day: datetime.date) -> None:
    """Resume every line whose planned day has come; one that cannot be resumed is left, and the log says why."""
    due = select(Subscription.id).where(
        Subscription.office_id == office_id, Subscription.state == SubscriptionState.SUSPENDED, Subscription.planned_resume_on <= day
    )
    for line in db.session.scalars(due.order_by(Subscription.id)).all():
        with _noted(N_("A planned resumption was refused: %(reason)s"), office_id, line):
            run(resume_by, subscription=line, terms=ResumptionTerms(), is_automatic=True)


def switch_plans(office_id: int, day: datetime.date) -> None:
    """Move every line to its booked plan whose first day of new cover has come; one that cannot be moved is left, and the log says why."""
    for change, line in due_changes(office_id, day):
        with _noted(N_("A booked change of plan was refused: %(reason)s"), office_id, line):
            run(apply_booked_change, plan_change=change, on=day)


# So many lines are renewed in one transaction: their rows are one statement, and whoever waits for a line waits for no more of them.
LINES_AT_ONCE = 250
# While the database writes one chunk, the next is worked out. They wait for each other only where they share a customer, and for numbers.
CHUNKS_AT_ONCE = 2
NOT_RENEWED = N_("A renewal from credit was refused: %(reason)s")


def renew_from_credit(office_id: int, day: datetime.date) -> None:
    """Pay for the lines whose cover ends on the day, or has ended, from their customers' credit where they agreed to it."""
    due = db.session.scalars(due_for_renewal(office_id, day)).all()
    chunks = [tuple(due[first : first + LINES_AT_ONCE]) for first in range(0, len(due), LINES_AT_ONCE)]
    db.session.rollback()
    side_by_side(partial(_renew_chunk, office_id), chunks, at_once=CHUNKS_AT_ONCE)


def _renew_chunk(office_id: int, lines: tuple[int, ...]) -> None:
    """Renew the lines in one transaction; where all of it comes to nothing, each in one of its own, so that one line stops no other."""
    try:
        renewed = run(renew, lines=lines).record
    except Exception as error:
        if _is_cut_off(error):
            raise
        log.warning("A chunk of %s renewals came to nothing; its lines are renewed one by one.", len(lines), exc_info=True)
        for line in lines:
            with _noted(NOT_RENEWED, office_id, line):
                _note_refused(office_id, run(renew, lines=(line,)).record)
    else:
        _note_refused(office_id, renewed)


def _note_refused(office_id: int, renewed: Renewed) -> None:
    for line, reason in renewed.refused.items():
        _note(NOT_RENEWED, office_id, line, reason)


@contextmanager
def _noted(sentence: str, office_id: int, line: int) -> Iterator[None]:
    """Note in the log what the night could not do to a line, with the reason, and go on: one line stops neither the others nor the night.

    Without the database nothing can go on.
    """
    try:
        yield
    except OperationRefused as refusal:
        _note(sentence, office_id, line, refusal.message)
    except Exception as error:
        if _is_cut_off(error):
            raise
        log.exception("The night broke off at line %s; it goes on with the next.", line)
        _note(sentence, office_id, line, BROKEN)


def _note(sentence: str, office_id: int, line: int, reason: Message) -> None:
    note_now(LogKind.MAINTENANCE, Message(sentence, reason=reason), of_table="subscription", row_id=line, offices=(office_id,))


def _is_cut_off(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def propose_stops(office_id: int, day: datetime.date) -> None:
    """Propose forced stops and closures that are due."""
    run(propose, office=office_id, day=day)


def perform_bulk(work: Work) -> dict[str, Any]:
    """Do the operation of a run to every line that has no result yet, each in a transaction of its own.

    A job that was killed goes on where it was: a line done before its result was noted is found again by its key.
    """
    number = int(work.arguments["run"])
    run(begin_working, run=number)
    total = found(BulkRun, number).total
    waiting = select(BulkRow.id, BulkRow.subscription_id).where(BulkRow.bulk_run_id == number, BulkRow.outcome == BulkOutcome.WAITING)
    rows = db.session.execute(waiting.order_by(BulkRow.position)).all()
    for done, (row, line) in enumerate(rows, start=total - len(rows) + 1):
        _do_one(number, row, line)
        work.progress(done, total)
    ended = run(end_bulk, run=number).record
    return {"done": ended.done, "refused": ended.refused}


def _do_one(number: int, row: int, line: int) -> None:
    bulk = found(BulkRun, number)
    operation, terms = deed_for(bulk, line)
    try:
        record = run(operation, key=f"bulk:{number}:{line}", **terms).record
    except OperationRefused as refusal:
        run(note_row, row=row, event=None, result=refusal.message)
    else:
        run(note_row, row=row, event=record.event_id, result=Message("Stop date %(date)s", date=record.event.stops_on_after))
