"""Buildings, prices and runs for tests, made by the real operations."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.billing.choices import FeeKind, LineCode
from app.billing.operations.charges import LineTerms, charge
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.jobs import perform
from app.foundation.scope import everything
from app.foundation.transactions import found, run
from app.metering.choices import ApportionBy
from app.metering.models import Meter, Reading
from app.metering.operations.meters import save_meter
from app.places.models import Building, Unit
from app.runs.models import BillCorrection, BillingPeriod, BillingRun, RunResult, ServiceCharge
from app.runs.operations import begin_posting, begin_run
from app.tariffs.choices import ServiceKind
from tests.factories import a_customer, a_read_meter, a_reading, a_unit, acting, an_occupancy, office, on_day
from tests.tariffs.making import a_tariff, an_approved, service

# The readings of ``a_read_meter`` end on 1 May; the run of May is calculated on the last day of the month.
MAY, LAST_DAY = datetime.date(2026, 5, 1), "2026-05-31"
MANAGER = "chen"


def a_lived_in_unit(number: str = "1203", *used: int, building: Any = None, name: str = "张三") -> tuple[Unit, Customer]:
    """Return a unit whose owner lives there, its electricity meter read as ``a_read_meter`` does."""
    unit = a_unit(number, **({"building": building} if building is not None else {}))
    customer = a_customer(name=name)
    an_occupancy(unit, customer, since="2020-01-01")
    a_read_meter(unit, *(used or (210, 190, 200, 250)))
    return unit, customer


def a_hall_meter(building: Building, by: ApportionBy = ApportionBy.AREA, used: int = 250, serial: str = "HALL-1") -> Meter:
    """Return a shared meter of a building that used so much in May."""
    terms = {
        "service": service().id,
        "serial": serial,
        "building": building.id,
        "apportion_by": by,
        "installed_on": MAY.replace(month=4),
        "first_value": Decimal(0),
    }
    with on_day("2026-04-01"), acting(MANAGER):
        meter: Meter = run(save_meter, record=None, office=building.office_id, version=None, values=tuple(terms.items())).record
    a_reading(meter, "2026-05-01", str(used))
    return meter


def prices(**values: Any) -> None:
    """Approve ¥0.50 up to 200 kWh and ¥0.60 beyond, with 10 % tax, from the beginning of the year."""
    an_approved(a_tariff(), **values)


def a_run(building: int | None, *, month: datetime.date = MAY, day: str = LAST_DAY, kinds: tuple[ServiceKind, ...] = ()) -> BillingRun:
    """Begin a run of electricity, or of ``kinds``, and let the worker calculate it."""
    services = tuple(service(kind).id for kind in kinds or (ServiceKind.ELECTRICITY,))
    with on_day(day), acting(MANAGER):
        billing = run(begin_run, office=office().id, building=building, month=month, services=services).record
        worked(billing)
    return current(billing)


def posted(billing: BillingRun, day: str = LAST_DAY) -> BillingRun:
    """Post a run and let the worker make its charges."""
    with on_day(day), acting(MANAGER):
        worked(run(begin_posting, run=billing.id).record)
    return current(billing)


def worked(billing: BillingRun) -> None:
    """Let the worker do what was asked for last."""
    job = billing.job_id
    assert job is not None
    perform(job)


def current(billing: BillingRun) -> BillingRun:
    """Return the run as it stands now."""
    number = billing.id
    with everything("looking up a test's own records"):
        db.session.expire_all()
        return db.session.scalars(select(BillingRun).where(BillingRun.id == number)).one()


def results(billing: BillingRun) -> list[RunResult]:
    """Return what a run proposes, in order."""
    with everything("looking up a test's own records"):
        return list(db.session.scalars(select(RunResult).where(RunResult.run_id == billing.id).order_by(RunResult.id)))


def charges(unit: Unit) -> list[ServiceCharge]:
    """Return what a unit was charged for services, in order."""
    with everything("looking up a test's own records"):
        return list(db.session.scalars(select(ServiceCharge).where(ServiceCharge.unit_id == unit.id).order_by(ServiceCharge.id)))


def a_correction(charge: ServiceCharge) -> BillCorrection:
    """Note that a charge is to be put right after a correction of its reading, past the correction itself."""

    def noted() -> BillCorrection:
        reading = db.session.scalars(select(Reading).where(Reading.office_id == charge.office_id).order_by(Reading.id)).first()
        assert reading is not None
        reading.settled_reason = reading.settled_reason or "Typing error"
        record = BillCorrection(office_id=charge.office_id, service_charge_id=charge.id, reading_id=reading.id, settled_reason="")
        db.session.add(record)
        db.session.flush()
        return record

    return run(noted).record


def charged_for_service(*, run: int, unit: int, service: int, customer: int, total: Decimal = Decimal(1000)) -> ServiceCharge:
    """Charge a customer for a service, past the run's own calculation; called within a transaction."""
    billing = found(BillingRun, run)
    period = db.session.scalars(select(BillingPeriod).where(BillingPeriod.building_id == found(Unit, unit).building_id)).one()
    made = charge(
        office_id=billing.office_id,
        customer_id=customer,
        fee_kind=FeeKind.ELECTRICITY,
        lines=[LineTerms(LineCode.SERVICE, total)],
        on=period.ends_on,
        booked_on=period.ends_on,
        due_on=period.ends_on,
    )
    record = ServiceCharge(
        office_id=billing.office_id,
        run_id=run,
        period_id=period.id,
        service_id=service,
        unit_id=unit,
        part_start=period.starts_on,
        part_end=period.ends_on,
        facts={},
        versions=[],
        readings=[],
        bill={"lines": [], "total": str(total), "taxes": []},
        total=total,
    )
    record.charge = made
    db.session.add(record)
    return record
