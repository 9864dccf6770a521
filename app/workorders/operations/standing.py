"""Whether an order may be touched, and by whom."""

from __future__ import annotations

from app.foundation.scope import current_scope
from app.foundation.transactions import locked
from app.values.errors import Message, NotAllowed, OperationRefused
from app.workorders.choices import WorkOrderStatus
from app.workorders.models import WorkOrder
from app.workorders.queries import ANY_ORDER


def open_order(work_order: int) -> WorkOrder:
    """Return the order with its lock, if it is still open. Raises OperationRefused when it was completed, or has failed."""
    order = locked(WorkOrder, work_order)
    if order.is_worked:
        raise OperationRefused(Message("The work order %(number)s is completed already.", number=order.number), code="order_done")
    if order.status is WorkOrderStatus.FAILED:
        raise OperationRefused(
            Message("The work order %(number)s was not completed and is closed. Make a new order.", number=order.number),
            code="order_failed",
        )
    return order


def require_mine(order: WorkOrder) -> None:
    """Refuse an order of another installer, except to those who may complete any."""
    scope = current_scope()
    if scope.may(ANY_ORDER):
        return
    if order.installer is None or order.installer.user_id != scope.user_id:
        raise NotAllowed(Message("This work order is not assigned to you."), code="not_your_order")
