"""How a stored line stands, in the form the rules take it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam

from app.broadband.choices import SubscriptionStatus
from app.broadband.models import BroadbandPolicy, RegularPayment, ServicePeriod, Subscription, SubscriptionEvent
from app.broadband.queries import newest_period, payments_of, policy_of
from app.broadband.rules.service_period import Period
from app.broadband.rules.standing import Run, Standing
from app.broadband.rules.status import status
from app.foundation.database import db
from app.foundation.scope import current_scope, kept
from app.foundation.writing import new
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO


@cache
def _newest_period() -> Select[tuple[ServicePeriod]]:
    return kept(newest_period(bindparam("line")))


def policy(office_id: int) -> BroadbandPolicy:
    """Return the office's policy; a missing one is an error, never a default."""
    return _required(db.session.scalars(policy_of(office_id)).one_or_none())


def policy_for(line: Subscription) -> BroadbandPolicy:
    """Return the policy of the line's office as it was read with the line."""
    return _required(line.policy)


def _required(found: BroadbandPolicy | None) -> BroadbandPolicy:
    if found is None:
        raise OperationRefused(Message("The office has no broadband policy yet. Ask a manager to set it."), code="policy_missing")
    return found


def make_policy(office: object) -> None:
    """Give a new office its broadband policy with the defaults."""
    db.session.add(BroadbandPolicy(office_id=office.id))  # type: ignore[attr-defined]


def standing_of(line: Subscription) -> Standing:
    """Return the standing of an installed line."""
    if line.stops_on is None:
        raise AssertionError(f"The line {line.broadband_account} is installed but has no stop date.")
    newest = db.session.scalars(_newest_period(), {"line": line.id}).one_or_none()
    return Standing(
        state=line.state,
        stops_on=line.stops_on,
        run=Run(newest.anchor, newest.anchor_months) if newest else None,
        halted_on=line.halted_on,
        reason=line.stop_reason,
    )


def earliest_end(line: Subscription, on: datetime.date, months: int) -> datetime.date:
    """Return where the months of a line that is not installed yet end at the earliest, ``months`` more included."""
    waiting = sum(payment.months + payment.gift_months for payment in db.session.scalars(payments_of(line.id)))
    return Run(on, waiting + months).stops_on


def status_on(line: Subscription, rules: BroadbandPolicy, day: datetime.date) -> SubscriptionStatus:
    """Return what the line is called on ``day``."""
    return status(state=line.state, stops_on=line.stops_on, today=day, grace_days=rules.grace_days)


def period_row(line: Subscription, period: Period, price: Decimal, payment: RegularPayment) -> ServicePeriod:
    """Return the row that stores ``period`` as ``payment`` sold it."""
    return _row(line, period, price=price, regular_payment=payment)


def given_row(line: Subscription, period: Period, event: SubscriptionEvent) -> ServicePeriod:
    """Return the row that stores ``period`` as the operation of ``event`` gave it."""
    return _row(line, period, price=ZERO, sold_by_event_id=event.id)


def _row(line: Subscription, period: Period, *, price: Decimal, **sold_by: Any) -> ServicePeriod:
    return new(
        ServicePeriod,
        office_id=line.office_id,
        subscription_id=line.id,
        kind=period.kind,
        start=period.start,
        stop=period.stop,
        months=period.months,
        price=price,
        of_days=period.of_days,
        anchor=period.anchor,
        anchor_months=period.anchor_months,
        created_by_id=current_scope().user_id,
        **sold_by,
    )
