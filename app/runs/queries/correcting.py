"""Which charges were made from readings that were corrected since, and what they come to by the readings of now."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.billing.choices import AdjustmentKind, ApprovalStatus
from app.billing.models import Adjustment, Approval, Reversal
from app.foundation.database import db
from app.metering.choices import ReadingState
from app.metering.models import Reading
from app.runs.choices import CorrectionState
from app.runs.documents import read_rated
from app.runs.models import BillCorrection, BillingPeriod, ServiceCharge
from app.runs.rules.recomputing import Recomputing
from app.tariffs.models import TariffVersion
from app.tariffs.rules.decimals import plain
from app.tariffs.rules.recipe import read_recipe
from app.values.errors import OperationRefused
from app.values.money import ZERO, sum_of


class Corrected(NamedTuple):
    """What a bill comes to by its readings as they are now."""

    quantity: Decimal
    total: Decimal


def charges_of_readings(readings: Sequence[Reading]) -> Sequence[ServiceCharge]:
    """Return the charges that stand and were made from one of ``readings`` (all of one meter), those of its units in their order."""
    if not readings:
        return ()
    one = readings[0]
    building = one.installation.unit.building_id if one.installation.unit is not None else one.meter.building_id
    days = [each.read_on for each in readings]
    statement = (
        select(ServiceCharge)
        .join(BillingPeriod, BillingPeriod.id == ServiceCharge.period_id)
        .where(
            BillingPeriod.building_id == building,
            BillingPeriod.starts_on <= max(days),
            BillingPeriod.ends_on >= min(days),
            ServiceCharge.service_id == one.meter.service_id,
            ServiceCharge.reversal_id.is_(None),
            or_(*(ServiceCharge.readings.contains([each]) for each in _with_earlier(readings))),
        )
        .options(joinedload(ServiceCharge.charge))
        .order_by(ServiceCharge.id)
    )
    return list(db.session.scalars(statement))


def _with_earlier(readings: Sequence[Reading]) -> Sequence[int]:
    """Return the ids of readings and of all in whose places they stand: a charge knows the one it was made from."""
    found = [each.id for each in readings]
    for each in readings:
        earlier = each.supersedes_id
        while earlier is not None:
            found.append(earlier)
            earlier = db.session.scalars(select(Reading.supersedes_id).where(Reading.id == earlier)).one_or_none()
    return found


def corrected_bill(charge: ServiceCharge) -> Corrected | None:
    """Return what a charge comes to by the readings of now and everything else as it was: its facts, its days, its versions of the tariff.

    None where that cannot be told: a part of shared meters, a reading that waits or is gone, one that spans other periods now, or one
    that ended estimates: what had been charged for those changes with it.
    """
    rated = read_rated(charge.bill)
    if charge.share is not None or charge.quantity is None or rated is None or rated.periods > 1:
        return None
    quantity = _quantity_now(charge.readings)
    if quantity is None:
        return None
    recipes = {
        row.id: read_recipe(row.recipe) for row in db.session.scalars(select(TariffVersion).where(TariffVersion.id.in_(charge.versions)))
    }
    try:
        bill = Recomputing(recipes).bill({**charge.facts, charge.service.fact: plain(quantity)}, rated)
    except OperationRefused:
        return None
    return Corrected(quantity, bill.total)


def _quantity_now(readings: Sequence[int]) -> Decimal | None:
    """Return what the readings of a charge count by what stands in their place now."""
    rows = {row.id: row for row in db.session.scalars(select(Reading).where(Reading.id.in_(readings)))}
    now = [_now(row) for row in rows.values()]
    pairs = [(row, current) for row, current in zip(rows.values(), now, strict=True) if current is not None]
    same = [(row.previous_on, row.estimated_periods) == (current.previous_on, current.estimated_periods) for row, current in pairs]
    if len(pairs) < len(readings) or not all(same):
        return None
    return sum_of(current.consumption for _, current in pairs)


def _now(row: Reading) -> Reading | None:
    """Return the accepted reading that stands in the place of ``row``, through all corrections; None where there is none."""
    current: Reading | None = row
    while current is not None and current.state is ReadingState.SUPERSEDED:
        current = db.session.scalars(select(Reading).where(Reading.supersedes_id == current.id)).one_or_none()
    return current if current is not None and current.state is ReadingState.ACCEPTED else None


def asked_for(charge: ServiceCharge) -> Decimal:
    """Return what a charge asks for now as far as its corrections go: its total, and what adjusted it since the first of them."""
    return charge.total + _adjusted_since([charge.id]).get(charge.id, ZERO)


def _adjusted_since(charges: Sequence[int]) -> dict[int, Decimal]:
    """Return by how much charges were raised (lowered: below 0) by what stands of the adjustments since their first correction."""
    first = (
        select(BillCorrection.service_charge_id, func.min(BillCorrection.created_at).label("at"))
        .where(BillCorrection.service_charge_id.in_(charges))
        .group_by(BillCorrection.service_charge_id)
        .subquery()
    )
    undone = select(Reversal.id).where(Reversal.adjustment_id == Adjustment.id).exists()
    change = case((Adjustment.kind == AdjustmentKind.LOWER, -Adjustment.amount), else_=Adjustment.amount)
    statement = (
        select(ServiceCharge.id, func.sum(change))
        .join(first, first.c.service_charge_id == ServiceCharge.id)
        .join(Adjustment, Adjustment.charge_id == ServiceCharge.charge_id)
        .where(Adjustment.kind != AdjustmentKind.WRITE_OFF, Adjustment.created_at >= first.c.at, ~undone)
        .group_by(ServiceCharge.id)
    )
    return {charge: Decimal(amount) for charge, amount in db.session.execute(statement)}


def as_corrected(units: Sequence[int], services: Sequence[int]) -> dict[int, Corrected]:
    """Return what those charges of units count and ask for now whose readings were corrected, by their ids.

    Later bills take off what was charged for an estimate, and count the kWh of a year: as they are now, not as they were billed first.
    """
    statement = (
        select(BillCorrection)
        .join(ServiceCharge, ServiceCharge.id == BillCorrection.service_charge_id)
        .where(ServiceCharge.unit_id.in_(units), ServiceCharge.service_id.in_(services), ServiceCharge.reversal_id.is_(None))
        .options(contains_eager(BillCorrection.service_charge))
        .order_by(BillCorrection.id)
    )
    known = {each.service_charge_id: each for each in db.session.scalars(statement)}
    changes = _adjusted_since(list(known)) if known else {}
    return {
        number: Corrected(_counted(newest), newest.service_charge.total + changes.get(number, ZERO)) for number, newest in known.items()
    }


def _counted(newest: BillCorrection) -> Decimal:
    """Return what a charge counts: by the corrected reading, once the charge was put right after it."""
    is_right = newest.state is CorrectionState.DONE and newest.quantity is not None
    return (newest.quantity if is_right else newest.service_charge.quantity) or ZERO


def adjustment_waits_for(charges: Sequence[ServiceCharge]) -> ServiceCharge | None:
    """Return the first of ``charges`` of which somebody has asked for an adjustment that nobody has decided on."""
    debts = [charge.charge_id for charge in charges]
    waiting = select(Approval.charge_id).where(Approval.charge_id.in_(debts), Approval.status == ApprovalStatus.WAITING)
    asked = set(db.session.scalars(waiting))
    return next((charge for charge in charges if charge.charge_id in asked), None)


def parts_of_shared(charge: ServiceCharge) -> Sequence[ServiceCharge]:
    """Return the charges that stand and were apportioned of the same readings of shared meters; a charge that is no such part alone."""
    if charge.share is None:
        return [charge]
    readings = db.session.scalars(select(Reading).where(Reading.id.in_(charge.readings))).all()
    return [each for each in charges_of_readings(readings) if each.share is not None and each.apportion_by == charge.apportion_by]


def corrections_of_charge(charge: int | None, *, reading: int | None = None) -> Sequence[BillCorrection]:
    """Return the corrections of a charge, or those that the correction of a reading made, in order."""
    statement = select(BillCorrection).order_by(BillCorrection.id)
    if charge is not None:
        statement = statement.where(BillCorrection.service_charge_id == charge)
    if reading is not None:
        statement = statement.where(BillCorrection.reading_id == reading)
    return list(db.session.scalars(statement))


def open_correction(charge: int) -> BillCorrection | None:
    """Return the correction of a charge that nobody has put right yet."""
    rows = corrections_of_charge(charge)
    return next((each for each in rows if each.state is CorrectionState.OPEN), None)


def is_to_be_put_right() -> ColumnElement[bool]:
    """Return the condition that something is still to be done about a bill."""
    return BillCorrection.settled_at.is_(None) & (BillCorrection.standing != CorrectionState.DONE.value)


def open_corrections(office: int) -> Select[int]:
    """Return how many bills of an office are still to be put right."""
    return select(func.count()).select_from(BillCorrection).where(BillCorrection.office_id == office, is_to_be_put_right())
