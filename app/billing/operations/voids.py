"""Voiding 沖正: carried out on one's own word, or the request for it where a second person must agree. One way for every document.

What the counter-document does is in ``reversing``. A hand-over and an operation without a paper are voided from their own domains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.billing.choices import ApprovalStatus
from app.billing.models import Adjustment, Approval, Receipt, Reversal, Voucher, name_of, names
from app.billing.operations.requests import decide, waiting_for
from app.billing.operations.reversing import lock_customer, needs_approval, require_standing, reverse
from app.foundation import effects
from app.foundation.database import db
from app.foundation.scope import current_scope, require_right
from app.foundation.transactions import found, locked
from app.offices.models import Office
from app.values.errors import Message, OperationRefused

if TYPE_CHECKING:
    from app.billing.models.reversals import Voidable

VOID, APPROVE_VOID, APPROVE = "void", "approve_void", "approve"


def void_receipt(*, receipt: int, reason: str) -> Reversal | Approval:
    """Void a receipt, or ask for it. Raises as ``void`` does."""
    return void(found(Receipt, receipt), reason)


def void_voucher(*, voucher: int, reason: str) -> Reversal | Approval:
    """Void a payment voucher, or ask for it: what was paid out has come back. Raises as ``void`` does."""
    return void(found(Voucher, voucher), reason)


def void_adjustment(*, adjustment: int, reason: str) -> Reversal | Approval:
    """Void an adjustment of a charge, or ask for it: the charge asks for what it did before. Raises as ``void`` does."""
    return void(found(Adjustment, adjustment), reason)


def void(document: Voidable, reason: str) -> Reversal | Approval:
    """Void a document, or ask for it: without the right to void, or on a later day, another person must approve.

    Raises OperationRefused when it is voided already, has a later operation behind it, or no reason is given.
    """
    office = found(Office, document.office_id)
    _require_reason(reason)
    if not current_scope().may(VOID) or needs_approval(document, office):
        if current_scope().may(APPROVE_VOID) and not office.second_person:
            return reverse(document, office, reason, made_by=_me(), approved_by=_me())
        return _ask(document, reason)
    return reverse(document, office, reason, made_by=_me(), approved_by=None)


def approve_void(*, approval: int, note: str = "") -> Approval:
    """Approve a waiting void, or adjustment, and carry it out.

    Nobody approves what he asked for himself while the office wants a second person.
    """
    request = found(Approval, approval)
    office = found(Office, request.office_id)
    if request.charge_id is not None:
        return _approve_adjustment(request, office, note)
    require_right(APPROVE_VOID)
    _require_waiting(request)
    if request.created_by_id == _me() and office.second_person:
        raise OperationRefused(Message("You asked for this void yourself. Another person must approve it."), code="maker_is_checker")
    # The void locks the document and what it moved, then the request: so does a void that grants it unasked.
    reversal = reverse(request.document, office, request.reason, made_by=request.created_by_id or _me(), approved_by=_me())
    if request.reversal_id != reversal.id:
        raise _decided_already()
    request.decision_note = note
    return request


def _approve_adjustment(request: Approval, office: Office, note: str) -> Approval:
    if request.created_by_id == _me() and office.second_person:
        raise OperationRefused(Message("You asked for this adjustment yourself. Another person must approve it."), code="self_approval")
    require_right(APPROVE)
    _require_waiting(request)
    # What it does to the charge, and under which rules, the debts above know.
    (made,) = effects.call("adjustment_approved", request)
    request = locked(Approval, request.id)
    _require_waiting(request)
    decide(request, ApprovalStatus.APPROVED, note)
    request.made_adjustment_id = made.id
    return request


def refuse_void(*, approval: int, note: str = "") -> Approval:
    """Refuse a waiting void or adjustment; everything stays as it is."""
    request = locked(Approval, approval)
    require_right(APPROVE_VOID if request.charge_id is None else APPROVE)
    _require_waiting(request)
    decide(request, ApprovalStatus.REFUSED, note)
    return request


def _ask(document: Voidable, reason: str) -> Approval:
    # Two who ask at once come one after the other.
    effects.call("lock_for_void", document)
    lock_customer(document)
    require_standing(document)
    if waiting_for(document) is not None:
        raise OperationRefused(
            Message("Somebody has asked already to void this: %(document)s. The request waits for approval.", document=name_of(document)),
            code="void_waiting",
        )
    effects.call("may_void", document)
    request = Approval(office_id=document.office_id, reason=reason.strip(), created_by_id=_me(), **names(document))
    db.session.add(request)
    return request


def _require_waiting(request: Approval) -> None:
    if request.status is not ApprovalStatus.WAITING:
        raise _decided_already()


def _decided_already() -> OperationRefused:
    return OperationRefused(Message("This request has been decided already."), code="already_decided")


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise OperationRefused(Message("Give a reason for the void."), code="reason_missing", field="reason")


def _me() -> int:
    return current_scope().user_id or 0
