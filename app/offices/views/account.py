"""One's own account: who one is, the password, the second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_login import current_user
from markupsafe import Markup

from app.foundation import clock
from app.foundation.database import db
from app.foundation.guards import status_of
from app.foundation.i18n import say
from app.foundation.transactions import run
from app.foundation.views.access import needs
from app.foundation.views.state import SharedObject
from app.offices import factors, lockout, presence
from app.offices.forms import PASSWORD_RULES, ConfirmForm, FactorForm, PasswordForm
from app.offices.models import SystemUser
from app.offices.operations import begin_factor, change_password, confirm_factor, renew_recovery_codes, switch_off_factor
from app.offices.queries import pending_factor
from app.offices.rules.one_time_codes import address_of, picture_of, spaced
from app.offices.rules.recovery_codes import new_codes
from app.offices.views.signing_in import STATUS
from app.values.errors import N_, OperationRefused

# Refusals that are guesses at a secret, and stay counted.
GUESSES = frozenset({"bad_credentials", "bad_code"})


class MyAccountView(SharedObject, BaseView):
    """One's own account: what one may, where one is signed in, the password."""

    route_base = "/account"
    default_view = "show"
    explains_odd_text = frozenset({"password", "second_factor", "recovery_codes", "switch_off"})
    # A recovery code that nobody has used must not lie about.
    keeps_sent_forms = False

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
            factor=found.factor,
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
        """Change the password and begin a new session."""
        presence.begin(counted(change_password, current=form.current.data, new=form.new.data))

    def _password_page(self, form: PasswordForm, problems: Any = ()) -> Any:
        forced = bool(current_user.must_change_password)
        return self.render_template("feehouse/password.html", form=form, problems=problems, rules=PASSWORD_RULES, forced=forced)

    # --- the second factor ---------------------------------------------------------------------------------------------------

    @expose("/second_factor", methods=["GET", "POST"])
    @needs("second_factor")
    def second_factor(self) -> Any:
        """Show how one's second factor stands, with the picture to scan while it is being set up; a code switches it on."""
        if request.method == "GET" or factors.factor_of(current_user.id) is not None:
            return self._factor_page()
        form = ConfirmForm(request.form)
        if not form.validate():
            return self._factor_page(confirming=form), 422
        codes = new_codes()
        try:
            user = counted(confirm_factor, code=form.code.data, password=form.password.data, recovery_codes=codes)
        except OperationRefused as refusal:
            return self._factor_page(confirming=form, problems=form.blame(refusal)), _status(refusal)
        presence.begin(user)
        return self._codes_page(codes, N_("The second factor is on."))

    @expose("/second_factor/begin", methods=["POST"])
    @needs("second_factor")
    def begin_factor(self) -> Any:
        """Make a new secret, and show its picture."""
        run(begin_factor)
        return redirect(url_for("MyAccountView.second_factor"))

    @expose("/second_factor/codes", methods=["POST"])
    @needs("second_factor")
    def recovery_codes(self) -> Any:
        """Make new recovery codes and show them, this once."""
        codes = new_codes()
        return self._with_both(
            renew_recovery_codes, lambda: self._codes_page(codes, N_("The old codes are worth nothing any more.")), codes
        )

    @expose("/second_factor/off", methods=["POST"])
    @needs("second_factor")
    def switch_off(self) -> Any:
        """Switch the second factor off."""
        return self._with_both(switch_off_factor, self._switched_off)

    def _with_both(self, operation: Callable[..., SystemUser], answer: Callable[[], Any], codes: Any = None) -> Any:
        """Run ``operation`` against the password and a code, and begin a new session where it ended them all."""
        form = FactorForm(request.form)
        if not form.validate():
            return self._factor_page(changing=form), 422
        try:
            given = {"recovery_codes": codes} if codes is not None else {}
            user = counted(operation, password=form.password.data, code=form.code.data, **given)
        except OperationRefused as refusal:
            return self._factor_page(changing=form, problems=form.blame(refusal)), _status(refusal)
        if codes is None:
            presence.begin(user)
        return answer()

    @staticmethod
    def _switched_off() -> Any:
        flash(say(N_("The second factor is off. All other sessions are ended.")), "success")
        return redirect(url_for("MyAccountView.show"))

    def _factor_page(self, *, confirming: Any = None, changing: Any = None, problems: Any = ()) -> Any:
        found = presence.current_session()
        assert found is not None
        pending = pending_factor(found.user.id)
        is_on = factors.factor_of(found.user.id) is not None
        address = address_of(pending.secret, found.user.username, current_app.config["APP_NAME"]) if pending is not None else ""
        return self.render_template(
            "offices/second_factor.html",
            is_on=is_on,
            forced=found.lacks_second_factor,
            left=factors.recovery_codes_left(found.user.id) if is_on else 0,
            secret=spaced(pending.secret) if pending is not None else "",
            # Drawn by us from our own text: nothing in it was typed by anybody.
            picture=Markup(picture_of(address)) if address else "",  # noqa: S704
            confirming=confirming or ConfirmForm(),
            changing=changing or FactorForm(),
            problems=problems,
        )

    def _codes_page(self, codes: Any, sentence: str) -> Any:
        return self.render_template("offices/recovery_codes.html", codes=codes, sentence=sentence)


def counted(operation: Callable[..., SystemUser], **terms: Any) -> SystemUser:
    """Run ``operation``, which asks for a secret, on one's own account. Guesses count as at sign-in: somebody may sit at an open screen."""
    username, address = current_user.username, presence.address()
    lockout.count_attempt(username, address, clock.real_now())
    try:
        user: SystemUser = run(operation, **terms).record
    except OperationRefused as refusal:
        if refusal.code not in GUESSES:
            # Not forgotten: nothing has shown that the person knows the secret.
            lockout.give_back(username, address)
            db.session.commit()
        raise
    lockout.forgive(username, address)
    db.session.commit()
    return user


def _status(refusal: OperationRefused) -> int:
    return STATUS.get(refusal.code) or status_of(refusal)
