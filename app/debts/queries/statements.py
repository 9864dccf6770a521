"""The statement 对账单 / bảng kê of a customer or a unit: every document with what it charged and settled, and the balance after it.

A customer's is the journal's; a unit's is made of the documents of its service charges and their late interest.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, literal, null, select, union, union_all
from sqlalchemy.orm import aliased

from app.billing.choices import AdjustmentKind, FeeKind
from app.billing.journal import JournalEntry
from app.billing.models import Adjustment, Allocation, Charge, Receipt, Reversal
from app.billing.statement import statement_of
from app.customers.models import Customer
from app.debts.models import LateInterest
from app.foundation.database import db
from app.foundation.i18n import month_in_words
from app.foundation.transactions import found
from app.offices.models import Office
from app.places.models import Unit
from app.runs.models import BillingPeriod, ServiceCharge
from app.tariffs.models import Service
from app.values.errors import N_, Message
from app.values.money import ZERO

KINDS: dict[str, str] = {
    "charge": N_("Charge"),
    "receipt": N_("Receipt"),
    "voucher": N_("Payment voucher"),
    "reversal": N_("Reversal"),
    "adjustment": N_("Adjustment"),
}


@dataclass(frozen=True)
class ServiceOfCharge:
    """Unit, service and month of a charge."""

    unit: str
    service: str
    month: datetime.date


@dataclass(frozen=True)
class StatedLine:
    """A line of a statement as page and file show it; ``of`` says which service of which unit a charge is for."""

    on: datetime.date
    kind: str
    document: int
    number: str
    fee_kind: FeeKind | None
    charged: Decimal
    settled: Decimal
    balance: Decimal
    of: ServiceOfCharge | None = None

    @property
    def title(self) -> Message:
        """What the document is, with its number."""
        kind = Message(KINDS[self.kind])
        return Message("%(kind)s %(number)s", kind=kind, number=self.number) if self.number else kind

    @property
    def unit(self) -> str:
        return self.of.unit if self.of else ""

    @property
    def service(self) -> str:
        return f"{self.of.service} {month_in_words(self.of.month)}" if self.of else ""


@dataclass(frozen=True)
class Stated:
    """A statement: the balance before its days, its lines, the balance after them. Above 0 is owed, below held for the customer."""

    opening: Decimal
    lines: Sequence[StatedLine]
    closing: Decimal
    currency: str


def statement_of_customer(customer: Customer, start: datetime.date, end: datetime.date) -> Stated:
    """Return the statement of a customer for the booking days ``start`` … ``end``, with unit and service where a line is of one."""
    given = statement_of(customer, start, end)
    services = services_of([line.document.id for line in given.lines if line.document.kind == "charge"])
    lines = [
        StatedLine(
            line.on,
            line.document.kind,
            line.document.id,
            line.document.number or "",
            line.fee_kind,
            line.charge,
            line.payment,
            line.balance,
            services.get(line.document.id) if line.document.kind == "charge" else None,
        )
        for line in given.lines
    ]
    return Stated(given.opening_balance, lines, given.closing_balance, given.currency)


def services_of(charge_ids: Iterable[int]) -> dict[int, ServiceOfCharge]:
    """Return charge -> unit, service and month, for charges of services and the interest on them; one statement."""
    numbers = list(charge_ids)
    if not numbers:
        return {}
    statement = (
        select(Charge.id, Unit.code, Service.name, BillingPeriod.month)
        .outerjoin(LateInterest, LateInterest.charge_id == Charge.id)
        .join(ServiceCharge, ServiceCharge.charge_id == func.coalesce(LateInterest.source_charge_id, Charge.id))
        .join(Unit, Unit.id == ServiceCharge.unit_id)
        .join(Service, Service.id == ServiceCharge.service_id)
        .join(BillingPeriod, BillingPeriod.id == ServiceCharge.period_id)
        .where(Charge.id.in_(numbers))
    )
    return {number: ServiceOfCharge(unit, service, month) for number, unit, service, month in db.session.execute(statement)}


def statement_of_unit(unit: Unit, start: datetime.date, end: datetime.date) -> Stated:
    """Return the statement of a unit: its service charges and their interest, what settled them, whoever owed and paid."""
    rows = db.session.execute(_documents_of(unit.id, end)).all()
    before = [row for row in rows if row.booked_on < start]
    opening = balance = sum((row.charged - row.settled for row in before), ZERO)
    services = services_of({row.document for row in rows if row.kind == "charge" and row.booked_on >= start})
    lines = []
    for row in rows[len(before) :]:
        balance += row.charged - row.settled
        of = services.get(row.document) if row.kind == "charge" else None
        lines.append(
            StatedLine(row.booked_on, row.kind, row.document, row.number or "", row.fee_kind, row.charged, row.settled, balance, of)
        )
    return Stated(opening, lines, balance, found(Office, unit.office_id).currency.value)


def _documents_of(unit_id: int, end: datetime.date) -> Select[Any]:
    """Return what every document did to the charges of a unit, by booking day, in one statement."""
    own = select(ServiceCharge.charge_id.label("id")).where(ServiceCharge.unit_id == unit_id)
    interest = select(LateInterest.charge_id).where(LateInterest.source_charge_id.in_(own), LateInterest.charge_id.is_not(None))
    charges = union(own, interest).cte("of_unit")
    ids = select(charges.c.id)
    undone, zero, none = aliased(Reversal), literal(ZERO), null()
    lowered = case((Adjustment.kind == AdjustmentKind.RAISE, ZERO), else_=Adjustment.amount - Adjustment.credited)
    raised = case((Adjustment.kind == AdjustmentKind.RAISE, Adjustment.amount), else_=ZERO)
    paid = func.sum(Allocation.amount)
    parts = union_all(
        _part("charge", JournalEntry.booked_on, Charge.created_at, Charge.id, none, Charge.fee_kind, Charge.total, zero)
        .join(JournalEntry, JournalEntry.charge_id == Charge.id)
        .where(Charge.id.in_(ids)),
        _part("reversal", undone.booked_on, undone.created_at, undone.id, undone.number, Charge.fee_kind, -Charge.total, zero)
        .join(undone, undone.id == Charge.reversal_id)
        .where(Charge.id.in_(ids)),
        _part("receipt", Receipt.booked_on, Receipt.created_at, Receipt.id, Receipt.number, none, zero, paid)
        .join(Allocation, Allocation.receipt_id == Receipt.id)
        .where(Allocation.charge_id.in_(ids))
        .group_by(Receipt.id),
        _part("reversal", undone.booked_on, undone.created_at, undone.id, undone.number, none, zero, -paid)
        .join(Allocation, Allocation.receipt_id == undone.receipt_id)
        .where(Allocation.charge_id.in_(ids))
        .group_by(undone.id),
        _part("adjustment", Adjustment.booked_on, Adjustment.created_at, Adjustment.id, Adjustment.number, none, raised, lowered).where(
            Adjustment.charge_id.in_(ids)
        ),
        _part("reversal", undone.booked_on, undone.created_at, undone.id, undone.number, none, -raised, -lowered)
        .join(Adjustment, Adjustment.id == undone.adjustment_id)
        .where(Adjustment.charge_id.in_(ids)),
    ).subquery("document")
    return select(parts).where(parts.c.booked_on <= end).order_by(parts.c.booked_on, parts.c.made_at, parts.c.rank, parts.c.document)


# What was made at one moment stands in this order: nothing is undone before it was done.
_ORDER = ("charge", "receipt", "adjustment", "reversal")


def _part(kind: str, on: Any, made_at: Any, document: Any, number: Any, fee_kind: Any, charged: Any, settled: Any) -> Select[Any]:
    return select(
        literal(kind).label("kind"),
        literal(_ORDER.index(kind)).label("rank"),
        made_at.label("made_at"),
        on.label("booked_on"),
        document.label("document"),
        number.label("number"),
        fee_kind.label("fee_kind"),
        charged.label("charged"),
        settled.label("settled"),
    )
