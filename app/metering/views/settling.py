"""Accepting, correcting and withdrawing a reading: a page each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement

from app.foundation import effects
from app.foundation.database import db
from app.foundation.views import (
    EntityForm,
    FlagField,
    GuardedInterface,
    LongTextField,
    LookupField,
    NumberField,
    OperationView,
    Preview,
    RadioField,
    action_to,
    record_address,
    register_lookup,
)
from app.foundation.views.lookups import lookup_record
from app.metering.choices import ReadingExplanation
from app.metering.models import Reading
from app.metering.operations.settling import LONGEST_REASON, accept_reading, correct_reading, withdraw_reading
from app.metering.queries import is_live, meter_matches, waiting_reds
from app.metering.views.readings import TYPED_EXPLANATIONS, describe_entering, figures_of, said_of
from app.values.errors import N_, Message


def found_by(text: str) -> ColumnElement[bool]:
    """Return the condition that a reading is found by its meter."""
    return Reading.meter.has(meter_matches(text))


register_lookup(
    "reading",
    Reading,
    search=found_by,
    text=str,
    detail=lambda reading: f"{reading.value.normalize():f}",
    order=["read_on"],
    loads=["meter"],
    condition=lambda: [is_live()],
)


class SettlingView(OperationView):
    """The base of the pages that settle one reading."""

    datamodel = GuardedInterface(Reading)
    class_permission_name = "ReadingView"
    is_only_a_page = True
    icon = "dashboard"
    list_title = N_("Readings")

    def way_back(self, record: Any | None) -> str:
        return record_address(lookup_record("reading", _asked(self))) or super().way_back(record)


def _asked(view: OperationView) -> str | None:
    from flask import request

    return request.values.get("reading")


class AcceptReadingForm(EntityForm):
    """Which reading, and why it is right."""

    reading = LookupField(N_("Reading"), lookup="reading", required=True)
    reason = LongTextField(N_("Reason"), span=3, longest=LONGEST_REASON, required=True)


def describe_accepting(reading: Reading) -> Preview:
    """Say that the reading is billed as it is."""
    return Preview(
        sentences=[said_of(reading), Message("It is billed as it is.")], facts=figures_of(reading), deed=N_("Accept the reading")
    )


class AcceptReadingView(SettlingView):
    """Accepting a red reading."""

    method_permission_name = {"add": "settle", "preview": "settle"}
    add_title, deed, deed_icon = N_("Accept a red reading"), N_("Accept the reading"), "check"
    done_message = N_("The reading is accepted.")
    form, operation, describe = AcceptReadingForm, staticmethod(accept_reading), staticmethod(describe_accepting)

    def after_saving(self, record: Reading) -> str:
        """Lead back to the red ones while some wait: they are settled one after the other."""
        queue = action_to("ReadingView", "", route="list", tab="waiting", office=record.office_id)
        waits = db.session.execute(waiting_reds(record.office_id)).scalar_one()
        return str(queue["href"]) if queue is not None and waits else super().after_saving(record)


# Where the reading was billed the bill changes with it, and whoever corrects is told so before.
CONFIRMING = N_("Needed where the reading was billed: the charge is voided and billed again, or its difference adjusted.")


def told_of_bills(preview: Preview, reading: Reading) -> Preview:
    """Add to a preview what becomes of the bills that were made from the reading."""
    said = [sentence for sentences in effects.call("said_of_correction", reading) for sentence in sentences]
    return replace(preview, warnings=[*preview.warnings, *said])


def describe_correcting(reading: Reading) -> Preview:
    """Say what the right figure makes of the consumption, and what becomes of bills."""
    return told_of_bills(describe_entering(reading), reading)


class CorrectReadingForm(EntityForm):
    """Which reading, what it should have been, and why."""

    reading = LookupField(N_("Reading"), lookup="reading", required=True)
    value = NumberField(N_("Right reading"), places=3, help=N_("Left empty where it is to be estimated."))
    explanation = RadioField(N_("Explanation"), options=TYPED_EXPLANATIONS, default="", span=3)
    reason = LongTextField(N_("Reason"), span=3, longest=LONGEST_REASON, required=True)
    confirmed = FlagField(N_("Put the bill right too"), help=CONFIRMING)

    def terms(self) -> dict[str, Any]:
        explanation = self["explanation"].data
        is_estimate = explanation == ReadingExplanation.ESTIMATE.value
        return {
            "reading": self["reading"].data,
            "value": None if is_estimate else self["value"].data,
            "reason": self["reason"].data or "",
            "explanation": ReadingExplanation(explanation) if explanation else None,
            "confirmed": bool(self["confirmed"].data),
        }


class CorrectReadingView(SettlingView):
    """Correcting a reading: the wrong one is kept, superseded."""

    method_permission_name = {"add": "correct", "preview": "correct"}
    add_title, deed, deed_icon = N_("Correct a reading"), N_("Correct the reading"), "pencil"
    done_message = N_("The reading is corrected; the earlier figure is kept.")
    form, operation, describe = CorrectReadingForm, staticmethod(correct_reading), staticmethod(describe_correcting)

    def prepare_form(self, form: Any, record: Any) -> None:
        chosen = lookup_record("reading", form["reading"].data)
        if isinstance(chosen, Reading):
            form["value"].description = Message("%(value)s was entered.", value=chosen.value.normalize())


class WithdrawReadingForm(EntityForm):
    """Which reading, and why it must not count."""

    reading = LookupField(N_("Reading"), lookup="reading", required=True)
    reason = LongTextField(N_("Reason"), span=3, longest=LONGEST_REASON, required=True)
    confirmed = FlagField(N_("Put the bill right too"), help=CONFIRMING)

    def terms(self) -> dict[str, Any]:
        return {**super().terms(), "confirmed": bool(self["confirmed"].data)}


def describe_withdrawing(reading: Reading) -> Preview:
    """Say what a withdrawn reading leaves behind."""
    said = Message("The reading of %(date)s counts no more. What it counted goes to the next reading.", date=reading.read_on)
    preview = Preview(sentences=[said, Message("It is kept, with the reason.")], deed=N_("Withdraw the reading"))
    return told_of_bills(preview, reading)


class WithdrawReadingView(SettlingView):
    """Taking a reading back that was not of this meter or day."""

    method_permission_name = {"add": "correct", "preview": "correct"}
    add_title, deed, deed_icon = N_("Withdraw a reading"), N_("Withdraw the reading"), "circle-x"
    done_message = N_("The reading is withdrawn.")
    form, operation, describe = WithdrawReadingForm, staticmethod(withdraw_reading), staticmethod(describe_withdrawing)
