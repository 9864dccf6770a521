"""What people type wrong in the forms with money: said beside the field, nothing written, nothing lost; never a 500.

The same kinds of mistakes over JSON are in ``tests/api/test_malformed.py``.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.billing.models import Receipt
from app.broadband.models import Subscription
from app.foundation.database import db
from app.foundation.scope import everything
from tests import factories
from tests.pages.conftest import DAY, World, signed_in
from tests.pages.typed import typed_in
from tests.written import assert_nothing_written

KEY = "a" * 32
MARK_MISSING = "表单没有带上防止重复提交的标记"
CANNOT_BE_STORED = "文字中含有无法保存的字符。"
PAGES = ["/regularpaymentview/add", "/counter/take"]
PAYMENT = {
    "months": "3",
    "method": "cash",
    "note": "每月缴费",
    "other_item": "网线",
    "other_fee": "20.00",
    "payer_name": "王太太",
    "key": KEY,
}
PAYMENT_MISTAKES = {
    "months that are none": {"months": "0"},
    "months below nothing": {"months": "-1"},
    "months without end": {"months": "10000"},
    "months in letters": {"months": "three"},
    "no months": {"months": ""},
    "a discount in letters": {"discount": "abc"},
    "a discount with a third decimal": {"discount": "5.005"},
    "a discount above the fees": {"discount": "100000", "reason": "老客户"},
    "a discount below nothing": {"discount": "-5"},
    "an amount that is no number": {"other_fee": "NaN"},
    "an amount beyond every column": {"other_fee": "1e30"},
    "an amount with twenty nines": {"other_fee": "9" * 20},
    "a late fee where none is due": {"late_fee": "5"},
    "a day that does not exist": {"on": "2026-02-30"},
    "a day that is none": {"on": "yesterday"},
    "a method that is none": {"method": "barter"},
    "less cash than is due": {"tendered": "1"},
    "a name of 10,000 characters": {"payer_name": "王" * 10_000},
    "gift months below nothing": {"gift_months": "-2"},
    "a character that cannot be stored": {"payer_name": "a\0b"},
    "an amount with such a character": {"discount": "5\0"},
    "a line that does not exist": {"subscription": "999999999"},
    "a line that is no number": {"subscription": "x"},
    "no line": {"subscription": ""},
}
NOT_AT_THE_COUNTER = {"on", "subscription"}  # the counter pays the line of its card, today
# What a browser does not show again: a choice that is none of the choices, a row that is not there.
NOT_SHOWN_AGAIN = {"method": {"barter"}, "subscription": {"999999999", "x", ""}, "customer": {"999999999", ""}}


@pytest.fixture
def chen(app: Flask, world: World) -> FlaskClient:
    with factories.on_day(DAY):
        return signed_in(app, "chen")


def assert_kept(answer: TestResponse, sent: dict[str, Any], statuses: tuple[int, ...] = (400, 422)) -> None:
    """The form comes again with a sentence about what is wrong, and everything typed still stands in it."""
    page = answer.get_data(as_text=True)
    assert answer.status_code in statuses
    assert "<form" in page
    assert re.search(r'aria-invalid="true"|class="fh-alert|role="alert"', page), "the mistake is said"
    standing = typed_in(page)
    shown = {name: str(text).replace("\0", "").strip() for name, text in sent.items() if name != "key"}
    lost = {
        name: (text[:40], standing.get(name, "")[:40])
        for name, text in shown.items()
        if standing.get(name) != text and text not in NOT_SHOWN_AGAIN.get(name, ())
    }
    assert lost == {}


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("mistake", PAYMENT_MISTAKES.values(), ids=PAYMENT_MISTAKES)
def test_a_payment_with_a_mistake_is_refused_and_kept(chen: FlaskClient, world: World, address: str, mistake: dict[str, str]) -> None:
    sent = PAYMENT | {"subscription": str(world.line.id), "customer": str(world.customer.id)} | mistake
    with factories.on_day(DAY), assert_nothing_written():
        answer = chen.post(address, data=sent)
    if address == "/counter/take" and mistake.keys() & NOT_AT_THE_COUNTER:
        assert answer.status_code in (400, 422)
        return
    if address == PAGES[0]:
        del sent["customer"]
    assert_kept(answer, sent)


@pytest.mark.parametrize("address", PAGES)
def test_a_payment_without_mistakes_is_taken(chen: FlaskClient, world: World, address: str) -> None:
    """Or the mistakes above would prove nothing."""
    sent = PAYMENT | {"subscription": str(world.line.id), "customer": str(world.customer.id)}
    with factories.on_day(DAY):
        assert chen.post(address, data=sent).status_code == 302


# Sent without protection against being sent twice ------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("key", [None, "", "x" * 500, "a b", "k\0"], ids=["missing", "empty", "500 characters", "odd", "NUL"])
def test_money_is_not_taken_without_the_mark_against_sending_twice(chen: FlaskClient, world: World, address: str, key: str | None) -> None:
    sent = PAYMENT | {"subscription": str(world.line.id), "customer": str(world.customer.id), "key": key}
    with factories.on_day(DAY), assert_nothing_written():
        answer = chen.post(address, data={name: text for name, text in sent.items() if text is not None})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert MARK_MISSING in page
    if address == PAGES[0]:
        del sent["customer"]
    assert_kept(answer, sent, (400,))
    # The page that says so brings a new mark; with it the same entries are taken once.
    fresh = typed_in(page)["key"]
    assert fresh not in ("", key)
    with factories.on_day(DAY):
        first, second = (chen.post(address, data=sent | {"key": fresh}) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    with everything("counting"):
        assert db.session.query(Receipt).filter(Receipt.payer_name == "王太太").count() == 1


@pytest.mark.parametrize("key", [None, "x" * 500])
def test_nothing_is_opened_voided_or_completed_without_the_mark(chen: FlaskClient, world: World, key: str | None) -> None:
    line = world.line
    forms: dict[str, dict[str, Any]] = {
        "/openaccountview/add": OPENING | {"community": line.community_id, "plan": line.plan_id, "business_type": line.business_type_id},
        "/voidreceiptview/add": {"receipt": world.receipt_id, "reason": "收错了"},
        "/completeorderview/add": {"work_order": world.order_id, "billing_from": DAY, "worked_on": DAY},
    }
    for address, sent in forms.items():
        data = {name: text for name, text in (sent | {"key": key}).items() if text is not None}
        with factories.on_day(DAY), assert_nothing_written():
            answer = chen.post(address, data=data)
        assert answer.status_code == 400, address
        assert MARK_MISSING in answer.get_data(as_text=True), address


# Opening an account --------------------------------------------------------------------------------------------------------------------

OPENING = {"who": "new", "name": "赵六", "address": "8-8-808", "broadband_account": "sh808", "applied_on": DAY, "key": KEY}
OPENING_MISTAKES: dict[str, dict[str, Any]] = {
    "no customer's name": {"name": "  "},
    "a name of 10,000 characters": {"name": "赵" * 10_000},
    "a name with a character that cannot be stored": {"name": "赵\0六"},
    "a plan that does not exist": {"plan": "999999999"},
    "no plan": {"plan": ""},
    "a community that is no number": {"community": "x"},
    "a customer that does not exist": {"who": "existing", "customer": "999999999"},
    "no customer": {"who": "existing", "customer": ""},
    "neither an old nor a new customer": {"who": "somebody"},
    "a login that is taken": {"broadband_account": "wang501"},
    "no login": {"broadband_account": ""},
    "a payment without months": {"takes_payment": "y", "months": "", "method": "cash"},
    "a payment with a discount in letters": {"takes_payment": "y", "months": "1", "method": "cash", "discount": "abc"},
    "a day that does not exist": {"applied_on": "2026-13-01"},
    "a day in the future": {"applied_on": "2026-05-15"},
}


@pytest.mark.parametrize("mistake", OPENING_MISTAKES.values(), ids=OPENING_MISTAKES)
def test_an_opening_with_a_mistake_is_refused_and_kept(chen: FlaskClient, world: World, mistake: dict[str, Any]) -> None:
    line = world.line
    good = OPENING | {"community": line.community_id, "plan": line.plan_id, "business_type": line.business_type_id}
    with factories.on_day(DAY), assert_nothing_written():
        answer = chen.post("/openaccountview/add", data=good | mistake)
    texts = {
        name: text for name, text in (good | mistake).items() if name in {"name", "address", "broadband_account", "applied_on", "discount"}
    }
    assert_kept(answer, texts, (400, 404, 422))


@pytest.mark.parametrize("name", ["plan", "community", "customer", "business_type"])
def test_nothing_of_another_office_is_taken_into_an_opening(chen: FlaskClient, world: World, name: str) -> None:
    with factories.on_day(DAY):
        theirs: Any = factories.an_active_line("2026-05-01", "HN", customer=factories.a_customer("HN", name="Nguyễn Văn An"))
    line = world.line
    good = OPENING | {"community": line.community_id, "plan": line.plan_id, "business_type": line.business_type_id}
    wrong = {name: getattr(theirs, f"{name}_id")} | ({"who": "existing"} if name == "customer" else {})
    with factories.on_day(DAY), assert_nothing_written():
        answer = chen.post("/openaccountview/add", data=good | wrong)
    assert_kept(answer, {"address": "8-8-808", "broadband_account": "sh808"}, (404, 422))
    assert "Nguyễn" not in answer.get_data(as_text=True)


# Characters ----------------------------------------------------------------------------------------------------------------------------


def test_a_character_that_cannot_be_stored_is_said_beside_its_field(chen: FlaskClient, world: World) -> None:
    with factories.on_day(DAY), assert_nothing_written():
        answer = chen.post("/regularpaymentview/add", data=PAYMENT | {"subscription": world.line.id, "note": "a\0b"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert CANNOT_BE_STORED in page.partition('id="note-error"')[2][:400]
    assert typed_in(page)["note"] == "ab"


def test_signs_of_programs_are_only_text(chen: FlaskClient, world: World) -> None:
    line = world.line
    good = OPENING | {"community": line.community_id, "plan": line.plan_id, "business_type": line.business_type_id}
    with factories.on_day(DAY):
        ugly = {"name": "<script>alert(1)</script>", "note": '=HYPERLINK("http://evil.example")', "broadband_account": "ugly1"}
        assert chen.post("/openaccountview/add", data=good | ugly).status_code == 302
        page = chen.get("/customerview/list/?q=alert").get_data(as_text=True) + chen.get("/subscriptionview/list/").get_data(as_text=True)
        table = chen.get("/subscriptionview/export/csv", buffered=True).get_data(as_text=True)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "'=HYPERLINK" in table


# Addresses -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    ["page=x", "page=-1", "page=1.5", "size=all", "order=password", "order=no_such_column", "office=x", "status=nonsense", "community=x"],
)
def test_an_address_that_cannot_be_read_is_400(chen: FlaskClient, world: World, query: str) -> None:
    with factories.on_day(DAY), assert_nothing_written():
        assert chen.get(f"/subscriptionview/list/?{query}").status_code == 400
        assert chen.get(f"/subscriptionview/export/csv?{query}", buffered=True).status_code == 400


@pytest.mark.parametrize("address", ["/subscriptionview/show/x", "/subscriptionview/show/0", "/subscriptionview/show/99999999999999999999"])
def test_a_record_that_cannot_be_is_not_there(chen: FlaskClient, world: World, address: str) -> None:
    with factories.on_day(DAY):
        assert chen.get(address).status_code == 404


def test_another_offices_line_is_not_prefilled(chen: FlaskClient, world: World) -> None:
    with factories.on_day(DAY):
        theirs: Subscription = factories.an_active_line("2026-05-01", "HN", customer=factories.a_customer("HN", name="Nguyễn Văn An"))
        page = chen.get(f"/regularpaymentview/add?subscription={theirs.id}&months=%00&note=%00").get_data(as_text=True)
    assert "Nguyễn" not in page
    assert typed_in(page)["subscription"] == ""
