"""A meter at its place, with what judging a reading needs: its readings that count, those of the meters before it, the limits."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select

from app.foundation.database import db
from app.metering.choices import ReadingKind
from app.metering.models import Meter, MeterInstallation, Reading
from app.metering.queries import live_readings
from app.metering.rules.consumption import Dial, Usual
from app.metering.rules.reading_entry import MeterLife
from app.metering.rules.unusual import Counted, Thresholds, Usage, Verdict, mean_for, usages_of, verdict
from app.places.choices import UnitStatus
from app.tariffs.models import Service, ServiceSetting
from app.values.errors import Message, OperationRefused

# Meters one behind another in one place whose readings are looked at; the mean needs three periods.
MOST_BEFORE = 3


@dataclass
class Place:
    """An installation with the readings that count: ``readings`` its own by day, ``earlier`` those of the meters that it replaced."""

    installation: MeterInstallation
    service: Service
    thresholds: Thresholds
    readings: list[Reading]
    earlier: list[Reading]

    @property
    def meter(self) -> Meter:
        return self.installation.meter

    @property
    def dial(self) -> Dial:
        return Dial(self.meter.digits, self.meter.factor)

    @property
    def is_occupied(self) -> bool:
        unit = self.installation.unit
        return unit is not None and unit.status is UnitStatus.OCCUPIED

    def life(self) -> MeterLife:
        """Return the days of the meter here, as the rules take them."""
        last_on = self.readings[-1].read_on if self.readings else None
        return MeterLife(self.meter.serial, self.installation.installed_on, last_on, self.installation.removed_on)

    def before(self, day: datetime.date) -> list[Reading]:
        """Return the readings that count of days before ``day``."""
        return self.readings[: bisect_left([each.read_on for each in self.readings], day)]

    def on(self, day: datetime.date) -> Reading | None:
        """Return the reading that counts of that day."""
        return next((each for each in self.readings if each.read_on == day), None)

    def base(self, day: datetime.date) -> tuple[Reading, int]:
        """Return the last real reading before ``day``, and how many estimates lie between. Raises OperationRefused without any."""
        for estimates, each in enumerate(reversed(self.before(day))):
            if not each.is_estimate:
                return each, estimates
        raise OperationRefused(Message("The meter %(serial)s has no first reading.", serial=self.meter.serial), code="no_first_reading")

    def history(self, day: datetime.date) -> tuple[tuple[Usage, ...], Usage | None]:
        """Return the accepted periods before ``day``, of the meters before too, and what one of them counted that is not carried yet."""
        rows = [each for each in (*self.earlier, *self.before(day)) if each.kind is not ReadingKind.FIRST and not each.is_waiting]
        return usages_of(
            Counted(each.read_on, each.days, each.consumption, each.is_estimate, each.kind is ReadingKind.FINAL) for each in rows
        )

    def judged(self, quantity: Decimal, days: int, day: datetime.date) -> Verdict:
        """Return the colour of ``quantity``, counted in ``days`` up to ``day``; with what a meter before it counted in the same period."""
        history, carried = self.history(day)
        if carried is not None:
            quantity, days = quantity + carried.quantity, days + carried.days
        return verdict(
            quantity,
            days=days,
            history=history,
            measure=self.service.measure,
            thresholds=self.thresholds,
            is_occupied=self.is_occupied,
        )

    def mean(self, days: int, day: datetime.date) -> Fraction | None:
        """Return what ``days`` up to ``day`` use by the mean of three periods."""
        return mean_for(days, self.history(day)[0])

    def usual(self, day: datetime.date) -> Usual | None:
        """Return what is known to weigh explanations of a reading of ``day`` that is below the last one; nothing without a mean."""
        rows = [each for each in self.before(day) if not each.is_estimate]
        if not rows:
            return None
        last = rows[-1]
        mean = self.mean((day - last.read_on).days, day)
        if mean is None:
            return None
        without_last = self.mean((day - rows[-2].read_on).days, last.read_on) if len(rows) > 1 else None
        return Usual(mean, self.thresholds, rows[-2].value if len(rows) > 1 else None, without_last)


def place_of(installation: MeterInstallation) -> Place:
    """Return the installation with what judging needs."""
    return places_of([installation])[0]


def places_of(installations: Sequence[MeterInstallation]) -> list[Place]:
    """Return installations with what judging needs, all of them by a few statements."""
    before = _before(installations)
    chains = {each.id: [step.id for step in reversed(before.get(each.id, []))] for each in installations}
    keys = sorted({each.id for each in installations} | {key for chain in chains.values() for key in chain})
    readings: dict[int, list[Reading]] = {}
    for row in db.session.scalars(live_readings(keys)):
        readings.setdefault(row.installation_id, []).append(row)
    services = {
        row.id: row for row in db.session.scalars(select(Service).where(Service.id.in_({each.meter.service_id for each in installations})))
    }
    limits = _limits(services, {each.meter.building_id for each in installations})
    return [
        Place(
            each,
            services[each.meter.service_id],
            limits.get((each.meter.service_id, each.meter.building_id)) or thresholds_of(services[each.meter.service_id]),
            readings.get(each.id, []),
            [row for key in chains[each.id] for row in readings.get(key, [])],
        )
        for each in installations
    ]


def thresholds_of(limits: Service | ServiceSetting) -> Thresholds:
    """Return from where on a consumption is unusual."""
    return Thresholds(limits.least_difference, limits.high_ratio, limits.raised_ratio, limits.lowered_ratio, limits.low_ratio)


def _limits(services: dict[int, Service], buildings: set[int]) -> dict[tuple[int, int], Thresholds]:
    statement = select(ServiceSetting).where(ServiceSetting.service_id.in_(services), ServiceSetting.building_id.in_(buildings))
    return {(row.service_id, row.building_id): thresholds_of(row) for row in db.session.scalars(statement)}


def _before(installations: Sequence[MeterInstallation]) -> dict[int, list[MeterInstallation]]:
    """Return the installations that each one replaced, the nearest first."""
    found: dict[int, list[MeterInstallation]] = {each.id: [] for each in installations}
    wanted = {each.replaces_id: each.id for each in installations if each.replaces_id is not None}
    for _ in range(MOST_BEFORE):
        if not wanted:
            break
        rows = db.session.scalars(select(MeterInstallation).where(MeterInstallation.id.in_(wanted))).all()
        following: dict[int, int] = {}
        for row in rows:
            found[wanted[row.id]].append(row)
            if row.replaces_id is not None:
                following[row.replaces_id] = wanted[row.id]
        wanted = following
    return found
