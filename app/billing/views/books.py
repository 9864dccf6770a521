"""The other documents and books of billing: charges, vouchers, reversals, shifts, the journal, the price list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.billing.choices import ChargeStatus, FeeKind
from app.billing.journal import JournalEntry
from app.billing.models import Charge, PriceListItem, Reversal, Shift, Voucher
from app.billing.printing import printed_voucher
from app.billing.views.printed import PrintedView
from app.billing.views.void_buttons import standing_tabs, voiding_action
from app.customers.models import Customer
from app.customers.queries import matches
from app.foundation import effects
from app.foundation.i18n import say
from app.foundation.views import EntityView, GuardedInterface, Kind, LookupFilter, Tab, action_to, present
from app.foundation.views.links import Action
from app.values.errors import N_


class PriceListView(EntityView):
    """The price list 業務價目表: the fees of operations in an office."""

    datamodel = GuardedInterface(PriceListItem)
    icon = "tags"
    list_title = show_title = N_("Price list")
    add_title, edit_title = N_("Add price"), N_("Edit price")
    empty_text = N_("An operation without a price costs nothing. Add the first price.")
    label_columns = {"operation": N_("Operation"), "fee": N_("Fee")}
    list_columns = ["operation", "fee"]
    order_columns = ["operation"]
    base_order = ("operation", "asc")
    show_columns = add_columns = edit_columns = ["operation", "fee"]
    can_be_deleted = True

    def record_title(self, record: PriceListItem) -> Any:
        return record.operation


class ChargeView(EntityView):
    """Charges 應收款: what customers owe."""

    datamodel = GuardedInterface(Charge)
    icon = "file-invoice"
    list_title, show_title = N_("Charges"), N_("Charge")
    empty_text = N_("A charge appears here when something is sold or billed.")
    label_columns = {
        "id": N_("No."),
        "customer": N_("Customer"),
        "customer.name": N_("Customer name"),
        "customer.customer_no": N_("Customer number"),
        "fee_kind": N_("Fee kind"),
        "on": N_("Business date"),
        "due_on": N_("Due date"),
        "total": N_("Total"),
        "paid": N_("Paid"),
        "adjusted": N_("Adjusted"),
        "written_off": N_("Written off"),
        "open_amount": N_("Debt"),
        "status": N_("Payment status"),
    }
    column_kinds = {"status": Kind.CHOICE, "open_amount": Kind.MONEY}
    list_columns = ["id", "customer.name", "fee_kind", "due_on", "total", "paid", "open_amount", "status"]
    second_lines = {"customer.name": "customer.customer_no"}
    tabs = [
        Tab("unpaid", ChargeStatus.UNPAID.label, Charge.is_open),
        Tab("paid", ChargeStatus.PAID.label, lambda: ~Charge.is_open() & Charge.reversal_id.is_(None) & (Charge.written_off == 0)),
        Tab("written_off", ChargeStatus.WRITTEN_OFF.label, lambda: ~Charge.is_open() & (Charge.written_off > 0)),
        Tab("voided", ChargeStatus.VOIDED.label, lambda: Charge.reversal_id.is_not(None)),
    ]
    tabs_argument = "status"
    filters = ["due_on", "fee_kind", LookupFilter("customer")]
    order_columns = ["id", "due_on"]
    base_order = ("id", "desc")
    totals_columns = ["total", "paid"]
    show_columns = ["id", "customer", "fee_kind", "on", "due_on", "total", "adjusted", "paid", "written_off", "open_amount", "status"]

    def totals_conditions(self) -> list[Any]:
        return [Charge.reversal_id.is_(None)]

    def record_title(self, record: Charge) -> Any:
        return record.fee_kind

    def record_badge(self, record: Charge) -> Any:
        return record.status

    def record_actions(self, record: Charge) -> list[Action]:
        if record.is_voided or record.fee_kind is FeeKind.DEPOSIT:
            return present(*super().record_actions(record))
        terms: dict[str, Any] = {"charge": record.id, "office": record.office_id}
        adjusting = None if record.sells_days else action_to("AdjustmentView", N_("Adjust"), icon="adjustments", **terms)
        writing_off = action_to("WriteOffView", N_("Write off"), icon="eraser", **terms) if record.open_amount else None
        return present(*super().record_actions(record), adjusting, writing_off)


class VoucherView(PrintedView, EntityView):
    """Payment vouchers 付款憑單."""

    datamodel = GuardedInterface(Voucher)
    printed, printing_of = staticmethod(printed_voucher), "voucher_id"
    icon = "receipt-refund"
    list_title, show_title = N_("Payment vouchers"), N_("Payment voucher")
    empty_text = N_("Money paid out appears here: refunds, deposits given back, expenses.")
    search_hint = N_("Voucher number, customer name, pinyin initials, end of the telephone number")
    label_columns = {
        "number": N_("No."),
        "kind": N_("Kind"),
        "customer": N_("Customer"),
        "payee_name": N_("Paid to"),
        "booked_on": N_("Booked on"),
        "total": N_("Total"),
        "total_in_words": N_("Total in words"),
        "reason": N_("Reason"),
        "cashier": N_("Cashier"),
        "standing": N_("Status"),
        "reversal": N_("Reversal"),
    }
    column_kinds = {"standing": Kind.CHOICE}
    tabs = standing_tabs(Voucher, lambda row: row.voucher_id)
    tabs_argument = "status"
    list_columns = ["number", "kind", "payee_name", "booked_on", "reason", "total", "standing"]
    filters = ["booked_on", "kind", LookupFilter("customer")]
    order_columns = ["booked_on", "number"]
    base_order = ("id", "desc")
    totals_columns = ["total"]
    loads = show_loads = ["reversal", "waiting_void"]
    show_columns = [
        *("number", "kind", "customer", "payee_name", "booked_on", "total", "total_in_words", "reason", "cashier", "standing", "reversal"),
    ]

    def search(self, text: str) -> ColumnElement[bool]:
        people = select(Customer.id).where(matches(text))
        return or_(Voucher.number.startswith(text.upper(), autoescape=True), Voucher.customer_id.in_(people))

    def totals_conditions(self) -> list[Any]:
        return [~select(Reversal.id).where(Reversal.voucher_id == Voucher.id).exists()]

    def record_badge(self, record: Voucher) -> Any:
        return record.standing

    def record_actions(self, record: Voucher) -> list[Action]:
        voiding = None
        # What paid a closure out stays: it belongs to the lines above.
        if not record.is_voided and not any(effects.call("is_final", record)):
            voiding = voiding_action("VoidVoucherView", record, voucher=record.id)
        return present(voiding, self.paper_action(record, primary=True))


class ReversalView(EntityView):
    """Reversals 沖正: counter-documents."""

    datamodel = GuardedInterface(Reversal)
    icon = "arrow-back-up"
    list_title, show_title = N_("Reversals"), N_("Reversal")
    empty_text = N_("When something is voided, its counter-document appears here.")
    label_columns = {
        "number": N_("No."),
        "about": N_("Document"),
        "booked_on": N_("Booked on"),
        "total": N_("Total"),
        "reason": N_("Reason"),
        "created_by": N_("Changed by"),
        "approved_by": N_("Approved by"),
    }
    column_kinds = {"about": Kind.TEXT}
    list_columns = ["number", "about", "booked_on", "reason", "created_by", "approved_by", "total"]
    loads = show_loads = ["receipt", "voucher", "handover", "event.subscription"]
    search_columns = ["number"]
    filters = ["booked_on"]
    order_columns = ["booked_on", "number"]
    base_order = ("id", "desc")
    totals_columns = ["total"]
    show_columns = list_columns


class ShiftView(EntityView):
    """Cashiers' shifts 班次; no amount is shown before the count."""

    datamodel = GuardedInterface(Shift)
    icon = "calendar-time"
    list_title, show_title = N_("Shifts"), N_("Shift")
    empty_text = N_("A shift opens by itself with the first cash of the day.")
    label_columns = {
        "number": N_("Shift"),
        "cashier": N_("Cashier"),
        "on": N_("Date"),
        "float_amount": N_("Float"),
        "opened_at": N_("Opened at"),
        "closed_at": N_("Closed at"),
    }
    list_columns = ["number", "cashier", "on", "opened_at", "closed_at", "float_amount"]
    filters = ["on"]
    order_columns = ["on"]
    base_order = ("id", "desc")
    show_columns = list_columns


class JournalView(EntityView):
    """The journal 日記賬: one entry per document."""

    datamodel = GuardedInterface(JournalEntry)
    icon = "book-2"
    list_title, show_title = N_("Journal"), N_("Journal entry")
    empty_text = N_("Every document posts one entry here.")
    label_columns = {
        "id": N_("No."),
        "booked_on": N_("Booked on"),
        "document": N_("Document"),
        "debit": N_("Debit"),
        "credit": N_("Credit"),
        "sides": N_("Postings"),
        "created_at": N_("Entered at"),
    }
    column_kinds = {"document": Kind.TEXT, "debit": Kind.MONEY, "sides": Kind.TEXT}
    list_columns = ["id", "booked_on", "document", "sides", "debit", "created_at"]
    filters = ["booked_on"]
    order_columns = ["booked_on", "id"]
    base_order = ("id", "desc")
    loads = show_loads = ["postings", "receipt", "voucher", "reversal", "handover"]
    show_columns = ["id", "booked_on", "document", "sides", "debit", "created_at"]

    def record_title(self, record: JournalEntry) -> Any:
        return say(N_("Journal entry"))
