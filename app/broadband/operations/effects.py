"""What happens to a line because of something below it: a completed work order, a voided receipt. Called through the wiring's table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from app.billing.models import Charge, Receipt, Reversal
from app.broadband.choices import PeriodKind, SubscriptionOperation, SubscriptionState
from app.broadband.models import RegularPayment, ServicePeriod, Subscription, SubscriptionWorkOrder
from app.broadband.operations.standing import period_row, policy, status_on
from app.broadband.queries import later_payment, payments_of
from app.broadband.rules.moves import allowed_move
from app.broadband.rules.service_period import periods_from
from app.broadband.rules.standing import Run
from app.foundation.database import db
from app.foundation.transactions import found, locked
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO
from app.workorders.choices import WorkKind
from app.workorders.models import WorkOrder


def order_completed(order: WorkOrder) -> None:
    """Activate the line of a new installation from 計費時間; the months paid before start there."""
    link = db.session.scalars(select(SubscriptionWorkOrder).where(SubscriptionWorkOrder.work_order_id == order.id)).one_or_none()
    if link is None or order.business_type.kind is not WorkKind.NEW:
        return
    line = locked(Subscription, link.subscription_id)
    billing_from = order.billing_from
    if line.state is not SubscriptionState.PENDING or billing_from is None:
        return
    rules = policy(line.office_id)
    allowed_move(SubscriptionOperation.COMPLETE, status=status_on(line, rules, billing_from), number=line.broadband_account)
    run = Run(billing_from)
    for payment in db.session.scalars(payments_of(line.id)):
        for period in periods_from(run, months=payment.months, gift_months=payment.gift_months):
            is_paid = period.kind is PeriodKind.PAID
            price = max(payment.plan_total - payment.discount, ZERO) if is_paid else ZERO
            db.session.add(period_row(line, period, price, payment))
            if is_paid:
                payment.period_start, payment.period_end = period.start, period.stop
            run = period.run
    line.state = SubscriptionState.ACTIVE
    line.activated_on = billing_from
    line.stops_on = run.stops_on


def lock_for_void(receipt: Receipt) -> None:
    """Take the lock of the line whose payment is about to be voided, before any other."""
    payment = _payment_of(receipt)
    if payment is not None:
        locked(Subscription, payment.subscription_id)


def may_void(receipt: Receipt) -> None:
    """Refuse to void a payment that a later operation or payment of the same line follows, even one already undone."""
    payment = _payment_of(receipt)
    if payment is None:
        return
    later = db.session.scalars(later_payment(payment)).one_or_none()
    if later is not None:
        raise _followed(receipt, Message("Regular payment"), later.booked_on)
    line = payment.subscription
    if payment.state_before is SubscriptionState.PENDING and line.state is not SubscriptionState.PENDING:
        raise _followed(receipt, Message("Complete order"), line.activated_on)


def charges_withdrawn(receipt: Receipt) -> list[Charge]:
    """Return the charge that the payment had made and that goes with it."""
    payment = _payment_of(receipt)
    return [locked(Charge, payment.charge_id)] if payment is not None else []


def receipt_voided(receipt: Receipt, reversal: Reversal) -> None:
    """Take the payment's periods out of force and put the line back exactly as it stood before."""
    payment = _payment_of(receipt)
    if payment is None:
        return
    payment.reversal_id = reversal.id
    db.session.execute(
        update(ServicePeriod)
        .where(ServicePeriod.regular_payment_id == payment.id, ServicePeriod.ended_by_reversal_id.is_(None))
        .values(ended_by_reversal_id=reversal.id)
    )
    line = payment.subscription
    line.state, line.stops_on = payment.state_before, payment.stops_on_before
    line.halted_on, line.stop_reason = payment.halted_on_before, payment.stop_reason_before
    if _is_first(payment):
        # 費用 is the price of the months sold at the opening; now none were.
        line.fee = ZERO


def line_after_void(receipt_id: int) -> dict[str, Any]:
    """Return how the line of a voided payment stands now, for whoever asks below."""
    statement = select(RegularPayment.subscription_id).where(RegularPayment.receipt_id == receipt_id)
    return _line_now(db.session.scalars(statement).one_or_none())


def line_after_completion(order_id: int) -> dict[str, Any]:
    """Return how the line of a completed work order stands now."""
    statement = select(SubscriptionWorkOrder.subscription_id).where(SubscriptionWorkOrder.work_order_id == order_id)
    return _line_now(db.session.scalars(statement).one_or_none())


def _line_now(subscription_id: int | None) -> dict[str, Any]:
    if subscription_id is None:
        return {"subscription": None, "subscription_status": None, "stops_on": None}
    line = found(Subscription, subscription_id)
    return {"subscription": line.id, "subscription_status": line.status, "stops_on": line.stops_on}


def _payment_of(receipt: Receipt) -> RegularPayment | None:
    statement = select(RegularPayment).where(RegularPayment.receipt_id == receipt.id)
    payment: RegularPayment | None = db.session.scalars(statement).one_or_none()
    return payment


def _is_first(payment: RegularPayment) -> bool:
    earlier = select(RegularPayment.id).where(RegularPayment.subscription_id == payment.subscription_id, RegularPayment.id < payment.id)
    return db.session.scalars(earlier.limit(1)).one_or_none() is None


def _followed(receipt: Receipt, operation: Message, on: object) -> OperationRefused:
    return OperationRefused(
        Message(
            "The receipt %(number)s cannot be voided: %(operation)s followed on %(date)s. Reverse that first.",
            number=receipt.number,
            operation=operation,
            date=on,
        ),
        code="later_operation",
    )
