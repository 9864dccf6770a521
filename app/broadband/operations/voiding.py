"""What a void 沖正 does to the line behind a document: the exact state before. Called through the wiring's table.

A receipt belongs to a regular payment, or to the operation whose fee it took, a payment voucher to the operation that gave money back. An
operation that left neither is voided by itself (``void_operation``). Any other receipt only gives its debts back.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import select, update

from app.billing.choices import VoucherKind
from app.billing.models import Approval, Charge, Receipt, Reversal, Voucher, name_of
from app.billing.operations.voids import void
from app.broadband.choices import SubscriptionOperation, SubscriptionState
from app.broadband.models import Closure, Equipment, PlanChange, RegularPayment, ServicePeriod, Subscription, SubscriptionEvent
from app.broadband.operations.effects import line_now
from app.broadband.operations.places import order_with_new_name
from app.broadband.operations.putting_back import put_back
from app.broadband.queries import later_event, later_payment
from app.foundation.database import OfficeRecord, db
from app.foundation.transactions import found, locked
from app.values.choices import Choice
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO


def void_operation(*, event: int, reason: str) -> Reversal | Approval:
    """Void an operation on a line: void its receipt or voucher where it has one, else the operation by itself. Raises as ``void`` does."""
    return void(found(SubscriptionEvent, event).document, reason)


def lock_for_void(document: OfficeRecord) -> None:
    """Take the lock of the line whose payment or operation is about to be voided, before any other."""
    deed = _deed_of(document)
    if deed is not None:
        locked(Subscription, deed.subscription_id)


def may_void(document: OfficeRecord) -> None:
    """Refuse to void what a later operation or payment of the same line follows, even one already undone; what a closure settled, too."""
    deed = _deed_of(document)
    if deed is None:
        _require_not_settled(document)
        return
    if isinstance(deed, SubscriptionEvent):
        _require_not_closing(document, deed)
        _require_decided(document, deed)
        _require_no_name_to_come(deed)
    payment = db.session.scalars(later_payment(deed)).one_or_none()
    if payment is not None:
        raise _followed(document, SubscriptionOperation.PAY, payment.booked_on)
    event = db.session.scalars(later_event(deed)).one_or_none()
    if event is not None:
        raise _followed(document, event.operation, event.booked_on)
    line = deed.subscription
    if deed.state_before is SubscriptionState.PENDING and line.activated_on is not None:
        raise _followed(document, SubscriptionOperation.COMPLETE, line.activated_on)


def _require_not_settled(document: OfficeRecord) -> None:
    """Refuse to void what a closure has set off, and a deposit that it has paid back: a closure is final."""
    if isinstance(document, Voucher) and document.kind is VoucherKind.DEPOSIT:
        raise _followed(document, SubscriptionOperation.CLOSE, document.on)
    if not isinstance(document, Receipt):
        return
    set_off = select(Closure.closed_on).where(Closure.set_off_receipt_id == document.id)
    paid_back = (
        select(Closure.closed_on)
        .join(Equipment, Equipment.closure_id == Closure.id)
        .where(Equipment.charge_id.in_([allocation.charge_id for allocation in document.allocations]))
    )
    closed_on = db.session.scalars(set_off.union_all(paid_back).limit(1)).one_or_none()
    if closed_on is not None:
        raise _followed(document, SubscriptionOperation.CLOSE, closed_on)


def is_final(document: OfficeRecord) -> bool:
    """Tell whether a document belongs to a closure and so is never voided. Called through the wiring's table."""
    deed = _deed_of(document)
    closes = isinstance(deed, SubscriptionEvent) and deed.operation is SubscriptionOperation.CLOSE
    return closes or (isinstance(document, Voucher) and document.kind is VoucherKind.DEPOSIT)


def _require_not_closing(document: OfficeRecord, event: SubscriptionEvent) -> None:
    if event.operation is SubscriptionOperation.CLOSE:
        raise _followed(document, SubscriptionOperation.CLOSE, event.on)


def _require_decided(document: OfficeRecord, event: SubscriptionEvent) -> None:
    """Refuse to undo that a booked plan took effect: months were sold at its price, so it would take effect again at once."""
    took_effect = select(PlanChange.id).where(
        PlanChange.applied_event_id == event.id, PlanChange.event_id != event.id, PlanChange.credit.is_(None)
    )
    if db.session.scalars(took_effect).one_or_none() is not None:
        raise OperationRefused(
            Message("%(document)s cannot be voided: a plan that was booked took effect. Change the plan again.", document=_named(document)),
            code="took_effect",
        )


def _require_no_name_to_come(event: SubscriptionEvent) -> None:
    """Refuse to give a line back while an open order brings its customer of now another name: it would be given to the one before."""
    order = order_with_new_name(event.subscription) if event.operation is SubscriptionOperation.TRANSFER else None
    if order is not None:
        raise OperationRefused(
            Message(
                "The work order %(number)s brings a new name, ID number or telephone of the customer who has the line now. "
                "Complete or change it first.",
                number=order.number,
            ),
            code="order_brings_name",
        )


def voided_first(document: OfficeRecord) -> list[Receipt]:
    """Return the receipt by which what came back of a change of plan settled debts, while it stands: it goes before the voucher."""
    if not isinstance(document, Voucher):
        return []
    settled = (
        select(Receipt)
        .join(PlanChange, PlanChange.set_off_receipt_id == Receipt.id)
        .join(SubscriptionEvent, SubscriptionEvent.id == PlanChange.applied_event_id)
        .where(SubscriptionEvent.voucher_id == document.id, ~Receipt.reversal.has())
    )
    return list(db.session.scalars(settled))


def charges_withdrawn(document: OfficeRecord) -> list[Charge]:
    """Return the charge that the payment or the operation had made and that goes with it."""
    deed = _deed_of(document)
    return [locked(Charge, deed.charge_id)] if deed is not None and deed.charge_id is not None else []


def document_voided(document: OfficeRecord, reversal: Reversal) -> None:
    """Put the line back exactly as it stood before the payment or the operation."""
    deed = _deed_of(document)
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
        put_back(line, deed)
    elif _is_first(deed):
        # 費用 is the price of the months sold at the opening; now none were.
        line.fee = ZERO


def line_after_void(reversal: Reversal) -> dict[str, Any]:
    """Return how the line of a voided document stands now, for whoever asks below."""
    of_payment = select(RegularPayment.subscription_id).where(RegularPayment.reversal_id == reversal.id)
    of_event = select(SubscriptionEvent.subscription_id).where(SubscriptionEvent.reversal_id == reversal.id)
    return line_now(db.session.scalars(of_payment.union_all(of_event)).one_or_none())


def _deed_of(document: OfficeRecord) -> RegularPayment | SubscriptionEvent | None:
    """Return the payment or operation that goes with a document."""
    found: RegularPayment | SubscriptionEvent | None = None
    if isinstance(document, SubscriptionEvent):
        return document
    if isinstance(document, Receipt):
        found = db.session.scalars(select(RegularPayment).where(RegularPayment.receipt_id == document.id)).one_or_none()
    if found is None and isinstance(document, Receipt | Voucher):
        of_event = SubscriptionEvent.receipt_id if isinstance(document, Receipt) else SubscriptionEvent.voucher_id
        found = db.session.scalars(select(SubscriptionEvent).where(of_event == document.id)).one_or_none()
    return found


def _take_back_periods(deed: RegularPayment | SubscriptionEvent, reversal: Reversal) -> None:
    """Take the rows that were sold out of force, then put those that were replaced back: two rows in force never overlap."""
    is_event = isinstance(deed, SubscriptionEvent)
    sold = ServicePeriod.sold_by_event_id if is_event else ServicePeriod.regular_payment_id
    db.session.execute(
        update(ServicePeriod).where(sold == deed.id, ServicePeriod.ended_by_reversal_id.is_(None)).values(ended_by_reversal_id=reversal.id)
    )
    if is_event:
        db.session.execute(update(ServicePeriod).where(ServicePeriod.ended_by_event_id == deed.id).values(ended_by_event_id=None))


def _is_first(payment: RegularPayment) -> bool:
    earlier = select(RegularPayment.id).where(RegularPayment.subscription_id == payment.subscription_id, RegularPayment.id < payment.id)
    return db.session.scalars(earlier.limit(1)).one_or_none() is None


def _followed(document: OfficeRecord, operation: Choice, on: datetime.date) -> OperationRefused:
    if operation is SubscriptionOperation.CLOSE:
        return OperationRefused(
            Message(
                "%(document)s cannot be voided: the line was closed on %(date)s, and a closure is final.",
                document=_named(document),
                date=on,
            ),
            code="later_operation",
        )
    if isinstance(document, Receipt):
        message = Message(
            "The receipt %(number)s cannot be voided: %(operation)s followed on %(date)s. Reverse that first.",
            number=document.number,
            operation=operation,
            date=on,
        )
    else:
        message = Message(
            "%(document)s cannot be voided: %(operation)s followed on %(date)s. Reverse that first.",
            document=_named(document),
            operation=operation,
            date=on,
        )
    return OperationRefused(message, code="later_operation")


def _named(document: Any) -> Message:
    return name_of(document)
