"""The customer and the terms by which he is found; who occupies which unit, and when."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, event
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from app.customers.choices import CustomerKind, OccupancyRole
from app.customers.rules.occupancy import Stay
from app.customers.rules.search_terms import code_terms, name_terms, phone_terms, text_terms
from app.foundation.database import Created, Line, OfficeRecord, Short, Text, Versioned, choice_column, office_table, same_office
from app.foundation.own_fields.models import OWN_COLUMNS, OwnTexts
from app.foundation.secrets import Secret, masked, trace_of
from app.offices.choices import Language
from app.places.models import Unit
from app.values.email_addresses import LONGEST_EMAIL


class Customer(Versioned, Created, OwnTexts, OfficeRecord):
    """A customer 客戶 (B1.6): the person or firm behind 客戶編號 and 客戶姓名."""

    __tablename__ = "customer"
    __table_args__ = office_table(
        UniqueConstraint("office_id", "customer_no"),
        CheckConstraint("email = '' OR email LIKE '%_@_%'", name="email_is_an_address"),
        Index("ix_customer_search_terms", "search_terms", postgresql_using="gin"),
        Index("ix_customer_id_number_trace", "office_id", "id_number_trace"),
        Index("ix_customer_name", "office_id", "name"),
    )

    customer_no: Mapped[Short]
    name: Mapped[Line]
    kind: Mapped[CustomerKind] = choice_column(CustomerKind, default=CustomerKind.PERSON)
    id_number: Mapped[str | None] = mapped_column(Secret())
    id_number_trace: Mapped[str | None] = mapped_column(String(64))
    telephone: Mapped[Short] = mapped_column(default="")
    mobile: Mapped[Short] = mapped_column(default="")
    contact_phone: Mapped[Short] = mapped_column(default="")
    email: Mapped[str] = mapped_column(String(LONGEST_EMAIL), default="")
    # Whether he gets letters before his lines stop; he may ask to be spared.
    is_reminded: Mapped[bool] = mapped_column(default=True)
    tax_number: Mapped[Short] = mapped_column(default="")
    invoice_address: Mapped[Line] = mapped_column(default="")
    language: Mapped[Language | None] = choice_column(Language, nullable=True)
    note: Mapped[Text] = mapped_column(default="")
    search_terms: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)

    def __str__(self) -> str:
        return f"{self.name} {self.customer_no}"

    @property
    def masked_id_number(self) -> str:
        return masked(self.id_number)

    @property
    def phone(self) -> str:
        """The number to call first."""
        return self.contact_phone or self.mobile or self.telephone


def search_terms_of(customer: Customer) -> list[str]:
    """Return the terms by which a customer is found, from what stands in his row."""
    terms = name_terms(customer.name) | code_terms(customer.customer_no)
    for phone in (customer.telephone, customer.mobile, customer.contact_phone):
        terms |= phone_terms(phone or "")
    for column in OWN_COLUMNS:
        terms |= text_terms(getattr(customer, column) or "")
    return sorted(terms)


@event.listens_for(Customer, "before_insert")
@event.listens_for(Customer, "before_update")
def _fill_search_columns(mapper: Mapper[Any], connection: Any, customer: Customer) -> None:
    """Derive what the search reads, so that no way of writing a customer can forget it."""
    found = search_terms_of(customer)
    if customer.search_terms != found:
        customer.search_terms = found
    customer.id_number_trace = trace_of(customer.id_number)


class Occupancy(Versioned, Created, OfficeRecord):
    """A customer in a unit 入住记录 / sử dụng mặt bằng (S1.1): as owner, tenant or payer, from a day to a day.

    Two of one role never overlap in a unit; the constraint ``ex_occupancy_in_force`` stands in the database behind the rule.
    """

    __tablename__ = "occupancy"
    __table_args__ = office_table(
        same_office("unit_id", "unit"),
        same_office("customer_id", "customer"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        Index("ix_occupancy_starts_on", "office_id", "starts_on"),
    )

    unit_id: Mapped[int] = mapped_column(index=True)
    customer_id: Mapped[int] = mapped_column(index=True)
    role: Mapped[OccupancyRole] = choice_column(OccupancyRole)
    starts_on: Mapped[datetime.date]
    ends_on: Mapped[datetime.date | None]
    note: Mapped[Text] = mapped_column(default="")

    unit: Mapped[Unit] = relationship(primaryjoin="Occupancy.unit_id == Unit.id", foreign_keys="Occupancy.unit_id")
    customer: Mapped[Customer] = relationship(primaryjoin="Occupancy.customer_id == Customer.id", foreign_keys="Occupancy.customer_id")

    def __str__(self) -> str:
        return f"{self.unit.code} · {self.customer.name}"

    @property
    def stay(self) -> Stay:
        """The row as the rules take it."""
        return Stay(self.customer_id, self.role, self.starts_on, self.ends_on, self.customer.name, self.id)
