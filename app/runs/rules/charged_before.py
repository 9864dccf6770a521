"""What was charged before a bill: the year's pool that is used already, and the estimates that a real reading replaces.

A real reading after estimates counts from the last real one, so its quantity has theirs in it: they are in the pool once. Its bill takes
off what they were charged, and it begins on the day after theirs, so that no day is charged twice.
Source: fee rules §1 rule 5, §3; docs/rules/unit_bills.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.runs.rules.unit_bills import ReadingTaken
from app.values.money import ZERO, sum_of


@dataclass(frozen=True)
class Charged:
    """A charge that stands. ``periods`` were rated as one by it; ``in_year`` says that it belongs to the year's pool."""

    starts_on: date
    ends_on: date
    total: Decimal
    quantity: Decimal
    is_estimate: bool = False
    periods: int = 1
    in_year: bool = True


@dataclass(frozen=True)
class Before:
    """What was ``used`` of the pool before, what estimates that are replaced now were ``charged``, and the last of their days."""

    used: Decimal = ZERO
    charged: Decimal = ZERO
    until: date | None = None


def before(charges: Sequence[Charged], readings: Sequence[ReadingTaken]) -> Before:
    """Return what ``charges`` of earlier periods mean for a bill of ``readings``."""
    standing: list[Charged] = []
    for each in sorted(charges, key=lambda charge: charge.starts_on):
        for _ in range(each.periods - 1):
            if standing and standing[-1].is_estimate:
                standing.pop()
        standing.append(each)
    since = min((each.since for each in readings if each.estimated_periods), default=None)
    replaced = [each for each in standing if each.is_estimate and since is not None and each.starts_on >= since]
    used = sum_of(each.quantity for each in standing if each.in_year and each not in replaced)
    return Before(used, sum_of(each.total for each in replaced), max((each.ends_on for each in replaced), default=None))
