"""Voiding 沖正: the counter-document of a receipt, or the request for it where a second person must agree.

A void mirrors the receipt's entry, gives the debts back, withdraws the charges that the same operation had made, and asks the
domains upstairs whether it may (``may_void``) and to put back what was sold (``receipt_voided``).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import select

from app.billing.choices import ApprovalStatus
from app.billing.journal import JournalEntry, Posting, Side, post
from app.billing.models import Approval, Charge, Receipt, Reversal
from app.billing.operations.charges import locked_charges
from app.billing.operations.receipts import credit_balance
from app.billing.operations.shifts import moment_of
from app.customers.models import Customer
from app.foundation import clock, effects
from app.foundation.database import db
from app.foundation.numbering import NumberToCome
from app.foundation.scope import current_scope, require_right
from app.foundation.transactions import found, locked
from app.offices.models import Office
from app.values.errors import Message, OperationRefused

VOID, APPROVE_VOID = "void", "approve_void"


def void_receipt(*, receipt: int, reason: str) -> Reversal | Approval:
    """Void a receipt, or ask for it: without the right to void, or on a later day, another person must approve.

    Raises OperationRefused when it is voided already, has a later operation behind it, or no reason is given.
    """
    paper = found(Receipt, receipt)
    office = found(Office, paper.office_id)
    _require_reason(reason)
    if not current_scope().may(VOID) or _needs_approval(paper, office):
        if current_scope().may(APPROVE_VOID) and not office.second_person:
            return _carry_out(paper, office, reason, approved_by=_me())
        return _ask(paper, reason)
    return _carry_out(paper, office, reason, approved_by=None)


def approve_void(*, approval: int, note: str = "") -> Approval:
    """Approve a waiting void and carry it out; nobody approves what he asked for himself while the office wants a second person."""
    request = _waiting(approval)
    office = found(Office, request.office_id)
    paper = found(Receipt, request.receipt_id)
    if request.created_by_id == _me() and office.second_person:
        raise OperationRefused(Message("You asked for this void yourself. Another person must approve it."), code="maker_is_checker")
    reversal = _reverse(paper, office, request.reason, made_by=request.created_by_id or _me(), approved_by=_me())
    db.session.flush()
    _decide(request, ApprovalStatus.APPROVED, note)
    request.reversal_id = reversal.id
    return request


def refuse_void(*, approval: int, note: str = "") -> Approval:
    """Refuse a waiting void; the receipt stands."""
    request = _waiting(approval)
    _decide(request, ApprovalStatus.REFUSED, note)
    return request


def _reverse(paper: Receipt, office: Office, reason: str, *, made_by: int, approved_by: int | None) -> Reversal:
    effects.call("lock_for_void", paper)
    # The customer's row is the lock of his credit. Line, customer, charges: payments take them in the same order.
    if paper.credited:
        locked(Customer, paper.customer_id)
    charges = locked_charges([allocation.charge_id for allocation in paper.allocations])
    _require_standing(paper)
    _require_credit_left(paper)
    effects.call("may_void", paper)
    today = clock.today(office)
    number = NumberToCome(office.id, "reversal", office.reversal_prefix, today.year)
    reversal = Reversal(
        office_id=office.id,
        number=number,
        year=today.year,
        sequence=number.sequence,
        receipt_id=paper.id,
        booked_on=today,
        total=paper.total,
        reason=reason.strip(),
        needs_approval=_needs_approval(paper, office),
        approved_by_id=approved_by,
        second_person_off=not office.second_person,
        created_by_id=made_by,
        created_at=moment_of(today, office),
    )
    db.session.add(reversal)
    db.session.flush()
    withdrawn = [charge for given in effects.call("charges_withdrawn_by_void", paper) for charge in given]
    _give_back(paper, charges)
    _withdraw(withdrawn, reversal)
    post(reversal, _mirrored(paper, withdrawn), booked_on=today)
    effects.call("receipt_voided", paper, reversal)
    return reversal


def _needs_approval(paper: Receipt, office: Office) -> bool:
    """Say whether another person must approve: on a later day, or when the cashier's shift is closed."""
    shift_is_closed = paper.shift is not None and paper.shift.closed_at is not None
    return paper.booked_on < clock.today(office) or shift_is_closed


def _require_standing(paper: Receipt) -> None:
    reversal = db.session.scalars(select(Reversal).where(Reversal.receipt_id == paper.id)).one_or_none()
    if reversal is not None:
        raise OperationRefused(
            Message(
                "The receipt %(number)s was voided by %(person)s on %(date)s.",
                number=paper.number,
                person=str(reversal.created_by),
                date=reversal.booked_on,
            ),
            code="already_voided",
        )


def _require_credit_left(paper: Receipt) -> None:
    """Refuse while the credit that the receipt gave has been spent: the customer would owe the office his own money."""
    if not paper.credited:
        return
    balance = credit_balance(paper.customer)
    if balance < paper.credited:
        raise OperationRefused(
            Message(
                "The receipt gave a credit of %(credit)s, of which only %(balance)s is left. Void the receipts that used it first.",
                credit=paper.credited,
                balance=balance,
                currency=paper.content["currency"],
            ),
            code="credit_spent",
        )


def _give_back(paper: Receipt, charges: Iterable[Charge]) -> None:
    by_id = {charge.id: charge for charge in charges}
    for allocation in paper.allocations:
        by_id[allocation.charge_id].paid -= allocation.amount
    db.session.flush()


def _withdraw(charges: Iterable[Charge], reversal: Reversal) -> None:
    for charge in charges:
        if charge.paid != Decimal(0):
            raise OperationRefused(
                Message("The receipt cannot be voided: another receipt has paid part of the same debt."), code="debt_shared"
            )
        charge.reversal_id = reversal.id


def _mirrored(paper: Receipt, withdrawn: Iterable[Charge]) -> list[Side]:
    """Return the exact mirror of the receipt's entry and of the entries of the charges withdrawn with it."""
    entries = select(JournalEntry.id).where(
        (JournalEntry.receipt_id == paper.id) | JournalEntry.charge_id.in_([charge.id for charge in withdrawn])
    )
    postings = db.session.scalars(select(Posting).where(Posting.entry_id.in_(entries)).order_by(Posting.id))
    return [Side(posting.account, -posting.amount, posting.customer_id, posting.fee_kind) for posting in postings]


def _ask(paper: Receipt, reason: str) -> Approval:
    # Two who ask at once come one after the other.
    locked(Customer, paper.customer_id)
    _require_standing(paper)
    if _waiting_for(paper) is not None:
        raise OperationRefused(
            Message("Somebody has asked already to void the receipt %(number)s. The request waits for approval.", number=paper.number),
            code="void_waiting",
        )
    effects.call("may_void", paper)
    request = Approval(office_id=paper.office_id, receipt_id=paper.id, reason=reason.strip(), created_by_id=_me())
    db.session.add(request)
    return request


def _waiting_for(paper: Receipt) -> Approval | None:
    statement = select(Approval).where(Approval.receipt_id == paper.id, Approval.status == ApprovalStatus.WAITING)
    request: Approval | None = db.session.scalars(statement.with_for_update()).one_or_none()
    return request


def _carry_out(paper: Receipt, office: Office, reason: str, *, approved_by: int | None) -> Reversal:
    """Void on one's own word; a request of somebody else that waited for the same is granted with it."""
    reversal = _reverse(paper, office, reason, made_by=_me(), approved_by=approved_by)
    request = _waiting_for(paper)
    if request is not None:
        db.session.flush()
        _decide(request, ApprovalStatus.APPROVED, "")
        request.reversal_id = reversal.id
    return reversal


def _waiting(approval: int) -> Approval:
    require_right(APPROVE_VOID)
    request = locked(Approval, approval)
    if request.status is not ApprovalStatus.WAITING:
        raise OperationRefused(Message("This request has been decided already."), code="already_decided")
    return request


def _decide(request: Approval, status: ApprovalStatus, note: str) -> None:
    request.status = status
    request.decided_by_id = _me()
    request.decided_at = clock.now()
    request.decision_note = note


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise OperationRefused(Message("Give a reason for the void."), code="reason_missing", field="reason")


def _me() -> int:
    return current_scope().user_id or 0
