"""Which work orders a person sees, whose visits overlap, and what installers hold."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from app.billing.choices import Method, PricedOperation
from app.billing.models import PriceListItem, Receipt, ReceiptMethod, Reversal
from app.foundation.database import db
from app.foundation.scope import current_scope, kept
from app.foundation.views.access import allowed
from app.workorders.choices import OPEN, WorkKind
from app.workorders.models import Handover, Installer, WorkOrder
from app.workorders.rules.work_orders import VISIT

ANY_ORDER = "complete_any_order"
# The fees of the price list that a kind of work has.
PRICED = {
    WorkKind.NEW: {"installation_fee": PricedOperation.INSTALLATION, "handling_fee": PricedOperation.HANDLING},
    WorkKind.RELOCATION: {"handling_fee": PricedOperation.HANDLING},
}


def own_orders_only() -> list[ColumnElement[bool]]:
    """Return the condition that an installer sees his own orders only; who completes none sees all of his offices."""
    scope = current_scope()
    if scope.may(ANY_ORDER) or not allowed("can_complete", "WorkOrderView"):
        return []
    return [WorkOrder.installer_id.in_(select(Installer.id).where(Installer.user_id == scope.user_id))]


def listed_fees(office_id: int, kind: WorkKind) -> dict[str, Decimal]:
    """Return the fees of an order of this kind that stand in the office's price list, by their columns."""
    priced = PRICED.get(kind)
    if not priced:
        return {}
    known = {row.operation: row.fee for row in db.session.execute(_listed(), {"office": office_id, "operations": list(priced.values())})}
    return {name: known[operation] for name, operation in priced.items() if operation in known}


@cache
def _listed() -> Select[PricedOperation, Decimal]:
    asked = PriceListItem.operation.in_(bindparam("operations", expanding=True))
    return kept(select(PriceListItem.operation, PriceListItem.fee).where(PriceListItem.office_id == bindparam("office"), asked))


def conflicts_of(order: WorkOrder) -> Select[tuple[WorkOrder]]:
    """Return the other open orders of the order's installer whose visits overlap with its own."""
    when = order.appointment_at or datetime.datetime.min.replace(tzinfo=datetime.UTC)
    return (
        select(WorkOrder)
        .where(
            WorkOrder.office_id == order.office_id,
            WorkOrder.id != order.id,
            WorkOrder.installer_id == order.installer_id,
            WorkOrder.status.in_(OPEN),
            WorkOrder.appointment_at > when - VISIT,
            WorkOrder.appointment_at < when + VISIT,
        )
        .order_by(WorkOrder.appointment_at, WorkOrder.id)
    )


def money_held(installer_id: int) -> Decimal:
    """Return what an installer took at the door and has not handed over yet 代收未交款."""
    return held_by([installer_id]).get(installer_id, Decimal(0))


def held_by(installer_ids: list[int]) -> dict[int, Decimal]:
    """Return what each of the installers holds."""
    stands = ~select(Reversal.id).where(Reversal.receipt_id == ReceiptMethod.receipt_id).exists()
    taken = (
        select(WorkOrder.collected_by_id, func.sum(ReceiptMethod.amount))
        .join(ReceiptMethod, ReceiptMethod.receipt_id == WorkOrder.receipt_id)
        .where(WorkOrder.collected_by_id.in_(installer_ids), ReceiptMethod.method == Method.DOOR, stands)
        .group_by(WorkOrder.collected_by_id)
    )
    given = (
        select(Handover.installer_id, func.sum(Handover.amount))
        .where(Handover.installer_id.in_(installer_ids), ~select(Reversal.id).where(Reversal.handover_id == Handover.id).exists())
        .group_by(Handover.installer_id)
    )
    held = dict.fromkeys(installer_ids, Decimal(0))
    for installer, amount in db.session.execute(taken):
        held[installer] += Decimal(amount)
    for installer, amount in db.session.execute(given):
        held[installer] -= Decimal(amount)
    return held


def holder_of(receipt: Receipt) -> int | None:
    """Return the installer who took the money of ``receipt`` at the door; nobody where a desk did."""
    statement = select(WorkOrder.collected_by_id).where(WorkOrder.receipt_id == receipt.id, WorkOrder.collected_by_id.is_not(None))
    holder: int | None = db.session.scalars(statement).one_or_none()
    return holder
