"""Proposals of the night 提議: forced stops and closures that wait for a manager."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import joinedload

from app.broadband.choices import ProposalStatus, SubscriptionOperation
from app.broadband.models import LineProposal
from app.broadband.operations.proposals import confirm_stop, dismiss
from app.foundation.api import Answer, Body, Code, Day, Look, Moment, Reference, Routes, Text, days, records, same_code, same_record
from app.foundation.api.fields import TEXT
from app.foundation.transactions import run

routes = Routes("Proposals")


class ProposalBody(Body):
    note = Text(TEXT)


class ProposalAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    subscription = Reference(attribute="subscription_id")
    broadband_account = Text(attribute="subscription.broadband_account")
    operation = Code(SubscriptionOperation)
    since = Day()
    proposed_on = Day()
    status = Code(ProposalStatus, attribute="proposal_status")
    decided_by = Text(attribute="decided_by.username")
    decided_at = Moment()
    decision_note = Text()


PROPOSAL = Look(ProposalAnswer)

records(
    routes,
    "line_proposals",
    LineProposal,
    view="LineProposalView",
    look=PROPOSAL,
    filters={
        "status": same_code(LineProposal.proposal_status, ProposalStatus),
        "operation": same_code(LineProposal.operation, SubscriptionOperation),
        "subscription": same_record(LineProposal.subscription_id),
        **days("proposed_on", LineProposal.proposed_on),
    },
    loads=(joinedload(LineProposal.subscription), joinedload(LineProposal.decided_by)),
)


@routes.post(
    "/line_proposals/<int:record>/confirm", may=("LineProposalView", "can_confirm"), takes=ProposalBody, gives=PROPOSAL, status=200
)
def confirm(record: int, body: dict[str, Any]) -> Any:
    """Cut the line that is proposed for a forced stop. A proposed closure is carried out by closing the line."""
    return run(confirm_stop, proposal=record, note=body.get("note", "")).record


@routes.post(
    "/line_proposals/<int:record>/dismiss", may=("LineProposalView", "can_dismiss"), takes=ProposalBody, gives=PROPOSAL, status=200
)
def leave(record: int, body: dict[str, Any]) -> Any:
    """Leave the line as it is; the same is not proposed again."""
    return run(dismiss, proposal=record, note=body.get("note", "")).record
