"""What is done with customers."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.customers.choices import CustomerKind, OccupancyRole
from app.customers.models import Customer, Occupancy
from app.customers.queries import occupancies_of
from app.customers.rules.occupancy import Stay, ended_before, require_stays
from app.foundation.database import db
from app.foundation.numbering import take_number
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint, found, locked
from app.foundation.views.saving import Stale, Values, saving, version_of
from app.offices.choices import Language
from app.offices.models import Office
from app.places.models import Unit
from app.values.email_addresses import is_email
from app.values.errors import Message, OperationRefused

# Two people at the same moment: the rule of both has passed, the database keeps the second one out.
explain_constraint(
    "ex_occupancy_in_force",
    Message("Somebody is in this unit in the same role on some of these days. End that occupancy first."),
    "starts_on",
)


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


# Who occupies a unit ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class NewOccupancy:
    """A customer in a unit, as he is registered with others."""

    unit: int
    customer: int
    role: OccupancyRole
    starts_on: datetime.date
    ends_on: datetime.date | None = None
    note: str = ""


def save_occupancy(*, record: int | None, office: int | None, version: str | None, values: Values) -> Occupancy:
    """Note that a customer occupies a unit, or correct it; with ``ends_earlier`` whoever had the role moves out on the day before.

    Raises OperationRefused where two of one role would share a day.
    """
    given: dict[str, Any] = dict(values)
    ends_earlier = given.pop("ends_earlier", False)
    # The unit is locked, so that two people do not let two tenants in at once; and before those in it, of whom one may move out.
    unit = locked(Unit, found(Unit, given.get("unit", _unit_of(record)), "unit").id)
    before = locked(Occupancy, record) if record is not None else None
    kept = {"customer": before.customer_id, **_days_of(before)} if before is not None else {}
    terms = kept | given
    customer = found(Customer, terms.get("customer"), "customer")
    new = Stay(customer.id, OccupancyRole(terms["role"]), terms["starts_on"], terms.get("ends_on"), customer.name, record)
    rows = {row.id: row for row in db.session.scalars(occupancies_of(unit.id)) if row.id != record}
    stays = [row.stay for row in rows.values()]
    ended = ended_before(stays, new) if ends_earlier else None
    if ended is not None and ended.record is not None:
        rows[ended.record].ends_on = ended.ends_on
        stays = [ended if stay.record == ended.record else stay for stay in stays]
    require_stays([*stays, new])
    db.session.flush()
    saved: Occupancy = saving(Occupancy)(record=record, office=office, version=version, values=tuple(given.items()))
    return saved


def _unit_of(occupancy: int | None) -> int | None:
    return found(Occupancy, occupancy).unit_id if occupancy is not None else None


def _days_of(row: Occupancy) -> dict[str, Any]:
    return {"role": row.role, "starts_on": row.starts_on, "ends_on": row.ends_on}


def end_occupancy(*, occupancy: int, ends_on: datetime.date, note: str = "") -> Occupancy:
    """Let somebody move out of a unit at the end of ``ends_on``. Raises OperationRefused."""
    locked(Unit, found(Occupancy, occupancy).unit_id)
    row = locked(Occupancy, occupancy)
    require_stays(
        [replace(row.stay, ends_on=ends_on), *(each.stay for each in db.session.scalars(occupancies_of(row.unit_id)) if each.id != row.id)]
    )
    row.ends_on = ends_on
    row.note = "\n".join(filter(None, (row.note, note.strip())))
    db.session.flush()
    return row


def add_occupancies(*, office: int, occupancies: Sequence[NewOccupancy]) -> list[Occupancy]:
    """Register many occupancies of units; part of a larger operation. Those of one role may not overlap; the database refuses them."""
    rows = [
        Occupancy(
            office_id=office,
            unit_id=each.unit,
            customer_id=each.customer,
            role=each.role,
            starts_on=each.starts_on,
            ends_on=each.ends_on,
            note=each.note,
            created_by_id=current_scope().user_id,
        )
        for each in occupancies
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows
