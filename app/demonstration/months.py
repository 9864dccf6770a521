"""When the months of the buildings are billed, and on which mornings people come with the money."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from app.demonstration.events import Billing, Collecting, Event
from app.demonstration.profiles import OfficeProfile
from app.demonstration.usage import month_ends

# Readings are of the last day of a month; the manager bills it on the second of the next one, before the office opens.
BILLED_AFTER = datetime.timedelta(days=2)
FIRST_DAYS, LATE_DAYS = (3, 14), (17, 27)
BILLED_AT, COLLECTED_AT = datetime.time(7), datetime.time(7, 30)


def months(profile: OfficeProfile, today: datetime.date) -> Iterator[Event]:
    """Yield the bills of the months that were read but the newest, and the mornings on which they are paid, until yesterday."""
    if not profile.buildings or not profile.tariffs:
        return
    ends = list(month_ends(today))[1:]
    for back, end in enumerate(reversed(ends)):
        if 0 < back <= profile.months_billed:
            billed_on = end + BILLED_AFTER
            at = _moment(profile, billed_on, BILLED_AT)
            yield Billing(at=at, office=profile.code, account="", by=profile.manager, month=end.replace(day=1))
            for day in (billed_on + datetime.timedelta(days=number) for number in (*range(*FIRST_DAYS), *range(*LATE_DAYS))):
                if day < today:
                    at = _moment(profile, day, COLLECTED_AT)
                    yield Collecting(at=at, office=profile.code, account="", by=profile.cashier, billed_on=billed_on, back=back)


def _moment(profile: OfficeProfile, day: datetime.date, time: datetime.time) -> datetime.datetime:
    return datetime.datetime.combine(day, time, ZoneInfo(profile.time_zone)).astimezone(datetime.UTC)
