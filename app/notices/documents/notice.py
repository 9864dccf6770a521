"""The payment-due notice: what became due in a period, what was due before, what the credit covers."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.billing.models import Charge
from app.customers.models import Customer
from app.debts.models import LateInterest
from app.foundation.i18n import say
from app.notices.documents.frame import Sender, charged_name, common, language_of, spoken
from app.notices.documents.services import asked_for, service_block
from app.notices.queries import Known
from app.places.models import Unit
from app.runs.models import ServiceCharge
from app.values.dates import days_of
from app.values.money import ZERO, sum_of


@dataclass(frozen=True)
class Worked:
    """What a notice comes to: what stands on it, the sum to pay, what of the credit was taken off, and until when."""

    total: Decimal
    credit: Decimal
    charges: tuple[int, ...]
    due_on: datetime.date
    parts: Mapping[str, Any]


def worked_out(known: Known, unit: Unit, customer: Customer, sender: Sender, today: datetime.date) -> Worked:
    """Return the notice of a unit and a customer. The credit it takes off, and the debts of no unit it names, are then no longer known."""
    locale = language_of(customer, sender.office).value
    here = known.of_period[unit.id, customer.id]
    blocks = [service_block(each, known, sender, locale) for each in here]
    charged = sum_of(each.total for each in here)
    rows, earlier = _debts(known, unit, customer, sender, locale, today)
    settled = sum_of(each.charge.open_amount for each in here) - charged
    if settled:
        rows.append({"kind": "paid" if settled < 0 else "adjusted", "amount": str(settled)})
    owed = charged + settled + sum_of(Decimal(row["amount"]) for row in rows if row["kind"] not in ("paid", "adjusted"))
    credit = min(known.credits.get(customer.id, ZERO), max(owed, ZERO))
    left = known.credits.get(customer.id, ZERO) - credit
    if credit:
        rows.append({"kind": "credit", "amount": str(-credit)})
    known.credits[customer.id] = left
    known.shown.setdefault(customer.id, set()).update(each.id for each in earlier)
    charges = {each.id: each for each in (*(one.charge for one in here), *earlier)}
    return Worked(
        owed - credit,
        credit,
        tuple(sorted(charges)),
        min(each.charge.due_on for each in here),
        {
            "services": blocks,
            "charged": str(charged),
            "debts": rows,
            "debts_total": str(owed - credit - charged),
            "credit_left": str(left),
            "taxes": _taxes(here),
            # As strings: the names of a document are texts.
            "counted": {
                str(number): {"asked": asked_for(charges[number]), "paid": str(charges[number].paid)} for number in sorted(charges)
            },
        },
    )


def _debts(
    known: Known, unit: Unit, customer: Customer, sender: Sender, locale: str, today: datetime.date
) -> tuple[list[dict[str, Any]], list[Charge]]:
    """Return what is open of before, the oldest first, and those charges."""
    pair, shown = (unit.id, customer.id), known.shown.get(customer.id, set())
    rows: list[tuple[datetime.date, dict[str, Any]]] = []
    charges: list[Charge] = []
    for each in known.earlier.get(pair, ()):
        name = charged_name(each, sender.office, locale)
        rows.append((each.charge.due_on, owed_row(name, each.period.month, each.charge.due_on, each.charge.open_amount, today)))
        charges.append(each.charge)
    interest = [each for each in known.interest.get(pair, ()) if each.charge is not None]
    charges += [each.charge for each in interest if each.charge is not None]
    rows += interest_rows(interest)
    for charge in known.elsewhere.get(customer.id, ()):
        if charge.id not in shown:
            rows.append((charge.due_on, owed_row(say(charge.fee_kind, locale), charge.on, charge.due_on, charge.open_amount, today)))
            charges.append(charge)
    return [row for _, row in sorted(rows, key=lambda each: each[0])], charges


def owed_row(name: str, month: datetime.date, due_on: datetime.date, amount: Decimal, today: datetime.date) -> dict[str, Any]:
    """Return a charge of before with the days it is overdue."""
    return {
        "kind": "charge",
        "name": name,
        "month": month.isoformat(),
        "due_on": due_on.isoformat(),
        "days": max((today - due_on).days, 0),
        "amount": str(amount),
    }


def interest_rows(interest: Sequence[LateInterest]) -> list[tuple[datetime.date, dict[str, Any]]]:
    """Return the late interest with the days it is for, that of one month and the same days as one row, each with the day it became due."""
    sums: dict[tuple[datetime.date, datetime.date, datetime.date, datetime.date], Decimal] = defaultdict(Decimal)
    for each in interest:
        assert each.charge is not None
        sums[each.charge.due_on, each.source.on, each.starts_on, each.ends_on] += each.charge.open_amount
    return [
        (
            due_on,
            {
                "kind": "interest",
                "month": month.isoformat(),
                "start": start.isoformat(),
                "end": end.isoformat(),
                "days": days_of(start, end),
                "amount": str(amount),
            },
        )
        for (due_on, month, start, end), amount in sums.items()
    ]


def _taxes(charges: Sequence[ServiceCharge]) -> list[dict[str, str]]:
    """Return the taxes of the period by their percent, the highest first."""
    found: dict[Decimal, Decimal] = defaultdict(Decimal)
    for charge in charges:
        for tax in charge.bill.get("taxes", ()):
            found[Decimal(tax["percent"])] += Decimal(tax["amount"])
    return [{"percent": str(percent), "amount": str(found[percent])} for percent in sorted(found, reverse=True)]


def notice_content(
    worked: Worked,
    sender: Sender,
    unit: Unit,
    customer: Customer,
    *,
    number: str,
    reference: str,
    month: datetime.date,
    today: datetime.date,
    replaces: str = "",
    persons: str = "",
) -> dict[str, Any]:
    """Return everything a payment-due notice prints, frozen when it is issued."""
    frame = common(sender, unit, customer, number=number, reference=reference, today=today, total=worked.total, persons=persons)
    return {
        "template": "payment_notice",
        **frame,
        "total_in_words": spoken(worked.total, sender, frame["locale"]),
        "kind": "due",
        "month": month.isoformat(),
        "due_on": worked.due_on.isoformat(),
        "replaces": replaces,
        "complaint_days": sender.setting.complaint_days,
        **worked.parts,
    }
