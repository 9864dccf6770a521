"""Every page on a phone without sideways scrolling, and all pages without barriers: the main ones at both widths and in both themes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, WIDE, Live

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]
# The first record of a list stands for all, and the form of its main button.
FURTHER = "[document.querySelector('tr[data-href]')?.dataset.href, document.querySelector('a.fh-act-primary')?.getAttribute('href')]"
# What a record's page offers to do with it.
ACTIONS = '[...document.querySelectorAll(".fh-actions a[href^=\\"/\\"]")].map(link => link.getAttribute("href"))'
# Pages that stand behind the person's own menu.
UNLINKED = ("/account/", "/account/password", "/account/second_factor", "/importview/new", "/there-is-no-such-page")
FORBIDDEN = 403
MAIN = (
    "/",
    "/counter/",
    "/counter/?q=w&customer=1",
    "/subscriptionview/list/",
    "/subscriptionview/show/1",
    "/regularpaymentview/add?subscription=1",
    "/regularpaymentview/list/",
    "/receiptview/show/1",
    "/openaccountview/add",
)


def addresses(page: Page) -> list[str]:
    """Return the pages of the menu and, behind each list, its first record and its form."""
    found: list[str] = page.evaluate("[...document.querySelectorAll('#menu a')].map(link => link.getAttribute('href'))")
    return sorted(address for address in set(found) if address.startswith("/"))


@pytest.mark.parametrize(("username", "language"), [("chen", "vi"), ("ada", "zh_Hans"), ("gong", "vi"), ("mei", "en")])
def test_no_page_scrolls_sideways_on_a_phone(live: Live, opened: Opened, username: str, language: str) -> None:
    page = opened(username, width=PHONE, language=language)
    waiting, seen, wide = addresses(page), set[str](), []
    while waiting:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = page.goto(live.at(address), wait_until="domcontentloaded")
        if answer is None or not answer.ok:
            wide.append(f"{address} gave {answer.status if answer else 'nothing'}")
            continue
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE:
            wide.append(f"{address}: {width}")
        if "/list/" in address:
            waiting += [link for link in page.evaluate(FURTHER) if link]
    assert wide == []
    assert len(seen) > 2


# Only media would have to be loaded before axe looks at them, and what it says about those is never serious.
LOOK_FOR_BARRIERS = """context => axe.run(context ?? document, {resultTypes: ["violations"], preload: false}).then(found =>
    found.violations.filter(violation => ["serious", "critical"].includes(violation.impact)).flatMap(violation =>
        violation.nodes.slice(0, 3).map(node => [violation.id, node.html.slice(0, 140), (node.failureSummary ?? "").slice(0, 160)])))"""
AXE = Axe().axe_script


def barriers(page: Page, address: str, context: str | None = None) -> list[str]:
    """Return what stands in the way of people who cannot see or point well, on the page that is open or in a part of it."""
    page.evaluate(AXE)
    return [f"{address} {rule}: {html} {summary}" for rule, html, summary in page.evaluate(LOOK_FOR_BARRIERS, context)]


def test_a_barrier_is_seen(live: Live, opened: Opened) -> None:
    page = opened("chen")
    assert barriers(page, "/", "main") == []
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert [found.partition(":")[0] for found in barriers(page, "/", "main")] == ["/ image-alt"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_main_pages_have_no_serious_barrier(live: Live, opened: Opened, width: int, theme: str) -> None:
    page, found = opened("chen", width=width, theme=theme), list[str]()
    for address in MAIN:
        page.goto(live.at(address))
        found += barriers(page, address)
    assert found == [], "\n".join(found)


# It takes as long as the rest of the file, and another process may take that.
@pytest.mark.xdist_group("barriers")
def test_no_page_has_a_serious_barrier(live: Live, opened: Opened) -> None:
    """Every kind of list, form and record, without the frame that all have, at one width and in one theme each: all would take minutes."""
    looks = [(WIDE, "light"), (PHONE, "dark"), (WIDE, "dark"), (PHONE, "light")]
    seen, found = set[str](), list[str]()
    for username, language in (("chen", "vi"), ("ada", "zh_Hans")):
        pages = itertools.cycle([opened(username, width=width, theme=theme, language=language) for width, theme in looks])
        waiting = [*addresses(next(pages)), *UNLINKED]
        while waiting:
            address = waiting.pop(0)
            if kind_of(address) in seen:
                continue
            page = next(pages)
            answer = page.goto(live.at(address), wait_until="domcontentloaded")
            if answer is None or answer.status == FORBIDDEN:
                continue
            seen.add(kind_of(address))
            found += barriers(page, address, "main")
            waiting += [link for link in page.evaluate(FURTHER if "/list/" in address else ACTIONS) if link]
    assert found == [], "\n".join(found)
    assert len(seen) > 70


def kind_of(address: str) -> str:
    """Return the address without the number of its record: one page of each kind is looked at."""
    return re.sub(r"/\d+$", "/", address.partition("?")[0])
