"""The shared meters of a building as a run needs them: what they counted, and what was charged of them already."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, or_, select

from app.foundation.database import db
from app.metering.choices import ApportionBy
from app.metering.models import Meter, MeterInstallation
from app.places.choices import UnitKind, UnitStatus
from app.places.models import Building, Unit
from app.places.queries import units_of
from app.runs.models import BillingPeriod, BillingRun, RunService, ServiceCharge
from app.runs.queries.gathering import readings_of, taken
from app.runs.rules.unit_bills import ReadingTaken
from app.values.money import ZERO


@dataclass
class SharedMeters:
    """All shared meters of one service and one key in a building, for a period.

    ``used`` is what they had used of the year's pool before, ``charged`` the shares that stand in this period, by unit and first day.
    """

    service: int
    by: ApportionBy
    readings: list[ReadingTaken] = field(default_factory=list)
    used: Decimal = ZERO
    estimates: list[tuple[datetime.date, Decimal]] = field(default_factory=list)
    before: dict[int, Decimal] = field(default_factory=dict)
    charged: dict[tuple[int, datetime.date], Mapping[str, Any]] = field(default_factory=dict)

    @property
    def charged_for_estimates(self) -> Decimal:
        """What was charged for the estimates that a reading of this period replaces."""
        replaced = [each.since for each in self.readings if each.estimated_periods]
        return sum((total for start, total in self.estimates if replaced and start >= min(replaced)), ZERO)


def next_building(run: BillingRun) -> Building | None:
    """Return the next building of a run that has a shared meter of its services."""
    here = Building.office_id == run.office_id
    if run.building_id is not None:
        here &= Building.id == run.building_id
    shared = (
        select(Meter.id)
        .join(RunService, (RunService.service_id == Meter.service_id) & (RunService.run_id == run.id))
        .where(Meter.building_id == Building.id, Meter.is_shared)
    )
    statement = select(Building).where(here, Building.id > run.shared_reached, shared.exists()).order_by(Building.id).limit(1)
    building: Building | None = db.session.scalars(statement).one_or_none()
    return building


def sharers_of(building: int) -> Sequence[Unit]:
    """Return the units among which shared meters are apportioned, in floor order: those in use, without the common parts themselves."""
    return list(db.session.scalars(units_of(building).where(Unit.status != UnitStatus.CLOSED, Unit.kind != UnitKind.COMMON)))


def shared_meters(period: BillingPeriod, services: Sequence[int]) -> Sequence[SharedMeters]:
    """Return the shared meters that hung in the period's building, by service and key."""
    groups = {(row.service_id, row.apportion_by): SharedMeters(row.service_id, row.apportion_by) for row in _hanging(period, services)}
    if not groups:
        return ()
    of_building = (Meter.building_id == period.building_id) & Meter.is_shared & Meter.service_id.in_(services)
    for row in db.session.execute(readings_of(of_building, period).add_columns(Meter.service_id, Meter.apportion_by)):
        if (row.service_id, row.apportion_by) in groups:
            groups[row.service_id, row.apportion_by].readings.append(taken(row))
    _note_charged(groups, period)
    return [groups[key] for key in sorted(groups, key=lambda key: (key[0], key[1].value))]


def _hanging(period: BillingPeriod, services: Sequence[int]) -> Iterator[Any]:
    statement = (
        select(Meter.service_id, Meter.apportion_by)
        .join(MeterInstallation, MeterInstallation.meter_id == Meter.id)
        .where(
            Meter.building_id == period.building_id,
            Meter.is_shared,
            Meter.service_id.in_(services),
            MeterInstallation.installed_on <= period.ends_on,
            or_(MeterInstallation.removed_on.is_(None), MeterInstallation.removed_on > period.starts_on),
        )
        .distinct()
    )
    return iter(db.session.execute(statement))


def _note_charged(groups: Mapping[tuple[int, ApportionBy], SharedMeters], period: BillingPeriod) -> None:
    """Note on the groups what of them stands charged: in this period, in the month before, in the year, and on estimates."""
    year, month_before = datetime.date(period.month.year, 1, 1), (period.month - datetime.timedelta(days=1)).replace(day=1)
    quantities: dict[tuple[int, ApportionBy], dict[int, Decimal]] = defaultdict(dict)
    for row in db.session.execute(_standing(period, min(year, month_before))):
        key = (row.service_id, row.apportion_by)
        group = groups.get(key)
        if group is None:
            continue
        if year <= row.month < period.month:
            quantities[key][row.period_id] = Decimal(row.share["quantity"] or 0)
        if row.month == month_before:
            group.before[row.unit_id] = group.before.get(row.unit_id, ZERO) + row.total
        if row.is_estimate and row.month < period.month:
            group.estimates.append((row.part_start, row.total))
        if row.month == period.month:
            group.charged[row.unit_id, row.part_start] = row.share
    for key, by_period in quantities.items():
        groups[key].used = sum(by_period.values(), ZERO)


def _standing(period: BillingPeriod, since: datetime.date) -> Select[Any]:
    return (
        select(
            ServiceCharge.unit_id,
            ServiceCharge.service_id,
            ServiceCharge.apportion_by,
            ServiceCharge.period_id,
            ServiceCharge.part_start,
            ServiceCharge.is_estimate,
            ServiceCharge.total,
            ServiceCharge.share,
            BillingPeriod.month,
        )
        .join(BillingPeriod, BillingPeriod.id == ServiceCharge.period_id)
        .where(
            BillingPeriod.building_id == period.building_id,
            ServiceCharge.apportion_by.is_not(None),
            ServiceCharge.reversal_id.is_(None),
            BillingPeriod.month <= period.month,
            (BillingPeriod.month >= since) | ServiceCharge.is_estimate,
        )
    )
