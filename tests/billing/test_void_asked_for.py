"""A receipt whose void is asked for says so, and offers no second one."""

from __future__ import annotations

import pytest
from flask import Flask

from app.billing.choices import PricedOperation
from app.billing.models import Approval, Reversal
from app.billing.operations.voids import void_receipt
from app.foundation.transactions import run
from tests.billing.test_voids import voided
from tests.broadband.lines import line_until, suspended
from tests.factories import CASH, a_line_until, acting, on_day, paid, set_price
from tests.pages.conftest import signed_in

pytestmark = pytest.mark.usefixtures("app")


def test_the_page_of_a_receipt_says_that_a_void_is_asked_for_and_offers_none(app: Flask) -> None:
    payment = paid(a_line_until("2026-05-14"), "2026-05-10")
    with on_day("2026-05-10"):
        before = signed_in(app, "chen", "en").get(f"/receiptview/show/{payment.receipt_id}").text
    assert "/voidreceiptview/add" in before
    assert "Void asked for" not in before
    request = voided(payment, "2026-05-11", reason="月数录错")
    assert isinstance(request, Approval)
    with on_day("2026-05-11"):
        page = signed_in(app, "chen", "en").get(f"/receiptview/show/{payment.receipt_id}").text
    assert "Void asked for" in page
    assert "It stands until another person approves." in page
    assert "月数录错" in page
    assert f"/approvalview/show/{request.id}" in page
    assert "/voidreceiptview/add" not in page


def test_the_list_of_receipts_finds_those_whose_void_is_asked_for(app: Flask) -> None:
    asked, other = (paid(a_line_until("2026-05-14"), "2026-05-10") for _ in range(2))
    voided(asked, "2026-05-11")
    with on_day("2026-05-11"):
        page = signed_in(app, "chen", "en").get("/receiptview/list/?status=void_asked").text
    assert f"/receiptview/show/{asked.receipt_id}" in page
    assert f"/receiptview/show/{other.receipt_id}" not in page


def test_the_page_of_a_payment_leads_to_the_request_instead_of_a_second_one(app: Flask) -> None:
    payment = paid(a_line_until("2026-05-14"), "2026-05-10")
    request = voided(payment, "2026-05-11")
    assert isinstance(request, Approval)
    with on_day("2026-05-11"):
        page = signed_in(app, "chen", "en").get(f"/regularpaymentview/show/{payment.id}").text
    assert f"/approvalview/show/{request.id}" in page
    assert "/voidreceiptview/add" not in page


def test_the_page_of_an_operation_leads_to_the_request_that_undoes_it(app: Flask) -> None:
    set_price(PricedOperation.SUSPENSION, "20.00")
    suspension = suspended(line_until("2026-08-14"), "2026-06-10", methods=CASH)
    with on_day("2026-06-11"), acting("chen"):
        request = run(void_receipt, receipt=suspension.event.receipt_id, reason="录错").record
    with on_day("2026-06-11"):
        page = signed_in(app, "chen", "en").get(f"/suspensionview/show/{suspension.id}").text
    assert f"/approvalview/show/{request.id}" in page
    assert "/voidoperationview/add" not in page


def test_the_history_of_a_receipt_tells_of_its_void(app: Flask) -> None:
    payment = paid(a_line_until("2026-05-14"), "2026-05-10")
    reversal = voided(payment, "2026-05-10", reason="月数录错")
    assert isinstance(reversal, Reversal)
    with on_day("2026-05-11"):
        page = signed_in(app, "chen", "en").get(f"/receiptview/show/{payment.receipt_id}").text
    told = page.partition('<ol class="fh-events">')[2].partition("</ol>")[0]
    assert f"Voided by {reversal.number}" in told
    assert "月数录错" in told
    assert told.index("Voided by") < told.index("Created")
