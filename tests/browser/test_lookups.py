"""Look-ups over a slow line: what is answered after a choice opens no list."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Live

pytestmark = pytest.mark.browser


def test_a_late_answer_does_not_open_the_list_again(live: Live, opened: Callable[..., Page]) -> None:
    page = opened("chen", language="zh_Hans")
    page.goto(live.at("/openaccountview/add"))
    page.locator("#community").click()
    first = page.locator("#community-list .fh-option").first
    expect(first).to_be_visible()

    def slowly(route: Route) -> None:
        time.sleep(0.8)
        route.continue_()

    page.route(re.compile(r"q="), slowly)
    page.locator("#community").fill("翠湖")
    first.click()
    chosen = page.locator("#community").input_value()
    page.wait_for_timeout(1500)
    expect(page.locator("#community-list")).to_be_hidden()
    assert chosen
    assert page.locator("#community").input_value() == chosen
