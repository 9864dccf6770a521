"""Notes of calls: the list, and the short form that adds one."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, select

from app.broadband.models import Subscription
from app.broadband.views.subscriptions import found_by
from app.foundation.i18n import FILTERS, say
from app.foundation.views import (
    EntityForm,
    GuardedInterface,
    LongTextField,
    LookupField,
    LookupFilter,
    OperationView,
    RadioField,
)
from app.foundation.views.links import action_to
from app.foundation.views.office import office_argument
from app.reminders.choices import CallOutcome
from app.reminders.models import ReminderCall
from app.reminders.operations.calls import note_call
from app.values.errors import N_


class CallForm(EntityForm):
    """What came of a call."""

    subscription = LookupField(N_("Subscription"), lookup="subscription", required=True)
    outcome = RadioField(N_("Call result"), options=CallOutcome, required=True)
    note = LongTextField(N_("Note"), help=N_("What was said, in a few words. The next person reads it in the list."))


class ReminderCallView(OperationView):
    """Calls to customers whose lines stop soon; a note is never changed."""

    datamodel = GuardedInterface(ReminderCall)
    icon = "phone"
    list_title, show_title, add_title = N_("Reminder calls"), N_("Reminder call"), N_("Note a call")
    deed, deed_icon, done_message = N_("Note the call"), "phone", N_("The call is noted.")
    empty_text = N_("Notes of calls appear here. Note one from the list of expiring subscribers.")
    search_hint = N_("Name, initials, telephone, address, broadband account")
    label_columns = {
        "created_at": N_("Called at"),
        "created_by": N_("Called by"),
        "subscription": N_("Broadband account"),
        "customer": N_("Customer"),
        "customer.name": N_("Customer name"),
        "customer.customer_no": N_("Customer number"),
        "stops_on": N_("Stop date"),
        "outcome": N_("Call result"),
        "note": N_("Note"),
    }
    list_columns = ["created_at", "customer.name", "subscription", "stops_on", "outcome", "note", "created_by"]
    export_columns = [*("created_at", "customer.customer_no", "customer.name", "subscription", "stops_on", "outcome", "note", "created_by")]
    second_lines = {"customer.name": "customer.customer_no"}
    filters = ["outcome", "created_at", LookupFilter("customer", is_first=False)]
    order_columns = ["created_at"]
    base_order = ("id", "desc")
    show_columns = ["created_at", "created_by", "customer", "subscription", "stops_on", "outcome", "note"]
    form, operation = CallForm, staticmethod(note_call)

    def search(self, text: str) -> ColumnElement[bool]:
        return ReminderCall.subscription_id.in_(select(Subscription.id).where(found_by(text)))

    def record_title(self, record: ReminderCall) -> Any:
        return f"{say(record.outcome)} · {FILTERS['moment'](record.created_at)}"

    def record_badge(self, record: ReminderCall) -> Any:
        return record.outcome

    def record_context(self, record: ReminderCall) -> Any:
        return f"{record.customer.name} · {record.subscription.broadband_account}"

    def after_saving(self, record: ReminderCall) -> str:
        """Return to the call list: the next customer waits there."""
        has_list = action_to("ExpiringView", "", route="list") is not None
        return url_for("ExpiringView.list", office=office_argument()) if has_list else super().after_saving(record)
