"""Civil dates: days as people on the spot count them, in the time zone of their office."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


def day_in(moment: datetime, time_zone: str) -> date:
    """Return the civil date of ``moment`` (aware) in ``time_zone``: 16:30 UTC is already the next day in Shanghai."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return moment.astimezone(ZoneInfo(time_zone)).date()


def days_of(start: date, stop: date) -> int:
    """Return the number of days of ``start`` … ``stop``, both included; 0 when ``stop`` is before ``start``."""
    return max((stop - start).days + 1, 0)
