"""The generated pages in a browser: filters without reload, lookups, previews while typing, one deed per form, axe."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.conftest import answered_whole
from tests.foundation.views.toy import HERE, ToyLine, ToyPayment, ToyState, ToyStreet

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(BROWSER is None, reason="No Chromium is installed to drive.")]


@pytest.fixture
def address(toys) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, answered_whole(toys), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def opened(chromium, width=1400) -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, reduced_motion="reduce", locale="en", extra_http_headers={"X-Person": "wang"}
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


@pytest.fixture
def page(chromium) -> Iterator[Page]:
    found = opened(chromium)
    said = []
    found.on("pageerror", lambda error: said.append(str(error)))
    found.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    yield found
    found.context.close()
    assert said == []


@pytest.fixture
def lines(store):
    street, other = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"), ToyStreet(office_id=HERE, code="B", name="Hill Road"))
    return store(
        *[ToyLine(office_id=HERE, name=f"Li {number}", street_id=street, fee=str(number)) for number in range(5)],
        ToyLine(office_id=HERE, name="Wang", street_id=other, fee="9", status=ToyState.CLOSED),
    )


def test_a_filter_changes_the_list_and_the_address(page, address, lines):
    page.goto(f"{address}/toylineview/list/")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(6)
    page.locator("#filter-q").fill("Wang")
    expect(rows).to_have_count(1)
    assert "q=Wang" in page.url
    page.locator("#filter-q").fill("")
    expect(rows).to_have_count(6)
    page.locator("#filter-street").click()
    page.keyboard.type("Hill")
    page.locator(".fh-listbox:visible [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    expect(page.locator(".fh-filter-chips")).to_contain_text("Hill Road")
    page.reload()
    expect(rows).to_have_count(1)


def test_an_operation_is_previewed_while_typing_and_done_once(page, address, lines, stored):
    page.goto(f"{address}/toypaymentview/add?line={lines[0]}&months=1&price=50")
    panel, deed = page.locator("#preview"), page.locator("[data-deed-label]")
    expect(panel).to_contain_text("¥50.00")
    page.locator("#months").fill("3")
    expect(panel).to_contain_text("¥150.00")
    expect(deed).to_have_text("Take ¥150.00")
    page.locator("#months").fill("99")
    expect(panel).to_contain_text("At most twelve months at once.")
    expect(deed).to_have_text("Save")
    page.locator("#months").fill("2")
    expect(panel).to_contain_text("¥100.00")
    assert stored(ToyPayment) == []
    page.locator("#operation button[type=submit]").dblclick()
    page.wait_for_url("**/toypaymentview/show/*")
    assert [str(payment.amount) for payment in stored(ToyPayment)] == ["100.00"]


def test_ticked_rows_are_shown_once_more_before_anything_happens(page, address, lines, stored):
    page.goto(f"{address}/toylineview/list/")
    page.locator("[data-tick]").nth(1).check()
    page.locator("[data-tick]").nth(2).check()
    expect(page.locator("[data-bulk-count]")).to_have_text("2 selected")
    page.locator("button[name=action][value=close_with_preview]").click()
    expect(page.locator(".fh-list")).to_contain_text("The line Li 4 is closed.")
    page.get_by_role("button", name="Close account: 2").click()
    page.wait_for_url("**/toylineview/list/**")
    assert [row.name for row in stored(ToyLine) if row.status is ToyState.CLOSED] == ["Li 3", "Li 4", "Wang"]


def test_a_refused_form_takes_the_focus_to_its_errors(page, address, lines):
    page.goto(f"{address}/toylineview/add")
    page.locator("#fee").fill("abc")
    page.locator("button[type=submit]").last.click()
    expect(page.locator(".fh-alert.tone-bad")).to_be_focused()
    expect(page.locator("#fee")).to_have_value("abc")
    page.locator('.fh-alert a[href="#name"]').click()
    expect(page.locator("#name")).to_be_focused()


@pytest.mark.parametrize("width", [1400, 390])
def test_generated_pages_are_accessible_and_fit(chromium, address, lines, width):
    page = opened(chromium, width)
    for path in (
        "/toylineview/list/?q=Li",
        "/toylineview/list/?q=nobody&fee_from=1",
        f"/toylineview/show/{lines[0]}",
        f"/toylineview/edit/{lines[0]}",
        f"/toypaymentview/add?line={lines[0]}&price=5",
        "/toytakingsview/list/",
        "/nowhere",
    ):
        page.goto(address + path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.context.close()
