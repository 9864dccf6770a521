"""An office with one of everything, and browsers that count what a page asks the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from app.billing.operations.voids import void_receipt
from app.broadband.models import Subscription, SubscriptionWorkOrder
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.workorders.models import Installer, WorkOrder
from tests import factories
from tests.cast import PASSWORD

DAY = "2026-05-14"


@dataclass(frozen=True)
class World:
    """What the pages show."""

    customer: Customer
    line: Subscription
    pending: Subscription
    receipt_id: int
    order_id: int


@pytest.fixture
def world(app: Flask) -> World:
    """王晓明 with a line paid twice, one payment voided, and 李娜 whose installation is pending with Gong."""
    gong = factories.user("gong")
    with factories.on_day(DAY):
        customer = factories.a_customer(name="王晓明", contact_phone="138 0000 2618")
        line = factories.an_active_line("2026-05-01", customer=customer, address="3-2-501", broadband_account="wang501")
        payment = factories.paid(line, "2026-05-02", 2)
        undone = factories.paid(line, DAY, 1, discount=Decimal(5), reason="老客户")
        with factories.acting("chen"):
            run(void_receipt, receipt=undone.receipt_id, reason="收错了")
        installer = factories._stored(Installer, "SH", {"code": "A1", "name": "龚师傅", "user_id": gong.id})
        pending = factories.a_pending_line("2026-05-10", customer=factories.a_customer(name="李娜"), broadband_account="lina")
        order = _given_to(installer, pending)
    return World(customer, line, pending, payment.receipt_id, order)


def _given_to(installer: Installer, line: Subscription) -> int:
    """Give the open order of ``line`` to ``installer``; return its id."""
    with everything("a test's own order"):
        link = select(SubscriptionWorkOrder.work_order_id).where(SubscriptionWorkOrder.subscription_id == line.id)
        order = db.session.scalars(select(WorkOrder).where(WorkOrder.id == link.scalar_subquery())).one()
        order.installer_id = installer.id
        db.session.commit()
        return order.id


def signed_in(app: Flask, username: str, locale: str | None = None) -> FlaskClient:
    """Return the browser of somebody of the cast, in his language or in ``locale``."""
    client = app.test_client()
    assert client.post("/login/", data={"username": username, "password": PASSWORD}).status_code == 302
    if locale is not None:
        assert client.post("/preferences/language", data={"language": locale, "next": "/"}).status_code == 302
    return client


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that reach the database inside the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
