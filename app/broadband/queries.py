"""Selections of broadband."""

from __future__ import annotations

import datetime

from sqlalchemy import BindParameter, Select, and_, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from app.billing.models import Charge
from app.broadband.choices import EquipmentState, PlanChangeStatus, SubscriptionState, SubscriptionStatus
from app.broadband.models import (
    BroadbandPolicy,
    Closure,
    Equipment,
    Plan,
    PlanChange,
    RegularPayment,
    ServicePeriod,
    Subscription,
    SubscriptionEvent,
    SubscriptionWorkOrder,
)
from app.workorders.models import WorkOrder

# A service period counts while neither a void nor an operation has taken it out of force.
IN_FORCE = (ServicePeriod.ended_by_reversal_id.is_(None), ServicePeriod.ended_by_event_id.is_(None))


def policy_of(office_id: int) -> Select[tuple[BroadbandPolicy]]:
    """Return the office's broadband policy."""
    return select(BroadbandPolicy).where(BroadbandPolicy.office_id == office_id)


def periods_in_force(subscription_id: int | BindParameter[int]) -> Select[tuple[ServicePeriod]]:
    """Return the service periods of a subscription that count, in order."""
    return select(ServicePeriod).where(ServicePeriod.subscription_id == subscription_id, *IN_FORCE).order_by(ServicePeriod.start)


def newest_period(subscription_id: int | BindParameter[int]) -> Select[tuple[ServicePeriod]]:
    """Return the service period in force that ends last; periods in force never overlap."""
    return periods_in_force(subscription_id).order_by(None).order_by(ServicePeriod.start.desc()).limit(1)


def payments_of(subscription_id: int) -> Select[tuple[RegularPayment]]:
    """Return the payments of a subscription that stand, in order."""
    return (
        select(RegularPayment)
        .where(RegularPayment.subscription_id == subscription_id, RegularPayment.reversal_id.is_(None))
        .order_by(RegularPayment.id)
    )


def later_payment(deed: RegularPayment | SubscriptionEvent) -> Select[tuple[RegularPayment]]:
    """Return the first payment of the same line after a payment or an operation, a voided one too."""
    newest = deed.id if isinstance(deed, RegularPayment) else deed.after_payment_id or 0
    return (
        select(RegularPayment)
        .where(RegularPayment.subscription_id == deed.subscription_id, RegularPayment.id > newest)
        .order_by(RegularPayment.id)
        .limit(1)
    )


def later_event(deed: RegularPayment | SubscriptionEvent) -> Select[tuple[SubscriptionEvent]]:
    """Return the first operation on the same line after a payment or an operation, one already undone too."""
    is_later = SubscriptionEvent.after_payment_id >= deed.id if isinstance(deed, RegularPayment) else SubscriptionEvent.id > deed.id
    return (
        select(SubscriptionEvent)
        .where(SubscriptionEvent.subscription_id == deed.subscription_id, is_later)
        .order_by(SubscriptionEvent.id)
        .limit(1)
    )


def newest_event(subscription_id: int) -> Select[tuple[SubscriptionEvent]]:
    """Return the last operation on a line that stands."""
    return (
        select(SubscriptionEvent)
        .where(SubscriptionEvent.subscription_id == subscription_id, SubscriptionEvent.reversal_id.is_(None))
        .order_by(SubscriptionEvent.id.desc())
        .limit(1)
    )


def latest_event(subscription_id: int) -> Select[tuple[SubscriptionEvent]]:
    """Return the operation on a line that stands with the latest day: an order may bring one of an earlier day after it."""
    return newest_event(subscription_id).order_by(None).order_by(SubscriptionEvent.on.desc(), SubscriptionEvent.id.desc())


def last_paid_on(subscription_id: int) -> Select[datetime.date | None]:
    """Return the latest day of a line's payments that stand."""
    return select(func.max(RegularPayment.paid_on)).where(
        RegularPayment.subscription_id == subscription_id, RegularPayment.reversal_id.is_(None)
    )


def booked_change(subscription_id: int) -> Select[tuple[PlanChange]]:
    """Return the change of plan that is booked for a line, locked; there is one at most."""
    return (
        select(PlanChange)
        .where(PlanChange.subscription_id == subscription_id, PlanChange.change_status == PlanChangeStatus.BOOKED)
        .with_for_update(of=PlanChange)
    )


def equipment_of(subscription_id: int) -> Select[tuple[Equipment]]:
    """Return the equipment that a line has or had, what is still there first."""
    is_lent = Equipment.state == EquipmentState.LENT
    return select(Equipment).where(Equipment.subscription_id == subscription_id).order_by(is_lent.desc(), Equipment.id)


def equipment_lent(subscription_id: int) -> Select[tuple[Equipment]]:
    """Return the equipment that is at the customer's of a line, in order."""
    return (
        select(Equipment).where(Equipment.subscription_id == subscription_id, Equipment.state == EquipmentState.LENT).order_by(Equipment.id)
    )


def equipment_to_settle(subscription_id: int) -> Select[tuple[Equipment]]:
    """Return the equipment of a line that its closure has to settle, in order: what is at the customer's, and what was brought back."""
    return select(Equipment).where(Equipment.subscription_id == subscription_id, Equipment.returned_on.is_(None)).order_by(Equipment.id)


def charges_of_line(subscription_id: int) -> Select[tuple[Charge]]:
    """Return what is still owed for a line, the oldest first: fees of its operations and work orders, deposits, damages."""
    of_orders = (
        select(WorkOrder.charge_id)
        .join(SubscriptionWorkOrder, SubscriptionWorkOrder.work_order_id == WorkOrder.id)
        .where(SubscriptionWorkOrder.subscription_id == subscription_id)
    )
    of_events = select(SubscriptionEvent.charge_id).where(SubscriptionEvent.subscription_id == subscription_id)
    of_closures = select(Closure.damage_charge_id).where(Closure.subscription_id == subscription_id)
    of_equipment = select(Equipment.charge_id).where(Equipment.subscription_id == subscription_id)
    return (
        select(Charge)
        .where(
            or_(*(Charge.id.in_(each) for each in (of_events, of_orders, of_closures, of_equipment))),
            Charge.is_open(),
        )
        .order_by(Charge.due_on, Charge.id)
    )


def has_status(status: SubscriptionStatus, *, today: datetime.date, grace_days: int) -> ColumnElement[bool]:
    """Return the condition of a status; expired 到期 is active with its stop date and days of grace passed."""
    last_good_day = today - datetime.timedelta(days=grace_days)
    is_active: ColumnElement[bool] = Subscription.state == SubscriptionState.ACTIVE
    if status is SubscriptionStatus.EXPIRED:
        return and_(is_active, Subscription.stops_on < last_good_day)
    if status is SubscriptionStatus.ACTIVE:
        return and_(is_active, Subscription.stops_on >= last_good_day)
    state: ColumnElement[bool] = Subscription.state == SubscriptionState(status.value)
    return state


def package_months(subscription_id: int | None) -> Select[int]:
    """Return the months of one package of the plan that a subscription is sold: what is sold at a time."""
    booked = select(PlanChange.new_plan_id).where(
        PlanChange.subscription_id == subscription_id, PlanChange.change_status == PlanChangeStatus.BOOKED
    )
    of_line = select(Subscription.plan_id).where(Subscription.id == subscription_id)
    return select(Plan.months).where(Plan.id == func.coalesce(booked.scalar_subquery(), of_line.scalar_subquery()))
