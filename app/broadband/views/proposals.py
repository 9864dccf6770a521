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
from app.values.errors import N_, Malformed, Message, NotAllowed, NotFound, OperationRefused


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
        "event": N_("Carried out on"),
    }
    column_kinds = {"operation": Kind.CHOICE, "proposal_status": Kind.CHOICE}
    list_columns = ["subscription", "subscription.customer", "operation", "since", "proposed_on", "proposal_status", "decided_by"]
    filters = ["proposed_on"]
    state_column = "proposal_status"
    first_tab = ProposalStatus.WAITING.value
    base_order = ("id", "desc")
    order_columns = ["id"]
    show_template = "broadband/proposal.html"
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

    def row_actions(self, record: LineProposal) -> list[Action]:
        if record.proposal_status is not ProposalStatus.WAITING:
            return []
        return present(*self._decisions(record), self._closing(record))

    def record_extras(self, record: LineProposal) -> dict[str, Any]:
        """The decision is a form with a note, below what speaks for it."""
        is_waiting = record.proposal_status is ProposalStatus.WAITING
        return {
            "decision": present(*self._decisions(record)) if is_waiting else [],
            "closing": self._closing(record) if is_waiting else None,
            "reason": _reason(record),
        }

    def _decisions(self, record: LineProposal) -> list[Action | None]:
        """Return dismissal and forced stop; a closure is not done at once."""
        stop = None if record.operation is SubscriptionOperation.CLOSE else self._decision(record, "confirm", N_("Force stop"), "ban")
        return [self._decision(record, "dismiss", N_("Dismiss"), "archive"), stop]

    def _closing(self, record: LineProposal) -> Action | None:
        """A closure has a settlement to look at first."""
        if record.operation is not SubscriptionOperation.CLOSE:
            return None
        terms: dict[str, Any] = {"subscription": record.subscription_id, "office": record.office_id}
        return action_to("ClosureView", N_("Close account"), icon="archive", primary=True, **terms)

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


def _reason(record: LineProposal) -> Message:
    """Return why the night proposes it."""
    if record.operation is SubscriptionOperation.CLOSE:
        return Message(
            "The line has been cut since %(date)s, longer than the office waits before it proposes a closure.", date=record.since
        )
    return Message("The line stopped on %(date)s, and the days of grace have passed without a payment.", date=record.since)
