"""What is done with customers."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from app.customers.choices import CustomerKind
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.numbering import take_number
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.foundation.views.saving import Stale, version_of
from app.offices.choices import Language
from app.offices.models import Office
from app.values.errors import Message, OperationRefused


@dataclass(frozen=True)
class NewCustomer:
    """A customer as he is registered; the number is given by the office."""

    name: str
    kind: CustomerKind = CustomerKind.PERSON
    id_number: str | None = None
    telephone: str = ""
    mobile: str = ""
    contact_phone: str = ""
    tax_number: str = ""
    invoice_address: str = ""
    language: Language | None = None
    note: str = ""


def register_customer(*, office: int, customer: NewCustomer) -> Customer:
    """Register a customer of the office under its next customer number. Raises OperationRefused without a name."""
    place = found(Office, office, "office")
    if not customer.name.strip():
        raise OperationRefused(Message("Enter the customer's name."), code="name_missing", field="name")
    record = Customer(
        office_id=place.id,
        customer_no=f"{place.customer_prefix}-{take_number(place.id, 'customer'):06d}",
        created_by_id=current_scope().user_id,
        **asdict(customer),
    )
    record.name = record.name.strip()
    db.session.add(record)
    db.session.flush()
    return record


def save_customer(*, office: int, record: int | None = None, version: str | None = None, **values: object) -> Customer:
    """Add a customer, or change one; an ID number left empty stays as it is."""
    if record is None:
        return register_customer(office=office, customer=NewCustomer(**values))  # type: ignore[arg-type]
    customer = locked(Customer, record)
    if version != version_of(customer):
        raise Stale(customer)
    if not values.get("id_number"):
        values.pop("id_number", None)
    if not str(values.get("name") or "").strip():
        raise OperationRefused(Message("Enter the customer's name."), code="name_missing", field="name")
    for name, value in values.items():
        setattr(customer, name, value)
    db.session.flush()
    return customer
