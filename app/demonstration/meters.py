"""What the meters of the demonstration's buildings show: fourteen months with swaps, rollovers, estimates, and some red ones open."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.customers.models import Occupancy
from app.demonstration.places import OFFICES
from app.demonstration.profiles import OfficeProfile
from app.demonstration.quotas import entitle
from app.demonstration.usage import FALSE_FIGURES, SEASONS, USED, month_ends
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob
from app.foundation.scope import everything, scoped
from app.metering.choices import ApportionBy, ReadingExplanation, ReadingKind, ReadingSource, ReadingState
from app.metering.models import Meter, MeterInstallation, Reading
from app.metering.operations.entering import Figures, estimated, weighed
from app.metering.operations.places import Place, thresholds_of
from app.offices.choices import Language
from app.offices.models import Office, SystemUser
from app.places.choices import UnitKind, UnitStatus
from app.places.models import Building, Unit
from app.places.queries import units_of
from app.roles import Role
from app.tariffs.choices import ServiceKind
from app.tariffs.models import Service
from app.values.dates import ONE_DAY

SWAP_BACK = 5  # months ago
OPEN_REDS = 4  # of a service in a building, in the newest month
DIGITS = 5
PREFIXES = {ServiceKind.AIR_CONDITIONING: "ĐH", ServiceKind.ELECTRICITY: "ĐK"}
ACCEPTED = {Language.VIETNAMESE: "Đã kiểm tra lại, số đúng", Language.SIMPLIFIED_CHINESE: "已复查，读数无误"}
REPLACED = {Language.VIETNAMESE: "Đồng hồ đến hạn kiểm định", Language.SIMPLIFIED_CHINESE: "到期轮换"}


def read_meters(*, job: int, people: dict[str, int]) -> BackgroundJob:
    """Hang meters in the buildings and read them, unless it was done before; ``people`` are the ids of logins."""
    with everything("the demonstration plays in every office"):
        offices = {office.code: office for office in db.session.scalars(select(Office))}
        is_done = db.session.scalars(select(Meter.id).limit(1)).first() is not None
        people = people | logins()
    for profile in () if is_done else OFFICES:
        office = offices.get(profile.code)
        if office is not None and profile.buildings:
            reader = people.get(profile.login_of(Role.METER_READER, Role.MANAGER))
            with scoped(reader, [office.id]):
                _read(profile, office)
    done: BackgroundJob = db.session.get_one(BackgroundJob, job)
    return done


def logins() -> dict[str, int]:
    """Return everybody's id by login: those who read meters or set prices are in no event of the lines' history."""
    return {user.username: user.id for user in db.session.scalars(select(SystemUser))}


def _read(profile: OfficeProfile, office: Office) -> None:
    random = Random(f"meters of {profile.code}")  # noqa: S311  (nothing secret comes from it)
    ends = list(month_ends(clock.today(office)))
    services = {row.kind: row for row in db.session.scalars(select(Service).where(Service.office_id == office.id, Service.kind.in_(USED)))}
    plans = {planned.code: planned.metered for planned in profile.buildings}
    serials = count(4_471_001)
    for building in db.session.scalars(select(Building).where(Building.office_id == office.id).order_by(Building.id)).all():
        units = [unit for unit in db.session.scalars(units_of(building.id)) if unit.kind in (UnitKind.APARTMENT, UnitKind.SHOP)]
        changes = _changes(units)
        for metered in plans[building.code]:
            here = [unit for unit in units if not metered.floors or int(unit.floor) in metered.floors]
            _Walk(office, services[metered.service], metered.is_shared, random, ends, serials, changes).of(building, here)
        entitle(office, units, ends[0], random)
    db.session.flush()


@dataclass
class _Stand:
    """A unit's place for a meter: who hangs there now, and the meter that will follow."""

    number: int
    unit: Unit | None
    usual: Decimal
    place: Place
    value: Decimal
    successor: Place | None = None
    rows: list[Reading] = field(default_factory=list)


@dataclass
class _Walk:
    """Everybody who reads one service of one building, month after month."""

    office: Office
    service: Service
    is_shared: bool
    random: Random
    ends: Sequence[datetime.date]
    serials: Iterator[int]
    # On which days somebody came or went, by unit.
    changes: Mapping[int, Sequence[datetime.date]]

    @property
    def kind(self) -> ServiceKind:
        return self.service.kind

    def of(self, building: Building, units: Sequence[Unit]) -> None:
        """Hang the meters and write all their readings."""
        stands = self._hung(building, units)
        rows = [row for stand in stands for row in stand.place.readings]
        for end in self.ends[1:]:
            with clock.at(self._noon(end)):
                rows += self._month(stands, end)
        db.session.add_all(rows)
        db.session.flush()

    def _noon(self, day: datetime.date) -> datetime.datetime:
        return datetime.datetime.combine(day, datetime.time(10), ZoneInfo(self.office.time_zone))

    def _hung(self, building: Building, units: Sequence[Unit]) -> list[_Stand]:
        """Hang a meter in every unit, and perhaps a shared one in the hall; some will be swapped."""
        swapped = {number for number in range(len(units)) if number % 29 == 5}
        first = [self._meter(building, shared=False) for _ in units]
        first += [self._meter(building, shared=True)] if self.is_shared else []
        later = {number: self._meter(building, shared=False) for number in sorted(swapped)}
        db.session.add_all([*first, *later.values()])
        db.session.flush()
        swap_on = self.ends[-SWAP_BACK] + datetime.timedelta(days=12)
        places: list[Unit | None] = [*units, None] if self.is_shared else [*units]
        hanging = [
            self._installation(meter, unit, self.ends[0], swap_on if number in swapped else None)
            for number, (meter, unit) in enumerate(zip(first, places, strict=True))
        ]
        db.session.add_all(hanging)
        db.session.flush()
        following = {number: self._installation(meter, units[number], swap_on, None) for number, meter in later.items()}
        for number, installation in following.items():
            installation.replaces_id = hanging[number].id
        db.session.add_all(following.values())
        db.session.flush()
        stands = []
        for number, installation in enumerate(hanging):
            stand = self._stand(number, installation)
            if number in following:
                stand.successor = Place(following[number], self.service, stand.place.thresholds, [], [])
            stands.append(stand)
        return stands

    def _stand(self, number: int, installation: MeterInstallation) -> _Stand:
        """Return the place of a meter with its first reading: some are about to pass their last figure."""
        least, most = USED[self.kind]
        usual = Decimal(self.random.randrange(least, most)) * (4 if installation.unit is None else 1)
        start = Decimal(self.random.randrange(200, 9_000))
        if number % 31 == 7:
            start = Decimal(10) ** DIGITS - Decimal(int(usual * self.random.randrange(3, 10)))
        place = Place(installation, self.service, thresholds_of(self.service), [], [])
        with clock.at(self._noon(self.ends[0])):
            place.readings = [weighed(place, self.ends[0], Figures(value=start, kind=ReadingKind.FIRST))]
        return _Stand(number, installation.unit, usual, place, start)

    def _whole(self, figure: Decimal) -> Decimal:
        """Return a figure as finely as meters of the service are read."""
        return figure.quantize(Decimal(1).scaleb(-self.service.decimals))

    def _meter(self, building: Building, *, shared: bool) -> Meter:
        letter = self.kind.value[0].upper()
        prefix = PREFIXES.get(self.kind, letter) if self.office.language is Language.VIETNAMESE else letter
        verified = self.ends[0] - datetime.timedelta(days=self.random.randrange(60, 900))
        return Meter(
            office_id=self.office.id,
            service_id=self.service.id,
            building_id=building.id,
            serial=f"{prefix}{next(self.serials)}",
            digits=DIGITS,
            factor=Decimal(20) if shared and self.kind is ServiceKind.ELECTRICITY else Decimal(1),
            is_shared=shared,
            apportion_by=ApportionBy.AREA if shared else None,
            seal_no=f"NC{self.random.randrange(100_000, 1_000_000)}",
            verified_on=verified,
            verification_due_on=verified + datetime.timedelta(days=5 * 365),
        )

    def _installation(self, meter: Meter, unit: Unit | None, on: datetime.date, until: datetime.date | None) -> MeterInstallation:
        row = MeterInstallation(
            office_id=self.office.id, meter_id=meter.id, unit_id=unit.id if unit else None, installed_on=on, removed_on=until
        )
        row.meter, row.unit = meter, unit
        return row

    def _month(self, stands: Sequence[_Stand], end: datetime.date) -> list[Reading]:
        """Read every meter on the last day of a month; a red figure of an earlier month was accepted."""
        rows: list[Reading] = []
        opened = 0
        for stand in stands:
            swap = stand.successor.installation.installed_on if stand.successor is not None else None
            days = self._handovers(stand, end)
            rows += [self._handover(stand, day) for day in days if swap is None or swap > end or day < swap]
            if swap is not None and swap <= end:
                rows += self._swapped(stand)
                rows += [self._handover(stand, day) for day in days if day > swap]
            row = self._reading(stand, end)
            if row.is_waiting and (end != self.ends[-1] or opened >= OPEN_REDS):
                row.state, row.settled_reason = ReadingState.ACCEPTED, ACCEPTED[self.office.language]
            opened += row.is_waiting
            rows.append(row)
        return rows

    def _reading(self, stand: _Stand, end: datetime.date) -> Reading:
        place = stand.place
        days = (end - place.readings[-1].read_on).days
        if stand.number % 23 == 3 and end == self.ends[-4] and len(place.readings) > 3:
            value, rolled_over = estimated(place, end)
            figures = Figures(value=value, rolled_over=rolled_over, source=ReadingSource.ESTIMATED, explanation=ReadingExplanation.ESTIMATE)
            return self._kept(place, end, figures)
        last = place.readings[-1]
        used = self._used(stand, end, days)
        if last.is_estimate:
            # Both months, of which one at least what was estimated: no estimate was charged more than the reading gives.
            used += max(used, last.consumption)
        circle = place.dial.circle
        stand.value = stand.value + self._whole(used / place.meter.factor)
        rolled_over = stand.value >= circle
        stand.value %= circle
        source = ReadingSource.PHONE if stand.number % 3 else ReadingSource.TYPED
        explanation = ReadingExplanation.ROLLOVER if rolled_over else None
        return self._kept(place, end, Figures(value=stand.value, rolled_over=rolled_over, source=source, explanation=explanation))

    def _handovers(self, stand: _Stand, end: datetime.date) -> list[datetime.date]:
        """Return the days since the last reading on which somebody came or went, where no reading of the eve or the day itself says it."""
        since = stand.place.readings[-1].read_on + ONE_DAY
        return [day for day in self.changes.get(stand.unit.id if stand.unit else 0, ()) if since < day < end]

    def _handover(self, stand: _Stand, day: datetime.date) -> Reading:
        """Read the meter on the day of a change: it ends what the one owes and begins what the other does."""
        place = stand.place
        used = self._whole(stand.usual * Decimal((day - place.readings[-1].read_on).days) / 30 / place.meter.factor)
        rolled_over = stand.value + used >= place.dial.circle
        stand.value = (stand.value + used) % place.dial.circle
        with clock.at(self._noon(day)):
            row = self._kept(place, day, Figures(value=stand.value, rolled_over=rolled_over, kind=ReadingKind.HANDOVER))
        if row.is_waiting:
            row.state, row.settled_reason = ReadingState.ACCEPTED, ACCEPTED[self.office.language]
        return row

    def _used(self, stand: _Stand, end: datetime.date, days: int) -> Decimal:
        """Return what a unit uses in a month: as in the season, with some that are far too high or low."""
        season = Decimal(SEASONS[self.kind][end.month - 1]) / 100
        used = stand.usual * season * Decimal(days) / 30 * Decimal(self.random.randrange(90, 111)) / 100
        if stand.unit is not None and stand.unit.status is not UnitStatus.OCCUPIED:
            return Decimal(self.random.randrange(0, 3)) if not self.service.decimals else Decimal(0)
        newest = end == self.ends[-1]
        if (newest and stand.number % 19 == 4) or (not newest and self.random.random() < 0.012):
            used *= FALSE_FIGURES[stand.number % len(FALSE_FIGURES)]
        if newest and stand.number % 41 == 13:
            return Decimal(0)
        return self._whole(used)

    def _kept(self, place: Place, end: datetime.date, figures: Figures) -> Reading:
        row = weighed(place, end, figures)
        place.readings.append(row)
        return row

    def _swapped(self, stand: _Stand) -> list[Reading]:
        """Write the last figure of the old meter and the first of the new one, on the day of the swap."""
        old, new = stand.place, stand.successor
        if new is None:
            raise AssertionError(f"Nothing follows the meter of stand {stand.number}.")
        on = new.installation.installed_on
        used = self._whole(stand.usual * Decimal((on - old.readings[-1].read_on).days) / 30)
        value = stand.value + used
        rolled_over = value >= old.dial.circle
        reason = REPLACED[self.office.language]
        with clock.at(self._noon(on)):
            final = self._kept(
                old, on, Figures(value=value % old.dial.circle, rolled_over=rolled_over, kind=ReadingKind.FINAL, reason=reason)
            )
            if final.is_waiting:
                final.state, final.settled_reason = ReadingState.ACCEPTED, reason
            new.earlier = list(old.readings)
            first = self._kept(new, on, Figures(value=Decimal(0), kind=ReadingKind.FIRST, reason=reason))
        stand.place, stand.successor, stand.value = new, None, Decimal(0)
        return [final, first]


def _changes(units: Sequence[Unit]) -> Mapping[int, Sequence[datetime.date]]:
    """Return the first days of new occupants and the days after old ones, by unit."""
    days: dict[int, set[datetime.date]] = defaultdict(set)
    statement = select(Occupancy.unit_id, Occupancy.starts_on, Occupancy.ends_on)
    for unit, starts_on, ends_on in db.session.execute(statement.where(Occupancy.unit_id.in_([unit.id for unit in units]))):
        days[unit] |= {starts_on} if ends_on is None else {starts_on, ends_on + ONE_DAY}
    return {unit: sorted(found) for unit, found in days.items()}
