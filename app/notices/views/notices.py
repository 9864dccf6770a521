"""Payment-due notices and reminders: those that were issued, their papers, and how they were delivered."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from flask import Response, flash, redirect, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement, or_, select

from app.customers.models import Customer
from app.customers.queries import matches
from app.foundation.i18n import month_in_words, say
from app.foundation.transactions import run
from app.foundation.views import (
    ChoiceField,
    DayField,
    EntityForm,
    GuardedInterface,
    Kind,
    LookupField,
    LookupFilter,
    OperationView,
    Preview,
    PreviewLine,
    Tab,
    TextField,
    action,
    action_to,
    present,
    register_lookup,
)
from app.foundation.views.access import needs
from app.foundation.views.links import Action
from app.notices.choices import DeliveryWay, NoticeKind
from app.notices.models import Notice
from app.notices.operations import correct_notice, deliver_notice, issue_notice, issue_reminder, mail_notice, print_notices
from app.notices.operations.mailing import REACHED, wants_letters
from app.notices.printing import as_answer
from app.places.models import Unit
from app.places.queries import unit_matches
from app.reminders.choices import LetterState
from app.values.errors import N_, Malformed, Message, NotAllowed, NotFound, OperationRefused

# What this operation returns is a list of records; only the paper of them is shown.
PRINTING: Any = print_notices
register_lookup("notice", Notice, columns=["number"], text=str, detail=lambda notice: notice.customer.name, order=["number"])


class NoticeForm(EntityForm):
    """Which unit's notice, of which period, for whom."""

    period = LookupField(N_("Billing period"), lookup="billing_period", required=True)
    unit = LookupField(N_("Unit"), lookup="unit", required=True)
    customer = LookupField(N_("Customer"), lookup="customer", required=True)


def describe_notice(notice: Notice) -> Preview:
    """Say what a notice comes to."""
    sentences = [Message("The notice %(number)s is issued.", number=notice.number)]
    if notice.replaces is not None:
        sentences.append(Message("It replaces the notice %(number)s.", number=notice.replaces.number))
    if notice.printings or (notice.replaces is None and notice.delivered_by is not None):
        sentences.append(Message("It was issued before; nothing has changed since."))
    return Preview(sentences=sentences, total=notice.total, total_in_words=notice.content["total_in_words"], deed=N_("Issue"))


class NoticeView(OperationView):
    """Payment-due notices 缴费通知单 / giấy báo and reminders 催缴通知书 / nhắc nợ as issued; never changed."""

    datamodel = GuardedInterface(Notice)
    icon = "file-invoice"
    list_title, show_title, related_title = N_("Notices"), N_("Notice"), N_("Notices")
    add_title, deed, deed_icon = N_("New payment-due notice"), N_("Issue"), "file-plus"
    empty_text = N_("A notice tells a unit what it owes for a period. Make those of a building in one go, or one by one.")
    search_hint = N_("Number, unit, or name and number of the customer")
    label_columns = {
        "number": N_("No."),
        "kind": N_("Kind"),
        "unit": N_("Unit"),
        "unit.code": N_("Unit"),
        "customer": N_("Customer"),
        "customer.name": N_("Customer"),
        "customer.customer_no": N_("Customer number"),
        "period": N_("Billing period"),
        "month": N_("Month"),
        "of_month": N_("Month"),
        "issued_on": N_("Issued on"),
        "due_on": N_("Due date"),
        "total": N_("Total"),
        "credit": N_("Credit balance"),
        "reference": N_("Transfer reference"),
        "language": N_("Language"),
        "printings": N_("Printings"),
        "is_live": N_("In force"),
        "replaces": N_("Replaces"),
        "batch": N_("Batch of notices"),
        "letter": N_("E-mail"),
        "delivered_by": N_("Delivered"),
        "delivered_on": N_("Delivered on"),
        "delivery_note": N_("Note on delivery"),
        "created_by": N_("Issued by"),
        "created_at": N_("Entered at"),
    }
    list_columns = [
        "number",
        "kind",
        "unit.code",
        "customer.name",
        "of_month",
        "issued_on",
        "due_on",
        "total",
        "delivered_by",
        "printings",
    ]
    export_columns = [
        *(
            "number",
            "kind",
            "unit.code",
            "customer.customer_no",
            "customer.name",
            "of_month",
            "issued_on",
            "due_on",
            "total",
            "reference",
        ),
        *("is_live", "delivered_by", "delivered_on", "delivery_note", "printings"),
    ]
    column_kinds = {"of_month": Kind.DAY, "total": Kind.MONEY, "credit": Kind.MONEY, "kind": Kind.CHOICE, "delivered_by": Kind.CHOICE}
    filters = [
        "issued_on",
        "kind",
        LookupFilter("unit.building", argument="building"),
        LookupFilter("unit"),
        LookupFilter("customer", is_shown=False),
        LookupFilter("batch", is_shown=False),
    ]
    tabs = (
        Tab("due", N_("Payment-due notices"), lambda: Notice.kind == NoticeKind.DUE),
        Tab("reminders", N_("Reminders"), lambda: Notice.kind != NoticeKind.DUE),
        Tab("open", N_("Not delivered yet"), lambda: Notice.delivered_by.is_(None) & Notice.is_live),
    )
    totals_columns = ["total"]
    order_columns = ["issued_on", "number"]
    base_order = ("id", "desc")
    show_columns = [
        *("number", "kind", "unit", "customer", "period", "of_month", "issued_on", "due_on", "total", "credit", "reference"),
        *(
            "language",
            "is_live",
            "replaces",
            "batch",
            "printings",
            "letter",
            "delivered_by",
            "delivered_on",
            "delivery_note",
            "created_by",
            "created_at",
        ),
    ]
    form, operation, describe = NoticeForm, staticmethod(issue_notice), staticmethod(describe_notice)

    def search(self, text: str) -> ColumnElement[bool]:
        units = select(Unit.id).where(unit_matches(text))
        people = select(Customer.id).where(matches(text))
        number = Notice.number.startswith(text.upper(), autoescape=True) | (Notice.reference == text.upper())
        return or_(number, Notice.unit_id.in_(units), Notice.customer_id.in_(people))

    def record_context(self, record: Notice) -> Any:
        return f"{record.unit.code} · {record.customer.name}"

    def record_badge(self, record: Notice) -> Any:
        return record.kind

    def row_actions(self, record: Notice) -> list[Action]:
        return present(self._paper_action(record), self._delivery(record))

    def record_actions(self, record: Notice) -> list[Action]:
        correcting = None
        if record.is_live and record.kind is NoticeKind.DUE and self.allowed("can_add"):
            href = url_for(f"{self.endpoint}.correct", pk=record.id)
            correcting = action(N_("Replace with today's figures"), href, icon="replace", method="post")
        return present(self._paper_action(record, primary=True), self._mailing(record), self._delivery(record), correcting)

    def _mailing(self, record: Notice) -> Action | None:
        """Return the button that sends a paper by e-mail, or once more on purpose; none where it waits or nobody may be written to."""
        letter = record.letter
        if not self.allowed("can_mail") or not record.is_live or not wants_letters(record.customer):
            return None
        if letter is not None and letter.state in (LetterState.WAITING, LetterState.SENDING):
            return None
        if letter is not None and letter.state in REACHED:
            href = url_for(f"{self.endpoint}.mail_again", pk=record.id)
            return action(N_("Send by e-mail again"), href, icon="mail", method="post")
        return action(N_("Send by e-mail"), url_for(f"{self.endpoint}.mail", pk=record.id), icon="mail", method="post")

    def _paper_action(self, record: Notice, *, primary: bool = False) -> Action | None:
        if not self.allowed("can_print"):
            return None
        href = url_for(f"{self.endpoint}.paper", pk=record.id)
        return action(N_("Print"), href, icon="printer", primary=primary, method="post", key="P") | {"target": "_blank"}

    @staticmethod
    def _delivery(record: Notice) -> Action | None:
        if not record.is_live:
            return None
        return action_to("NoticeDeliveryView", N_("Note delivery"), icon="check", notice=record.id, office=record.office_id)

    @expose("/paper/<pk>", methods=["POST"])
    @needs("print")
    def paper(self, pk: str) -> Response:
        """Return a paper as it was issued, and count the printing."""
        record = self.record_or_404(pk)
        return as_answer(run(PRINTING, notices=(record.id,)).record)

    @expose("/mail/<pk>", methods=["POST"])
    @needs("mail")
    def mail(self, pk: str) -> Any:
        """Put a paper into the outbox."""
        return self._mail(self.record_or_404(pk), again=False)

    @expose("/mail_again/<pk>", methods=["POST"])
    @needs("mail")
    def mail_again(self, pk: str) -> Any:
        """Put a paper that was sent into the outbox once more."""
        return self._mail(self.record_or_404(pk), again=True)

    def _mail(self, record: Notice, *, again: bool) -> Any:
        try:
            letter = run(mail_notice, notice=record.id, again=again).record
        except (Malformed, NotFound, NotAllowed):
            raise
        except OperationRefused as error:
            flash(say(error.message), "danger")
        else:
            flash(say(Message("The notice goes to %(recipient)s within a few minutes.", recipient=letter.recipient)), "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=record.id))

    @expose("/correct/<pk>", methods=["POST"])
    @needs("add")
    def correct(self, pk: str) -> Any:
        """Replace a notice by one with today's figures, and show that."""
        record = self.record_or_404(pk)
        try:
            made = run(correct_notice, notice=record.id).record
        except (Malformed, NotFound, NotAllowed):
            raise
        except OperationRefused as error:
            flash(say(error.message), "danger")
            return redirect(url_for(f"{self.endpoint}.show", pk=record.id))
        flash(say(Message("The notice %(number)s is issued.", number=made.number)), "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=made.id))


class ReminderForm(EntityForm):
    """Whose overdue charges are reminded of."""

    unit = LookupField(N_("Unit"), lookup="unit", required=True)
    customer = LookupField(N_("Customer"), lookup="customer", required=True)
    deadline = DayField(N_("Last day to pay"), help=N_("Left empty, the office's own number of days from today."))


def describe_reminder(notice: Notice) -> Preview:
    """Say which reminder is made."""
    return Preview(
        sentences=[Message("%(reminder)s: the letter %(number)s is issued.", reminder=notice.kind, number=notice.number)],
        lines=[PreviewLine(_owed(row), _sum(row)) for row in notice.content["rows"]],
        total=notice.total,
        total_in_words=notice.content["total_in_words"],
        deed=N_("Issue"),
    )


def _owed(row: dict[str, Any]) -> str:
    """Return what a row of a reminder is for; interest on what has been paid since has no month."""
    return f"{row['name']} {month_in_words(datetime.date.fromisoformat(row['month']))}" if row["month"] else str(row["name"])


def _sum(row: dict[str, Any]) -> Decimal:
    return Decimal(row["amount"]) + Decimal(row["interest"])


class ReminderView(OperationView):
    """Making the reminder that a unit is due for."""

    datamodel = GuardedInterface(Notice)
    is_only_a_page = True
    class_permission_name = "NoticeView"
    icon = "bell-ringing"
    add_title, deed, deed_icon = N_("New reminder"), N_("Issue"), "bell-ringing"
    form, operation, describe = ReminderForm, staticmethod(issue_reminder), staticmethod(describe_reminder)


class DeliveryForm(EntityForm):
    """How a paper reached the resident."""

    notice = LookupField(N_("Notice"), lookup="notice", required=True)
    way = ChoiceField(N_("Delivered"), options=DeliveryWay, required=True)
    on = DayField(N_("Delivered on"), help=N_("Left empty: today."))
    note = TextField(N_("Note on delivery"), longest=200, span=2)


class NoticeDeliveryView(OperationView):
    """Noting how a paper was delivered."""

    datamodel = GuardedInterface(Notice)
    is_only_a_page = True
    icon = "check"
    add_title, deed = N_("Delivery of a notice"), N_("Save")
    form, operation = DeliveryForm, staticmethod(deliver_notice)
