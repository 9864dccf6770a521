"""One operation over many lines: begun by a person, done line by line in the background, each line in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.broadband.choices import BulkOutcome, BulkState, StopReason, SubscriptionOperation
from app.broadband.models import BulkRow, BulkRun, LineOperation, Subscription
from app.broadband.operations.acting import DeedTerms
from app.broadband.operations.halting import FORCE_STOP, ResumptionTerms, force_stop, resume
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import start_job
from app.foundation.kept_sentences import kept_facts
from app.foundation.scope import current_scope, require_right
from app.foundation.transactions import locked
from app.values.errors import Message, NotFound, OperationRefused

BULK_JOB = "line_bulk"
MOST_LINES = 5000


@dataclass(frozen=True, kw_only=True)
class BulkTerms:
    """What is done to every line of a selection."""

    operation: SubscriptionOperation
    stop_reason: StopReason | None = None
    note: str = ""


def begin_bulk(*, office: int, lines: tuple[int, ...], terms: BulkTerms) -> BulkRun:
    """Note the selection and let the work be done in the background. Raises OperationRefused, NotAllowed and NotFound."""
    require_right(FORCE_STOP)
    _require_terms(lines, terms)
    wanted = tuple(dict.fromkeys(lines))
    of_office = select(func.count()).where(Subscription.id.in_(wanted), Subscription.office_id == office)
    if db.session.execute(of_office).scalar_one() != len(wanted):
        raise NotFound(Message("This record does not exist."), code="not_found", field="subscriptions")
    run = BulkRun(
        office_id=office,
        operation=terms.operation,
        stop_reason=terms.stop_reason,
        note=terms.note,
        total=len(wanted),
        created_by_id=current_scope().user_id,
    )
    db.session.add(run)
    db.session.flush()
    db.session.add_all(
        BulkRow(office_id=office, bulk_run_id=run.id, position=position, subscription_id=line)
        for position, line in enumerate(wanted, start=1)
    )
    job = start_job(BULK_JOB, office=office, run=run.id)
    run.job_id = job.id
    return run


def deed_for(run: BulkRun, line: int) -> tuple[Callable[..., LineOperation], dict[str, Any]]:
    """Return the operation of a run and its terms for one line."""
    if run.operation is SubscriptionOperation.FORCE_STOP:
        return force_stop, {"subscription": line, "reason": run.stop_reason, "terms": DeedTerms(note=run.note)}
    return resume, {"subscription": line, "terms": ResumptionTerms(note=run.note)}


def begin_working(*, run: int) -> BulkRun:
    """Note that the work has begun."""
    one = locked(BulkRun, run)
    if one.bulk_state is BulkState.WAITING:
        one.bulk_state = BulkState.RUNNING
    return one


def note_row(*, row: int, event: int | None, result: Message) -> BulkRow:
    """Note what became of a line: done by ``event``, or refused."""
    one = locked(BulkRow, row)
    if one.outcome is not BulkOutcome.WAITING:
        return one
    one.outcome = BulkOutcome.REFUSED if event is None else BulkOutcome.DONE
    one.event_id, one.result, one.facts = event, result.message_id, kept_facts(result)
    run = locked(BulkRun, one.bulk_run_id)
    if event is None:
        run.refused += 1
    else:
        run.done += 1
    return one


def end_bulk(*, run: int) -> BulkRun:
    """Note that every line has its result."""
    one = locked(BulkRun, run)
    if one.bulk_state is not BulkState.DONE:
        one.bulk_state, one.ended_at = BulkState.DONE, clock.real_now()
    return one


def _require_terms(lines: tuple[int, ...], terms: BulkTerms) -> None:
    if terms.operation not in (SubscriptionOperation.FORCE_STOP, SubscriptionOperation.RESUME):
        raise OperationRefused(Message("This cannot be done to many lines at once."), code="not_in_bulk", field="operation")
    if (terms.operation is SubscriptionOperation.FORCE_STOP) != (terms.stop_reason is not None):
        raise OperationRefused(Message("A forced stop needs a reason, a resumption has none."), code="stop_reason", field="reason")
    if not lines:
        raise OperationRefused(Message("No line is selected."), code="no_lines", field="subscriptions")
    if len(lines) > MOST_LINES:
        raise OperationRefused(
            Message("At most %(most)s lines are done at once. Narrow the filter.", most=MOST_LINES),
            code="too_many_lines",
            field="subscriptions",
        )
