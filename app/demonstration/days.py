"""Days and hours in the life of a line: everything comes after what was before, in the hours of its office."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from random import Random
from zoneinfo import ZoneInfo

from app.demonstration.profiles import OfficeProfile

ONE_DAY = datetime.timedelta(days=1)
OPENS, CLOSES = 9 * 60, 17 * 60 + 30  # minutes after midnight


@dataclass(kw_only=True)
class Days:
    """The days of one line, until ``today``; ``busy_until`` is its last moment so far."""

    profile: OfficeProfile
    random: Random
    opened_on: datetime.date
    today: datetime.date
    busy_until: datetime.datetime | None = None

    @property
    def free_from(self) -> datetime.date:
        """The day after the line's last one."""
        busy = self.busy_until.astimezone(self._zone).date() if self.busy_until else self.opened_on
        return busy + ONE_DAY

    def moment(self, on: datetime.date, minutes: int | None = None) -> datetime.datetime:
        """Return a moment of the office's hours on a day, always after the line's last one; ``minutes`` after it where given."""
        at = self._hour(on)
        if self.busy_until is not None and self.busy_until.astimezone(self._zone).date() >= on:
            at = self.busy_until + datetime.timedelta(minutes=minutes or self.random.randrange(5, 20))
        self.busy_until = at
        return at

    def _hour(self, on: datetime.date) -> datetime.datetime:
        midnight = datetime.datetime.combine(on, datetime.time(), self._zone)
        at = midnight + datetime.timedelta(minutes=self.random.randrange(OPENS, CLOSES), seconds=self.random.randrange(60))
        return at.astimezone(datetime.UTC)

    def days(self, least: int, most: int) -> datetime.timedelta:
        return datetime.timedelta(days=self.random.randint(least, most))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.profile.time_zone)

    def visit_on(self, on: datetime.date) -> datetime.datetime:
        """Return a full hour of a day, for an appointment."""
        return self._hour(on).replace(minute=0, second=0)
