"""What people type wrong in the two forms with money: said beside the field, nothing written, nothing lost; never a 500."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.billing.models import Receipt
from app.broadband.models import Subscription
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.scope import everything
from tests import factories
from tests.pages.conftest import DAY, World, signed_in

PAYMENT = {"months": "3", "method": "cash", "note": "每月缴费"}
PAYMENT_MISTAKES = {
    "months that are none": {"months": "0"},
    "months below nothing": {"months": "-1"},
    "months without end": {"months": "10000"},
    "months in letters": {"months": "three"},
    "a discount in letters": {"discount": "abc"},
    "a discount with a third decimal": {"discount": "5.005"},
    "a discount above the fees": {"discount": "100000", "reason": "老客户"},
    "a discount below nothing": {"discount": "-5"},
    "an amount that is no number": {"other_fee": "NaN", "other_item": "测试"},
    "an amount beyond every column": {"other_fee": "1e30", "other_item": "测试"},
    "a late fee where none is due": {"late_fee": "5"},
    "a day that does not exist": {"on": "2026-02-30"},
    "a method that is none": {"method": "barter"},
    "less cash than is due": {"tendered": "1"},
    "a name of 10,000 characters": {"payer_name": "王" * 10_000},
    "gift months below nothing": {"gift_months": "-2"},
}


def _rows() -> tuple[int, ...]:
    with everything("counting what was written"):
        return tuple(
            db.session.execute(select(func.count()).select_from(model)).scalar_one() for model in (Receipt, Subscription, Customer)
        )


@pytest.fixture
def chen(app: Flask, world: World) -> FlaskClient:
    with factories.on_day(DAY):
        return signed_in(app, "chen")


@pytest.mark.parametrize("mistake", PAYMENT_MISTAKES.values(), ids=PAYMENT_MISTAKES)
def test_a_payment_with_a_mistake_is_refused_and_kept(chen: FlaskClient, world: World, mistake: dict[str, str]) -> None:
    before = _rows()
    with factories.on_day(DAY):
        answer = chen.post("/regularpaymentview/add", data=PAYMENT | {"subscription": world.line.id} | mistake)
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code in {400, 422}
    assert "每月缴费" in page, "what was typed is kept"
    (field, typed), *_ = mistake.items()
    assert field == "method" or typed[:200] in page
    assert re.search(r'aria-invalid="true"|fh-alert|role="alert"', page), "the mistake is said"
    assert _rows() == before


OPENING = {"who": "new", "name": "赵六", "address": "8-8-808", "broadband_account": "sh808", "applied_on": DAY}
OPENING_MISTAKES: dict[str, dict[str, Any]] = {
    "no customer's name": {"name": "  "},
    "a name of 10,000 characters": {"name": "赵" * 10_000},
    "a plan that does not exist": {"plan": "999999999"},
    "a community that is no number": {"community": "x"},
    "a customer that does not exist": {"who": "existing", "customer": "999999999"},
    "a login that is taken": {"broadband_account": "wang501"},
    "no login": {"broadband_account": ""},
    "a payment without months": {"takes_payment": "y", "months": "", "method": "cash"},
    "a day that does not exist": {"applied_on": "2026-13-01"},
}


@pytest.mark.parametrize("mistake", OPENING_MISTAKES.values(), ids=OPENING_MISTAKES)
def test_an_opening_with_a_mistake_is_refused_and_kept(chen: FlaskClient, world: World, mistake: dict[str, Any]) -> None:
    line, before = world.line, _rows()
    good = OPENING | {"community": line.community_id, "plan": line.plan_id, "business_type": line.business_type_id}
    with factories.on_day(DAY):
        answer = chen.post("/openaccountview/add", data=good | mistake)
    assert answer.status_code in {400, 404, 422}
    assert "8-8-808" in answer.get_data(as_text=True)
    assert _rows() == before


def test_a_nul_byte_is_refused(chen: FlaskClient, world: World) -> None:
    before = _rows()
    with factories.on_day(DAY):
        answer = chen.post("/regularpaymentview/add", data=PAYMENT | {"subscription": world.line.id, "note": "a\0b"})
    assert answer.status_code in {400, 422}
    assert _rows() == before


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
