"""The main path of the product in a real browser: from the search box to the receipt, the list, the void."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Live, switch_language

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]
PDF = """async () => {
    const form = document.querySelector('form[action*="/paper/"]');
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return [answer.headers.get("Content-Type"), String.fromCharCode(...bytes.slice(0, 5)), bytes.length, form.target];
}"""


def find(page: Page, typed: str, name: str) -> None:
    """Type into the search box and wait until the customer is marked and his card shown."""
    search = page.locator("#till-search")
    search.fill("")
    search.type(typed)
    expect(page.locator("[data-customer][aria-selected=true]")).to_contain_text(name)
    expect(page.locator(".fh-till-head h2")).to_contain_text(name)


def sum_of_the_page(page: Page) -> Decimal:
    """Return the last sum in the foot of the list of payments: what all of them came to."""
    return Decimal(page.locator("tfoot tr").last.locator("td.fh-number").last.inner_text().replace("¥", "").replace(",", ""))


def test_a_cashier_takes_a_payment_by_keys_alone(live: Live, opened: Opened) -> None:
    page = opened("wang", language="zh_Hans")
    page.goto(live.at("/regularpaymentview/list/"))
    before = sum_of_the_page(page)
    page.goto(live.at("/counter/"))
    expect(page).to_have_url(re.compile(r"/counter/$"))
    expect(page.locator("#till-search")).to_be_focused()
    for typed in ("雪梅", "wangxue", "7730"):
        find(page, typed, "王雪梅")
    page.keyboard.press("Enter")
    amount = page.locator("#tendered")
    expect(amount).to_be_focused()
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(page.locator("[data-due]")).to_have_text("¥150.00")
    page.keyboard.type("200")
    expect(page.locator("[data-change]")).to_have_text("¥50.00")
    expect(page.locator(".fh-till-deed")).to_contain_text("¥150.00")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"receipt=\d+"))
    expect(page.locator(".fh-due-good b")).to_have_text("¥50.00")
    kind, begin, length, target = page.evaluate(PDF)
    assert (kind, begin, target) == ("application/pdf", "%PDF-", "_blank")
    assert length > 5_000
    number = page.locator(".fh-till-done a b").inner_text()
    expect(page.locator("#till-search")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/counter/$"))
    expect(page.locator("#till-search")).to_be_focused()

    page.goto(live.at("/regularpaymentview/list/"))
    expect(page.locator("tbody")).to_contain_text(number)
    assert sum_of_the_page(page) == before + 150


def test_a_search_marks_and_follows_with_the_arrows(opened: Opened) -> None:
    page = opened("wang", language="zh_Hans")
    page.locator("#till-search").type("138")
    page.keyboard.type(" 0000")
    page.locator("#till-search").fill("w")
    expect(page.locator("[data-customer]")).to_have_count(3)
    first = page.locator("[data-customer]").nth(0).locator("b").inner_text()
    second = page.locator("[data-customer]").nth(1).locator("b").inner_text()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".fh-till-head h2")).to_contain_text(second)
    page.keyboard.press("ArrowUp")
    expect(page.locator(".fh-till-head h2")).to_contain_text(first)
    page.keyboard.press("Enter")
    expect(page.locator("#tendered")).to_be_focused()
    page.keyboard.press("F4")
    expect(page.locator("[name=method]:checked")).to_have_value("wechat_pay")
    expect(page.locator("#tendered")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#till-search")).to_be_focused()


def test_enter_that_ends_a_composition_takes_no_money(opened: Opened) -> None:
    page = opened("wang", language="zh_Hans")
    find(page, "wxm", "吴小满")
    page.keyboard.press("Enter")
    expect(page.locator("#tendered")).to_be_focused()
    prevented = page.evaluate(
        """() => {
            const event = new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, isComposing: true, bubbles: true, cancelable: true });
            return !document.getElementById("tendered").dispatchEvent(event);
        }"""
    )
    assert prevented


def test_three_steps_on_a_phone(opened: Opened) -> None:
    page = opened("lan", width=PHONE)
    page.locator("#till-search").fill("tran")
    page.locator("[data-customer]").first.click()
    page.locator("[data-months='6']").click()
    expect(page.locator("[data-due-copy]")).to_have_text("1.320.000\u00a0đ")
    page.locator("[data-till-next]").click()
    expect(page.locator("#tendered")).to_be_visible()
    page.locator(".fh-till-deed").click()
    page.wait_for_url(re.compile(r"receipt=\d+"))
    expect(page.locator(".fh-till-done h2")).to_contain_text("1.320.000\u00a0đ")


def choose(page: Page, field: str, typed: str) -> None:
    """Choose in a look-up by typing."""
    page.locator(f"#{field}").click()
    page.locator(f"#{field}").fill(typed)
    page.locator(f"#{field}-list .fh-option").first.click()


def test_a_manager_opens_an_account_and_completes_its_order(live: Live, opened: Opened) -> None:
    page = opened("chen", language="zh_Hans")
    page.goto(live.at("/openaccountview/add"))
    texts = {
        "name": "何建平",
        "id_number": "440305198802143527",
        "contact_phone": "138 0000 4407",
        "telephone": "021-5000 4407",
        "address": "4-2-703",
        "access_order_no": "JR-2026-0519",
        "broadband_account": "cuihu4703",
        "password": "geheim88",
        "bound_number": "00:11:22:33:44:55",
        "note": "周六上午在家",
    }
    for field, text in texts.items():
        page.fill(f"#{field}", text)
    for field, typed in (("community", "翠湖"), ("plan", "家庭"), ("installer", "龚")):
        choose(page, field, typed)
    page.check("#takes_payment")
    page.fill("#months", "3")
    expect(page.locator("#preview .fh-sum-total")).to_contain_text("¥150.00")
    expect(page.locator("#preview")).to_contain_text("KH-")
    page.locator("#operation button[type=submit]").click()
    page.wait_for_url(re.compile(r"/subscriptionview/show/\d+"))
    for text in ("何建平", "4-2-703", "JR-2026-0519", "cuihu4703", "00:11:22:33:44:55"):
        expect(page.locator("main")).to_contain_text(text)
    expect(page.locator("main")).not_to_contain_text("geheim88")

    page.locator("a[href*='/completeorderview/add']").first.click()
    page.locator("#operation button[type=submit]").click()
    page.wait_for_url(re.compile(r"/workorderview/show/\d+"))

    page.goto(live.at("/subscriptionview/list/?q=cuihu4703"))
    page.locator("tbody a.fh-key").click()
    expect(page.locator(".fh-line")).to_be_visible()
    expect(page.locator("main")).to_contain_text("SG-")

    # What was paid before the work cannot be undone any more; the page says why and keeps the reason.
    page.locator("a[href*='/regularpaymentview/show/']").first.click()
    page.locator("a[href*='/voidreceiptview/add']").first.click()
    page.fill("#reason", "客户反悔")
    page.locator("#operation button[type=submit]").click()
    expect(page.locator("main [role=alert]").first).to_contain_text("完工登记")
    expect(page.locator("#reason")).to_have_value("客户反悔")


def test_a_manager_voids_what_was_just_taken(live: Live, opened: Opened) -> None:
    page = opened("chen", language="zh_Hans")
    page.goto(live.at("/counter/?q=wxm&customer=3"))
    page.locator(".fh-till-deed").click()
    page.wait_for_url(re.compile(r"receipt=\d+"))
    page.locator("a[href*='/voidreceiptview/add']").click()
    page.fill("#reason", "收错了")
    expect(page.locator("#preview")).to_contain_text("CZ-")
    page.locator("#operation button[type=submit]").click()
    page.wait_for_url(re.compile(r"/receiptview/show/\d+"))
    expect(page.locator("main")).to_contain_text("收错了")
    expect(page.locator("main .fh-title")).to_contain_text("已冲正")


def test_the_list_of_payments_goes_to_excel(live: Live, opened: Opened, tmp_path: Path) -> None:
    page = opened("chen", language="zh_Hans")
    page.goto(live.at("/regularpaymentview/list/"))
    page.locator("main details:has(a[href*='/export/xlsx']) summary").click()
    with page.expect_download() as download:
        page.locator("a[href*='/export/xlsx']").click()
    file = tmp_path / "payments.xlsx"
    download.value.save_as(file)
    rows = list(load_workbook(file).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    head = [str(cell) for cell in rows[0]]
    assert {"收费编号", "合计大写", "滞纳金 (CNY)", "套餐费起始日期", "操作员"} <= set(head)
    *amounts, empty, total = [row[head.index("合计 (CNY)")] for row in rows[1:]]
    assert Decimal("45.00") in [Decimal(str(amount)) for amount in amounts]
    assert (empty, rows[-1][0]) == (None, "合计（不含已冲正）")
    assert Decimal(str(total)) > 0


def test_the_language_switches_and_stays(live: Live, opened: Opened) -> None:
    page = opened("li")
    for language, word in (("en", "Counter"), ("vi", "Quầy thu"), ("zh_Hant", "收費台"), ("zh_Hans", "收费台")):
        switch_language(page, language)
        expect(page.locator("h1")).to_have_text(word)
    page.goto(live.at("/receiptview/list/"))
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh-Hans"))
