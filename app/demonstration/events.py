"""What happens in a demonstration office, as values: who does which operation when. Playing them is ``history``'s business."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from app.broadband.operations.payments import PaymentTerms
from app.customers.operations import NewCustomer


@dataclass(frozen=True, kw_only=True)
class Event:
    """One operation of one line: when (aware, UTC), in which office, by whose login."""

    at: datetime.datetime
    office: str
    account: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Opening(Event):
    """An account is opened, for a new customer, for who has the units ``homes``, or for who has the line ``same_customer_as`` already."""

    customer: NewCustomer | None
    same_customer_as: str = ""
    homes: tuple[str, ...] = ()
    place: str
    address: str
    plan: str
    salesperson: str
    installer: str
    appointment_at: datetime.datetime
    order_note: str = ""
    bound_number: str = ""
    payment: PaymentTerms | None = None


@dataclass(frozen=True, kw_only=True)
class Completion(Event):
    """The installer reports his work as done today."""


@dataclass(frozen=True, kw_only=True)
class Paying(Event):
    """A regular payment."""

    terms: PaymentTerms


@dataclass(frozen=True, kw_only=True)
class Voiding(Event):
    """The line's last payment is voided, or a void is asked for where the person may not void himself."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Approving(Event):
    """The void asked for is approved."""


@dataclass(frozen=True, kw_only=True)
class Billing(Event):
    """The office bills the services of a month; ``account`` is empty."""

    month: datetime.date


@dataclass(frozen=True, kw_only=True)
class Collecting(Event):
    """People come on a morning with the money for the bills of ``billed_on``, of the month ``back`` months before the newest."""

    billed_on: datetime.date
    back: int
