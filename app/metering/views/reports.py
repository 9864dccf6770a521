"""What readers report of meters: the managers' queue beside that of the red readings."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement, select

from app.foundation.database import db
from app.foundation.i18n import FILTERS, say
from app.foundation.transactions import run
from app.foundation.views import EntityView, GuardedInterface, Kind, Tab, action_to, present
from app.foundation.views.access import needs
from app.foundation.views.links import Action
from app.metering.choices import ReportKind, ReportState
from app.metering.models import Meter, MeterReport, Reading
from app.metering.operations.reports import settle_report
from app.metering.queries import is_live, meter_matches
from app.values.errors import N_, Malformed, Message, NotAllowed, NotFound, OperationRefused

WAITS = {
    ReportKind.REPLACED: N_("Enter the replacement with the last figure of the old meter: the reader's figure is of the new one."),
    ReportKind.LAST_WRONG: N_("Correct the last reading; the reader's phone then sends its figure again."),
    ReportKind.BROKEN: N_("Have the meter looked at; enter the replacement when there is a new one."),
}


class MeterReportView(EntityView):
    """Meters that a reader found replaced, wrongly read before, or broken, until somebody has dealt with it."""

    datamodel = GuardedInterface(MeterReport)
    icon = "alert-triangle"
    list_title, show_title = N_("Reports of readers"), N_("Report of a reader")
    empty_text = N_("What readers report on the phone appears here: a meter that was replaced, was read wrongly before, or is broken.")
    search_hint = N_("Serial number, or the unit such as A-1203")
    label_columns = {
        "meter": N_("Meter"),
        "meter.service.name": N_("Service"),
        "meter.building.name": N_("Building"),
        "kind": N_("Report"),
        "read_on": N_("Reading date"),
        "value": N_("Typed by the reader"),
        "reason": N_("Note"),
        "created_by": N_("Read by"),
        "created_at": N_("Reported at"),
        "state": N_("Status"),
        "settled_by": N_("Dealt with by"),
        "settled_at": N_("Dealt with at"),
        "settled_reason": N_("How it was dealt with"),
    }
    list_columns = ["read_on", "meter", "meter.building.name", "kind", "value", "reason", "created_by", "state"]
    second_lines = {"meter": "meter.service.name"}
    column_kinds = {"kind": Kind.CHOICE, "state": Kind.CHOICE}
    tabs = [
        Tab("open", ReportState.OPEN.label, lambda: MeterReport.settled_at.is_(None)),
        Tab("done", ReportState.DONE.label, lambda: MeterReport.settled_at.is_not(None)),
    ]
    first_tab = "open"
    filters = ["kind"]
    base_order = ("id", "desc")
    loads = ["meter.service", "meter.building"]
    show_columns = [
        *("meter", "meter.building.name", "meter.service.name", "kind", "read_on", "value", "reason", "created_by", "created_at"),
        *("settled_by", "settled_at", "settled_reason"),
    ]
    show_template = "metering/report.html"

    def search(self, text: str) -> ColumnElement[bool]:
        return MeterReport.meter.has(meter_matches(text))

    def record_title(self, record: MeterReport) -> Any:
        return record.meter.serial

    def record_context(self, record: MeterReport) -> Any:
        return f"{record.meter.building.name} · {record.meter.service.name}"

    def record_badge(self, record: MeterReport) -> Any:
        return record.state

    def row_actions(self, record: MeterReport) -> list[Action]:
        return present(*acting_upon(record), *super().row_actions(record))

    def record_actions(self, record: MeterReport) -> list[Action]:
        return present(*super().record_actions(record), *acting_upon(record))

    def record_extras(self, record: MeterReport) -> dict[str, Any]:
        is_open = record.state is ReportState.OPEN
        return {
            "waits": WAITS[record.kind] if is_open else None,
            "settling": url_for(f"{self.endpoint}.settle", pk=record.id) if is_open and self.allowed("can_settle") else None,
        }

    def is_voided(self, record: MeterReport) -> bool:
        return record.state is ReportState.DONE

    @expose("/settle/<pk>", methods=["POST"])
    @needs("settle")
    def settle(self, pk: str) -> Any:
        """Note that the report was dealt with."""
        record = self.record_or_404(pk)
        try:
            run(settle_report, report=record.id, reason=request.form.get("reason", ""))
        except (Malformed, NotFound, NotAllowed):
            raise
        except OperationRefused as error:
            flash(say(error.message), "danger")
        else:
            flash(say(N_("The report is dealt with.")), "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=record.id))


def acting_upon(record: MeterReport) -> list[Action | None]:
    """Return the button that does what a report asks for, its form filled in."""
    if record.state is ReportState.DONE:
        return []
    if record.kind is ReportKind.LAST_WRONG:
        last = _last_reading(record.meter)
        if last is None:
            return []
        terms: dict[str, Any] = {"reading": last.id, "office": record.office_id}
        return [action_to("CorrectReadingView", N_("Correct the last reading"), icon="pencil", primary=True, **terms)]
    return [replacing(record)]


def replacing(record: MeterReport) -> Action | None:
    """Return the button of the form that replaces a meter, with its day, and in a note what the reader saw."""
    saw = Message("The reader saw %(value)s.", value=FILTERS["number"](record.value.normalize())) if record.value is not None else None
    reason = " · ".join(each for each in (record.reason, say(saw) if saw is not None else "") if each)
    terms: dict[str, Any] = {"meter": record.meter_id, "on": record.read_on.isoformat(), "reason": reason, "office": record.office_id}
    return action_to("ReplaceMeterView", N_("Replace the meter"), icon="replace", primary=True, **terms)


def _last_reading(meter: Meter) -> Reading | None:
    rows = select(Reading).where(Reading.meter_id == meter.id, is_live()).order_by(Reading.read_on.desc(), Reading.id.desc())
    last: Reading | None = db.session.scalars(rows.limit(1)).one_or_none()
    return last
