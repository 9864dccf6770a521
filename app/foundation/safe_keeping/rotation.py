"""Which backups stay. Pure.

The newest backup of each of the last days, weeks (Monday to Sunday) and months that have one; a backup may stay for several reasons.
Without backups for a while nothing is thrown away: days, weeks and months without any are not counted.
Worked examples: docs/operations.md, "Backup".
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any

DAILY, WEEKLY, MONTHLY = 7, 4, 12


def kept(
    moments: Iterable[datetime.datetime], *, daily: int = DAILY, weekly: int = WEEKLY, monthly: int = MONTHLY
) -> frozenset[datetime.datetime]:
    """Return which of the backups made at ``moments`` stay; the days are those of the moments' own time zone."""
    newest_first = sorted(set(moments), reverse=True)
    reasons: tuple[tuple[int, Callable[[datetime.datetime], Any]], ...] = (
        (daily, lambda moment: moment.date()),
        (weekly, lambda moment: moment.isocalendar()[:2]),
        (monthly, lambda moment: (moment.year, moment.month)),
    )
    return frozenset(moment for count, period in reasons for moment in _newest_of_each(newest_first, count, period))


def _newest_of_each(
    newest_first: list[datetime.datetime], count: int, period: Callable[[datetime.datetime], Any]
) -> list[datetime.datetime]:
    newest: dict[Any, datetime.datetime] = {}
    for moment in newest_first:
        newest.setdefault(period(moment), moment)
    return list(newest.values())[:count]
