"""What a void 沖正 does to the line behind a receipt: the exact state before. Called through the wiring's table.

A receipt belongs to a regular payment, or to the operation whose fee it took; any other receipt only gives its debts back.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import select, update

from app.billing.models import Charge, Receipt, Reversal
from app.broadband.choices import PlanChangeStatus, SubscriptionOperation, SubscriptionState
from app.broadband.models import (
    Closure,
    Equipment,
    PlanChange,
    RegularPayment,
    Relocation,
    ServicePeriod,
    Subscription,
    SubscriptionEvent,
    Transfer,
)
from app.broadband.operations.effects import line_now
from app.broadband.operations.places import open_orders
from app.broadband.queries import later_event, later_payment
from app.foundation.database import db
from app.foundation.transactions import locked
from app.values.choices import Choice
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO


def lock_for_void(receipt: Receipt) -> None:
    """Take the lock of the line whose payment or operation is about to be voided, before any other."""
    deed = _deed_of(receipt)
    if deed is not None:
        locked(Subscription, deed.subscription_id)


def may_void(receipt: Receipt) -> None:
    """Refuse to void what a later operation or payment of the same line follows, even one already undone; what a closure settled, too."""
    deed = _deed_of(receipt)
    if deed is None:
        _require_not_settled(receipt)
        return
    payment = db.session.scalars(later_payment(deed)).one_or_none()
    if payment is not None:
        raise _followed(receipt, SubscriptionOperation.PAY, payment.booked_on)
    event = db.session.scalars(later_event(deed)).one_or_none()
    if event is not None:
        raise _followed(receipt, event.operation, event.booked_on)
    line = deed.subscription
    if deed.state_before is SubscriptionState.PENDING and line.activated_on is not None:
        raise _followed(receipt, SubscriptionOperation.COMPLETE, line.activated_on)


def _require_not_settled(receipt: Receipt) -> None:
    """Refuse to void what a closure has set off, and a deposit that it has paid back: a closure is final."""
    set_off = select(Closure.closed_on).where(Closure.set_off_receipt_id == receipt.id)
    paid_back = (
        select(Closure.closed_on)
        .join(Equipment, Equipment.closure_id == Closure.id)
        .where(Equipment.charge_id.in_([allocation.charge_id for allocation in receipt.allocations]))
    )
    closed_on = db.session.scalars(set_off.union_all(paid_back).limit(1)).one_or_none()
    if closed_on is not None:
        raise _followed(receipt, SubscriptionOperation.CLOSE, closed_on)


def charges_withdrawn(receipt: Receipt) -> list[Charge]:
    """Return the charge that the payment or the operation had made and that goes with it."""
    deed = _deed_of(receipt)
    return [locked(Charge, deed.charge_id)] if deed is not None and deed.charge_id is not None else []


def receipt_voided(receipt: Receipt, reversal: Reversal) -> None:
    """Put the line back exactly as it stood before the payment or the operation."""
    deed = _deed_of(receipt)
    if deed is None:
        return
    deed.reversal_id = reversal.id
    _take_back_periods(deed, reversal)
    line = deed.subscription
    if isinstance(deed, SubscriptionEvent) and not line.state == deed.state_before == SubscriptionState.SUSPENDED:
        # While the line rests, its planned day may have been moved since, which is no operation: then it stays as it was moved.
        line.planned_resume_on = deed.planned_resume_on_before
    line.state, line.stops_on = deed.state_before, deed.stops_on_before
    line.halted_on, line.stop_reason = deed.halted_on_before, deed.stop_reason_before
    if isinstance(deed, SubscriptionEvent):
        _put_back(line, deed)
    elif _is_first(deed):
        # 費用 is the price of the months sold at the opening; now none were.
        line.fee = ZERO


def line_after_void(receipt_id: int) -> dict[str, Any]:
    """Return how the line of a voided receipt stands now, for whoever asks below."""
    of_payment = select(RegularPayment.subscription_id).where(RegularPayment.receipt_id == receipt_id)
    of_event = select(SubscriptionEvent.subscription_id).where(SubscriptionEvent.receipt_id == receipt_id)
    return line_now(db.session.scalars(of_payment.union_all(of_event)).one_or_none())


def _deed_of(receipt: Receipt) -> RegularPayment | SubscriptionEvent | None:
    for model in (RegularPayment, SubscriptionEvent):
        deed: RegularPayment | SubscriptionEvent | None = db.session.scalars(
            select(model).where(model.receipt_id == receipt.id)
        ).one_or_none()
        if deed is not None:
            return deed
    return None


def _take_back_periods(deed: RegularPayment | SubscriptionEvent, reversal: Reversal) -> None:
    """Take the rows that were sold out of force, then put those that were replaced back: two rows in force never overlap."""
    is_event = isinstance(deed, SubscriptionEvent)
    sold = ServicePeriod.sold_by_event_id if is_event else ServicePeriod.regular_payment_id
    db.session.execute(
        update(ServicePeriod).where(sold == deed.id, ServicePeriod.ended_by_reversal_id.is_(None)).values(ended_by_reversal_id=reversal.id)
    )
    if is_event:
        db.session.execute(update(ServicePeriod).where(ServicePeriod.ended_by_event_id == deed.id).values(ended_by_event_id=None))


def _put_back(line: Subscription, event: SubscriptionEvent) -> None:
    line.customer_id, line.community_id, line.address = event.customer_id, event.community_id, event.address
    line.plan_id = event.plan_id
    if event.operation is SubscriptionOperation.RELOCATE:
        relocation = db.session.scalars(select(Relocation).where(Relocation.event_id == event.id)).one()
        line.telephone = relocation.telephone
    if event.operation is SubscriptionOperation.TRANSFER:
        transfer = db.session.scalars(select(Transfer).where(Transfer.event_id == event.id)).one()
        line.telephone, line.contact_phone, line.password = transfer.telephone, transfer.contact_phone, transfer.password_before
        # Who had noted it is forgotten where the new customer agreed and took it back meanwhile.
        line.renews_from_credit = transfer.renews_from_credit_before and line.renewal_agreed_by_id is not None
        for order in open_orders(line):
            order.customer_id = event.customer_id
    if event.operation is SubscriptionOperation.CHANGE_PLAN:
        change = db.session.scalars(select(PlanChange).where(PlanChange.event_id == event.id)).one()
        change.change_status, change.changed_on = PlanChangeStatus.WITHDRAWN, None


def _is_first(payment: RegularPayment) -> bool:
    earlier = select(RegularPayment.id).where(RegularPayment.subscription_id == payment.subscription_id, RegularPayment.id < payment.id)
    return db.session.scalars(earlier.limit(1)).one_or_none() is None


def _followed(receipt: Receipt, operation: Choice, on: datetime.date) -> OperationRefused:
    if operation is SubscriptionOperation.CLOSE:
        return OperationRefused(
            Message(
                "The receipt %(number)s cannot be voided: the line was closed on %(date)s, and a closure is final.",
                number=receipt.number,
                date=on,
            ),
            code="later_operation",
        )
    return OperationRefused(
        Message(
            "The receipt %(number)s cannot be voided: %(operation)s followed on %(date)s. Reverse that first.",
            number=receipt.number,
            operation=operation,
            date=on,
        ),
        code="later_operation",
    )
