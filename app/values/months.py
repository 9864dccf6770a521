"""Arithmetic of months, always counted from one day, so that a run that began on the 31st comes back to the 31st."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from app.values.dates import ONE_DAY


class Month(date):
    """A month as people name it, by its first day: wherever a day is written in the reader's way, this is written as its month."""

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month of ``day``."""
        return cls(day.year, day.month, 1)

    def __str__(self) -> str:
        """As programs write it: 2026-10."""
        return self.strftime("%Y-%m")


def add_months(day: date, months: int) -> date:
    """Return the day ``months`` later, clamped to the last day of its month: 31 January + 1 month is 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_covered_day(anchor: date, months: int) -> date:
    """Return the last day of a run of ``months`` that started on ``anchor``; the day before ``anchor`` when there are none."""
    return add_months(anchor, months) - ONE_DAY


def month_start(day: date) -> date:
    """Return the first day of the month of ``day``."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])
