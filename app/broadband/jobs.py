"""What happens to lines at night: planned resumptions, booked changes of plan, proposals for a manager.

Each is called once for every office and passed day, and may be called again for the same day: what is done already is not found again.
"""

from __future__ import annotations

import datetime

from sqlalchemy import select

from app.broadband.choices import SubscriptionState
from app.broadband.models import Subscription
from app.broadband.operations.halting import ResumptionTerms, resume_by
from app.broadband.operations.plan_booking import apply_booked_change, due_changes
from app.broadband.operations.proposals import propose
from app.foundation.database import db
from app.foundation.log import LogKind, note_now
from app.foundation.transactions import run
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


def propose_stops(office_id: int, day: datetime.date) -> None:
    """Propose forced stops and closures that are due."""
    run(propose, office=office_id, day=day)
