"""Pages of the versions of a tariff: begun, edited as a sheet, checked, approved by a second person."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose

from app.foundation.database import db
from app.foundation.guards import status_of
from app.foundation.i18n import current_locale, say
from app.foundation.transactions import run
from app.foundation.views import (
    ChoiceFilter,
    DayField,
    DayFilter,
    EntityForm,
    EntityView,
    GuardedInterface,
    LookupField,
    LookupFilter,
    RadioField,
    TextField,
    action,
    action_to,
    currency_of,
    present,
    record_address,
    register_lookup,
)
from app.foundation.views.access import needs
from app.foundation.views.edited import SAVED, UNPROCESSABLE
from app.foundation.views.links import Action
from app.foundation.views.lookups import lookup_record
from app.offices.menu import today_here
from app.tariffs.choices import Comparison, LineKind, VersionState
from app.tariffs.forms.editing import changed, sheet_of_form, tried_facts
from app.tariffs.forms.numbers import written_number
from app.tariffs.forms.sheet import Sheet, sheet_of_recipe
from app.tariffs.models import Tariff, TariffVersion
from app.tariffs.operations import (
    approve_version,
    check_version,
    draft_version,
    end_version,
    reopen_version,
    save_version,
    withdraw_version,
)
from app.tariffs.operations.drafting import formula_of_recipe
from app.tariffs.queries import version_before
from app.tariffs.rules.faults import RecipeRefused
from app.tariffs.rules.recipe import LABEL_LANGUAGES
from app.tariffs.templates import CHECK_DECISION, Template, templates_for
from app.tariffs.views.telling import told_lines
from app.tariffs.views.trying import Trial, explained, line_label, names_of, try_formula, unit_of
from app.values.errors import N_, Malformed, Message, OperationRefused
from app.values.formats import number as written

register_lookup("tariff_version", TariffVersion, columns=["source"], text=str, detail=lambda version: version.source, order=["id"])

COPY = "copy"
FAULTY = Message("The fee formula has faults; each stands at its line.")
# By their own names, as everywhere.
LANGUAGES = tuple(zip(LABEL_LANGUAGES, ("English", "简体中文", "繁體中文", "Tiếng Việt"), strict=True))


class BeginForm(EntityForm):
    """From what a version begins."""

    tariff = LookupField(N_("Tariff"), lookup="tariff", required=True)
    valid_from = DayField(N_("Valid from"), help=N_("It can be set later, at the latest when the version is approved."))
    template = RadioField(N_("Begin with"), required=True, default="blank", help=CHECK_DECISION, span=3)


class SheetForm(EntityForm):
    """What a version says beside its formula."""

    valid_from = DayField(N_("Valid from"))
    source = TextField(N_("Source"), longest=2000, help=N_("The decision or contract that names these prices, with its date."))
    note = TextField(N_("Note"), longest=2000)


class DayForm(EntityForm):
    """A day, asked for by a dialog."""

    valid_from = DayField(N_("Valid from"))
    ends_on = DayField(N_("Last day"))
    reason = TextField(N_("Reason"), longest=200)


class TariffVersionView(EntityView):
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
        typed = tried_facts(request.args) or _first_example(sheet)
        trial = self._trial(record, record.recipe, record.examples, typed, request.args.get("unit", ""))
        context = self._context(record, sheet, trial, typed, request.args.get("unit", ""))
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
        tariff = record_address(record.tariff)
        copying = action_to("TariffVersionView", N_("New version"), icon="copy", tariff=record.tariff_id, office=record.office_id)
        return present(*deeds, copying, action(N_("Tariff"), tariff, icon="stairs") if tariff else None)

    def _deed(self, record: TariffVersion, route: str, label: Any, icon: str, *, primary: bool = False) -> Action:
        return action(label, url_for(f"{self.endpoint}.{route}", pk=record.id), icon=icon, method="post", primary=primary)

    def row_actions(self, record: TariffVersion) -> list[Action]:
        return present(*(each for each in super().row_actions(record) if record.state is VersionState.DRAFT or each["icon"] != "pencil"))

    # The sheet ------------------------------------------------------------------------------------------------------------

    @expose("/edit/<pk>", methods=["GET", "POST"])
    @needs("edit")
    def edit(self, pk: str) -> Any:
        """Show the sheet of a draft, change its rows, or store it."""
        record = self.record_or_404(pk, shown=self.show_loads)
        if record.state is not VersionState.DRAFT:
            flash(say(N_("Only a draft can be edited. Copy this version into a new draft.")), "warning")
            return redirect(self.way_back(record))
        if request.method != "POST":
            sheet = sheet_of_recipe(record.recipe, record.examples, current_locale())
            return self._sheet_page(record, sheet, SheetForm(obj=record), _first_example(sheet))
        sheet, form, typed = sheet_of_form(request.form, current_locale()), SheetForm(request.form), tried_facts(request.form)
        deed = request.form.get("do", "save")
        if deed != "save":
            return self._rearranged(record, sheet, form, typed, deed)
        return self._stored(record, sheet, form, typed)

    def _rearranged(self, record: TariffVersion, sheet: Sheet, form: SheetForm, typed: dict[str, str], deed: str) -> Any:
        """Answer a button of the sheet: nothing is stored."""
        total = ""
        if deed == "add_example":
            trial = self._trial(record, *self._typed(sheet), typed, request.form.get("unit", ""))
            total = written(trial.bill.total, current_locale()) if trial.bill is not None else ""
        if not changed(sheet, deed, facts=typed, total=total):
            raise Malformed(Message("This value is not possible here."), code="bad_deed")
        return self._sheet_page(record, sheet, form, typed)

    def _stored(self, record: TariffVersion, sheet: Sheet, form: SheetForm, typed: dict[str, str]) -> Any:
        recipe, examples = self._typed(sheet)
        if not form.validate():
            return self._sheet_page(record, sheet, form, typed, status=UNPROCESSABLE)
        terms = {name: form[name].data for name in ("valid_from", "source", "note")}
        try:
            self._refuse_unread(sheet)
            run(save_version, version=record.id, stamp=request.form.get("version"), recipe=recipe, examples=examples, **terms)
        except RecipeRefused as refusal:
            problems = [fault.message for fault in refusal.faults if fault.line is None] or [FAULTY]
            return self._sheet_page(record, sheet, form, typed, problems, UNPROCESSABLE)
        except OperationRefused as refusal:
            problems = form.blame(refusal)
            return self._sheet_page(self.record_or_404(record.id, shown=self.show_loads), sheet, form, typed, problems, status_of(refusal))
        flash(say(SAVED), "success")
        then = request.form.get("then")
        return redirect(url_for(f"{self.endpoint}.edit", pk=record.id) if then == "stay" else self.way_back(record))

    @staticmethod
    def _refuse_unread(sheet: Sheet) -> None:
        _recipe, faults = sheet.recipe()
        if faults:
            raise RecipeRefused(faults)

    @staticmethod
    def _typed(sheet: Sheet) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        return sheet.recipe()[0], sheet.examples_as_json()

    @expose("/tried/<pk>", methods=["POST"])
    @needs("edit")
    def tried(self, pk: str) -> Any:
        """Return, as a piece of the page, what the sheet gives as it stands; nothing is stored."""
        record = self.record_or_404(pk, shown=self.show_loads)
        sheet, typed = sheet_of_form(request.form, current_locale()), tried_facts(request.form)
        unit = request.form.get("unit", "")
        trial = self._trial_of_sheet(record, sheet, typed, unit)
        return self.render_template("tariffs/tried.html", **self._context(record, sheet, trial, typed, unit))

    def _sheet_page(
        self, record: TariffVersion, sheet: Sheet, form: SheetForm, typed: dict[str, str], problems: Any = (), status: int = 200
    ) -> Any:
        unit = request.form.get("unit", "")
        trial = self._trial_of_sheet(record, sheet, typed, unit)
        sent = request.form.get("version")
        page = self.render_template(
            self.edit_template,
            view=self,
            form=form,
            problems=problems,
            title=self.edit_title,
            back=self.way_back(record),
            back_to=self.way_back(record),
            version=sent if sent and status != 409 else str(record.version),
            was_sent=request.method == "POST",
            tried_url=url_for(f"{self.endpoint}.tried", pk=record.id),
            **self._context(record, sheet, trial, typed, unit),
        )
        return page, status

    # Trying ---------------------------------------------------------------------------------------------------------------

    def _trial_of_sheet(self, record: TariffVersion, sheet: Sheet, typed: dict[str, str], unit: str) -> Trial:
        recipe, unread = sheet.recipe()
        trial = self._trial(record, recipe, sheet.examples_as_json(), typed, unit)
        if unread:
            places = {(fault.line, fault.parameter) for fault in unread}
            trial.faults = [*unread, *(fault for fault in trial.faults if (fault.line, fault.parameter) not in places)]
            trial.bill = None
        return trial

    def _trial(self, record: TariffVersion, recipe: Any, examples: Any, typed: dict[str, str], unit: str) -> Trial:
        service = record.tariff.service
        try:
            formula = formula_of_recipe(recipe, record.office, service)
        except RecipeRefused as refusal:
            return Trial(service, faults=refusal.faults, names=names_of(service), asked=list(typed))
        terms = {"typed": typed, "unit": unit_of(unit), "examples": examples, "before": version_before(record), "locale": current_locale()}
        return try_formula(formula, service, day=record.valid_from or today_here(), **terms)

    def _context(self, record: TariffVersion, sheet: Sheet, trial: Trial, typed: dict[str, str], unit: str) -> dict[str, Any]:
        """Return what the pages of a formula show."""
        locale = current_locale()
        before = version_before(record)
        kinds = {line.text("code"): line.kind.value for line in sheet.lines}
        examples_facts = dict.fromkeys(name for example in sheet.examples for name in example.facts)
        chosen = LookupField(N_("Unit"), lookup="unit").bind(SheetForm(), "unit")  # type: ignore[attr-defined]
        chosen.process(None, unit_of(unit))
        return {
            "record": record,
            "sheet": sheet,
            "trial": trial,
            "typed": typed,
            "unit": chosen,
            "chosen_unit": unit_of(unit),
            "before": before,
            "before_lines": {line["code"]: line for line in (before.recipe["lines"] if before is not None else [])},
            "currency": record.office.currency.value,
            "locale": locale,
            "label_languages": LANGUAGES,
            "kinds": list(LineKind),
            "comparisons": list(Comparison),
            "fact_names": trial.names,
            "asked": trial.asked or list(typed),
            "example_facts": list(dict.fromkeys([*trial.asked, *examples_facts])),
            "explain": lambda line: explained(line, kinds, record.tariff.service.measure),
            "label_of": lambda label: line_label(label, locale),
            "shown_fact": lambda value: written_number(value, locale),
            "number_of": lambda value: written(value, locale),
        }

    # The life of a version ------------------------------------------------------------------------------------------------

    @expose("/check/<pk>", methods=["POST"])
    @needs("check")
    def check(self, pk: str) -> Any:
        """Check a draft by its examples."""
        return self._step(pk, check_version, N_("The version is checked: a second person can approve it now."))

    @expose("/reopen/<pk>", methods=["POST"])
    @needs("check")
    def reopen(self, pk: str) -> Any:
        """Make a checked version a draft again."""
        return self._step(pk, reopen_version, N_("The version is a draft again."))

    @expose("/approve/<pk>", methods=["POST"])
    @needs("approve")
    def approve(self, pk: str) -> Any:
        """Approve a checked version of somebody else."""
        return self._step(pk, approve_version, N_("The version is approved."), "valid_from")

    @expose("/end/<pk>", methods=["POST"])
    @needs("approve")
    def end(self, pk: str) -> Any:
        """Let an approved version end on a day."""
        return self._step(pk, end_version, N_("The last day is set."), "ends_on")

    @expose("/withdraw/<pk>", methods=["POST"])
    @needs("withdraw")
    def withdraw(self, pk: str) -> Any:
        """Withdraw a version that no bill was made by."""
        return self._step(pk, withdraw_version, N_("The version is withdrawn."), "reason")

    def _step(self, pk: str, operation: Any, done: Any, *asked: str) -> Any:
        record = self.record_or_404(pk)
        form = DayForm(request.form)
        back = redirect(url_for(f"{self.endpoint}.show", pk=record.id))
        wrong = None if form.validate() else next(error for errors in form.errors.values() for error in errors)
        if wrong is None and "ends_on" in asked and form.ends_on.data is None:
            wrong = Message("Enter the last day.")
        if wrong is not None:
            flash(say(wrong), "danger")
            return back
        terms = {name: form[name].data for name in asked}
        try:
            run(operation, version=record.id, **terms)
        except OperationRefused as refusal:
            if status_of(refusal) in (403, 404):
                raise
            flash(say(refusal.message), "danger")
            return back
        flash(say(done), "success")
        return back


def _newest(tariff: Tariff | None) -> TariffVersion | None:
    """Return the version that a new one begins as a copy of: the last that was not withdrawn."""
    versions = tariff.versions if tariff is not None else []
    return next((version for version in reversed(versions) if version.state is not VersionState.WITHDRAWN), None)


def _named(template: Template) -> Message | str:
    """Return what a template is called, with the day of its prices where it is known."""
    if template.prices_of is None:
        return template.name
    return Message("%(name)s (%(day)s)", name=Message(template.name), day=template.prices_of)


def _first_example(sheet: Sheet) -> dict[str, str]:
    """Return the facts with which a formula is tried before anything is typed."""
    return dict(sheet.examples[-1].facts) if sheet.examples else {}
