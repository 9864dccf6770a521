"""How a view follows the fields of its office: what the office hides is left out, what it named itself is added.

A view declares ``hideable``: optional fields by their names in the table. A table with ``OwnTexts`` has the office's own fields without
another word. Lists, filters, record pages, files and forms ask here; templates know nothing of it. One statement per request, and none
for a view that nothing of this concerns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import current_app, has_request_context
from sqlalchemy import inspect
from sqlalchemy.orm import RelationshipProperty

from app.foundation.i18n import current_locale
from app.foundation.own_fields.models import LONGEST_OWN_TEXT, OwnTexts
from app.foundation.own_fields.reading import NamedText, OfficeFields, read_fields
from app.foundation.views.columns import Column, Kind
from app.foundation.views.fields import TextField
from app.foundation.views.filters import ListFilter, TextFilter
from app.foundation.views.forms import EntityForm
from app.foundation.views.listing import ListSpec
from app.foundation.views.office import chosen_office
from app.foundation.views.state import once_per_request

if TYPE_CHECKING:
    from app.foundation.views.declared import DeclaredView

MASK = "masked_"
Fieldsets = Sequence[tuple[Any, Sequence[str]]]


# What holds ---------------------------------------------------------------------------------------------------------------


def has_own_texts(model: Any) -> bool:
    """Tell whether a table has places for an office's own fields."""
    return isinstance(model, type) and issubclass(model, OwnTexts)


def configurable_views() -> dict[str, Any]:
    """Return table -> the view whose declarations say what an office may hide and name there, in the order of the menu."""
    return once_per_request("configurable views", _configurable_views)


def _configurable_views() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for view in getattr(getattr(current_app, "appbuilder", None), "baseviews", ()):
        if getattr(view, "hideable", ()) or (has_own_texts(getattr(view, "own_texts_of", None)) and not view.is_only_a_page):
            found.setdefault(view.entity, view)
    return found


def office_fields(office_id: int) -> OfficeFields:
    """Return the fields of the office in the reader's language, read once per request."""
    locale = current_locale()
    return once_per_request(("office fields", office_id, locale), lambda: read_fields(office_id, locale))


def fields_for(view: DeclaredView) -> OfficeFields | None:
    """Return the fields of the page's office; nothing where they do not touch this view."""
    if not _is_configurable(view):
        return None
    office = chosen_office()
    if office is None:
        return None
    fields = office_fields(office)
    return None if view.entities.isdisjoint(fields.entities) else fields


def _is_configurable(view: DeclaredView) -> bool:
    return has_request_context() and not view.entities.isdisjoint(configurable_views())


@lru_cache(maxsize=4096)
def steps_of(model: Any, path: str) -> tuple[tuple[str, str], ...]:
    """Return what a dotted name passes, as (table, field): ``customer.masked_id_number`` touches the customer's ``id_number``."""
    return tuple(_steps(model, path))


def _steps(model: Any, path: str) -> Iterator[tuple[str, str]]:
    for name in path.split("."):
        yield model.__tablename__, name.removeprefix(MASK)
        found = inspect(model).attrs.get(name)
        if not isinstance(found, RelationshipProperty):
            return
        model = found.mapper.class_


def is_hidden(fields: OfficeFields, model: Any, path: str) -> bool:
    return not fields.hidden.isdisjoint(steps_of(model, path))


def entities_of(view: DeclaredView, names: Iterable[str]) -> frozenset[str]:
    """Return the tables that a view shows anything of."""
    model: Any = view.datamodel.obj
    touched = {table for name in names for table, _ in steps_of(model, name)}
    own = view.own_texts_of.__tablename__ if view.own_texts_of is not None else model.__tablename__
    return frozenset({*touched, model.__tablename__, own, *view.form_owners.values()})


# The list -----------------------------------------------------------------------------------------------------------------


def spec_of(view: DeclaredView) -> ListSpec:
    """Return the list's specification as the page's office wants it."""
    if not _is_configurable(view):
        return view.declared_spec
    return once_per_request(("fitted spec", view.endpoint, chosen_office()), lambda: _fitted_spec(view, fields_for(view)))


def _fitted_spec(view: DeclaredView, fields: OfficeFields | None) -> ListSpec:
    spec = view.declared_spec
    if fields is None:
        return spec
    own = own_texts(view, fields)
    columns = [*shown_columns(view, fields, spec.columns), *(_column(text) for text in own if text.is_listed)]
    filters = [flt for flt in spec.filters if not is_hidden(fields, view.datamodel.obj, flt.name)]
    return replace(spec, columns=columns, filters=[*filters, *(_filter(view, text) for text in own)])


def shown_columns(view: DeclaredView, fields: OfficeFields, columns: Sequence[Column]) -> list[Column]:
    """Return the columns, and of each its second line, that the office does not hide."""
    model = view.datamodel.obj
    shown = [column for column in columns if not is_hidden(fields, model, column.name)]
    return [
        replace(column, second_line=None) if column.second_line and is_hidden(fields, model, column.second_line) else column
        for column in shown
    ]


def own_texts(view: DeclaredView, fields: OfficeFields) -> tuple[NamedText, ...]:
    """Return the office's own fields of the view's table."""
    model = view.datamodel.obj
    return fields.own.get(model.__tablename__, ()) if has_own_texts(model) else ()


def _column(text: NamedText) -> Column:
    return Column(text.column, text.label, Kind.TEXT)


def _filter(view: DeclaredView, text: NamedText) -> ListFilter:
    return TextFilter(text.column, label=text.label, is_first=False).attach(view.datamodel.obj, {})


def file_columns(view: DeclaredView) -> list[Column]:
    """Return the columns of the view's files: every field that the office uses."""
    columns = [view.column(name) for name in view.export_columns]
    fields = fields_for(view)
    if not columns or fields is None:
        return columns or view.spec.columns
    return [*shown_columns(view, fields, columns), *(_column(text) for text in own_texts(view, fields))]


# The record ---------------------------------------------------------------------------------------------------------------


def labels_of(view: DeclaredView) -> dict[str, Any]:
    """Return the labels of the view's fields, the office's own names among them.

    What is hidden keeps its label: the history of a record leaves nothing out.
    """
    fields = fields_for(view)
    if fields is None:
        return view.declared_labels
    return once_per_request(("fitted labels", view.endpoint, chosen_office()), lambda: _fitted_labels(view, fields))


def _fitted_labels(view: DeclaredView, fields: OfficeFields) -> dict[str, Any]:
    model = view.datamodel.obj
    return {**view.declared_labels, **(fields.labels.get(model.__tablename__, {}) if has_own_texts(model) else {})}


def shown_fieldsets(view: DeclaredView) -> Fieldsets:
    """Return the sections of the record page as the office wants them; its own fields stand in one of their own."""
    fields = fields_for(view)
    if fields is None:
        declared: Fieldsets = view.show_fieldsets
        return declared
    model = view.datamodel.obj
    sections = [(title, shown_names(fields, model, names)) for title, names in view.show_fieldsets]
    own = [text.column for text in own_texts(view, fields)]
    return [section for section in (*sections, (view.own_title, own)) if section[1]]


def shown_names(fields: OfficeFields | None, model: type[Any], names: Sequence[str]) -> list[str]:
    """Return the names that are not hidden."""
    return [name for name in names if fields is None or not is_hidden(fields, model, name)]


# The forms ----------------------------------------------------------------------------------------------------------------


def fitted_form(view: DeclaredView, kind: Any) -> type[EntityForm]:
    """Return the form as the page's office wants it: without what it hides, with its own fields."""
    fields = fields_for(view)
    if fields is None:
        plain: type[EntityForm] = kind
        return plain
    left_out = frozenset(name for name in hideable_fields(view, kind) if not fields.hidden.isdisjoint({(owner_of(view, name), name)}))
    model = view.own_texts_of
    own = fields.own.get(model.__tablename__, ()) if has_own_texts(model) and model is not None else ()
    return _fitted_kind(kind, own, left_out, view.own_title, view.own_after)


def owner_of(view: DeclaredView, name: str) -> str:
    """Return the table to which a field of the view's form belongs."""
    return view.form_owners.get(name, view.entity)


def hideable_fields(view: DeclaredView, kind: type[EntityForm]) -> list[str]:
    """Return the fields of a form that may be missing: those without a value of need."""
    unbound = {name: getattr(kind, name) for name in dir(kind) if hasattr(getattr(kind, name, None), "field_class")}
    return [name for name, each in unbound.items() if not each.kwargs.get("required")]


@lru_cache(maxsize=256)
def _fitted_kind(kind: Any, own: tuple[NamedText, ...], left_out: frozenset[str], title: Any, after: str) -> type[EntityForm]:
    if not own and not left_out:
        plain: type[EntityForm] = kind
        return plain
    made = {text.column: TextField(text.label, required=text.is_required, longest=LONGEST_OWN_TEXT, empty=None) for text in own}
    names = [text.column for text in own]
    extras = {"left_out": left_out, "own_names": tuple(names), "fieldsets": _with_own(kind, names, title, after)}
    return type(kind.__name__, (kind,), {**made, **extras})


def _with_own(kind: type[EntityForm], names: Sequence[str], title: Any, after: str) -> Fieldsets:
    """Return the sections of the form with the own fields behind the field ``after``, else in a section at the end."""
    if any(after in section for _, section in kind.fieldsets):
        return tuple(
            (heading, [each for name in section for each in ((name, *names) if name == after else (name,))])
            for heading, section in kind.fieldsets
        )
    return (*kind.fieldsets, (title, list(names))) if names else kind.fieldsets
