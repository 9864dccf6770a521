"""The sheet of a draft: its rows are changed, tried and stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose

from app.foundation.guards import status_of
from app.foundation.i18n import current_locale, say
from app.foundation.transactions import run
from app.foundation.views.access import needs
from app.foundation.views.edited import SAVED, UNPROCESSABLE
from app.tariffs.choices import VersionState
from app.tariffs.forms.editing import changed, sheet_of_form, tried_facts
from app.tariffs.forms.sheet import Sheet, sheet_of_recipe
from app.tariffs.models import TariffVersion
from app.tariffs.operations import save_version
from app.tariffs.rules.faults import RecipeRefused
from app.tariffs.views.versions.forms import SheetForm
from app.tariffs.views.versions.shown import first_example, formula_context, trial_of, trial_of_sheet
from app.values.errors import N_, Malformed, Message, OperationRefused
from app.values.formats import number as written

if TYPE_CHECKING:
    from app.foundation.views import EntityView as Page
else:
    Page = object

FAULTY = Message("The fee formula has faults; each stands at its line.")


class SheetPages(Page):
    """The pages on which a fee formula is edited, for the view of versions."""

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
            return self._sheet_page(record, sheet, SheetForm(obj=record), first_example(sheet))
        sheet, form, typed = sheet_of_form(request.form, current_locale()), SheetForm(request.form), tried_facts(request.form)
        deed = request.form.get("do", "save")
        if deed != "save":
            return self._rearranged(record, sheet, form, typed, deed)
        return self._stored(record, sheet, form, typed)

    def _rearranged(self, record: TariffVersion, sheet: Sheet, form: SheetForm, typed: dict[str, str], deed: str) -> Any:
        """Answer a button of the sheet: nothing is stored."""
        total = ""
        if deed == "add_example":
            trial = trial_of(record, *self._typed(sheet), typed, request.form.get("unit", ""))
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
        trial = trial_of_sheet(record, sheet, typed, unit)
        return self.render_template("tariffs/tried.html", **formula_context(record, sheet, trial, typed, unit))

    def _sheet_page(
        self, record: TariffVersion, sheet: Sheet, form: SheetForm, typed: dict[str, str], problems: Any = (), status: int = 200
    ) -> Any:
        unit = request.form.get("unit", "")
        trial = trial_of_sheet(record, sheet, typed, unit)
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
            **formula_context(record, sheet, trial, typed, unit),
        )
        return page, status
