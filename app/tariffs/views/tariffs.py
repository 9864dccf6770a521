"""Pages of tariffs: by service, each with the version that is valid today."""

from __future__ import annotations

from typing import Any

from flask import request

from app.foundation.views import ChoiceField, GuardedInterface, LookupField, action, action_to, present, record_address, register_lookup
from app.foundation.views.links import Action
from app.places.choices import UnitKind
from app.tariffs.models import Tariff
from app.tariffs.operations import save_tariff
from app.tariffs.views.services import ValuesView
from app.values.errors import N_, Message

register_lookup("tariff", Tariff, columns=["name"], text=str, detail=lambda tariff: tariff.service.name, order=["name"])


class TariffView(ValuesView):
    """Tariffs 收费标准 / biểu phí (S2.3)."""

    datamodel = GuardedInterface(Tariff)
    icon = "stairs"
    list_title, show_title = N_("Tariffs"), N_("Tariff")
    add_title, edit_title = N_("Add tariff"), N_("Edit tariff")
    empty_text = N_("A tariff says what a service costs: in the whole office, in a building, or for a kind of unit. Add the first one.")
    label_columns = {
        "name": N_("Tariff name"),
        "service": N_("Service"),
        "service.name": N_("Service"),
        "building": N_("Building"),
        "building.name": N_("Building"),
        "unit_kind": N_("Kind of unit"),
        "place": N_("Where it holds"),
        "today": N_("Valid today"),
        "since": N_("Valid from"),
        "next_step": N_("In the works"),
        "note": N_("Note"),
    }
    description_columns = {
        "building": N_("Left empty, it holds in all buildings of the office."),
        "unit_kind": N_("Left empty, it holds for all units. The narrower tariff wins: kind of unit, then building, then office."),
    }
    list_columns = ["name", "service.name", "place", "today", "since", "next_step"]
    export_columns = ["service.name", "name", "building.name", "unit_kind", "note"]
    search_columns = ["name"]
    filters = ["service", "building", "unit_kind"]
    order_columns = ["name"]
    base_order = ("id", "asc")
    loads = ("service", "building", "office", "versions")
    facts = ["service", "building", "unit_kind", "today", "since"]
    show_columns = ["note"]
    show_loads = ["service", "building", "office", "versions"]
    add_columns = ["service", "building", "unit_kind", "name", "note"]
    edit_columns = ["name", "note"]
    form_fields = {
        "service": LookupField(N_("Service"), lookup="service", required=True),
        "building": LookupField(N_("Building"), lookup="building", help=N_("Left empty, it holds in all buildings of the office.")),
        "unit_kind": ChoiceField(
            N_("Kind of unit"),
            options=UnitKind,
            help=N_("Left empty, it holds for all units. The narrower tariff wins: kind of unit, then building, then office."),
        ),
    }
    can_be_deleted = False
    save_operation = staticmethod(save_tariff)

    def record_context(self, record: Tariff) -> Any:
        return Message("%(service)s · %(place)s", service=record.service.name, place=record.place)

    def record_badge(self, record: Tariff) -> Any:
        return record.valid.standing_today if record.valid is not None else record.next_step

    def after_saving(self, record: Tariff) -> str:
        """A new tariff goes on to its first version; a changed one is shown."""
        adding = action_to("TariffVersionView", "", tariff=record.id, office=record.office_id)
        if request.endpoint == f"{self.endpoint}.add" and adding is not None:
            return str(adding["href"])
        return super().after_saving(record)

    def row_actions(self, record: Tariff) -> list[Action]:
        return present(*super().row_actions(record), self._valid(record), self._begin(record))

    def record_actions(self, record: Tariff) -> list[Action]:
        return present(*super().record_actions(record), self._valid(record), self._begin(record, primary=True))

    @staticmethod
    def _begin(record: Tariff, *, primary: bool = False) -> Action | None:
        label = N_("New version")
        return action_to("TariffVersionView", label, icon="plus", primary=primary, tariff=record.id, office=record.office_id)

    @staticmethod
    def _valid(record: Tariff) -> Action | None:
        address = record_address(record.valid)
        return action(N_("Version valid today"), address, icon="stairs") if address else None
