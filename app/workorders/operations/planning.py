"""Before the work: an order is changed, booked with an installer, and begun on site."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from app.foundation import clock
from app.foundation.database import db
from app.foundation.own_fields.models import OWN_COLUMNS
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.foundation.views.saving import Stale, version_of
from app.offices.models import Office
from app.values.errors import Message, OperationRefused
from app.workorders.choices import WorkOrderStatus
from app.workorders.models import WorkOrder
from app.workorders.operations.making import require_appointment, worker_of
from app.workorders.operations.standing import open_order, require_mine
from app.workorders.operations.terms import (
    FeeTerms,
    MaterialTerms,
    OrderChanges,
    Technical,
    require_changes,
    write_changes,
    write_money,
    write_technical,
)


def book(*, work_order: int, installer: int, appointment_at: datetime.datetime) -> WorkOrder:
    """Give an order to an installer for a time 預約; again while the work has not begun. Overlaps are shown, not refused.

    Raises OperationRefused when it is on site, done or failed, or the time lies before the application or more than a year ahead.
    """
    order = open_order(work_order)
    office = found(Office, order.office_id)
    if order.status is WorkOrderStatus.ON_SITE:
        raise OperationRefused(
            Message("The work of %(number)s has begun. It can be completed, or reported as not completed.", number=order.number),
            code="order_on_site",
        )
    worker = worker_of(installer, office)
    require_appointment(appointment_at, order.accepted_at, office)
    order.installer = worker
    order.appointment_at = appointment_at
    order.status = WorkOrderStatus.BOOKED
    order.booked_by_id = current_scope().user_id
    db.session.flush()
    return order


def start(*, work_order: int) -> WorkOrder:
    """Begin the work on site 到場. Raises OperationRefused when it has begun, is over, or nobody is to do it."""
    order = open_order(work_order)
    require_mine(order)
    if order.status is WorkOrderStatus.ON_SITE:
        raise OperationRefused(
            Message("The work of %(number)s has begun. It can be completed, or reported as not completed.", number=order.number),
            code="order_on_site",
        )
    if order.installer_id is None:
        raise OperationRefused(Message("Nobody is assigned to this order. Book it first."), code="nobody_assigned")
    order.status = WorkOrderStatus.ON_SITE
    order.started_at = clock.now()
    order.started_by_id = current_scope().user_id
    db.session.flush()
    return order


@dataclass(frozen=True)
class OrderTexts:
    """What may be said of an order at any time; None leaves it. The installer may change while the work has not begun."""

    phone: str | None = None
    note: str | None = None
    own_texts: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class OrderPlan:
    """What an order plans, as long as it is open; None leaves it."""

    customer_request: str | None = None
    fees: FeeTerms = field(default_factory=FeeTerms)
    materials: tuple[MaterialTerms, ...] | None = None
    changes: OrderChanges = field(default_factory=OrderChanges)
    technical: Technical = field(default_factory=Technical)


def change_order(
    *, work_order: int, version: str | None = None, texts: OrderTexts | None = None, plan: OrderPlan | None = None
) -> WorkOrder:
    """Change what an order says. Once the work is done only remarks change; refused when somebody else was faster."""
    order = locked(WorkOrder, work_order) if plan is None else open_order(work_order)
    if version is not None and version != version_of(order):
        raise Stale(order)
    said = texts or OrderTexts()
    for name, text in (("phone", said.phone), ("note", said.note), *said.own_texts):
        if text is not None or name in OWN_COLUMNS:
            setattr(order, name, text.strip() if text else text)
    if plan is not None:
        _plan(order, plan)
    db.session.flush()
    return order


def assign(*, work_order: int, installer: int | None, version: str | None = None) -> WorkOrder:
    """Give an order to an installer 派工, or to nobody while it is not booked."""
    order = open_order(work_order)
    if version is not None and version != version_of(order):
        raise Stale(order)
    worker = worker_of(installer, found(Office, order.office_id))
    if worker is None and order.status is not WorkOrderStatus.NEW:
        raise OperationRefused(
            Message("The order is booked. Book it with another installer instead."), code="order_booked", field="installer"
        )
    order.installer = worker
    db.session.flush()
    return order


def assign_and_change(
    *,
    work_order: int,
    installer: int | None,
    version: str | None = None,
    texts: OrderTexts | None = None,
    plan: OrderPlan | None = None,
) -> WorkOrder:
    """Give an order to an installer, or to nobody, and change what it says: both, or neither."""
    assign(work_order=work_order, installer=installer, version=version)
    return change_order(work_order=work_order, texts=texts, plan=plan)


def _plan(order: WorkOrder, plan: OrderPlan) -> None:
    office = found(Office, order.office_id)
    if plan.customer_request is not None:
        order.customer_request = plan.customer_request.strip()
    write_changes(order, plan.changes)
    write_technical(order, plan.technical)
    require_changes(order)
    write_money(order, office, plan.fees, plan.materials)
