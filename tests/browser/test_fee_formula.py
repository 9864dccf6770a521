"""A fee formula from a blank sheet to the day on which it holds: lines and tiers, tried, an example kept, checked, approved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.foundation.database import db
from app.foundation.scope import everything
from app.tariffs.models import TariffVersion
from tests.browser.conftest import Live
from tests.tariffs.making import a_tariff

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]


def a_new_tariff(live: Live) -> int:
    with live.app.app_context():
        number = a_tariff(unit_kind="shop", name="商铺用电").id
        db.session.remove()
    return int(number)


def press(page: Page, deed: str) -> None:
    """Press a button of the sheet and wait until the sheet has come back."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator(f'#sheet button[value="{deed}"]').first.click()
    expect(page.locator("#sheet")).not_to_have_attribute("aria-busy", "true")


def state_of(live: Live, version: int) -> str:
    with live.app.app_context(), everything("reading a test's own record"):
        state = db.session.get_one(TariffVersion, version).state.value
        db.session.remove()
    return state


def test_a_formula_is_written_tried_checked_and_approved(live: Live, opened: Opened) -> None:
    page = opened("chen", language="en")
    page.goto(live.at(f"/tariffversionview/add?tariff={a_new_tariff(live)}"))
    page.locator('input[name="template"][value="blank"]').check(force=True)
    page.locator('main button[type="submit"]').last.click()
    page.wait_for_selector("#sheet")
    version = int(page.url.rstrip("/").rpartition("/")[2].partition("?")[0])

    # A graduated line of two tiers, and a tax on it.
    press(page, "add_line:graduated")
    press(page, "remove_line:0")
    line = page.locator(".fh-sheet-line").first
    token = line.locator('input[name="line"]').input_value()
    line.locator(".fh-sheet-label").fill("电费")
    line.locator(f'select[name="l{token}-quantity"]').select_option("kwh")
    press(page, f"add_tier:{token}")
    line = page.locator(".fh-sheet-line").first
    limits, prices = line.locator(f'input[name="l{token}-limit"]:visible'), line.locator(f'input[name="l{token}-tier_price"]')
    while limits.count() > 1:
        press(page, f"remove_tier:{token}:0")
    limits.first.fill("200")
    prices.nth(0).fill("0.50")
    prices.nth(1).fill("0.60")
    press(page, "add_line:percentage")
    tax = page.locator(".fh-sheet-line").nth(1)
    other = tax.locator('input[name="line"]').input_value()
    tax.locator(".fh-sheet-label").fill("税")
    tax.locator(f'input[name="l{other}-percent"]').fill("10")
    tax.locator(f'input[name="l{other}-of"]').first.check(force=True)

    # 250 kWh: 200 × 0.50 + 50 × 0.60 = 130.00, and 10 %.
    page.locator('input[name="try-kwh"]').fill("250")
    expect(page.locator("#tried .fh-sum-total dd")).to_contain_text("143.00")
    # The example of the blank sheet, nothing for nothing, gives way to this one.
    page.locator('.fh-sheet-examples button[value^="remove_example"]').click()
    expect(page.locator(".fh-sheet-examples")).to_have_count(0)
    press(page, "add_example")
    expect(page.locator('input[name$="-total"]')).to_have_value("143")
    page.locator('input[name="valid_from"]').fill("2031-01-01")
    page.locator('.fh-sheet-foot button[value="save"]').click()
    page.wait_for_url("**/tariffversionview/show/**")
    assert state_of(live, version) == "draft"

    page.get_by_role("button", name="Check version").click()
    expect(page.get_by_text("a second person can approve it now")).to_be_visible()
    assert state_of(live, version) == "checked"

    chief = opened("zhou", language="en")
    chief.goto(live.at(f"/tariffversionview/show/{version}"))
    chief.get_by_role("button", name="Approve version 1").click()
    expect(chief.get_by_text("The version is approved.")).to_be_visible()
    assert state_of(live, version) == "approved"
