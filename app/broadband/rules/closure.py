"""The closure 銷戶: what goes back 退費 for the days that are not used, and what is set off against it 銷戶結算.

By day: the unused days of each row at its price, newest row first. By month: its whole unused months. With both the maintenance fee
維護費 of whole unused months goes back as well; other fees never. Months given and the days of earlier books are worth nothing.

Source: broadband specification 用戶銷戶; docs/rules/closure.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Generic

from app.broadband.choices import RefundPolicy
from app.broadband.rules.sold_rows import Sold, SoldRow, WrittenRow, is_bought, run_of, worth_of
from app.broadband.rules.standing import Run
from app.broadband.rules.stop_date import take_days
from app.values.dates import ONE_DAY, days_of
from app.values.money import ZERO, rounded_down
from app.values.months import add_months, last_covered_day


@dataclass(frozen=True)
class RefundLine(Generic[Sold]):
    """What goes back for one row: ``days`` of its ``of_days`` days at ``price``; ``months`` where whole months were counted."""

    row: Sold
    days: int
    of_days: int
    price: Decimal
    amount: Decimal
    months: int | None = None


@dataclass(frozen=True)
class MaintenancePaid:
    """The maintenance fee 維護費 that one sale took: ``amount`` for ``months`` months."""

    amount: Decimal
    months: int

    @classmethod
    def of_payment(cls, *, plan_total: Decimal, maintenance_total: Decimal, discount: Decimal, months: int) -> MaintenancePaid:
        """Return what a payment took for maintenance. A discount that is more than the plan lowers the maintenance next."""
        beyond_plan = max(discount - plan_total, ZERO)
        return cls(max(maintenance_total - beyond_plan, ZERO), months)


@dataclass(frozen=True)
class MaintenanceLine:
    """The maintenance fee that goes back for ``months`` whole unused months of one sale."""

    start: date
    stop: date
    months: int
    paid: MaintenancePaid
    amount: Decimal


def plan_refund(rows: Sequence[Sold], *, unused_days: int, policy: RefundPolicy, currency: str) -> tuple[RefundLine[Sold], ...]:
    """Return what goes back for ``unused_days``, a line for each of the ``rows`` that gives some of them, newest first.

    Each row's amount is rounded down. ``unused_days`` are those of ``stop_date.days_unused``: 0 for an expired line, the frozen ones
    while the clock stands still.
    """
    if policy is RefundPolicy.NONE:
        return ()
    by_day = policy is RefundPolicy.BY_DAY
    lines = (
        _by_day(taken.row, taken.days, currency) if by_day else _by_month(taken.row, taken.days, currency)
        for taken in take_days(rows, unused_days)
    )
    return tuple(line for line in lines if line.days)


def _by_day(row: Sold, days: int, currency: str) -> RefundLine[Sold]:
    return RefundLine(row, days, row.of_days, row.price, rounded_down(worth_of(row, days), currency))


def _by_month(row: Sold, days: int, currency: str) -> RefundLine[Sold]:
    months, days = whole_months(row, days)
    is_whole = row.cut_from_days is None and row.months > 0
    worth = Fraction(row.price) * months / row.months if is_whole else worth_of(row, days)
    amount = rounded_down(worth if is_bought(row) else Fraction(0), currency)
    return RefundLine(row, days, row.of_days, row.price, amount, months)


def whole_months(row: SoldRow, days: int) -> tuple[int, int]:
    """Return how many whole months the last ``days`` days of the row hold, and how many days those months have.

    Months are those of the row's run, counted back from its end by the anchor. The month in which a row was cut is no whole one.
    """
    first_unused = row.stop - ONE_DAY * (days - 1)
    months = held = 0
    for month in range(row.anchor_months, row.anchor_months - row.months, -1):
        start, stop = add_months(row.anchor, month - 1), last_covered_day(row.anchor, month)
        if first_unused <= start and stop <= row.stop:
            months, held = months + 1, held + days_of(start, stop)
    return months, held


def maintenance_refund(
    rows: Sequence[SoldRow], *, unused_days: int, policy: RefundPolicy, paid: Mapping[Run, MaintenancePaid], currency: str
) -> tuple[MaintenanceLine, ...]:
    """Return the maintenance fees that go back: those of the whole unused months of every sale, newest first.

    ``paid`` tells what each sale took, by the run as it stood after the sale's row; months given took nothing. A plan change leaves the
    maintenance alone, so the parts of a cut row are counted as the whole they were.
    """
    if policy is RefundPolicy.NONE:
        return ()
    lines = []
    for taken in take_days(_as_sold(rows), unused_days):
        fee = paid.get(run_of(taken.row))
        months, _ = whole_months(taken.row, taken.days)
        if months and fee is not None and fee.amount:
            worth = Fraction(fee.amount) * months / fee.months
            lines.append(MaintenanceLine(taken.row.start, taken.row.stop, months, fee, rounded_down(worth, currency)))
    return tuple(lines)


def _as_sold(rows: Sequence[SoldRow]) -> list[WrittenRow]:
    sold: dict[Run, WrittenRow] = {}
    for row in sorted(rows, key=lambda each: each.start):
        earlier = sold.get(run_of(row))
        sold[run_of(row)] = replace(earlier, stop=row.stop) if earlier else _copy(row)
    return list(sold.values())


def _copy(row: SoldRow) -> WrittenRow:
    return WrittenRow(
        kind=row.kind,
        start=row.start,
        stop=row.stop,
        months=row.months,
        price=row.price,
        anchor=row.anchor,
        anchor_months=row.anchor_months,
    )


def refund_before_installation(*, paid: Decimal, work_done: Decimal = ZERO) -> Decimal:
    """Return what goes back for a line that was never installed: everything ``paid`` except the ``work_done`` already."""
    return max(paid - work_done, ZERO)


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """The settlement 銷戶結算 of a closure. Nothing holds a closure up: what the refund does not cover stays a debt."""

    plan_refund: Decimal = ZERO
    maintenance: Decimal = ZERO
    deposits: Decimal = ZERO
    credit_paid_out: Decimal = ZERO
    arrears: Decimal = ZERO
    late_fee: Decimal = ZERO
    damages: Decimal = ZERO

    @property
    def due_back(self) -> Decimal:
        """Everything that goes back to the customer before deductions."""
        return self.plan_refund + self.maintenance + self.deposits + self.credit_paid_out

    @property
    def deductions(self) -> Decimal:
        """Everything that he owes for the line: arrears, late fee, and equipment lost or damaged."""
        return self.arrears + self.late_fee + self.damages

    @property
    def set_off(self) -> Decimal:
        """The part of the debts that what goes back pays."""
        return min(self.due_back, self.deductions)

    @property
    def paid_out(self) -> Decimal:
        """What is left for the customer: the amount of the voucher."""
        return self.due_back - self.set_off

    @property
    def still_owed(self) -> Decimal:
        """What stays a debt of the customer."""
        return self.deductions - self.set_off
