"""Readings 抄表读数 / chỉ số: the list with what waits to be checked, the record, and the page that enters one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import redirect, request, url_for
from flask_appbuilder.actions import action as deed_of_rows
from sqlalchemy import ColumnElement

from app.foundation.i18n import FILTERS
from app.foundation.uploads import PICTURES
from app.foundation.views import (
    ChoiceFilter,
    DayField,
    DayFilter,
    EntityForm,
    GuardedInterface,
    Kind,
    LongTextField,
    LookupField,
    LookupFilter,
    NumberField,
    OperationView,
    Preview,
    PreviewFact,
    RadioField,
    Tab,
    UploadField,
    action_to,
    present,
    record_address,
)
from app.foundation.views.links import Action
from app.metering.choices import ReadingExplanation, ReadingState, WarningColour
from app.metering.models import Reading
from app.metering.operations.entering import ReadingTerms, enter_reading
from app.metering.queries import LIVE, is_live, meter_matches
from app.metering.rules.unusual import reason_of
from app.offices.menu import today_here
from app.values.errors import N_, Message

# What the person who types may say himself; a replaced meter and a wrong earlier figure have pages of their own.
TYPED_EXPLANATIONS = (
    ("", N_("The figure is as read")),
    (ReadingExplanation.ROLLOVER.value, N_("The dial passed its last figure and began again at 0")),
    (ReadingExplanation.ESTIMATE.value, N_("The meter could not be read: estimate it")),
)


def said_of(reading: Reading) -> Message:
    """Return in words why a reading has its colour."""
    if reading.is_estimate:
        return Message("The meter could not be read; the mean of earlier periods was taken.")
    if reading.previous_on is None:
        return Message("The first reading of the meter at this place.")
    measure = reading.meter.service.measure
    ratio = reading.ratio.normalize() if reading.ratio is not None else None
    return reason_of(reading.anomaly, reading.consumption.normalize(), reading.usual, ratio, measure)


class EnterReadingForm(EntityForm):
    """A meter, a day and a figure."""

    meter = LookupField(N_("Meter"), lookup="meter", required=True)
    read_on = DayField(N_("Reading date"), required=True)
    value = NumberField(N_("New reading"), places=3, help=N_("Left empty where it is to be estimated."))
    explanation = RadioField(N_("Explanation"), options=TYPED_EXPLANATIONS, default="", span=3)
    photo = UploadField(N_("Photo of the dial"), limits=PICTURES, help=N_("PNG, JPEG or WebP up to 1 MB."))
    reason = LongTextField(N_("Note"), span=3, longest=200)

    def terms(self) -> dict[str, Any]:
        explanation = self["explanation"].data
        reading = ReadingTerms(
            meter=self["meter"].data,
            read_on=self["read_on"].data,
            value=self["value"].data,
            explanation=ReadingExplanation(explanation) if explanation else None,
            reason=self["reason"].data or "",
            photo=self["photo"].data,
        )
        return {"reading": reading}


def figures_of(reading: Reading) -> list[PreviewFact]:
    """Return what a reading makes of the figures, for previews."""
    number, measure = FILTERS["number"], reading.meter.service.measure
    before = number(reading.previous_value.normalize()) if reading.previous_value is not None else None
    used = f"{number(reading.consumption.normalize())} {measure}"
    mean = f"{number(reading.usual)} {measure}" if reading.usual is not None else None
    return [
        PreviewFact(N_("Reading"), before, number(reading.value.normalize())),
        PreviewFact(N_("Consumption"), None, used, Message("%(days)s days", days=reading.days)),
        PreviewFact(N_("Mean of 3 months"), None, mean),
        PreviewFact(N_("Warning"), None, reading.colour),
    ]


def describe_entering(reading: Reading) -> Preview:
    """Say what was used, how that compares, and whether the reading must be checked."""
    warnings = []
    if reading.is_waiting:
        warnings.append(Message("The reading is red: it must be accepted, corrected or estimated before it is billed."))
    if reading.estimated_periods:
        warnings.append(Message("The reading before was an estimate: both periods are rated again as one, from the last real reading on."))
    return Preview(sentences=[said_of(reading)], facts=figures_of(reading), warnings=warnings, deed=N_("Save the reading"))


class ReadingView(OperationView):
    """Readings (S2.2), and among them the queue of those that wait to be checked (S2.6)."""

    datamodel = GuardedInterface(Reading)
    icon = "dashboard"
    list_title, show_title, related_title = N_("Readings"), N_("Reading"), N_("Readings")
    add_title, deed, deed_icon = N_("Enter reading"), N_("Save the reading"), "check"
    done_message = N_("The reading is saved.")
    empty_text = N_("Readings appear here. Enter those of a whole building in its grid, or import them from a file.")
    search_hint = N_("Serial number, or the unit such as A-1203")
    label_columns = {
        "read_on": N_("Reading date"),
        "installation": N_("Meter"),
        "meter": N_("Meter"),
        "meter.service.name": N_("Service"),
        "meter.building.name": N_("Building"),
        "installation.place": N_("Place"),
        "value": N_("New reading"),
        "previous_value": N_("Old reading"),
        "previous_on": N_("Old reading of"),
        "consumption": N_("Consumption"),
        "usual": N_("Mean of 3 months"),
        "ratio": N_("Times the mean"),
        "days": N_("Days"),
        "colour": N_("Warning"),
        "state": N_("Status"),
        "source": N_("Reading source"),
        "kind": N_("Occasion"),
        "anomaly": N_("Comparison"),
        "explanation": N_("Explanation"),
        "reason": N_("Note"),
        "settled_reason": N_("Reason"),
        "settled_at": N_("Settled at"),
        "read_by": N_("Read by"),
        "rolled_over": N_("Rollover"),
        "estimated_periods": N_("Estimates rated again"),
    }
    list_columns = ["installation.place", "read_on", "previous_value", "value", "consumption", "usual", "anomaly", "state"]
    column_kinds = {"usual": Kind.NUMBER}
    second_lines = {"installation.place": "meter.service.name"}
    export_columns = [
        *("read_on", "meter.building.name", "installation.place", "meter.service.name", "meter", "previous_on", "previous_value", "value"),
        *(
            "consumption",
            "days",
            "usual",
            "ratio",
            "colour",
            "anomaly",
            "state",
            "source",
            "kind",
            "explanation",
            "reason",
            "settled_reason",
        ),
    ]
    tabs = [
        Tab("waiting", N_("To be checked"), lambda: Reading.state == ReadingState.WAITING),
        Tab("live", N_("Valid"), is_live),
        Tab("amber", N_("Amber"), lambda: (Reading.colour == WarningColour.AMBER) & Reading.state.in_(LIVE)),
        Tab("past", N_("Superseded or withdrawn"), lambda: Reading.state.not_in(LIVE)),
    ]
    first_tab = "live"
    filters = [
        LookupFilter("meter"),
        LookupFilter("meter.building", argument="building"),
        LookupFilter("meter.service", argument="service", lookup="metered_service"),
        LookupFilter("installation.unit", argument="unit"),
        DayFilter("read_on"),
        ChoiceFilter("colour"),
        ChoiceFilter("source", is_first=False),
        ChoiceFilter("kind", is_first=False),
    ]
    order_columns = ["read_on"]
    base_order = ("read_on", "desc")
    loads = ["meter.service", "meter.building", "installation.unit", "installation.meter"]
    facts = ["value", "consumption", "usual", "colour"]
    show_columns = [
        *("meter", "installation.place", "read_on", "previous_on", "previous_value", "days", "ratio", "rolled_over", "estimated_periods"),
        *("source", "kind", "explanation", "reason", "read_by", "settled_reason", "settled_at"),
    ]
    show_loads = ["meter.service", "meter.building", "installation.unit"]
    show_template = "metering/reading.html"
    state_column = "state"
    method_permission_name = {"accept_ticked": "settle"}
    form, operation, describe = EnterReadingForm, staticmethod(enter_reading), staticmethod(describe_entering)

    def search(self, text: str) -> ColumnElement[bool]:
        return Reading.meter.has(meter_matches(text))

    def prepare_form(self, form: Any, record: Any) -> None:
        if form["read_on"].data is None and form["read_on"].raw_data is None:
            form["read_on"].data = today_here()

    def record_title(self, record: Reading) -> Any:
        return Message("Reading of %(date)s", date=record.read_on)

    def record_context(self, record: Reading) -> Any:
        return f"{record.installation.place} · {record.meter.service.name} · {record.meter.serial}"

    def record_badge(self, record: Reading) -> Any:
        return record.state

    def record_extras(self, record: Reading) -> dict[str, Any]:
        return {"said": said_of(record), "reading": record}

    def row_actions(self, record: Reading) -> list[Action]:
        return present(*settling_actions(record), *super().row_actions(record))

    def record_actions(self, record: Reading) -> list[Action]:
        return present(*super().record_actions(record), *settling_actions(record))

    @deed_of_rows("settle", N_("Accept"), icon="check", single=False)
    def accept_ticked(self, records: Sequence[Reading]) -> Any:
        """Ask for the one reason for which the ticked readings are accepted."""
        ids = ",".join(str(record.id) for record in records)
        return redirect(url_for("AcceptReadingsView.add", readings=ids, office=records[0].office_id))

    def bulk_actions(self) -> list[Action]:
        # Only those that wait can be accepted.
        return super().bulk_actions() if request.args.get("tab") == "waiting" else []

    def is_voided(self, record: Reading) -> bool:
        return not record.is_live

    def after_saving(self, record: Reading) -> str:
        return record_address(record) or record_address(record.meter) or "/"


def settling_actions(record: Reading) -> list[Action | None]:
    """Return the buttons that settle a reading, those that make sense for it."""
    if not record.is_live:
        return []
    terms: dict[str, Any] = {"reading": record.id, "office": record.office_id}
    return [
        action_to("AcceptReadingView", N_("Accept"), icon="check", primary=True, **terms) if record.is_waiting else None,
        action_to("CorrectReadingView", N_("Correct"), icon="pencil", **terms),
        action_to("WithdrawReadingView", N_("Withdraw"), icon="circle-x", **terms)
        if record.kind.value in ("regular", "handover")
        else None,
    ]
