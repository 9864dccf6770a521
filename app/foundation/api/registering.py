"""Putting the API into the application: one blueprint, one guard before every endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import flask_babel
from flask import Blueprint, Flask, Response, current_app, g, request
from flask_babel import get_babel
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from app.foundation.api import installation
from app.foundation.api.installation import EXTENSION, ROOT
from app.foundation.api.requests import bearer_token
from app.foundation.api.routes import Endpoint, May, Routes
from app.foundation.guards import csrf
from app.foundation.i18n import locale_asked_for
from app.foundation.scope import Scope, scope_or_none, set_scope
from app.values.errors import Message, NotAllowed

_SCOPE_BEFORE = "feehouse.api_scope_before"


class Caller(Protocol):
    """Who asks, as the token proves."""

    @property
    def user(self) -> Any: ...
    @property
    def roles(self) -> frozenset[str]: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def only(self) -> frozenset[May] | None:
        """Return the doors that the token opens where it is not for all that the person may; None for all of them."""


CallerOf = Callable[[str], Caller | None]
PermissionsOf = Callable[[frozenset[str]], Mapping[str, frozenset[str]]]


def register_api(app: Flask, routes: Iterable[Routes], *, caller_of: CallerOf, permissions_of: PermissionsOf) -> None:
    """Register the endpoints of all ``routes``. Call it after ``init_i18n`` and ``init_guards``."""
    endpoints = [endpoint for each in (*routes, installation.routes) for endpoint in each.endpoints]
    blueprint = Blueprint("api", __name__, url_prefix=ROOT)
    app.extensions[EXTENSION] = {f"api.{endpoint.name}": endpoint for endpoint in endpoints}
    for endpoint in endpoints:
        blueprint.add_url_rule(endpoint.rule, endpoint.name, _view(endpoint), methods=[endpoint.method], provide_automatic_options=False)
    blueprint.before_request(lambda: _enter(caller_of, permissions_of))
    blueprint.teardown_request(_leave)
    # No cookie is ever looked at here, so no other site can make a browser act.
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
    _speak_as_asked(app)


def endpoints_of(app: Flask) -> list[Endpoint]:
    """Return all endpoints of the API: what the documentation and the tests of the roles walk."""
    return list(app.extensions[EXTENSION].values())


def _view(endpoint: Endpoint) -> Callable[..., Response]:
    def view(**path: Any) -> Response:
        return endpoint.answer(request.args.to_dict(flat=False), path)

    return view


def _enter(caller_of: CallerOf, permissions_of: PermissionsOf) -> None:
    """Find out who asks and whether he may; his scope holds until the answer is written."""
    request.environ[_SCOPE_BEFORE] = scope_or_none()
    set_scope(None)
    g.user = None
    flask_babel.refresh()
    endpoint: Endpoint = current_app.extensions[EXTENSION][request.endpoint]
    if endpoint.may is None:
        return
    token = bearer_token()
    caller = caller_of(token) if token is not None else None
    if caller is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    g.user = caller.user
    set_scope(caller.scope)
    if caller.only is not None and endpoint.may not in caller.only:
        raise _not_allowed()
    _require(endpoint.may, permissions_of(caller.roles))


def _require(may: May, permissions: Mapping[str, frozenset[str]]) -> None:
    view, permission = may
    if permission not in permissions.get(view, frozenset()):
        raise _not_allowed()


def _not_allowed() -> NotAllowed:
    return NotAllowed(Message("You do not have the permission for this. Ask a manager."), code="not_allowed")


def _leave(error: BaseException | None = None) -> None:
    if _SCOPE_BEFORE in request.environ:
        set_scope(request.environ.pop(_SCOPE_BEFORE))
    g.pop("user", None)


def _speak_as_asked(app: Flask) -> None:
    """Let the API answer in the language of ``Accept-Language``; without one as the pages would."""
    babel = get_babel(app)
    otherwise = babel.locale_selector

    def select_locale() -> str | None:
        asked = locale_asked_for() if request and request.path.startswith(ROOT) else None
        chosen: str | None = asked or (otherwise() if otherwise else None)
        return chosen

    babel.locale_selector = select_locale
