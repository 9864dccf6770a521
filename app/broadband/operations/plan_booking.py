"""Changes of plan that wait: booked, withdrawn, settled with the resumption, and put in effect when the new cover begins.

While a change is booked, payments buy months of the new plan; the line's own plan moves on the first day of that cover.
"""

from __future__ import annotations

import datetime

from sqlalchemy import ColumnElement, Integer, and_, cast, func, or_, select

from app.billing.choices import Method
from app.broadband.choices import PlanChangeMode, PlanChangeStatus, SubscriptionOperation, SubscriptionState
from app.broadband.models import PlanChange, ServicePeriod, Subscription, SubscriptionEvent
from app.broadband.operations.acting import AROUND_THE_LINE, Deed, DeedTerms, begin_brought, finish
from app.broadband.operations.plan_settling import settle
from app.broadband.queries import IN_FORCE, booked_change, periods_in_force
from app.broadband.rules.plan_change import switch_day
from app.foundation.database import db
from app.foundation.transactions import found, locked
from app.values.errors import Message, OperationRefused


def withdraw_plan_change(*, plan_change: int) -> PlanChange:
    """Withdraw a booked change; the next months are sold at the line's own plan again.

    Raises OperationRefused where it is in effect or withdrawn already, and once months were sold at the new plan's price.
    """
    named = found(PlanChange, plan_change)
    locked(Subscription, named.subscription_id)
    change = locked(PlanChange, plan_change)
    if change.change_status is not PlanChangeStatus.BOOKED:
        raise OperationRefused(
            Message("This change of plan is no longer booked: %(status)s.", status=change.change_status), code="not_booked"
        )
    if rows_sold_since(change):
        raise OperationRefused(
            Message("Months were sold at the new plan's price already. Void that payment first, or change the plan again later."),
            code="already_sold",
        )
    change.change_status = PlanChangeStatus.WITHDRAWN
    return change


def booked_of(line: Subscription) -> PlanChange | None:
    """Return the booked change of a locked line."""
    change: PlanChange | None = db.session.scalars(booked_change(line.id)).one_or_none()
    return change


def settle_on_resumption(resumed: Deed, resumption: SubscriptionEvent) -> PlanChange | None:
    """Settle in money, on the day of the resumption, the change that was booked while the line was suspended.

    What is due stays an open charge, what comes back goes into the credit balance. Months sold at the new plan's price since the booking
    stay as they are. A line without cover on that day changes its plan with the next payment instead.
    """
    line = resumed.line
    change = booked_of(line)
    if change is None or change.mode is not PlanChangeMode.MONEY or line.stops_on is None:
        return None
    since = rows_sold_since(change)
    stops_on = line.stops_on - datetime.timedelta(days=sum(row.of_days for row in since))
    if resumed.on > stops_on:
        change.mode, change.turned_by_event_id = PlanChangeMode.PERIOD_END, resumption.id
        return None
    terms = DeedTerms(note=change.note, reason=change.reason)
    deed = begin_brought(SubscriptionOperation.CHANGE_PLAN, line, terms, on=resumed.on)
    older = [row for row in db.session.scalars(periods_in_force(line.id)) if row not in since]
    settled = settle(
        deed,
        change.new_plan,
        rows=older,
        stops_on=stops_on,
        fee=change.fee,
        refund_method=Method.CREDIT,
        decided_by=change.created_by_id,
        is_newest=not since,
    )
    change.credit, change.charge, change.difference = settled.change.credit, settled.change.charge, settled.change.difference
    _in_effect(change, settled.event, resumed.on)
    return change


def apply_booked_change(*, plan_change: int, on: datetime.date) -> PlanChange:
    """Move the line to its booked plan, on the first day of cover that was sold at it, or later. Nothing where it is not due."""
    named = found(PlanChange, plan_change)
    line = locked(Subscription, named.subscription_id, *AROUND_THE_LINE)
    change = locked(PlanChange, plan_change)
    if change.change_status is PlanChangeStatus.BOOKED:
        apply_if_due(line, change, on)
    return change


def apply_if_due(line: Subscription, change: PlanChange, on: datetime.date) -> None:
    """Put the booked change of a locked line in effect if its new cover has begun by ``on``."""
    since = rows_sold_since(change)
    if not since or line.stops_on is None or line.state is not SubscriptionState.ACTIVE:
        return
    first_day = switch_day(line.stops_on, days_sold_since=sum(row.of_days for row in since))
    if first_day > on:
        return
    deed = begin_brought(SubscriptionOperation.CHANGE_PLAN, line, DeedTerms(note=change.note), on=on)
    line.plan, line.plan_id = change.new_plan, change.new_plan_id
    _in_effect(change, finish(deed), first_day)


def due_changes(office_id: int, day: datetime.date) -> list[tuple[int, int]]:
    """Return the booked changes of an office, each with its line, whose new cover has begun by ``day``, by the rule of ``switch_day``."""
    days = (
        select(cast(func.sum(ServicePeriod.of_days), Integer))
        .where(ServicePeriod.subscription_id == PlanChange.subscription_id, _sold_since(), *IN_FORCE)
        .correlate(PlanChange, SubscriptionEvent)
        .scalar_subquery()
    )
    due = (
        select(PlanChange.id, PlanChange.subscription_id)
        .join(SubscriptionEvent, SubscriptionEvent.id == PlanChange.event_id)
        .join(Subscription, Subscription.id == PlanChange.subscription_id)
        .where(
            PlanChange.office_id == office_id,
            PlanChange.change_status == PlanChangeStatus.BOOKED,
            Subscription.state == SubscriptionState.ACTIVE,
            Subscription.stops_on + 1 - days <= day,
        )
    )
    return [(change, line) for change, line in db.session.execute(due.order_by(PlanChange.id))]


def rows_sold_since(change: PlanChange) -> list[ServicePeriod]:
    """Return the rows in force that were sold after the change was booked."""
    statement = (
        select(ServicePeriod)
        .join(SubscriptionEvent, SubscriptionEvent.id == change.event_id)
        .where(ServicePeriod.subscription_id == change.subscription_id, _sold_since(), *IN_FORCE)
    )
    return list(db.session.scalars(statement))


def _sold_since() -> ColumnElement[bool]:
    """Return the condition that a row was sold after the event that booked a change."""
    paid = ServicePeriod.regular_payment_id > func.coalesce(SubscriptionEvent.after_payment_id, 0)
    return or_(and_(ServicePeriod.regular_payment_id.is_not(None), paid), ServicePeriod.sold_by_event_id > SubscriptionEvent.id)


def _in_effect(change: PlanChange, event: SubscriptionEvent, on: datetime.date) -> None:
    change.change_status, change.changed_on, change.applied_event_id = PlanChangeStatus.APPLIED, on, event.id
    db.session.flush()
