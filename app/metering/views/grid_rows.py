"""The rows of a building's grid: each meter in floor order, its last reading, the mean, and what was read of it in the month."""

from __future__ import annotations

import calendar
import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor
from uuid import uuid4

from app.foundation.database import db
from app.metering.choices import ReadingKind, WarningColour
from app.metering.models import Reading
from app.metering.operations.places import Place, places_of
from app.metering.queries import walk_of
from app.metering.rules.consumption import Offered
from app.places.models import Building
from app.tariffs.models import Service
from app.values.errors import Message

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Month:
    """The month of a grid and the day on which its readings are typed."""

    first: datetime.date
    read_on: datetime.date

    @property
    def last(self) -> datetime.date:
        return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])

    @property
    def code(self) -> str:
        return f"{self.first:%Y-%m}"


@dataclass
class GridRow:
    """One meter of the walk. ``typed``, ``problem`` and ``offered`` are of a figure that was just refused and is still in its field."""

    place: Place
    month: Month
    typed: str = ""
    reason: str = ""
    problem: Message | None = None
    offered: Sequence[Offered] = ()
    mark: str = field(default_factory=lambda: str(uuid4()))

    @property
    def meter(self) -> int:
        return self.place.meter.id

    @property
    def name(self) -> str:
        return self.place.installation.place

    @property
    def floor(self) -> str:
        unit = self.place.installation.unit
        return unit.floor if unit is not None else ""

    @property
    def reading(self) -> Reading | None:
        """What was read of the meter in the month."""
        rows = [each for each in self.place.readings if self.month.first <= each.read_on <= self.month.last]
        return next((each for each in reversed(rows) if each.kind is not ReadingKind.FIRST), None)

    @property
    def old(self) -> Reading | None:
        """The reading before: of the month's own reading, else of the day on which one is typed."""
        day = self.reading.read_on if self.reading is not None else self.month.read_on
        rows = self.place.before(day)
        return rows[-1] if rows else None

    @property
    def mean(self) -> Decimal | None:
        """What the meter uses by the mean of three months, from the reading before to the day of this one."""
        if self.reading is not None and self.reading.mean is not None:
            return self.reading.mean
        old = self.old
        day = self.reading.read_on if self.reading is not None else self.month.read_on
        exact = self.place.mean((day - old.read_on).days, day) if old is not None else None
        return Decimal(floor(exact + HALF)) if exact is not None else None

    @property
    def whole_mean(self) -> int | None:
        """The mean as people read it, half up."""
        return floor(Fraction(self.mean) + HALF) if self.mean is not None else None

    @property
    def share(self) -> int:
        """The length of the bar: the mean is its middle, twice the mean and more fills it."""
        mean = self.mean
        if self.reading is None or not mean:
            return 0
        return min(100, int(self.reading.consumption * 50 / mean))

    @property
    def deviation(self) -> int | None:
        """How far the consumption is from the mean, in per cent."""
        mean = self.mean
        if self.reading is None or not mean or self.reading.mean is None:
            return None
        return floor(Fraction(self.reading.consumption) * 100 / Fraction(mean) + HALF) - 100

    @property
    def tone(self) -> str:
        """The class of the row: red and amber ones are seen from afar."""
        if self.problem is not None:
            return "is-bad"
        if self.reading is None:
            return "is-unread"
        return {WarningColour.RED: "is-red" if self.reading.is_waiting else "is-settled", WarningColour.AMBER: "is-amber"}.get(
            self.reading.colour, ""
        )


@dataclass(frozen=True)
class Grid:
    """The meters of one service in one building, and what was read of them in a month."""

    building: Building
    service: Service
    month: Month
    rows: list[GridRow]

    @property
    def read(self) -> int:
        return sum(row.reading is not None for row in self.rows)

    @property
    def waiting(self) -> int:
        return sum(row.reading is not None and row.reading.is_waiting for row in self.rows)

    @property
    def counts(self) -> Counter[str]:
        """How many rows are unread, red, amber, estimated."""
        found: Counter[str] = Counter()
        for row in self.rows:
            if row.reading is None:
                found["unread"] += 1
                continue
            found["red"] += row.reading.is_waiting
            found["amber"] += row.reading.colour is WarningColour.AMBER
            found["estimated"] += row.reading.is_estimate
        return found

    @property
    def consumption(self) -> Decimal:
        return sum((row.reading.consumption for row in self.rows if row.reading is not None), Decimal(0))

    def row(self, meter: int) -> GridRow | None:
        return next((row for row in self.rows if row.meter == meter), None)


def grid_of(building: Building, service: Service, month: Month) -> Grid:
    """Return the grid of a building, a service and a month."""
    day = min(month.read_on, month.last)
    installations = db.session.scalars(walk_of(building.id, service.id, day)).all()
    return Grid(building, service, month, [GridRow(place, month) for place in places_of(installations)] if installations else [])
