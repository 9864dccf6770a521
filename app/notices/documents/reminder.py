"""A reminder: what is overdue, with days and late interest, in words that grow firmer; the third names the earlier ones."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.customers.models import Customer
from app.notices.captions import words
from app.notices.choices import LEVELS
from app.notices.documents.frame import Sender, charged_name, common, language_of
from app.notices.models import Notice
from app.notices.queries import Known
from app.places.models import Unit
from app.values.money import ZERO, sum_of


def overdue_of(known: Known, unit: int, customer: int, day: datetime.date) -> list[tuple[int, datetime.date]]:
    """Return the charges of a unit and a customer that are overdue on ``day``, with their due dates."""
    return [(each.charge_id, each.charge.due_on) for each in known.earlier.get((unit, customer), ()) if each.charge.due_on < day]


def owed_by(known: Known, unit: Unit, customer: Customer, sender: Sender, day: datetime.date) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the rows of a reminder, each charge with its late interest, and the ids of all charges on it."""
    locale, pair = language_of(customer, sender.office).value, (unit.id, customer.id)
    interest: dict[int, Decimal] = defaultdict(Decimal)
    ids: list[int] = []
    overdue = [each for each in known.earlier.get(pair, ()) if each.charge.due_on < day]
    for row in known.interest.get(pair, ()):
        if row.charge is not None:
            interest[row.source_charge_id] += row.charge.open_amount
            ids.append(row.charge.id)
    rows = [
        {
            "name": charged_name(each, sender.office, locale),
            "month": each.period.month.isoformat(),
            "due_on": each.charge.due_on.isoformat(),
            "days": (day - each.charge.due_on).days,
            "amount": str(each.charge.open_amount),
            "interest": str(interest.pop(each.charge_id, ZERO)),
        }
        for each in sorted(overdue, key=lambda each: each.charge.due_on)
    ]
    if left := sum_of(interest.values()):
        # Interest on what has been paid since.
        rows.append(
            {"name": words("interest_charged", locale), "month": "", "due_on": "", "days": "", "amount": "0", "interest": str(left)}
        )
    return rows, [*(each.charge_id for each in overdue), *ids]


def reminder_content(
    rows: Sequence[dict[str, Any]],
    sender: Sender,
    unit: Unit,
    customer: Customer,
    *,
    level: int,
    number: str,
    reference: str,
    today: datetime.date,
    deadline: datetime.date,
    earlier: Sequence[Notice],
) -> dict[str, Any]:
    """Return everything a reminder prints, frozen when it is issued. ``earlier`` are the papers before it about the same debts."""
    amount = sum_of(Decimal(row["amount"]) for row in rows)
    interest = sum_of(Decimal(row["interest"]) for row in rows)
    locale = language_of(customer, sender.office).value
    return {
        "template": "debt_reminder",
        **common(sender, unit, customer, number=number, reference=reference, today=today, total=amount + interest),
        "kind": LEVELS[level].value,
        "level": level,
        "deadline": deadline.isoformat(),
        "rows": list(rows),
        "amount": str(amount),
        "interest": str(interest),
        "earlier": [
            {
                "number": each.number,
                "on": (each.delivered_on or each.issued_on).isoformat(),
                "issued_on": each.issued_on.isoformat(),
                "how": each.delivered_by.value if each.delivered_by is not None else "",
            }
            for each in earlier
        ],
        # The office's own words are in its own language; to a reader of another one the program's are said.
        "measures": sender.setting.measures
        if sender.setting.measures and locale == sender.office.language.value
        else words("measures", locale),
        "phone": sender.phone,
    }
