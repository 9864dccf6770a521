"""Playing events: each is the real operation, run where and as whom the event says, with the clock at its moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, singledispatch
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.billing.choices import ApprovalStatus
from app.billing.models import Approval
from app.billing.operations.voids import approve_void, void_receipt
from app.broadband.models import Plan, RegularPayment, Subscription, SubscriptionWorkOrder
from app.broadband.operations.openings import LineTerms, OrderTerms, open_account
from app.broadband.operations.payments import pay
from app.customers.choices import OccupancyRole
from app.customers.models import Occupancy
from app.demonstration.events import Approving, Completion, Event, Opening, Paying, Voiding
from app.foundation.database import db
from app.foundation.scope import kept
from app.offices.models import Employee
from app.places.models import Community, Unit
from app.workorders.choices import OPEN, WorkKind
from app.workorders.models import BusinessType, Installer, WorkOrder
from app.workorders.operations import complete


@dataclass(frozen=True)
class Desk:
    """Who acts, and where."""

    user_id: int
    office_id: int
    rights: frozenset[str]


@singledispatch
def play(event: Event, desk: Desk) -> None:
    """Run the operation that ``event`` stands for."""
    raise TypeError(f"Nobody knows how to play {type(event).__name__}.")


@play.register
def _(event: Opening, desk: Desk) -> None:
    owner = select(Subscription.customer_id).where(Subscription.broadband_account == event.same_customer_as)
    known = the_id(owner) if event.same_customer_as else owner_of(event.homes)
    open_account(
        office=desk.office_id,
        customer=known,
        new_customer=event.customer if known is None else None,
        line=LineTerms(
            community=the_id(select(Community.id).where(Community.code == event.place)),
            address=event.address,
            plan=the_id(select(Plan.id).where(Plan.name == event.plan)),
            business_type=the_id(select(BusinessType.id).where(BusinessType.kind == WorkKind.NEW)),
            broadband_account=event.account,
            password=f"bb{event.account}",
            bound_number=event.bound_number,
            salesperson=the_id(select(Employee.id).where(Employee.name == event.salesperson)),
        ),
        work_order=OrderTerms(
            installer=the_id(select(Installer.id).where(Installer.name == event.installer)),
            appointment_at=event.appointment_at,
            note=event.order_note,
        ),
        payment=event.payment,
    )


@play.register
def _(event: Completion, desk: Desk) -> None:
    order = (
        select(WorkOrder.id)
        .join(SubscriptionWorkOrder, SubscriptionWorkOrder.work_order_id == WorkOrder.id)
        .where(SubscriptionWorkOrder.subscription_id == line_of(event.account), WorkOrder.status.in_(OPEN))
    )
    complete(work_order=the_id(order))


@play.register
def _(event: Paying, desk: Desk) -> None:
    pay(subscription=line_of(event.account), terms=event.terms)


@play.register
def _(event: Voiding, desk: Desk) -> None:
    void_receipt(receipt=_last_receipt(event.account), reason=event.reason)


@play.register
def _(event: Approving, desk: Desk) -> None:
    receipt = _last_receipt(event.account)
    approve_void(approval=the_id(select(Approval.id).where(Approval.receipt_id == receipt, Approval.status == ApprovalStatus.WAITING)))


def owner_of(units: Sequence[str]) -> int | None:
    """Return who owns the first of the units; None where there is none."""
    if not units:
        return None
    owner = select(Occupancy.customer_id).join(Unit, Unit.id == Occupancy.unit_id)
    return the_id(owner.where(Unit.code == units[0], Occupancy.role == OccupancyRole.OWNER, Occupancy.ends_on.is_(None)))


def line_of(account: str) -> int:
    return int(db.session.scalars(_lines(), {"account": account}).one())


@cache
def _lines() -> Select[int]:
    return kept(select(Subscription.id).where(Subscription.broadband_account == bindparam("account")))


def _last_receipt(account: str) -> int:
    last = select(RegularPayment.receipt_id).where(RegularPayment.subscription_id == line_of(account))
    return the_id(last.order_by(RegularPayment.id.desc()).limit(1))


def the_id(statement: Any) -> int:
    return int(db.session.scalars(statement).first())
