"""An installer's day on his phone: begin, count the materials, take the money, bring it to the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.workorders.models import Installer, Material, WorkOrder
from app.workorders.operations import assign
from tests import factories
from tests.browser.conftest import PHONE, Live

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]


def an_order(live: Live) -> str:
    """Give the installer an order of today; return its number."""
    with live.app.app_context():
        today = clock.today(factories.office()).isoformat()
        factories._stored(Material, "SH", {"code": "GM", "name": "皮线光缆", "unit": "米", "unit_price": Decimal("2.50")})
        factories.a_pending_line(
            today, customer=factories.a_customer(name="苏丽娟", contact_phone="138 0000 1205"), address="海棠苑 2-1-1205"
        )
        with everything("a test's own order"):
            order = db.session.scalars(select(WorkOrder).order_by(WorkOrder.id.desc()).limit(1)).one()
            worker = db.session.scalars(select(Installer).where(Installer.user_id == factories.user("gong").id)).one()
            number = order.number
        with factories.acting("chen"):
            run(assign, work_order=order.id, installer=worker.id)
        db.session.remove()
    return str(number)


def test_an_installer_finishes_an_order_with_one_thumb_and_brings_the_money(live: Live, opened: Opened) -> None:
    number = an_order(live)
    page = opened("gong", language="zh_Hans", width=PHONE)
    page.goto(live.at("/"))
    expect(page).to_have_url(re.compile(r"/myorders/$"))
    card = page.locator(".fh-order-card", has_text=number)
    expect(card.locator('a[href^="tel:"]')).to_have_attribute("href", "tel:13800001205")
    card.locator("form button").click()
    card = page.locator(".fh-order-card", has_text=number)
    card.locator("a.btn-primary").click()
    page.locator("[data-line-add]").click()
    line = page.locator("tr[data-line]").first
    line.locator('[role="combobox"]').click()
    page.locator(".fh-option", has_text="皮线光缆").click()
    expect(line.locator('[name$="-unit_price"]')).to_have_value("2.50")
    for _ in range(3):
        line.locator('[data-step="1"]').click()
    expect(line.locator('[name$="-quantity"]')).to_have_value("4")
    page.locator('input[name="method"][value="door"]').check(force=True)
    expect(page.locator("[data-preview-panel]")).to_contain_text("¥10.00")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    page.locator('form#operation button[type="submit"]').click()
    expect(page).to_have_url(re.compile(r"/myorders/"))
    expect(page.locator(".fh-held")).to_contain_text("¥10.00")
    desk = opened("wang", language="zh_Hans")
    desk.goto(live.at("/handoverview/list/"))
    desk.locator(".fh-list a", has_text="交回代收款").first.click()
    expect(desk.locator("[data-preview-panel]")).to_contain_text("¥10.00")
    desk.locator('form#operation button[type="submit"]').click()
    expect(desk.locator("body")).to_contain_text("BB-")
