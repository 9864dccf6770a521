"""What is done with customers."""

from __future__ import annotations

from collections.abc import Sequence
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
from app.values.email_addresses import is_email
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
    email: str = ""
    is_reminded: bool = True
    tax_number: str = ""
    invoice_address: str = ""
    language: Language | None = None
    note: str = ""
    own_1: str | None = None
    own_2: str | None = None
    own_3: str | None = None
    own_4: str | None = None
    own_5: str | None = None


def register_customer(*, office: int, customer: NewCustomer) -> Customer:
    """Register a customer of the office under its next customer number. Raises OperationRefused without a name."""
    place = found(Office, office, "office")
    require_name(customer.name)
    record = _row(place, customer, next_number(place, take_number(place.id, "customer")))
    db.session.add(record)
    db.session.flush()
    return record


def register_customers(*, office: int, customers: Sequence[tuple[NewCustomer, str]]) -> list[Customer]:
    """Register many customers at once, each under a customer number that is his already; part of a larger operation."""
    place = found(Office, office, "office")
    for customer, _ in customers:
        require_name(customer.name)
    records = [_row(place, customer, number) for customer, number in customers]
    db.session.add_all(records)
    db.session.flush()
    return records


def next_number(office: Office, number: int) -> str:
    """Return a customer number as the office writes it."""
    return f"{office.customer_prefix}-{number:06d}"


def require_name(name: object) -> None:
    """Refuse a customer without a name."""
    if not str(name or "").strip():
        raise OperationRefused(Message("Enter the customer's name."), code="name_missing", field="name")


def checked_email(typed: object) -> str:
    """Return an e-mail address without the spaces around it, or nothing. Raises OperationRefused for what is no address."""
    email = str(typed or "").strip()
    if email and not is_email(email):
        raise OperationRefused(
            Message("%(email)s is no e-mail address. Enter one like name@example.com, or leave it empty.", email=email[:80]),
            code="bad_email",
            field="email",
        )
    return email


def _row(office: Office, customer: NewCustomer, number: str) -> Customer:
    values = {**asdict(customer), "name": customer.name.strip(), "email": checked_email(customer.email)}
    return Customer(office_id=office.id, customer_no=number, created_by_id=current_scope().user_id, **values)


def save_customer(*, office: int, record: int | None = None, version: str | None = None, **values: object) -> Customer:
    """Add a customer, or change one; an ID number left empty stays as it is."""
    if record is None:
        return register_customer(office=office, customer=NewCustomer(**values))  # type: ignore[arg-type]
    customer = locked(Customer, record)
    if version != version_of(customer):
        raise Stale(customer)
    if not values.get("id_number"):
        values.pop("id_number", None)
    require_name(values.get("name"))
    if "email" in values:
        values["email"] = checked_email(values["email"])
    for name, value in values.items():
        setattr(customer, name, value)
    db.session.flush()
    return customer
