"""The call list: expiring subscribers 停止到期提醒 (B5.2), every field of B2.1 and the days left, with what was done about each."""

from __future__ import annotations

import builtins
import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.actions import action as deed
from sqlalchemy import ColumnElement, Select, or_

from app.broadband.models import Subscription
from app.broadband.operations.standing import policy
from app.broadband.views.subscriptions import SubscriptionView, found_by
from app.foundation import clock, exports
from app.foundation.transactions import run
from app.foundation.views import EntityView, GuardedInterface, Kind, Tab, action_to, present
from app.foundation.views.access import needs
from app.foundation.views.columns import Column, value_at
from app.foundation.views.filters import Arguments, FlagFilter, ListFilter, LookupFilter, unreadable
from app.foundation.views.links import Action, action, file_links, may_open, record_address, view_named
from app.foundation.views.listing import ListPage, Row, Wanted, read_wanted
from app.foundation.views.office import currency_of
from app.foundation.views.state import once_per_request
from app.offices.menu import my_office
from app.reminders.operations.notices import issue_and_print
from app.reminders.printing import as_answer
from app.reminders.queries import ONE_DAY, stopped_recently, stops_within, was_reminded
from app.values.errors import N_, Message, NotFound

SOON, RECENT = "soon", "expired"
PAPER_COLUMNS = (
    *("customer.name", "customer.phone", "broadband_account", "community.name", "address", "plan.name", "stops_on", "days_left"),
    *("last_reminder_call.outcome", "last_reminder_call.note"),
)
# What this operation returns is a list of records; only the paper of them is shown.
PRINTING: Any = issue_and_print


@dataclass(frozen=True)
class Rules:
    """The office's date and its steps; a list is of one office."""

    today: datetime.date
    steps: Sequence[int]


def rules_today() -> Rules:
    """Return the rules of the office of this page, read once."""
    return once_per_request("reminder rules", _read_rules)


def _read_rules() -> Rules:
    office = my_office()
    if office is None:
        raise NotFound(Message("This record does not exist."), code="not_found")
    return Rules(clock.today(office), tuple(policy(office.id).reminder_days))


def _soon() -> ColumnElement[bool]:
    rules = rules_today()
    return stops_within(rules.today, max(rules.steps))


def _recent() -> ColumnElement[bool]:
    return stopped_recently(rules_today().today)


class Step(Message):
    """A step of the office as an option of a filter."""

    def __init__(self, days: int) -> None:
        super().__init__(N_("Within %(days)s days"), days=days) if days else super().__init__(N_("Today"))
        self.value = str(days)


@dataclass
class StepFilter(ListFilter):
    """Lines that stop within one of the office's steps: ``?step=7``."""

    def __post_init__(self) -> None:
        self.kind = "choice"

    @property
    def options(self) -> Sequence[Step]:
        return [Step(days) for days in rules_today().steps]

    def read(self, arguments: Arguments) -> list[Step] | None:
        text = arguments.get(self.argument) or ""
        if not text:
            return None
        chosen = [step for step in self.options if step.value == text]
        if not chosen:
            raise unreadable(self.label)
        return chosen

    def condition(self, value: list[Step]) -> ColumnElement[bool]:
        return Subscription.stops_on <= rules_today().today + int(value[0].value) * ONE_DAY

    def words(self, value: list[Step]) -> Any:
        return value


@dataclass
class RemindedFilter(FlagFilter):
    """Lines whose customer was called or written to about the stop date of now, or was not."""

    def condition(self, value: bool) -> ColumnElement[bool]:
        return was_reminded() if value else ~was_reminded()


class ExpiringView(EntityView):
    """Expiring subscribers, and those that stopped lately."""

    datamodel = GuardedInterface(Subscription)
    icon = "hourglass-high"
    list_title = N_("Expiring subscribers")
    empty_text = N_("No line stops within the reminder days.")
    search_hint = SubscriptionView.search_hint
    label_columns = SubscriptionView.label_columns | {
        "customer.phone": N_("Contact phone"),
        "customer.email": N_("E-mail"),
        "last_reminder_call.outcome": N_("Call result"),
        "last_reminder_call.note": N_("Note of the call"),
        "last_reminder_call.created_at": N_("Called at"),
        "last_reminder_call.created_by": N_("Called by"),
        "last_letter.state": N_("Letter"),
        "last_letter.created_at": N_("Letter of"),
    }
    column_kinds = SubscriptionView.column_kinds | {"customer.phone": Kind.TEXT}
    list_columns = [
        *("customer.name", "customer.phone", "address", "plan.name", "stops_on", "days_left"),
        *("last_reminder_call.outcome", "last_reminder_call.note", "last_letter.state"),
    ]
    second_lines = {"customer.name": "broadband_account", "address": "community.name"}
    export_columns = [
        *SubscriptionView.export_columns,
        *("customer.email", "last_reminder_call.outcome", "last_reminder_call.note", "last_reminder_call.created_at"),
        *("last_reminder_call.created_by", "last_letter.state", "last_letter.created_at"),
    ]
    tabs = [Tab(SOON, N_("Expiring"), _soon), Tab(RECENT, N_("Stopped in the last 30 days"), _recent)]
    filters = [
        StepFilter("stops_on", label=N_("Reminder days"), argument="step"),
        RemindedFilter("id", label=N_("Reminded"), argument="reminded"),
        LookupFilter("community"),
        LookupFilter("plan", is_first=False),
    ]
    order_columns = ["stops_on", "broadband_account"]
    base_order = ("stops_on", "asc")
    loads = ["policy"]

    def closed_routes(self) -> set[str]:
        """The page of a line is the subscriber query's."""
        return super().closed_routes() | {"show"}

    def row_conditions(self) -> builtins.list[ColumnElement[bool]]:
        return [or_(_soon(), _recent())]

    def search(self, text: str) -> ColumnElement[bool]:
        return found_by(text)

    # Which lines are shown at first: those that are still to stop ----------------------------------------------------------

    def list_page(self, arguments: Arguments) -> ListPage:
        wanted = read_wanted(self.spec, arguments)
        wanted.tab = wanted.tab or SOON
        return self._page(wanted)

    def filtered(self, wanted: Wanted, *, with_tab: bool = True, without: str | None = None) -> Select[Any]:
        chosen = replace(wanted, tab=wanted.tab or SOON) if with_tab else wanted
        return super().filtered(chosen, with_tab=with_tab, without=without)

    def _tab_links(self, wanted: Wanted, counts: dict[str, int]) -> builtins.list[Action]:
        return super()._tab_links(wanted, counts)[1:]

    # Files: a sheet of paper has room for what the caller needs, the others hold every field -------------------------------

    @expose("/export/<string:sort>")
    @needs("export")
    def export(self, sort: str) -> Response:
        """Give all rows of the current filter as an Excel or CSV file, or as a call list on paper."""
        if sort != "pdf":
            answer: Response = super().export(sort)
            return answer
        wanted = read_wanted(self.spec, request.args)
        statement, columns = self.filtered(wanted), [self.column(name) for name in PAPER_COLUMNS]
        spec = replace(self.spec, columns=columns)
        rows = exports.streamed(spec, statement, wanted, lambda record: [value_at(record, column.name) for column in columns])
        count = self.datamodel.counted(statement, exports.MOST_ROWS)
        return exports.send(sort, self.list_title, columns, rows, count=count, currency=currency_of())

    def export_links(self) -> builtins.list[Action]:
        sorts = ("xlsx", "csv", "pdf")
        return file_links(f"{self.endpoint}.export", without=["page"], sorts=sorts) if self.allowed("can_export") else []

    # What may be done with a line ------------------------------------------------------------------------------------------

    def row(self, record: Any, columns: Sequence[Column] | None = None) -> Row:
        return replace(super().row(record, columns), href=record_address(record))

    def row_actions(self, record: Subscription) -> Sequence[Action]:
        calling = action_to(
            "ReminderCallView", N_("Note a call"), icon="phone", primary=True, subscription=record.id, office=record.office_id
        )
        paying = action_to("RegularPaymentView", N_("Take payment"), icon="cash", subscription=record.id, office=record.office_id)
        return present(calling, paying, notice_action(record))

    @deed("print_notices", N_("Print renewal notices"), "", "printer", multiple=True, single=False)
    def print_notices(self, records: Sequence[Subscription]) -> Response:
        """Issue the notices of the ticked lines and give them as one file."""
        notices = run(PRINTING, subscriptions=tuple(record.id for record in records)).record
        return as_answer(notices, is_file=True)


def notice_action(record: Subscription) -> Action | None:
    """Return the button that issues the renewal notice of a line and opens its paper in a page of its own."""
    view = view_named("RenewalNoticeView")
    if view is None or not may_open(view, "issue"):
        return None
    href = url_for("RenewalNoticeView.issue", pk=record.id)
    return action(N_("Renewal notice"), href, icon="printer", method="post") | {"target": "_blank"}
