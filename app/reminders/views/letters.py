"""The outbox: letters by e-mail, what became of each, and sending one again."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement, select

from app.broadband.models import Subscription
from app.broadband.views.subscriptions import found_by
from app.foundation.i18n import say
from app.foundation.views import EntityView, GuardedInterface, LookupFilter, Preview, bulk_operation
from app.foundation.views.access import needs
from app.foundation.views.links import Action, action
from app.foundation.views.listing import ListPage
from app.reminders.choices import ADVICE, REPEATABLE
from app.reminders.mailing import mailing_news
from app.reminders.models import Letter
from app.reminders.operations.letters import send_again
from app.values.errors import N_, Message, OperationRefused


def describe_letter(letter: Letter) -> Preview:
    """Say what sending again does."""
    return Preview(sentences=[Message("The letter goes to %(recipient)s within a few minutes.", recipient=letter.recipient)])


class LetterView(EntityView):
    """Letters to customers whose lines stop soon, one for each line, stop date and step."""

    datamodel = GuardedInterface(Letter)
    icon = "mail"
    list_title, show_title, related_title = N_("Outbox"), N_("Letter"), N_("Letters")
    empty_text = N_("Letters appear here in the night before the day on which a line reaches one of the reminder days.")
    search_hint = N_("Name, initials, telephone, address, broadband account")
    label_columns = {
        "created_at": N_("Written at"),
        "customer": N_("Customer"),
        "customer.name": N_("Customer name"),
        "customer.customer_no": N_("Customer number"),
        "subscription": N_("Broadband account"),
        "step": N_("Reminder days"),
        "stops_on": N_("Stop date"),
        "recipient": N_("Recipient"),
        "language": N_("Language"),
        "subject": N_("Subject"),
        "body": N_("Text"),
        "state": N_("Status"),
        "attempts": N_("Attempts"),
        "next_attempt_at": N_("Next attempt"),
        "tried_at": N_("Last attempt"),
        "sent_at": N_("Sent at"),
        "problem": N_("Answer of the mail server"),
        "asked_by": N_("Sent again by"),
    }
    list_columns = ["created_at", "customer.name", "recipient", "step", "stops_on", "attempts", "problem", "state"]
    export_columns = [
        *("created_at", "customer.customer_no", "customer.name", "subscription", "step", "stops_on", "recipient", "language", "subject"),
        *("state", "attempts", "next_attempt_at", "tried_at", "sent_at", "problem", "asked_by"),
    ]
    second_lines = {"customer.name": "customer.customer_no"}
    state_column = "state"
    filters = ["created_at", "step", LookupFilter("customer", is_first=False)]
    order_columns = ["created_at"]
    base_order = ("id", "desc")
    facts = ["state", "stops_on", "step", "attempts", "sent_at"]
    show_fieldsets = [
        (None, ["customer", "subscription", "recipient", "language", "subject"]),
        (N_("Sending"), ["created_at", "tried_at", "next_attempt_at", "sent_at", "problem", "asked_by"]),
    ]
    list_template = "reminders/letters.html"
    show_template = "reminders/letter.html"

    send_again = bulk_operation(
        "send_again",
        N_("Send again"),
        operation=send_again,
        terms=lambda letter: {"letter": letter.id},
        describe=describe_letter,
        icon="refresh",
        confirmation=N_("Send again"),
    )

    def search(self, text: str) -> ColumnElement[bool]:
        return Letter.subscription_id.in_(select(Subscription.id).where(found_by(text)))

    def list_extras(self, page: ListPage) -> dict[str, Any]:
        return {"news": mailing_news()}

    def record_context(self, record: Letter) -> Any:
        return f"{record.customer.name} · {record.recipient}" if record.customer is not None else record.recipient

    def record_extras(self, record: Letter) -> dict[str, Any]:
        return {"advice": ADVICE.get(record.state)}

    def row_actions(self, record: Letter) -> list[Action]:
        return self._again(record)

    def record_actions(self, record: Letter) -> list[Action]:
        return self._again(record)

    def _again(self, record: Letter) -> list[Action]:
        if record.state not in REPEATABLE or not self.allowed("send_again"):
            return []
        return [action(N_("Send again"), url_for(f"{self.endpoint}.again", pk=record.id), icon="refresh", method="post")]

    @expose("/again/<pk>", methods=["POST"])
    @needs("send_again")
    def again(self, pk: str) -> Any:
        """Put one letter back into the outbox."""
        record = self.record_or_404(pk)
        try:
            self._run(send_again, key=None, letter=record.id)
        except OperationRefused as refusal:
            flash(say(refusal.message), "danger")
        else:
            flash(say(N_("The letter waits in the outbox again.")), "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=record.id))
