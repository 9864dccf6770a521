"""The ageing 账龄 / tuổi nợ of debts: how much is open since how many days after its due date.

Source: building services S1.3; docs/rules/ageing.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.billing.choices import AgeingBucket
from app.billing.rules.allocation import OpenCharge
from app.values.money import sum_of

# The last day of each bucket, counted from the due date; what is older belongs to the last one.
LAST_DAYS = {AgeingBucket.D0_30: 30, AgeingBucket.D31_60: 60, AgeingBucket.D61_90: 90}


@dataclass(frozen=True)
class Ageing:
    """What is open by age on a day; ``overdue`` is the part whose due date has passed."""

    amounts: Mapping[AgeingBucket, Decimal]
    overdue: Decimal

    @property
    def total(self) -> Decimal:
        return sum_of(self.amounts.values())


def ageing(charges: Iterable[OpenCharge], *, on: date) -> Ageing:
    """Return the open amounts of ``charges`` by their age ``on`` a day; every bucket is there, also with 0."""
    amounts = {bucket: Decimal(0) for bucket in AgeingBucket}
    overdue = Decimal(0)
    for charge in charges:
        amounts[bucket_of(charge.due_on, on=on)] += charge.open
        if charge.due_on < on:
            overdue += charge.open
    return Ageing(amounts, overdue)


def bucket_of(due_on: date, *, on: date) -> AgeingBucket:
    """Return the bucket of a charge by its days past due; one that is not due yet is the youngest."""
    late = (on - due_on).days
    return next((bucket for bucket, last in LAST_DAYS.items() if late <= last), AgeingBucket.OVER_90)
