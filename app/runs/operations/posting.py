"""A reviewed run is posted: its proposals become charges, some thousand in one transaction, each with its entry in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, update

from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob, start_job
from app.foundation.kept_sentences import kept_facts
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint, found, locked
from app.metering.choices import ReadingState
from app.metering.models import Meter, MeterInstallation, Reading
from app.offices.models import Office
from app.runs.choices import RunState
from app.runs.models import BillingPeriod, BillingRun, RunResult, RunService
from app.runs.operations.charging import charge_results
from app.runs.operations.periods import closed
from app.values.errors import Conflict, Message, OperationRefused

POSTING_JOB = "billing_posting"
CHARGES_AT_ONCE = 2_000
READING_CHANGED = Message("The readings have changed since the calculation. Calculate again.")
for _constraint in ("uq_service_charge_live", "ex_service_charge_days"):
    explain_constraint(
        _constraint, Message("Days of this unit were charged by somebody else just now. Calculate the run again."), kind=Conflict
    )


def begin_posting(*, run: int) -> BillingRun:
    """Let what a run proposes become charges, in the background; a posting that broke off goes on. Raises OperationRefused."""
    one = locked(BillingRun, run)
    goes_on = posting_broke_off(one)
    if one.run_state is not RunState.REVIEW and not goes_on:
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
    if not goes_on:
        one.run_state, one.posted_by_id = RunState.POSTING, current_scope().user_id
    one.booked_on = clock.today(found(Office, one.office_id))
    one.job_id = start_job(POSTING_JOB, office=one.office_id, run=one.id).id
    return one


def posting_broke_off(run: BillingRun) -> bool:
    """Say whether the job that was posting a run has ended before its work: a lock that was never given, a period closed meanwhile."""
    job = db.session.get(BackgroundJob, run.job_id) if run.job_id is not None else None
    return run.run_state is RunState.POSTING and (job is None or job.is_over)


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
    _hold_customers(results)
    current = _current_readings(results)
    changed = [result for result in results if not current.issuperset(result.readings)]
    if changed:
        _not_posted(one, changed)
    left_out = {result.id for result in changed}
    made, total = charge_results(one, [result.id for result in results if result.id not in left_out])
    one.posted += made
    one.posted_total += total
    return len(results)


def _next(run: BillingRun) -> Sequence[Any]:
    waiting = select(RunResult.id, RunResult.customer_id, RunResult.readings, RunResult.total)
    waiting = waiting.where(RunResult.run_id == run.id, RunResult.charge_id.is_(None), RunResult.fault == "")
    return list(db.session.execute(waiting.order_by(RunResult.id).limit(CHARGES_AT_ONCE)))


def _hold_customers(results: Sequence[Any]) -> None:
    """Lock the customers of the proposals as their charges will, but in the order of their numbers as everywhere."""
    people = sorted({result.customer_id for result in results})
    holding = select(Customer.id).where(Customer.id.in_(people)).order_by(Customer.id)
    db.session.execute(holding.with_for_update(of=Customer, read=True, key_share=True))


def _current_readings(results: Sequence[Any]) -> set[int]:
    """Return which readings of the proposals still stand accepted, locked against corrections until the charges are there."""
    wanted = sorted({reading for result in results for reading in result.readings})
    statement = select(Reading.id).where(Reading.id.in_(wanted), Reading.state == ReadingState.ACCEPTED)
    return set(db.session.scalars(statement.order_by(Reading.id).with_for_update(of=Reading, read=True)))


def _not_posted(run: BillingRun, results: Sequence[Any]) -> None:
    changed = update(RunResult).where(RunResult.id.in_([result.id for result in results]))
    db.session.execute(
        changed.values(
            fault=READING_CHANGED.message_id, fault_facts=kept_facts(READING_CHANGED), code="reading_changed", total=None, bill={}
        )
    )
    run.billed, run.faulty = run.billed - len(results), run.faulty + len(results)
    run.total -= sum((result.total for result in results), Decimal(0))


def end_posting(*, run: int) -> BillingRun:
    """Note that every proposal became a charge."""
    one = locked(BillingRun, run)
    if one.run_state is RunState.POSTING:
        one.run_state, one.posted_at = RunState.POSTED, clock.now()
    return one
