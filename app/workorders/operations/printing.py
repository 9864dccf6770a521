"""Printing an order's sheet: planned as it stands now, or final as it was when the work was done."""

from __future__ import annotations

from sqlalchemy import func, select

from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.offices.models import Office
from app.workorders.documents import order_content
from app.workorders.models import WorkOrder, WorkOrderPrinting


def print_order(*, work_order: int, reason: str = "") -> WorkOrderPrinting:
    """Log one more printing of the order's sheet, with everything that is on it."""
    # Two printings at once would count the same.
    order = locked(WorkOrder, work_order)
    office = found(Office, order.office_id)
    counted = select(func.coalesce(func.max(WorkOrderPrinting.printing), 0)).where(
        WorkOrderPrinting.work_order_id == order.id, WorkOrderPrinting.is_final == order.is_worked
    )
    printing = WorkOrderPrinting(
        office_id=order.office_id,
        work_order_id=order.id,
        is_final=order.is_worked,
        printing=db.session.execute(counted).scalar_one() + 1,
        reason=reason,
        content=order.sheet if order.is_worked and order.sheet else order_content(order, office),
        created_by_id=current_scope().user_id,
    )
    db.session.add(printing)
    db.session.flush()
    return printing
