"""Back after a payment, and the key of the search: nothing is taken twice in silence, nothing is typed by mistake."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.billing.models import Receipt
from app.broadband.models import Subscription
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.scope import everything
from tests import factories
from tests.browser.conftest import Live
from tests.browser.test_main_path import find

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]
PAID = re.compile(r"receipt=\d+")


def receipts(live: Live) -> int:
    with live.app.app_context(), everything("counting"):
        count = db.session.execute(select(func.count()).select_from(Receipt)).scalar_one()
        db.session.remove()
        return int(count)


@pytest.fixture
def payer(live: Live) -> tuple[str, int]:
    """A customer of his own for each test: his name and his line."""
    with live.app.app_context():
        with everything("counting"):
            name = f"郑归来{db.session.execute(select(func.count()).select_from(Customer)).scalar_one()}号"
        line: Subscription = factories.an_active_line("2026-05-01", customer=factories.a_customer(name=name))
        made = (name, line.id)
        db.session.remove()
    return made


def take(page: Page, name: str) -> None:
    find(page, name, name)
    page.keyboard.press("Enter")
    expect(page.locator("#tendered")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(PAID)


def test_back_after_a_payment_and_enter_takes_nothing_again(live: Live, opened: Opened, payer: tuple[str, int]) -> None:
    page = opened("wang", language="zh_Hans")
    take(page, payer[0])
    paid, before = page.url, receipts(live)
    page.go_back()
    expect(page.locator("#pay")).to_be_visible()
    page.locator(".fh-till-deed").click()
    page.wait_for_url(PAID)
    assert page.url == f"{paid}&again=same"
    expect(page.locator(".fh-till-paid")).to_contain_text("此笔款项已收")
    assert receipts(live) == before


def test_back_after_a_payment_and_other_entries_say_what_was_taken(live: Live, opened: Opened, payer: tuple[str, int]) -> None:
    page = opened("wang", language="zh_Hans")
    take(page, payer[0])
    before = receipts(live)
    page.go_back()
    page.locator("[data-months='3']").click()
    page.locator(".fh-till-deed").click()
    page.wait_for_url(PAID)
    expect(page.locator(".fh-till-paid")).to_contain_text("本次没有收款")
    assert receipts(live) == before


def test_the_customer_chosen_anew_pays_again(live: Live, opened: Opened, payer: tuple[str, int]) -> None:
    page = opened("wang", language="zh_Hans")
    take(page, payer[0])
    before = receipts(live)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/counter/$"))
    take(page, payer[0])
    assert "again" not in page.url
    assert receipts(live) == before + 1


def test_back_to_the_page_of_a_payment_takes_nothing_again(live: Live, opened: Opened, payer: tuple[str, int]) -> None:
    page = opened("wang", language="zh_Hans")
    page.goto(live.at(f"/regularpaymentview/add?subscription={payer[1]}&months=1"))
    page.locator("#operation button[type=submit]").click()
    page.wait_for_url(re.compile(r"/show/\d+"))
    before = receipts(live)
    page.go_back()
    page.locator("#operation button[type=submit]").click()
    page.wait_for_url(re.compile(r"/show/\d+"))
    assert receipts(live) == before
    expect(page.locator("[data-toast]")).to_contain_text("重复提交")


def test_the_search_key_is_not_typed_into_the_empty_search(opened: Opened) -> None:
    page = opened("wang", language="zh_Hans")
    search = page.locator("#till-search")
    expect(search).to_be_focused()
    page.keyboard.press("/")
    expect(search).to_have_value("")
    expect(search).to_be_focused()
    page.keyboard.type("3-2/5")
    expect(search).to_have_value("3-2/5")
    page.locator(".fh-till-help, h2").first.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("w")
    expect(search).to_have_value("w")
