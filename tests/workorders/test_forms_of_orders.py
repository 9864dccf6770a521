"""The forms of orders: an error beside its field, a version that must come along, money that is proposed."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.billing.choices import PricedOperation
from app.broadband.operations.works import WorkTerms, order_works
from app.foundation.transactions import run
from app.workorders.operations import OrderChanges
from tests import factories
from tests.api.conftest import Programs, made
from tests.pages.conftest import signed_in
from tests.workorders.conftest import AT_DOOR, Works, order_of, type_of
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("march_8")


def test_a_quantity_of_less_than_nothing_is_an_error_beside_its_own_field(app: Flask, works: Works) -> None:
    browser = signed_in(app, "gong", "en")
    sent = {
        "work_order": works.order().id,
        "worked_on": "2026-03-08",
        "billing_from": "",
        "materials-0-material": works.cable,
        "materials-0-quantity": "-1",
        "materials-0-unit_price": "2.50",
        "materials-1-material": works.plug,
        "materials-1-quantity": "0",
        "key": "k1",
    }
    with assert_nothing_written():
        page = browser.post("/completeorderview/add", data=sent).text
    assert 'id="materials-0-quantity-error"' in page
    assert 'id="materials-1-quantity-error"' in page
    # The missing day is said at once with them, and no other field of the line is painted.
    assert 'id="billing_from-error"' in page
    assert len(re.findall(r'class="form-control is-invalid"[^>]*id="materials', page)) == 2
    assert not re.search(r'class="[^"]*fh-lines[^"]*is-wrong', page)


def test_the_preview_names_a_quantity_that_cannot_be(app: Flask, works: Works) -> None:
    sent = {"work_order": works.order().id, "worked_on": "2026-03-08", "billing_from": "2026-03-08", "method": "later"}
    browser = signed_in(app, "gong", "en")
    seen = browser.post("/completeorderview/preview", data={**sent, "materials-0-material": works.cable, "materials-0-quantity": "-1"})
    assert "The quantity of a material must be above 0." in seen.text


def test_a_change_without_a_version_cannot_be_read(app: Flask, works: Works) -> None:
    browser = signed_in(app, "chen", "en")
    with assert_nothing_written():
        answer = browser.post(f"/workorderview/edit/{works.order().id}", data={"note": "x"})
    assert answer.status_code == 400


def test_what_an_installer_holds_is_proposed(app: Flask, works: Works) -> None:
    works.completed(methods=AT_DOOR)
    browser = signed_in(app, "wang", "en")
    assert re.search(r'name="amount"[^>]*value="206.50"', browser.get(f"/handoverview/add?installer={works.installer}").text)
    (item,) = browser.get("/lookup/money_holder?q=A03").get_json()["items"]
    assert item["fills"] == {"amount": "206.50"}


def test_nothing_held_is_said_in_words(app: Flask, works: Works) -> None:
    browser = signed_in(app, "wang", "en")
    with assert_nothing_written():
        answer = browser.post("/handoverview/add", data={"installer": works.installer, "key": "k1"})
    assert answer.status_code == 422
    assert "刘强 holds no money. There is nothing to hand over." in answer.text


def test_the_way_to_a_house_is_asked_of_the_device_and_of_nobody_else(app: Flask, works: Works) -> None:
    order = works.order()
    page = signed_in(app, "gong", "en").get("/myorders/").text
    assert 'href="geo:0,0?q=' in page
    assert "https://" not in page
    assert f"order {order.number}" in page


def test_the_preview_of_a_relocation_says_where_the_line_goes_and_what_that_costs(app: Flask) -> None:
    factories.set_price(PricedOperation.RELOCATION, "50.00")
    line = factories.a_line_until("2026-08-31")
    with factories.acting("chen"):
        terms = WorkTerms(changes=OrderChanges(new_address="9-9-909"))
        order = run(order_works, subscription=line.id, business_type=type_of("relocation"), terms=terms).record
    sent = {"work_order": order.id, "worked_on": "2026-03-08", "billing_from": "2026-03-08", "method": "later", "new_address": "9-9-909"}
    browser = signed_in(app, "chen", "en")
    with assert_nothing_written():
        seen = browser.post("/completeorderview/preview", data=sent).text
    assert "9-9-909" in seen
    assert "¥50.00" in seen
    assert "The service starts" not in seen


def ways_in(page: str) -> tuple[list[str], list[str]]:
    """Return the ways of paying that a page shows, and those behind "other payment methods"."""
    shown, _, folded = page.partition('<details class="fh-fold"')
    found = [re.findall(r'name="method"[^>]*value="(\w+)"', part) for part in (shown, folded)]
    return found[0], found[1]


def test_the_desk_offers_the_offices_usual_ways_of_paying_an_order_and_the_others_folded(app: Flask, works: Works) -> None:
    page = signed_in(app, "chen", "en").get(f"/completeorderview/add?work_order={works.order().id}").text
    shown, folded = ways_in(page)
    assert shown == ["door", "cash", "wechat_pay", "alipay", "qr_transfer", "card", "bank_transfer", "later"]
    assert folded == ["fps", "cheque"]


def test_an_installer_takes_money_at_the_door_or_leaves_it(app: Flask, works: Works) -> None:
    page = signed_in(app, "gong", "en").get(f"/completeorderview/add?work_order={works.order().id}").text
    assert ways_in(page) == (["door", "later"], [])


def a_fault(works: Works) -> int:
    """Return the order of a fault of the line, whose installation is done."""
    with factories.acting("chen"):
        return run(order_works, subscription=works.line.id, business_type=type_of("fault")).record.id


def test_only_a_new_installation_is_asked_when_billing_begins(app: Flask, works: Works) -> None:
    opening = works.completed()
    fault = a_fault(works)
    browser = signed_in(app, "chen", "en")
    assert 'name="billing_from"' not in browser.get(f"/completeorderview/add?work_order={fault}").text
    sent = {"work_order": fault, "worked_on": "2026-03-08", "billing_from": "2026-09-01", "method": "later", "key": "k7"}
    assert browser.post("/completeorderview/add", data=sent).status_code == 302
    done = order_of(works.line)
    assert done.id == fault
    assert done.billing_from == done.worked_on
    assert opening.billing_from is not None


def test_a_new_installation_is_asked_when_billing_begins(app: Flask, works: Works) -> None:
    page = signed_in(app, "chen", "en").get(f"/completeorderview/add?work_order={works.order().id}").text
    assert 'name="billing_from"' in page


def test_a_program_may_name_the_day_of_billing_for_any_order(of: Programs, works: Works) -> None:
    works.completed()
    fault = a_fault(works)
    done = made(of("chen").post(f"/work_orders/{fault}/complete", {"worked_on": "2026-03-08", "billing_from": "2026-03-09"}), 200)
    assert done["billing_from"] == "2026-03-09"
