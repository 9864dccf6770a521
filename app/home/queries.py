"""What the first page counts. Few statements: the page opens many times a day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload

from app.billing.choices import ApprovalStatus, Method
from app.billing.models import Approval, Receipt, ReceiptMethod, Reversal
from app.broadband.choices import ProposalStatus, SubscriptionState
from app.broadband.models import BroadbandPolicy, LineProposal, Plan, Subscription, SubscriptionEvent
from app.foundation.database import db
from app.foundation.scope import kept
from app.places.models import Community
from app.workorders.choices import OPEN
from app.workorders.models import Installer, WorkOrder

DAYS_SHOWN = 14
MOST_ROWS = 6


@dataclass
class DayTakings:
    """The money taken on one day, less what was given back by voids."""

    cash: Decimal = Decimal(0)
    other: Decimal = Decimal(0)
    voided: Decimal = Decimal(0)
    receipts: int = 0
    voids: int = 0

    @property
    def total(self) -> Decimal:
        return self.cash + self.other - self.voided


@dataclass(frozen=True)
class Expiry:
    """Lines that stop soon or have stopped: how many, and how many on each of the next days."""

    expired: int
    soon: int
    by_day: dict[datetime.date, int] = field(default_factory=dict)


def takings(office_id: int, today: datetime.date) -> dict[datetime.date, DayTakings]:
    """Return the takings of each day since the first of the month, at least of the last two weeks."""
    first = min(today.replace(day=1), today - datetime.timedelta(days=DAYS_SHOWN - 1))
    days: dict[datetime.date, DayTakings] = {}
    is_cash = ReceiptMethod.method == Method.CASH
    taken = (
        select(
            Receipt.booked_on,
            func.sum(case((is_cash, ReceiptMethod.amount), else_=0)),
            func.sum(case((is_cash, 0), else_=ReceiptMethod.amount)),
            func.count(Receipt.id.distinct()),
        )
        .join(ReceiptMethod, ReceiptMethod.receipt_id == Receipt.id)
        .where(Receipt.office_id == office_id, Receipt.booked_on.between(first, today))
        .group_by(Receipt.booked_on)
    )
    for day, cash, other, count in db.session.execute(taken):
        days[day] = DayTakings(cash=Decimal(cash), other=Decimal(other), receipts=count)
    undone = (
        select(Reversal.booked_on, func.sum(Receipt.total), func.count(Reversal.id))
        .join(Receipt, Reversal.receipt_id == Receipt.id)
        .where(Reversal.office_id == office_id, Reversal.booked_on.between(first, today))
        .group_by(Reversal.booked_on)
    )
    for day, total, count in db.session.execute(undone):
        takings_of_day = days.setdefault(day, DayTakings())
        takings_of_day.voided, takings_of_day.voids = Decimal(total), count
    return days


def expiry(office_id: int, today: datetime.date, rules: BroadbandPolicy) -> Expiry:
    """Return how many active lines have expired, and how many stop within the office's reminder days."""
    last_good = today - datetime.timedelta(days=rules.grace_days)
    soon = Subscription.stops_on.between(today, today + datetime.timedelta(days=rules.warning_days))
    bucket = case((Subscription.stops_on < last_good, None), else_=Subscription.stops_on)
    statement = (
        select(bucket, func.count())
        .where(
            Subscription.office_id == office_id,
            Subscription.state == SubscriptionState.ACTIVE,
            or_(Subscription.stops_on < last_good, soon),
        )
        .group_by(bucket)
    )
    counts: list[tuple[datetime.date | None, int]] = [(day, count) for day, count in db.session.execute(statement)]
    soon_by_day = {day: count for day, count in counts if day is not None}
    return Expiry(sum(count for day, count in counts if day is None), sum(soon_by_day.values()), soon_by_day)


def expiring_lines(office_id: int, today: datetime.date, days: int) -> Select[tuple[Subscription]]:
    """Return the lines that stop next."""
    return (
        select(Subscription)
        .where(
            Subscription.office_id == office_id,
            Subscription.state == SubscriptionState.ACTIVE,
            Subscription.stops_on.between(today, today + datetime.timedelta(days=days)),
        )
        .options(joinedload(Subscription.customer), joinedload(Subscription.office), joinedload(Subscription.policy))
        .order_by(Subscription.stops_on, Subscription.id)
        .limit(MOST_ROWS)
    )


def waiting_approvals(office_id: int) -> Select[tuple[Approval]]:
    """Return what waits for a second person, the oldest first."""
    return (
        select(Approval)
        .where(Approval.office_id == office_id, Approval.status == ApprovalStatus.WAITING)
        .options(
            *(joinedload(paper) for paper in (Approval.receipt, Approval.voucher, Approval.handover, Approval.created_by)),
            joinedload(Approval.event).joinedload(SubscriptionEvent.subscription),
        )
        .order_by(Approval.id)
        .limit(MOST_ROWS)
    )


def waiting_proposals(office_id: int) -> int:
    """Return how many proposals of the night wait for a decision."""
    return int(db.session.execute(_waiting_proposals(), {"office": office_id}).scalar_one())


@cache
def _waiting_proposals() -> Select[int]:
    # The menu of every page asks this.
    waits = LineProposal.proposal_status == ProposalStatus.WAITING
    return kept(select(func.count(LineProposal.id)).where(LineProposal.office_id == bindparam("office"), waits))


def open_orders(office_id: int | None = None, worker_id: int | None = None) -> Select[tuple[WorkOrder]]:
    """Return the orders that are still to be done, of an office or of the person who signs in as ``worker_id``; appointments first."""
    conditions: list[ColumnElement[bool]] = [WorkOrder.status.in_(OPEN)]
    if office_id is not None:
        conditions.append(WorkOrder.office_id == office_id)
    if worker_id is not None:
        conditions.append(WorkOrder.installer_id.in_(select(Installer.id).where(Installer.user_id == worker_id)))
    return (
        select(WorkOrder)
        .where(and_(*conditions))
        .options(joinedload(WorkOrder.customer), joinedload(WorkOrder.business_type), joinedload(WorkOrder.installer))
        .order_by(WorkOrder.appointment_at.nulls_last(), WorkOrder.id)
    )


def open_order_count(office_id: int) -> int:
    """Return how many orders are still to be done."""
    return int(db.session.execute(_open_orders(), {"office": office_id}).scalar_one())


@cache
def _open_orders() -> Select[int]:
    # The menu of every page asks this.
    return kept(select(func.count(WorkOrder.id)).where(WorkOrder.office_id == bindparam("office"), WorkOrder.status.in_(OPEN)))


def first_steps(office_id: int) -> dict[str, bool]:
    """Return which of the things an office begins with it has already."""
    tables = {"community": Community, "plan": Plan, "installer": Installer, "subscription": Subscription}
    there = [select(table.id).where(table.office_id == office_id).exists().label(name) for name, table in tables.items()]
    return dict(db.session.execute(select(*there)).mappings().one())
