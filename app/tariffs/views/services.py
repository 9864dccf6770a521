"""Pages of services and of what a building says otherwise of them."""

from __future__ import annotations

from typing import Any

from flask import request

from app.foundation.database import db
from app.foundation.views import EntityForm, EntityView, GuardedInterface, Kind, WholeNumberField, action_to, present, register_lookup
from app.foundation.views.links import Action
from app.tariffs.models import Service, ServiceSetting
from app.tariffs.models.services import MOST_DECIMALS, MOST_DUE_DAYS
from app.tariffs.operations import save_service, save_setting
from app.values.errors import N_

register_lookup("service", Service, columns=["name", "code"], text=str, detail=lambda service: service.measure, order=["position"])

LIMITS = ("least_difference", "high_ratio", "raised_ratio", "lowered_ratio", "low_ratio")
LIMIT_LABELS = {
    "least_difference": N_("Least difference"),
    "high_ratio": N_("Red above"),
    "raised_ratio": N_("Amber above"),
    "lowered_ratio": N_("Amber below"),
    "low_ratio": N_("Red below"),
}
LIMIT_HELPS = {
    "least_difference": N_("In units of the service: a smaller difference from the mean is never red; half of it never amber."),
    "high_ratio": N_("Times the mean of 3 months."),
    "raised_ratio": N_("Times the mean of 3 months."),
    "lowered_ratio": N_("Times the mean of 3 months."),
    "low_ratio": N_("Times the mean of 3 months."),
}
UNUSUAL = (N_("When a consumption is unusual"), LIMITS)
DUE_DAYS = WholeNumberField(N_("Due after days"), least=0, most=MOST_DUE_DAYS, required=True, default=15)


class ValuesView(EntityView):
    """A table whose operation takes what was typed as pairs, as ``foundation.views.saving`` does."""

    def terms(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        version = request.form.get("version") if record is not None else None
        values = tuple(sorted(form.terms().items()))
        return {"record": getattr(record, "id", None), "office": self._office(), "version": version, "values": values}


class ServiceSettingView(ValuesView):
    """What holds for a service in one building (S2.6): its own limits and days."""

    datamodel = GuardedInterface(ServiceSetting)
    icon = "adjustments"
    list_title, show_title = N_("Limits of buildings"), N_("Limits of a building")
    related_title = N_("Limits of buildings")
    add_title, edit_title = N_("Add limits of a building"), N_("Edit limits of a building")
    empty_text = N_("Where a building needs other limits or days than the service itself, they stand here.")
    label_columns = {
        "service": N_("Service"),
        "building": N_("Building"),
        "due_days": N_("Due after days"),
        **LIMIT_LABELS,
    }
    description_columns = LIMIT_HELPS
    list_columns = ["service", "building", *LIMITS, "due_days"]
    filters = ["service", "building"]
    show_columns = ["service", "building", *LIMITS, "due_days"]
    add_columns = edit_columns = ["service", "building", *LIMITS, "due_days"]
    form_fields = {"due_days": DUE_DAYS}
    can_be_deleted = True
    save_operation = staticmethod(save_setting)

    def prepare_form(self, form: Any, record: ServiceSetting | None) -> None:
        """Begin with what the service itself says."""
        asked = request.args.get("service", "")
        service = db.session.get(Service, int(asked)) if record is None and request.method == "GET" and asked.isdigit() else None
        if service is not None:
            for name in (*LIMITS, "due_days"):
                form[name].data = getattr(service, name)


class ServiceView(ValuesView):
    """Services 服务项目 / dịch vụ (S2.1): what the buildings of an office are billed for."""

    datamodel = GuardedInterface(Service)
    icon = "bolt"
    list_title, show_title = N_("Services"), N_("Service")
    add_title, edit_title = N_("Add service"), N_("Edit service")
    empty_text = N_("Electricity, water, gas, a management fee: what the units of your buildings are billed for.")
    label_columns = {
        "code": N_("Service code"),
        "name": N_("Service name"),
        "kind": N_("Kind"),
        "measure": N_("Unit of measure"),
        "fact": N_("Name in formulas"),
        "is_metered": N_("Read by meters"),
        "decimals": N_("Decimals of readings"),
        "due_days": N_("Due after days"),
        "position": N_("Place in lists"),
        "is_active": N_("In use"),
        **LIMIT_LABELS,
    }
    description_columns = {
        "measure": N_("As people write it: kWh, m³, kg, m²."),
        "fact": N_("The fact that holds the consumption: kwh, m3, kg, m2."),
        "due_days": N_("A bill is due so many days after it was posted."),
        **LIMIT_HELPS,
    }
    column_kinds = {"position": Kind.NUMBER}
    list_columns = ["name", "kind", "measure", "is_metered", "due_days", "is_active"]
    second_lines = {"name": "code"}
    search_columns = ["name", "code"]
    filters = ["kind", "is_active"]
    order_columns = ["name", "code"]
    base_order = ("name", "asc")
    export_columns = ["code", "name", "kind", "measure", "fact", "is_metered", "decimals", "due_days", "is_active", *LIMITS]
    facts = ["kind", "measure", "fact", "due_days", "is_active"]
    show_columns = ["code", "is_metered", "decimals", *LIMITS]
    add_columns = edit_columns = [
        *("code", "name", "kind", "measure", "fact", "is_metered", "decimals", "due_days", "position", "is_active"),
        *LIMITS,
    ]
    form_fields = {
        "decimals": WholeNumberField(N_("Decimals of readings"), least=0, most=MOST_DECIMALS, required=True, default=0),
        "due_days": DUE_DAYS,
    }
    add_fieldsets = edit_fieldsets = [UNUSUAL]
    related_views = (ServiceSettingView,)
    can_be_deleted = True
    save_operation = staticmethod(save_service)

    def record_actions(self, record: Service) -> list[Action]:
        adding = action_to("TariffView", N_("Add tariff"), icon="plus", service=record.id, office=record.office_id)
        return present(*super().record_actions(record), adding)
