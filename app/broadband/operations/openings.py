"""Opening an account 用戶開戶: the customer, the line, its work order, and perhaps the first payment, in one transaction."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TypeVar

from app.broadband.choices import SubscriptionState
from app.broadband.models import Plan, Subscription, SubscriptionWorkOrder
from app.broadband.operations.payments import PaymentTerms, take_locked
from app.customers.models import Customer
from app.customers.operations import NewCustomer, register_customer
from app.foundation import clock
from app.foundation.database import OfficeRecord, db
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.offices.models import Employee, Office
from app.places.models import Community
from app.values.errors import Message, NotFound, OperationRefused
from app.workorders.models import BusinessType, WorkOrder
from app.workorders.operations import FeeTerms, make_order

T = TypeVar("T", bound=OfficeRecord)
# Older lines than this are no broadband lines: a slip of the keyboard in the year.
EARLIEST_APPLICATION = datetime.date(1995, 1, 1)


@dataclass(frozen=True)
class LineTerms:
    """The line of an application, field by field as in B2.1."""

    community: int
    address: str
    plan: int
    business_type: int
    broadband_account: str
    contact_phone: str = ""
    telephone: str = ""
    password: str | None = None
    bound_number: str = ""
    access_order_no: str = ""
    salesperson: int | None = None
    applied_on: datetime.date | None = None
    note: str = ""


@dataclass(frozen=True)
class OrderTerms:
    """The work order that goes with an opening, and what it will cost when the work is done."""

    installer: int | None = None
    appointment_at: datetime.datetime | None = None
    note: str = ""
    fees: FeeTerms = field(default_factory=FeeTerms)


def open_account(
    *,
    office: int,
    customer: int | None = None,
    new_customer: NewCustomer | None = None,
    line: LineTerms,
    work_order: OrderTerms | None = None,
    payment: PaymentTerms | None = None,
) -> Subscription:
    """Open an account for a customer of the office, or for a new one; the line is pending until its work order is done.

    Fees taken now are kept; the months start on the work order's billing date. Raises OperationRefused and NotFound.
    """
    place = found(Office, office, "office")
    person = _customer(place, customer, new_customer)
    community = _of_office(found(Community, line.community, "community"), place, "community")
    plan = _of_office(found(Plan, line.plan, "plan"), place, "plan")
    business_type = _of_office(found(BusinessType, line.business_type, "business_type"), place, "business_type")
    if line.salesperson is not None:
        _of_office(found(Employee, line.salesperson, "salesperson"), place, "salesperson")
    today = clock.today(place)
    applied_on = line.applied_on or today
    require_line(line, applied_on, today)
    subscription = Subscription(
        office_id=place.id,
        customer_id=person.id,
        community_id=community.id,
        address=line.address.strip(),
        contact_phone=line.contact_phone or person.phone,
        telephone=line.telephone or person.telephone,
        business_type_id=business_type.id,
        plan_id=plan.id,
        access_order_no=line.access_order_no,
        broadband_account=line.broadband_account.strip(),
        password=line.password or None,
        bound_number=line.bound_number,
        salesperson_id=line.salesperson,
        note=line.note,
        state=SubscriptionState.PENDING,
        applied_on=applied_on,
        created_by_id=current_scope().user_id,
    )
    db.session.add(subscription)
    db.session.flush()
    _order_works(subscription, person, business_type, work_order or OrderTerms())
    if payment is not None:
        taken = take_locked(subscription, place, payment)
        subscription.fee = taken.plan_total
    return subscription


def _customer(office: Office, customer: int | None, new_customer: NewCustomer | None) -> Customer:
    if (customer is None) == (new_customer is None):
        raise OperationRefused(Message("Choose a customer, or enter a new one."), code="customer_missing", field="customer")
    if new_customer is not None:
        return register_customer(office=office.id, customer=new_customer)
    return _of_office(found(Customer, customer, "customer"), office, "customer")


def _of_office(record: T, office: Office, field: str) -> T:
    """Return ``record`` if it belongs to the office of this opening; the user may see several, a line belongs to one."""
    if record.office_id != office.id:
        raise NotFound(Message("This record does not exist."), code="not_found", field=field)
    return record


def require_line(line: LineTerms, applied_on: datetime.date, today: datetime.date) -> None:
    """Refuse a line without an account or address, or applied for on a day that cannot be."""
    if applied_on < EARLIEST_APPLICATION:
        raise OperationRefused(
            Message("The application date %(date)s is too long ago.", date=applied_on), code="past_date", field="applied_on"
        )
    if applied_on > today:
        raise OperationRefused(
            Message("The application date %(date)s is in the future.", date=applied_on), code="future_date", field="applied_on"
        )
    for name, text, message in (
        ("broadband_account", line.broadband_account, Message("Enter the broadband account.")),
        ("address", line.address, Message("Enter the address.")),
    ):
        if not text.strip():
            raise OperationRefused(message, code=f"{name}_missing", field=name)


def _order_works(subscription: Subscription, customer: Customer, business_type: BusinessType, terms: OrderTerms) -> WorkOrder:
    order = make_order(
        customer=customer,
        business_type=business_type,
        address=subscription.address,
        phone=subscription.contact_phone,
        installer=terms.installer,
        appointment_at=terms.appointment_at,
        accepted_on=subscription.applied_on,
        note=terms.note,
        fees=terms.fees,
    )
    db.session.add(SubscriptionWorkOrder(office_id=subscription.office_id, subscription_id=subscription.id, work_order_id=order.id))
    return order
