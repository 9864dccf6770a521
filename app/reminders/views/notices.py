"""Renewal notices 續費通知單: those that were issued, and their paper."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement, or_, select

from app.broadband.models import Subscription
from app.broadband.views.subscriptions import found_by
from app.foundation.database import db
from app.foundation.transactions import run
from app.foundation.views import EntityView, GuardedInterface, LookupFilter, present
from app.foundation.views.access import needs
from app.foundation.views.interface import record_id
from app.foundation.views.links import Action, action
from app.reminders.models import RenewalNotice
from app.reminders.operations.notices import issue_and_print, print_notices
from app.reminders.printing import as_answer
from app.values.errors import N_, Message, NotFound

# What these operations return are lists of records; only the paper of them is shown.
ISSUING: Any = issue_and_print
PRINTING: Any = print_notices


class RenewalNoticeView(EntityView):
    """Renewal notices as issued; never changed."""

    datamodel = GuardedInterface(RenewalNotice)
    icon = "file-text"
    list_title, show_title = N_("Renewal notices"), N_("Renewal notice")
    empty_text = N_("A renewal notice appears here when it is printed from the list of expiring subscribers.")
    search_hint = N_("Number, name, initials, telephone, address, broadband account")
    label_columns = {
        "number": N_("No."),
        "customer": N_("Customer"),
        "customer.name": N_("Customer name"),
        "customer.customer_no": N_("Customer number"),
        "subscription": N_("Broadband account"),
        "issued_on": N_("Issued on"),
        "stops_on": N_("Stop date"),
        "language": N_("Language"),
        "printings": N_("Printings"),
        "created_at": N_("Entered at"),
        "created_by": N_("Issued by"),
    }
    list_columns = ["number", "customer.name", "subscription", "issued_on", "stops_on", "language", "printings", "created_by"]
    export_columns = [
        *("number", "customer.customer_no", "customer.name", "subscription", "issued_on", "stops_on", "language", "printings"),
        *("created_at", "created_by"),
    ]
    second_lines = {"customer.name": "customer.customer_no"}
    filters = ["issued_on", LookupFilter("customer")]
    order_columns = ["issued_on", "number"]
    base_order = ("id", "desc")
    show_columns = ["number", "customer", "subscription", "issued_on", "stops_on", "language", "printings", "created_at", "created_by"]

    def search(self, text: str) -> ColumnElement[bool]:
        lines = select(Subscription.id).where(found_by(text))
        return or_(RenewalNotice.number.startswith(text.upper(), autoescape=True), RenewalNotice.subscription_id.in_(lines))

    def record_context(self, record: RenewalNotice) -> Any:
        return f"{record.customer.name} · {record.subscription.broadband_account}"

    def row_actions(self, record: RenewalNotice) -> list[Action]:
        return present(self._paper_action(record))

    def record_actions(self, record: RenewalNotice) -> list[Action]:
        return present(self._paper_action(record, primary=True))

    def _paper_action(self, record: RenewalNotice, *, primary: bool = False) -> Action | None:
        if not self.allowed("can_print"):
            return None
        href = url_for(f"{self.endpoint}.paper", pk=record.id)
        return action(N_("Print"), href, icon="printer", primary=primary, method="post", key="P") | {"target": "_blank"}

    @expose("/paper/<pk>", methods=["POST"])
    @needs("print")
    def paper(self, pk: str) -> Response:
        """Return a notice as it was issued, and count the printing."""
        record = self.record_or_404(pk)
        return as_answer(run(PRINTING, notices=(record.id,)).record)

    @expose("/issue/<pk>", methods=["POST"])
    @needs("print")
    def issue(self, pk: str) -> Response:
        """Issue the notice of a line, or take the one of today, and return its paper."""
        number = record_id(pk)
        line = db.session.scalars(select(Subscription).where(Subscription.id == number)).one_or_none() if number else None
        if line is None:
            raise NotFound(Message("This record does not exist."), code="not_found")
        return as_answer(run(ISSUING, subscriptions=(line.id,)).record)
