"""Requests for a void that meet each other: asked twice, or carried out by somebody who did not need to ask."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.billing.choices import ApprovalStatus
from app.billing.models import Approval, Reversal
from app.billing.operations.voids import void_receipt
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests.factories import a_line_until, acting, on_day, paid, reloaded

pytestmark = pytest.mark.usefixtures("app")
TODAY = "2026-05-10"


def asked(receipt: int, by: str) -> Approval | Reversal:
    with on_day(TODAY), acting(by):
        return run(void_receipt, receipt=receipt, reason="月数录错").record


def test_a_second_request_for_the_same_void_says_that_one_waits() -> None:
    payment = paid(a_line_until("2026-05-14"), TODAY, 3)
    asked(payment.receipt_id, "wang")
    with pytest.raises(OperationRefused) as refusal:
        asked(payment.receipt_id, "li")
    assert refusal.value.code == "void_waiting"
    with everything("counting the requests"):
        assert len(db.session.scalars(select(Approval).where(Approval.receipt_id == payment.receipt_id)).all()) == 1


def test_a_void_by_a_manager_grants_the_request_that_waited_for_it() -> None:
    payment = paid(a_line_until("2026-05-14"), TODAY, 3)
    request = asked(payment.receipt_id, "wang")
    reversal = asked(payment.receipt_id, "chen")
    assert isinstance(reversal, Reversal)
    granted = reloaded(request)
    assert (granted.status, granted.reversal_id) == (ApprovalStatus.APPROVED, reversal.id)
    assert granted.decided_by_id == reversal.created_by_id
