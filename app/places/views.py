"""Pages of places."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import ColumnElement

from app.foundation.views import (
    ChoiceFilter,
    DayFilter,
    EntityForm,
    EntityView,
    FlagField,
    GuardedInterface,
    Kind,
    LookupField,
    LookupFilter,
    TextFilter,
    WholeNumberField,
    action,
    action_to,
    present,
    record_address,
    register_lookup,
)
from app.foundation.views.links import Action
from app.foundation.views.lookups import lookup_record
from app.foundation.views.panels import panels_of
from app.offices.menu import today_here
from app.places.models import Building, Community, Unit, UnitFact
from app.places.operations import save_building, save_unit, save_unit_fact
from app.places.queries import unit_matches
from app.values.errors import N_

register_lookup("community", Community, columns=["name", "code"], text=str, detail=lambda community: community.code)
register_lookup("building", Building, columns=["name", "code"], text=str, detail=lambda building: building.code, order=["code"])
register_lookup(
    "unit",
    Unit,
    search=unit_matches,
    text=lambda unit: unit.code,
    detail=lambda unit: unit.building.name,
    order=["code"],
)


class CommunityView(EntityView):
    """Communities 小區設置 (B1.4)."""

    datamodel = GuardedInterface(Community)
    icon = "building-community"
    list_title, show_title = N_("Community settings"), N_("Community")
    add_title, edit_title = N_("Add community"), N_("Edit community")
    empty_text = N_("A community is the place where lines are opened. Add the first one.")
    label_columns = {
        "code": N_("Community code"),
        "name": N_("Community name"),
        "person_in_charge": N_("Person in charge"),
        "note": N_("Note"),
    }
    list_columns = ["code", "name", "person_in_charge", "note"]
    search_columns = ["code", "name"]
    order_columns = ["code", "name"]
    base_order = ("code", "asc")
    add_columns = edit_columns = show_columns = ["code", "name", "person_in_charge", "note"]
    hideable = ["person_in_charge", "note"]
    can_be_deleted = True


class ValuesView(EntityView):
    """A table whose operation takes what was typed as pairs, as ``foundation.views.saving`` does."""

    def terms(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        version = request.form.get("version") if record is not None else None
        values = tuple(sorted(form.terms().items()))
        return {"record": getattr(record, "id", None), "office": self._office(), "version": version, "values": values}


class BuildingView(ValuesView):
    """Buildings 楼宇 / tòa nhà (S1.1)."""

    datamodel = GuardedInterface(Building)
    icon = "building"
    list_title, show_title = N_("Buildings"), N_("Building")
    add_title, edit_title = N_("Add building"), N_("Edit building")
    empty_text = N_("A building holds the units whose services are billed. Add the first one, then import its units.")
    label_columns = {
        "code": N_("Building code"),
        "name": N_("Building name"),
        "community": N_("Community"),
        "community.name": N_("Community"),
        "address": N_("Address"),
        "note": N_("Note"),
    }
    description_columns = {"code": N_("The codes of the units begin with it: A gives A-1203.")}
    list_columns = ["code", "name", "community.name", "address"]
    search_columns = ["code", "name"]
    filters = ["community"]
    order_columns = ["code", "name"]
    base_order = ("code", "asc")
    add_columns = edit_columns = ["code", "name", "community", "address", "note"]
    show_columns = ["code", "name", "community", "address"]
    hideable = ["address"]
    show_template = "places/building.html"
    can_be_deleted = True
    save_operation = staticmethod(save_building)

    def row_actions(self, record: Building) -> list[Action]:
        return present(self._units_of(record), *super().row_actions(record))

    def record_actions(self, record: Building) -> list[Action]:
        adding = action_to("UnitView", N_("Add unit"), icon="plus", building=record.id, office=record.office_id)
        return present(*super().record_actions(record), adding, self._units_of(record, primary=True))

    @staticmethod
    def _units_of(record: Building, *, primary: bool = False) -> Action | None:
        return action_to(
            "UnitView",
            N_("Units"),
            route="list",
            icon="door",
            primary=primary,
            building=record.id,
            order="position",
            office=record.office_id,
        )

    def record_context(self, record: Building) -> Any:
        return record.code

    def record_extras(self, record: Building) -> dict[str, Any]:
        return {"panels": panels_of("building_panels", record)}

    def tells_history(self) -> bool:
        return knows_people()


class UnitView(ValuesView):
    """Units 房屋 / mặt bằng (S1.1): a building's flats, shops and rooms. The page of one shows everything that is known of it."""

    datamodel = GuardedInterface(Unit)
    icon = "door"
    list_title, show_title = N_("Units"), N_("Unit")
    add_title, edit_title = N_("Add unit"), N_("Edit unit")
    empty_text = N_("A unit is a flat, a shop or an office room of a building. Add one, or import all units of a building.")
    search_hint = N_("Unit such as A-1203, number of the unit, name of the building")
    label_columns = {
        "code": N_("Unit"),
        "number": N_("Unit number"),
        "building": N_("Building"),
        "building.name": N_("Building"),
        "building.code": N_("Building code"),
        "building.address": N_("Address"),
        "floor": N_("Floor"),
        "position": N_("Place in floor order"),
        "area": N_("Area (m²)"),
        "kind": N_("Kind"),
        "status": N_("Status"),
        "note": N_("Note"),
    }
    column_kinds = {"floor": Kind.TEXT}
    list_columns = ["code", "floor", "kind", "area", "status"]
    second_lines = {"code": "building.name"}
    export_columns = ["building.code", "building.name", "number", "code", "floor", "position", "area", "kind", "status", "note"]
    filters = ["building", TextFilter("floor"), "kind"]
    state_column = "status"
    order_columns = ["code", "position"]
    base_order = ("code", "asc")
    facts = ["building", "floor", "area", "kind"]
    show_columns = ["number", "building.address", "status"]
    show_loads = ["building"]
    show_template = "places/unit.html"
    add_columns = edit_columns = ["building", "number", "floor", "position", "area", "kind", "status", "note"]
    form_fields = {
        "position": WholeNumberField(N_("Place in floor order"), help=N_("Left empty, it follows from floor and number.")),
    }
    hideable = ["area"]
    can_be_deleted = True
    save_operation = staticmethod(save_unit)

    def search(self, text: str) -> ColumnElement[bool]:
        return unit_matches(text)

    def record_context(self, record: Unit) -> Any:
        return record.building.name

    def tells_history(self) -> bool:
        """A meter reader learns nothing of a unit but where it is."""
        return knows_people()

    def record_extras(self, record: Unit) -> dict[str, Any]:
        return {"panels": panels_of("unit_panels", record), "note": record.note if knows_people() else ""}


def knows_people() -> bool:
    """Tell whether the person may see who occupies a unit."""
    return action_to("OccupancyView", "", route="list") is not None


class UnitFactView(ValuesView):
    """Facts of units 计费参数 / tham số tính phí with their days (S2.7): head count, households, floor band."""

    datamodel = GuardedInterface(UnitFact)
    icon = "list-details"
    list_title, show_title, related_title = N_("Facts of units"), N_("Fact of a unit"), N_("Facts")
    add_title, edit_title = N_("Enter a fact"), N_("Correct a fact")
    empty_text = N_("Head counts, households and other facts that tariffs ask for appear here, each with its days.")
    search_hint = N_("Unit such as A-1203, number of the unit, name of the building")
    label_columns = {
        "unit": N_("Unit"),
        "unit.building.name": N_("Building"),
        "name": N_("Fact"),
        "value": N_("Value"),
        "starts_on": N_("Valid from"),
        "ends_on": N_("Valid to"),
        "document": N_("Document"),
        "note": N_("Note"),
    }
    column_kinds = {"value": Kind.TEXT}
    list_columns = ["unit", "name", "value", "starts_on", "ends_on", "document"]
    second_lines = {"unit": "unit.building.name"}
    filters = [LookupFilter("unit"), LookupFilter("unit.building", argument="building"), ChoiceFilter("name"), DayFilter("starts_on")]
    order_columns = ["starts_on"]
    base_order = ("id", "desc")
    show_columns = ["unit", "name", "value", "starts_on", "ends_on", "document", "note"]
    show_loads = ["unit.building"]
    description_columns = {
        "ends_on": N_("Left empty, it holds until further notice."),
        "document": N_("What proves it: a household register, a decision, a letter."),
    }
    add_columns = ["unit", "name", "value", "starts_on", "ends_on", "ends_earlier", "document", "note"]
    edit_columns = ["name", "value", "starts_on", "ends_on", "document", "note"]
    form_fields = {
        "unit": LookupField(N_("Unit"), lookup="unit", required=True),
        "ends_earlier": FlagField(N_("The value before ends on the day before"), default=True),
    }
    can_be_deleted = True
    save_operation = staticmethod(save_unit_fact)

    def search(self, text: str) -> ColumnElement[bool]:
        return UnitFact.unit.has(unit_matches(text))

    def prepare_form(self, form: Any, record: UnitFact | None) -> None:
        if record is None and request.method == "GET" and form.starts_on.data is None:
            form.starts_on.data = today_here()

    def record_title(self, record: UnitFact) -> Any:
        return record.name

    def record_context(self, record: UnitFact) -> Any:
        return record.unit.code

    def after_saving(self, record: UnitFact) -> str:
        return record_address(record.unit) or super().after_saving(record)

    def way_back(self, record: UnitFact | None) -> str:
        unit = lookup_record("unit", request.values.get("unit")) if record is None else record.unit
        return record_address(unit) or super().way_back(record)

    def row_actions(self, record: UnitFact) -> list[Action]:
        unit = record_address(record.unit)
        return present(*super().row_actions(record), action(N_("Unit"), unit, icon="door") if unit else None)
