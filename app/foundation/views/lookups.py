"""Lookups: finding a related row by typing, instead of a select with every row of a table (holes H7 and H8).

A domain registers how its rows are found and written; any list filter or form field then names the lookup. Who may open a page
that uses a lookup may use the lookup; nobody else. The scope of offices holds here as everywhere.

    register_lookup("customer", Customer, search=lambda text: Customer.search_terms.contains([fold(text)]))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, current_app, jsonify, request, url_for
from flask_appbuilder import BaseView, expose
from sqlalchemy import ColumnElement

from app.foundation.guards import too_many
from app.foundation.views.access import allowed, current_user_id, personal, turned_away
from app.foundation.views.columns import loading_of
from app.foundation.views.interface import GuardedInterface
from app.foundation.views.listing import prefix_condition
from app.foundation.views.office import belongs_to_office, chosen_office
from app.foundation.views.state import SharedObject, once_per_request
from app.foundation.views.texts import clean_text
from app.values.errors import Message, NotFound

MOST_ROWS = 20
LONGEST_QUERY = 60
# Typing quickly asks some five times a second; a script that copies the customers asks more.
MOST_PER_MINUTE = 240

Search = Callable[[str], ColumnElement[bool]]


@dataclass
class Lookup:
    """How the rows of one table are found, named and ordered."""

    name: str
    model: type[Any]
    search: Search | None = None
    columns: Sequence[str] = ()
    text: Callable[[Any], str] = str
    detail: Callable[[Any], str] | None = None
    order: Sequence[str] = ()
    condition: Callable[[], Sequence[ColumnElement[bool]]] | None = None
    visible: Callable[[], Sequence[ColumnElement[bool]]] | None = None
    fills: Callable[[Any], dict[str, str]] | None = None
    loads: Sequence[str] = ()
    used_by: set[tuple[str, str]] = field(default_factory=set)  # (permission, view) of the pages that use it

    @property
    def datamodel(self) -> GuardedInterface:
        return GuardedInterface(self.model)

    def conditions(self, text: str) -> list[ColumnElement[bool]]:
        """Return the conditions of a search for ``text``, in the office of the page."""
        found = [*(self.condition() if self.condition else []), *self.there()]
        if text:
            found.append(self.search(text) if self.search else prefix_condition(self.model, self.columns, text))
        return found

    def there(self) -> list[ColumnElement[bool]]:
        """Return which rows there are at all for this person: of the office of the page, and of those only the visible ones."""
        own = [self.model.office_id == chosen_office()] if belongs_to_office(self.model) else []
        return [*own, *(self.visible() if self.visible else [])]

    def rows(self, text: str) -> list[Any]:
        """Return at most ``MOST_ROWS`` rows that match ``text``."""
        data = self.datamodel
        order = [getattr(self.model, name) for name in self.order or self.columns[:1]] or [data.key]
        found = data.rows(*self.conditions(text)).order_by(*order).limit(MOST_ROWS).options(*loading_of(self.model, tuple(self.loads)))
        return list(data.session.execute(found).scalars())

    def is_allowed(self) -> bool:
        """Tell whether the person may open any page that uses this lookup."""
        return any(allowed(permission, view) for permission, view in sorted(self.used_by))


_lookups: dict[str, Lookup] = {}


def register_lookup(
    name: str,
    model: type[Any],
    *,
    search: Search | None = None,
    columns: Sequence[str] = (),
    text: Callable[[Any], str] = str,
    detail: Callable[[Any], str] | None = None,
    order: Sequence[str] = (),
    condition: Callable[[], Sequence[ColumnElement[bool]]] | None = None,
    visible: Callable[[], Sequence[ColumnElement[bool]]] | None = None,
    fills: Callable[[Any], dict[str, str]] | None = None,
    loads: Sequence[str] = (),
) -> Lookup:
    """Register how rows of ``model`` are found: by ``search(text)`` (an indexed condition) or by the beginnings of ``columns``.

    ``name`` is the table's name unless a table has several lookups. ``text`` writes a row, ``detail`` adds a second line,
    ``condition`` leaves out what cannot be chosen (closed lines), ``visible`` what is not this person's to see, also by its number.
    ``fills`` gives what a choice writes into other fields of the same line: a material its price. ``loads`` names the relations that
    ``text`` and ``detail`` read, so that the rows of an answer are one statement and not one each.
    """
    lookup = Lookup(name, model, search, columns, text, detail, order, condition, visible, fills, loads)
    if search is None and not columns:
        raise ValueError(f"The lookup {name} needs a search or columns.")
    if name in _lookups:
        lookup.used_by = _lookups[name].used_by
    _lookups[name] = lookup
    return lookup


def use_lookup(name: str, permission: str, view: str) -> None:
    """Note that the page ``view`` uses the lookup, so that whoever has ``permission`` on it may search."""
    _pending.setdefault(name, set()).add((permission, view))
    if name in _lookups:
        _lookups[name].used_by |= _pending[name]


_pending: dict[str, set[tuple[str, str]]] = {}


def lookup_named(name: str) -> Lookup:
    """Return the registered lookup. Raises NotFound."""
    lookup = _lookups.get(name)
    if lookup is None:
        raise NotFound(Message("This record does not exist."), code="not_found")
    lookup.used_by |= _pending.get(name, set())
    return lookup


def is_registered(name: str) -> bool:
    """Tell whether there is a lookup of that name."""
    return name in _lookups


def lookup_address(name: str) -> str:
    """Return the address that answers the lookup, with the office of the page."""
    office = chosen_office() if request else None
    return url_for("LookupView.find", name=name, office=office)


def lookup_record(name: str, record_id: object) -> Any | None:
    """Return the row of ``record_id``, if the person may see it: the scoped query answers, and rows of other offices are not there."""
    if record_id is None or record_id == "":
        return None
    lookup = lookup_named(name)
    return once_per_request(("lookup", name, str(record_id)), lambda: lookup.datamodel.one(record_id, lookup.there()))


def lookup_text(name: str, record_id: object) -> str | None:
    """Return the text of the row of ``record_id``; nothing where the person may not see it."""
    record = lookup_record(name, record_id)
    return None if record is None else lookup_named(name).text(record)


class LookupView(SharedObject, BaseView):
    """``GET /lookup/<name>?q=``: at most 20 rows as JSON, for whoever may open a page with this lookup."""

    route_base = "/lookup"
    default_view = "find"
    base_permissions: list[str] = []

    @expose("/<string:name>")
    def find(self, name: str) -> Response:
        """Answer what was typed."""
        lookup = lookup_named(name)
        if not lookup.is_allowed():
            return turned_away()
        if too_many("lookup", str(current_user_id()), MOST_PER_MINUTE, 60):
            return Response(status=429)
        text = clean_text(request.args.get("q"), LONGEST_QUERY)
        items = [self._item(lookup, row) for row in lookup.rows(text)]
        return personal(jsonify({"items": items}))

    @staticmethod
    def _item(lookup: Lookup, row: Any) -> dict[str, Any]:
        item = {"id": row.id, "text": lookup.text(row)}
        if lookup.detail is not None:
            item["detail"] = lookup.detail(row)
        if lookup.fills is not None:
            item["fills"] = lookup.fills(row)
        return item


def add_lookups() -> None:
    """Register the address of the lookups with the application under construction."""
    current_app.appbuilder.add_view_no_menu(LookupView)  # type: ignore[attr-defined]
