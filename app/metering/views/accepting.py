"""Accepting several red readings for one reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request
from flask_appbuilder import expose
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms import HiddenField, ValidationError

from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.views import EntityForm, GuardedInterface, LongTextField, OperationView, action_to
from app.foundation.views.access import needs
from app.metering.models import Meter, MeterInstallation, Reading
from app.metering.operations.settling import LONGEST_REASON, MOST_ACCEPTED, accept_readings
from app.metering.views.readings import said_of
from app.values.errors import N_, Malformed, Message, NotFound


class AcceptReadingsForm(EntityForm):
    """The ticked readings, and why they are right."""

    readings = HiddenField()
    reason = LongTextField(N_("Reason"), span=3, longest=LONGEST_REASON, required=True)

    def validate_readings(self, field: HiddenField) -> None:
        """Refuse a form without readings, keeping the reason that was typed. Raises ValidationError."""
        if not field.data:
            raise ValidationError(say(N_("Choose at least one row.")))

    def terms(self) -> dict[str, Any]:
        return {"readings": numbers(self["readings"].data), "reason": self["reason"].data or ""}


class AcceptReadingsView(OperationView):
    """Accepting the readings that were ticked in the list of those to be checked: all of them, or none."""

    datamodel = GuardedInterface(Reading)
    class_permission_name = "ReadingView"
    method_permission_name = {"add": "settle"}
    is_only_a_page = True
    icon = "dashboard"
    list_title = N_("Readings")
    add_title, deed, deed_icon = N_("Accept red readings"), N_("Accept the readings"), "check"
    add_template = "metering/accepting.html"
    form, operation = AcceptReadingsForm, staticmethod(accept_readings)

    @expose("/add", methods=["GET", "POST"])
    @needs("add")
    def add(self) -> Any:
        """Show the ticked readings and ask why they are right, or accept them; without any, lead back to the list."""
        if request.method != "POST" and not request.args.get("readings"):
            flash(say(N_("Choose at least one row.")), "warning")
            return redirect(self.way_back(None))
        return super().add()

    def form_extras(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        readings = readings_of(numbers(form["readings"].data))
        return {**super().form_extras(form, record), "readings": [(reading, said_of(reading)) for reading in readings]}

    def subject(self, form: EntityForm) -> Any:
        return say(Message("%(count)s readings", count=len(numbers(form["readings"].data))))

    def done(self, record: Reading) -> Any:
        return Message("%(count)s readings are accepted.", count=len(numbers(request.form.get("readings"))))

    def way_back(self, record: Any | None) -> str:
        queue = action_to("ReadingView", "", route="list", tab="waiting", office=request.args.get("office"))
        return str(queue["href"]) if queue is not None else "/"

    def after_saving(self, record: Reading) -> str:
        return self.way_back(record)


def numbers(typed: str | None) -> tuple[int, ...]:
    """Return the numbers of a selection written as 4,7,9. Raises Malformed."""
    if not typed:
        return ()
    parts = typed.split(",")
    if len(parts) > MOST_ACCEPTED or not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts):
        raise Malformed(Message("The address cannot be read."), code="bad_selection")
    return tuple(sorted({int(part) for part in parts}))


def readings_of(chosen: Sequence[int]) -> Sequence[Reading]:
    """Return the chosen readings with what is shown of them, in the order of their numbers. Raises NotFound."""
    place = joinedload(Reading.installation)
    loading = (joinedload(Reading.meter).joinedload(Meter.service), place.joinedload(MeterInstallation.unit))
    chosen_ones = select(Reading).where(Reading.id.in_(chosen)).order_by(Reading.id).options(*loading)
    found: Sequence[Reading] = db.session.scalars(chosen_ones).all()
    if len(found) != len(chosen):
        raise NotFound(Message("This record does not exist."), code="not_found")
    return found
