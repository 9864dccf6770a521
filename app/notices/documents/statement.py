"""The statement of a unit or a customer: every charge and payment of some days with a running balance, and what is open by age."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.billing.choices import AdjustmentKind, FeeKind
from app.billing.models import Adjustment, Allocation, Charge, Receipt, Reversal
from app.billing.operations.receipts import credit_balance
from app.billing.rules.ageing import ageing
from app.billing.rules.allocation import OpenCharge
from app.billing.statement import statement_of
from app.customers.models import Customer
from app.debts.models import LateInterest
from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.transactions import found
from app.notices.captions import words
from app.notices.documents.frame import Sender, charged_name, common, language_of
from app.notices.queries import in_order
from app.offices.models import Office
from app.places.models import Unit
from app.runs.models import ServiceCharge
from app.values import formats
from app.values.money import ZERO, sum_of


@dataclass(frozen=True)
class Entry:
    """One document's part: its day, number and words, what it charged and what it paid."""

    on: datetime.date
    number: str
    text: str
    charge: Decimal
    payment: Decimal


def statement_content(
    customer: Customer, unit: Unit | None, *, start: datetime.date, end: datetime.date, today: datetime.date
) -> dict[str, Any]:
    """Return everything the statement of a customer prints, or of what he owes for one unit."""
    sender = Sender.of(found(Office, customer.office_id))
    locale = language_of(customer, sender.office).value
    opening, entries = _of_unit(customer, unit, sender, locale, start, end) if unit else _of_customer(customer, sender, locale, start, end)
    rows, balance = [], opening
    for each in entries:
        balance += each.charge - each.payment
        rows.append(
            {
                "on": each.on.isoformat(),
                "number": each.number,
                "text": each.text,
                "charge": str(each.charge) if each.charge else "",
                "payment": str(each.payment) if each.payment else "",
                "balance": str(balance),
            }
        )
    frame = common(
        sender,
        unit,
        customer,
        number=unit.code if unit is not None else customer.customer_no,
        reference="",
        today=today,
        total=max(balance, ZERO),
    )
    return {
        **frame,
        "template": "account_statement",
        "kind": "statement",
        "is_of_unit": unit is not None,
        "code": "",
        "start": start.isoformat(),
        "end": end.isoformat(),
        "opening": str(opening),
        "rows": rows,
        "charged": str(sum_of(each.charge for each in entries)),
        "paid": str(sum_of(each.payment for each in entries)),
        "closing": str(balance),
        "ages": _ages(customer, unit, today),
        # The balance of a customer is what is open less what is held for him; a unit holds nothing.
        "credit": str(credit_balance(customer)) if unit is None else "0",
    }


def _of_customer(customer: Customer, sender: Sender, locale: str, start: datetime.date, end: datetime.date) -> tuple[Decimal, list[Entry]]:
    """Return the opening balance and the entries as the journal has them."""
    stated = statement_of(customer, start, end)
    charges = [line.document.id for line in stated.lines if line.document.kind == "charge"]
    services = {each.charge_id: each for each in db.session.scalars(_services(ServiceCharge.charge_id.in_(charges)))}
    entries = []
    for line in stated.lines:
        text = words(f"kind_{line.document.kind}", locale) if f"kind_{line.document.kind}" in _KINDS else line.document.kind
        if line.document.kind == "charge":
            of = services.get(line.document.id)
            text = f"{of.unit.code} · {_charged(of, sender, locale)}" if of is not None else _other_charge(line.fee_kind, locale)
        entries.append(Entry(line.on, line.document.number or "", text, line.charge, line.payment))
    return stated.opening_balance, entries


def _other_charge(kind: FeeKind | None, locale: str) -> str:
    """Return what a charge of no service is called: late interest as notices call it, others as everywhere."""
    return words("interest_charged", locale) if kind is FeeKind.LATE_INTEREST else say(kind, locale)


_KINDS = frozenset({"kind_charge", "kind_receipt", "kind_voucher", "kind_reversal", "kind_adjustment"})


def _services(condition: Any) -> Select[tuple[ServiceCharge]]:
    return (
        select(ServiceCharge)
        .where(condition)
        .options(
            joinedload(ServiceCharge.charge),
            joinedload(ServiceCharge.service),
            joinedload(ServiceCharge.period),
            joinedload(ServiceCharge.unit),
        )
    )


def _charged(of: ServiceCharge, sender: Sender, locale: str) -> str:
    return f"{charged_name(of, sender.office, locale)} {formats.paper_month(of.period.month, locale)}"


def _of_unit(
    customer: Customer, unit: Unit, sender: Sender, locale: str, start: datetime.date, end: datetime.date
) -> tuple[Decimal, list[Entry]]:
    """Return the opening balance and the entries of the charges of one unit: what was voided stands in neither column."""
    entries: list[Entry] = []
    texts: dict[int, str] = {}
    for of in _of_charges(customer, unit):
        texts[of.charge_id] = _charged(of, sender, locale)
        entries.append(Entry(of.charge.on, "", texts[of.charge_id], of.charge.total, ZERO))
    for interest in _interest(list(texts)):
        if interest.charge is not None:
            text = f"{words('interest_charged', locale)} · {texts[interest.source_charge_id]}"
            texts[interest.charge.id] = text
            entries.append(Entry(interest.charge.on, "", text, interest.charge.total, ZERO))
    entries += _settled(list(texts), locale, texts)
    entries.sort(key=lambda each: each.on)
    before = [each for each in entries if each.on < start]
    return sum_of(each.charge - each.payment for each in before), [each for each in entries if start <= each.on <= end]


def _of_charges(customer: Customer, unit: Unit) -> Sequence[ServiceCharge]:
    own = select(Charge.id).where(Charge.customer_id == customer.id)
    condition = (ServiceCharge.unit_id == unit.id) & ServiceCharge.reversal_id.is_(None) & ServiceCharge.charge_id.in_(own)
    return sorted(db.session.scalars(_services(condition)), key=in_order)


def _interest(charges: Sequence[int]) -> Sequence[LateInterest]:
    statement = select(LateInterest).where(
        LateInterest.source_charge_id.in_(charges), LateInterest.charge_id.is_not(None), LateInterest.reversal_id.is_(None)
    )
    return list(db.session.scalars(statement.options(joinedload(LateInterest.charge)).order_by(LateInterest.id)))


def _settled(charges: Sequence[int], locale: str, texts: dict[int, str]) -> list[Entry]:
    gone = select(Reversal.id).where(Reversal.receipt_id == Allocation.receipt_id).exists()
    # A receipt is one line, whatever of the unit it paid.
    payments = (
        select(Receipt.booked_on, Receipt.number, func.sum(Allocation.amount).label("amount"))
        .join(Receipt, Receipt.id == Allocation.receipt_id)
        .where(Allocation.charge_id.in_(charges), ~gone)
        .group_by(Receipt.id, Receipt.booked_on, Receipt.number)
        .order_by(Receipt.id)
    )
    entries = [Entry(row.booked_on, row.number, words("kind_receipt", locale), ZERO, row.amount) for row in db.session.execute(payments)]
    undone = select(Reversal.id).where(Reversal.adjustment_id == Adjustment.id).exists()
    for each in db.session.scalars(select(Adjustment).where(Adjustment.charge_id.in_(charges), ~undone).order_by(Adjustment.id)):
        amount = each.amount if each.kind is AdjustmentKind.RAISE else each.credited - each.amount
        text = f"{words('kind_adjustment', locale)} · {texts[each.charge_id]}"
        entries.append(Entry(each.booked_on, str(each.number), text, max(amount, ZERO), max(-amount, ZERO)))
    return entries


def _ages(customer: Customer, unit: Unit | None, today: datetime.date) -> dict[str, str]:
    """Return what is open by its days past due; nothing where all is paid."""
    wanted = select(Charge).where(Charge.customer_id == customer.id, Charge.is_open())
    if unit is not None:
        own = select(ServiceCharge.charge_id).where(ServiceCharge.unit_id == unit.id)
        interest = select(LateInterest.charge_id).where(LateInterest.source_charge_id.in_(own), LateInterest.charge_id.is_not(None))
        wanted = wanted.where(or_(Charge.id.in_(own), Charge.id.in_(interest)))
    charges = [OpenCharge(each.id, each.due_on, each.open_amount) for each in db.session.scalars(wanted)]
    amounts = ageing(charges, on=today).amounts
    return {bucket.value: str(amount) for bucket, amount in amounts.items()} if charges else {}
