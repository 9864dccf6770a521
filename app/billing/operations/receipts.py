"""Receiving: a receipt for charges, paid by one or several methods."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.billing.choices import LedgerAccount, Method
from app.billing.documents import receipt_content, receipt_locale
from app.billing.journal import Posting, Side, post
from app.billing.models import Allocation, Charge, Receipt, ReceiptMethod, Shift
from app.billing.operations.charges import locked_charges, require_open
from app.billing.operations.shifts import moment_of, shift_of
from app.billing.queries import open_charges
from app.billing.rules.methods import MethodAmount, Paid, settled_methods
from app.customers.models import Customer
from app.foundation import clock, effects
from app.foundation.database import db
from app.foundation.numbering import NumberToCome
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.foundation.writing import enter, new
from app.offices.models import Office, SystemUser
from app.values.amount_in_words import in_words
from app.values.errors import Message, OperationRefused
from app.values.money import require_amount, require_fitting, sum_of


@dataclass(frozen=True)
class Payment:
    """How a customer pays; ``at_door`` where an installer collects it for the order that he completes."""

    methods: tuple[MethodAmount, ...]
    payer_name: str = ""
    at_door: bool = False


@dataclass(frozen=True)
class PaidItem:
    """A charge to be paid; ``amount`` None means all that is open."""

    charge: int
    amount: Decimal | None = None


@dataclass(frozen=True)
class ReadAhead:
    """What somebody who receives many payments has seen to for all of them: who takes them, in which shifts, whether the credit that
    pays is enough (the customers' rows are locked)."""

    cashier: SystemUser
    shifts: dict[datetime.date, Shift] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What a receipt says beside its money: the line or the units it is about, and a note."""

    broadband_account: str = ""
    unit: str = ""
    plan: str = ""
    months: int = 0
    address: str = ""
    note: str = ""
    remark: Message | None = None


# What the domains above tell of the charges that a receipt is for: read once for many charges, told of any of them.
Telling = Callable[[Sequence[Charge]], Facts]
TOLD = ("broadband_account", "unit", "plan", "address")


def take_payment(
    *,
    customer: int,
    items: tuple[PaidItem, ...] = (),
    methods: tuple[MethodAmount, ...],
    payer_name: str = "",
    note: str = "",
) -> Receipt:
    """Take a payment for open charges of ``customer``; without ``items`` the oldest first. What is paid above them becomes credit.

    His late interest is posted up to today before, so it is among what the money covers.
    Raises OperationRefused when a charge is paid already, belongs to somebody else, or the methods do not cover the items.
    """
    person = locked(Customer, customer)
    office = found(Office, person.office_id)
    today = clock.today(office)
    effects.call("before_payment", [person], office, today)
    wanted = items or oldest_first(list(db.session.scalars(open_charges(person.id))), methods, office)
    charges = locked_charges([item.charge for item in wanted])
    by_id = {charge.id: charge for charge in charges}
    if len(by_id) < len(wanted):
        raise OperationRefused(Message("Every debt is named once in a payment."), code="charge_twice", field="items")
    shares = [(by_id[item.charge], share_of(by_id[item.charge], item, person, office)) for item in wanted]
    return receive(
        office=office,
        customer=person,
        shares=shares,
        payment=Payment(methods, payer_name),
        on=today,
        booked_on=today,
        facts=facts_told(effects.call("told_of_charges", charges, office) if charges else (), charges, note),
        exact=False,
    )


def facts_told(telling: Sequence[Telling], charges: Sequence[Charge], note: str) -> Facts:
    """Return what all tell of the charges: each fact is what the first says that knows it."""
    told = [tell(charges) for tell in telling]
    known: dict[str, Any] = {name: next((text for each in told if (text := getattr(each, name))), "") for name in TOLD}
    return Facts(note=note, **known)


def receive(
    *,
    office: Office,
    customer: Customer,
    shares: Sequence[tuple[Charge, Decimal]],
    payment: Payment,
    on: datetime.date,
    booked_on: datetime.date,
    facts: Facts,
    backdate_reason: str = "",
    exact: bool = True,
    ahead: ReadAhead | None = None,
) -> Receipt:
    """Issue a receipt for ``shares`` of charges (locked already, each once), allocate, post, and store its content as printed.

    Number and id come with the next flush: tie rows to the receipt itself, and copy ``number`` unread.
    """
    scope = current_scope()
    owed = sum_of(amount for _charge, amount in shares)
    paid = settled_methods(payment.methods, total=owed, currency=office.currency, exact=exact, at_door=payment.at_door)
    if not shares and not sum_of(each.amount for each in paid):
        raise OperationRefused(Message("There is nothing to pay: nothing is owed and no amount was given."), code="nothing_to_pay")
    total = sum_of(each.amount for each in paid)
    require_fitting(total, field="amount")
    for charge, amount in shares:
        require_open(charge, amount)
    if ahead is None:
        _require_credit(customer, paid, owed, office.currency)
    # Only after the last refusal: whoever takes many goes on to the next.
    for charge, amount in shares:
        charge.paid += amount
    has_cash = any(each.method is Method.CASH for each in paid)
    shift = _shift(office, booked_on, ahead) if has_cash else None
    cashier = ahead.cashier if ahead else db.session.get_one(SystemUser, scope.user_id)
    number = NumberToCome(office.id, "receipt", office.receipt_prefix, booked_on.year)
    receipt = new(
        Receipt,
        office_id=office.id,
        number=number,
        year=booked_on.year,
        sequence=number.sequence,
        customer_id=customer.id,
        on=on,
        booked_on=booked_on,
        total=total,
        credited=total - owed,
        total_in_words=in_words(
            total, office.currency, receipt_locale(office), linh=office.zero_word, whole=office.whole_word, capital=True
        ),
        has_cash=has_cash,
        shift_id=shift.id if shift else None,
        cashier_id=cashier.id,
        cashier=cashier,
        payer_name=payment.payer_name or customer.name,
        note=facts.note,
        backdate_reason=backdate_reason,
        created_by_id=scope.user_id,
        created_at=moment_of(booked_on, office),
        content={},
    )
    receipt.methods = [_method_row(office.id, each) for each in paid]
    receipt.allocations = [
        new(Allocation, office_id=office.id, charge_id=charge.id, charge=charge, amount=amount) for charge, amount in shares if amount
    ]
    receipt.content = receipt_content(
        receipt, office=office, customer=customer, charges=[charge for charge, _ in shares], shift=shift, facts=facts
    )
    enter(receipt)
    post(receipt, _received(receipt, paid, shares), booked_on=booked_on)
    return receipt


def credit_balance(customer: Customer) -> Decimal:
    """Return the customer's money in the office 預存餘額."""
    statement = select(func.coalesce(-func.sum(Posting.amount), 0)).where(
        Posting.office_id == customer.office_id, Posting.customer_id == customer.id, Posting.account == LedgerAccount.CREDIT
    )
    return Decimal(db.session.execute(statement).scalar_one())


def _require_credit(customer: Customer, paid: Sequence[Paid], owed: Decimal, currency: str) -> None:
    wanted = sum_of(each.amount for each in paid if each.method is Method.CREDIT)
    if not wanted:
        return
    if sum_of(each.amount for each in paid) > owed:
        # Credit that pays for credit would be a receipt for money that nobody brought.
        raise OperationRefused(
            Message("Credit pays what is owed, and no more than %(owed)s is owed.", owed=owed, currency=currency),
            code="credit_above_debts",
            field="method",
        )
    # The customer's row is the lock of his credit.
    locked(Customer, customer.id)
    balance = credit_balance(customer)
    if wanted > balance:
        raise OperationRefused(
            Message("The credit balance is %(balance)s, less than %(wanted)s.", balance=balance, wanted=wanted, currency=currency),
            code="credit_too_small",
            field="method",
        )


def _shift(office: Office, booked_on: datetime.date, ahead: ReadAhead | None) -> Shift:
    """Return the cashier's shift of the day; of many payments, taken in the order of their moments, only the first asks for it."""
    known = ahead.shifts if ahead is not None else {}
    if booked_on not in known:
        known[booked_on] = shift_of(office, current_scope().user_id or 0, booked_on)
    return known[booked_on]


def _method_row(office_id: int, paid: Paid) -> ReceiptMethod:
    return new(ReceiptMethod, office_id=office_id, method=paid.method, amount=paid.amount, tendered=paid.tendered, reference=paid.reference)


def _received(receipt: Receipt, paid: Sequence[Paid], shares: Sequence[tuple[Charge, Decimal]]) -> list[Side]:
    """Return the sides of a receipt's entry: money in against debts settled and credit given."""
    money = [Side(LedgerAccount(each.method.value), each.amount, receipt.customer_id) for each in paid]
    settled = [Side(LedgerAccount.RECEIVABLE, -amount, charge.customer_id, charge.fee_kind) for charge, amount in shares]
    return [*money, *settled, Side(LedgerAccount.CREDIT, -receipt.credited, receipt.customer_id)]


def oldest_first(due: Sequence[Charge], methods: tuple[MethodAmount, ...], office: Office) -> tuple[PaidItem, ...]:
    """Return the charges, of those that are open, that the money offered covers, the oldest first, the last one perhaps in part."""
    owed = sum_of(charge.open_amount for charge in due)
    amounts = [each.amount for each in methods]
    left = sum_of(require_amount(amount, office.currency) for amount in amounts if amount is not None) if all(amounts) else owed
    items = []
    for charge in due:
        share = min(charge.open_amount, left)
        if share <= 0:
            break
        items.append(PaidItem(charge.id, share))
        left -= share
    return tuple(items)


def share_of(charge: Charge, item: PaidItem, customer: Customer, office: Office) -> Decimal:
    """Return how much of a charge is paid. Raises OperationRefused for somebody else's, or for one that is paid already."""
    if charge.customer_id != customer.id:
        raise OperationRefused(Message("This debt belongs to another customer."), code="other_customer", field="items")
    amount = charge.open_amount if item.amount is None else require_amount(item.amount, office.currency, field="items")
    if amount <= 0:
        raise OperationRefused(Message("This debt has already been paid."), code="already_paid", field="items")
    return amount
