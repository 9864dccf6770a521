"""What waits for a second person 審批."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose

from app.billing.choices import ApprovalStatus
from app.billing.models import Approval
from app.billing.operations.voids import approve_void, refuse_void
from app.foundation.i18n import say
from app.foundation.transactions import run
from app.foundation.views import EntityView, GuardedInterface, Kind, action, present
from app.foundation.views.access import needs
from app.foundation.views.edited import DONE_BEFORE
from app.foundation.views.fields import is_key, new_key
from app.foundation.views.links import Action, record_address
from app.foundation.views.operation import UNPROTECTED
from app.values.errors import N_, Malformed, Message, NotAllowed, NotFound, OperationRefused


class ApprovalView(EntityView):
    """Requests to void something, or to adjust a charge: approved or refused by somebody else."""

    datamodel = GuardedInterface(Approval)
    icon = "checkup-list"
    list_title, show_title = N_("Approvals"), N_("Approval")
    empty_text = N_("When something needs a second person, it waits here.")
    label_columns = {
        "id": N_("No."),
        "about": N_("Document"),
        "total": N_("Total"),
        "interest_amount": N_("Late interest with it"),
        "reason": N_("Reason"),
        "created_by": N_("Asked by"),
        "created_at": N_("Asked at"),
        "status": N_("Status"),
        "decided_by": N_("Decided by"),
        "decided_at": N_("Decided at"),
        "decision_note": N_("Note"),
    }
    list_columns = ["id", "about", "total", "reason", "created_by", "created_at", "status", "decided_by"]
    column_kinds = {"about": Kind.TEXT, "total": Kind.MONEY}
    loads = show_loads = ["receipt", "voucher", "handover", "event.subscription", "adjustment", "charge.customer"]
    state_column = "status"
    base_order = ("id", "desc")
    order_columns = ["id"]
    show_columns = [
        *("about", "total", "interest_amount", "reason", "created_by", "created_at"),
        *("status", "decided_by", "decided_at", "decision_note"),
    ]

    def record_title(self, record: Approval) -> Any:
        return say(record.about if record.charge_id is not None else Message("Void %(number)s", number=record.about))

    def record_actions(self, record: Approval) -> list[Action]:
        if record.status is not ApprovalStatus.WAITING:
            return present(self._document_action(record))
        return present(
            self._document_action(record),
            self._decision(record, "refuse", N_("Reject"), "ban"),
            self._decision(record, "approve", N_("Approve"), "check"),
        )

    def _document_action(self, record: Approval) -> Action | None:
        # An operation that left no paper is seen on the page of its line.
        href = record_address(getattr(record.subject, "subscription", record.subject))
        return action(N_("Document"), href, icon="receipt") if href else None

    def _decision(self, record: Approval, name: str, label: str, icon: str) -> Action | None:
        if not self.allowed(f"can_{name}"):
            return None
        button = action(label, url_for(f"{self.endpoint}.{name}", pk=record.id), icon=icon, primary=name == "approve", method="post")
        # Pressed twice it counts once, and says so.
        return {**button, "fields": {"key": new_key()}}

    @expose("/approve/<pk>", methods=["POST"])
    @needs("approve")
    def approve(self, pk: str) -> Any:
        """Approve the request and carry it out."""
        return self._decided(pk, approve_void, N_("What was asked for is carried out."))

    @expose("/refuse/<pk>", methods=["POST"])
    @needs("refuse")
    def refuse(self, pk: str) -> Any:
        """Refuse the request; nothing changes."""
        return self._decided(pk, refuse_void, N_("The request is rejected; nothing has changed."))

    def _decided(self, pk: str, operation: Any, said: str) -> Any:
        record = self.record_or_404(pk)
        key = request.form.get("key", "")
        if not is_key(key):
            flash(say(UNPROTECTED), "danger")
            return redirect(url_for(f"{self.endpoint}.show", pk=record.id))
        try:
            outcome = run(operation, key=key, approval=record.id, note=request.form.get("note", ""))
        except (Malformed, NotFound, NotAllowed):
            raise
        except OperationRefused as error:
            flash(say(error.message), "danger")
        else:
            flash(say(DONE_BEFORE if outcome.replayed else said), "info" if outcome.replayed else "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=record.id))
