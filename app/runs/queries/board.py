"""What the pages of billing ask: the board of a period, the review of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.sql.selectable import LateralFromClause

from app.billing.models import Charge
from app.foundation import effects
from app.foundation.database import db
from app.metering.choices import ReadingKind, ReadingState
from app.metering.models import Meter, MeterInstallation, Reading
from app.places.models import Unit
from app.runs.models import BillCorrection, BillingPeriod, BillingRun, RunResult, ServiceCharge
from app.runs.queries.correcting import is_to_be_put_right
from app.tariffs.models import Service
from app.values.errors import Message

# So many of the biggest differences against the month before are shown.
MOST_CHANGES = 10


@dataclass(frozen=True)
class Board:
    """How far a period is: meters read of those that hang, red readings, charges, what of them is paid, of how many the reading was
    corrected since, and the notices issued and delivered."""

    meters: int
    read: int
    red: int
    to_correct: int
    proposed: int
    charges: int
    charged: Decimal
    collected: Decimal
    issued: int = 0
    delivered: int = 0


class FaultCount(NamedTuple):
    """A reason why units have no bill, and how many."""

    reason: Message
    units: int


class Review(NamedTuple):
    """What a run proposes: sums by service, and why units are not billed."""

    services: Sequence[Any]
    faults: Sequence[FaultCount]


def services_of_office(office: int | None) -> Sequence[Service]:
    """Return the services that an office bills, in their order."""
    statement = select(Service).where(Service.office_id == office, Service.is_active)
    return list(db.session.scalars(statement.order_by(Service.position, Service.id)))


def period_of_run(run: BillingRun) -> BillingPeriod | None:
    """Return the period that a run charged; nothing where it charged several buildings."""
    statement = select(BillingPeriod).where(BillingPeriod.office_id == run.office_id, BillingPeriod.month == run.month)
    if run.building_id is not None:
        statement = statement.where(BillingPeriod.building_id == run.building_id)
    found = db.session.scalars(statement.limit(2)).all()
    return found[0] if len(found) == 1 else None


def board_of(period: BillingPeriod) -> Board:
    """Return how far a period is."""
    return boards_of([period])[period.id]


def boards_of(periods: Sequence[BillingPeriod]) -> dict[int, Board]:
    """Return how far each of ``periods`` is, by its id: one statement for all of them, notices of the domain above among it."""
    if not periods:
        return {}
    parts = [_hanging(), _readings(), _to_correct(), _proposed(), _charged()]
    parts += [issued.lateral() for issued in effects.call("notices_of_period")]
    statement = select(BillingPeriod.id, *(column for part in parts for column in part.c)).select_from(BillingPeriod)
    for part in parts:
        statement = statement.join(part, true())
    rows = db.session.execute(statement.where(BillingPeriod.id.in_([period.id for period in periods])))
    return {row.id: Board(**{name: value for name, value in row._mapping.items() if name != "id"}) for row in rows}


def _hanging() -> LateralFromClause:
    """The meters of the building that hang on the last day of the period."""
    return (
        select(func.count(MeterInstallation.id.distinct()).label("meters"))
        .select_from(MeterInstallation)
        .join(Meter, Meter.id == MeterInstallation.meter_id)
        .where(
            Meter.building_id == BillingPeriod.building_id,
            _hangs(),
        )
        .correlate(BillingPeriod)
        .lateral()
    )


def _hangs() -> ColumnElement[bool]:
    """The condition that an installation is there after the last day of the period: of a meter replaced on that day only the new one."""
    return (MeterInstallation.installed_on <= BillingPeriod.ends_on) & (
        MeterInstallation.removed_on.is_(None) | (MeterInstallation.removed_on > BillingPeriod.ends_on)
    )


def _readings() -> LateralFromClause:
    """The meters of the last day that were read on the days of the period, and all red readings of those days that wait."""
    return (
        select(
            func.count(Reading.installation_id.distinct()).filter(_hangs()).label("read"),
            func.count().filter(Reading.state == ReadingState.WAITING).label("red"),
        )
        .join(Meter, Meter.id == Reading.meter_id)
        .join(MeterInstallation, MeterInstallation.id == Reading.installation_id)
        .where(
            Meter.building_id == BillingPeriod.building_id,
            Reading.read_on.between(BillingPeriod.starts_on, BillingPeriod.ends_on),
            Reading.state.in_((ReadingState.WAITING, ReadingState.ACCEPTED)),
            Reading.kind.in_((ReadingKind.REGULAR, ReadingKind.HANDOVER)),
        )
        .correlate(BillingPeriod)
        .lateral()
    )


def _to_correct() -> LateralFromClause:
    """The bills whose readings were corrected since."""
    return (
        select(func.count().label("to_correct"))
        .select_from(BillCorrection)
        .join(ServiceCharge, ServiceCharge.id == BillCorrection.service_charge_id)
        .where(ServiceCharge.period_id == BillingPeriod.id, is_to_be_put_right())
        .correlate(BillingPeriod)
        .lateral()
    )


def _proposed() -> LateralFromClause:
    """The bills of runs that are not posted yet."""
    return (
        select(func.count().label("proposed"))
        .select_from(RunResult)
        .where(RunResult.period_id == BillingPeriod.id, RunResult.charge_id.is_(None), RunResult.fault == "")
        .correlate(BillingPeriod)
        .lateral()
    )


def _charged() -> LateralFromClause:
    """The charges that stand, by what they ask for after adjustments, with what of them is paid."""
    return (
        select(
            func.count().label("charges"),
            func.coalesce(func.sum(Charge.total + Charge.adjusted - Charge.written_off), 0).label("charged"),
            func.coalesce(func.sum(Charge.paid), 0).label("collected"),
        )
        .select_from(ServiceCharge)
        .join(Charge, Charge.id == ServiceCharge.charge_id)
        .where(ServiceCharge.period_id == BillingPeriod.id, ServiceCharge.reversal_id.is_(None))
        .correlate(BillingPeriod)
        .lateral()
    )


def review_of(run: BillingRun) -> Review:
    """Return the sums of a run by service and the reasons of what is not billed, the commonest first."""
    services = db.session.execute(
        select(
            Service.name,
            RunResult.apportion_by.is_not(None).label("is_shared"),
            func.count().filter(RunResult.fault == "").label("billed"),
            func.count().filter(RunResult.fault != "").label("faulty"),
            func.sum(RunResult.quantity).label("quantity"),
            Service.measure,
            func.coalesce(func.sum(RunResult.total), 0).label("total"),
            func.coalesce(func.sum(RunResult.before), 0).label("before"),
        )
        .join(Service, Service.id == RunResult.service_id)
        .where(RunResult.run_id == run.id)
        .group_by(Service.id, RunResult.apportion_by.is_not(None))
        .order_by(Service.position, Service.id, RunResult.apportion_by.is_not(None))
    ).all()
    count = func.count().label("count")
    faults = db.session.execute(
        select(RunResult.fault, func.min(RunResult.id).label("one"), count)
        .where(RunResult.run_id == run.id, RunResult.fault != "")
        .group_by(RunResult.fault, RunResult.code)
        .order_by(count.desc())
        .limit(MOST_CHANGES)
    ).all()
    examples = {each.id: each for each in db.session.scalars(select(RunResult).where(RunResult.id.in_([row.one for row in faults])))}
    return Review(services, [FaultCount(said, row.count) for row in faults if (said := examples[row.one].sentence) is not None])


def biggest_changes(run: BillingRun) -> Sequence[Any]:
    """Return the units whose bill differs most from the month before."""
    difference = func.abs(RunResult.total - RunResult.before)
    statement = (
        select(RunResult.id, Unit.code, Service.name, RunResult.total, RunResult.before)
        .join(Unit, Unit.id == RunResult.unit_id)
        .join(Service, Service.id == RunResult.service_id)
        .where(RunResult.run_id == run.id, RunResult.total.is_not(None), RunResult.before.is_not(None), difference > 0)
        .order_by(difference.desc(), RunResult.id)
        .limit(MOST_CHANGES)
    )
    return list(db.session.execute(statement))
