"""Which work orders a person sees."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from app.foundation.scope import current_scope
from app.foundation.views.access import allowed
from app.workorders.models import Installer, WorkOrder

ANY_ORDER = "complete_any_order"


def own_orders_only() -> list[ColumnElement[bool]]:
    """Return the condition that an installer sees his own orders only; who completes none sees all of his offices."""
    scope = current_scope()
    if scope.may(ANY_ORDER) or not allowed("can_complete", "WorkOrderView"):
        return []
    return [WorkOrder.installer_id.in_(select(Installer.id).where(Installer.user_id == scope.user_id))]
