"""Equipment that an installer brings back from a removal: noted at the piece, and settled when the line is closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Select, select

from app.broadband.choices import EquipmentState
from app.broadband.models import Equipment, SubscriptionWorkOrder
from app.broadband.queries import equipment_lent, equipment_to_settle
from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import found
from app.offices.models import Office
from app.values.errors import Message, NotFound
from app.workorders.choices import Brought, WorkKind
from app.workorders.models import WorkOrder
from app.workorders.operations import TakenBack

AS_BROUGHT = {Brought.GOOD: EquipmentState.GOOD, Brought.DAMAGED: EquipmentState.DAMAGED}


def equipment_of_order(order: WorkOrder) -> list[int]:
    """Return the pieces that a removal is to bring back."""
    return [piece.id for piece in _pieces(order, equipment_lent)]


def equipment_named(piece: int | None) -> str:
    """Return a piece by its name and serial number."""
    return str(found(Equipment, piece or 0))


def equipment_brought(order: WorkOrder, taken_back: Sequence[TakenBack]) -> None:
    """Note what was brought back and how. Raises NotFound for a piece that is not lent on the order's line, or an order of another kind."""
    pieces = {piece.id: piece for piece in _pieces(order, equipment_lent)}
    for each in taken_back:
        piece = pieces.get(each.equipment)
        if piece is None:
            raise NotFound(Message("This record does not exist."), code="not_found", field="taken_back")
        brought = AS_BROUGHT.get(each.state)
        if brought is not None:
            piece.state = piece.brought_state = brought
            piece.brought_on = order.worked_on or clock.today(found(Office, order.office_id))
    db.session.flush()


def brought_words(order: WorkOrder) -> list[Message]:
    """Return what completing a removal does with the equipment, in words."""
    return [
        Message("%(piece)s: %(state)s. Its deposit is settled when the line is closed.", piece=str(piece), state=piece.brought_state)
        if piece.brought_state
        else Message("%(piece)s stays lent out.", piece=str(piece))
        for piece in _pieces(order, equipment_to_settle)
    ]


def _pieces(order: WorkOrder, wanted: Callable[[int], Select[tuple[Equipment]]]) -> list[Equipment]:
    if order.business_type.kind is not WorkKind.REMOVAL:
        return []
    line = db.session.scalars(
        select(SubscriptionWorkOrder.subscription_id).where(SubscriptionWorkOrder.work_order_id == order.id)
    ).one_or_none()
    return list(db.session.scalars(wanted(line))) if line is not None else []
