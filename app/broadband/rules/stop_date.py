"""The stop date 停止日期, the last day with service, and the days of cover that are not used yet.

Nobody types the stop date: it follows from the rows in force and from the shifts since the newest of them was sold.

Source: broadband specification 停止日期; docs/rules/stop_date.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, Protocol, TypeVar

from app.values.dates import ONE_DAY, days_of


class Cover(Protocol):
    """A row of days sold; a ``Period`` and the stored ``ServicePeriod`` both are one."""

    @property
    def start(self) -> date: ...

    @property
    def stop(self) -> date: ...


Row = TypeVar("Row", bound=Cover)


@dataclass(frozen=True)
class Taken(Generic[Row]):
    """``days`` unused days that lie in ``row``."""

    row: Row
    days: int


def newest_row(rows: Iterable[Row]) -> Row | None:
    """Return the row in force that ends last, None where there is none. Rows in force never overlap."""
    return max(rows, key=lambda row: row.stop, default=None)


def stop_date(rows: Iterable[Cover], *, shifted_days: Iterable[int] = (), billing_from: date | None = None) -> date | None:
    """Return the last day with service: the stop of the newest of the ``rows`` in force, moved by ``shifted_days``.

    ``shifted_days`` are the days of every shift booked since that row was sold. A line without a row has its last day before
    ``billing_from``: it is open, and owes from the first day. A line that is not installed has no stop date.
    """
    newest = newest_row(rows)
    shift = timedelta(days=sum(shifted_days))
    if newest is not None:
        return newest.stop + shift
    return billing_from - ONE_DAY + shift if billing_from is not None else None


def days_unused(stops_on: date, *, on: date, frozen_on: date | None = None) -> int:
    """Return stop date − day, at least 0. The day itself is used; while frozen the day of the suspension or cut counts."""
    return max((stops_on - (frozen_on or on)).days, 0)


def take_days(rows: Sequence[Row], days: int) -> tuple[Taken[Row], ...]:
    """Return which of the ``rows`` give ``days`` unused days: the newest first, each at most its own days, whatever its dates.

    Days beyond those of all rows come from compensation and belong to none.
    """
    taken: list[Taken[Row]] = []
    for row in sorted(rows, key=lambda each: each.stop, reverse=True):
        part = min(days, days_of(row.start, row.stop))
        if part > 0:
            taken.append(Taken(row, part))
        days -= part
    return tuple(taken)
