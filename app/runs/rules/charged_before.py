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

from app.runs.rules.unit_bills import Outcome, PartFault, ReadingTaken
from app.values.errors import Message
from app.values.money import ZERO, sum_of

# The first and the last day of a charge.
Days = tuple[date, date]


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


def still_to_charge(outcome: Outcome, charged: Sequence[Days], earlier: Sequence[Charged] = ()) -> Outcome | None:
    """Return what is proposed for a part of a period of which the days ``charged`` stand charged; nothing where it is one of those.

    A part that meets a charge of other days, since the occupant changed after it was posted, is a fault: no day is charged twice. So is one
    that reaches back into days charged with an ``earlier`` period: their reading was withdrawn, and the charge still stands.
    """
    before_it = [each for each in earlier if each.starts_on <= outcome.ends_on and outcome.starts_on <= each.ends_on]
    if before_it and not isinstance(outcome, PartFault):
        reason = Message(
            "The days from %(start)s to %(end)s are charged already with an earlier month. Void that charge first.",
            start=before_it[0].starts_on,
            end=before_it[0].ends_on,
        )
        return PartFault(outcome.starts_on, outcome.ends_on, reason, "days_charged", outcome.customer)
    if any(starts_on == outcome.starts_on for starts_on, _ in charged):
        return None
    met = [days for days in charged if days[0] <= outcome.ends_on and outcome.starts_on <= days[1]]
    if not met:
        return outcome
    reason = Message(
        "The days from %(start)s to %(end)s are charged already to another occupant. Void that charge first.",
        start=met[0][0],
        end=met[0][1],
    )
    return PartFault(outcome.starts_on, outcome.ends_on, reason, "days_charged", outcome.customer)


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
