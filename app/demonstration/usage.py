"""What units of the demonstration use of a service, by month, and the months that are read."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from decimal import Decimal

from app.tariffs.choices import ServiceKind

MONTHS = 14
# Kind of service -> least and most of a usual month, and what twelve months use of it, from January.
USED = {
    ServiceKind.ELECTRICITY: (110, 340),
    ServiceKind.WATER: (7, 24),
    ServiceKind.GAS: (3, 9),
    ServiceKind.AIR_CONDITIONING: (90, 420),
}
SEASONS = {
    ServiceKind.ELECTRICITY: (92, 88, 90, 96, 108, 120, 126, 122, 112, 102, 94, 93),
    ServiceKind.WATER: (90, 88, 95, 100, 108, 115, 118, 116, 106, 100, 95, 92),
    # More is cooked at the turn of the year, and at noon nobody lights a stove in July.
    ServiceKind.GAS: (114, 116, 104, 100, 96, 90, 86, 88, 95, 100, 105, 110),
    ServiceKind.AIR_CONDITIONING: (54, 50, 56, 68, 92, 120, 130, 124, 108, 86, 68, 58),
}
FALSE_FIGURES = (Decimal("2.7"), Decimal("0.15"), Decimal("3.4"), Decimal("0.2"))


def month_ends(today: datetime.date) -> Iterator[datetime.date]:
    """Yield the last days of the months before this one, the day on which meters were hung first."""
    for back in range(MONTHS + 1, 0, -1):
        month = today.year * 12 + today.month - 1 - back
        yield datetime.date(month // 12, month % 12 + 1, calendar.monthrange(month // 12, month % 12 + 1)[1])
