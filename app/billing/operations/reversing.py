"""The counter-document 沖正 itself: what it mirrors, gives back and withdraws. By whom and when it may be made is in ``voids``.

A receipt, a payment voucher, a hand-over of money, or an operation that left no paper. The domains upstairs are asked whether it may be
(``may_void``), what goes first (``voided_first``) and with it (``charges_withdrawn_by_void``), and put back what was (``document_voided``).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import false, select
from sqlalchemy.sql.elements import ColumnElement

from app.billing.choices import AdjustmentKind, Method
from app.billing.journal import JournalEntry, Posting, Side, post
from app.billing.models import Adjustment, Charge, Receipt, Reversal, Voucher, name_of, names
from app.billing.operations.charges import locked_charges
from app.billing.operations.receipts import credit_balance
from app.billing.operations.requests import grant
from app.billing.operations.shifts import moment_of
from app.billing.queries import adjustment_stands, has_adjustments
from app.customers.models import Customer
from app.foundation import clock, effects
from app.foundation.database import db
from app.foundation.numbering import NumberToCome
from app.foundation.transactions import explain_constraint, found, locked
from app.offices.models import Office
from app.values.errors import Conflict, Message, OperationRefused
from app.values.money import ZERO, sum_of

if TYPE_CHECKING:
    from app.billing.models.reversals import Voidable

# What has no customer has no row whose lock two people would wait for: of two who void it at once the second is told so.
for _column in ("receipt_id", "voucher_id", "handover_id", "event_id", "service_charge_id", "adjustment_id"):
    explain_constraint(f"uq_reversal_{_column}", Message("Somebody else has voided this just now."), kind=Conflict)


def reverse(document: Voidable, office: Office, reason: str, *, made_by: int, approved_by: int | None) -> Reversal:
    """Make the counter-document of ``document``, after those of what has to go first, put everything back, and grant what waited for it."""
    effects.call("lock_for_void", document)
    lock_customer(document)
    for earlier in [each for given in effects.call("voided_first", document) for each in given]:
        reverse(earlier, office, reason, made_by=made_by, approved_by=approved_by)
    charges = _charges_of(document)
    require_standing(document)
    effects.call("may_void", document)
    _require_no_credit_of(document, charges)
    # Last: to void the receipts that used the credit is no way out where something else forbids the void.
    _require_credit_left(document)
    today = clock.today(office)
    number = NumberToCome(office.id, "reversal", office.reversal_prefix, today.year)
    reversal = Reversal(
        office_id=office.id,
        number=number,
        year=today.year,
        sequence=number.sequence,
        booked_on=today,
        total=document.total,
        reason=reason.strip(),
        needs_approval=needs_approval(document, office),
        approved_by_id=approved_by,
        second_person_off=not office.second_person,
        created_by_id=made_by,
        created_at=moment_of(today, office),
        **names(document),
    )
    db.session.add(reversal)
    db.session.flush()
    withdrawn = [charge for given in effects.call("charges_withdrawn_by_void", document) for charge in given]
    _give_back(document, charges)
    _withdraw(withdrawn, reversal, document)
    post(reversal, _mirrored(document, withdrawn), booked_on=today)
    effects.call("document_voided", document, reversal)
    db.session.flush()
    grant(document, reversal)
    return reversal


def _charges_of(document: Voidable) -> list[Charge]:
    """Return, locked, the charges that a document settled or changed."""
    if isinstance(document, Adjustment):
        return locked_charges([document.charge_id])
    return locked_charges([allocation.charge_id for allocation in document.allocations]) if isinstance(document, Receipt) else []


def lock_customer(document: Voidable) -> None:
    """Lock the customer of a document, if it has one: his row is the lock of his credit, and whatever is posted for him waits for it.

    Line, customer, charges: payments take them in the same order.
    """
    if document.customer_id is not None:
        locked(Customer, document.customer_id)


def needs_approval(document: Voidable, office: Office) -> bool:
    """Say whether another person must approve: on a later day, or when the cashier's shift is closed."""
    shift_is_closed = document.shift is not None and document.shift.closed_at is not None
    return document.booked_on < clock.today(office) or shift_is_closed


def require_standing(document: Voidable) -> None:
    """Refuse what was voided already."""
    reversal = db.session.scalars(select(Reversal).filter_by(**names(document))).one_or_none()
    if reversal is not None:
        raise OperationRefused(_voided_by(document, str(reversal.created_by), reversal.booked_on), code="already_voided")


def _voided_by(document: Voidable, person: str, date: datetime.date) -> Message:
    if isinstance(document, Receipt):
        return Message("The receipt %(number)s was voided by %(person)s on %(date)s.", number=document.number, person=person, date=date)
    return Message("%(document)s was voided by %(person)s on %(date)s.", document=name_of(document), person=person, date=date)


def credit_given(document: Voidable) -> Decimal:
    """Return what a document put into its customer's balance."""
    if isinstance(document, Receipt):
        return document.credited
    if isinstance(document, Voucher):
        return sum_of(each.amount for each in document.methods if each.method is Method.CREDIT)
    return document.credited if isinstance(document, Adjustment) else ZERO


def _require_credit_left(document: Voidable) -> None:
    """Refuse while the credit that a document gave has been spent: the customer would owe the office his own money."""
    credit = credit_given(document)
    if not credit or not isinstance(document, Receipt | Voucher | Adjustment) or document.customer is None:
        return
    balance = credit_balance(document.customer)
    if balance < credit:
        currency = found(Office, document.office_id).currency.value
        raise OperationRefused(
            Message(
                "%(document)s gave a credit of %(credit)s, of which only %(balance)s is left. Void what used it first.",
                document=name_of(document),
                credit=credit,
                balance=balance,
                currency=currency,
            ),
            code="credit_spent",
        )


def _require_no_credit_of(document: Voidable, charges: Iterable[Charge]) -> None:
    """Refuse while an adjustment has made credit of what a receipt paid: the money would go back, and the credit stay."""
    if not isinstance(document, Receipt):
        return
    given = {allocation.charge_id: allocation.amount for allocation in document.allocations}
    rows = select(Adjustment).where(Adjustment.charge_id.in_(given), Adjustment.credited > 0, adjustment_stands()).order_by(Adjustment.id)
    credited: dict[int, list[Adjustment]] = {}
    for each in db.session.scalars(rows):
        credited.setdefault(each.charge_id, []).append(each)
    for charge in charges:
        adjustments = credited.get(charge.id, [])
        if charge.paid - given[charge.id] < sum_of(each.credited for each in adjustments):
            raise OperationRefused(
                Message(
                    "%(adjustment)s made credit of what %(document)s paid. Void the adjustment first.",
                    adjustment=adjustments[-1].name,
                    document=name_of(document),
                ),
                code="adjusted",
            )


def _give_back(document: Voidable, charges: Iterable[Charge]) -> None:
    by_id = {charge.id: charge for charge in charges}
    if isinstance(document, Adjustment):
        _undo_adjustment(document, by_id[document.charge_id])
    if not isinstance(document, Receipt):
        return
    for allocation in document.allocations:
        by_id[allocation.charge_id].paid -= allocation.amount
    db.session.flush()


def _undo_adjustment(document: Adjustment, charge: Charge) -> None:
    if document.kind is AdjustmentKind.WRITE_OFF:
        charge.written_off -= document.amount
        return
    if charge.open_amount + document.settled < 0:
        raise OperationRefused(
            Message("What %(document)s added was paid since. Void the receipt of that first.", document=document.name), code="paid_since"
        )
    charge.adjusted += document.settled


def _withdraw(charges: Iterable[Charge], reversal: Reversal, document: Voidable) -> None:
    for charge in charges:
        if charge.paid != ZERO:
            raise OperationRefused(_paid_by_another(document), code="debt_shared")
        if has_adjustments(charge.id):
            raise OperationRefused(
                Message("%(document)s was adjusted or written off. Void its adjustments first.", document=name_of(document)),
                code="adjusted",
            )
        charge.reversal_id = reversal.id


def _paid_by_another(document: Voidable) -> Message:
    if isinstance(document, Receipt):
        return Message("The receipt cannot be voided: another receipt has paid part of the same debt.")
    return Message("%(document)s cannot be voided: its fee was paid since. Void the receipt of that first.", document=name_of(document))


def _mirrored(document: Voidable, withdrawn: Iterable[Charge]) -> list[Side]:
    """Return the exact mirror of the document's entry and of the entries of the charges withdrawn with it."""
    of_charges = JournalEntry.charge_id.in_([charge.id for charge in withdrawn])
    entries = select(JournalEntry.id).where(_entry_of(document) | of_charges)
    postings = db.session.scalars(select(Posting).where(Posting.entry_id.in_(entries)).order_by(Posting.id))
    return [Side(posting.account, -posting.amount, posting.customer_id, posting.fee_kind) for posting in postings]


def _entry_of(document: Voidable) -> ColumnElement[bool]:
    """Return the condition of a document's own entry; an operation has none."""
    (column, number), *_ = names(document).items()
    of_document: ColumnElement[bool] = getattr(JournalEntry, column) == number if hasattr(JournalEntry, column) else false()
    return of_document
