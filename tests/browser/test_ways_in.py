"""In a real browser: a session that ends under an open form loses nothing, and a second factor is set up and used."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from app.foundation import clock
from app.foundation.database import db
from app.offices.models import SignIn
from app.offices.rules.one_time_codes import code_at, step_at
from tests import factories
from tests.browser.conftest import PHONE, Live
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]


def expire(live: Live, username: str) -> None:
    """Let the sessions of somebody rest too long."""
    with live.app.app_context():
        rows = SignIn.__table__
        hour_ago = clock.real_now() - datetime.timedelta(hours=1)
        statement = rows.update().where(rows.c.user_id == factories.user(username).id, rows.c.ended_at.is_(None)).values(seen_at=hour_ago)
        db.session.connection().execute(statement)
        db.session.commit()
        db.session.remove()


def sign_in(page: Page, username: str) -> None:
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")


def test_a_form_outlives_its_session(live: Live, opened: Opened) -> None:
    page = opened("mei", language="zh_Hans")
    page.goto(live.at("/customerview/add"))
    page.fill("#name", "赵敏")
    page.fill("#note", "三楼，周末在家")
    expire(live, "mei")
    page.click("#form [type=submit]")
    expect(page).to_have_url(re.compile(r"/login/\?next="))
    expect(page.locator("[role=status].tone-info").filter(has_text="您填写的内容已保留")).to_be_visible()
    sign_in(page, "mei")
    expect(page).to_have_url(re.compile(r"/customerview/add\?.*kept="))
    expect(page.locator(".fh-alert.tone-amber")).to_contain_text("保存之前登录已退出")
    expect(page.locator("#name")).to_have_value("赵敏")
    expect(page.locator("#note")).to_have_value("三楼，周末在家")
    page.click("#form [type=submit]")
    expect(page.locator("h1")).to_contain_text("赵敏")


def test_the_next_person_at_the_counter_sees_nothing_of_it(live: Live, opened: Opened) -> None:
    page = opened("mei", language="zh_Hans")
    page.goto(live.at("/customerview/add"))
    page.fill("#name", "钱七")
    expire(live, "mei")
    page.click("#form [type=submit]")
    page.wait_for_url(re.compile(r"/login/"))
    sign_in(page, "chen")
    page.wait_for_url(re.compile(r"/customerview/add"))
    expect(page.locator("#name")).to_have_value("")


def test_a_preview_leads_the_whole_page_to_the_sign_in_and_back(live: Live, opened: Opened) -> None:
    page = opened("chen", language="zh_Hans")
    page.goto(live.at("/regularpaymentview/add"))
    expire(live, "chen")
    page.fill("#months", "7")
    expect(page).to_have_url(re.compile(r"/login/\?next=%2Fregularpaymentview%2Fadd"))
    sign_in(page, "chen")
    expect(page).to_have_url(re.compile(r"/regularpaymentview/add"))
    expect(page.locator("#months")).to_have_value("7")


def test_a_second_factor_is_set_up_and_asked_for_on_a_phone(live: Live, opened: Opened, chromium: Browser) -> None:
    page = opened("gong", width=PHONE, language="vi")
    page.goto(live.at("/account/second_factor"))
    page.click("main button.btn-primary")
    expect(page.locator(".fh-qr svg")).to_be_visible()
    secret = page.locator(".fh-code").inner_text().replace(" ", "")
    step = step_at(clock.real_now())
    page.fill("#code", code_at(secret, step))
    page.fill("#password", PASSWORD)
    page.locator(".fh-form-foot button.btn-primary").click()
    expect(page.locator("#codes li")).to_have_count(10)
    recovery = page.locator("#codes li").first.inner_text()

    other = chromium.new_context(viewport={"width": PHONE, "height": 844}).new_page()
    other.goto(live.at("/login/"))
    sign_in(other, "gong")
    expect(other).to_have_url(re.compile(r"/login/code$"))
    for wrong in (code_at(secret, step), "123"):
        other.fill("#code", wrong)
        other.press("#code", "Enter")
        expect(other.locator(".fh-alert.tone-bad")).to_be_visible()
    other.fill("#code", recovery.upper())
    other.press("#code", "Enter")
    expect(other.locator(".fh-alert.tone-amber")).to_contain_text("9")
    assert other.evaluate("document.documentElement.scrollWidth") == PHONE
    other.context.close()
