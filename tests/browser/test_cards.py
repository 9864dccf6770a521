"""Rows as cards on a phone: whatever the row holds, nothing covers anything and nothing stands outside the card."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, Live

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]
LISTS = (
    "/subscriptionview/list/",
    "/planview/list/",
    "/regularpaymentview/list/",
    "/receiptview/list/",
    "/workorderview/list/",
    "/customerview/list/",
)
# The words of every cell as boxes, against the box of the card and of its menu.
FAULTS = """() => [...document.querySelectorAll(".fh-cards tbody tr")].flatMap(card => {
    const edge = card.getBoundingClientRect(), menu = card.querySelector(".fh-menu-cell > .fh-row-menu")?.getBoundingClientRect();
    return [...card.querySelectorAll("td[data-label]")].flatMap(cell => {
        const words = document.createRange();
        words.selectNodeContents(cell);
        return [...words.getClientRects()].filter(box => box.width > 1).flatMap(box => [
            ...(box.left < edge.left || box.right > edge.right ? [`outside: ${cell.innerText}`] : []),
            ...(menu && box.right > menu.left && box.top < menu.bottom ? [`under the menu: ${cell.innerText}`] : []),
        ]);
    });
})"""


@pytest.mark.parametrize("language", ["vi", "zh_Hans"])
def test_nothing_of_a_card_lies_under_its_menu_or_outside(live: Live, opened: Opened, language: str) -> None:
    page, faults, cards = opened("chen", width=PHONE, language=language), list[str](), 0
    for address in LISTS:
        page.goto(live.at(address))
        cards += page.locator(".fh-cards tbody tr").count()
        faults += [f"{address}: {fault}" for fault in page.evaluate(FAULTS)]
    assert faults == []
    assert cards > len(LISTS)
