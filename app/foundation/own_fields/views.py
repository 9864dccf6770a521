"""The settings page of an office's fields: one line per table, and a form for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose

from app.foundation.guards import status_of
from app.foundation.i18n import say
from app.foundation.own_fields.forms import FieldsForm, fields_form, stored_values
from app.foundation.own_fields.operations import hidden_fields, named_fields, save_fields, version_of_fields
from app.foundation.transactions import run
from app.foundation.views.access import allowed, needs
from app.foundation.views.edited import SAVED, UNPROCESSABLE
from app.foundation.views.fitting import configurable_views, has_own_texts, office_fields
from app.foundation.views.office import chosen_office, office_argument
from app.foundation.views.saving import require_version
from app.foundation.views.state import SharedObject
from app.values.errors import Conflict, Message, NotFound, OperationRefused

# It leaves no record of its own to be shown, and saving the same fields twice changes nothing.
SAVING: Any = save_fields


@dataclass(frozen=True)
class Entry:
    """A line of the page: what an office changed of one table."""

    title: Any
    icon: str
    hidden: Sequence[Any]
    own: Sequence[str]
    has_own: bool
    href: str


class OwnFieldView(SharedObject, BaseView):
    """Fields of the office's own 參數內容(可增減) (B6.4). For managers and chiefs."""

    route_base = "/ownfieldview"
    default_view = "list"

    @expose("/list/")
    @needs("list")
    def list(self) -> Any:
        """Show which fields the office hides and which it named itself."""
        entries = [self._entry(entity, view) for entity, view in configurable_views().items()]
        may_edit = allowed("can_edit", self.class_permission_name)
        return self.render_template("feehouse/own_fields.html", entries=entries, may_edit=may_edit)

    @expose("/edit/<string:entity>", methods=["GET", "POST"])
    @needs("edit")
    def edit(self, entity: str) -> Any:
        """Show the fields of one table as a form, or store them."""
        view, office = configurable_views().get(entity), chosen_office()
        if view is None or office is None:
            raise NotFound(Message("This record does not exist."), code="not_found")
        kind = self._form_of(view)
        if request.method != "POST":
            return self._page(view, office, self._opened(kind, view, office))
        form = kind(request.form)
        if not form.validate():
            return self._page(view, office, form), UNPROCESSABLE
        try:
            terms: dict[str, Any] = {
                "hidden": form.hidden_names(),
                "own": form.own(),
                "version": require_version(request.form.get("version")),
            }
            run(SAVING, office=office, entity=entity, **terms)
        except OperationRefused as error:
            return self._page(view, office, form, form.blame(error), is_stale=isinstance(error, Conflict)), status_of(error)
        flash(say(SAVED), "success")
        return redirect(url_for("OwnFieldView.list", office=office_argument()))

    # The pages ------------------------------------------------------------------------------------------------------------

    def _entry(self, entity: str, view: Any) -> Entry:
        office = chosen_office()
        fields = office_fields(office) if office is not None else None
        hidden = [label_of(view, name) for name in view.hideable if fields and (entity, name) in fields.hidden]
        own = [text.label for text in fields.own.get(entity, ())] if fields else []
        href = url_for("OwnFieldView.edit", entity=entity, office=office_argument())
        return Entry(view.fields_title or view.list_title, view.icon, hidden, own, has_own_texts(view.datamodel.obj), href)

    @staticmethod
    def _form_of(view: Any) -> type[FieldsForm]:
        return fields_form(tuple((name, label_of(view, name)) for name in view.hideable), has_own_texts(view.datamodel.obj))

    @staticmethod
    def _opened(kind: type[FieldsForm], view: Any, office: int) -> FieldsForm:
        hidden, named = hidden_fields(office, view.entity), named_fields(office, view.entity)
        return kind(data=stored_values(view.hideable, hidden, named, kind.has_own))

    def _page(self, view: Any, office: int, form: FieldsForm, problems: Any = (), *, is_stale: bool = False) -> Any:
        sent = request.form.get("version")
        return self.render_template(
            "feehouse/form.html",
            view=view,
            form=form,
            record=None,
            title=view.fields_title or view.list_title,
            problems=problems,
            office_id=office,
            # After a refusal for staleness the next try is against the newest state, which the person was told to check.
            version=version_of_fields(office, view.entity) if is_stale or sent is None else sent,
            back_to=url_for("OwnFieldView.list", office=office_argument()),
            was_sent=request.method == "POST",
        )


def label_of(view: Any, name: str) -> Any:
    """Return what the view calls an optional field, hidden or not."""
    form = view.add_form or view.edit_form
    own = getattr(form, name, None) if form is not None else None
    return view.declared_labels.get(name) or view.declared_labels.get(f"masked_{name}") or (own.args[0] if own is not None else name)
