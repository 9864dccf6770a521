"""Taking over lines that run already: from the books of another program, without money, receipt or work order."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from app.broadband.choices import SubscriptionState
from app.broadband.models import ServicePeriod, Subscription
from app.broadband.operations.openings import LineTerms, require_line
from app.broadband.rules.service_period import Period
from app.broadband.rules.taken_over import taken_over_period
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO


@dataclass(frozen=True)
class RunningLine:
    """A line as the earlier books have it. Community, plan, business type and salesperson belong to the office."""

    line: LineTerms
    activated_on: datetime.date
    stops_on: datetime.date


def require_running(running: RunningLine, today: datetime.date) -> Period:
    """Return the period of the line. Raises OperationRefused as opening an account would, and for days that cannot be."""
    if running.activated_on > today:
        raise OperationRefused(
            Message("The activation on %(date)s is in the future.", date=running.activated_on), code="future_date", field="activated_on"
        )
    applied_on = running.line.applied_on or running.activated_on
    require_line(running.line, applied_on, today)
    if running.activated_on < applied_on:
        raise OperationRefused(
            Message("%(date)s is before the application of %(accepted)s.", date=running.activated_on, accepted=applied_on),
            code="before_application",
            field="activated_on",
        )
    return taken_over_period(running.activated_on, running.stops_on)


def take_over(*, office: int, lines: Sequence[tuple[int, RunningLine]], today: datetime.date) -> list[tuple[Subscription, ServicePeriod]]:
    """Store running lines of the office, each for the customer of that id, with their periods; part of a larger operation.

    Raises OperationRefused for the first line that cannot be.
    """
    made = [(_line(office, customer, running), require_running(running, today)) for customer, running in lines]
    db.session.add_all([line for line, _ in made])
    db.session.flush()
    rows = [(line, _period(line, period)) for line, period in made]
    db.session.add_all([period for _, period in rows])
    db.session.flush()
    return rows


def _line(office: int, customer: int, running: RunningLine) -> Subscription:
    line = running.line
    return Subscription(
        office_id=office,
        customer_id=customer,
        community_id=line.community,
        address=line.address.strip(),
        contact_phone=line.contact_phone,
        telephone=line.telephone,
        business_type_id=line.business_type,
        plan_id=line.plan,
        access_order_no=line.access_order_no,
        broadband_account=line.broadband_account.strip(),
        password=line.password or None,
        bound_number=line.bound_number,
        salesperson_id=line.salesperson,
        note=line.note,
        state=SubscriptionState.ACTIVE,
        applied_on=line.applied_on or running.activated_on,
        activated_on=running.activated_on,
        stops_on=running.stops_on,
        created_by_id=current_scope().user_id,
    )


def _period(line: Subscription, period: Period) -> ServicePeriod:
    return ServicePeriod(
        office_id=line.office_id,
        subscription_id=line.id,
        kind=period.kind,
        start=period.start,
        stop=period.stop,
        months=period.months,
        price=ZERO,
        of_days=period.of_days,
        anchor=period.anchor,
        anchor_months=period.anchor_months,
        created_by_id=current_scope().user_id,
    )
