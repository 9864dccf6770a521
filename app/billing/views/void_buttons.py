"""The button that voids a document; where somebody has asked for its void already it leads to his request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.billing.choices import ApprovalStatus, DocumentStatus, ReceiptStanding
from app.billing.models import Approval, Reversal
from app.billing.queries import waiting_request
from app.foundation.database import db
from app.foundation.views import Tab, action_to
from app.foundation.views.links import Action
from app.values.errors import N_

if TYPE_CHECKING:
    from app.billing.models.reversals import Voidable


def standing_tabs(document: Any, key: Any) -> list[Tab]:
    """Return the tabs of a list of ``document`` by how its rows stand; ``key`` gives their column in void and request."""
    is_voided = select(Reversal.id).where(key(Reversal) == document.id).exists()
    is_asked = select(Approval.id).where(key(Approval) == document.id, Approval.status == ApprovalStatus.WAITING).exists()
    return [
        Tab("valid", DocumentStatus.VALID.label, lambda: ~is_voided),
        Tab("void_asked", ReceiptStanding.VOID_ASKED.label, lambda: is_asked),
        Tab("voided", DocumentStatus.VOIDED.label, lambda: is_voided),
    ]


def voiding_action(view: str, document: Voidable, **terms: Any) -> Action | None:
    """Return the button to the page ``view``, which opens with ``terms``; or to the request that waits for a second person."""
    request = db.session.scalars(waiting_request(document)).one_or_none()
    if request is not None:
        asked = ReceiptStanding.VOID_ASKED
        return action_to("ApprovalView", asked.label, route="show", icon=asked.icon, pk=request.id)
    return action_to(view, N_("Void"), icon="arrow-back-up", office=document.office_id, **terms)
