"""A paper that was printed before is printed again for a reason."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.billing.models import Printing
from app.foundation.database import db
from app.foundation.scope import everything
from tests.factories import a_line_until, on_day, paid
from tests.pages.conftest import signed_in

pytestmark = pytest.mark.usefixtures("app")


def test_printing_again_needs_a_reason_which_the_log_keeps(app: Flask) -> None:
    payment = paid(a_line_until("2026-05-14"), "2026-05-10")
    with on_day("2026-05-10"):
        browser = signed_in(app, "wang", "en")
        address = f"/receiptview/paper/{payment.receipt_id}"
        assert browser.post(address).mimetype == "application/pdf"
        asked = browser.post(address)
        assert asked.status_code == 200
        assert f"Print {payment.number} again" in asked.text
        assert browser.post(address, data={"reason": "  "}).status_code == 422
        assert _printings(payment.receipt_id) == [(1, "")]
        assert browser.post(address, data={"reason": "卡纸"}).mimetype == "application/pdf"
    assert _printings(payment.receipt_id) == [(1, ""), (2, "卡纸")]


def _printings(receipt: int) -> list[tuple[int, str]]:
    with everything("reading the log of printings"):
        rows = db.session.execute(select(Printing.printing, Printing.reason).where(Printing.receipt_id == receipt).order_by(Printing.id))
        return [(number, reason) for number, reason in rows]
