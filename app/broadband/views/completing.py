"""What completing a work order does to its line, in the words of the operations that it brings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.broadband.models import PlanChange, Relocation, SubscriptionWorkOrder
from app.broadband.operations.bringing import brought_words
from app.broadband.views.moving import describe_relocation
from app.broadband.views.plan_changing import describe_plan_change
from app.foundation.database import db
from app.workorders.models import WorkOrder


def said_of_completion(order: WorkOrder) -> list[Any]:
    """Return what becomes of line, equipment and money besides the order's own fees. Called through the wiring's table."""
    line = select(SubscriptionWorkOrder.subscription_id).where(SubscriptionWorkOrder.work_order_id == order.id)
    moved = db.session.scalars(select(Relocation).where(Relocation.work_order_id == order.id))
    # An operation that an order brought names it in its note.
    changed = db.session.scalars(select(PlanChange).where(PlanChange.subscription_id.in_(line), PlanChange.note == order.number))
    return [
        *(sentence for record in moved for sentence in describe_relocation(record).sentences),
        *(sentence for record in changed for sentence in describe_plan_change(record).sentences),
        *brought_words(order),
    ]
