"""Notices that go out by e-mail: what became of each, and sending one again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from app.foundation.views import EntityView, GuardedInterface, Kind, LookupFilter, Tab, present
from app.foundation.views.links import Action, action, address_of, view_named
from app.foundation.views.listing import ListPage
from app.notices.models import Notice, NoticeLetter
from app.notices.operations.mailing import REACHED
from app.places.models import Unit
from app.places.queries import unit_matches
from app.reminders.choices import ADVICE, REPEATABLE, LetterState
from app.reminders.mailing import mailing_news
from app.values.errors import N_

TROUBLE = (LetterState.FAILED, LetterState.GIVEN_UP, LetterState.UNKNOWN)


class NoticeLetterView(EntityView):
    """Letters with a notice or reminder as PDF, one for each paper."""

    datamodel = GuardedInterface(NoticeLetter)
    icon = "mail"
    list_title, show_title, related_title = N_("Notices by e-mail"), N_("Notice by e-mail"), N_("Notices by e-mail")
    empty_text = N_("Send a notice by e-mail from its page, or all of a building from the page of their batch.")
    search_hint = N_("Number of the notice, or unit")
    label_columns = {
        "created_at": N_("Written at"),
        "notice": N_("Notice"),
        "notice.number": N_("Notice"),
        "notice.unit.code": N_("Unit"),
        "customer": N_("Customer"),
        "customer.name": N_("Customer name"),
        "customer.customer_no": N_("Customer number"),
        "recipient": N_("Recipient"),
        "language": N_("Language"),
        "subject": N_("Subject"),
        "body": N_("Text"),
        "state": N_("Status"),
        "attempts": N_("Attempts"),
        "repeats": N_("Sent again so often"),
        "next_attempt_at": N_("Next attempt"),
        "tried_at": N_("Last attempt"),
        "sent_at": N_("Sent at"),
        "problem": N_("Answer of the mail server"),
        "asked_by": N_("Sent again by"),
        "created_by": N_("Sent by"),
    }
    list_columns = ["created_at", "notice.number", "customer.name", "recipient", "attempts", "problem", "state"]
    column_kinds = {"notice.number": Kind.TEXT}
    export_columns = [
        *("created_at", "notice.number", "customer.customer_no", "customer.name", "recipient", "language", "subject"),
        *("state", "attempts", "repeats", "next_attempt_at", "tried_at", "sent_at", "problem", "created_by", "asked_by"),
    ]
    second_lines = {"customer.name": "customer.customer_no"}
    state_column = "state"
    filters = ["created_at", LookupFilter("customer", is_first=False)]
    tabs = (Tab("trouble", N_("Not delivered"), lambda: NoticeLetter.state.in_(TROUBLE)),)
    order_columns = ["created_at"]
    base_order = ("id", "desc")
    facts = ["state", "attempts", "sent_at"]
    show_fieldsets = [
        (None, ["notice", "customer", "recipient", "language", "subject"]),
        (N_("Sending"), ["created_at", "created_by", "tried_at", "next_attempt_at", "sent_at", "problem", "repeats", "asked_by"]),
    ]
    list_template = "reminders/letters.html"
    show_template = "reminders/letter.html"

    def search(self, text: str) -> ColumnElement[bool]:
        units = select(Unit.id).where(unit_matches(text))
        about = Notice.number.startswith(text.upper(), autoescape=True) | Notice.unit_id.in_(units)
        return NoticeLetter.notice_id.in_(select(Notice.id).where(about))

    def list_extras(self, page: ListPage) -> dict[str, Any]:
        return {"news": mailing_news()}

    def record_title(self, record: NoticeLetter) -> object:
        return record.notice.number

    def record_context(self, record: NoticeLetter) -> Any:
        return f"{record.notice.unit.code} · {record.recipient}"

    def record_extras(self, record: NoticeLetter) -> dict[str, Any]:
        return {"advice": ADVICE.get(record.state)}

    def row_actions(self, record: NoticeLetter) -> list[Action]:
        return self._again(record)

    def record_actions(self, record: NoticeLetter) -> list[Action]:
        return self._again(record)

    @staticmethod
    def _again(record: NoticeLetter) -> list[Action]:
        """Return the button that tries a letter again; one that was sent is sent once more from the page of its notice."""
        papers = view_named("NoticeView")
        can = papers is not None and papers.allowed("can_mail") and record.notice.is_live
        if not can or record.state not in REPEATABLE or record.state is LetterState.WAITING:
            return []
        route = "mail_again" if record.state in REACHED else "mail"
        return present(action(N_("Send again"), address_of(f"NoticeView.{route}", pk=record.notice_id), icon="refresh", method="post"))
