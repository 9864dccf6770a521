"""May this person do that: asked once per request and permission, and answered the same for buttons, links and routes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Response, current_app, redirect, request, url_for
from flask_login import current_user

from app.foundation.kept_forms import keep_sent_form
from app.foundation.preferences import local_address
from app.foundation.scope import scope_or_none
from app.foundation.views.state import once_per_request
from app.values.errors import Message, NotAllowed

F = TypeVar("F", bound=Callable[..., Any])
PREFIX = "can_"
# What a browser says of a form of our own pages, and of one that its user sends anew himself.
OWN = ("same-origin", "none")


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
    """Return the way to the sign-in page for a stranger; raises NotAllowed for a person.

    A form that somebody sends after his session has ended is kept for him (``kept_forms``). A script that asks for a piece of a page is
    told where the whole page has to go.
    """
    if getattr(current_user, "is_authenticated", False):
        raise NotAllowed(Message("You do not have the permission for this page."), code="not_allowed")
    if request.headers.get("X-Requested-With") or request.headers.get("HX-Request"):
        return _whole_page_to_sign_in()
    if request.method == "GET":
        return _to_sign_in(request.full_path.rstrip("?"))
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    was = manager.person_who_was() if hasattr(manager, "person_who_was") else None
    return _to_sign_in(keep_sent_form(was) if was is not None else None)


def sent_again() -> Response | None:
    """Return where a form leads whose cross-site token is not this browser's: nothing where that cannot be told.

    Nothing is executed. Somebody who signed in anew in another window, or whose session has ended, finds the form as he filled it in;
    the sign-in page itself opens anew.
    """
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    if not request.form.get("csrf_token") or not hasattr(manager, "person_who_was") or _is_of_another_site():
        return None
    if request.endpoint in {f"{manager.auth_view.endpoint}.{step}" for step in ("login", "code")}:
        return _to_sign_in(request.form.get("next") or None)
    manager.lm._load_user()
    scope = scope_or_none()
    person = scope.user_id if scope is not None else manager.person_who_was()
    address = keep_sent_form(person) if person is not None else None
    if address is None:
        return None
    return redirect(address, 303) if scope is not None else _to_sign_in(address)  # type: ignore[return-value]


def _is_of_another_site() -> bool:
    """Say whether the browser tells that another site's page sent the form: a neighbour's words must not appear as one's own."""
    ours = {request.host, urlsplit(current_app.config.get("PUBLIC_URL") or "").netloc} - {""}
    origin = request.headers.get("Origin")
    return (origin is not None and urlsplit(origin).netloc not in ours) or request.headers.get("Sec-Fetch-Site", "none") not in OWN


def _to_sign_in(way_back: str | None) -> Response:
    return redirect(_sign_in_address(next=way_back))  # type: ignore[return-value]


def _whole_page_to_sign_in() -> Response:
    """Answer htmx with its header of the way, and our own script, which knows its page itself, with one of our own."""
    answer = Response(status=401)
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    way_back = f"{page.path}?{page.query}" if page.query else page.path
    answer.headers["HX-Redirect"] = _sign_in_address(next=local_address(way_back) if page.netloc == request.host else None)
    answer.headers["X-Sign-In"] = _sign_in_address()
    return answer


def _sign_in_address(**arguments: Any) -> str:
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    return url_for(f"{manager.auth_view.endpoint}.login", **arguments)


def personal(response: Response) -> Response:
    """Mark an answer with personal data: no copy of it may be kept."""
    response.headers["Cache-Control"] = "no-store"
    return response
