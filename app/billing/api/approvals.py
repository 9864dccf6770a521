"""Approvals 审批: what waits for a second person."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import joinedload

from app.billing.choices import AdjustmentKind, ApprovalStatus
from app.billing.models import Approval
from app.billing.operations.voids import approve_void, refuse_void
from app.foundation.api import (
    Answer,
    Body,
    Code,
    Given,
    Look,
    Moment,
    Money,
    Reference,
    Routes,
    Text,
    done,
    records,
    same_code,
    same_record,
)
from app.foundation.api.fields import TEXT
from app.foundation.transactions import run

routes = Routes("Approvals")


class DecisionBody(Body):
    note = Text(TEXT)


class ApprovalAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    receipt = Reference(attribute="receipt_id")
    receipt_number = Text(attribute="receipt.number")
    voucher = Reference(attribute="voucher_id")
    handover = Reference(attribute="handover_id")
    operation = Reference(attribute="event_id")
    adjustment = Reference(attribute="adjustment_id")
    charge = Reference(attribute="charge_id")
    adjustment_kind = Code(AdjustmentKind)
    amount = Money()
    interest_amount = Money()
    reason = Text()
    status = Code(ApprovalStatus)
    created_by = Text(attribute="created_by.username")
    created_at = Moment()
    decided_by = Text(attribute="decided_by.username")
    decided_at = Moment()
    decision_note = Text()
    reversal = Reference(attribute="reversal_id")
    made_adjustment = Reference(attribute="made_adjustment_id")


APPROVAL = Look(ApprovalAnswer)

records(
    routes,
    "approvals",
    Approval,
    view="ApprovalView",
    look=APPROVAL,
    filters={"status": same_code(Approval.status, ApprovalStatus), "receipt": same_record(Approval.receipt_id)},
    loads=(joinedload(Approval.receipt), joinedload(Approval.created_by), joinedload(Approval.decided_by)),
)


@routes.post(
    "/approvals/<int:record>/approve", may=("ApprovalView", "can_approve"), takes=DecisionBody, gives=APPROVAL, status=200, moves_money=True
)
def approve(record: int, body: dict[str, Any], key: str) -> Given:
    """Approve what waits: it is carried out now. Nobody approves what he asked for himself."""
    return done(run(approve_void, key=key, approval=record, note=body.get("note", "")), status=200)


@routes.post(
    "/approvals/<int:record>/refuse",
    may=("ApprovalView", "can_refuse"),
    takes=DecisionBody,
    gives=APPROVAL,
    status=200,
    moves_money=lambda body: False,
)
def refuse(record: int, body: dict[str, Any], key: str | None) -> Given:
    """Refuse what waits: nothing changes."""
    return done(run(refuse_void, key=key, approval=record, note=body.get("note", "")), status=200)
