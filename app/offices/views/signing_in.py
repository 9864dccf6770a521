"""The sign-in page with its two steps, and signing out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.kept_forms import has_kept_form
from app.foundation.preferences import local_address
from app.foundation.scope import everything
from app.foundation.views import EntityForm
from app.foundation.views.state import SharedObject
from app.offices import factors, presence
from app.offices.forms import CodeForm, SignInForm
from app.offices.models import Office, SystemUser
from app.offices.rules.one_time_codes import is_one_time_code
from app.offices.sessions import authenticate, second_step
from app.roles import Role, rank_of
from app.values.errors import N_, Message, OperationRefused

ROLE_ICONS = {
    Role.ADMINISTRATOR.value: "settings",
    Role.CHIEF.value: "checklist",
    Role.MANAGER.value: "layout-dashboard",
    Role.CASHIER.value: "cash-register",
    Role.RECEPTIONIST.value: "user-plus",
    Role.METER_READER.value: "gauge",
    Role.INSTALLER.value: "tool",
    Role.AUDITOR.value: "eye",
}
STATUS = {"locked": 429, "bad_credentials": 401, "bad_code": 401}


class LoginView(SharedObject, BaseView):
    """Signing in, in one step or two, and out: the only pages a stranger may open."""

    route_base = ""
    default_view = "login"
    explains_odd_text = frozenset({"login", "code"})

    @expose("/login/", methods=["GET", "POST"])
    def login(self) -> Any:
        """Show the form, or sign in and go where the person wanted to go, inside this installation."""
        way = local_address(request.values.get("next", ""))
        if request.method == "GET":
            if current_user.is_authenticated:
                return redirect(way)
            return self._page(SignInForm(), way, notes=_notes(way))
        form = SignInForm(request.form)
        if not form.validate():
            return self._page(form, way), 422
        if not form.username.data or not form.password.data:
            return self._page(form, way, error=Message("Enter username and password.")), 422
        try:
            user = authenticate(form.username.data, form.password.data, presence.address())
        except OperationRefused as refusal:
            if refusal.code == "code_required":
                presence.begin_second_step(form.username.data)
                return redirect(url_for("LoginView.code", next=way if way != "/" else None))
            return self._page(form, way, error=refusal.message), STATUS.get(refusal.code, 422)
        presence.begin(user)
        return redirect(way)

    @expose("/login/code", methods=["GET", "POST"])
    def code(self) -> Any:
        """Ask for the code of the second factor, or a recovery code, of somebody whose password was right just now."""
        way = local_address(request.values.get("next", ""))
        waiting = presence.second_step()
        if waiting is None:
            flash(say(N_("Please sign in again.")), "info")
            return redirect(url_for("LoginView.login", next=way if way != "/" else None))
        if request.method == "GET":
            return self._page(CodeForm(), way, needs_code=True)
        form = CodeForm(request.form)
        if not form.validate():
            return self._page(form, way, needs_code=True), 422
        if not form.code.data:
            return self._page(form, way, error=Message("Enter the code from your authenticator app."), needs_code=True), 422
        try:
            user = second_step(*waiting, form.code.data, presence.address())
        except OperationRefused as refusal:
            return self._code_refused(refusal, way)
        presence.begin(user)
        if not is_one_time_code(form.code.data):
            left = factors.recovery_codes_left(user.id)
            flash(
                say(Message("You have used a recovery code. %(count)s are left; make new ones before they are gone.", count=left)),
                "warning",
            )
        return redirect(way)

    @expose("/logout/", methods=["POST"])
    def logout(self) -> Any:
        """Sign out. By POST only: a picture on another site must not do it."""
        presence.end()
        return redirect(url_for("LoginView.login"))

    def _code_refused(self, refusal: OperationRefused, way: str) -> Any:
        if refusal.code != "too_late":
            return self._page(CodeForm(), way, error=refusal.message, needs_code=True), STATUS.get(refusal.code, 422)
        presence.forget_second_step()
        return self._page(SignInForm(), way, error=refusal.message), 401

    def _page(self, form: EntityForm, way: str, *, error: Any = None, notes: Sequence[Message] = (), needs_code: bool = False) -> Any:
        return self.render_template(
            "feehouse/login.html",
            form=form,
            next=way if way != "/" else "",
            error=error,
            notes=notes,
            needs_code=needs_code,
            action=url_for("LoginView.code" if needs_code else "LoginView.login"),
            demonstration=None if needs_code else _demonstration(),
        )


def _notes(way: str) -> list[Message]:
    """Return why somebody who wanted to go elsewhere has to sign in, and that what he typed is waiting for him."""
    why = presence.ended()
    if has_kept_form(way):
        kept = Message("What you typed is kept: sign in, and it is here again. Nothing is saved yet.")
        return [why or Message("Your session has ended."), kept]
    if why is not None:
        return [why]
    return [Message("Please sign in to open this page.")] if way != "/" else []


def _demonstration() -> Any:
    """Return the logins of a demonstration, as the page shows them; nothing in any other installation.

    ``app.extensions["feehouse_demonstration"]`` is a function that gives ``demonstration_panel(password)`` or nothing.
    """
    given = current_app.extensions.get("feehouse_demonstration")
    return given() if callable(given) else given


def demonstration_panel(password: str) -> dict[str, Any]:
    """Return what the sign-in page of a demonstration offers: its logins by office. Only the wiring knows that it is one."""
    with everything("the sign-in page of a demonstration names its logins"):
        offices = list(db.session.scalars(select(Office).order_by(Office.id)))
        statement = select(SystemUser).where(SystemUser.active).order_by(SystemUser.id)
        statement = statement.options(joinedload(SystemUser.offices), joinedload(SystemUser.roles))
        people = [(user, {office.id for office in user.offices}) for user in db.session.scalars(statement).unique()]
    groups = [
        {
            "name": office.name,
            "note": f"{office.currency} · {say(office.language)}",
            "people": [_tile(user) for user, places in people if places == {office.id}],
        }
        for office in offices
    ]
    everywhere = [_tile(user) for user, places in people if len(places) != 1]
    return {"password": password, "offices": [*groups, {"name": N_("All offices"), "note": "", "people": everywhere}]}


def _tile(user: SystemUser) -> dict[str, str]:
    role = max((role.name for role in user.roles), key=lambda name: rank_of([name]), default="")
    return {"username": str(user.username), "role": role, "icon": ROLE_ICONS.get(role, "user")}
