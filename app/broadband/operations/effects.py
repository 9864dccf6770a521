"""What happens to a line because a work order below it was completed. Called through the wiring's table."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import select

from app.broadband.choices import PeriodKind, SubscriptionOperation, SubscriptionState
from app.broadband.models import Plan, Subscription, SubscriptionWorkOrder
from app.broadband.operations.orders_applied import apply_order
from app.broadband.operations.standing import period_row, policy, status_on
from app.broadband.queries import payments_of
from app.broadband.rules.moves import allowed_move
from app.broadband.rules.service_period import periods_from
from app.broadband.rules.standing import Run
from app.foundation.database import db
from app.foundation.transactions import found, locked
from app.values.errors import Message, NotFound
from app.values.money import ZERO
from app.workorders.choices import WorkKind
from app.workorders.models import WorkOrder


def lock_for_completion(order: WorkOrder) -> None:
    """Take the lock of the order's line, before that of the order itself: a closure takes them in the same order."""
    link = db.session.scalars(select(SubscriptionWorkOrder).where(SubscriptionWorkOrder.work_order_id == order.id)).one_or_none()
    if link is not None:
        locked(Subscription, link.subscription_id)


def order_completed(order: WorkOrder) -> None:
    """Apply a completed order to its line: a new installation activates it, and whatever the order brings takes effect."""
    link = db.session.scalars(select(SubscriptionWorkOrder).where(SubscriptionWorkOrder.work_order_id == order.id)).one_or_none()
    if link is None:
        return
    line = locked(Subscription, link.subscription_id)
    apply_order(order, line)
    if order.business_type.kind is WorkKind.NEW:
        _activate(line, order.billing_from)


def _activate(line: Subscription, billing_from: datetime.date | None) -> None:
    """Let the line serve from 計費時間; the months paid before start there."""
    if line.state is not SubscriptionState.PENDING or billing_from is None:
        return
    rules = policy(line.office_id)
    allowed_move(SubscriptionOperation.COMPLETE, status=status_on(line, rules, billing_from), number=line.broadband_account)
    run = Run(billing_from)
    for payment in db.session.scalars(payments_of(line.id)):
        for period in periods_from(run, months=payment.months, gift_months=payment.gift_months):
            is_paid = period.kind is PeriodKind.PAID
            price = max(payment.plan_total - payment.discount, ZERO) if is_paid else ZERO
            db.session.add(period_row(line, period, price, payment))
            if is_paid:
                payment.period_start, payment.period_end = period.start, period.stop
            run = period.run
    line.state = SubscriptionState.ACTIVE
    line.activated_on = billing_from
    line.stops_on = run.stops_on


def plan_of_order(office_id: int, plan_id: int) -> None:
    """Refuse a plan of another office as the new plan of an order. Raises NotFound."""
    if found(Plan, plan_id, "new_plan").office_id != office_id:
        raise NotFound(Message("This record does not exist."), code="not_found", field="new_plan")


def line_after_completion(order_id: int) -> dict[str, Any]:
    """Return how the line of a completed work order stands now."""
    statement = select(SubscriptionWorkOrder.subscription_id).where(SubscriptionWorkOrder.work_order_id == order_id)
    return line_now(db.session.scalars(statement).one_or_none())


def line_of_order(order: WorkOrder) -> dict[str, Any]:
    """Return what a work order's sheet and page say of its line: account, plan, and the plan that it brings."""
    link = select(SubscriptionWorkOrder.subscription_id).where(SubscriptionWorkOrder.work_order_id == order.id)
    line = db.session.scalars(select(Subscription).where(Subscription.id.in_(link))).one_or_none()
    new_plan = found(Plan, order.new_plan_id) if order.new_plan_id is not None else None
    return {
        "line": line,
        "broadband_account": line.broadband_account if line is not None else "",
        "plan": line.plan.name if line is not None else "",
        "community": line.community.name if line is not None else "",
        "new_plan": new_plan.name if new_plan is not None else "",
    }


def line_now(subscription_id: int | None) -> dict[str, Any]:
    if subscription_id is None:
        return {"subscription": None, "subscription_status": None, "stops_on": None}
    line = found(Subscription, subscription_id)
    return {"subscription": line.id, "subscription_status": line.status, "stops_on": line.stops_on}
