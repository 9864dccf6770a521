"""A real server over a database of its own, and a real browser before it."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from app import create_app
from app.foundation import clock
from app.foundation.database import db
from app.workorders.models import Installer
from config import Settings
from tests import factories
from tests.cast import PASSWORD
from tests.conftest import _cloned, answered_whole

WIDE, PHONE = 1400, 390
HEIGHTS = {WIDE: 900, PHONE: 844}


@dataclass(frozen=True)
class Live:
    """The running product."""

    url: str
    app: Flask

    def at(self, path: str) -> str:
        return self.url + path


@pytest.fixture(scope="session")
def live(settings: Settings, server_url: str, template_database: str) -> Iterator[Live]:
    """The product, served; an office with customers whose lines stop soon and have stopped."""
    with _cloned(server_url, template_database, f"feehouse_browser_{os.getpid()}") as url:
        app = create_app(settings, SQLALCHEMY_DATABASE_URI=url, TESTING=True, RATELIMIT_ENABLED=False)
        with app.app_context():
            _furnish()
            db.session.remove()
        server = make_server("127.0.0.1", 0, answered_whole(app), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Live(f"http://127.0.0.1:{server.server_port}", app)
        server.shutdown()
        thread.join(10)
        server.server_close()
        with app.app_context():
            db.engine.dispose()


def _furnish() -> None:
    today = clock.today(factories.office())
    plan, community = factories.a_plan(name="家庭 200M 包月"), factories.a_community(name="翠湖花园")
    people = (("王晓明", "138 0000 2618", 20), ("王雪梅", "138 0000 7730", 95), ("吴小满", "138 0000 9182", 28))
    for room, (name, phone, ago) in enumerate(people, start=501):
        start = (today - datetime.timedelta(days=ago)).isoformat()
        customer = factories.a_customer(name=name, contact_phone=phone)
        line = factories.an_active_line(start, customer=customer, plan=plan, community=community, address=f"3-2-{room}")
        factories.paid(line, start, 1, discount=Decimal(5), reason="老客户")
    factories._stored(Installer, "SH", {"code": "A1", "name": "龚师傅", "user_id": factories.user("gong").id})
    plan, community = factories.a_plan("HN", name="Internet 200M", fee=Decimal(220000)), factories.a_community("HN", name="Hồ Xanh")
    customer = factories.a_customer("HN", name="Trần Thị Mai", contact_phone="0900 000 345")
    # The two offices are an hour apart: for one hour of the day they have different days.
    today = clock.today(factories.office("HN"))
    line = factories.an_active_line(today.isoformat(), "HN", customer=customer, plan=plan, community=community, address="A-1203")
    factories.paid(line, today.isoformat(), 3)


@pytest.fixture
def opened(live: Live, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in which somebody of the cast has signed in."""
    contexts: list[Any] = []

    def sign_in(username: str, *, width: int = WIDE, theme: str = "light", language: str | None = None) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHTS[width]}, color_scheme=theme, accept_downloads=True, reduced_motion="reduce"
        )
        context.add_cookies([{"name": "theme", "value": theme, "url": live.url}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: pytest.fail(f"A script failed: {error}"))
        page.goto(live.at("/login/"))
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_selector("#menu, .fh-till", state="attached")
        if language is not None:
            switch_language(page, language)
        return page

    yield sign_in
    for context in contexts:
        context.close()


def switch_language(page: Page, language: str) -> None:
    """Choose a language in the top bar, by its script where the bar is folded away."""
    with page.expect_navigation():
        page.evaluate(
            """language => {
                const form = document.querySelector(".fh-language form");
                form.closest("details").open = true;
                form.querySelector(`[value="${language}"]`).click();
            }""",
            language,
        )
