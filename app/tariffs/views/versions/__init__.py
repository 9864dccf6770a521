"""Pages of the versions of a tariff: begun, edited as a sheet, checked, approved by a second person."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from app.foundation.database import db
from app.foundation.i18n import current_locale
from app.foundation.views import (
    ChoiceFilter,
    DayFilter,
    EntityForm,
    EntityView,
    GuardedInterface,
    LookupFilter,
    action,
    action_to,
    currency_of,
    present,
    record_address,
)
from app.foundation.views.links import Action
from app.foundation.views.lookups import lookup_record
from app.tariffs.choices import VersionState
from app.tariffs.forms.editing import tried_facts
from app.tariffs.forms.sheet import sheet_of_recipe
from app.tariffs.models import Tariff, TariffVersion
from app.tariffs.operations import draft_version
from app.tariffs.templates import Template, templates_for
from app.tariffs.views.telling import told_lines
from app.tariffs.views.versions.forms import BeginForm, SheetForm
from app.tariffs.views.versions.life import LifeSteps
from app.tariffs.views.versions.sheet import SheetPages
from app.tariffs.views.versions.shown import first_example, formula_context, trial_of
from app.values.errors import N_, Message

COPY = "copy"


class TariffVersionView(SheetPages, LifeSteps, EntityView):
    """Versions of tariffs 收费标准版本 / phiên bản biểu phí (S2.3)."""

    datamodel = GuardedInterface(TariffVersion)
    icon = "versions"
    list_title, show_title = N_("Versions of tariffs"), N_("Version of a tariff")
    related_title = N_("Versions")
    add_title, edit_title = N_("New version"), N_("Edit fee formula")
    empty_text = N_("A version holds the fee formula and the day from which it is valid. Begin one from a template or a blank sheet.")
    label_columns = {
        "tariff": N_("Tariff"),
        "tariff.name": N_("Tariff"),
        "tariff.service.name": N_("Service"),
        "title": N_("Version"),
        "number": N_("Version number"),
        "valid_from": N_("Valid from"),
        "valid_to": N_("Valid to"),
        "state": N_("State"),
        "standing_today": N_("State"),
        "source": N_("Source"),
        "note": N_("Note"),
        "created_at": N_("Begun on"),
        "written_by": N_("Written by"),
        "checked_at": N_("Checked on"),
        "checked_by": N_("Checked by"),
        "approved_at": N_("Approved on"),
        "approved_by": N_("Approved by"),
        "withdrawn_at": N_("Withdrawn on"),
        "withdrawn_by": N_("Withdrawn by"),
        "reason": N_("Reason"),
    }
    list_columns = ["title", "tariff", "valid_from", "valid_to", "standing_today", "source"]
    second_lines = {"tariff": "tariff.service.name"}
    export_columns = ["tariff.service.name", "tariff.name", "number", "valid_from", "valid_to", "state", "source", "note"]
    search_columns = ["source"]
    search_hint = N_("Source of the prices")
    filters = [LookupFilter("tariff"), LookupFilter("tariff.service", argument="service"), ChoiceFilter("state"), DayFilter("valid_from")]
    state_column = "state"
    order_columns = ["valid_from"]
    base_order = ("id", "desc")
    loads = ("tariff", "office")
    show_columns = [
        *("source", "note", "written_by", "checked_by", "checked_at", "approved_by", "approved_at"),
        *("withdrawn_by", "withdrawn_at", "reason"),
    ]
    show_loads = ["tariff.service", "tariff.building", "office", "written_by", "checked_by", "approved_by", "withdrawn_by"]
    show_template = "tariffs/version.html"
    edit_template = "tariffs/sheet.html"
    add_columns = ["tariff"]
    edit_columns = ["valid_from", "source", "note"]
    add_form, edit_form = BeginForm, SheetForm
    can_be_deleted = False
    history_below = True
    save_operation = staticmethod(draft_version)

    # Beginning ------------------------------------------------------------------------------------------------------------

    def prepare_form(self, form: Any, record: TariffVersion | None) -> None:
        if record is not None or not isinstance(form, BeginForm):
            return
        pairs = [(template.code, _named(template)) for template in templates_for(currency_of())]
        tariff = lookup_record("tariff", request.values.get("tariff"))
        copied = _newest(tariff) if tariff is not None else None
        if copied is not None:
            pairs.insert(0, (COPY, Message("Copy of version %(number)s", number=copied.number)))
        form.template.offer(pairs)
        if copied is not None and request.method == "GET":
            form.template.data = COPY

    def terms(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        given = form.terms()
        chosen = given["template"]
        copied = _newest(db.session.get(Tariff, given["tariff"])) if chosen == COPY else None
        begun = {"copied": copied.id} if copied is not None else {"template": chosen}
        return {"tariff": given["tariff"], "valid_from": given["valid_from"], **begun}

    def after_saving(self, record: Any) -> str:
        return url_for(f"{self.endpoint}.edit", pk=record.id)

    def way_back(self, record: Any | None) -> str:
        tariff = record.tariff if record is not None else lookup_record("tariff", request.values.get("tariff"))
        return (record_address(record) if record is not None else record_address(tariff)) or super().way_back(record)

    # The page of a version ------------------------------------------------------------------------------------------------

    def record_title(self, record: TariffVersion) -> Any:
        return record.tariff.name

    def record_context(self, record: TariffVersion) -> Any:
        return Message(
            "%(version)s · %(service)s · %(place)s", version=record.title, service=record.tariff.service.name, place=record.tariff.place
        )

    def record_badge(self, record: TariffVersion) -> Any:
        return record.standing_today

    def record_extras(self, record: TariffVersion) -> dict[str, Any]:
        sheet = sheet_of_recipe(record.recipe, record.examples, current_locale())
        typed = tried_facts(request.args) or first_example(sheet)
        trial = trial_of(record, record.recipe, record.examples, typed, request.args.get("unit", ""))
        context = formula_context(record, sheet, trial, typed, request.args.get("unit", ""))
        told = told_lines(sheet, context["before_lines"], trial.names)
        may_choose = action_to("UnitView", "", route="list") is not None
        given = {name: value for name, value in context.items() if name not in ("record", "currency")}
        return {**given, "steps": self._dialogs(record), "told": told, "may_choose_unit": may_choose}

    def _dialogs(self, record: TariffVersion) -> dict[str, str]:
        """Return the addresses of the deeds that a dialog asks about, for those who may."""
        approved = record.state is VersionState.APPROVED
        found = {
            "approve": record.state is VersionState.CHECKED and self.allowed("can_approve"),
            "end": approved and self.allowed("can_approve"),
            "withdraw": record.state in (VersionState.DRAFT, VersionState.CHECKED) and self.allowed("can_withdraw"),
        }
        if approved and self.allowed("can_approve") and record.standing_today.value == "scheduled":
            found["withdraw"] = self.allowed("can_withdraw")
        return {name: url_for(f"{self.endpoint}.{name}", pk=record.id) for name, may in found.items() if may}

    def _edit_action(self, record: TariffVersion) -> Action | None:
        return super()._edit_action(record) if record.state is VersionState.DRAFT else None

    def record_actions(self, record: TariffVersion) -> list[Action]:
        deeds: list[Action | None] = [self._edit_action(record)]
        if record.state is VersionState.DRAFT and self.allowed("can_check"):
            deeds.append(self._deed(record, "check", N_("Check version"), "checkup-list", primary=True))
        if record.state is VersionState.CHECKED and self.allowed("can_check"):
            deeds.append(self._deed(record, "reopen", N_("Back to draft"), "pencil"))
        deeds.append(action_to("TariffPreviewView", N_("Preview a period"), route="show", icon="scale", pk=record.id))
        tariff = record_address(record.tariff)
        copying = action_to("TariffVersionView", N_("New version"), icon="copy", tariff=record.tariff_id, office=record.office_id)
        return present(*deeds, copying, action(N_("Tariff"), tariff, icon="stairs") if tariff else None)

    def _deed(self, record: TariffVersion, route: str, label: Any, icon: str, *, primary: bool = False) -> Action:
        return action(label, url_for(f"{self.endpoint}.{route}", pk=record.id), icon=icon, method="post", primary=primary)

    def row_actions(self, record: TariffVersion) -> list[Action]:
        return present(*(each for each in super().row_actions(record) if record.state is VersionState.DRAFT or each["icon"] != "pencil"))


def _newest(tariff: Tariff | None) -> TariffVersion | None:
    """Return the version that a new one begins as a copy of: the last that was not withdrawn."""
    versions = tariff.versions if tariff is not None else []
    return next((version for version in reversed(versions) if version.state is not VersionState.WITHDRAWN), None)


def _named(template: Template) -> Message | str:
    """Return what a template is called, with the day of its prices where it is known."""
    if template.prices_of is None:
        return template.name
    return Message("%(name)s (%(day)s)", name=Message(template.name), day=template.prices_of)
