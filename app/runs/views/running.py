"""Billing runs 出账批次 / đợt tính phí: begun, watched, reviewed, posted."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement, select

from app.customers.models import Customer
from app.customers.queries import matches
from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.jobs import BackgroundJob
from app.foundation.transactions import run as run_operation
from app.foundation.views import (
    EntityForm,
    EntityView,
    GuardedInterface,
    Kind,
    LongTextField,
    LookupField,
    LookupFilter,
    MonthField,
    OperationView,
    action,
    action_to,
    chosen_office,
    present,
)
from app.foundation.views.access import needs, personal
from app.foundation.views.links import Action
from app.offices.forms import TicksField
from app.offices.menu import today_here
from app.places.models import Unit
from app.places.queries import unit_matches
from app.runs.choices import RunState
from app.runs.models import BillingRun, RunResult
from app.runs.operations import begin_posting, begin_run, cancel_run, posting_broke_off
from app.runs.queries import biggest_changes, period_of_run, review_of, services_of_office
from app.runs.views.explaining import explained
from app.values.dates import ONE_DAY
from app.values.errors import N_, Malformed, Message, NotAllowed, NotFound, OperationRefused
from app.values.months import month_start


def _service_id(value: Any) -> int:
    return int(getattr(value, "id", value))


class BillingRunForm(EntityForm):
    """Which building, which month, which services."""

    building = LookupField(N_("Building"), lookup="building", help=N_("Leave it empty to bill every building of the office."))
    month = MonthField(N_("Month"), required=True)
    services = TicksField(N_("Services"), key=_service_id, required=True)
    note = LongTextField(N_("Note"))


class BillingRunView(OperationView):
    """Billing runs, and the page that begins one."""

    datamodel = GuardedInterface(BillingRun)
    icon = "calculator"
    list_title, show_title = N_("Billing runs"), N_("Billing run")
    add_title, deed, deed_icon = N_("New billing run"), N_("Calculate"), "calculator"
    empty_text = N_("A billing run works out what every unit of a building owes for a month, for you to review and post.")
    done_message = N_("The calculation has begun. You can leave this page: it goes on.")
    label_columns = {
        "building": N_("Building"),
        "place": N_("Building"),
        "month": N_("Month"),
        "of_month": N_("Month"),
        "run_state": N_("Status"),
        "units": N_("Units"),
        "billed": N_("Bills"),
        "faulty": N_("Not billed"),
        "total": N_("Total"),
        "posted": N_("Charges"),
        "posted_total": N_("Total of the charges"),
        "booked_on": N_("Booked on"),
        "posted_at": N_("Posted at"),
        "posted_by": N_("Posted by"),
        "created_by": N_("Entered by"),
        "created_at": N_("Entered at"),
        "note": N_("Note"),
    }
    list_columns = ["of_month", "place", "created_at", "created_by", "units", "billed", "faulty", "total", "run_state"]
    column_kinds = {"of_month": Kind.TEXT, "place": Kind.TEXT, "total": Kind.MONEY, "posted_total": Kind.MONEY}
    filters = ["building", "created_at"]
    loads = ["building"]
    state_column = "run_state"
    order_columns = ["created_at"]
    base_order = ("id", "desc")
    facts = ["units", "billed", "faulty", "total", "run_state"]
    show_fieldsets = [
        (None, ["building", "of_month", "note", "created_by", "created_at", "posted", "posted_total", "posted_by", "posted_at"])
    ]
    show_template = "runs/run.html"
    form, operation = BillingRunForm, staticmethod(begin_run)

    def prepare_form(self, form: Any, record: Any | None) -> None:
        """Offer the office's services; at first all of them are ticked, and the month is the one that has ended."""
        services = services_of_office(chosen_office())
        form.services.offer([(service.id, service.name) for service in services])
        if request.method != "POST" and not form.services.data:
            form.services.data = [service.id for service in services]
        if request.method != "POST" and form.month.data is None:
            form.month.data = month_start(month_start(today_here()) - ONE_DAY)

    def terms(self, form: Any, record: Any | None = None) -> dict[str, Any]:
        building = form.building.data
        return {
            "office": chosen_office(),
            "building": None if building is None else int(building),
            "month": form.month.data,
            "services": tuple(form.services.data or ()),
            "note": form.note.data or "",
        }

    def record_title(self, record: BillingRun) -> Any:
        return self.title_of(record)

    @staticmethod
    def title_of(record: BillingRun) -> Message:
        return Message("Billing run %(month)s", month=record.of_month)

    def record_context(self, record: BillingRun) -> Any:
        return record.place

    def record_badge(self, record: BillingRun) -> Any:
        return record.run_state

    def record_actions(self, record: BillingRun) -> list[Action]:
        return present(*super().record_actions(record), *self._next_steps(record), self._deed(record, "cancel"), self._deed(record, "post"))

    def record_extras(self, record: BillingRun) -> dict[str, Any]:
        is_reviewed = record.run_state in (RunState.REVIEW, RunState.POSTING, RunState.POSTED)
        return {
            "job": job_of(record),
            "review": review_of(record) if is_reviewed else None,
            "changes": [(row, self._result(row.id)) for row in biggest_changes(record)] if is_reviewed else [],
            "results": action_to("RunResultView", N_("All results"), route="list", icon="list", run=record.id, office=record.office_id),
            "faults": action_to(
                "RunResultView", N_("Units not billed"), route="list", icon="alert-triangle", run=record.id, state="fault",
                office=record.office_id,
            ),
        }  # fmt: skip

    @staticmethod
    def _next_steps(record: BillingRun) -> list[Action | None]:
        """Return the ways on from a posted run: what it charged, and the month on whose page notices are made and the month is closed."""
        if record.run_state is not RunState.POSTED:
            return []
        charges = action_to(
            "ServiceChargeView", N_("Service charges"), route="list", icon="receipt", run=record.id, office=record.office_id
        )
        period = period_of_run(record)
        if period is None:
            return [charges, action_to("BillingPeriodView", N_("Billing periods"), route="list", icon="calendar", office=record.office_id)]
        return [charges, action_to("BillingPeriodView", N_("Billing period"), route="show", icon="calendar", primary=True, pk=period.id)]

    @staticmethod
    def _result(number: int) -> str:
        """Return the address of one of the run's results, or nothing where the person may not see it."""
        way = action_to("RunResultView", "", route="show", pk=number)
        return str(way["href"]) if way is not None else ""

    def _deed(self, record: BillingRun, name: str) -> Action | None:
        """Return the button that posts or throws away what a run proposes, while it waits for review."""
        goes_on = name == "post" and posting_broke_off(record)
        if (record.run_state is not RunState.REVIEW and not goes_on) or not self.allowed(f"can_{name}"):
            return None
        label, icon = (N_("Go on posting") if goes_on else N_("Post"), "check") if name == "post" else (N_("Throw away"), "trash")
        return action(label, url_for(f"{self.endpoint}.{name}", pk=record.id), icon=icon, primary=name == "post", method="post")

    @expose("/post/<pk>", methods=["POST"])
    @needs("post")
    def post(self, pk: str) -> Any:
        """Let what the run proposes become charges."""
        return self._decided(pk, begin_posting, N_("Posting has begun. You can leave this page: it goes on."))

    @expose("/cancel/<pk>", methods=["POST"])
    @needs("cancel")
    def cancel(self, pk: str) -> Any:
        """Throw away what the run proposes."""
        return self._decided(pk, cancel_run, N_("The proposals are thrown away; nothing was charged."))

    def _decided(self, pk: str, operation: Any, said: str) -> Any:
        record = self.record_or_404(pk)
        try:
            run_operation(operation, run=record.id)
        except (Malformed, NotFound, NotAllowed):
            raise
        except OperationRefused as error:
            flash(say(error.message), "danger")
        else:
            flash(say(said), "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=record.id))

    @expose("/progress/<pk>")
    @needs("show")
    def progress(self, pk: str) -> Any:
        """Return the part of the page that changes while the run works."""
        record = self.record_or_404(pk)
        return personal(make_response(self.render_template("runs/run_progress.html", view=self, record=record, job=job_of(record))))


class RunResultView(EntityView):
    """What a run proposes for each unit and service, or why there is no bill."""

    datamodel = GuardedInterface(RunResult)
    icon = "list-details"
    list_title, show_title, related_title = N_("Results of billing runs"), N_("Result of a billing run"), N_("Results")
    empty_text = N_("A billing run puts its proposals here.")
    label_columns = {
        "run": N_("Billing run"),
        "unit": N_("Unit"),
        "unit.code": N_("Unit"),
        "service": N_("Service"),
        "service.name": N_("Service"),
        "customer": N_("Customer"),
        "customer.name": N_("Customer"),
        "part_start": N_("From"),
        "part_end": N_("To"),
        "quantity": N_("Consumption"),
        "total": N_("Total"),
        "before": N_("Month before"),
        "apportion_by": N_("Shared meters"),
        "sentence": N_("Not billed because"),
    }
    list_columns = ["unit.code", "customer.name", "service.name", "part_start", "part_end", "quantity", "total", "before", "sentence"]
    column_kinds = {"sentence": Kind.TEXT, "total": Kind.MONEY, "before": Kind.MONEY, "apportion_by": Kind.CHOICE}
    export_columns = [*list_columns, "apportion_by"]
    totals_columns = ["total"]
    filters = [LookupFilter("run", is_shown=False), "service"]
    search_hint = N_("Unit, or name and number of the customer")
    base_order = ("id", "asc")
    show_columns = ["unit", "customer", "service", "part_start", "part_end", "apportion_by", "quantity", "total", "before", "sentence"]
    show_template = "runs/bill.html"

    def search(self, text: str) -> ColumnElement[bool]:
        units = select(Unit.id).where(unit_matches(text))
        people = select(Customer.id).where(matches(text))
        return RunResult.unit_id.in_(units) | RunResult.customer_id.in_(people)

    def record_title(self, record: RunResult) -> Any:
        return f"{record.unit.code} · {record.service.name}"

    def record_extras(self, record: RunResult) -> dict[str, Any]:
        run = record.run
        return {**explained(record), "crumbs": [{"label": BillingRunView.title_of(run), "href": url_for("BillingRunView.show", pk=run.id)}]}


def job_of(run: BillingRun) -> BackgroundJob | None:
    """Return the work of a run while it is under way."""
    if run.job_id is None or not run.run_state.is_under_way:
        return None
    job = db.session.get(BackgroundJob, run.job_id)
    return None if job is None or job.is_over else job
