"""Users, their sign-ins, and employees."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.actions import action as deed
from sqlalchemy import ColumnElement, select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.guards import status_of
from app.foundation.i18n import LANGUAGES, say
from app.foundation.scope import current_scope
from app.foundation.secrets import masked
from app.foundation.transactions import run
from app.foundation.views import EntityForm, EntityView, GuardedInterface, SecretField, Tab, action, action_to, present, register_lookup
from app.foundation.views.access import needs
from app.foundation.views.columns import Cell, Column, Kind
from app.foundation.views.links import Action
from app.foundation.views.state import once_per_request
from app.offices.choices import FactorState, SignInState
from app.offices.forms import NewUserForm, ResetForm, UserForm
from app.offices.models import Employee, Office, SignIn, SystemUser, user_office
from app.offices.operations import NO_MAIL, create_user, end_other_sign_ins, end_sessions, end_sign_in, reset_password, save_user
from app.offices.presence import current_session
from app.offices.queries import known_users
from app.offices.sessions import API
from app.roles import RANK, Right, Role, rank_of
from app.values.errors import N_, OperationRefused

register_lookup("employee", Employee, columns=["code", "name"], text=str, detail=lambda employee: employee.department)


class SystemUserView(EntityView):
    """Who may sign in, as what, and where. For administrators."""

    datamodel = GuardedInterface(SystemUser)
    icon = "users"
    list_title, show_title, add_title, edit_title = N_("Users"), N_("User"), N_("Add user"), N_("Edit user")
    label_columns = {
        "username": N_("Username"),
        "first_name": N_("Full name"),
        "email": N_("E-mail"),
        "locale": N_("Language"),
        "roles": N_("Roles"),
        "offices": N_("Offices"),
        "active": N_("May sign in"),
        "must_change_password": N_("Must change the password"),
        "factor_state": N_("Second factor"),
    }
    list_columns = ("username", "first_name", "roles", "offices", "active")
    show_columns = ("username", "first_name", "email", "locale", "roles", "offices", "active", "must_change_password", "factor_state")
    show_loads = ("second_factor",)
    search_columns = ("username", "first_name")
    filters = ("active",)
    order_columns = ("username",)
    base_order = ("username", "asc")
    add_form, edit_form = NewUserForm, UserForm
    empty_title = N_("No users yet")

    # --- what is shown -------------------------------------------------------------------------------------------------------

    def row_conditions(self) -> list[ColumnElement[bool]]:
        return known_users()

    def cell(self, record: Any, column: Column) -> Cell:
        """Write lists of roles and offices in one line, and the language by its own name."""
        words = words_of_user(record, column.name)
        return super().cell(record, column) if words is None else Cell(column, words, Kind.TEXT)

    def record_actions(self, record: Any) -> list[Action]:
        return present(
            *self.single_actions(record),
            action(N_("Set a new password"), url_for("SystemUserView.reset_password", pk=record.id), icon="key")
            if self.allowed("can_reset_password")
            else None,
            action_to("SecondFactorView", N_("Switch off the second factor"), route="reset", icon="shield-x", pk=record.id)
            if record.factor_state is FactorState.ON
            else None,
            self._edit_action(record),
        )

    # --- forms ---------------------------------------------------------------------------------------------------------------

    def prepare_form(self, form: Any, record: Any | None) -> None:
        """Offer the roles up to the person's own rank and every office there is."""
        found = current_session()
        own = rank_of(found.roles) if found is not None else 0
        form.roles.offer([(role.value, role.value) for role in Role if RANK[role] <= own])
        form.offices.offer([(office.id, office.name) for office in db.session.scalars(select(Office).order_by(Office.id))])
        if record is not None and request.method != "POST":
            form.first_name.data = str(record)
            form.email.data = words_of_user(record, "email")

    def terms(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        return {**form.terms(), **({"user": record.id} if record is not None else {})}

    def _save(self, form: EntityForm, record: Any | None) -> Any:
        self_made: Any = save_user if record is not None else create_user
        if not form.validate():
            return self.form_page(form, record, status=422)
        try:
            # No key is stored: its fingerprint would be made of the password. A form sent twice meets its own username.
            saved = self._run(self_made, key=None, **self.terms(form, record)).record
        except OperationRefused as refusal:
            return self.refused_page(form, record, refusal)
        flash(say(N_("Saved")), "success")
        return redirect(url_for("SystemUserView.show", pk=saved.id))

    @expose("/reset_password/<pk>", methods=["GET", "POST"])
    @needs("reset_password")
    def reset_password(self, pk: str) -> Any:
        """Set a password for somebody who has forgotten his."""
        record = self.record_or_404(pk)
        form = ResetForm(request.form) if request.method == "POST" else ResetForm()
        if request.method != "POST":
            return self._reset_page(form, record)
        if not form.validate():
            return self._reset_page(form, record), 422
        try:
            self._run(reset_password, key=None, user=record.id, password=form.password.data)
        except OperationRefused as refusal:
            return self._reset_page(form, self.record_or_404(pk), form.blame(refusal)), status_of(refusal)
        flash(say(N_("The password is set and all sessions of the user are ended.")), "success")
        return redirect(url_for("SystemUserView.show", pk=pk))

    def _reset_page(self, form: EntityForm, record: Any, problems: Any = ()) -> Any:
        back = self.way_back(record)
        return self.render_template(
            "feehouse/form.html",
            view=self,
            form=form,
            record=record,
            title=N_("Set a new password"),
            problems=problems,
            version="",
            back=back,
            back_to=back,
            was_sent=request.method == "POST",
        )

    @deed("end_sessions", N_("End all sessions"), icon="logout", multiple=False)
    def end_sessions(self, records: Any) -> Any:
        """Sign the user out everywhere."""
        (record,) = records
        run(end_sessions, user=record.id)
        flash(say(N_("All sessions are ended.")), "success")
        return redirect(url_for("SystemUserView.show", pk=record.id))


def words_of_user(user: SystemUser, name: str) -> str | None:
    """Return the text of a column that is more than one value; nothing for the others."""
    if name == "first_name":
        return str(user)
    if name == "roles":
        return " · ".join(say(role.name) for role in user.roles)
    if name == "offices":
        return " · ".join(office.name for office in user.offices)
    if name == "locale":
        return LANGUAGES.get(str(user.locale or ""), "")
    if name == "email":
        return "" if user.email.endswith(NO_MAIL) else str(user.email)
    return None


class SignInView(EntityView):
    """Where one is signed in; administrators see everybody, auditors the people of their offices."""

    datamodel = GuardedInterface(SignIn)
    icon = "device-desktop"
    list_title, show_title = N_("Sign-ins"), N_("Sign-in")
    label_columns = {
        "user_id": N_("User"),
        "device": N_("Device"),
        "state": N_("State"),
        "kind": N_("By"),
        "address": N_("Network address"),
        "agent": N_("Program"),
        "started_at": N_("Signed in at"),
        "seen_at": N_("Last used at"),
        "expires_at": N_("Ends at the latest"),
        "ended_at": N_("Ended at"),
    }
    list_columns = ("device", "user_id", "state", "kind", "address", "started_at", "seen_at", "ended_at")
    show_columns = ("user_id", "device", "state", "kind", "address", "agent", "started_at", "seen_at", "expires_at", "ended_at")
    column_kinds = {"user_id": Kind.TEXT, "state": Kind.CHOICE}
    order_columns = ("id",)
    base_order = ("id", "desc")
    tabs = (
        Tab("live", N_("Signed in"), lambda: SignIn.ended_at.is_(None) & (SignIn.expires_at > clock.real_now())),
        Tab("ended", N_("Ended"), lambda: SignIn.ended_at.is_not(None) | (SignIn.expires_at <= clock.real_now())),
    )
    empty_title = N_("No sign-ins yet")

    def row_conditions(self) -> list[ColumnElement[bool]]:
        """Return whose sign-ins are there: one's own; for an auditor those of his offices too, for an administrator all."""
        scope = current_scope()
        if scope.may(Right.MANAGE_USERS):
            return []
        own = SignIn.user_id == scope.user_id
        colleagues = select(user_office.c.user_id).where(user_office.c.office_id.in_(scope.office_ids))
        return [own | SignIn.user_id.in_(colleagues) if self.allowed("can_show") else own]

    def cell(self, record: Any, column: Column) -> Cell:
        """Write the user by name, the way in words, and mark the session of this very page."""
        if column.name == "user_id":
            return Cell(column, once_per_request("usernames", _usernames).get(record.user_id, ""), Kind.TEXT)
        if column.name == "kind":
            return Cell(column, say(N_("Program over the API") if record.kind == API else N_("Browser")), Kind.TEXT)
        if column.name == "device":
            return Cell(column, say(record.device), Kind.TEXT)
        if column.name == "state" and _is_this(record):
            return Cell(column, SignInState.THIS, Kind.CHOICE)
        return super().cell(record, column)

    def record_title(self, record: Any) -> Any:
        return record.device

    def page_actions(self) -> list[Action]:
        return [action(N_("End all my other sessions"), url_for("SignInView.end_others"), icon="logout", method="post")]

    def row_actions(self, record: Any) -> list[Action]:
        """Offer to end what is open."""
        if record.state is SignInState.ENDED or not self._may_end(record):
            return []
        return [action(N_("End"), url_for("SignInView.action", name="end", pk=record.id), icon="logout", method="post")]

    def record_actions(self, record: Any) -> list[Action]:
        return self.row_actions(record)

    def _may_end(self, record: Any) -> bool:
        return record.user_id == current_scope().user_id or current_scope().may(Right.MANAGE_USERS)

    @deed("end", N_("End"), icon="logout")
    def end(self, records: Any) -> None:
        """Sign the chosen devices out."""
        for record in records:
            run(end_sign_in, sign_in=record.id)
        flash(say(N_("Ended")), "success")

    @expose("/end_others", methods=["POST"])
    @needs("end")
    def end_others(self) -> Any:
        """Sign oneself out everywhere else."""
        found = current_session()
        assert found is not None
        run(end_other_sign_ins, sign_in=found.id)
        flash(say(N_("All your other sessions are ended.")), "success")
        return redirect(url_for("SignInView.list"))


def _is_this(record: Any) -> bool:
    found = current_session()
    return found is not None and found.id == record.id


def _usernames() -> dict[int, str]:
    return {row.id: row.username for row in db.session.execute(select(SystemUser.id, SystemUser.username))}


class EmployeeView(EntityView):
    """The staff of an office 員工 (B1.3)."""

    datamodel = GuardedInterface(Employee)
    icon = "id-badge-2"
    list_title, show_title, add_title, edit_title = N_("Employees"), N_("Employee"), N_("Add employee"), N_("Edit employee")
    label_columns = {
        "code": N_("Employee code"),
        "name": N_("Full name"),
        "department": N_("Department"),
        "id_number": N_("ID number"),
        "masked_id_number": N_("ID number"),
        "telephone": N_("Telephone"),
        "mobile": N_("Mobile"),
        "home_address": N_("Home address"),
        "gender": N_("Gender"),
        "birth_date": N_("Date of birth"),
        "note": N_("Note"),
    }
    list_columns = ("code", "name", "department", "telephone", "mobile")
    export_columns = (
        *("code", "name", "department", "gender", "birth_date", "masked_id_number", "telephone", "mobile", "home_address", "note"),
    )
    search_columns = ("code", "name", "mobile", "telephone")
    filters = ("department", "gender")
    order_columns = ("code",)
    base_order = ("code", "asc")
    show_columns = ("code", "name", "department", "gender", "birth_date", "id_number", "telephone", "mobile", "home_address", "note")
    add_columns = edit_columns = show_columns
    form_fields = {
        "id_number": SecretField(
            N_("ID number"), longest=64, help=N_("Stored encrypted. Leave it empty to keep the number that is stored.")
        )
    }
    hideable = ("department", "gender", "birth_date", "id_number", "telephone", "mobile", "home_address", "note")
    revealable = {"id_number": "id_number"}
    can_be_deleted = True
    empty_title = N_("No employees yet")
    empty_text = N_("Add the people who work in this office, with their department and telephone.")

    def cell(self, record: Any, column: Column) -> Cell:
        """Hide the middle of the identity number."""
        if column.name == "id_number":
            return Cell(column, masked(record.id_number), Kind.TEXT)
        return super().cell(record, column)

    def terms(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        """Keep the stored identity number where none was typed: the form never shows it."""
        given = super().terms(form, record)
        if record is not None:
            given["values"] = tuple(pair for pair in given["values"] if pair != ("id_number", None))
        return given
