"""Requests for a void 審批 that wait for a second person: found, decided, and granted by every void of what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.billing.choices import ApprovalStatus
from app.billing.models import Approval, Reversal
from app.billing.queries import waiting_request
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope

if TYPE_CHECKING:
    from app.billing.models.reversals import Voidable


def waiting_for(document: Voidable) -> Approval | None:
    """Return the request to void ``document`` that waits, with its lock taken: after those of the document and what it moved."""
    request: Approval | None = db.session.scalars(waiting_request(document).with_for_update()).one_or_none()
    return request


def grant(document: Voidable, reversal: Reversal) -> None:
    """Grant what waited for the void of ``document``, whoever asked for it and by whichever way it was carried out."""
    request = waiting_for(document)
    if request is not None:
        decide(request, ApprovalStatus.APPROVED)
        request.reversal_id = reversal.id


def decide(request: Approval, status: ApprovalStatus, note: str = "") -> None:
    """Note who decided a request, when and how."""
    request.status = status
    request.decided_by_id = current_scope().user_id or 0
    request.decided_at = clock.now()
    request.decision_note = note
