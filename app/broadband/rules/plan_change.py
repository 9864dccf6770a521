"""The change of plan 套餐變更, settled in money 補退差價 or booked for the end of the period 到期後生效.

In money: the days left, the day of the change included, are credited at the price at which they were sold and charged at the new
plan's price for the same months. The rows that give those days end and are written again as the part used and the rest. The stop date
stays. Months given and the days of earlier books pass on without credit or charge; days of compensation belong to no row and do too.

Source: broadband specification 套餐變更; docs/rules/plan_change.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Generic

from app.broadband.choices import PeriodKind
from app.broadband.rules.sold_rows import Sold, SoldRow, WrittenRow, days_as_sold, is_bought, worth_of
from app.broadband.rules.stop_date import newest_row, take_days
from app.values.dates import ONE_DAY, days_of
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, require_fee, rounded, sum_of


@dataclass(frozen=True)
class PlanPrice:
    """The price of a plan: ``fee`` for one package of ``months`` months."""

    fee: Decimal
    months: int = 1


@dataclass(frozen=True)
class RowChange(Generic[Sold]):
    """What the change does to one row: the last ``days`` of it move to the new plan.

    ``used`` is the part that stays on the old plan, None where the whole row moves; ``rest`` is the part on the new one.
    """

    row: Sold
    days: int
    credit: Decimal
    charge: Decimal
    used: WrittenRow | None
    rest: WrittenRow


@dataclass(frozen=True)
class PlanChange(Generic[Sold]):
    """A change of plan settled in money.

    ``shift_days`` are the days between the last day of the rows and the stop date where the newest row is written again: the change
    carries them on, so that the stop date stays.
    """

    days_left: int
    changes: tuple[RowChange[Sold], ...]
    fee: Decimal
    shift_days: int

    @property
    def credit(self) -> Decimal:
        """舊套餐餘值: what the days left are worth on the old plan."""
        return sum_of(change.credit for change in self.changes)

    @property
    def charge(self) -> Decimal:
        """新套餐應收: what the same days cost on the new plan."""
        return sum_of(change.charge for change in self.changes)

    @property
    def difference(self) -> Decimal:
        """應補退差價: charge − credit, without the fee; negative when money comes back."""
        return self.charge - self.credit

    @property
    def to_pay(self) -> Decimal:
        """The difference and the fee; negative when money comes back."""
        return self.difference + self.fee

    @property
    def rows_ended(self) -> tuple[Sold, ...]:
        """The rows that the change takes out of force."""
        return tuple(change.row for change in self.changes)

    @property
    def rows_written(self) -> tuple[WrittenRow, ...]:
        """The rows that stand in their place, oldest first."""
        parts = [part for change in self.changes for part in (change.used, change.rest) if part is not None]
        return tuple(sorted(parts, key=lambda part: part.start))


def plan_change(rows: Sequence[Sold], *, stops_on: date, on: date, new: PlanPrice, currency: str, fee: Decimal = ZERO) -> PlanChange[Sold]:
    """Return the change on ``on`` of a line with ``rows`` in force and the stop date ``stops_on`` to the plan ``new``.

    Raises OperationRefused after the stop date, where only a payment changes the plan, and for a negative fee.
    """
    if on > stops_on:
        raise OperationRefused(
            Message("The line stopped on %(date)s. The plan changes with the next payment.", date=stops_on),
            code="after_stop_date",
            field="on",
        )
    left = days_of(on, stops_on)
    changes = tuple(
        _row_change(taken.row, taken.days, new=new, currency=currency) for taken in take_days(rows, left) if is_bought(taken.row)
    )
    return PlanChange(left, changes, require_fee(fee, currency, field="fee"), _carried_shift(rows, changes, stops_on))


def _row_change(row: Sold, days: int, *, new: PlanPrice, currency: str) -> RowChange[Sold]:
    credit = rounded(worth_of(row, days), currency)
    charge = rounded(Fraction(new.fee) * row.months / new.months * days / days_as_sold(row), currency)
    first_day = row.stop - timedelta(days=days - 1)
    is_whole = days == row.of_days
    used = None if is_whole else _part(row, row.kind, row.start, first_day - ONE_DAY, row.price - credit)
    return RowChange(row, days, credit, charge, used, _part(row, PeriodKind.PLAN_CHANGE, first_day, row.stop, charge))


def _part(row: SoldRow, kind: PeriodKind, start: date, stop: date, price: Decimal) -> WrittenRow:
    is_cut = days_of(start, stop) < days_as_sold(row)
    return WrittenRow(
        kind=kind,
        start=start,
        stop=stop,
        months=row.months,
        price=price,
        anchor=row.anchor,
        anchor_months=row.anchor_months,
        cut_from_days=days_as_sold(row) if is_cut else None,
    )


def _carried_shift(rows: Sequence[Sold], changes: Sequence[RowChange[Sold]], stops_on: date) -> int:
    newest = newest_row(rows)
    is_written_again = any(change.row is newest for change in changes)
    return (stops_on - newest.stop).days if newest is not None and is_written_again else 0


def switch_day(stops_on: date, *, days_sold_since: int) -> date:
    """Return the first day on a plan that was booked for the end of the period.

    ``days_sold_since`` are the days sold at the new plan's price since the booking: the new plan begins where the old one's cover ends,
    also after that end has been shifted.
    """
    return stops_on + ONE_DAY - timedelta(days=days_sold_since)


def switches(stops_on: date, *, on: date, days_sold_since: int) -> bool:
    """Say whether a line moves to its booked plan by the day ``on``: the switch day has come, and days of the new plan were sold.

    A line that was not paid since the booking stays on its old plan, at whose price the days used without cover are counted.
    """
    return days_sold_since > 0 and on >= switch_day(stops_on, days_sold_since=days_sold_since)
