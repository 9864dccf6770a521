"""What is done with work orders."""

from __future__ import annotations

import datetime

from app.customers.models import Customer
from app.foundation import clock, effects
from app.foundation.database import db
from app.foundation.numbering import document_number, take_number
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.offices.models import Office
from app.values.errors import Message, NotAllowed, NotFound, OperationRefused
from app.workorders.choices import WorkKind, WorkOrderStatus
from app.workorders.models import BusinessType, Installer, WorkOrder
from app.workorders.queries import ANY_ORDER

LONGEST_WAIT = datetime.timedelta(days=366)


def make_business_types(office: Office) -> None:
    """Give a new office its list of business types 業務類型, named in its own language."""
    from app.foundation.i18n import say

    for kind in WorkKind:
        db.session.add(BusinessType(office_id=office.id, code=kind.value, name=say(kind, office.language.value), kind=kind))


def make_order(
    *,
    customer: Customer,
    business_type: BusinessType,
    address: str,
    phone: str = "",
    installer: int | None = None,
    appointment_at: datetime.datetime | None = None,
    accepted_on: datetime.date | None = None,
    note: str = "",
) -> WorkOrder:
    """Make a work order of ``business_type`` for ``customer``; part of a larger operation.

    ``accepted_on`` is the day of the application where it is keyed in later: the work may have been done since.
    """
    office = found(Office, customer.office_id)
    worker = _worker(installer, office)
    year = clock.today(office).year
    order = WorkOrder(
        office_id=office.id,
        number=document_number(office.work_order_prefix, year, take_number(office.id, "work_order", year)),
        customer_id=customer.id,
        business_type_id=business_type.id,
        address=address,
        phone=phone,
        installer_id=worker.id if worker else None,
        accepted_at=_accepted_at(accepted_on, office),
        appointment_at=appointment_at,
        note=note,
        created_by_id=current_scope().user_id,
    )
    db.session.add(order)
    db.session.flush()
    return order


def _worker(installer: int | None, office: Office) -> Installer | None:
    """Return the installer, who must work for the office of the order."""
    worker = found(Installer, installer, "installer") if installer is not None else None
    if worker is not None and worker.office_id != office.id:
        raise NotFound(Message("This record does not exist."), code="not_found", field="installer")
    return worker


def _accepted_at(day: datetime.date | None, office: Office) -> datetime.datetime:
    now = clock.local(clock.now(), office)
    return now if day is None else datetime.datetime.combine(day, now.timetz())


def complete(
    *,
    work_order: int,
    worked_on: datetime.date | None = None,
    billing_from: datetime.date | None = None,
    note: str = "",
    own_texts: tuple[tuple[str, str | None], ...] = (),
) -> WorkOrder:
    """Complete an order 完工登記 and apply it: a new installation activates its subscription from ``billing_from`` 計費時間.

    Both days default to today, ``billing_from`` to ``worked_on``; ``own_texts`` are the office's own fields, as (column, text). An
    installer completes his own orders only.
    Raises OperationRefused when it is done already, the work lies in the future, or billing starts before the application.
    """
    order = locked(WorkOrder, work_order)
    office = found(Office, order.office_id)
    _require_mine(order)
    today = clock.today(office)
    worked_on = worked_on or today
    billing_from = billing_from or worked_on
    accepted_on = clock.local(order.accepted_at, office).date()
    if order.status is not WorkOrderStatus.NEW:
        raise OperationRefused(Message("The work order %(number)s is completed already.", number=order.number), code="order_done")
    if worked_on > today:
        raise OperationRefused(
            Message("The work cannot be done on %(date)s, after today.", date=worked_on), code="future_date", field="worked_on"
        )
    for field, day in (("worked_on", worked_on), ("billing_from", billing_from)):
        if day < accepted_on:
            raise OperationRefused(
                Message("%(date)s is before the application of %(accepted)s.", date=day, accepted=accepted_on),
                code="before_application",
                field=field,
            )
    if billing_from > worked_on + LONGEST_WAIT:
        raise OperationRefused(
            Message("Billing starts at most %(days)s days after the work.", days=LONGEST_WAIT.days),
            code="billing_too_late",
            field="billing_from",
        )
    order.status = WorkOrderStatus.DONE
    order.worked_on = worked_on
    order.billing_from = billing_from
    order.completed_by_id = current_scope().user_id
    order.note = note or order.note
    for column, text in own_texts:
        # The form of the completion may have been opened without the order's texts: it adds to them, it empties none.
        setattr(order, column, text or getattr(order, column))
    db.session.flush()
    effects.call("work_order_completed", order)
    return order


def _require_mine(order: WorkOrder) -> None:
    scope = current_scope()
    if scope.may(ANY_ORDER):
        return
    if order.installer is None or order.installer.user_id != scope.user_id:
        raise NotAllowed(Message("This work order is not assigned to you."), code="not_your_order")
