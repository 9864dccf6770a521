"""Water quotas 用水定额 / định mức nước (S2.7): how many members of a unit are entitled, with their days and document."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import ColumnElement

from app.foundation.views import (
    DayFilter,
    FlagField,
    GuardedInterface,
    LookupField,
    LookupFilter,
    WholeNumberField,
    action,
    present,
    record_address,
)
from app.foundation.views.links import Action
from app.foundation.views.lookups import lookup_record
from app.metering.models import WaterQuota
from app.metering.operations.quotas import save_water_quota
from app.offices.menu import today_here
from app.places.queries import unit_matches
from app.places.views import ValuesView
from app.values.errors import N_, Message

MOST_MEMBERS = 9999


class WaterQuotaView(ValuesView):
    """Water quotas of units."""

    datamodel = GuardedInterface(WaterQuota)
    icon = "droplet"
    list_title, show_title, related_title = N_("Water quotas"), N_("Water quota"), N_("Water quotas")
    add_title, edit_title = N_("Enter a water quota"), N_("Correct a water quota")
    empty_text = N_("How many members of a unit are entitled to preferential water appears here, with the days and the document.")
    search_hint = N_("Unit such as A-1203, number of the unit, name of the building")
    label_columns = {
        "unit": N_("Unit"),
        "unit.building.name": N_("Building"),
        "members": N_("Entitled members"),
        "starts_on": N_("Valid from"),
        "ends_on": N_("Valid to"),
        "document": N_("Document"),
        "note": N_("Note"),
    }
    list_columns = ["unit", "members", "starts_on", "ends_on", "document"]
    second_lines = {"unit": "unit.building.name"}
    filters = [LookupFilter("unit"), LookupFilter("unit.building", argument="building"), DayFilter("starts_on")]
    order_columns = ["starts_on"]
    base_order = ("id", "desc")
    show_columns = ["unit", "members", "starts_on", "ends_on", "document", "note"]
    show_loads = ["unit.building"]
    description_columns = {
        "ends_on": N_("Left empty, it holds until further notice."),
        "document": N_("What proves it: a household register, a decision, a letter."),
    }
    add_columns = ["unit", "members", "starts_on", "ends_on", "ends_earlier", "document", "note"]
    edit_columns = ["members", "starts_on", "ends_on", "document", "note"]
    form_fields = {
        "unit": LookupField(N_("Unit"), lookup="unit", required=True),
        "members": WholeNumberField(N_("Entitled members"), least=0, most=MOST_MEMBERS, required=True),
        "ends_earlier": FlagField(N_("The quota before ends on the day before"), default=True),
    }
    can_be_deleted = True
    save_operation = staticmethod(save_water_quota)

    def search(self, text: str) -> ColumnElement[bool]:
        return WaterQuota.unit.has(unit_matches(text))

    def prepare_form(self, form: Any, record: WaterQuota | None) -> None:
        if record is None and request.method == "GET" and form.starts_on.data is None:
            form.starts_on.data = today_here()

    def record_title(self, record: WaterQuota) -> Any:
        return Message("Water quota of %(unit)s", unit=record.unit.code)

    def after_saving(self, record: WaterQuota) -> str:
        return record_address(record.unit) or super().after_saving(record)

    def way_back(self, record: WaterQuota | None) -> str:
        unit = lookup_record("unit", request.values.get("unit")) if record is None else record.unit
        return record_address(unit) or super().way_back(record)

    def row_actions(self, record: WaterQuota) -> list[Action]:
        unit = record_address(record.unit)
        return present(*super().row_actions(record), action(N_("Unit"), unit, icon="door") if unit else None)
