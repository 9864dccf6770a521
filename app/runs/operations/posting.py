"""A reviewed run is posted: its proposals become charges, some hundred in one transaction, each with its entry in the journal."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import func, select, update
from sqlalchemy.orm import selectinload

from app.billing.choices import LineCode
from app.billing.operations.charges import LineTerms, charge
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import start_job
from app.foundation.kept_sentences import kept_facts
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.foundation.writing import enter, new, one_sheet
from app.metering.choices import ReadingState
from app.metering.models import Meter, MeterInstallation, Reading
from app.offices.models import Office
from app.runs.choices import FEE_KINDS, RunState
from app.runs.documents import read_bill
from app.runs.models import BillingPeriod, BillingRun, RunResult, RunService, ServiceCharge
from app.runs.operations.periods import closed
from app.tariffs.models import Service, ServiceSetting
from app.tariffs.rules.bill import BillLine, label_in
from app.values.errors import Message, OperationRefused

POSTING_JOB = "billing_posting"
CHARGES_AT_ONCE = 500
LONGEST_DETAIL = 200
# Prices of a charge's lines have so many decimals; a finer one stands on the bill, not in the line.
PRICE_STEP = Decimal("0.01")
MARK = """
UPDATE run_result SET charge_id = given.charge FROM unnest(%s::integer[], %s::integer[]) AS given (result, charge) WHERE id = given.result
"""
READING_CHANGED = Message("The readings have changed since the calculation. Calculate again.")


def begin_posting(*, run: int) -> BillingRun:
    """Let what a run proposes become charges, in the background. Raises OperationRefused."""
    one = locked(BillingRun, run)
    if one.run_state is not RunState.REVIEW:
        raise OperationRefused(
            Message("The billing run %(run)s is %(state)s; only a calculated one is posted.", run=str(one), state=one.run_state),
            code="run_state",
        )
    for period in _periods(one):
        if not period.is_open:
            raise closed(period)
    _require_readings_settled(one)
    if not one.billed:
        raise OperationRefused(Message("There is nothing to post: no unit has a bill."), code="nothing_to_post")
    one.run_state, one.posted_by_id = RunState.POSTING, current_scope().user_id
    one.booked_on = clock.today(found(Office, one.office_id))
    one.job_id = start_job(POSTING_JOB, office=one.office_id, run=one.id).id
    return one


def _periods(run: BillingRun) -> Sequence[BillingPeriod]:
    statement = select(BillingPeriod).where(BillingPeriod.office_id == run.office_id, BillingPeriod.month == run.month)
    if run.building_id is not None:
        statement = statement.where(BillingPeriod.building_id == run.building_id)
    return list(db.session.scalars(statement.order_by(BillingPeriod.id).with_for_update(of=BillingPeriod)))


def _require_readings_settled(run: BillingRun) -> None:
    """Refuse while a red reading of the run's units and services waits: it must be accepted, corrected or estimated first (S2.6)."""
    waiting = (
        select(func.count())
        .select_from(Reading)
        .join(MeterInstallation, MeterInstallation.id == Reading.installation_id)
        .join(Meter, Meter.id == Reading.meter_id)
        .join(BillingPeriod, (BillingPeriod.building_id == Meter.building_id) & (BillingPeriod.month == run.month))
        .join(RunService, (RunService.service_id == Meter.service_id) & (RunService.run_id == run.id))
        .where(
            Reading.office_id == run.office_id,
            Reading.state == ReadingState.WAITING,
            Reading.read_on.between(BillingPeriod.starts_on, BillingPeriod.ends_on),
        )
    )
    if run.building_id is not None:
        waiting = waiting.where(Meter.building_id == run.building_id)
    count = db.session.execute(waiting).scalar_one()
    if count:
        raise OperationRefused(
            Message("%(count)s red readings wait. Accept, correct or estimate them, then calculate again.", count=count),
            code="readings_wait",
        )


# The work -----------------------------------------------------------------------------------------------------------------------


def post_chunk(*, run: int) -> int:
    """Make charges of the next proposals of a run; return how many were looked at, 0 at the end.

    The period is asked again, and so are the readings: what has changed since the calculation is not charged.
    """
    one = locked(BillingRun, run)
    if one.run_state is not RunState.POSTING or one.booked_on is None:
        return 0
    results = _next(one)
    if not results:
        return 0
    for period in _periods(one):
        if not period.is_open:
            raise closed(period)
    current = _current_readings(results)
    services = {each.service_id: each.service for each in one.services}
    office, due_days = found(Office, one.office_id), _due_days(results, services)
    made: list[tuple[int, ServiceCharge]] = []
    with one_sheet() as sheet:
        for result in results:
            if not set(result.readings) <= current:
                _not_posted(one, result)
                continue
            service = services[result.service_id]
            made.append((result.id, _charge(one, result, service, office, due_days[result.unit.building_id, service.id])))
        sheet.write(db.session())
    db.session.connection().exec_driver_sql(MARK, ([number for number, _ in made], [record.charge_id for _, record in made]))
    one.posted += len(made)
    one.posted_total += sum((record.total for _, record in made), Decimal(0))
    return len(results)


def _next(run: BillingRun) -> Sequence[RunResult]:
    waiting = select(RunResult).where(RunResult.run_id == run.id, RunResult.charge_id.is_(None), RunResult.fault == "")
    waiting = waiting.order_by(RunResult.id).limit(CHARGES_AT_ONCE).options(selectinload(RunResult.unit))
    return list(db.session.scalars(waiting.execution_options(populate_existing=True)))


def _current_readings(results: Sequence[RunResult]) -> set[int]:
    """Return which readings of the proposals still stand accepted, locked against corrections until the charges are there."""
    wanted = sorted({reading for result in results for reading in result.readings})
    statement = select(Reading.id).where(Reading.id.in_(wanted), Reading.state == ReadingState.ACCEPTED)
    return set(db.session.scalars(statement.order_by(Reading.id).with_for_update(of=Reading, read=True)))


def _due_days(results: Sequence[RunResult], services: Mapping[int, Service]) -> Mapping[tuple[int, int], int]:
    """Return the days until a bill is due, by building and service: the building's own where it has some."""
    buildings = {result.unit.building_id for result in results}
    own = select(ServiceSetting.building_id, ServiceSetting.service_id, ServiceSetting.due_days).where(
        ServiceSetting.building_id.in_(buildings), ServiceSetting.service_id.in_(services)
    )
    found_days = {(building, number): service.due_days for building in buildings for number, service in services.items()}
    return found_days | {(row.building_id, row.service_id): row.due_days for row in db.session.execute(own)}


def _not_posted(run: BillingRun, result: RunResult) -> None:
    changed = update(RunResult).where(RunResult.id == result.id)
    db.session.execute(
        changed.values(
            fault=READING_CHANGED.message_id, fault_facts=kept_facts(READING_CHANGED), code="reading_changed", total=None, bill={}
        )
    )
    run.billed, run.faulty, run.total = run.billed - 1, run.faulty + 1, run.total - (result.total or Decimal(0))


def _charge(run: BillingRun, result: RunResult, service: Service, office: Office, due_days: int) -> ServiceCharge:
    assert run.booked_on is not None
    assert result.customer_id is not None
    assert result.total is not None
    bill = read_bill(result.bill)
    made = charge(
        office_id=run.office_id,
        customer_id=result.customer_id,
        fee_kind=FEE_KINDS[service.kind],
        lines=[_line(line, result, service, office) for line in bill.lines] or [_nothing(result, service)],
        on=run.booked_on,
        booked_on=run.booked_on,
        due_on=run.booked_on + datetime.timedelta(days=due_days),
    )
    record = new(
        ServiceCharge,
        office_id=run.office_id,
        run_id=run.id,
        period_id=result.period_id,
        service_id=service.id,
        unit_id=result.unit_id,
        part_start=result.part_start,
        part_end=result.part_end,
        quantity=result.quantity,
        facts=result.facts,
        versions=result.versions,
        readings=result.readings,
        is_estimate=result.is_estimate,
        apportion_by=result.apportion_by,
        share=result.share,
        bill=result.bill,
        total=result.total,
        reversal_id=None,
        created_by_id=current_scope().user_id,
    )
    record.charge = made
    enter(record)
    return record


def _line(line: BillLine, result: RunResult, service: Service, office: Office) -> LineTerms:
    """Return a line of the charge; its text is of the office's language, the notice's of the resident's."""
    label = label_in(line.label, office.language.value)
    # A percentage, or a price finer than a line keeps, is on the bill only.
    has_price = line.unit_price == line.unit_price.quantize(PRICE_STEP) and line.quantity * line.unit_price == line.amount
    return LineTerms(
        LineCode.SERVICE,
        line.amount,
        quantity=line.quantity if has_price else None,
        unit_price=line.unit_price if has_price else None,
        detail=f"{result.unit.code} · {label}"[:LONGEST_DETAIL],
        period_start=result.part_start,
        period_end=result.part_end,
    )


def _nothing(result: RunResult, service: Service) -> LineTerms:
    """Return the line of a bill of 0: it is a bill all the same."""
    detail = f"{result.unit.code} · {service.name}"[:LONGEST_DETAIL]
    return LineTerms(LineCode.SERVICE, Decimal("0.00"), detail=detail, period_start=result.part_start, period_end=result.part_end)


def end_posting(*, run: int) -> BillingRun:
    """Note that every proposal became a charge."""
    one = locked(BillingRun, run)
    if one.run_state is RunState.POSTING:
        one.run_state, one.posted_at = RunState.POSTED, clock.now()
    return one
