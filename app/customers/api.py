"""Customers, and who occupies which unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.customers.choices import CustomerKind, OccupancyRole
from app.customers.models import Customer, Occupancy
from app.customers.operations import NewCustomer, end_occupancy, register_customer, save_customer, save_occupancy
from app.customers.queries import FINDS_PER_MINUTE, MOST_FOUND, has_id_number, is_there_on, matches
from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Filter,
    Flag,
    Given,
    Look,
    OfficeBody,
    Reference,
    Routes,
    Rows,
    Secret,
    Text,
    Whole,
    days,
    done,
    kept,
    records,
    same_code,
    same_record,
    same_text,
)
from app.foundation.api.fields import SHORT, TEXT
from app.foundation.api.revealing import reveals
from app.foundation.database import db
from app.foundation.guards import limited
from app.foundation.own_fields.api import OwnTextsValue, with_own_columns
from app.foundation.scope import current_scope
from app.foundation.transactions import found, run
from app.offices.choices import Language
from app.values.email_addresses import LONGEST_EMAIL

routes = Routes("Customers")
ROUTES = (routes,)


class NewCustomerBody(Body):
    """A customer as he is registered; the number is given by the office."""

    name = Text(required=True)
    kind = Code(CustomerKind)
    id_number = Secret(SHORT, allow_none=True)
    telephone = Text(SHORT)
    mobile = Text(SHORT)
    contact_phone = Text(SHORT)
    email = Text(LONGEST_EMAIL)
    is_reminded = Flag()
    tax_number = Text(SHORT)
    invoice_address = Text()
    language = Code(Language, allow_none=True)
    note = Text(TEXT)
    own_fields = OwnTextsValue(Customer)


class CustomerBody(OfficeBody, NewCustomerBody):
    """A customer of an office."""


class CustomerAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    customer_no = Text()
    name = Text()
    kind = Code(CustomerKind)
    id_number = Text(attribute="masked_id_number")
    telephone = Text()
    mobile = Text()
    contact_phone = Text()
    email = Text()
    is_reminded = Flag()
    tax_number = Text()
    invoice_address = Text()
    language = Code(Language)
    note = Text()
    own_fields = OwnTextsValue(Customer)
    version = Whole()


def new_customer(values: Mapping[str, Any], office: int) -> NewCustomer:
    """Return the customer that a ``NewCustomerBody`` describes, for the office. Raises OperationRefused."""
    return NewCustomer(**with_own_columns(values, Customer, office, is_new=True))


def _register(*, office: int, values: Mapping[str, Any]) -> Given:
    return done(run(register_customer, office=office, customer=new_customer(values, office)))


def _change(*, record: int, version: str, values: Mapping[str, Any]) -> Customer:
    customer = found(Customer, record)
    given = {"name": customer.name, **with_own_columns(values, Customer, customer.office_id, is_new=False)}
    return run(save_customer, office=customer.office_id, record=record, version=version, **given).record


class FindBody(Body):
    """An identity number, whole; spaces, width and capitals make no difference."""

    id_number = Secret(SHORT, required=True)


class FoundAnswer(Answer):
    items = Rows(CustomerAnswer)


@routes.post("/customers/find", may=("CustomerView", "can_list"), takes=FindBody, gives=Look(FoundAnswer), status=200)
def find_customer(body: dict[str, Any]) -> dict[str, Any]:
    """Find customers by the identity number.

    By POST, since an address must not hold one. Exact matches only, in the caller's offices.
    """
    limited("find_by_id_number", str(current_scope().user_id), FINDS_PER_MINUTE, 60)
    statement = select(Customer).where(has_id_number(body["id_number"])).order_by(Customer.id).limit(MOST_FOUND)
    return {"items": list(db.session.scalars(statement))}


customers = records(
    routes,
    "customers",
    Customer,
    view="CustomerView",
    look=Look(CustomerAnswer),
    # Never by identity number: addresses are kept in logs.
    filters={
        "customer_no": same_text(Customer.customer_no),
        "name": same_text(Customer.name),
        "q": Filter(Text(), matches),
        "kind": same_code(Customer.kind, CustomerKind),
        "mobile": same_text(Customer.mobile),
        "telephone": same_text(Customer.telephone),
    },
)
kept(routes, "customers", customers, view="CustomerView", body=CustomerBody, add=_register, change=_change)

reveals(routes, "customers", Customer, view="CustomerView", fields=("id_number",))


class OccupancyBody(OfficeBody):
    """A customer in a unit; with ``ends_earlier`` whoever has the role moves out on the day before."""

    unit = Reference(required=True)
    customer = Reference(required=True)
    role = Code(OccupancyRole, required=True)
    starts_on = Day(required=True)
    ends_on = Day(allow_none=True)
    ends_earlier = Flag()
    note = Text(TEXT)


class OccupancyAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    unit = Reference(attribute="unit_id")
    unit_code = Text(attribute="unit.code")
    customer = Reference(attribute="customer_id")
    customer_no = Text(attribute="customer.customer_no")
    customer_name = Text(attribute="customer.name")
    role = Code(OccupancyRole)
    starts_on = Day()
    ends_on = Day()
    note = Text()
    version = Whole()


OCCUPANCY = Look(OccupancyAnswer)

occupancies = records(
    routes,
    "occupancies",
    Occupancy,
    view="OccupancyView",
    look=OCCUPANCY,
    filters={
        "unit": same_record(Occupancy.unit_id),
        "customer": same_record(Occupancy.customer_id),
        "role": same_code(Occupancy.role, OccupancyRole),
        "on": Filter(Day(), is_there_on),
        **days("starts_on", Occupancy.starts_on),
        **days("ends_on", Occupancy.ends_on),
    },
    loads=(joinedload(Occupancy.unit), joinedload(Occupancy.customer)),
)
kept(routes, "occupancies", occupancies, view="OccupancyView", body=OccupancyBody, save=save_occupancy)


class EndBody(Body):
    """The last day on which the customer is there."""

    ends_on = Day(required=True)
    note = Text(TEXT)


@routes.post("/occupancies/<int:record>/end", may=("OccupancyView", "can_edit"), takes=EndBody, gives=OCCUPANCY, status=200)
def end_of_occupancy(record: int, body: dict[str, Any]) -> Occupancy:
    """Let a customer move out of a unit."""
    return run(end_occupancy, occupancy=record, **body).record
