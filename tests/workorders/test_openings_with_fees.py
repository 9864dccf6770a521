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
