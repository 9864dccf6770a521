"""Second factors of the staff: who has one, who is asked for one, and help for somebody who has lost his telephone."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.sqla.models import Role as RoleRow
from sqlalchemy import ColumnElement, select

from app.foundation.guards import status_of
from app.foundation.i18n import say
from app.foundation.scope import current_scope
from app.foundation.transactions import run
from app.foundation.views import EntityView, GuardedInterface, action, present
from app.foundation.views.access import needs
from app.foundation.views.columns import Cell, Column, Kind
from app.foundation.views.links import Action
from app.offices.choices import FactorState
from app.offices.forms import FactorResetForm
from app.offices.models import SystemUser, user_office
from app.offices.operations import ask_for_factor, reset_factor
from app.offices.presence import current_session
from app.offices.views.people import words_of_user
from app.roles import RANK, Role, rank_of
from app.values.errors import N_, Message, OperationRefused


class SecondFactorView(EntityView):
    """Colleagues of the own offices, not above one's own rank, and how their second factor stands."""

    datamodel = GuardedInterface(SystemUser)
    icon = "shield-check"
    list_title = N_("Second factors")
    label_columns = {
        "username": N_("Username"),
        "first_name": N_("Full name"),
        "roles": N_("Roles"),
        "offices": N_("Offices"),
        "factor_state": N_("Second factor"),
        "requires_second_factor": N_("Asked of this person"),
    }
    list_columns = ("username", "first_name", "roles", "offices", "factor_state", "requires_second_factor")
    loads = ("second_factor", "roles", "offices")
    search_columns = ("username", "first_name")
    order_columns = ("username",)
    base_order = ("username", "asc")
    empty_title = N_("No colleagues yet")

    def closed_routes(self) -> set[str]:
        return super().closed_routes() | {"show", "export"}

    def row_conditions(self) -> list[ColumnElement[bool]]:
        """Return who may be helped: everybody by an administrator, else people of the own offices only, up to the own rank."""
        found = current_session()
        own = found.roles if found is not None else frozenset()
        if Role.ADMINISTRATOR in own:
            return []
        users, offices = SystemUser.__table__.c, user_office.c
        within = select(offices.user_id).where(offices.office_id.in_(current_scope().office_ids))
        outside = select(offices.user_id).where(offices.office_id.not_in(current_scope().office_ids))
        above = [role.value for role in Role if RANK[role] > rank_of(own)]
        return [users.id.in_(within), users.id.not_in(outside), ~SystemUser.roles.any(RoleRow.name.in_(above))]

    def cell(self, record: Any, column: Column) -> Cell:
        words = words_of_user(record, column.name)
        return super().cell(record, column) if words is None else Cell(column, words, Kind.TEXT)

    def row_actions(self, record: Any) -> list[Action]:
        """Offer help to others; what is one's own is done in one's own account."""
        if record.id == current_scope().user_id:
            return [action(N_("My account"), url_for("MyAccountView.second_factor"), icon="user-circle")]
        return present(self._reset_action(record), self._ask_action(record))

    def _reset_action(self, record: Any) -> Action | None:
        if record.factor_state is not FactorState.ON or not self.allowed("can_reset"):
            return None
        return action(N_("Switch off the second factor"), self.record_url("reset", record), icon="shield-x")

    def _ask_action(self, record: Any) -> Action | None:
        if not self.allowed("can_ask"):
            return None
        label = N_("Ask for a second factor no longer") if record.requires_second_factor else N_("Ask for a second factor")
        asked = action(label, self.record_url("ask", record), icon="bell", method="post")
        return {**asked, "fields": {"required": "" if record.requires_second_factor else "yes"}}

    @expose("/reset/<pk>", methods=["GET", "POST"])
    @needs("reset")
    def reset(self, pk: str) -> Any:
        """Switch off the second factor of somebody who has lost his telephone."""
        record = self.record_or_404(pk)
        form = FactorResetForm(request.form) if request.method == "POST" else FactorResetForm()
        if request.method == "GET":
            return self._reset_page(form, record)
        if not form.validate():
            return self._reset_page(form, record), 422
        try:
            run(reset_factor, user=record.id, reason=form.reason.data)
        except OperationRefused as refusal:
            return self._reset_page(form, self.record_or_404(pk), form.blame(refusal)), status_of(refusal)
        flash(say(N_("The second factor is off, and all sessions of the person are ended.")), "success")
        return redirect(url_for("SecondFactorView.list"))

    @expose("/ask/<pk>", methods=["POST"])
    @needs("ask")
    def ask(self, pk: str) -> Any:
        """Ask somebody for a second factor, or no longer."""
        record = self.record_or_404(pk)
        try:
            run(ask_for_factor, user=record.id, required=request.form.get("required") == "yes")
        except OperationRefused as refusal:
            flash(say(refusal.message), "danger")
        else:
            flash(say(N_("Saved")), "success")
        return redirect(url_for("SecondFactorView.list"))

    def _reset_page(self, form: FactorResetForm, record: Any, problems: Any = ()) -> Any:
        back = url_for("SecondFactorView.list")
        return self.render_template(
            "offices/factor_reset.html",
            view=self,
            form=form,
            record=record,
            title=Message("Switch off the second factor of %(name)s", name=str(record)),
            problems=problems,
            version="",
            back=back,
            back_to=back,
            was_sent=request.method == "POST",
        )
