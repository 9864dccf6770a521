"""Where a line is to be from now on: the community and address that a relocation or a transfer names."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select

from app.broadband.models import Subscription, SubscriptionWorkOrder
from app.foundation.database import OfficeRecord, db
from app.foundation.transactions import found
from app.places.models import Community
from app.values.errors import Message, NotFound, OperationRefused
from app.workorders.choices import OPEN
from app.workorders.models import WorkOrder

T = TypeVar("T", bound=OfficeRecord)


def of_its_office(model: type[T], record_id: int | None, line: Subscription, field: str) -> T:
    """Return the record if it belongs to the line's office; the user may see several. Raises NotFound."""
    record = found(model, record_id, field)
    if record.office_id != line.office_id:
        raise NotFound(Message("This record does not exist."), code="not_found", field=field)
    return record


def move_to(line: Subscription, community: int, address: str) -> None:
    """Put the line to its new place. Raises OperationRefused for an empty address, NotFound for another office's community."""
    place = of_its_office(Community, community, line, "community")
    if not address.strip():
        raise OperationRefused(Message("Enter the address."), code="address_missing", field="address")
    line.community, line.address = place, address.strip()


def open_orders(line: Subscription) -> list[WorkOrder]:
    """Return the work orders of a locked line that are still to be done, locked and as they are now: somebody may be booking one."""
    of_line = select(SubscriptionWorkOrder.work_order_id).where(SubscriptionWorkOrder.subscription_id == line.id)
    statement = select(WorkOrder).where(WorkOrder.id.in_(of_line), WorkOrder.status.in_(OPEN)).order_by(WorkOrder.id)
    fresh = statement.with_for_update(of=WorkOrder).execution_options(populate_existing=True)
    return list(db.session.scalars(fresh))


def order_with_new_name(line: Subscription) -> WorkOrder | None:
    """Return an open order of a locked line that brings its customer another name, number or phone: it would be given to whoever comes."""
    return next((order for order in open_orders(line) if order.new_name or order.new_id_number or order.new_phone), None)
