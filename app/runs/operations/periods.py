"""Billing periods 账期 / kỳ thu: opened with the first run of their month, closed when all is charged, reopened with a reason."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from sqlalchemy import func, select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint, found, locked
from app.places.models import Building
from app.runs.choices import PeriodState, RunState
from app.runs.models import BillingPeriod, BillingRun, ServiceCharge
from app.values.dates import ONE_DAY
from app.values.errors import Conflict, Message, OperationRefused
from app.values.months import month_end

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
# A period is a month, give or take what it takes to read a building.
LONGEST_PERIOD, EARLIEST, LATEST = 62, 2000, 2999
OVERLAPPING = Message("Another period of the building has some of these days. Change that one first.")
explain_constraint("ex_billing_period_days", OVERLAPPING, "starts_on")
explain_constraint(
    "uq_billing_period_building_id_month",
    Message("Somebody else has opened the period of this month just now. Try again."),
    kind=Conflict,
)


def month_named(typed: str, field: str = "period") -> datetime.date:
    """Return the first day of the month that is written as 2026-10. Raises OperationRefused."""
    matched = MONTH.fullmatch(typed.strip())
    if matched is None or not EARLIEST <= int(matched[1]) <= LATEST:
        raise OperationRefused(Message("Write the month as year and month, for example 2026-10."), code="no_month", field=field)
    return datetime.date(int(matched[1]), int(matched[2]), 1)


def ensure_period(*, building: int, month: datetime.date) -> BillingPeriod:
    """Return the period of a building and month, opened now where there is none: it begins where the one before ended."""
    return ensure_periods(buildings=[found(Building, building, field="building")], month=month)[0]


def ensure_periods(*, buildings: Sequence[Building], month: datetime.date) -> Sequence[BillingPeriod]:
    """Return the periods of ``buildings`` and a month, in their order, locked; those that are not there yet are opened."""
    before = (month - ONE_DAY).replace(day=1)
    known = select(BillingPeriod).where(
        BillingPeriod.building_id.in_([building.id for building in buildings]), BillingPeriod.month.in_((before, month))
    )
    ordered = known.order_by(BillingPeriod.id).with_for_update(of=BillingPeriod).execution_options(populate_existing=True)
    there = {(period.building_id, period.month): period for period in db.session.scalars(ordered)}
    periods = []
    for building in buildings:
        period = there.get((building.id, month))
        if period is None:
            earlier = there.get((building.id, before))
            period = BillingPeriod(
                office_id=building.office_id,
                building_id=building.id,
                month=month,
                starts_on=month if earlier is None else earlier.ends_on + ONE_DAY,
                ends_on=month_end(month),
                created_by_id=current_scope().user_id,
            )
            _require_days(period.starts_on, period.ends_on)
            db.session.add(period)
        periods.append(period)
    db.session.flush()
    return periods


def set_period_days(*, period: int, starts_on: datetime.date, ends_on: datetime.date) -> BillingPeriod:
    """Say whose readings belong to the period: those from ``starts_on`` to ``ends_on``. Raises OperationRefused.

    Once something was charged or is proposed on the readings of the old days, these stay as they are.
    """
    one = locked(BillingPeriod, period)
    _require_open(one)
    _require_no_run(one)
    _require_days(starts_on, ends_on)
    if (starts_on, ends_on) != (one.starts_on, one.ends_on):
        _require_nothing_billed(one)
        _require_apart(one, starts_on, ends_on)
    one.starts_on, one.ends_on = starts_on, ends_on
    return one


def close_period(*, period: int) -> BillingPeriod:
    """Close a period: it takes no more charges. Raises OperationRefused."""
    one = locked(BillingPeriod, period)
    _require_open(one)
    _require_no_run(one)
    one.period_state, one.closed_at, one.closed_by_id = PeriodState.CLOSED, clock.now(), current_scope().user_id
    return one


def reopen_period(*, period: int, reason: str) -> BillingPeriod:
    """Open a closed period again, with a reason. Raises OperationRefused."""
    one = locked(BillingPeriod, period)
    if one.is_open:
        raise OperationRefused(Message("The period %(period)s is open already.", period=str(one)), code="period_open")
    if not reason.strip():
        raise OperationRefused(Message("Say why the period is opened again."), code="reason_missing", field="reason")
    one.period_state, one.closed_at, one.closed_by_id, one.reopened_reason = PeriodState.OPEN, None, None, reason.strip()
    return one


def _require_open(period: BillingPeriod) -> None:
    if not period.is_open:
        raise closed(period)


def closed(period: BillingPeriod) -> OperationRefused:
    """Return the refusal of a closed period."""
    return OperationRefused(
        Message("The period %(period)s is closed. Open it again, or correct in the open period.", period=str(period)),
        code="period_closed",
        field="period",
    )


def _require_no_run(period: BillingPeriod) -> None:
    if _run_in(period, RunState.CALCULATING, RunState.POSTING) is not None:
        raise OperationRefused(Message("A billing run of this period is under way. Wait until it has ended."), code="run_under_way")


def _run_in(period: BillingPeriod, *states: RunState) -> BillingRun | None:
    """Return a run over the period that is in one of ``states``."""
    statement = select(BillingRun).where(
        BillingRun.office_id == period.office_id,
        BillingRun.month == period.month,
        BillingRun.building_id.is_(None) | (BillingRun.building_id == period.building_id),
        BillingRun.run_state.in_(states),
    )
    run: BillingRun | None = db.session.scalars(statement.order_by(BillingRun.id).limit(1)).one_or_none()
    return run


def _require_nothing_billed(period: BillingPeriod) -> None:
    standing = select(func.count()).where(ServiceCharge.period_id == period.id, ServiceCharge.reversal_id.is_(None))
    count = db.session.execute(standing).scalar_one()
    if count:
        raise OperationRefused(
            Message("%(count)s charges of this period stand on its days. Void them first.", count=count), code="period_charged"
        )
    run = _run_in(period, RunState.REVIEW)
    if run is not None:
        raise OperationRefused(
            Message("The billing run %(run)s waits with bills on these days. Post it or throw it away first.", run=str(run)),
            code="run_waits",
        )


def _require_apart(period: BillingPeriod, starts_on: datetime.date, ends_on: datetime.date) -> None:
    overlapping = select(BillingPeriod.id).where(
        BillingPeriod.building_id == period.building_id,
        BillingPeriod.id != period.id,
        BillingPeriod.starts_on <= ends_on,
        BillingPeriod.ends_on >= starts_on,
    )
    if db.session.scalars(overlapping.limit(1)).one_or_none() is not None:
        raise OperationRefused(OVERLAPPING, code="periods_overlap", field="starts_on")


def _require_days(starts_on: datetime.date, ends_on: datetime.date) -> None:
    if ends_on < starts_on:
        raise OperationRefused(Message("The end date is before the start date."), code="ends_before_start", field="ends_on")
    if (ends_on - starts_on).days >= LONGEST_PERIOD:
        raise OperationRefused(Message("A period has at most %(most)s days.", most=LONGEST_PERIOD), code="period_too_long", field="ends_on")
