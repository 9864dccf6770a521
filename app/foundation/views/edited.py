"""Adding, changing and deleting master data: forms that keep what was typed, written by operations."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import CombinedMultiDict, MultiDict

from app.foundation import transactions
from app.foundation.guards import status_of
from app.foundation.i18n import say
from app.foundation.kept_forms import kept_form
from app.foundation.views import fitting
from app.foundation.views.access import needs
from app.foundation.views.fields import LinesField, LookupField, SecretField
from app.foundation.views.forms import EntityForm
from app.foundation.views.integrity import explained_violation
from app.foundation.views.links import record_address
from app.foundation.views.office import belongs_to_office, chosen_office, office_argument
from app.foundation.views.revealing import RevealingView
from app.foundation.views.saving import Stale, deleting, saving, version_of
from app.values.choices import Choice
from app.values.errors import N_, Message, OperationRefused

UNPROCESSABLE = 422
SAVED = N_("Saved")
DONE_BEFORE = Message("This was already done: the form was sent twice, and it counted once.")


class EditedView(RevealingView):
    """The forms of an entity."""

    # --- add ---------------------------------------------------------------------------------------------------------------

    @expose("/add", methods=["GET", "POST"])
    @needs("add")
    def add(self) -> Any:
        """Show the form for a new record, or store it."""
        if request.method != "POST":
            return self.form_page(self.opened_form(self.add_form), record=None)
        form = self.sent_form(self.add_form)
        return self._save(form, record=None)

    # --- edit --------------------------------------------------------------------------------------------------------------

    @expose("/edit/<pk>", methods=["GET", "POST"])
    @needs("edit")
    def edit(self, pk: str) -> Any:
        """Show the form of a record, or store the changes unless somebody else was faster."""
        record = self.record_or_404(pk)
        if request.method != "POST":
            return self.form_page(self.opened_form(self.edit_form, record), record=record)
        form = self.sent_form(self.edit_form, record)
        return self._save(form, record=record)

    # --- delete ------------------------------------------------------------------------------------------------------------

    @expose("/delete/<pk>", methods=["POST"])
    @needs("delete")
    def delete(self, pk: str) -> Any:
        """Delete a record that nothing else uses."""
        record = self.record_or_404(pk)
        try:
            self._run(self.delete_operation or deleting(self.datamodel.obj), key=None, record=record.id)
        except OperationRefused as error:
            flash(say(error.message), "danger")
            return redirect(url_for(f"{self.endpoint}.show", pk=pk))
        flash(say(N_("Deleted")), "success")
        return redirect(url_for(f"{self.endpoint}.list", office=office_argument()))

    # Hooks of a view ------------------------------------------------------------------------------------------------------

    def prepare_form(self, form: EntityForm, record: Any | None) -> None:
        """Set what depends on the day or the person: defaults, choices, locked fields."""

    def terms(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        """Return the terms of the save operation."""
        if self.save_operation is not None:
            return {**form.terms(), **({"record": record.id} if record is not None else {}), **self._office_term()}
        values = tuple(sorted(form.terms().items()))
        version = request.form.get("version") if record is not None else None
        return {"record": getattr(record, "id", None), "office": self._office(), "version": version, "values": values}

    def after_saving(self, record: Any) -> str:
        """Return where to go after saving."""
        return record_address(record) or self.list_address() or "/"

    def form_extras(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        """Return further variables of the form's template."""
        return {}

    # The form -------------------------------------------------------------------------------------------------------------

    def opened_form(self, kind: Any, record: Any | None = None) -> EntityForm:
        """Return the form as it opens: from the record, or prefilled from the address (``?subscription=7``).

        What somebody typed before his session ended is there again.
        """
        kept = kept_form()
        form: EntityForm = fitting.fitted_form(self, kind)(kept) if kept is not None else fitting.fitted_form(self, kind)(obj=record)
        self.prepare_form(form, record)
        if record is None and kept is None:
            prefill(form, request.args)
        return form

    def sent_form(self, kind: Any, record: Any | None = None) -> EntityForm:
        """Return the form as it was sent. Raises NotFound for an office that is not the person's, before anything is read."""
        chosen_office()
        form: EntityForm = fitting.fitted_form(self, kind)(CombinedMultiDict([request.form, request.files]))
        self.prepare_form(form, record)
        return form

    def form_page(self, form: EntityForm, record: Any | None, problems: Any = (), status: int = 200, stale: bool = False) -> Any:
        """Return the page of the form; what was typed stays in it."""
        page = self.render_template(
            self.edit_template if record is not None else self.add_template,
            view=self,
            form=form,
            record=record,
            title=self.edit_title if record is not None else self.add_title,
            problems=problems,
            office_id=self._office(),
            version=self._version(record, stale),
            back=self.way_back(record),
            back_to=self.way_back(record),
            was_sent=request.method == "POST",
            **self.form_extras(form, record),
        )
        return page, status

    def way_back(self, record: Any | None) -> str:
        """Return where "Cancel" leads."""
        if record is not None and self.allowed("can_show"):
            return url_for(f"{self.endpoint}.show", pk=record.id)
        return self.list_address() or "/"

    def list_address(self) -> str:
        """Return the address of the list, empty where there is none for this person."""
        has_list = "list" not in self.exclude_route_methods and self.allowed("can_list")
        return url_for(f"{self.endpoint}.list", office=office_argument()) if has_list else ""

    def _version(self, record: Any | None, stale: bool) -> str:
        if record is None:
            return ""
        # After a refusal for staleness the next try is against the newest state, which the person was told to check.
        sent = (kept_form() or request.form).get("version")
        return version_of(record) if stale or sent is None else sent

    def _save(self, form: EntityForm, record: Any | None) -> Any:
        if not form.validate():
            return self.form_page(form, record, status=UNPROCESSABLE)
        operation = self.save_operation or saving(self.datamodel.obj)
        try:
            outcome = self._run(operation, key=form.key.data, **self.terms(form, record))
        except OperationRefused as error:
            return self.refused_page(form, record, error)
        flash(say(DONE_BEFORE if outcome.replayed else SAVED), "info" if outcome.replayed else "success")
        return redirect(self.after_saving(outcome.record))

    def refused_page(self, form: EntityForm, record: Any | None, error: OperationRefused) -> Any:
        """Return the form again with the refusal at the field it names, everything typed still there."""
        if error.code == "key_reused":
            form.key.renew()
        problems = form.blame(error)
        if record is not None:
            record = self.record_or_404(record.id)
        if isinstance(error, Stale):
            show_stored(form, record)
        return self.form_page(form, record, problems, status_of(error), stale=isinstance(error, Stale))

    def _run(self, operation: Any, *, key: str | None, **terms: Any) -> transactions.Outcome[Any]:
        try:
            return transactions.run(operation, key=key, **terms)
        except DBAPIError as error:
            self.datamodel.session.rollback()
            raise explained_violation(error, self.datamodel.obj) from error

    def _office(self) -> int | None:
        return chosen_office() if belongs_to_office(self.datamodel.obj) else None

    def _office_term(self) -> dict[str, Any]:
        return {"office": self._office()} if belongs_to_office(self.datamodel.obj) else {}


def prefill(form: EntityForm, arguments: MultiDict[str, str]) -> None:
    """Fill fields from the address of the page; what cannot be read is left out, since a person did not type it here."""
    for field in form:
        values = arguments.getlist(field.name)
        # Lines of an inner form stand under names of their own.
        if not values or field.name == "key" or isinstance(field, LinesField):
            continue
        try:
            field.process_formdata(values)
        except ValueError:
            field.data = None
            continue
        field.raw_data = None
        if isinstance(field, LookupField) and not field.chosen:
            field.data = None


def show_stored(form: EntityForm, record: Any) -> None:
    """Write beside each field what another person has stored there meanwhile, where it differs from what was typed."""
    for field in form:
        if field.name == "key" or not hasattr(type(record), field.name):
            continue
        stored = getattr(record, field.name)
        if getattr(stored, "id", stored) != field.data and not isinstance(field, SecretField):
            shown = stored if isinstance(stored, Choice | Decimal | datetime.date | None) else str(stored)
            field.warning = Message("Stored now: %(value)s", value=shown)
