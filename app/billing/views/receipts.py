"""Receipts 收據: the list, the page of one, and its paper."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.billing.choices import ReceiptStanding
from app.billing.models import Printing, Receipt, Reversal
from app.billing.printing import printed_receipt
from app.billing.views.printed import PrintedView
from app.billing.views.void_buttons import standing_tabs
from app.customers.models import Customer
from app.customers.queries import matches
from app.foundation.database import db
from app.foundation.views import (
    DayFilter,
    EntityView,
    GuardedInterface,
    Kind,
    LookupFilter,
    action_to,
    present,
    register_lookup,
)
from app.foundation.views.links import Action
from app.values.errors import N_

MOST_PRINTINGS = 5
IS_VOIDED = select(Reversal.id).where(Reversal.receipt_id == Receipt.id).exists()

register_lookup("receipt", Receipt, columns=["number"], text=str, detail=lambda receipt: receipt.payer_name)


class ReceiptView(PrintedView, EntityView):
    """Receipts as issued; never changed."""

    datamodel = GuardedInterface(Receipt)
    icon = "receipt"
    list_title, show_title = N_("Receipts"), N_("Receipt")
    empty_text = N_("A receipt appears here with every payment that is taken.")
    search_hint = N_("Receipt number, customer name, pinyin initials, end of the telephone number")
    label_columns = {
        "number": N_("No."),
        "customer": N_("Customer"),
        "customer.name": N_("Customer name"),
        "customer.customer_no": N_("Customer number"),
        "on": N_("Business date"),
        "booked_on": N_("Booked on"),
        "created_at": N_("Entered at"),
        "total": N_("Total"),
        "total_in_words": N_("Total in words"),
        "credited": N_("Prepayment"),
        "methods_text": N_("Payment method"),
        "cashier": N_("Taken by"),
        "shift": N_("Shift"),
        "payer_name": N_("Received from"),
        "note": N_("Note"),
        "backdate_reason": N_("Reason"),
        "standing": N_("Status"),
        "reversal": N_("Reversal"),
    }
    column_kinds = {"standing": Kind.CHOICE, "methods_text": Kind.TEXT}
    list_columns = ["number", "customer.name", "booked_on", "methods_text", "cashier", "total", "standing"]
    export_columns = [
        *("number", "customer.customer_no", "customer.name", "payer_name", "on", "booked_on", "created_at", "methods_text", "cashier"),
        *("shift", "total", "total_in_words", "credited", "note", "backdate_reason", "standing"),
    ]
    second_lines = {"customer.name": "customer.customer_no"}
    tabs = standing_tabs(Receipt, lambda row: row.receipt_id)
    tabs_argument = "status"
    filters = ["booked_on", LookupFilter("customer"), DayFilter("on", is_first=False)]
    order_columns = ["booked_on", "number"]
    base_order = ("id", "desc")
    totals_columns = ["total"]
    loads = ["reversal", "waiting_void", "methods"]
    show_loads = ["reversal", "waiting_void.created_by", "methods", "allocations.charge.lines"]
    facts = ["total", "booked_on", "methods_text", "cashier", "standing"]
    show_fieldsets = [
        (N_("Details"), ["number", "customer", "customer.customer_no", "payer_name", "note", "reversal"]),
        (N_("Dates and staff"), ["on", "booked_on", "created_at", "cashier", "shift", "backdate_reason"]),
    ]
    show_template = "billing/receipt.html"
    printed, printing_of = staticmethod(printed_receipt), "receipt_id"

    def search(self, text: str) -> ColumnElement[bool]:
        people = select(Customer.id).where(matches(text))
        return or_(Receipt.number.startswith(text.upper(), autoescape=True), Receipt.customer_id.in_(people))

    def totals_conditions(self) -> list[ColumnElement[bool]]:
        return [~IS_VOIDED]

    def record_title(self, record: Receipt) -> Any:
        return record.number

    def record_context(self, record: Receipt) -> Any:
        return f"{record.customer.name} · {record.customer.customer_no}"

    def record_badge(self, record: Receipt) -> Any:
        return record.standing

    def record_extras(self, record: Receipt) -> dict[str, Any]:
        printings = select(Printing).where(Printing.receipt_id == record.id).order_by(Printing.printing.desc()).limit(MOST_PRINTINGS)
        request_page = None
        if record.waiting_void is not None:
            request_page = action_to("ApprovalView", N_("Show the request"), route="show", icon="checkup-list", pk=record.waiting_void.id)
        return {
            "lines": printed_lines(record),
            "printings": db.session.scalars(printings).all(),
            "request_page": request_page,
        }

    def row_actions(self, record: Receipt) -> list[Action]:
        return present(self.paper_action(record))

    def record_actions(self, record: Receipt) -> list[Action]:
        voiding = None
        if record.standing is ReceiptStanding.VALID:
            voiding = action_to("VoidReceiptView", N_("Void"), icon="arrow-back-up", receipt=record.id, office=record.office_id)
        return present(voiding, self.paper_action(record, primary=True))


@dataclass(frozen=True)
class PrintedLine:
    """A line of the paper, its figures as numbers again."""

    text: str
    quantity: Decimal | None
    unit_price: Decimal | None
    amount: Decimal
    period_start: datetime.date | None
    period_end: datetime.date | None


def printed_lines(receipt: Receipt) -> list[PrintedLine]:
    """Return the lines of the stored content, to be written in the reader's own way."""
    return [
        PrintedLine(
            text=line["text"],
            quantity=_decimal(line.get("quantity")),
            unit_price=_decimal(line.get("unit_price")),
            amount=Decimal(line["amount"]),
            period_start=_day(line.get("period_start")),
            period_end=_day(line.get("period_end")),
        )
        for line in receipt.content["lines"]
    ]


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
