"""The shared meters of a building as a run needs them: what they counted, and what was charged of them already."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, or_, select

from app.foundation.database import db
from app.metering.choices import ApportionBy
from app.metering.models import Meter, MeterInstallation
from app.places.choices import UnitKind, UnitStatus
from app.places.models import Building, Unit
from app.places.queries import units_of
from app.runs.models import BillingPeriod, BillingRun, RunService, ServiceCharge
from app.runs.queries.correcting import Corrected
from app.runs.queries.gathering import charged_of, readings_of, taken
from app.runs.rules.charged_before import Charged, Days
from app.runs.rules.unit_bills import ReadingTaken
from app.values.money import ZERO


@dataclass
class SharedMeters:
    """All shared meters of one service and one key in a building, for a period.

    ``earlier`` are their bills of earlier periods, ``charged`` the parts that stand in this one, by unit: their days and shares.
    """

    service: int
    by: ApportionBy
    readings: list[ReadingTaken] = field(default_factory=list)
    earlier: dict[int, Charged] = field(default_factory=dict)
    before: dict[int, Decimal] = field(default_factory=dict)
    charged: dict[int, list[tuple[Days, Mapping[str, Any]]]] = field(default_factory=dict)


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
    for row in db.session.execute(_standing(period, min(year, month_before))):
        group = groups.get((row.service_id, row.apportion_by))
        if group is None:
            continue
        if row.month == period.month:
            group.charged.setdefault(row.unit_id, []).append(((row.part_start, row.part_end), row.share))
        else:
            _note_earlier(group, row, in_year=row.month >= year)
        if row.month == month_before:
            group.before[row.unit_id] = group.before.get(row.unit_id, ZERO) + row.total


def _note_earlier(group: SharedMeters, row: Any, *, in_year: bool) -> None:
    """Add a unit's part to the bill of its period: what was charged of it is the sum of the parts."""
    known = group.earlier.get(row.period_id)
    one = charged_of(row, Corrected(Decimal(row.share["quantity"] or 0), row.total), in_year=in_year)
    if known is not None:
        one = replace(
            one,
            starts_on=min(known.starts_on, one.starts_on),
            ends_on=max(known.ends_on, one.ends_on),
            total=known.total + one.total,
        )
    group.earlier[row.period_id] = one


def _standing(period: BillingPeriod, since: datetime.date) -> Select[Any]:
    return (
        select(
            ServiceCharge.unit_id,
            ServiceCharge.service_id,
            ServiceCharge.apportion_by,
            ServiceCharge.period_id,
            ServiceCharge.part_start,
            ServiceCharge.part_end,
            ServiceCharge.is_estimate,
            ServiceCharge.total,
            ServiceCharge.share,
            func.coalesce(ServiceCharge.share["bill"]["rated"]["periods"].as_integer(), 1).label("periods"),
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
