"""Completing an order 完工登記: what was done, what it costs, what was paid, and what becomes of the line, in one transaction."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from app.billing.rules.methods import MethodAmount
from app.foundation import clock, effects
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.offices.models import Office
from app.values.errors import Message, OperationRefused
from app.workorders.choices import Brought, WorkOrderStatus
from app.workorders.documents import order_content
from app.workorders.models import WorkOrder
from app.workorders.operations.money import settle
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

LONGEST_WAIT = datetime.timedelta(days=366)


@dataclass(frozen=True)
class TakenBack:
    """A piece of equipment that the installer brought back from a removal, or left."""

    equipment: int
    state: Brought


@dataclass(frozen=True)
class Completion:
    """What is told when the work is done, besides its days. ``materials`` None means those that were planned.

    ``methods`` are how the total was paid: by the installer at the door, at the desk, or not yet (none).
    """

    materials: tuple[MaterialTerms, ...] | None = None
    fees: FeeTerms = field(default_factory=FeeTerms)
    changes: OrderChanges = field(default_factory=OrderChanges)
    technical: Technical = field(default_factory=Technical)
    methods: tuple[MethodAmount, ...] = ()
    taken_back: tuple[TakenBack, ...] = ()


def complete(
    *,
    work_order: int,
    worked_on: datetime.date | None = None,
    billing_from: datetime.date | None = None,
    note: str = "",
    own_texts: tuple[tuple[str, str | None], ...] = (),
    completion: Completion | None = None,
) -> WorkOrder:
    """Complete an order 完工登記 and apply it: a new installation activates its subscription from ``billing_from`` 計費時間.

    Both days default to today, ``billing_from`` to ``worked_on``; ``own_texts`` are the office's own fields, as (column, text). An
    installer completes his own orders only. What the order costs becomes one charge; with ``methods`` it is paid by a receipt at once.
    Raises OperationRefused when it is done already, the work lies in the future, or billing starts before the application.
    """
    # Line, then order, as everything does that is begun at the line.
    effects.call("lock_for_completion", found(WorkOrder, work_order))
    order = open_order(work_order)
    require_mine(order)
    office = found(Office, order.office_id)
    told = completion or Completion()
    today = clock.today(office)
    worked_on = worked_on or today
    billing_from = billing_from or worked_on
    _require_days(order, office, worked_on, billing_from, today)
    write_changes(order, told.changes)
    write_technical(order, told.technical)
    require_changes(order)
    # The materials are settled with the order, so they are written before it.
    write_money(order, office, told.fees, told.materials)
    settled = settle(order, office, told.methods, worked_on, today)
    order.charge, order.receipt, order.collected_by_id = settled.charge, settled.receipt, settled.collected_by_id
    order.worked_on = worked_on
    order.billing_from = billing_from
    order.finished_at = clock.now()
    order.completed_by_id = current_scope().user_id
    order.note = note or order.note
    for column, text in own_texts:
        # The form of the completion may have been opened without the order's texts: it adds to them, it empties none.
        setattr(order, column, text or getattr(order, column))
    order.status = WorkOrderStatus.DONE
    db.session.flush()
    effects.call("work_order_completed", order)
    if told.taken_back:
        # The equipment of lines lies in a domain above.
        effects.call("equipment_brought", order, told.taken_back)
    db.session.flush()
    order.sheet = order_content(order, office)
    db.session.flush()
    return order


def _require_days(order: WorkOrder, office: Office, worked_on: datetime.date, billing_from: datetime.date, today: datetime.date) -> None:
    """Refuse work in the future, days before the application, and a start of billing long after the work."""
    if worked_on > today:
        raise OperationRefused(
            Message("The work cannot be done on %(date)s, after today.", date=worked_on), code="future_date", field="worked_on"
        )
    accepted_on = clock.local(order.accepted_at, office).date()
    for name, day in (("worked_on", worked_on), ("billing_from", billing_from)):
        if day < accepted_on:
            raise OperationRefused(
                Message("%(date)s is before the application of %(accepted)s.", date=day, accepted=accepted_on),
                code="before_application",
                field=name,
            )
    if billing_from > worked_on + LONGEST_WAIT:
        raise OperationRefused(
            Message("Billing starts at most %(days)s days after the work.", days=LONGEST_WAIT.days),
            code="billing_too_late",
            field="billing_from",
        )
