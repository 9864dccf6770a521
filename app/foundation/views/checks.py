"""What a test asks of every registered view: that nothing is left to the framework's defaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_appbuilder import BaseView, ModelRestApi, MultipleView
from flask_appbuilder.baseviews import BaseCRUDView
from flask_appbuilder.charts.views import BaseChartView

from app.foundation.views.entity import EntityView
from app.foundation.views.state import SharedObject

# A table this small is sorted faster than an index is read.
SMALL_TABLE_WORDS = ("setting", "type", "plan", "office", "material", "installer", "employee")


def problems(appbuilder: Any) -> list[str]:
    """Return a sentence for every view of ours that is not guarded; empty when all is well."""
    found = []
    for view in appbuilder.baseviews:
        if type(view).__module__.startswith("flask_appbuilder"):
            continue
        name = type(view).__name__
        if isinstance(view, BaseCRUDView) and not isinstance(view, EntityView):
            found.append(f"{name} is a model view of the framework; make it an EntityView or an OperationView.")
        if isinstance(view, MultipleView | ModelRestApi | BaseChartView):
            found.append(f"{name} passes by the permissions of its parts; write a view or an API of its own.")
        if isinstance(view, BaseView) and not isinstance(view, SharedObject):
            found.append(f"{name} may keep a request's data on itself; add SharedObject to its bases.")
        if isinstance(view, EntityView):
            found += [f"{name}: {sentence}" for sentence in _problems_of(view)]
    return found


def _problems_of(view: EntityView) -> Iterator[str]:
    if not view.list_title:
        yield "the list has no title."
    for column in view.spec.columns:
        if column.name not in view.labels:
            yield f"the column {column.name} has no label."
    for name in view.show_columns:
        if name not in view.labels:
            yield f"the column {name} of the record page has no label."
    for name in view.order_columns:
        if "." in name:
            yield f"a list cannot be ordered by {name}: it belongs to another table."
        elif not view.datamodel.is_indexed(name) and not is_small(view):
            yield f"ordering by {name} needs an index."
    for form in (view.add_form, view.edit_form):
        for name in dir(form) if form is not None else ():
            kind = getattr(getattr(form, name, None), "field_class", None)
            if kind is not None and kind.__module__.startswith("wtforms") and kind.__name__ in {"QuerySelectField", "SelectMultipleField"}:
                yield f"the field {name} lists all rows of a table; use a LookupField."


def is_small(view: EntityView) -> bool:
    """Tell whether the view's table stays small by its nature."""
    table = view.datamodel.obj.__tablename__
    return any(word in table for word in SMALL_TABLE_WORDS)
