"""The frame and the kit in a real browser: accessibility, narrow screens, and what the scripts promise."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from app.foundation.shell import csp_nonce
from tests.conftest import answered_whole
from tests.foundation.looks import looks_app

pytestmark = pytest.mark.browser

PAGES = ("/page", "/components/", "/anonymous/login", "/error/404", "/anonymous/error/500")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of the small application, behind the content security policy of the product."""
    app = looks_app()

    @app.after_request
    def guard(answer: Any) -> Any:
        answer.headers["Content-Security-Policy"] = (
            f"default-src 'self'; script-src 'self' 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self' data:; object-src 'none'"
        )
        return answer

    server = make_server("127.0.0.1", 0, answered_whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page whose console must stay empty."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    shown = context.new_page()
    said: list[str] = []
    shown.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
    shown.on("pageerror", lambda error: said.append(str(error)))
    yield shown
    context.close()
    assert said == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_axe_finds_nothing(chromium: Browser, address: str, width: int, theme: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    context.add_cookies([{"name": "theme", "value": theme, "url": address}])
    shown = context.new_page()
    for path in PAGES:
        shown.goto(address + path)
        found = Axe().run(shown).response["violations"]
        assert [(path, one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == []
    context.close()


@pytest.mark.parametrize("locale", ["vi", "zh_Hans"])
def test_nothing_scrolls_sideways_on_narrow_screens(chromium: Browser, address: str, locale: str) -> None:
    context = chromium.new_context(reduced_motion="reduce")
    context.add_cookies([{"name": "locale", "value": locale, "url": address}])
    shown = context.new_page()
    for width in (320, 390, 768, 1024):
        shown.set_viewport_size({"width": width, "height": 800})
        for path in PAGES:
            shown.goto(address + path)
            assert shown.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
    context.close()


def test_a_form_sent_twice_arrives_once(page: Page, address: str) -> None:
    page.goto(address + "/page")
    page.fill("#name", "twice")
    page.evaluate("() => { const form = document.querySelector('main form'); form.requestSubmit(); form.requestSubmit(); }")
    page.wait_for_url("**/sent")
    # The server of the test has counted: one answer, one entry.
    assert page.inner_text("body") == "taken"
    page.goto(address + "/counted")
    assert page.inner_text("body").split().count("twice") == 1


def test_what_was_typed_outlives_a_reload_but_no_password_does(page: Page, address: str) -> None:
    page.goto(address + "/page")
    page.fill("#secret", "hush")
    page.click("[data-reveal=secret]")
    page.fill("#name", "Trần Thị Mai")
    page.wait_for_timeout(400)
    assert "hush" not in page.evaluate("JSON.stringify(sessionStorage)")
    page.reload()
    expect(page.locator("#name")).to_have_value("Trần Thị Mai")
    expect(page.locator("#secret")).to_have_value("")


def test_the_preview_follows_what_is_typed_and_names_the_deed(page: Page, address: str) -> None:
    page.goto(address + "/page")
    page.fill("#name", "Lan")
    expect(page.locator("#preview")).to_have_text("seen")
    expect(page.locator("[data-deed-label]")).to_have_text("Save Lan")


def test_full_width_digits_become_plain_ones(page: Page, address: str) -> None:
    page.goto(address + "/page")
    page.fill("#amount", "１２．５")
    page.keyboard.press("Tab")
    expect(page.locator("#amount")).to_have_value("12.5")


def test_keys_work_outside_fields_only(page: Page, address: str) -> None:
    page.goto(address + "/page")
    page.focus("#name")
    page.keyboard.type("n/")
    expect(page.locator("#name")).to_have_value("n/")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Add")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url("**/added")


def test_the_theme_is_kept_for_the_next_page(page: Page, address: str) -> None:
    page.goto(address + "/page")
    with page.expect_response("**/preferences/theme"):
        page.click(".fh-theme [data-theme-toggle]")
    page.goto(address + "/components/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_drawer_of_a_phone_gives_the_focus_back(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address + "/page")
    page.click(".fh-top [data-menu-open]")
    expect(page.locator("#menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()
    expect(page.locator(".fh-top [data-menu-open]")).to_be_focused()


def test_enter_that_ends_a_composition_chooses_nothing(page: Page, address: str) -> None:
    page.goto(address + "/components/")
    field = page.locator("#light-community")
    field.evaluate("""field => {
        const list = field.closest('.fh-lookup').querySelector('[role=listbox]');
        list.innerHTML = '<li class="fh-option" role="option" aria-selected="true" data-id="7" data-text="Seven">Seven</li>';
        list.hidden = false;
        field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, isComposing: true }));
    }""")
    expect(field).to_have_value("翠湖花园")
    field.evaluate("field => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))")
    expect(field).to_have_value("Seven")
