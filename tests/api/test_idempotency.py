"""What moves money needs a key: the same key gives the first result again, other content under it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import NO_KEY, Programs, assert_refused, made
from tests.api.test_malformed import written
from tests.factories import a_community, a_line_until, a_plan, an_active_line, on_day, paid

DAY = "2026-01-31"


def body(line: Any, **terms: Any) -> dict[str, Any]:
    return {"subscription": line.id, "months": 1, "method": "cash", **terms}


def test_the_same_request_twice_takes_the_money_once(of: Programs) -> None:
    line = an_active_line(DAY)
    with on_day(DAY):
        first = of("wang").post("/regular_payments", body(line, other_fee="3.00"), key="a")
        before = written()
        second = of("wang").post("/regular_payments", body(line, other_fee="3"), key="a")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert written() == before
    assert "Idempotent-Replay" not in first.headers
    assert second.headers["Idempotent-Replay"] == "true"


def test_a_replay_after_another_payment_is_still_the_first_result(of: Programs) -> None:
    line = an_active_line(DAY)
    with on_day(DAY):
        first = made(of("wang").post("/regular_payments", body(line), key="a"))
        made(of("wang").post("/regular_payments", body(line), key="b"))
        again = made(of("wang").post("/regular_payments", body(line), key="a"))
    assert (again["id"], again["receipt"], again["stops_on"]) == (first["id"], first["receipt"], first["stops_on"])


@pytest.mark.parametrize("change", [{"months": 2}, {"method": "card"}, {"note": "x"}, {"other_fee": "1.00"}])
def test_the_same_key_with_other_content_is_a_conflict(of: Programs, change: dict[str, Any]) -> None:
    line = an_active_line(DAY)
    with on_day(DAY):
        made(of("wang").post("/regular_payments", body(line), key="a"))
        before = written()
        assert_refused(of("wang").post("/regular_payments", body(line) | change, key="a"), 409, "key_reused")
    assert written() == before


def test_the_same_key_for_another_operation_is_a_conflict(of: Programs) -> None:
    line = an_active_line(DAY)
    with on_day(DAY):
        payment = made(of("chen").post("/regular_payments", body(line), key="a"))
        assert_refused(of("chen").post(f"/receipts/{payment['receipt']}/void", {"reason": "x"}, key="a"), 409, "key_reused")


def test_a_refused_request_uses_no_key(of: Programs) -> None:
    line = an_active_line(DAY)
    with on_day(DAY):
        assert_refused(of("wang").post("/regular_payments", body(line, months=0), key="a"), 422)
        made(of("wang").post("/regular_payments", body(line), key="a"))


def test_a_key_belongs_to_its_user(of: Programs) -> None:
    line = an_active_line(DAY)
    with on_day(DAY):
        first = made(of("wang").post("/regular_payments", body(line), key="a"))
        second = made(of("li").post("/regular_payments", body(line), key="a"))
    assert first["id"] != second["id"]


@pytest.mark.parametrize("key", [" ", "x" * 201, "x" * 500, "schlüssel", "a\tb"])
def test_a_key_that_cannot_be_one(of: Programs, key: str) -> None:
    with on_day(DAY):
        assert_refused(of("wang").post("/regular_payments", body(an_active_line(DAY)), key=key), 400, "bad_key")


def test_without_a_key_nothing_is_taken(of: Programs) -> None:
    line = a_line_until("2026-05-14")
    payment = paid(line, "2026-05-14")
    customer = line.customer_id
    opening = {
        "customer": customer,
        "community": a_community().id,
        "plan": a_plan().id,
        "address": "1",
        "business_type": "new",
        "broadband_account": "sz1",
    }
    requests = [
        ("/regular_payments", body(line)),
        ("/payments", {"customer": customer, "method": "cash", "amount": "5.00"}),
        (f"/receipts/{payment.receipt_id}/void", {"reason": "x"}),
        ("/approvals/1/approve", {}),
        ("/subscriptions", {**opening, "payment": {"months": 1, "method": "cash"}}),
    ]
    before = written()
    with on_day("2026-05-14"):
        for path, sent in requests:
            assert_refused(of("chen").post(path, sent, key=NO_KEY), 400, "idempotency_key_required")
        assert written() == before
        # An opening without money needs none.
        made(of("chen").post("/subscriptions", opening, key=NO_KEY))


def test_an_opening_sent_twice_is_one_line(of: Programs) -> None:
    sent = {
        "customer": {"name": "张三"},
        "community": a_community().id,
        "plan": a_plan().id,
        "address": "1",
        "business_type": "new",
        "broadband_account": "sz1",
        "payment": {"months": 1, "method": "cash"},
    }
    with on_day(DAY):
        first, second = (of("mei").post("/subscriptions", sent, key="a") for _ in range(2))
    assert first.json == second.json
    assert second.headers["Idempotent-Replay"] == "true"


def test_a_void_sent_twice_is_one_reversal(of: Programs) -> None:
    payment = paid(a_line_until("2026-05-14"), "2026-05-14")
    path = f"/receipts/{payment.receipt_id}/void"
    with on_day("2026-05-14"):
        first, second = (of("chen").post(path, {"reason": "x"}, key="a") for _ in range(2))
        asked, again = (of("wang").post(path, {"reason": "x"}, key="b") for _ in range(2))
    assert made(first) == made(second)
    assert second.headers["Idempotent-Replay"] == "true"
    assert_refused(asked, 422, "already_voided")
    assert_refused(again, 422, "already_voided")
