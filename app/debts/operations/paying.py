"""Paying debts at the counter: all of them, some that were ticked with their interest, or an amount; the customer's credit is offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.billing.choices import Method
from app.billing.models import Charge, Receipt
from app.billing.operations.receipts import PaidItem, credit_balance, take_payment
from app.billing.queries import open_charges
from app.billing.rules.allocation import OpenCharge, allocation
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.debts.models import LateInterest
from app.debts.operations.interest import before_payment
from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import found, locked
from app.offices.models import Office
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, require_amount, sum_of


@dataclass(frozen=True)
class DebtPayment:
    """What is paid: ``charges`` that were ticked, none means every open one; ``amount`` None means all of that.

    ``uses_credit`` takes the customer's credit first; the rest is paid by ``method``.
    """

    charges: tuple[int, ...] = ()
    amount: Decimal | None = None
    method: Method = Method.CASH
    tendered: Decimal | None = None
    reference: str = ""
    uses_credit: bool = False
    payer_name: str = ""
    note: str = ""


def pay_debts(*, customer: int, payment: DebtPayment) -> Receipt:
    """Take a payment of debts: interest is posted before, the oldest are covered first, what is more than owed becomes credit.

    The interest on a ticked charge is paid with it. Raises OperationRefused where nothing is owed, for a ticked charge that is not open
    any more, and as ``take_payment`` does.
    """
    person = locked(Customer, customer)
    office = found(Office, person.office_id)
    before_payment(person, clock.today(office))
    due = _chosen(person, payment.charges)
    if not due:
        raise OperationRefused(Message("There is nothing to pay: nothing is owed and no amount was given."), code="nothing_to_pay")
    owed = sum_of(charge.open_amount for charge in due)
    total = owed if payment.amount is None else require_amount(payment.amount, office.currency.value, field="amount")
    opened = [OpenCharge(charge.id, charge.due_on, charge.open_amount) for charge in due]
    parts = allocation(total, opened, currency=office.currency.value).parts
    return take_payment(
        customer=person.id,
        items=tuple(PaidItem(part.charge, part.amount) for part in parts),
        methods=_methods(payment, person, total, sum_of(part.amount for part in parts)),
        payer_name=payment.payer_name,
        note=payment.note,
    )


def _chosen(person: Customer, ticked: Sequence[int]) -> list[Charge]:
    """Return the open charges that are paid: those ticked and the interest on them, or all."""
    due = list(db.session.scalars(open_charges(person.id)))
    if not ticked:
        return due
    interest = select(LateInterest.charge_id).where(LateInterest.source_charge_id.in_(ticked), LateInterest.reversal_id.is_(None))
    wanted = {*ticked, *db.session.scalars(interest)}
    if not set(ticked) <= {charge.id for charge in due}:
        raise OperationRefused(Message("A chosen charge is not open any more. Choose again."), code="charge_not_open", field="charges")
    return [charge for charge in due if charge.id in wanted]


def _methods(payment: DebtPayment, person: Customer, total: Decimal, settled: Decimal) -> tuple[MethodAmount, ...]:
    credit = min(credit_balance(person), settled) if payment.uses_credit else ZERO
    rest = total - credit
    if not credit:
        return (MethodAmount(payment.method, total, payment.tendered, payment.reference),)
    by_credit = MethodAmount(Method.CREDIT, credit)
    return (by_credit, MethodAmount(payment.method, rest, payment.tendered, payment.reference)) if rest else (by_credit,)
