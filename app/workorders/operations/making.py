"""A work order is made, with an opening or at the desk for a line that is there."""

from __future__ import annotations

import datetime

from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.numbering import document_number, take_number
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.offices.models import Office
from app.values.errors import Message, NotFound, OperationRefused
from app.values.money import ZERO
from app.workorders.choices import WorkKind, WorkOrderStatus
from app.workorders.models import BusinessType, Installer, WorkOrder
from app.workorders.operations.terms import (
    FeeTerms,
    MaterialTerms,
    OrderChanges,
    Technical,
    require_changes,
    total_in_words,
    write_changes,
    write_money,
    write_technical,
)

LONGEST_BOOKING = datetime.timedelta(days=366)


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
    customer_request: str = "",
    fees: FeeTerms | None = None,
    materials: tuple[MaterialTerms, ...] = (),
    changes: OrderChanges | None = None,
    technical: Technical | None = None,
) -> WorkOrder:
    """Make a work order of ``business_type`` for ``customer``; part of a larger operation. With installer and appointment it is booked.

    ``accepted_on`` is the day of the application where it is keyed in later: the work may have been done since.
    """
    office = found(Office, customer.office_id)
    worker = worker_of(installer, office)
    year = clock.today(office).year
    user_id = current_scope().user_id
    is_booked = worker is not None and appointment_at is not None
    accepted_at = _accepted_at(accepted_on, office)
    if appointment_at is not None:
        require_appointment(appointment_at, accepted_at, office)
    order = WorkOrder(
        office_id=office.id,
        number=document_number(office.work_order_prefix, year, take_number(office.id, "work_order", year)),
        customer_id=customer.id,
        business_type=business_type,
        address=address,
        phone=phone,
        installer_id=worker.id if worker else None,
        status=WorkOrderStatus.BOOKED if is_booked else WorkOrderStatus.NEW,
        accepted_at=accepted_at,
        appointment_at=appointment_at,
        booked_by_id=user_id if is_booked else None,
        note=note,
        total_in_words=total_in_words(ZERO, office),
        customer_request=customer_request.strip(),
        created_by_id=user_id,
    )
    write_changes(order, changes or OrderChanges())
    write_technical(order, technical or Technical())
    require_changes(order)
    db.session.add(order)
    db.session.flush()
    if fees is not None or materials:
        write_money(order, office, fees or FeeTerms(), materials or None, is_new=True)
    return order


def worker_of(installer: int | None, office: Office) -> Installer | None:
    """Return the installer, who must work for the office of the order."""
    worker = found(Installer, installer, "installer") if installer is not None else None
    if worker is not None and worker.office_id != office.id:
        raise NotFound(Message("This record does not exist."), code="not_found", field="installer")
    return worker


def require_appointment(appointment_at: datetime.datetime, accepted_at: datetime.datetime, office: Office) -> None:
    """Refuse an appointment before the application, or more than a year ahead. Raises OperationRefused."""
    accepted_on = clock.local(accepted_at, office).date()
    # Moments, not dates: a day at the end of the calendar has none in another zone.
    if appointment_at < clock.local(accepted_at, office).replace(hour=0, minute=0, second=0, microsecond=0):
        raise OperationRefused(
            Message("The appointment lies before the application of %(accepted)s.", accepted=accepted_on),
            code="before_application",
            field="appointment_at",
        )
    if appointment_at > clock.now() + LONGEST_BOOKING:
        raise OperationRefused(
            Message("An appointment is at most %(days)s days ahead.", days=LONGEST_BOOKING.days),
            code="appointment_too_late",
            field="appointment_at",
        )


def _accepted_at(day: datetime.date | None, office: Office) -> datetime.datetime:
    now = clock.local(clock.now(), office)
    return now if day is None else datetime.datetime.combine(day, now.timetz())
