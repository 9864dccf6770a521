"""Handing over 代收款交接: an installer's money comes into a cashier's drawer, and goes back to him where that was a mistake."""

from __future__ import annotations

from decimal import Decimal

from app.billing.choices import LedgerAccount, Method
from app.billing.journal import Side, post
from app.billing.models import Approval, Receipt, Reversal
from app.billing.operations.shifts import moment_of, shift_of
from app.billing.operations.voids import void
from app.foundation import clock
from app.foundation.database import OfficeRecord, db
from app.foundation.numbering import document_number, take_number
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.offices.models import Office
from app.values.errors import Message, OperationRefused
from app.values.money import require_amount
from app.workorders.models import Handover, Installer
from app.workorders.queries import holder_of, money_held

PREFIX = "BB"


def hand_over(*, installer: int, amount: Decimal | None = None, note: str = "") -> Handover:
    """Take an installer's money into the cashier's drawer; ``amount`` None means all that he holds.

    Raises OperationRefused for 0, less, or more than he holds.
    """
    # The installer's row is the lock of what he holds.
    worker = locked(Installer, installer)
    office = found(Office, worker.office_id)
    held = money_held(worker.id)
    if held <= 0:
        raise OperationRefused(
            Message("%(installer)s holds no money. There is nothing to hand over.", installer=worker.name),
            code="nothing_held",
            field="installer",
        )
    wanted = held if amount is None else require_amount(amount, office.currency, field="amount")
    if wanted <= 0:
        raise OperationRefused(Message("The amount handed over must be above 0."), code="amount_not_positive", field="amount")
    if wanted > held:
        raise OperationRefused(
            Message(
                "%(installer)s holds %(held)s, less than %(wanted)s.",
                installer=worker.name,
                held=held,
                wanted=wanted,
                currency=office.currency.value,
            ),
            code="more_than_held",
            field="amount",
        )
    today = clock.today(office)
    user_id = current_scope().user_id or 0
    shift = shift_of(office, user_id, today)
    sequence = take_number(office.id, "handover", today.year)
    record = Handover(
        office_id=office.id,
        number=document_number(PREFIX, today.year, sequence),
        year=today.year,
        sequence=sequence,
        installer_id=worker.id,
        installer=worker,
        booked_on=today,
        amount=wanted,
        cashier_id=user_id,
        shift_id=shift.id,
        note=note.strip(),
        created_by_id=user_id,
        created_at=moment_of(today, office),
    )
    db.session.add(record)
    db.session.flush()
    post(record, [Side(LedgerAccount.CASH, wanted), Side(LedgerAccount.DOOR, -wanted)], booked_on=today)
    db.session.flush()
    return record


def void_handover(*, handover: int, reason: str) -> Reversal | Approval:
    """Void a hand-over, or ask for it: the installer holds the money again. Raises as ``void`` does."""
    return void(found(Handover, handover), reason)


def lock_holder(document: OfficeRecord) -> None:
    """Before a void of money taken at the door, or of its hand-over: take the lock of what its installer holds."""
    holder = _holder(document)
    if holder is not None:
        locked(Installer, holder)


def may_void_at_door(document: OfficeRecord) -> None:
    """Refuse to void money taken at the door that its installer has handed over since: it lies in the drawer, not in his pocket."""
    holder = _holder(document)
    if holder is None or not isinstance(document, Receipt):
        return
    amount = sum((each.amount for each in document.methods if each.method is Method.DOOR), Decimal(0))
    held = money_held(holder)
    if held < amount:
        raise OperationRefused(
            Message(
                "The money of the receipt %(number)s has been handed over to the desk. Void that hand-over first.",
                number=document.number,
            ),
            code="handed_over",
        )


def _holder(document: OfficeRecord) -> int | None:
    if isinstance(document, Handover):
        return document.installer_id
    return holder_of(document) if isinstance(document, Receipt) else None
