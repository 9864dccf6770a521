"""The desk's other half: a customer's open charges, ticked or paid by an amount, with the interest that is due and the credit he has."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import selectinload

from app.billing.choices import Method
from app.billing.documents import detail_of
from app.billing.forms import COUNTER_METHODS
from app.billing.models import Charge, Receipt
from app.billing.operations.receipts import credit_balance
from app.billing.queries import open_charges
from app.counter.desk import Sale
from app.counter.rules import proposed_cash
from app.customers.models import Customer
from app.debts.operations.interest import interest_due
from app.debts.operations.paying import DebtPayment, pay_debts
from app.foundation import clock, transactions
from app.foundation.database import db
from app.foundation.i18n import current_locale, month_in_words, say
from app.foundation.views import EntityForm, FlagField, LongTextField, MoneyField, Preview, PreviewLine, RadioField, TextField
from app.foundation.views.interface import record_id
from app.offices.models import Office
from app.values.errors import N_, Malformed, Message, OperationRefused
from app.values.money import ZERO, sum_of


class DebtPaymentForm(EntityForm):
    """What the cashier enters when open charges are paid; which of them are ticked is read beside it."""

    amount = MoneyField(N_("Amount"), help=N_("Left empty, all that is ticked. An amount covers the oldest first; what is more is credit."))
    uses_credit = FlagField(N_("Use the credit"))
    method = RadioField(N_("Payment method"), options=COUNTER_METHODS, default=Method.CASH)
    tendered = MoneyField(N_("Cash tendered"))
    reference = TextField(N_("Transaction reference"))
    payer_name = TextField(N_("Received from"))
    note = LongTextField(N_("Note"), span=3)

    def payment(self, ticked: Sequence[int]) -> DebtPayment:
        """Return the terms as the operation takes them."""
        return DebtPayment(
            charges=tuple(ticked),
            amount=self.amount.data,
            method=Method(self.method.data or "cash"),
            tendered=self.tendered.data,
            reference=self.reference.data or "",
            uses_credit=bool(self.uses_credit.data),
            payer_name=self.payer_name.data or "",
            note=self.note.data or "",
        )


@dataclass(frozen=True)
class DebtRow:
    """An open charge as the desk lists it; ``interest`` is due on it and not posted yet."""

    charge: Charge
    text: str
    days_late: int
    interest: Decimal
    is_ticked: bool


@dataclass(frozen=True)
class DebtCard:
    """Everything the desk shows of a customer's debts."""

    rows: Sequence[DebtRow]
    total: Decimal
    interest: Decimal
    credit: Decimal


def ticked_in(form: Any) -> list[int]:
    """Return the charges that were ticked. Raises Malformed for what is no number."""
    numbers = [record_id(text) for text in form.getlist("charges")]
    if None in numbers:
        raise Malformed(Message("The address cannot be read."), code="bad_charges")
    return [number for number in numbers if number is not None]


def debt_card(customer: Customer, office: Office, ticked: Sequence[int] | None) -> DebtCard:
    """Return the open charges of a customer; all are ticked where nobody has ticked yet."""
    day = clock.today(office)
    charges = list(db.session.scalars(open_charges(customer.id).options(selectinload(Charge.lines))))
    due = {each.source.service_charge.charge_id: each.interest.amount for each in interest_due([customer.id], office, day)}
    rows = [_row(charge, day, due.get(charge.id, ZERO), ticked) for charge in charges]
    total = sum_of(charge.open_amount for charge in charges)
    return DebtCard(rows, total, sum_of(due.values()), credit_balance(customer))


def _row(charge: Charge, day: datetime.date, interest: Decimal, ticked: Sequence[int] | None) -> DebtRow:
    return DebtRow(charge, text_of(charge), (day - charge.due_on).days, interest, ticked is None or charge.id in ticked)


def text_of(charge: Charge) -> str:
    """Return what a charge is for: fee kind, and unit, service or days where its lines say them."""
    detail = detail_of(charge, current_locale())
    months = [line.period_start for line in charge.lines if line.period_start]
    month = month_in_words(months[0]) if months and charge.is_of_a_service and "late_interest" not in charge.fee_kind else ""
    return " · ".join(part for part in (say(charge.fee_kind), detail, month) if part)


def debt_sale(form: DebtPaymentForm, customer: int, ticked: Sequence[int]) -> Sale:
    """Return what the form would do, by the payment's own operation run and rolled back."""
    if form.errors:
        return Sale()
    try:
        require_something(form, ticked)
        sale: Sale = transactions.preview(pay_debts, _described, customer=customer, payment=form.payment(ticked))
    except OperationRefused as refusal:
        return Sale(problems=[refusal.message])
    return sale


def require_something(form: DebtPaymentForm, ticked: Sequence[int]) -> None:
    """Refuse a payment for which nothing was ticked and no amount given."""
    if not ticked and form.amount.data is None:
        raise OperationRefused(Message("Tick a charge, or give an amount."), code="nothing_ticked", field="amount")


def _described(receipt: Receipt) -> Sale:
    currency = receipt.content["currency"]
    by_credit = sum_of(each.amount for each in receipt.methods if each.method is Method.CREDIT)
    lines = [PreviewLine(text_of(each.charge), each.amount) for each in receipt.allocations]
    if receipt.credited:
        lines.append(PreviewLine(N_("Becomes credit"), receipt.credited))
    if by_credit:
        lines.append(PreviewLine(N_("From credit balance"), -by_credit))
    total = receipt.total - by_credit
    preview = Preview(lines=lines, total=total, currency=currency, deed=Message("Take %(amount)s", amount=total, currency=currency))
    return Sale(preview=preview, cash=proposed_cash(total, currency))
