"""What a run needs to know of many units at once: a few statements for a chunk, however many units it has."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.customers.models import Occupancy
from app.customers.rules.occupancy import Stay
from app.foundation.database import db
from app.metering.choices import ReadingKind, ReadingSource, ReadingState
from app.metering.models import Meter, MeterInstallation, Reading, WaterQuota
from app.metering.rules.water_quota import Quota
from app.places.models import Unit, UnitFact
from app.places.rules.unit_facts import Fact
from app.runs.models import BillingPeriod, ServiceCharge
from app.runs.queries.correcting import Corrected, as_corrected
from app.runs.rules.charged_before import Charged, Days, before
from app.runs.rules.unit_bills import ReadingTaken, UnitPeriod
from app.tariffs.models import Service
from app.values.money import ZERO

LIVE = (ReadingState.WAITING, ReadingState.ACCEPTED)
# How many periods a charge rated as one: itself, and the estimates before a real reading.
PERIODS_AS_ONE = func.coalesce(ServiceCharge.bill["rated"]["periods"].as_integer(), 1)
Key = tuple[int, int]
"""A unit and a service, by their ids."""


@dataclass
class Chunk:
    """What is known of some units of a building, by their ids, or by unit and service."""

    units: Sequence[Unit]
    facts: Mapping[int, Sequence[Fact]] = field(default_factory=dict)
    stays: Mapping[int, Sequence[Stay]] = field(default_factory=dict)
    quotas: Mapping[int, Sequence[Quota]] = field(default_factory=dict)
    readings: Mapping[Key, Sequence[ReadingTaken]] = field(default_factory=dict)
    metered: frozenset[Key] = frozenset()
    earlier: Mapping[Key, Sequence[Charged]] = field(default_factory=dict)
    before: Mapping[Key, Decimal] = field(default_factory=dict)
    charged: Mapping[Key, Sequence[Days]] = field(default_factory=dict)

    def of(self, unit: Unit, service: Service, period: BillingPeriod) -> UnitPeriod:
        """Return what is known of ``unit`` for ``service`` in ``period``."""
        key = (unit.id, service.id)
        readings = self.readings.get(key, ())
        earlier = before(self.earlier.get(key, ()), readings)
        return UnitPeriod(
            period.starts_on,
            period.ends_on,
            unit.kind.value,
            unit.status,
            unit.area,
            self.facts.get(unit.id, ()),
            self.quotas.get(unit.id, ()),
            self.stays.get(unit.id, ()),
            readings,
            key in self.metered,
            earlier.used,
            earlier.charged,
            earlier.until,
        )


def gathered(units: Sequence[Unit], services: Sequence[Service], period: BillingPeriod) -> Chunk:
    """Return what is known of ``units`` for ``services`` in ``period``."""
    ids, wanted = [unit.id for unit in units], [service.id for service in services]
    chunk = Chunk(units)
    chunk.facts = _facts(ids, period)
    chunk.stays = _stays(ids)
    chunk.quotas = _quotas(ids)
    chunk.metered = _metered(ids, wanted, period)
    chunk.readings = _readings(ids, wanted, period)
    chunk.earlier, chunk.before, chunk.charged = _charged(ids, wanted, period)
    return chunk


def _facts(units: Sequence[int], period: BillingPeriod) -> Mapping[int, Sequence[Fact]]:
    found: dict[int, list[Fact]] = defaultdict(list)
    statement = select(UnitFact.unit_id, UnitFact.name, UnitFact.value, UnitFact.starts_on, UnitFact.ends_on)
    in_time = UnitFact.ends_on.is_(None) | (UnitFact.ends_on >= period.starts_on - datetime.timedelta(days=366))
    for unit, name, value, starts_on, ends_on in db.session.execute(statement.where(UnitFact.unit_id.in_(units), in_time)):
        found[unit].append(Fact(name, value, starts_on, ends_on))
    return found


def _stays(units: Sequence[int]) -> Mapping[int, Sequence[Stay]]:
    found: dict[int, list[Stay]] = defaultdict(list)
    statement = select(Occupancy.unit_id, Occupancy.customer_id, Occupancy.role, Occupancy.starts_on, Occupancy.ends_on)
    for unit, customer, role, starts_on, ends_on in db.session.execute(statement.where(Occupancy.unit_id.in_(units))):
        found[unit].append(Stay(customer, role, starts_on, ends_on))
    return found


def _quotas(units: Sequence[int]) -> Mapping[int, Sequence[Quota]]:
    found: dict[int, list[Quota]] = defaultdict(list)
    statement = select(WaterQuota.unit_id, WaterQuota.starts_on, WaterQuota.ends_on, WaterQuota.members)
    for unit, starts_on, ends_on, members in db.session.execute(statement.where(WaterQuota.unit_id.in_(units))):
        found[unit].append(Quota(starts_on, ends_on, members))
    return found


def _metered(units: Sequence[int], services: Sequence[int], period: BillingPeriod) -> frozenset[Key]:
    """Return which units had a meter of which service on a day of the period."""
    statement = (
        select(MeterInstallation.unit_id, Meter.service_id)
        .join(Meter, Meter.id == MeterInstallation.meter_id)
        .where(
            MeterInstallation.unit_id.in_(units),
            Meter.service_id.in_(services),
            MeterInstallation.installed_on <= period.ends_on,
            or_(MeterInstallation.removed_on.is_(None), MeterInstallation.removed_on > period.starts_on),
        )
        .distinct()
    )
    return frozenset((row.unit_id, row.service_id) for row in db.session.execute(statement))


def _readings(units: Sequence[int], services: Sequence[int], period: BillingPeriod) -> Mapping[Key, Sequence[ReadingTaken]]:
    """Return the readings of the period: those of its days. A first reading counts nothing yet."""
    found: dict[Key, list[ReadingTaken]] = defaultdict(list)
    of_units = MeterInstallation.unit_id.in_(units) & Meter.service_id.in_(services)
    for row in db.session.execute(readings_of(of_units, period).add_columns(MeterInstallation.unit_id, Meter.service_id)):
        found[row.unit_id, row.service_id].append(taken(row))
    return found


def readings_of(meters: ColumnElement[bool], period: BillingPeriod) -> Any:
    """Return the statement of the readings of ``meters`` that belong to a period; ``taken`` reads its rows."""
    statement: Any = (
        select(
            Meter.serial,
            Reading.id,
            Reading.previous_on,
            Reading.read_on,
            Reading.consumption,
            Reading.source,
            Reading.state,
            Reading.estimated_periods,
        )
        .join(MeterInstallation, MeterInstallation.id == Reading.installation_id)
        .join(Meter, Meter.id == Reading.meter_id)
        .where(
            meters,
            Reading.read_on.between(period.starts_on, period.ends_on),
            Reading.state.in_(LIVE),
            Reading.kind != ReadingKind.FIRST,
        )
        .order_by(Reading.read_on, Reading.id)
    )
    return statement


def taken(row: Any) -> ReadingTaken:
    """Return a row of ``readings_of`` as the rules take it."""
    is_estimate = row.source is ReadingSource.ESTIMATED
    return ReadingTaken(
        row.id,
        row.serial,
        row.previous_on,
        row.read_on,
        row.consumption,
        is_estimate,
        0 if is_estimate else row.estimated_periods,
        row.state is ReadingState.WAITING,
    )


def _charged(units: Sequence[int], services: Sequence[int], period: BillingPeriod) -> tuple[Any, Any, Any]:
    """Return what stands charged already, by unit and service.

    The charges of the year and the estimates before this period, the sum of the month before, the days of this period's parts.
    """
    year, month_before = datetime.date(period.month.year, 1, 1), (period.month - datetime.timedelta(days=1)).replace(day=1)
    is_here = ServiceCharge.unit_id.in_(units) & ServiceCharge.service_id.in_(services) & ServiceCharge.reversal_id.is_(None)
    statement = (
        select(
            ServiceCharge.id,
            ServiceCharge.unit_id,
            ServiceCharge.service_id,
            ServiceCharge.part_start,
            ServiceCharge.part_end,
            ServiceCharge.is_estimate,
            ServiceCharge.total,
            func.coalesce(ServiceCharge.quantity, 0).label("quantity"),
            PERIODS_AS_ONE.label("periods"),
            BillingPeriod.month,
        )
        .join(BillingPeriod, BillingPeriod.id == ServiceCharge.period_id)
        .where(
            is_here,
            ServiceCharge.apportion_by.is_(None),
            and_(BillingPeriod.month >= min(year, month_before), BillingPeriod.month <= period.month) | ServiceCharge.is_estimate,
        )
    )
    earlier: dict[Key, list[Charged]] = defaultdict(list)
    sums: dict[Key, Decimal] = {}
    charged: dict[Key, list[Days]] = defaultdict(list)
    right = as_corrected(units, services)
    for row in db.session.execute(statement):
        key = (row.unit_id, row.service_id)
        now = right.get(row.id, Corrected(row.quantity, row.total))
        if row.month == period.month:
            charged[key].append((row.part_start, row.part_end))
        elif row.month < period.month:
            earlier[key].append(charged_of(row, now, in_year=row.month >= year))
        if row.month == month_before:
            sums[key] = sums.get(key, ZERO) + now.total
    return earlier, sums, charged


def charged_of(row: Any, now: Corrected, *, in_year: bool) -> Charged:
    """Return a charge of an earlier period as the rules take it: what it asks for and counts now."""
    return Charged(row.part_start, row.part_end, now.total, now.quantity, row.is_estimate, row.periods, in_year)
