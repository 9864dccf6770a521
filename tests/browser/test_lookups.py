"""Look-ups over a slow line: what is answered after a choice opens no list."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from app.foundation.database import db
from tests import factories
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


def test_what_was_typed_about_one_line_is_not_put_into_the_form_of_another(live: Live, opened: Callable[..., Page]) -> None:
    first, second = _two_lines(live)
    page = opened("chen", language="zh_Hans")
    page.goto(live.at(f"/forcedstopview/add?subscription={first}"))
    page.locator("#operation details summary").click()
    page.locator("#operation [name=note]").fill("欠费")
    page.wait_for_timeout(600)
    page.goto(live.at(f"/forcedstopview/add?subscription={second}"))
    assert page.locator("#operation [name=subscription]").input_value() == str(second)
    assert page.locator("#operation [name=note]").input_value() == ""


def test_a_restored_look_up_shows_what_it_sends(live: Live, opened: Callable[..., Page]) -> None:
    page = opened("chen", language="zh_Hans")
    page.goto(live.at("/openaccountview/add"))
    page.locator("#community").click()
    page.locator("#community-list .fh-option").first.click()
    chosen, sent = page.locator("#community").input_value(), page.locator("#operation [name=community]").input_value()
    page.locator("#operation [name=address]").fill("3-2-701")
    page.wait_for_timeout(600)
    page.reload()
    expect(page.locator("#operation [name=address]")).to_have_value("3-2-701")
    assert sent
    assert page.locator("#operation [name=community]").input_value() == sent
    assert page.locator("#community").input_value() == chosen


def _two_lines(live: Live) -> tuple[int, int]:
    with live.app.app_context():
        made = tuple(factories.an_active_line("2026-05-01").id for _one in range(2))
        db.session.remove()
    return made[0], made[1]
