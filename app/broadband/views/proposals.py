"""What the night proposes 待處理提議: forced stops and closures that a manager confirms or dismisses."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose

from app.broadband.choices import ProposalStatus, SubscriptionOperation
from app.broadband.models import LineProposal
from app.broadband.operations.proposals import confirm_stop, dismiss
from app.foundation.i18n import say
from app.foundation.transactions import run
from app.foundation.views import EntityView, GuardedInterface, Kind, action, action_to, present
from app.foundation.views.access import needs
from app.foundation.views.links import Action
from app.values.errors import N_, Malformed, NotAllowed, NotFound, OperationRefused


class LineProposalView(EntityView):
    """Forced stops and closures that are due: nothing happens to a line until somebody confirms it."""

    datamodel = GuardedInterface(LineProposal)
    icon = "alarm"
    list_title, show_title = N_("Proposals"), N_("Proposal")
    empty_text = N_("Lines that have run out, or were cut long ago, are proposed here every night.")
    label_columns = {
        "subscription": N_("Broadband account"),
        "subscription.customer": N_("Customer"),
        "subscription.stops_on": N_("Stop date"),
        "operation": N_("Operation"),
        "since": N_("Since"),
        "proposed_on": N_("Proposed on"),
        "proposal_status": N_("Status"),
        "decided_by": N_("Decided by"),
        "decided_at": N_("Decided at"),
        "decision_note": N_("Note"),
    }
    column_kinds = {"operation": Kind.CHOICE, "proposal_status": Kind.CHOICE}
    list_columns = ["subscription", "subscription.customer", "operation", "since", "proposed_on", "proposal_status", "decided_by"]
    filters = ["proposed_on"]
    state_column = "proposal_status"
    base_order = ("id", "desc")
    order_columns = ["id"]
    show_columns = [
        *("subscription", "subscription.customer", "subscription.stops_on", "operation", "since", "proposed_on"),
        *("proposal_status", "decided_by", "decided_at", "decision_note"),
    ]

    def record_title(self, record: LineProposal) -> Any:
        return record.subscription.broadband_account

    def record_context(self, record: LineProposal) -> Any:
        return f"{record.subscription.customer.name} · {record.subscription.place}"

    def record_badge(self, record: LineProposal) -> Any:
        return record.proposal_status

    def record_actions(self, record: LineProposal) -> list[Action]:
        if record.proposal_status is not ProposalStatus.WAITING:
            return []
        return present(self._decision(record, "dismiss", N_("Dismiss"), "archive"), self._carrying_out(record))

    def _carrying_out(self, record: LineProposal) -> Action | None:
        """A closure has a settlement to look at first; a forced stop is done at once."""
        if record.operation is SubscriptionOperation.CLOSE:
            return action_to(
                "ClosureView", N_("Closure"), icon="archive", primary=True, subscription=record.subscription_id, office=record.office_id
            )
        return self._decision(record, "confirm", N_("Forced stop"), "ban")

    def _decision(self, record: LineProposal, name: str, label: str, icon: str) -> Action | None:
        if not self.allowed(f"can_{name}"):
            return None
        return action(label, url_for(f"{self.endpoint}.{name}", pk=record.id), icon=icon, primary=name == "confirm", method="post")

    @expose("/confirm/<pk>", methods=["POST"])
    @needs("confirm")
    def confirm(self, pk: str) -> Any:
        """Cut the line."""
        return self._decided(pk, confirm_stop, N_("The line is cut."))

    @expose("/dismiss/<pk>", methods=["POST"])
    @needs("dismiss")
    def dismiss(self, pk: str) -> Any:
        """Leave the line as it is."""
        return self._decided(pk, dismiss, N_("The proposal is dismissed; the line stays as it is."))

    def _decided(self, pk: str, operation: Any, said: str) -> Any:
        record = self.record_or_404(pk)
        try:
            run(operation, proposal=record.id, note=request.form.get("note", ""))
        except (Malformed, NotFound, NotAllowed):
            raise
        except OperationRefused as error:
            flash(say(error.message), "danger")
        else:
            flash(say(said), "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=record.id))
