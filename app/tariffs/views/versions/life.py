"""The life of a version: checked, approved by a second person, ended or withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose

from app.foundation.guards import status_of
from app.foundation.i18n import say
from app.foundation.transactions import run
from app.foundation.views.access import needs
from app.tariffs.operations import approve_version, check_version, end_version, reopen_version, withdraw_version
from app.tariffs.views.versions.forms import DayForm
from app.values.errors import N_, Message, OperationRefused

if TYPE_CHECKING:
    from app.foundation.views import EntityView as Page
else:
    Page = object


class LifeSteps(Page):
    """The buttons of a version's life, for the view of versions."""

    @expose("/check/<pk>", methods=["POST"])
    @needs("check")
    def check(self, pk: str) -> Any:
        """Check a draft by its examples."""
        return self._step(pk, check_version, N_("The version is checked: a second person can approve it now."))

    @expose("/reopen/<pk>", methods=["POST"])
    @needs("check")
    def reopen(self, pk: str) -> Any:
        """Make a checked version a draft again."""
        return self._step(pk, reopen_version, N_("The version is a draft again."))

    @expose("/approve/<pk>", methods=["POST"])
    @needs("approve")
    def approve(self, pk: str) -> Any:
        """Approve a checked version of somebody else."""
        return self._step(pk, approve_version, N_("The version is approved."), "valid_from")

    @expose("/end/<pk>", methods=["POST"])
    @needs("approve")
    def end(self, pk: str) -> Any:
        """Let an approved version end on a day."""
        return self._step(pk, end_version, N_("The last day is set."), "ends_on")

    @expose("/withdraw/<pk>", methods=["POST"])
    @needs("withdraw")
    def withdraw(self, pk: str) -> Any:
        """Withdraw a version that no bill was made by."""
        return self._step(pk, withdraw_version, N_("The version is withdrawn."), "reason")

    def _step(self, pk: str, operation: Any, done: Any, *asked: str) -> Any:
        record = self.record_or_404(pk)
        form = DayForm(request.form)
        back = redirect(url_for(f"{self.endpoint}.show", pk=record.id))
        wrong = None if form.validate() else next(error for errors in form.errors.values() for error in errors)
        if wrong is None and "ends_on" in asked and form.ends_on.data is None:
            wrong = Message("Enter the last day.")
        if wrong is not None:
            flash(say(wrong), "danger")
            return back
        terms = {name: form[name].data for name in asked}
        try:
            run(operation, version=record.id, **terms)
        except OperationRefused as refusal:
            if status_of(refusal) in (403, 404):
                raise
            flash(say(refusal.message), "danger")
            return back
        flash(say(done), "success")
        return back
