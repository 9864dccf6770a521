"""Receipts by API: what they show, their paper, voids that are done at once and voids that wait for a second person."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.billing.models import Printing
from app.broadband.models import RegularPayment
from app.foundation.database import db
from app.foundation.scope import everything
from tests.api.conftest import Programs, assert_refused, made
from tests.factories import a_line_until, on_day, paid, set_policy

DAY = "2026-05-14"


@pytest.fixture
def payment() -> RegularPayment:
    """A payment of ¥50 that Wang took in cash."""
    return paid(a_line_until(DAY), DAY, by="wang")


def test_a_receipt_shows_its_lines_methods_and_debts(of: Programs) -> None:
    line = a_line_until(DAY)
    methods = {
        "methods": [{"method": "cash", "amount": "20.00", "tendered": "50"}, {"method": "wechat_pay", "amount": "30"}],
        "reference": "W1",
    }
    with on_day(DAY):
        taken = made(of("wang").post("/regular_payments", {"subscription": line.id, "months": 1, "payment": methods, "note": "备注"}))
    receipt = made(of("wang").get(f"/receipts/{taken['receipt']}"), 200)
    assert (receipt["number"], receipt["status"], receipt["total"], receipt["cashier"]) == (taken["number"], "valid", "50.00", "wang")
    assert [(each["method"], each["amount"], each["tendered"], each["change"]) for each in receipt["methods"]] == [
        ("cash", "20.00", "50.00", "30.00"),
        ("wechat_pay", "30.00", None, None),
    ]
    assert [(each["code"], each["amount"], each["period_start"]) for each in receipt["lines"]] == [("plan", "50.00", "2026-05-15")]
    assert [each["amount"] for each in receipt["items"]] == ["50.00"]
    charge = made(of("wang").get(f"/charges/{receipt['items'][0]['charge']}"), 200)
    assert (charge["status"], charge["total"], charge["open"]) == ("paid", "50.00", "0.00")


def test_the_paper_is_a_pdf_and_every_printing_is_logged(of: Programs, payment: RegularPayment) -> None:
    with on_day(DAY):
        answers = [of("wang").get(f"/receipts/{payment.receipt_id}.pdf") for _ in range(2)]
    assert {answer.mimetype for answer in answers} == {"application/pdf"}
    assert all(answer.data.startswith(b"%PDF-") for answer in answers)
    with everything("counting printings"):
        assert db.session.execute(select(func.max(Printing.printing)).where(Printing.receipt_id == payment.receipt_id)).scalar_one() == 2


def test_a_cashiers_void_waits_for_another_person(of: Programs, payment: RegularPayment) -> None:
    path = f"/receipts/{payment.receipt_id}"
    with on_day(DAY):
        asked = made(of("wang").post(f"{path}/void", {"reason": "录错"}), 202)
        assert (asked["receipt"], asked["status"]) == (payment.receipt_id, "waiting")
        assert made(of("wang").get(path), 200)["status"] == "valid"
        approval = f"/approvals/{asked['approval']}"
        assert_refused(of("wang").post(f"{approval}/approve", {}), 403)
        decided = made(of("chen").post(f"{approval}/approve", {"note": "同意"}), 200)
        assert (decided["status"], decided["decided_by"], decided["decision_note"]) == ("approved", "chen", "同意")
        assert_refused(of("chen").post(f"{approval}/approve", {}), 422, "already_decided")
        receipt = made(of("wang").get(path), 200)
    assert (receipt["status"], receipt["reversal"]["id"], receipt["reversal"]["approved_by"]) == ("voided", decided["reversal"], "chen")


def test_a_refused_void_changes_nothing(of: Programs, payment: RegularPayment) -> None:
    with on_day(DAY):
        asked = made(of("wang").post(f"/receipts/{payment.receipt_id}/void", {"reason": "录错"}), 202)
        decided = made(of("chen").post(f"/approvals/{asked['approval']}/refuse", {"note": "没有错"}), 200)
    assert (decided["status"], decided["reversal"]) == ("refused", None)
    assert made(of("wang").get(f"/receipts/{payment.receipt_id}"), 200)["status"] == "valid"
    assert made(of("wang").get("/approvals?status=refused"), 200)["total"] == 1


def test_on_a_later_day_a_manager_needs_a_second_person_too(of: Programs, payment: RegularPayment) -> None:
    with on_day("2026-05-15"):
        asked = made(of("chen").post(f"/receipts/{payment.receipt_id}/void", {"reason": "录错"}), 202)
        assert_refused(of("chen").post(f"/approvals/{asked['approval']}/approve", {}), 422, "maker_is_checker")
        decided = made(of("zhou").post(f"/approvals/{asked['approval']}/approve", {}), 200)
        reversal = made(of("chen").get(f"/receipts/{payment.receipt_id}"), 200)["reversal"]
    assert decided["status"] == "approved"
    assert (reversal["booked_on"], reversal["created_by"], reversal["approved_by"]) == ("2026-05-15", "chen", "zhou")


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_a_void_needs_a_reason(of: Programs, payment: RegularPayment, reason: str | None) -> None:
    with on_day(DAY):
        error = assert_refused(of("chen").post(f"/receipts/{payment.receipt_id}/void", {"reason": reason}), 422, "reason_missing")
    assert set(error["fields"]) == {"reason"}


def test_a_receipt_is_voided_once(of: Programs, payment: RegularPayment) -> None:
    with on_day(DAY):
        made(of("chen").post(f"/receipts/{payment.receipt_id}/void", {"reason": "录错"}))
        assert_refused(of("chen").post(f"/receipts/{payment.receipt_id}/void", {"reason": "录错"}), 422, "already_voided")


def test_a_payment_that_another_one_followed_is_not_voided(of: Programs, payment: RegularPayment) -> None:
    with on_day(DAY):
        made(of("wang").post("/regular_payments", {"subscription": payment.subscription_id, "months": 1, "method": "cash"}))
        assert_refused(of("chen").post(f"/receipts/{payment.receipt_id}/void", {"reason": "录错"}), 422, "later_operation")


def test_receipts_are_found_by_their_fields(of: Programs, payment: RegularPayment) -> None:
    wang = of("wang")
    found = {
        query: made(wang.get(f"/receipts?{query}"), 200)["total"]
        for query in (
            f"number={payment.number}",
            "cashier=wang",
            "cashier=chen",
            "method=cash",
            "method=card",
            "status=valid",
            "status=voided",
            "booked_on=2026-05-14",
            "booked_on_from=2026-05-15",
        )
    }
    assert list(found.values()) == [1, 1, 1, 2, 0, 2, 0, 1, 0]


def test_a_preview_says_the_same_and_writes_nothing(of: Programs) -> None:
    set_policy(grace_days=2)
    line = a_line_until(DAY)
    sent = {"subscription": line.id, "months": 3, "other_fee": "2.50", "other_item": "网线"}
    with on_day("2026-05-16"):
        shown = made(of("wang").post("/regular_payments/preview", sent), 200)
        assert made(of("wang").get("/regular_payments"), 200)["total"] == 1
        taken = made(of("wang").post("/regular_payments", {**sent, "method": "cash"}))
    assert shown == {name: value for name, value in taken.items() if name in shown}
    assert (shown["period_start"], shown["stops_on"], shown["total"]) == ("2026-05-15", "2026-08-14", "152.50")
