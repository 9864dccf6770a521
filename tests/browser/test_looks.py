"""Every page on a phone without sideways scrolling, and the main pages without barriers, at both widths and in both themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, WIDE, Live

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]
# The first record of a list stands for all, and the form of its main button.
FURTHER = "[document.querySelector('tr[data-href]')?.dataset.href, document.querySelector('a.fh-act-primary')?.getAttribute('href')]"
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
    return sorted(set(found))


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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_main_pages_have_no_serious_barrier(live: Live, opened: Opened, width: int, theme: str) -> None:
    page = opened("chen", width=width, theme=theme)
    axe, barriers = Axe(), []
    for address in MAIN:
        page.goto(live.at(address))
        found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        barriers += [
            f"{address} {violation['id']}: {node['html'][:140]} {node.get('failureSummary', '')[:160]}"
            for violation in found
            if violation["impact"] in {"serious", "critical"}
            for node in violation["nodes"][:3]
        ]
    assert barriers == []
