"""Late interest 逾期利息 / lãi chậm trả on what is open of a charge, day by day, with a watermark behind which days are final.

Not on broadband charges, whose 滞纳金 late fee has a rule of its own, and not on interest.
Source: card rules for debts, late interest; docs/rules/late_interest.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext

from app.values.dates import ONE_DAY, days_of
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, rounded, sum_of

# More figures than amount × rate × days has: the sum of unrounded days stays exact.
EXACT = 60


@dataclass(frozen=True)
class InterestTerms:
    """The debt policy of an office: ``rate`` per day as a fraction, days of ``grace``, the ``cap`` as a multiple of the amount.

    Raises OperationRefused where one of them is negative.
    """

    rate: Decimal = Decimal("0.0005")
    grace: int = 5
    cap: Decimal = Decimal("1.00")

    def __post_init__(self) -> None:
        if self.rate < 0 or self.grace < 0 or self.cap < 0:
            raise OperationRefused(Message("Rate, grace and cap of the late interest must not be negative."), code="interest_terms")


@dataclass(frozen=True)
class Settled:
    """What lowered a charge on a day: a payment, a correction or a write-off. It counts from the next day."""

    on: date
    amount: Decimal


@dataclass(frozen=True)
class Debt:
    """A charge that bears interest: its amount, its due date, and what was settled of it.

    ``corrected`` is what corrections have added to the amount, below 0 what they took from it: it moves the cap.
    """

    amount: Decimal
    due_on: date
    settled: tuple[Settled, ...] = ()
    corrected: Decimal = ZERO

    @property
    def asked_for(self) -> Decimal:
        """What the charge asks for after its corrections, however much of it was paid or given up."""
        return self.amount + self.corrected

    def open_at_start_of(self, day: date) -> Decimal:
        """Return what was open when ``day`` began."""
        return self.amount - sum_of(each.amount for each in self.settled if each.on < day)


@dataclass(frozen=True)
class Watermark:
    """How far a charge has been counted: to which day, the exact sum of those days, and what was posted of it."""

    counted_to: date | None = None
    exact: Decimal = ZERO
    posted: Decimal = ZERO


@dataclass(frozen=True)
class InterestDays:
    """Days in a row with one balance, and their unrounded interest."""

    starts_on: date
    ends_on: date
    balance: Decimal
    interest: Decimal

    @property
    def days(self) -> int:
        return days_of(self.starts_on, self.ends_on)


@dataclass(frozen=True)
class Interest:
    """The ``amount`` to post now, the ``lines`` that explain it, and the ``watermark`` to keep."""

    amount: Decimal
    lines: tuple[InterestDays, ...]
    watermark: Watermark


def late_interest(debt: Debt, *, to: date, terms: InterestTerms, currency: str, so_far: Watermark | None = None) -> Interest:
    """Return the interest on ``debt`` to the day ``to``, included, behind what was counted ``so_far``.

    Each day from the day after due + grace costs rate × what was open when it began. Posted is the rounded exact sum so far, at most
    what the charge asks for × cap, less what was posted: so the number of postings does not matter. No day is counted twice.
    """
    before = so_far or Watermark()
    first = first_interest_day(debt, terms)
    if before.counted_to is not None:
        first = max(first, before.counted_to + ONE_DAY)
    lines = tuple(_lines(debt, first, to, terms.rate))
    with localcontext(prec=EXACT):
        exact = before.exact + sum_of(line.interest for line in lines)
        due = rounded(min(exact, debt.asked_for * terms.cap), currency)
    # A cap that was lowered takes nothing back.
    amount = max(due - before.posted, rounded(ZERO, currency))
    counted_to = max(to, before.counted_to or to)
    return Interest(amount, lines, Watermark(counted_to, exact, before.posted + amount))


def first_interest_day(debt: Debt, terms: InterestTerms) -> date:
    """Return the first day that costs interest: the day after the due date and its days of grace."""
    return debt.due_on + timedelta(days=terms.grace + 1)


def _lines(debt: Debt, first: date, last: date, rate: Decimal) -> Iterable[InterestDays]:
    """Return the days ``first`` … ``last`` in runs of one balance, without those on which nothing was open."""
    changes = sorted({each.on + ONE_DAY for each in debt.settled if first <= each.on < last})
    for start, stop in zip([first, *changes], [*(day - ONE_DAY for day in changes), last], strict=True):
        balance = debt.open_at_start_of(start)
        days = days_of(start, stop)
        if days and balance > 0:
            with localcontext(prec=EXACT):
                yield InterestDays(start, stop, balance, balance * rate * days)
