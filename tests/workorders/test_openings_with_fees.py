"""An opening's own work order carries the fees that the application form agreed on."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.billing.choices import PricedOperation
from app.broadband.models import Subscription
from app.foundation.database import db
from app.foundation.scope import everything
from tests import factories
from tests.api.conftest import Programs, made
from tests.broadband.test_halting_refusals import key_of
from tests.pages.conftest import signed_in
from tests.workorders.conftest import order_of, type_of

pytestmark = pytest.mark.usefixtures("march_8")


def the_line(account: str) -> Subscription:
    with everything("reading a test's own line"):
        return db.session.query(Subscription).filter_by(broadband_account=account).one()


def application(**more: Any) -> dict[str, Any]:
    return {
        "who": "new",
        "name": "王晓明",
        "kind": "person",
        "community": factories.a_community().id,
        "address": "8-1-301",
        "plan": factories.a_plan().id,
        "business_type": type_of("new"),
        "broadband_account": "opened1",
        **more,
    }


def test_the_form_opens_with_the_prices_of_an_installation(app: Flask) -> None:
    factories.set_price(PricedOperation.INSTALLATION, "100.00")
    factories.set_price(PricedOperation.HANDLING, "20.00")
    page = signed_in(app, "chen", "en").get("/openaccountview/add").text
    assert re.search(r'name="installation_fee"[^>]*value="100.00"', page)
    assert re.search(r'name="handling_fee"[^>]*value="20.00"', page)


def test_the_order_of_an_opening_has_the_fees_of_the_form(app: Flask) -> None:
    browser = signed_in(app, "chen", "en")
    sent = application(installation_fee="100", handling_fee="20", labour_material_fee="50", other_work_fee="5")
    seen = browser.post("/openaccountview/preview", data=sent).text
    assert "¥175.00" in seen
    answer = browser.post("/openaccountview/add", data={**sent, "key": key_of(browser.get("/openaccountview/add").text)})
    assert answer.status_code == 302, answer.text
    order = order_of(the_line("opened1"))
    assert (order.installation_fee, order.handling_fee, order.labour_material_fee, order.other_fee) == (100, 20, 50, 5)
    assert (order.total, order.total_in_words) == (Decimal(175), "人民币壹佰柒拾伍元整")


def test_a_program_names_the_fees_of_an_openings_order(of: Programs) -> None:
    sent = application(work_order={"installation_fee": "100.00", "handling_fee": "20.00"}, business_type="new")
    body = {name: sent[name] for name in ("community", "address", "plan", "business_type", "broadband_account", "work_order")}
    made(of("chen").post("/subscriptions", {**body, "customer": {"name": "王晓明"}}))
    assert order_of(the_line("opened1")).total == Decimal(120)


@pytest.mark.parametrize(
    ("more", "fees"), [({}, (100, 20)), ({"work_order": {"handling_fee": "0"}}, (100, 0)), ({"work_order": {"note": "周末"}}, (100, 20))]
)
def test_fees_that_a_program_leaves_out_of_an_opening_are_those_of_the_list(of: Programs, more: Any, fees: tuple[int, int]) -> None:
    factories.set_price(PricedOperation.INSTALLATION, "100.00")
    factories.set_price(PricedOperation.HANDLING, "20.00")
    sent = application(business_type="new", **more)
    body = {name: sent[name] for name in ("community", "address", "plan", "business_type", "broadband_account", *more)}
    made(of("chen").post("/subscriptions", {**body, "customer": {"name": "王晓明"}}))
    order = order_of(the_line("opened1"))
    assert (order.installation_fee, order.handling_fee) == fees


def test_page_and_program_leave_the_same_fees_to_the_list(app: Flask, of: Programs) -> None:
    factories.set_price(PricedOperation.HANDLING, "20.00")
    lines = [factories.a_line_until("2026-04-14") for _ in range(2)]
    terms = [{"subscription": line.id, "business_type": type_of("relocation"), "new_address": "5-5-501"} for line in lines]
    made(of("chen").post("/work_orders", terms[0]))
    browser = signed_in(app, "chen", "en")
    key = key_of(browser.get("/orderworksview/add").text)
    assert browser.post("/orderworksview/add", data={**terms[1], "key": key}).status_code == 302
    assert [order_of(line).handling_fee for line in lines] == [Decimal(20), Decimal(20)]
    assert [order_of(line).total for line in lines] == [Decimal(20), Decimal(20)]


def test_a_change_by_a_program_leaves_the_fees_it_does_not_name(of: Programs) -> None:
    factories.set_price(PricedOperation.HANDLING, "20.00")
    line = factories.a_line_until("2026-04-14")
    told = {"subscription": line.id, "business_type": type_of("relocation"), "new_address": "5-5-501", "handling_fee": "35.00"}
    order = made(of("chen").post("/work_orders", told))
    made(of("chen").patch(f"/work_orders/{order['id']}", {"labour_material_fee": "1.00"}), 200)
    assert (order_of(line).handling_fee, order_of(line).total) == (35, 36)
