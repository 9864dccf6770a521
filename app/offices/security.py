"""The security manager: who is asking, which offices exist for him, what he may. FAB's own ways in are all closed.

Every request starts with nobody and no scope, and ends so, whatever happened in between on the same thread. Roles are read with the
user, once per request; permissions come from ``app.roles`` without a query.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, redirect, request, request_started, session, url_for
from flask_appbuilder import AppBuilder
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_login import LoginManager
from sqlalchemy.orm import configure_mappers

from app.foundation.database import db
from app.foundation.i18n import know_offices
from app.foundation.scope import scope_or_none, set_scope
from app.foundation.views.checks import GuardedAppBuilder
from app.foundation.views.state import once_per_request
from app.offices.models import SystemUser
from app.offices.presence import TOKEN, current_session, note_ended, person_who_was
from app.offices.sessions import API, PAGE, Session, find_session
from app.offices.views.signing_in import LoginView
from app.roles import fab_roles, permissions_of
from app.values.errors import Message, NotAllowed

API_ROOT = "/api/"
API_BLUEPRINT = "api"
HEALTH = "health"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ALWAYS = frozenset({"LoginView.login", "LoginView.logout", "preferences.language", "preferences.theme"})
# What a person may open who must first choose a password of his own, or set up the second factor that is asked of him.
BEFORE_NEW_PASSWORD = ALWAYS | {"MyAccountView.password"}
BEFORE_SECOND_FACTOR = ALWAYS | {"MyAccountView.second_factor", "MyAccountView.begin_factor"}
_SCOPE_BEFORE = "feehouse.scope_before"


class FeehouseLoginManager(LoginManager):  # type: ignore[misc,unused-ignore]
    """Flask-Login without its remember-me cookie and its session marks: our table of sessions alone decides."""

    def _load_user(self) -> None:
        found = _session_of_request()
        g.feehouse_session = found
        set_scope(found.scope if found is not None else None)
        know_offices(found.user.offices if found is not None else ())
        self._update_request_context_with_user(found.user if found is not None else None)


def _session_of_request() -> Session | None:
    """Return the session that the request proves.

    A script's Bearer token decides alone. The browser's cookie counts for the API only where nothing is written, since another site
    can make a browser send it.
    """
    if request.path.startswith(API_ROOT):
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return find_session(token.strip(), API)
        if request.method not in SAFE_METHODS:
            return None
    kept = session.get(TOKEN)
    if not isinstance(kept, str):
        return None
    found = find_session(kept, PAGE)
    if found is None:
        note_ended(kept)
    return found


class FeehouseSecurityManager(SecurityManager):  # type: ignore[misc,unused-ignore]
    """Users, sign-in and permissions of Feehouse."""

    user_model = SystemUser

    def __init__(self, appbuilder: AppBuilder) -> None:
        configure_mappers()
        super().__init__(appbuilder)
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        request_started.connect(_start, app, weak=False)
        app.teardown_request(_finish)

    # --- what FAB would open by itself ---------------------------------------------------------------------------------------

    def register_views(self) -> None:
        """Register the sign-in page; FAB's pages and APIs over users, roles and permissions do not exist."""
        self.auth_view = self.appbuilder.add_view_no_menu(LoginView)
        self.user_view = None

    @staticmethod
    def create_builtin_roles() -> dict[str, Any]:
        return current_app.config.get("FAB_ROLES") or fab_roles()

    def create_login_manager(self, app: Flask) -> LoginManager:
        manager = FeehouseLoginManager(app)
        manager.session_protection = None
        manager.login_view = "LoginView.login"
        return manager

    def load_user(self, pk: Any) -> None:
        """Know nobody by a number: only a session's token proves anything."""

    def load_user_jwt(self, _jwt_header: Any, jwt_data: Any) -> None:
        """Accept no token signed by FAB: ours are rows."""

    def auth_user_db(self, username: str, password: str) -> None:
        """Let nobody in past the lock-out: ``sessions.authenticate`` is the one way."""

    # --- who asks --------------------------------------------------------------------------------------------------------------

    def before_request(self) -> Any:
        """Find out who asks, before any view runs. The API has a guard of its own, which knows tokens only."""
        if _is_static() or request.blueprint in (API_BLUEPRINT, HEALTH):
            return None
        self.lm._load_user()
        g.user = g._login_user
        found = current_session()
        if found is not None and found.user.must_change_password and request.endpoint not in BEFORE_NEW_PASSWORD:
            return _to_new_password()
        if found is not None and found.lacks_second_factor and request.endpoint not in BEFORE_SECOND_FACTOR | BEFORE_NEW_PASSWORD:
            return _to_second_factor()
        return None

    @staticmethod
    def person_who_was() -> int | None:
        """Return whose session this browser had, which has ended: what he sends is kept for him."""
        return person_who_was()

    @property
    def current_user(self) -> SystemUser | None:
        found = current_session()
        return found.user if found is not None else None

    # --- what he may -----------------------------------------------------------------------------------------------------------

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Say whether the person who asks has the permission. FAB names actions without ``can_``; the table always with it."""
        found = current_session()
        if found is None:
            return False
        granted = permissions_of(found.roles).get(view_name, frozenset())
        return permission_name in granted or f"can_{permission_name}" in granted

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """Nothing is public."""
        return False

    def get_user_roles(self, user: Any) -> list[Any]:
        """Return the roles of the user; strangers have none, and groups are not used."""
        return list(user.roles) if user is not None and user.is_authenticated else []

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        """Return which entries of the menu lead to a page that the person may open; a heading needs one such entry."""
        visible = once_per_request("menu", lambda: _visible(self, self.appbuilder.menu.get_list()))
        return visible if menu_names is None else visible & set(menu_names)


def _visible(manager: FeehouseSecurityManager, items: list[Any]) -> set[str]:
    names: set[str] = set()
    for item in items:
        below = _visible(manager, item.childs)
        names |= below
        if below or (not item.childs and _may_open(manager, item)):
            names.add(item.name)
    return names


def _may_open(manager: FeehouseSecurityManager, item: Any) -> bool:
    if item.name == "-":
        return False
    if item.baseview is None:
        return current_session() is not None
    view = item.baseview
    endpoint, _, route = (item.href or "").partition(".")
    route = route if route and endpoint == view.endpoint else view.default_view
    permission = view.method_permission_name.get(route) or getattr(getattr(view, route, None), "_permission_name", route)
    return manager.has_access(f"can_{permission}", view.class_permission_name)


# --- the edges of a request --------------------------------------------------------------------------------------------------------


def _start(app: Flask, **_: Any) -> None:
    """Begin with nobody. An application context around several requests (tests, commands) shares its ``g`` among them."""
    request.environ[_SCOPE_BEFORE] = scope_or_none()
    set_scope(None)
    for name in ("_login_user", "feehouse_session", "feehouse_ended_token", "user"):
        g.pop(name, None)


def _finish(error: BaseException | None = None) -> None:
    if error is not None:
        db.session.rollback()
    set_scope(request.environ.pop(_SCOPE_BEFORE, None))
    g.pop("feehouse_session", None)


def _is_static() -> bool:
    return request.endpoint is not None and request.endpoint.rpartition(".")[2] == "static"


def _to_new_password() -> Any:
    if request.path.startswith(API_ROOT):
        raise NotAllowed(
            Message("This password was set by somebody else. Sign in on the page and change it first."), code="password_must_change"
        )
    return redirect(url_for("MyAccountView.password"))


def _to_second_factor() -> Any:
    if request.path.startswith(API_ROOT):
        raise NotAllowed(
            Message("This account needs a second factor. Sign in on the page and set it up first."), code="second_factor_missing"
        )
    return redirect(url_for("MyAccountView.second_factor"))


class FeehouseAppBuilder(GuardedAppBuilder):
    """The guarded builder without the addresses it opens by itself: language by GET, "back", menu and documents as JSON."""

    def _add_admin_views(self) -> None:
        if self.indexview:
            self._indexview = self.add_view_no_menu(self.indexview)
        self.sm.register_views()
