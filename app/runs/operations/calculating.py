"""A billing run calculates: what every unit of a building owes, as proposals that nobody owes yet."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.i18n import LANGUAGES, say
from app.foundation.jobs import start_job
from app.foundation.kept_sentences import kept_facts
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint, found, locked
from app.foundation.writing import enter, new, one_sheet
from app.metering.choices import ApportionBy
from app.offices.models import Office
from app.places.models import Building, Unit
from app.runs.choices import RunState
from app.runs.documents import kept_bill, kept_facts_of_bill, kept_share
from app.runs.models import BillingPeriod, BillingRun, RunResult, RunService
from app.runs.operations.periods import closed, ensure_period, ensure_periods
from app.runs.queries.gathering import gathered
from app.runs.queries.prices import Prices
from app.runs.rules.charged_before import still_to_charge
from app.runs.rules.unit_bills import Outcome, PartBill, PartFault, ServiceTerms, unit_bills
from app.tariffs.choices import ServiceKind
from app.tariffs.models import Service
from app.values.dates import ONE_DAY
from app.values.errors import N_, Conflict, Message, NotFound, OperationRefused
from app.values.money import ZERO
from app.values.months import month_end

CALCULATION_JOB = "billing_calculation"
# So many units are worked out in one transaction: a few statements for all of them, and little to do again after a crash.
UNITS_AT_ONCE = 250
CHARGED_BEFORE = N_("Charged for the estimates before")
explain_constraint(
    "ex_billing_run_under_way",
    Message("Somebody else has just begun a billing run of this month. Wait until it has ended."),
    kind=Conflict,
)


def begin_run(*, office: int, month: datetime.date, services: tuple[int, ...], building: int | None = None, note: str = "") -> BillingRun:
    """Begin the calculation of ``services`` for one building, or for every building of the office, in the background.

    What an earlier run of the same month proposed and nobody posted is replaced. Raises OperationRefused, NotFound and Conflict.
    """
    wanted = _services(office, services)
    _require_near(office, month)
    periods = ensure_periods(buildings=_buildings(office, building), month=month)
    if not periods:
        raise OperationRefused(Message("The office has no building yet."), code="no_buildings", field="building")
    for period in periods:
        if not period.is_open:
            raise closed(period)
    _replace_earlier(office, month, building)
    run = BillingRun(office_id=office, building_id=building, month=month, note=note.strip(), created_by_id=current_scope().user_id)
    db.session.add(run)
    db.session.flush()
    db.session.add_all(RunService(office_id=office, run_id=run.id, service_id=service.id) for service in wanted)
    run.job_id = start_job(CALCULATION_JOB, office=office, run=run.id).id
    return run


def _require_near(office: int, month: datetime.date) -> None:
    """Refuse a month that is further off than the next one: it is a slip, and its period would stay."""
    last = month_end(month_end(clock.today(found(Office, office))) + ONE_DAY)
    if month > last:
        raise OperationRefused(
            Message("The month has not begun. At most the next month is billed in advance, up to %(last)s.", last=last),
            code="month_too_far",
            field="period",
        )


def _services(office: int, services: Sequence[int]) -> Sequence[Service]:
    """Return the services by their ids. Raises OperationRefused and NotFound."""
    if not services:
        raise OperationRefused(Message("Choose at least one service."), code="no_services", field="services")
    wanted = list(db.session.scalars(select(Service).where(Service.id.in_(services)).order_by(Service.id)))
    if len(wanted) < len(set(services)):
        raise NotFound(Message("This record does not exist."), code="not_found", field="services")
    if any(service.office_id != office for service in wanted):
        raise OperationRefused(Message("This service belongs to another office."), code="other_office", field="services")
    return wanted


def _buildings(office: int, building: int | None) -> Sequence[Building]:
    if building is None:
        return list(db.session.scalars(select(Building).where(Building.office_id == office).order_by(Building.id)))
    one = found(Building, building, field="building")
    if one.office_id != office:
        raise OperationRefused(Message("This building belongs to another office."), code="other_office", field="building")
    return [one]


def _replace_earlier(office: int, month: datetime.date, building: int | None) -> None:
    """Replace what waits for review; refuse while a run of the same units is being worked at."""
    earlier = select(BillingRun).where(
        BillingRun.office_id == office,
        BillingRun.month == month,
        BillingRun.run_state.in_((RunState.CALCULATING, RunState.REVIEW, RunState.POSTING)),
    )
    if building is not None:
        earlier = earlier.where(BillingRun.building_id.is_(None) | (BillingRun.building_id == building))
    for run in db.session.scalars(earlier.order_by(BillingRun.id).with_for_update(of=BillingRun).execution_options(populate_existing=True)):
        if run.run_state.is_under_way:
            raise Conflict(
                Message("The billing run %(run)s of this month is under way. Wait until it has ended.", run=str(run)), code="run_under_way"
            )
        _forget(run, RunState.REPLACED)
    db.session.flush()


def cancel_run(*, run: int) -> BillingRun:
    """Throw away what a run proposes; nothing was charged. Raises OperationRefused."""
    one = locked(BillingRun, run)
    if one.run_state not in (RunState.REVIEW, RunState.CALCULATING):
        raise OperationRefused(
            Message("The billing run %(run)s is %(state)s; only what was not posted is cancelled.", run=str(one), state=one.run_state),
            code="run_state",
        )
    _forget(one, RunState.CANCELLED)
    return one


def _forget(run: BillingRun, state: RunState) -> None:
    """End a run that was not posted; what it proposed is a draft and goes."""
    run.run_state = state
    db.session.execute(delete(RunResult).where(RunResult.run_id == run.id, RunResult.charge_id.is_(None)))


# The work -----------------------------------------------------------------------------------------------------------------------


def units_of_run(run: BillingRun) -> int:
    """Return how many units the run goes over."""
    count: int = db.session.execute(select(func.count()).select_from(Unit).where(_is_of(run))).scalar_one()
    return count


def calculate_chunk(*, run: int) -> int:
    """Work out the next units of a run and keep their bills as proposals; return how many there were, 0 at the end."""
    one = locked(BillingRun, run)
    if one.run_state is not RunState.CALCULATING:
        return 0
    statement = select(Unit).where(_is_of(one), Unit.id > one.reached).order_by(Unit.id).limit(UNITS_AT_ONCE)
    units = list(db.session.scalars(statement))
    if not units:
        return 0
    services = [each.service for each in one.services]
    with one_sheet() as sheet:
        for building, of_building in groupby(sorted(units, key=lambda unit: unit.building_id), key=lambda unit: unit.building_id):
            _calculate(one, building, list(of_building), services)
        sheet.write(db.session())
    one.reached, one.units = units[-1].id, one.units + len(units)
    return len(units)


def _is_of(run: BillingRun) -> ColumnElement[bool]:
    """Return the condition of the units that a run goes over."""
    of_office = Unit.office_id == run.office_id
    return of_office if run.building_id is None else of_office & (Unit.building_id == run.building_id)


def _calculate(run: BillingRun, building: int, units: Sequence[Unit], services: Sequence[Service]) -> None:
    period = ensure_period(building=building, month=run.month)
    chunk = gathered(units, services, period)
    prices = Prices(building, services)
    for unit in units:
        for service in services:
            key = (unit.id, service.id)
            for outcome in unit_bills(terms_of(service), chunk.of(unit, service, period), prices.of(service, unit.kind).from_to):
                proposed = still_to_charge(outcome, chunk.charged.get(key, ()), chunk.earlier.get(key, ()))
                if proposed is not None:
                    keep(run, period, unit, service, proposed, before=chunk.before.get(key))


@lru_cache(maxsize=1)
def _charged_before() -> dict[str, str]:
    return {locale: say(CHARGED_BEFORE, locale) for locale in LANGUAGES}


def terms_of(service: Service) -> ServiceTerms:
    """Return the service as the rules take it."""
    return ServiceTerms(service.name, service.fact, service.is_metered, service.kind is ServiceKind.WATER, _charged_before())


def keep(
    run: BillingRun,
    period: BillingPeriod,
    unit: Unit,
    service: Service,
    outcome: Outcome,
    *,
    before: Decimal | None,
    by: ApportionBy | None = None,
) -> None:
    """Keep what was worked out for a part of a unit's period as a proposal; ``by`` is the key of a part of shared meters."""
    values = _of_bill(outcome) if isinstance(outcome, PartBill) else _of_fault(outcome)
    enter(
        new(
            RunResult,
            office_id=run.office_id,
            run_id=run.id,
            period_id=period.id,
            service_id=service.id,
            unit_id=unit.id,
            customer_id=outcome.customer,
            part_start=outcome.starts_on,
            part_end=outcome.ends_on,
            before=before,
            apportion_by=by,
            **values,
        )
    )


def _of_bill(outcome: PartBill) -> dict[str, Any]:
    return {
        "quantity": outcome.quantity,
        "facts": kept_facts_of_bill(outcome.facts),
        "versions": list(outcome.versions),
        "readings": list(outcome.readings),
        "is_estimate": outcome.is_estimate,
        "bill": kept_bill(outcome.bill, outcome.rated),
        "share": kept_share(outcome.share) if outcome.share is not None else None,
        "total": outcome.bill.total,
        "fault_facts": {},
    }


def _of_fault(outcome: PartFault) -> dict[str, Any]:
    return {
        "facts": {},
        "versions": [],
        "readings": [],
        "bill": {},
        "fault": outcome.reason.message_id,
        "fault_facts": kept_facts(outcome.reason),
        "code": outcome.code,
    }


def end_calculation(*, run: int) -> BillingRun:
    """Note that every unit has its result: the run waits for review."""
    one = locked(BillingRun, run)
    if one.run_state is RunState.CALCULATING:
        billed, total, faulty = db.session.execute(
            select(
                func.count().filter(RunResult.fault == ""),
                func.coalesce(func.sum(RunResult.total), ZERO),
                func.count().filter(RunResult.fault != ""),
            ).where(RunResult.run_id == one.id)
        ).one()
        one.billed, one.total, one.faulty, one.run_state = billed, total, faulty, RunState.REVIEW
    return one
