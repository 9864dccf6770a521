"""What cannot be read is 400, what is not possible 422, and nothing is ever a server error or written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from app.billing.models import Charge, Receipt
from app.foundation.api import endpoints_of
from app.foundation.database import db
from app.foundation.scope import everything
from tests.api.conftest import Program, Programs, assert_refused
from tests.factories import a_community, a_plan, an_active_line, on_day

HUGE = 10**30
LONG = "宽" * 10_000


def written() -> tuple[int, ...]:
    with everything("counting what was written"):
        return tuple(db.session.execute(select(func.count(model.id))).scalar_one() for model in (Charge, Receipt))


PAYMENTS: list[tuple[dict[str, Any], int, str | None]] = [
    ({"months": 0}, 422, "months_out_of_range"),
    ({"months": -1}, 422, "months_out_of_range"),
    ({"months": 10_000}, 422, "months_out_of_range"),
    ({"months": HUGE}, 422, None),
    ({"months": "3"}, 400, "malformed"),
    ({"months": 1.5}, 400, "malformed"),
    ({"months": True}, 400, "malformed"),
    ({"months": None}, 400, "required"),
    ({"months": [3]}, 400, "malformed"),
    ({"subscription": "x"}, 400, "malformed"),
    ({"subscription": 0}, 404, "not_found"),
    ({"subscription": HUGE}, 404, "not_found"),
    ({"subscription": 999_999}, 404, "not_found"),
    ({"other_fee": "abc"}, 400, "malformed"),
    ({"other_fee": "12,50"}, 400, "malformed"),
    ({"other_fee": "１２"}, 400, "malformed"),
    ({"other_fee": "1e3"}, 400, "malformed"),
    ({"other_fee": "NaN"}, 400, "malformed"),
    ({"other_fee": "Infinity"}, 400, "malformed"),
    ({"other_fee": ""}, 400, "malformed"),
    ({"other_fee": 12.5}, 400, "malformed"),
    ({"other_fee": False}, 400, "malformed"),
    ({"other_fee": "12.345"}, 422, "too_many_decimals"),
    ({"other_fee": "-1"}, 422, None),
    ({"other_fee": "99999999999999999999"}, 422, None),
    ({"discount": "1000"}, 422, None),
    ({"maintenance_fee": "5.001"}, 422, "too_many_decimals"),
    ({"late_fee": "7.00"}, 422, None),
    ({"gift_months": -1}, 422, None),
    ({"gift_months": 121}, 422, None),
    ({"on": "2026-02-30"}, 400, "malformed"),
    ({"on": "2026-13-01"}, 400, "malformed"),
    ({"on": "20260131"}, 400, "malformed"),
    ({"on": "31/01/2026"}, 400, "malformed"),
    ({"on": "0001-01-01"}, 400, "malformed"),
    ({"on": "9999-12-31"}, 400, "malformed"),
    ({"on": "2026-02-01T00:00:00"}, 400, "malformed"),
    ({"on": "2026-02-01"}, 422, "future_date"),
    ({"method": "gold"}, 400, "malformed"),
    ({"method": None}, 422, "payment_missing"),
    ({"method": "cash", "payment": {"methods": []}}, 400, "payment_twice"),
    ({"method": None, "payment": {"methods": [{"method": "cash", "amount": "49.99"}]}}, 422, "payment_differs"),
    ({"method": None, "payment": {"methods": [{"method": "cash", "amount": "50.00", "tendered": "49.00"}]}}, 422, "tendered_too_little"),
    ({"method": None, "payment": {"methods": [{"method": "card", "amount": "50.00", "tendered": "60.00"}]}}, 422, "tendered_without_cash"),
    ({"method": None, "payment": {"methods": [{"method": "cash", "amount": "-50"}, {"method": "card", "amount": "100"}]}}, 422, None),
    ({"method": None, "payment": {"methods": [{"method": "credit", "amount": "50"}]}}, 422, "credit_too_small"),
    ({"method": None, "payment": {"methods": "cash"}}, 400, None),
    ({"method": None, "payment": "cash"}, 400, None),
    ({"method": None, "payment": {"methods": [{"method": "cash", "amount": "1"}] * 201}}, 422, "too_long"),
    ({"note": LONG}, 422, "too_long"),
    ({"other_item": LONG}, 422, "too_long"),
    ({"note": 5}, 400, "malformed"),
    ({"note": {"$gt": ""}}, 400, "malformed"),
    ({"note": "a\x00b"}, 400, "bad_text"),
    ({"fees": {"installation_fee": "10"}}, 400, "unknown_field"),
    ({"total": "1.00"}, 400, "unknown_field"),
]


@pytest.mark.parametrize(("wrong", "status", "code"), PAYMENTS, ids=[json.dumps(wrong)[:60] for wrong, _status, _code in PAYMENTS])
def test_a_payment_with_something_wrong(of: Programs, wrong: dict[str, Any], status: int, code: str | None) -> None:
    line = an_active_line("2026-01-31")
    before = written()
    with on_day("2026-01-31"):
        answer = of("chen").post("/regular_payments", {"subscription": line.id, "months": 1, "method": "cash", **wrong})
    assert_refused(answer, status, code)
    assert written() == before


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"1",
        b'{"months": NaN}',
        b'{"months": 1, "months": 2}',
        b"\xff\xfe{}",
        b'{"no\\u0000te": "x"}',
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"months": ' + b"9" * 5000 + b"}",
        b"months=3&method=cash",
    ],
)
def test_a_body_that_is_no_json_object(of: Programs, body: bytes) -> None:
    answer = of("chen").send("POST", "/regular_payments", data=body, headers={"Content-Type": "application/json"})
    assert_refused(answer, 400, "bad_json")


def test_a_body_that_is_too_large(of: Programs) -> None:
    assert_refused(of("chen").send("POST", "/regular_payments", data=b'{"note": "' + b"x" * 1_100_000 + b'"}'), 413)


ADDRESSES = [
    "page=-1",
    "page=0",
    "page=abc",
    "page=",
    "page=1.5",
    "page=99999999999999999999",
    "page=1&page=2",
    "page_size=0",
    "page_size=201",
    "page_size=100000",
    "page_size=abc",
    "nonsense=1",
    "office=abc",
    "order=id",
]


@pytest.mark.parametrize("query", ADDRESSES)
def test_every_list_refuses_what_its_address_cannot_mean(of: Programs, query: str) -> None:
    ada, chen = of("ada"), of("chen")
    for endpoint in endpoints_of(chen.app):
        if not endpoint.is_list:
            continue
        assert_refused(chen.get(f"{endpoint.rule}?{query}"), 400)
    assert_refused(ada.get(f"/offices?{query}"), 400)


@pytest.mark.parametrize(
    "address",
    [
        "/regular_payments?paid_on_from=2026-02-30",
        "/regular_payments?paid_on_to=yesterday",
        "/regular_payments?subscription=x",
        "/regular_payments?status=lost",
        "/subscriptions?status=",
        "/subscriptions?status=aktiv",
        "/charges?status=closed",
        "/customers?id_number=110101199001011234",
        "/plans?months=twelve",
    ],
)
def test_a_filter_that_cannot_be_read(of: Programs, address: str) -> None:
    assert_refused(of("chen").get(address), 400)


def test_a_character_that_cannot_be_stored_is_named_with_its_field(of: Programs) -> None:
    sent = {"customer": {"name": "a\x00b"}, "note": "\ud800", "address": "3-2-501", "work_order": {"note": ["x", "\ufffd"]}}
    error = assert_refused(of("chen").post("/subscriptions", sent), 400, "bad_text")
    assert set(error["fields"]) == {"customer.name", "note", "work_order.note.1"}
    assert error["message"] == "文字中含有无法保存的字符。"


def test_nul_in_the_address_is_named_with_its_argument(of: Programs) -> None:
    error = assert_refused(of("chen").get("/customers?name=a%00b&page=1"), 400, "bad_text")
    assert set(error["fields"]) == {"name"}
    assert_refused(of("chen").get("/customers?na%00me=a"), 400)


@pytest.mark.parametrize("number", ["abc", "-1", "0", "99999999999", str(HUGE), "1.5", "%00", "１"])
def test_a_record_that_cannot_be_is_not_there(of: Programs, number: str) -> None:
    assert of("chen").get(f"/receipts/{number}").status_code in (400, 404)


def test_an_ugly_name_is_kept_as_it_is(of: Programs) -> None:
    assert_kept_as_it_is(of, "<script>alert(1)</script> ' OR 1=1; -- \U0001f600 \u202e =cmd|x")


def test_a_formula_is_only_text(of: Programs) -> None:
    assert_kept_as_it_is(of, '=HYPERLINK("http://evil.example","x")')


def assert_kept_as_it_is(of: Programs, name: str) -> None:
    chen = of("chen")
    customer = chen.post("/customers", {"name": name}).json
    assert customer is not None
    assert customer["name"] == name
    answer = chen.get(f"/customers/{customer['id']}")
    assert answer.json == customer
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


OPENINGS: list[tuple[dict[str, Any], int, str | None]] = [
    ({"customer": None}, 400, "required"),
    ({"plan": None}, 400, "required"),
    ({"plan": 999_999}, 404, "not_found"),
    ({"plan": "x"}, 400, "malformed"),
    ({"community": None}, 400, "required"),
    ({"applied_on": "2026-02-30"}, 400, "malformed"),
    ({"address": LONG}, 422, "too_long"),
    ({"broadband_account": LONG}, 422, "too_long"),
    ({"payment": {"months": 1, "method": "cash", "discount": "abc"}}, 400, "malformed"),
    ({"payment": {"months": 1, "method": "cash", "discount": "100000"}}, 422, None),
    ({"payment": {"months": 10_000, "method": "cash"}}, 422, "months_out_of_range"),
    ({"customer": True}, 400, None),
    ({"customer": "12"}, 400, None),
    ({"customer": {}}, 400, "required"),
    ({"customer": {"name": ""}}, 422, "required"),
    ({"customer": {"name": LONG}}, 422, "too_long"),
    ({"customer": {"name": "张三", "age": 3}}, 400, "unknown_field"),
    ({"customer": 999_999}, 404, "not_found"),
    ({"business_type": "nonsense"}, 404, "not_found"),
    ({"business_type": 5}, 400, None),
    ({"broadband_account": " "}, 422, "required"),
    ({"address": ""}, 422, "required"),
    ({"community": 999_999}, 404, "not_found"),
    ({"unit": 5}, 400, "unknown_field"),
    ({"applied_on": "2026-05-15"}, 422, "future_date"),
    ({"salesperson": 999_999}, 404, "not_found"),
    ({"work_order": {"installer": 999_999}}, 404, "not_found"),
    ({"work_order": {"appointment_at": "2026-05-14T10:00:00"}}, 400, None),
    ({"payment": {"months": 0, "method": "cash"}}, 422, "months_out_of_range"),
    ({"payment": {"method": "cash"}}, 400, "required"),
    ({"payment": {"months": 1}}, 422, "payment_missing"),
]


@pytest.mark.parametrize(("wrong", "status", "code"), OPENINGS, ids=[json.dumps(wrong)[:60] for wrong, _status, _code in OPENINGS])
def test_an_opening_with_something_wrong(of: Programs, wrong: dict[str, Any], status: int, code: str | None) -> None:
    body = {
        "customer": {"name": "张三"},
        "community": a_community().id,
        "address": "3-2-501",
        "plan": a_plan().id,
        "business_type": "new",
        "broadband_account": "sz0001",
    }
    with on_day("2026-05-14"):
        assert_refused(of("chen").post("/subscriptions", {**body, **wrong}), status, code)
        assert total(of("chen"), "/customers?name=张三") == total(of("chen"), "/subscriptions?broadband_account=sz0001") == 0


def total(program: Program, path: str) -> int:
    answer = program.get(path)
    assert answer.json is not None
    return int(answer.json["total"])
