"""Noting a call."""

from __future__ import annotations

from app.broadband.models import Subscription
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.reminders.choices import CallOutcome
from app.reminders.models import ReminderCall
from app.values.errors import Message, OperationRefused


def note_call(*, subscription: int, outcome: CallOutcome, note: str = "") -> ReminderCall:
    """Note what came of a call about a line. Raises OperationRefused for "other" without a word about it."""
    line = found(Subscription, subscription, "subscription")
    if outcome is CallOutcome.OTHER and not note.strip():
        raise OperationRefused(Message("Write down what came of the call."), code="note_missing", field="note")
    call = ReminderCall(
        office_id=line.office_id,
        subscription_id=line.id,
        customer_id=line.customer_id,
        stops_on=line.stops_on,
        outcome=outcome,
        note=note.strip(),
        created_by_id=current_scope().user_id,
    )
    db.session.add(call)
    db.session.flush()
    return call
