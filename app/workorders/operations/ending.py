"""After the visit: the work could not be done, or what was done is checked by a second person."""

from __future__ import annotations

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import locked
from app.values.errors import Message, OperationRefused
from app.workorders.choices import WorkOrderStatus
from app.workorders.models import WorkOrder
from app.workorders.operations.standing import open_order, require_mine


def fail(*, work_order: int, reason: str) -> WorkOrder:
    """Close an order whose work could not be done 未能完工; the line stays as it is. Raises OperationRefused without a reason."""
    order = open_order(work_order)
    require_mine(order)
    if not reason.strip():
        raise OperationRefused(Message("Say why the work was not completed."), code="reason_missing", field="reason")
    order.status = WorkOrderStatus.FAILED
    order.failure_reason = reason.strip()
    order.finished_at = clock.now()
    order.completed_by_id = current_scope().user_id
    db.session.flush()
    return order


def check(*, work_order: int) -> WorkOrder:
    """Accept finished work from its signed sheet 回單審核; never by the installer who did it.

    Raises OperationRefused when the work is not done, was checked already, or the person did it himself.
    """
    order = locked(WorkOrder, work_order)
    if order.status is WorkOrderStatus.CHECKED:
        raise OperationRefused(Message("The work order %(number)s has been checked already.", number=order.number), code="order_checked")
    if order.status is not WorkOrderStatus.DONE:
        raise OperationRefused(
            Message("The work order %(number)s is not done yet. Only finished work is checked.", number=order.number), code="order_not_done"
        )
    user_id = current_scope().user_id
    if order.installer is not None and order.installer.user_id == user_id:
        raise OperationRefused(Message("You did this work yourself. Another person must check it."), code="maker_is_checker")
    order.status = WorkOrderStatus.CHECKED
    order.checked_at = clock.now()
    order.checked_by_id = user_id
    db.session.flush()
    return order
