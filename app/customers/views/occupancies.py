"""Who occupies which unit 入住记录 / sử dụng mặt bằng: the list, the form for moving in, and the page for moving out."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import ColumnElement, or_, select

from app.customers.choices import OccupancyRole
from app.customers.models import Customer, Occupancy
from app.customers.operations import end_occupancy, save_occupancy
from app.customers.queries import is_there_on, matches, occupancies_of
from app.customers.rules.occupancy import payer_on
from app.foundation.database import db
from app.foundation.views import (
    ChoiceFilter,
    DayField,
    DayFilter,
    EntityForm,
    FlagField,
    GuardedInterface,
    LongTextField,
    LookupField,
    LookupFilter,
    OperationView,
    Preview,
    PreviewFact,
    RadioField,
    Tab,
    action,
    action_to,
    present,
    record_address,
    register_lookup,
)
from app.foundation.views.links import Action
from app.foundation.views.lookups import lookup_record
from app.offices.menu import today_here
from app.places.queries import unit_matches
from app.places.views import ValuesView
from app.values.dates import ONE_DAY
from app.values.errors import N_, Message


def found_by(text: str) -> ColumnElement[bool]:
    """Return the condition that an occupancy is found by its unit or its customer."""
    people = select(Customer.id).where(matches(text))
    return or_(Occupancy.unit.has(unit_matches(text)), Occupancy.customer_id.in_(people))


register_lookup(
    "occupancy",
    Occupancy,
    search=found_by,
    text=str,
    detail=lambda occupancy: occupancy.role.value,
    order=["id"],
)


class OccupancyView(ValuesView):
    """Owners, tenants and payers of units, with their days."""

    datamodel = GuardedInterface(Occupancy)
    icon = "users-group"
    list_title, show_title, related_title = N_("Occupancies"), N_("Occupancy"), N_("Units")
    add_title, edit_title = N_("Add occupant"), N_("Correct an occupancy")
    empty_text = N_("Owners, tenants and payers of units appear here with the days from which and until which they are there.")
    search_hint = N_("Unit such as A-1203, name, initials, customer number, end of the telephone number")
    label_columns = {
        "unit": N_("Unit"),
        "unit.building.name": N_("Building"),
        "customer": N_("Customer"),
        "customer.name": N_("Customer name"),
        "customer.customer_no": N_("Customer number"),
        "role": N_("As"),
        "starts_on": N_("Moved in on"),
        "ends_on": N_("Moved out on"),
        "note": N_("Note"),
    }
    list_columns = ["unit", "customer.name", "role", "starts_on", "ends_on"]
    second_lines = {"unit": "unit.building.name", "customer.name": "customer.customer_no"}
    export_columns = ["unit", "unit.building.name", "customer.customer_no", "customer.name", "role", "starts_on", "ends_on", "note"]
    tabs = [
        Tab("now", N_("There now"), lambda: is_there_on(today_here())),
        Tab("later", N_("Later"), lambda: Occupancy.starts_on > today_here()),
        Tab("past", N_("Moved out"), lambda: Occupancy.ends_on < today_here()),
    ]
    filters = [
        LookupFilter("unit"),
        LookupFilter("unit.building", argument="building"),
        LookupFilter("customer"),
        ChoiceFilter("role"),
        DayFilter("starts_on"),
        DayFilter("ends_on", is_first=False),
    ]
    order_columns = ["starts_on"]
    base_order = ("id", "desc")
    show_columns = ["unit", "unit.building.name", "customer", "role", "starts_on", "ends_on", "note"]
    show_loads = ["unit.building", "customer"]
    loads = ["unit", "customer"]
    description_columns = {"ends_on": N_("The last day; left empty, until further notice.")}
    add_columns = ["unit", "customer", "role", "starts_on", "ends_on", "ends_earlier", "note"]
    edit_columns = ["role", "starts_on", "ends_on", "note"]
    form_fields = {
        "unit": LookupField(N_("Unit"), lookup="unit", required=True),
        "customer": LookupField(N_("Customer"), lookup="customer", required=True),
        "role": RadioField(
            N_("As"),
            options=OccupancyRole,
            default=OccupancyRole.TENANT,
            required=True,
            help=N_("Bills go to the payer; without one to the tenant, without a tenant to the owner."),
        ),
        "ends_earlier": FlagField(N_("Whoever had this role moves out on the day before"), default=False),
    }
    can_be_deleted = True
    save_operation = staticmethod(save_occupancy)

    def search(self, text: str) -> ColumnElement[bool]:
        return found_by(text)

    def prepare_form(self, form: Any, record: Occupancy | None) -> None:
        if record is None and request.method == "GET" and form.starts_on.data is None:
            form.starts_on.data = today_here()

    def record_title(self, record: Occupancy) -> Any:
        return record.unit.code

    def record_context(self, record: Occupancy) -> Any:
        return record.customer.name

    def record_badge(self, record: Occupancy) -> Any:
        return record.role

    def after_saving(self, record: Occupancy) -> str:
        return record_address(record.unit) or super().after_saving(record)

    def way_back(self, record: Occupancy | None) -> str:
        if record is not None:
            return record_address(record.unit) or super().way_back(record)
        opened_from = lookup_record("unit", request.values.get("unit")) or lookup_record("customer", request.values.get("customer"))
        return record_address(opened_from) or super().way_back(record)

    def row_actions(self, record: Occupancy) -> list[Action]:
        unit = record_address(record.unit)
        return present(ending_action(record), *super().row_actions(record), action(N_("Unit"), unit, icon="door") if unit else None)

    def record_actions(self, record: Occupancy) -> list[Action]:
        return present(*super().record_actions(record), ending_action(record))


def ending_action(record: Occupancy) -> Action | None:
    """Return the button that ends an occupancy which goes on."""
    if record.ends_on is not None:
        return None
    return action_to("EndOccupancyView", N_("Moves out"), icon="logout", occupancy=record.id, office=record.office_id)


class EndOccupancyForm(EntityForm):
    """Who moves out, and which day is the last."""

    occupancy = LookupField(N_("Occupancy"), lookup="occupancy", required=True, span=2)
    ends_on = DayField(N_("Last day"), required=True)
    note = LongTextField(N_("Note"), span=3)

    def terms(self) -> dict[str, Any]:
        return {"occupancy": self["occupancy"].data, "ends_on": self["ends_on"].data, "note": self["note"].data or ""}


def describe_ending(record: Occupancy) -> Preview:
    """Say until when somebody is there, and who pays from the day after."""
    last = record.ends_on
    if last is None:
        raise AssertionError(f"The occupancy {record.id} was not ended.")
    stays = [row.stay for row in db.session.scalars(occupancies_of(record.unit_id))]
    after, before = payer_on(stays, last + ONE_DAY), payer_on(stays, last)
    said = [
        Message("%(customer)s is in %(unit)s until the end of %(day)s.", customer=record.customer.name, unit=record.unit.code, day=last)
    ]
    warnings = []
    if after is None:
        warnings.append(Message("From %(day)s nobody pays for %(unit)s: add an occupant.", day=last + ONE_DAY, unit=record.unit.code))
    elif before is None or after.customer != before.customer:
        said.append(Message("From %(day)s the bills go to %(name)s.", day=last + ONE_DAY, name=after.name))
    facts = [PreviewFact(N_("Moved out on"), None, last)]
    return Preview(sentences=said, facts=facts, warnings=warnings, deed=N_("Let move out"))


class EndOccupancyView(OperationView):
    """The page that ends an occupancy."""

    datamodel = GuardedInterface(Occupancy)
    class_permission_name = "OccupancyView"
    method_permission_name = {"add": "edit", "preview": "edit"}
    is_only_a_page = True
    icon = "logout"
    list_title, add_title, deed, deed_icon = N_("Moving out"), N_("Moving out"), N_("Let move out"), "logout"
    done_message = N_("The occupancy has its last day.")
    form, operation, describe = EndOccupancyForm, staticmethod(end_occupancy), staticmethod(describe_ending)

    def opened_form(self, kind: Any, record: Any | None = None) -> EntityForm:
        """Today stands there already."""
        form = super().opened_form(kind, record)
        chosen = lookup_record("occupancy", form["occupancy"].data)
        if form["ends_on"].data is None and isinstance(chosen, Occupancy):
            form["ends_on"].data = max(today_here(), chosen.starts_on)
        return form

    def way_back(self, record: Any | None) -> str:
        chosen = lookup_record("occupancy", request.values.get("occupancy"))
        return (record_address(chosen.unit) if chosen is not None else None) or super().way_back(record)

    def after_saving(self, record: Occupancy) -> str:
        return record_address(record.unit) or "/"
