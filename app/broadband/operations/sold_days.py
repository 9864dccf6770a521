"""Charges that sold days of a line: what is refused of them to whoever adjusts charges below. Called through the wiring's table."""

from __future__ import annotations

from sqlalchemy import select

from app.billing.choices import AdjustmentKind
from app.billing.models import Charge
from app.broadband.choices import SubscriptionState
from app.broadband.models import RegularPayment, Subscription, SubscriptionEvent
from app.foundation.database import db
from app.values.errors import Message, OperationRefused


def may_adjust(one: Charge, kind: AdjustmentKind) -> None:
    """Refuse to adjust a charge that sold days: a closure would give back what was taken off already.

    What is left open of it when the line is closed, and everything set off, may be written off.
    """
    if kind is not AdjustmentKind.WRITE_OFF:
        raise OperationRefused(
            Message("Days of a line are not adjusted: void the payment, change the plan, or close the line."),
            code="sold_days",
            field="charge",
        )
    of_payment = select(RegularPayment.subscription_id).where(RegularPayment.charge_id == one.id)
    of_event = select(SubscriptionEvent.subscription_id).where(SubscriptionEvent.charge_id == one.id)
    lines = select(Subscription).where(Subscription.id.in_(of_payment.union(of_event)), Subscription.state != SubscriptionState.CLOSED)
    line = db.session.scalars(lines.limit(1)).one_or_none()
    if line is not None:
        raise OperationRefused(
            Message(
                "This charge sold days of the line %(account)s. What is open of it can be written off when the line is closed.",
                account=line.broadband_account,
            ),
            code="sold_days",
            field="charge",
        )
