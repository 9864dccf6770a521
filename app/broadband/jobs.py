"""What happens to lines at night: planned resumptions, booked changes of plan, proposals. And one operation over many lines.

What belongs to the night is called once for every office and passed day, and may be called again for the same day: what is done
already is not found again.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import select

from app.broadband.choices import BulkOutcome, SubscriptionState
from app.broadband.models import BulkRow, BulkRun, Subscription
from app.broadband.operations.bulk import begin_working, deed_for, end_bulk, note_row
from app.broadband.operations.halting import ResumptionTerms, resume_by
from app.broadband.operations.plan_booking import apply_booked_change, due_changes
from app.broadband.operations.proposals import propose
from app.broadband.operations.renewing import due_for_renewal, renew
from app.foundation.database import db
from app.foundation.jobs import Work
from app.foundation.log import LogKind, note_now
from app.foundation.transactions import found, run
from app.values.errors import Message, OperationRefused


def resume_planned(office_id: int, day: datetime.date) -> None:
    """Resume every line whose planned day has come; one that cannot be resumed is left, and the log says why."""
    due = select(Subscription.id).where(
        Subscription.office_id == office_id, Subscription.state == SubscriptionState.SUSPENDED, Subscription.planned_resume_on <= day
    )
    for subscription in db.session.scalars(due.order_by(Subscription.id)).all():
        try:
            run(resume_by, subscription=subscription, terms=ResumptionTerms(), is_automatic=True)
        except OperationRefused as refusal:
            sentence = Message("A planned resumption was refused: %(reason)s", reason=refusal.message)
            note_now(LogKind.MAINTENANCE, sentence, of_table="subscription", row_id=subscription, offices=(office_id,))


def switch_plans(office_id: int, day: datetime.date) -> None:
    """Move every line to its booked plan whose first day of new cover has come."""
    for change in due_changes(office_id, day):
        run(apply_booked_change, plan_change=change, on=day)


# So many lines are renewed in one transaction: their rows are one statement, and whoever waits for a line waits for no more of them.
LINES_AT_ONCE = 500


def renew_from_credit(office_id: int, day: datetime.date) -> None:
    """Pay for the lines whose cover ends on the day, or has ended, from their customers' credit where they agreed to it."""
    last = 0
    while lines := db.session.scalars(due_for_renewal(office_id, day, after=last, size=LINES_AT_ONCE)).all():
        last = lines[-1]
        run(renew, lines=tuple(lines))


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
