"""Force stop and resume for a selection of lines: what would happen to each, the work in the background, a result per line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, make_response, redirect, request, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement, select
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from app.broadband.choices import BulkState, StopReason, SubscriptionOperation
from app.broadband.models import BulkRow, BulkRun, Subscription
from app.broadband.operations.bulk import MOST_LINES, BulkTerms, begin_bulk, deed_for
from app.customers.models import Customer
from app.customers.queries import has_terms, matches
from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.jobs import BackgroundJob
from app.foundation.views import (
    ChoiceField,
    EntityForm,
    EntityView,
    GuardedInterface,
    Kind,
    LongTextField,
    LookupFilter,
    OperationView,
    Preview,
    RadioField,
    action_to,
    chosen_office,
    present,
)
from app.foundation.views.access import needs, personal
from app.foundation.views.links import Action, view_named
from app.foundation.views.listing import read_wanted
from app.values.errors import N_, Malformed, Message, OperationRefused

# So many lines are tried for the preview; the others are tried when the work comes to them.
MOST_TRIED = 100
IN_BULK = [
    (SubscriptionOperation.FORCE_STOP.value, N_("Force stop")),
    (SubscriptionOperation.RESUME.value, N_("Resume")),
]


class BulkForm(EntityForm):
    """What is done to the lines of a selection: ticked ones (``ids``), or those of a filter of the subscriber query."""

    operation = RadioField(N_("Operation"), options=IN_BULK, default=SubscriptionOperation.FORCE_STOP.value, required=True)
    reason = ChoiceField(
        N_("Reason for the stop"),
        options=StopReason,
        default=StopReason.ARREARS,
        only_with=f"operation={SubscriptionOperation.FORCE_STOP.value}",
    )
    note = LongTextField(N_("Note"))
    ids = HiddenField()
    filter = HiddenField()

    def bulk_terms(self) -> BulkTerms:
        operation = SubscriptionOperation(self.operation.data)
        is_stop = operation is SubscriptionOperation.FORCE_STOP
        return BulkTerms(operation=operation, stop_reason=self.reason.data if is_stop else None, note=self.note.data or "")


@dataclass(frozen=True)
class Tried:
    """What the operation would do to one line, or why not."""

    name: str
    text: Any
    is_refused: bool


def describe_bulk(run: BulkRun) -> Preview:
    """Try the operation on every line, each in a savepoint that is undone, and say what it would do."""
    rows = select(BulkRow).where(BulkRow.bulk_run_id == run.id).order_by(BulkRow.position).limit(MOST_TRIED)
    tried = [_tried(run, row) for row in db.session.scalars(rows).all()]
    refused = sum(1 for each in tried if each.is_refused)
    possible = len(tried) - refused
    said = [Message("%(possible)s of the lines can be done, %(refused)s are refused.", possible=possible, refused=refused)]
    if run.total > len(tried):
        said = [
            Message(
                "Of the first %(tried)s lines %(possible)s can be done, %(refused)s are refused.",
                tried=len(tried),
                possible=possible,
                refused=refused,
            ),
            Message("The other %(count)s are tried when the work comes to them.", count=run.total - len(tried)),
        ]
    label = N_("Force stop %(count)s lines") if run.operation is SubscriptionOperation.FORCE_STOP else N_("Resume %(count)s lines")
    return Preview(
        picture="broadband/bulk_preview.html",
        # The counts stand above the lines, which may be many.
        extra={"tried": tried, "said": [*said, Message("Every line is done by itself: a refused one leaves the others as they are.")]},
        deed=Message(label, count=run.total - refused),
    )


def _tried(run: BulkRun, row: BulkRow) -> Tried:
    line = row.subscription
    name = f"{line.broadband_account} · {line.customer.name}"
    operation, terms = deed_for(run, row.subscription_id)
    # As people see it: an active line past its stop date is expired.
    before = line.status
    attempt = db.session.begin_nested()
    try:
        event = operation(**terms).event
        text = Message("%(before)s → %(after)s, stop date %(date)s", before=before, after=line.status, date=event.stops_on_after)
        return Tried(name, text, is_refused=False)
    except OperationRefused as refusal:
        return Tried(name, refusal.message, is_refused=True)
    finally:
        attempt.rollback()


class BulkRunView(OperationView):
    """Runs over many lines, and the page that starts one."""

    datamodel = GuardedInterface(BulkRun)
    icon = "list-check"
    list_title, show_title = N_("Operations on many lines"), N_("Operation on many lines")
    add_title, deed, deed_icon = N_("Operation on many lines"), N_("Start"), "list-check"
    empty_text = N_("Tick lines in the subscriber query to force-stop or resume them together.")
    done_message = N_("The work has begun. You can leave this page: it goes on.")
    label_columns = {
        "operation": N_("Operation"),
        "stop_reason": N_("Reason for the stop"),
        "note": N_("Note"),
        "bulk_state": N_("Status"),
        "total": N_("Number of lines"),
        "done": N_("Done"),
        "refused": N_("Refused"),
        "created_by": N_("Entered by"),
        "created_at": N_("Entered at"),
        "ended_at": N_("Ended at"),
    }
    list_columns = ["created_at", "operation", "stop_reason", "created_by", "total", "done", "refused", "bulk_state"]
    filters = ["operation", "created_at"]
    state_column = "bulk_state"
    order_columns = ["created_at"]
    base_order = ("id", "desc")
    facts = ["operation", "total", "done", "refused", "bulk_state"]
    show_fieldsets = [(None, ["stop_reason", "note", "created_by", "created_at", "ended_at"])]
    show_template = "broadband/bulk_run.html"
    related_through = {"BulkRowView": "bulk_run"}
    form, operation, describe = BulkForm, staticmethod(begin_bulk), staticmethod(describe_bulk)

    def page_actions(self) -> list[Action]:
        """Return nothing: a run begins with lines chosen in the subscriber query."""
        return present(action_to("SubscriptionView", N_("Subscriber query"), route="list", icon="router"))

    def terms(self, form: Any, record: Any | None = None) -> dict[str, Any]:
        return {"office": chosen_office(), "lines": selected_lines(form.ids.data or "", form.filter.data or ""), "terms": form.bulk_terms()}

    def subject(self, form: Any) -> Any:
        count = len(selected_lines(form.ids.data or "", form.filter.data or ""))
        return say(Message("%(count)s lines selected", count=count))

    @expose("/add", methods=["GET", "POST"])
    @needs("add")
    def add(self) -> Any:
        """Show the form for the lines of the address, or begin; without any, lead back to where they are chosen."""
        if request.method != "POST" and not selected_lines(request.args.get("ids", ""), request.args.get("filter", "")):
            flash(say(N_("No line is selected.")), "warning")
            return redirect(url_for("SubscriptionView.list", office=request.args.get("office")))
        return super().add()

    def way_back(self, record: Any | None) -> str:
        return url_for("SubscriptionView.list")

    def record_title(self, record: BulkRun) -> Any:
        return record.operation

    def record_context(self, record: BulkRun) -> Any:
        return str(record.created_by or "")

    def record_badge(self, record: BulkRun) -> Any:
        return record.bulk_state

    def record_extras(self, record: BulkRun) -> dict[str, Any]:
        return {"job": job_of(record)}

    @expose("/progress/<pk>")
    @needs("show")
    def progress(self, pk: str) -> Any:
        """Return the part of the page that changes while the lines are done."""
        record = self.record_or_404(pk)
        return personal(make_response(self.render_template("broadband/bulk_progress.html", view=self, record=record, job=job_of(record))))


class BulkRowView(EntityView):
    """The results of the runs, line by line; a file of them is the report of a run."""

    datamodel = GuardedInterface(BulkRow)
    icon = "list-check"
    list_title, related_title = N_("Results of operations on many lines"), N_("Results")
    label_columns = {
        "bulk_run": N_("Operation on many lines"),
        "bulk_run.operation": N_("Operation"),
        "position": N_("No."),
        "subscription": N_("Broadband account"),
        "subscription.customer.customer_no": N_("Customer number"),
        "subscription.customer.name": N_("Customer name"),
        "outcome": N_("Result"),
        "sentence": N_("Details"),
    }
    list_columns = ["position", "subscription", "subscription.customer.name", "outcome", "sentence"]
    second_lines = {"subscription.customer.name": "subscription.customer.customer_no"}
    column_kinds = {"outcome": Kind.CHOICE, "sentence": Kind.TEXT}
    export_columns = [
        *("position", "bulk_run.operation", "subscription", "subscription.customer.customer_no", "subscription.customer.name"),
        *("outcome", "sentence"),
    ]
    state_column = "outcome"
    filters = [LookupFilter("bulk_run", is_shown=False)]
    search_hint = N_("Name, initials, telephone, address, broadband account")
    base_order = ("id", "asc")

    def search(self, text: str) -> ColumnElement[bool]:
        people = select(Customer.id).where(matches(text))
        lines = select(Subscription.id).where(has_terms(Subscription.search_terms, text) | Subscription.customer_id.in_(people))
        return BulkRow.subscription_id.in_(lines)


def job_of(run: BulkRun) -> BackgroundJob | None:
    """Return the work of a run while it is under way."""
    if run.bulk_state is BulkState.DONE or run.job_id is None:
        return None
    job = db.session.get(BackgroundJob, run.job_id)
    return None if job is None or job.is_over else job


def selected_lines(ids: str, address: str) -> tuple[int, ...]:
    """Return the lines of a selection: those named, else those that the filter of the subscriber query finds. Raises Malformed."""
    if ids:
        numbers = ids.split(",")
        if len(numbers) > MOST_LINES or not all(number.isdecimal() and len(number) < 10 for number in numbers):
            raise Malformed(Message("The address cannot be read."), code="bad_selection")
        return tuple(int(number) for number in numbers)
    if not address:
        return ()
    view = view_named("SubscriptionView")
    wanted = read_wanted(view.spec, MultiDict(parse_qsl(address)))  # type: ignore[union-attr]
    found = view.filtered(wanted).with_only_columns(Subscription.id).order_by(Subscription.id)  # type: ignore[union-attr]
    return tuple(db.session.scalars(found.limit(MOST_LINES + 1)))


def bulk_actions_of_filter() -> list[Action]:
    """Return the buttons that do an operation to everything that the list shows now."""
    # Not the address as it was sent: what is no text there was read as one by the list.
    query = urlencode(list(request.args.items(multi=True)))
    status = request.args.get("status", "")
    offered = {"active": [0], "expired": [0], "suspended": [1], "forced": [1]}.get(status, [])
    labels = (N_("Force-stop all of these"), N_("Resume all of these"))
    icons = ("ban", "player-play")
    buttons = present(*(action_to("BulkRunView", labels[one], icon=icons[one], operation=IN_BULK[one][0], filter=query) for one in offered))
    return [button | {"needs_rows": True} for button in buttons]
