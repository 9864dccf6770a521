"""Ordering works for a line at the desk: a relocation, a change of plan, a fault, a removal, or a second visit of an installation."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from sqlalchemy import select

from app.broadband.choices import SubscriptionState
from app.broadband.models import Subscription, SubscriptionWorkOrder
from app.foundation.database import db
from app.foundation.transactions import found, locked
from app.values.errors import Message, NotFound, OperationRefused
from app.workorders.choices import OPEN, WorkKind
from app.workorders.models import BusinessType, WorkOrder
from app.workorders.operations import FeeTerms, MaterialTerms, OrderChanges, Technical, make_order


@dataclass(frozen=True)
class WorkTerms:
    """What is to be done for a line; phone None means the line's own."""

    phone: str | None = None
    installer: int | None = None
    appointment_at: datetime.datetime | None = None
    customer_request: str = ""
    note: str = ""
    fees: FeeTerms = field(default_factory=FeeTerms)
    materials: tuple[MaterialTerms, ...] = ()
    changes: OrderChanges = field(default_factory=OrderChanges)
    technical: Technical = field(default_factory=Technical)


def order_works(*, subscription: int, business_type: int, terms: WorkTerms | None = None) -> WorkOrder:
    """Make a work order for a line that is there.

    Raises OperationRefused where the line's state does not allow it, or an order of the same kind is open; NotFound for rows of others.
    """
    told = terms or WorkTerms()
    line = locked(Subscription, subscription)
    kind_of_work = found(BusinessType, business_type, "business_type")
    if kind_of_work.office_id != line.office_id:
        raise NotFound(Message("This record does not exist."), code="not_found", field="business_type")
    _require_state(line, kind_of_work.kind)
    _require_none_open(line, kind_of_work)
    order = make_order(
        customer=line.customer,
        business_type=kind_of_work,
        address=line.address,
        phone=line.contact_phone if told.phone is None else told.phone,
        installer=told.installer,
        appointment_at=told.appointment_at,
        note=told.note,
        customer_request=told.customer_request,
        fees=told.fees,
        materials=told.materials,
        changes=told.changes,
        technical=told.technical,
    )
    db.session.add(SubscriptionWorkOrder(office_id=line.office_id, subscription_id=line.id, work_order_id=order.id))
    db.session.flush()
    return order


def _require_state(line: Subscription, kind: WorkKind) -> None:
    """A line that is not installed yet is installed and nothing else; a closed one is only taken down."""
    if (line.state is SubscriptionState.PENDING) != (kind is WorkKind.NEW):
        message = (
            Message("The line %(number)s is not installed yet. Only a new installation can be ordered.", number=line.broadband_account)
            if line.state is SubscriptionState.PENDING
            else Message("The line %(number)s is installed already. Choose another business type.", number=line.broadband_account)
        )
        raise OperationRefused(message, code="kind_not_possible", field="business_type")
    if line.state is SubscriptionState.CLOSED and kind is not WorkKind.REMOVAL:
        raise OperationRefused(
            Message("The line %(number)s is closed. Only its removal can be ordered.", number=line.broadband_account),
            code="line_closed",
            field="business_type",
        )


def _require_none_open(line: Subscription, kind_of_work: BusinessType) -> None:
    statement = (
        select(WorkOrder.number)
        .join(SubscriptionWorkOrder, SubscriptionWorkOrder.work_order_id == WorkOrder.id)
        .join(BusinessType, BusinessType.id == WorkOrder.business_type_id)
        .where(SubscriptionWorkOrder.subscription_id == line.id, WorkOrder.status.in_(OPEN), BusinessType.kind == kind_of_work.kind)
        .limit(1)
    )
    number = db.session.scalars(statement).one_or_none()
    if number is not None:
        raise OperationRefused(
            Message("The work order %(number)s of the same kind is still open. Change that one.", number=number),
            code="order_open",
            field="business_type",
        )
