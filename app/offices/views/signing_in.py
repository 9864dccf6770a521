"""The sign-in page, signing out, and one's own account."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, request, session, url_for
from flask_appbuilder import BaseView, expose
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.foundation import clock
from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.preferences import local_address
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.foundation.views import EntityForm
from app.foundation.views.access import needs
from app.foundation.views.state import SharedObject
from app.offices import lockout, presence
from app.offices.forms import PASSWORD_RULES, PasswordForm, SignInForm
from app.offices.models import Office, SystemUser
from app.offices.operations import change_password
from app.offices.sessions import authenticate
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
STATUS = {"locked": 429, "bad_credentials": 401}


class LoginView(SharedObject, BaseView):
    """Signing in and out: the only page a stranger may open."""

    route_base = ""
    default_view = "login"

    @expose("/login/", methods=["GET", "POST"])
    def login(self) -> Any:
        """Show the form, or sign in and go where the person wanted to go, inside this installation."""
        way = local_address(request.values.get("next", ""))
        if request.method != "POST":
            if current_user.is_authenticated:
                return redirect(way)
            return self._page(SignInForm(), way, note=N_("Session expired") if session.pop(presence.ENDED, False) else None)
        form = SignInForm(request.form)
        if not form.validate() or not form.username.data or not form.password.data:
            return self._page(form, way, error=Message("Enter username and password.")), 422
        try:
            user = authenticate(form.username.data, form.password.data, presence.address())
        except OperationRefused as refusal:
            return self._page(form, way, error=refusal.message), STATUS.get(refusal.code, 422)
        presence.begin(user)
        return redirect(way)

    @expose("/logout/", methods=["POST"])
    def logout(self) -> Any:
        """Sign out. By POST only: a picture on another site must not do it."""
        presence.end()
        return redirect(url_for("LoginView.login"))

    def _page(self, form: EntityForm, way: str, *, error: Any = None, note: Any = None) -> Any:
        return self.render_template(
            "feehouse/login.html",
            form=form,
            next=way if way != "/" else "",
            error=error,
            note=note,
            action=url_for("LoginView.login"),
            demonstration=_demonstration(),
        )


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


class MyAccountView(SharedObject, BaseView):
    """One's own account: what one may, where one is signed in, the password."""

    route_base = "/account"
    default_view = "show"

    @expose("/")
    @needs("show")
    def show(self) -> Any:
        """Show who one is to the program."""
        found = presence.current_session()
        assert found is not None
        return self.render_template(
            "offices/account.html",
            person=found.user,
            roles=sorted(found.roles),
            workplaces=found.user.offices,
        )

    @expose("/password", methods=["GET", "POST"])
    @needs("password")
    def password(self) -> Any:
        """Change one's own password; every other session of the account ends."""
        form = PasswordForm(request.form) if request.method == "POST" else PasswordForm()
        if request.method != "POST":
            return self._password_page(form)
        if not form.validate():
            return self._password_page(form), 422
        try:
            self._change(form)
        except OperationRefused as refusal:
            return self._password_page(form, form.blame(refusal)), STATUS.get(refusal.code, 422)
        flash(say(N_("The password is changed. All other sessions are ended.")), "success")
        return redirect(url_for("MyAccountView.show"))

    @staticmethod
    def _change(form: PasswordForm) -> None:
        """Change the password and begin a new session. Wrong guesses count as at sign-in: somebody may sit at an open screen."""
        username, address = current_user.username, presence.address()
        lockout.count_attempt(username, address, clock.real_now())
        try:
            user = run(change_password, current=form.current.data, new=form.new.data).record
        except OperationRefused as refusal:
            if refusal.code != "bad_credentials":
                lockout.forgive(username, address)
                db.session.commit()
            raise
        lockout.forgive(username, address)
        presence.begin(user)

    def _password_page(self, form: PasswordForm, problems: Any = ()) -> Any:
        forced = bool(current_user.must_change_password)
        return self.render_template("feehouse/password.html", form=form, problems=problems, rules=PASSWORD_RULES, forced=forced)
