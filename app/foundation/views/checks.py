"""What no view may leave to the framework's defaults: asked when a view is registered, and once more of all of them by a test.

The framework's ready-made pages pass by the permissions and the row rules of what they show. The builder takes none of them: an
application with such a view does not start.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_appbuilder import AppBuilder, BaseView, CompactCRUDMixin, MasterDetailView, ModelRestApi, MultipleView
from flask_appbuilder.baseviews import BaseModelView
from flask_appbuilder.charts.views import BaseChartView

from app.foundation.views.entity import EntityView
from app.foundation.views.state import SharedObject

# A table this small is sorted faster than an index is read.
SMALL_TABLE_WORDS = ("setting", "type", "plan", "office", "material", "installer", "employee")

# What stands beside the permissions and row rules of its parts: several lists on a page (hole H5), a list beside a list (H6), forms
# that keep their state between people, charts that read whole tables, and JSON that writes every column and related row (H20).
PASSING_BY = (MultipleView, MasterDetailView, CompactCRUDMixin, BaseChartView, ModelRestApi)
# Selects that list every row of a table, of every office (hole H7).
LISTS_ALL_ROWS = frozenset({"QuerySelectField", "QuerySelectMultipleField", "ModelSelectField", "AJAXSelectField"})


class GuardedAppBuilder(AppBuilder):  # type: ignore[misc,unused-ignore]
    """The framework's builder, which takes no view with one of the framework's holes. Raises TypeError."""

    def _check_and_init(self, baseview: Any) -> Any:
        view = super()._check_and_init(baseview)
        found = list(holes_of(view))
        if found:
            raise TypeError(" ".join(found))
        return view


def holes_of(view: Any) -> Iterator[str]:
    """Yield a sentence for every way in which ``view`` passes by permissions, row rules or offices."""
    name = type(view).__name__
    if isinstance(view, PASSING_BY):
        yield f"{name} passes by the permissions of its parts; write a view or an API of its own."
    elif isinstance(view, BaseModelView) and not isinstance(view, EntityView):
        yield f"{name} is a model view of the framework; make it an EntityView or an OperationView."
    for form in (getattr(view, "add_form", None), getattr(view, "edit_form", None), getattr(view, "search_form", None)):
        for field in dir(form) if form is not None else ():
            if _lists_all_rows(getattr(form, field, None)):
                yield f"{name}: the field {field} lists all rows of a table; use a LookupField."


def _lists_all_rows(unbound: Any) -> bool:
    kind = getattr(unbound, "field_class", None)
    return isinstance(kind, type) and any(base.__name__ in LISTS_ALL_ROWS for base in kind.__mro__)


def problems(appbuilder: Any) -> list[str]:
    """Return a sentence for every view of ours that is not guarded or not declared; empty when all is well."""
    found: list[str] = []
    for view in appbuilder.baseviews:
        if type(view).__module__.startswith("flask_appbuilder"):
            continue
        found += holes_of(view)
        name = type(view).__name__
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


def is_small(view: EntityView) -> bool:
    """Tell whether the view's table stays small by its nature."""
    table = view.datamodel.obj.__tablename__
    return any(word in table for word in SMALL_TABLE_WORDS)
