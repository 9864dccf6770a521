"""A reading is corrected that was billed already: the bill is put right too, and the person is told before.

While the period is open and nothing of the charge was paid or adjusted, the charge is voided, and the next run of the month bills it anew.
Otherwise the difference is brought into the books of today by an adjustment: a closed period takes no postings, and what was paid stands.
Source: fee rules §5; docs/rules/corrected_bills.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from app.billing.models import Adjustment, Approval
from app.billing.operations.requests import waiting_for
from app.foundation import clock, effects
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.metering.models import Reading
from app.offices.models import Office
from app.runs.choices import CorrectionState
from app.runs.models import BillCorrection, ServiceCharge
from app.runs.operations.voiding import void_service_charge
from app.runs.queries.correcting import Corrected, charges_of_readings, corrected_bill, corrections_of_charge, open_correction
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, sum_of

MOST_NAMED = 5


def readings_replaced(reading: Reading, replaced: Sequence[Reading], reason: str, confirmed: bool) -> None:
    """Put the bills right that were made from readings which were just replaced or withdrawn; ``reading`` is the one it began with.

    Raises OperationRefused, naming the charges, unless it was confirmed.
    """
    charges = charges_of_readings(replaced)
    if not charges:
        return
    if not confirmed:
        raise OperationRefused(_billed(charges), code="reading_billed", field="confirmed")
    # Parts of shared meters are voided all or none: those that are left would not sum to the new whole.
    can_parts = all(_can_be_voided(charge) for charge in charges if charge.share is not None)
    for charge in charges:
        _put_right(charge, reading, reason, by_void=_can_be_voided(charge) and (charge.share is None or can_parts))


def _billed(charges: Sequence[ServiceCharge]) -> Message:
    """Return the sentence that says what was charged from a reading."""
    names = ", ".join(str(charge) for charge in charges[:MOST_NAMED]) + (" …" if len(charges) > MOST_NAMED else "")
    return Message(
        "This reading was billed: %(charges)s, together %(amount)s. Confirm that the bill is put right too.",
        charges=names,
        amount=sum_of(charge.total for charge in charges),
        currency=found(Office, charges[0].office_id).currency.value,
    )


def _can_be_voided(charge: ServiceCharge) -> bool:
    """Say whether the month can still be billed anew: its period is open, and nobody has paid or adjusted the charge."""
    debt = charge.charge
    return charge.period.is_open and not (debt.paid or debt.adjusted or debt.written_off)


def _put_right(charge: ServiceCharge, reading: Reading, reason: str, *, by_void: bool) -> None:
    corrected = corrected_bill(charge)
    difference = None if corrected is None else corrected.total - _asked_for(charge)
    if corrected is not None and difference == 0 and (not by_void or corrected.quantity == charge.quantity):
        return
    record = open_correction(charge.id) or BillCorrection(
        office_id=charge.office_id, service_charge_id=charge.id, settled_reason="", created_by_id=current_scope().user_id
    )
    record.reading_id = reading.id
    record.service_charge, record.reading = charge, reading
    _note(record, corrected, difference)
    if by_void:
        _void(record, reason)
    elif difference is not None:
        _adjust(record, difference, reason)
    db.session.add(record)
    db.session.flush()
    db.session.refresh(record, ["standing"])


def _note(record: BillCorrection, corrected: Corrected | None, difference: Decimal | None) -> None:
    record.quantity = None if corrected is None else corrected.quantity
    record.total = None if corrected is None else corrected.total
    record.difference = difference


def _asked_for(charge: ServiceCharge) -> Decimal:
    """Return what a charge asks for after the corrections that adjusted it before."""
    done = (each for each in corrections_of_charge(charge.id) if each.state is CorrectionState.DONE and each.settled_at is None)
    return charge.total + sum_of(each.difference or ZERO for each in done)


def _void(record: BillCorrection, reason: str) -> None:
    """Void the charge, or ask for it; where somebody has asked already, that request stands."""
    waiting = waiting_for(record.service_charge)
    result = waiting if waiting is not None else void_service_charge(service_charge=record.service_charge_id, reason=reason)
    db.session.flush()
    if isinstance(result, Approval):
        record.approval_id = result.id


def _adjust(record: BillCorrection, difference: Decimal, reason: str) -> None:
    """Bring the difference into the books of today, or ask for it."""
    (made,) = effects.call("adjust_by", record.service_charge.charge_id, difference, reason)
    db.session.flush()
    if isinstance(made, Adjustment):
        record.adjustment_id = made.id
    else:
        record.approval_id = made.id


def put_right(*, correction: int) -> BillCorrection:
    """Put a bill right that could not be at once. Raises OperationRefused with what stands in its way."""
    record = locked(BillCorrection, found(BillCorrection, correction).id)
    _require_open(record)
    charge = record.service_charge
    reason = record.reading.settled_reason or record.reading.reason
    if _can_be_voided(charge):
        _void(record, reason)
    else:
        corrected = corrected_bill(charge)
        if corrected is None:
            raise OperationRefused(
                Message(
                    "What this bill should have been cannot be told: its reading still waits or is gone, it was rated with estimates, or "
                    "it is a part of shared meters. Void the charge after its receipts, or adjust it, and say so here."
                ),
                code="not_computable",
            )
        difference = corrected.total - _asked_for(charge)
        _note(record, corrected, difference)
        if difference == 0:
            return _settled(record, str(reason))
        _adjust(record, difference, reason)
    db.session.flush()
    db.session.refresh(record, ["standing"])
    return record


def settle_correction(*, correction: int, reason: str) -> BillCorrection:
    """Note that a bill was put right in another way, or needs nothing more, for a reason. Raises OperationRefused."""
    record = locked(BillCorrection, found(BillCorrection, correction).id)
    if record.state is CorrectionState.DONE:
        raise OperationRefused(Message("This bill is put right already."), code="correction_done")
    if not reason.strip():
        raise OperationRefused(Message("Say why."), code="reason_missing", field="reason")
    return _settled(record, reason)


def _require_open(record: BillCorrection) -> None:
    if record.state is not CorrectionState.OPEN:
        raise OperationRefused(Message("Nothing is left to be put right here: %(state)s.", state=record.state), code="correction_state")


def _settled(record: BillCorrection, reason: str) -> BillCorrection:
    record.settled_at, record.settled_by_id, record.settled_reason = clock.now(), current_scope().user_id, reason.strip()
    db.session.flush()
    db.session.refresh(record, ["standing"])
    return record


# What the person who corrects is told --------------------------------------------------------------------------------------------


def said_of_correction(reading: Reading) -> Iterable[Message]:
    """Return what a correction of ``reading`` did to bills, a sentence for each."""
    return [_said(record) for record in corrections_of_charge(None, reading=reading.id)]


def _said(record: BillCorrection) -> Message:
    charge = record.service_charge
    terms = {"charge": str(charge), "amount": charge.total, "currency": found(Office, charge.office_id).currency.value}
    if record.state is CorrectionState.REBILL:
        return Message("The charge %(charge)s of %(amount)s is voided; the next billing run of that month charges it again.", **terms)
    if record.state is CorrectionState.APPROVAL and not record.difference_is_asked:
        return Message("The charge %(charge)s of %(amount)s is to be voided and billed again: another person must approve it.", **terms)
    if record.difference is None:
        return Message("The charge %(charge)s of %(amount)s waits among the bills to be corrected: look at it there.", **terms)
    terms |= {"total": record.total, "difference": record.difference}
    if record.state is CorrectionState.APPROVAL:
        return Message(
            "The charge %(charge)s becomes %(total)s instead of %(amount)s (%(difference)s), once another person has approved it.", **terms
        )
    return Message("The charge %(charge)s becomes %(total)s instead of %(amount)s (%(difference)s) by an adjustment of today.", **terms)
