"""Rows of cover with the money behind them, as a plan change and a closure read and write them.

n days of a row are worth price × n ÷ of_days. A plan change cuts a row in two: both parts keep its months, anchor 起算日 and
anchor_months, and remember by ``cut_from_days`` how many days those months had, so that later prices start from whole months.

Source: broadband specification 套餐變更 and 銷戶; docs/rules/plan_change.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeVar

from app.broadband.choices import PeriodKind
from app.broadband.rules.standing import Run
from app.values.dates import days_of


class SoldRow(Protocol):
    """A row in force; a ``WrittenRow`` and the stored ``ServicePeriod`` both are one."""

    @property
    def kind(self) -> PeriodKind: ...

    @property
    def start(self) -> date: ...

    @property
    def stop(self) -> date: ...

    @property
    def months(self) -> int: ...

    @property
    def price(self) -> Decimal: ...

    @property
    def of_days(self) -> int: ...

    @property
    def anchor(self) -> date: ...

    @property
    def anchor_months(self) -> int: ...

    @property
    def cut_from_days(self) -> int | None: ...


Sold = TypeVar("Sold", bound=SoldRow)


@dataclass(frozen=True, kw_only=True)
class WrittenRow:
    """A row that a rule writes; ``cut_from_days`` is None while the row is whole."""

    kind: PeriodKind
    start: date
    stop: date
    months: int
    price: Decimal
    anchor: date
    anchor_months: int
    cut_from_days: int | None = None

    @property
    def of_days(self) -> int:
        """Its length: n days of it are worth price × n ÷ of_days."""
        return days_of(self.start, self.stop)


def is_bought(row: SoldRow) -> bool:
    """Say whether money of these books stands behind the row: not behind a gift, nor behind the days of earlier books."""
    return row.kind in (PeriodKind.PAID, PeriodKind.PLAN_CHANGE)


def days_as_sold(row: SoldRow) -> int:
    """Return how many days the months of the row had when they were sold."""
    return row.cut_from_days or row.of_days


def run_of(row: SoldRow) -> Run:
    """Return the run as it stands after the row. Both parts of a cut row have the same, and no other row of the line has it."""
    return Run(row.anchor, row.anchor_months)


def worth_of(row: SoldRow, days: int) -> Fraction:
    """Return what ``days`` of the row are worth, not rounded; nothing for a gift or the days of earlier books."""
    return Fraction(row.price) * days / row.of_days if is_bought(row) else Fraction(0)
