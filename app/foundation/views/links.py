"""Links and buttons to other views, left out where the person may not go there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app, request, url_for
from werkzeug.datastructures import MultiDict

from app.foundation.views.access import allowed
from app.foundation.views.addresses import with_arguments
from app.foundation.views.state import once_per_request
from app.values.errors import N_

Action = dict[str, Any]


def action(label: Any, href: str, *, icon: str = "", primary: bool = False, key: str = "", method: str = "get", tone: str = "") -> Action:
    """Return a button as the templates' macros take it."""
    return {"label": label, "href": href, "icon": icon, "primary": primary, "key": key, "method": method, "tone": tone}


def action_to(
    view: Any, label: Any, *, route: str = "add", icon: str = "", primary: bool = False, key: str = "", **arguments: Any
) -> Action | None:
    """Return the button that opens ``route`` of ``view`` (a class or its name) with ``arguments``, if the person may.

    ``action_to("SuspensionView", N_("Suspend"), icon="player-pause", subscription=record.id)``
    """
    found = view_named(view if isinstance(view, str) else view.__name__)
    if found is None or not may_open(found, route):
        return None
    return action(label, address_of(f"{found.endpoint}.{route}", **arguments), icon=icon, primary=primary, key=key)


# Longer than any number that stands in an address otherwise.
_ANY_NUMBER = 9_007_199_254_740_000


def address_of(endpoint: str, **arguments: Any) -> str:
    """Return the address of ``endpoint``; every row of a list has some, so the way there is worked out once a request."""
    numbers = {name: value for name, value in arguments.items() if type(value) is int}
    others = {name: value for name, value in arguments.items() if name not in numbers}
    marks: dict[str, Any] = {name: _ANY_NUMBER + position for position, name in enumerate(numbers)}
    key = ("address", endpoint, *numbers, *((name, str(value)) for name, value in others.items()))
    address = once_per_request(key, lambda: url_for(endpoint, **others, **marks))
    for name, value in numbers.items():
        address = address.replace(str(marks[name]), str(value))
    return address


FILE_LABELS = {"xlsx": N_("Excel file"), "csv": N_("CSV file"), "pdf": N_("PDF file")}


def file_links(endpoint: str, *, without: Iterable[str] = (), sorts: Sequence[str] = ("xlsx", "csv")) -> list[Action]:
    """Return the buttons that give what this page shows as a file: the arguments of its address, ``without`` some of them.

    What somebody wrote into an address is never a parameter of ``url_for``, which takes names like ``_scheme`` for its own.
    """
    arguments = MultiDict(request.args)
    for name in (*without, "sort"):
        arguments.poplist(name)
    return [
        action(FILE_LABELS[sort], with_arguments(url_for(endpoint, sort=sort, office=None), arguments), icon="download") for sort in sorts
    ]


def present(*actions: Action | None) -> list[Action]:
    """Return the actions that are there."""
    return [found for found in actions if found is not None]


def may_open(view: Any, route: str) -> bool:
    """Tell whether the person may use ``route`` of ``view``."""
    method = getattr(view, route, None)
    name = "can_" + view.method_permission_name.get(route, getattr(method, "_permission_name", route))
    return name in view.base_permissions and allowed(name, view.class_permission_name)


def view_named(name: str) -> Any | None:
    """Return the registered view of that class name."""
    views = once_per_request("views by name", lambda: {type(view).__name__: view for view in current_app.appbuilder.baseviews})  # type: ignore[attr-defined]
    return views.get(name)


def view_of(model: type[Any]) -> Any | None:
    """Return the first registered view of ``model`` whose records the person may open."""
    return once_per_request(("view of", model), lambda: _view_of(model))


def _view_of(model: type[Any]) -> Any | None:
    for view in current_app.appbuilder.baseviews:  # type: ignore[attr-defined]
        if getattr(getattr(view, "datamodel", None), "obj", None) is model and hasattr(view, "record_url") and may_open(view, "show"):
            return view
    return None


def record_address(record: Any) -> str | None:
    """Return the address of the page of ``record``, if there is one the person may open."""
    if record is None or getattr(record, "id", None) is None:
        return None
    view = view_of(type(record))
    return str(view.record_url("show", record)) if view is not None else None
