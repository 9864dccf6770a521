"""Meters 仪表 / đồng hồ: the list, and the record with its places, its readings and what it counted month by month."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload

from app.foundation.database import db
from app.foundation.i18n import FILTERS
from app.foundation.views import (
    ChoiceField,
    DayField,
    DayFilter,
    FlagFilter,
    GuardedInterface,
    Kind,
    LookupField,
    LookupFilter,
    NumberField,
    Tab,
    TextFilter,
    WholeNumberField,
    action_to,
    present,
    record_address,
    register_lookup,
)
from app.foundation.views.links import Action
from app.foundation.views.lookups import lookup_record
from app.metering.choices import ApportionBy
from app.metering.models import FEWEST_DIGITS, MOST_DIGITS, Meter, MeterInstallation, Reading
from app.metering.operations.meters import save_meter
from app.metering.queries import installations_of, meter_matches, readings_of
from app.metering.views.links import link_to
from app.offices.menu import today_here
from app.places.views import ValuesView
from app.tariffs.models import Service
from app.values.errors import N_, Message

# Two years of monthly readings stand in the chart and its table.
MOST_SHOWN = 60
MONTHS_DRAWN = 14
VERIFICATION_SOON = 60

register_lookup(
    "metered_service",
    Service,
    columns=["name", "code"],
    text=str,
    order=["position"],
    condition=lambda: [Service.is_metered.is_(True), Service.is_active.is_(True)],
)
register_lookup(
    "meter",
    Meter,
    search=meter_matches,
    text=lambda meter: meter.serial,
    detail=lambda meter: f"{meter.service.name} · {place_now(meter)}",
    order=["serial"],
)


def place_now(meter: Meter) -> str:
    """Return where a meter hangs: the unit, or the building where it is a shared one or lies in store."""
    hanging = select(MeterInstallation).where(MeterInstallation.meter_id == meter.id, MeterInstallation.removed_on.is_(None))
    there = db.session.scalars(hanging.options(joinedload(MeterInstallation.unit))).first()
    return there.place if there is not None else meter.building.name


def hangs() -> ColumnElement[bool]:
    """Return the condition that a meter hangs somewhere now."""
    return exists().where(MeterInstallation.meter_id == Meter.id, MeterInstallation.removed_on.is_(None))


class MeterView(ValuesView):
    """Meters (S2.1)."""

    datamodel = GuardedInterface(Meter)
    icon = "gauge"
    list_title, show_title, related_title = N_("Meters"), N_("Meter"), N_("Meters")
    add_title, edit_title = N_("Add meter"), N_("Edit meter")
    empty_text = N_("Meters of electricity, water and gas appear here with the place where they hang. Add the first one of a unit.")
    search_hint = N_("Serial number, or the unit such as A-1203")
    label_columns = {
        "serial": N_("Meter serial number"),
        "service": N_("Service"),
        "service.name": N_("Service"),
        "building": N_("Building"),
        "building.name": N_("Building"),
        "place": N_("Hangs in"),
        "digits": N_("Digits"),
        "factor": N_("Multiplier"),
        "is_shared": N_("Shared meter"),
        "apportion_by": N_("Apportionment"),
        "seal_no": N_("Seal number"),
        "verified_on": N_("Verified on"),
        "verification_due_on": N_("Verification due on"),
        "note": N_("Note"),
    }
    description_columns = {
        "digits": N_("How many figures the face shows before the point; a rollover is worked out with them."),
        "factor": N_("The ratio of the current transformer; 1 without one."),
        "apportion_by": N_("Only for a meter that several units share."),
    }
    list_columns = ["serial", "service.name", "place", "digits", "factor", "seal_no", "verification_due_on"]
    second_lines = {"place": "building.name"}
    column_kinds = {"place": Kind.TEXT}
    export_columns = [
        "serial",
        "service.name",
        "place",
        "building.name",
        "digits",
        "factor",
        "apportion_by",
        "seal_no",
        "verified_on",
        "verification_due_on",
        "note",
    ]
    tabs = [
        Tab("hanging", N_("Installed"), lambda: hangs()),
        Tab("store", N_("In store"), lambda: ~hangs()),
        Tab("shared", N_("Shared meters"), lambda: Meter.is_shared.is_(True)),
        Tab("due", N_("Verification due"), lambda: Meter.verification_due_on <= today_here() + datetime.timedelta(days=VERIFICATION_SOON)),
    ]
    filters = [
        LookupFilter("service", lookup="metered_service"),
        LookupFilter("building"),
        TextFilter("serial"),
        FlagFilter("is_shared"),
        DayFilter("verification_due_on", is_first=False),
    ]
    order_columns = ["serial"]
    base_order = ("serial", "asc")
    loads = ["service", "building", "hanging.unit"]
    facts = ["service", "building", "digits", "factor"]
    show_columns = ["serial", "apportion_by", "seal_no", "verified_on", "verification_due_on", "note"]
    show_loads = ["service", "building"]
    show_template = "metering/meter.html"
    add_columns = [
        "service",
        "serial",
        "unit",
        "building",
        "installed_on",
        "first_value",
        "digits",
        "factor",
        "apportion_by",
        "seal_no",
        "verified_on",
        "verification_due_on",
        "note",
    ]
    edit_columns = ["serial", "digits", "factor", "apportion_by", "seal_no", "verified_on", "verification_due_on", "note"]
    form_fields = {
        "service": LookupField(N_("Service"), lookup="metered_service", required=True),
        "unit": LookupField(N_("Unit"), lookup="unit", help=N_("Left empty for a shared meter, or one that lies in store.")),
        "building": LookupField(N_("Building"), lookup="building", help=N_("Left empty, it is the unit's.")),
        "installed_on": DayField(N_("Installed on"), help=N_("Left empty, the meter lies in store.")),
        "first_value": NumberField(N_("First reading"), least=0, places=3),
        "digits": WholeNumberField(
            N_("Digits"),
            least=FEWEST_DIGITS,
            most=MOST_DIGITS,
            required=True,
            default=5,
            help=N_("How many figures the face shows before the point; a rollover is worked out with them."),
        ),
        "apportion_by": ChoiceField(N_("Apportionment"), options=ApportionBy, help=N_("Only for a meter that several units share.")),
    }
    hideable = ["seal_no", "verified_on", "verification_due_on"]
    save_operation = staticmethod(save_meter)

    def search(self, text: str) -> ColumnElement[bool]:
        return meter_matches(text)

    def prepare_form(self, form: Any, record: Meter | None) -> None:
        if record is None and request.method == "GET":
            if form.installed_on.data is None and request.args.get("unit"):
                form.installed_on.data = today_here()
            if form.first_value.data is None:
                form.first_value.data = Decimal(0)

    def record_title(self, record: Meter) -> Any:
        return record.serial

    def record_context(self, record: Meter) -> Any:
        return f"{record.service.name} · {place_now(record)}"

    def record_actions(self, record: Meter) -> list[Action]:
        terms: dict[str, Any] = {"meter": record.id, "office": record.office_id}
        places = db.session.scalars(installations_of(record.id)).all()
        if not places or places[0].removed_on is not None:
            placing = [action_to("InstallMeterView", N_("Install"), icon="plus", primary=True, **terms)]
        else:
            placing = [
                action_to("RemoveMeterView", N_("Remove"), icon="logout", **terms),
                action_to("ReplaceMeterView", N_("Replace"), icon="replace", **terms),
                action_to("ReadingView", N_("Enter reading"), icon="keyboard", primary=True, **terms),
            ]
        return present(*super().record_actions(record), *placing)

    def record_extras(self, record: Meter) -> dict[str, Any]:
        statement = readings_of(record.id).options(joinedload(Reading.installation)).limit(MOST_SHOWN)
        rows = db.session.scalars(statement).all()
        return {
            "link_to": link_to,
            "places": db.session.scalars(installations_of(record.id).options(joinedload(MeterInstallation.unit))).all(),
            "readings": rows,
            "chart": months_drawn([row for row in rows if row.is_live and row.days], record.service.measure),
            "last": next((row for row in rows if row.is_live), None),
        }

    def way_back(self, record: Meter | None) -> str:
        unit = lookup_record("unit", request.values.get("unit")) if record is None else None
        return record_address(unit) or super().way_back(record)


FILLS = {"red": "age-3", "amber": "amber", "grey": "grey", "green": ""}


def months_drawn(rows: list[Reading], measure: str) -> dict[str, Any]:
    """Return the chart of what was used from reading to reading, the oldest first, with the mean beside."""
    shown = rows[:MONTHS_DRAWN][::-1]
    number, day = FILTERS["number"], FILTERS["day"]
    columns = [
        {
            # The year where it begins, unless that is beside the first one: fourteen months stand side by side on a phone.
            "label": f"{row.read_on:%m/%y}" if at == 0 or (at > 2 and row.read_on.month == 1) else str(row.read_on.month),
            "name": day(row.read_on),
            "values": [row.consumption],
            "text": number(row.consumption.normalize()),
            "fill": "2" if row.is_estimate else FILLS[row.colour.value],
            "cells": [day(row.read_on), number(row.value.normalize()), number(row.consumption.normalize())],
        }
        for at, row in enumerate(shown)
    ]
    label = Message("Consumption from reading to reading in %(measure)s; the dashed line is the mean of three months.", measure=measure)
    return {"columns": columns, "compare": [row.mean if row.mean is not None else None for row in shown], "label": label}
