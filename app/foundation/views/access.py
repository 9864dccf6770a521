"""May this person do that: asked once per request and permission, and answered the same for buttons, links and routes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, redirect, request, url_for
from flask_login import current_user

from app.foundation.scope import scope_or_none
from app.foundation.views.state import once_per_request
from app.values.errors import Message, NotAllowed

F = TypeVar("F", bound=Callable[..., Any])
PREFIX = "can_"


def allowed(permission: str, view: str) -> bool:
    """Tell whether the person has ``permission`` (``can_list``) on the view of that name."""
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    return once_per_request(("allowed", permission, view), lambda: bool(manager.has_access(permission, view)))


def current_user_id() -> int | None:
    """Return who acts."""
    scope = scope_or_none()
    return scope.user_id if scope is not None else None


def needs(permission: str) -> Callable[[F], F]:
    """Guard a route: without ``permission`` on its view it is refused; without a person the sign-in page is shown.

    Does what the framework's ``has_access`` does, but never puts the Host header into the address of the way back (hole H19), and answers
    a script with 401 instead of a page.
    """

    def guard(route: F) -> F:
        @functools.wraps(route)
        def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
            name = PREFIX + self.method_permission_name.get(route.__name__, permission)
            if name in self.base_permissions and allowed(name, self.class_permission_name):
                return route(self, *args, **kwargs)
            return turned_away()

        guarded._permission_name = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard


def turned_away() -> Response:
    """Return the way to the sign-in page for a stranger; raises NotAllowed for a person."""
    if getattr(current_user, "is_authenticated", False):
        raise NotAllowed(Message("You do not have the permission for this page."), code="not_allowed")
    if request.headers.get("X-Requested-With") or request.headers.get("HX-Request"):
        return Response(status=401)
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    way_back = request.full_path.rstrip("?") if request.method == "GET" else None
    answer: Any = redirect(url_for(f"{manager.auth_view.endpoint}.login", next=way_back))
    return answer  # type: ignore[no-any-return]


def personal(response: Response) -> Response:
    """Mark an answer with personal data: no copy of it may be kept."""
    response.headers["Cache-Control"] = "no-store"
    return response
