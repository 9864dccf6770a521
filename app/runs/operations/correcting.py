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
from app.billing.queries import has_adjustments
from app.customers.models import Customer
from app.foundation import clock, effects
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.metering.models import Reading
from app.offices.models import Office
from app.runs.choices import CorrectionState
from app.runs.models import BillCorrection, ServiceCharge
from app.runs.operations.voiding import void_service_charge
from app.runs.queries.correcting import (
    Corrected,
    adjustment_waits_for,
    asked_for,
    charges_of_readings,
    corrected_bill,
    corrections_of_charge,
    open_correction,
    parts_of_shared,
)
from app.values.errors import Message, OperationRefused
from app.values.money import sum_of

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
    _lock(charges)
    _require_no_request(charges)
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


def _require_no_request(charges: Sequence[ServiceCharge]) -> None:
    """Refuse while somebody has asked to adjust one of the charges: the sum asked for comes from the reading that is corrected now."""
    waiting = adjustment_waits_for(charges)
    if waiting is not None:
        raise OperationRefused(
            Message("An adjustment of %(charge)s waits for approval. Decide on it first.", charge=str(waiting)), code="adjustment_waiting"
        )


def _lock(charges: Sequence[ServiceCharge]) -> None:
    """Lock charges and who owes them, each in the order of their numbers: two meters of one unit are corrected one after the other."""
    for number in sorted(charge.id for charge in charges):
        locked(ServiceCharge, number)
    for customer in sorted({charge.charge.customer_id for charge in charges}):
        locked(Customer, customer)


def _can_be_voided(charge: ServiceCharge) -> bool:
    """Say whether the month can still be billed anew: its period is open, and nobody has paid or adjusted the charge or its interest."""
    if not charge.period.is_open or has_adjustments(charge.charge_id):
        return False
    debts = [debt for given in effects.call("charges_withdrawn_by_void", charge) for debt in given]
    return not any(debt.paid or debt.adjusted or debt.written_off for debt in debts)


def _put_right(charge: ServiceCharge, reading: Reading, reason: str, *, by_void: bool) -> None:
    corrected = corrected_bill(charge)
    difference = None if corrected is None else corrected.total - asked_for(charge)
    if corrected is not None and difference == 0 and (not by_void or corrected.quantity == charge.quantity):
        return
    record = open_correction(charge.id) or BillCorrection(
        office_id=charge.office_id, service_charge_id=charge.id, settled_reason="", created_by_id=current_scope().user_id
    )
    record.reading_id = reading.id
    record.service_charge, record.reading = charge, reading
    _note(record, corrected, difference)
    # Written first: whatever adjusts the charge from now on counts as done for its corrections.
    db.session.add(record)
    db.session.flush()
    if by_void:
        _void(record, reason)
    elif difference is not None:
        _adjust(record, difference, reason)
    db.session.flush()
    db.session.refresh(record, ["standing"])


def _note(record: BillCorrection, corrected: Corrected | None, difference: Decimal | None) -> None:
    record.quantity = None if corrected is None else corrected.quantity
    record.total = None if corrected is None else corrected.total
    record.difference = difference


def _void(record: BillCorrection, reason: str, charge: ServiceCharge | None = None) -> None:
    """Void the charge (or another part of the same shared meters), or ask for it; where somebody has asked already, that request stands."""
    charge = charge or record.service_charge
    waiting = waiting_for(charge)
    result = waiting if waiting is not None else void_service_charge(service_charge=charge.id, reason=reason)
    db.session.flush()
    if isinstance(result, Approval) and charge.id == record.service_charge_id:
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
    record = _locked(correction)
    _require_open(record)
    charge = record.service_charge
    reason = record.reading.settled_reason or record.reading.reason
    parts = parts_of_shared(charge)
    _lock(parts)
    _require_no_request(parts)
    if all(_can_be_voided(part) for part in parts):
        # The parts of shared meters go together: the next run apportions them anew.
        for part in parts:
            _void(record if part.id == charge.id else open_correction(part.id) or record, reason, part)
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
        difference = corrected.total - asked_for(charge)
        _note(record, corrected, difference)
        if difference == 0:
            return _settled(record, str(reason))
        _adjust(record, difference, reason)
    db.session.flush()
    db.session.refresh(record, ["standing"])
    return record


def settle_correction(*, correction: int, reason: str) -> BillCorrection:
    """Note that a bill was put right in another way, or needs nothing more, for a reason. Raises OperationRefused."""
    record = _locked(correction)
    if record.state is CorrectionState.DONE:
        raise OperationRefused(Message("This bill is put right already."), code="correction_done")
    if record.state is CorrectionState.APPROVAL:
        raise OperationRefused(Message("What was asked for this bill waits for approval. Decide on it first."), code="correction_state")
    if not reason.strip():
        raise OperationRefused(Message("Say why."), code="reason_missing", field="reason")
    return _settled(record, reason)


def _locked(correction: int) -> BillCorrection:
    """Return a correction, locked, with where it stands now: what it waited for may have put it right."""
    record = locked(BillCorrection, found(BillCorrection, correction).id)
    db.session.refresh(record, ["standing"])
    return record


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
