"""An installer with his open order, and the materials of the worked example: 100 + 20 + 50 + 0 + 36.50 = 206.50."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.billing.choices import Method
from app.billing.rules.methods import MethodAmount
from app.broadband.models import Subscription, SubscriptionWorkOrder
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.workorders.api.answers import LOADS
from app.workorders.models import BusinessType, Handover, Installer, Material, WorkOrder
from app.workorders.operations import Completion, FeeTerms, MaterialTerms, assign, complete, hand_over
from tests import factories
from tests.api.conftest import of  # noqa: F401 - the fixture of programs

FEES = FeeTerms(installation_fee=Decimal(100), handling_fee=Decimal(20), labour_material_fee=Decimal(50))
AT_DOOR = (MethodAmount(Method.DOOR),)


@dataclass
class Works:
    """The office's works: an installer who signs in as gong, two materials, a line that waits."""

    installer: int
    cable: int
    plug: int
    line: Subscription

    @property
    def materials(self) -> tuple[MaterialTerms, ...]:
        """36.50: twelve metres at 2.50 and ten plugs at 0.65."""
        return (MaterialTerms(self.cable, Decimal(12)), MaterialTerms(self.plug, Decimal(10)))

    def order(self) -> WorkOrder:
        return order_of(self.line)

    def completed(self, by: str = "gong", methods: tuple[MethodAmount, ...] = (), **terms: Any) -> WorkOrder:
        """Complete the order with the example's materials and fees."""
        told = Completion(materials=self.materials, fees=FEES, methods=methods)
        with factories.acting(by):
            return run(complete, **{"work_order": self.order().id, "completion": told} | terms).record

    def handed_over(self, amount: Decimal | None = None) -> Handover:
        with factories.acting("wang"):
            return run(hand_over, installer=self.installer, amount=amount).record


def order_of(line: Subscription) -> WorkOrder:
    """Return the newest order of a line as it stands now."""
    with everything("reading a test's own order"):
        db.session.expire_all()
        link = select(SubscriptionWorkOrder.work_order_id).where(SubscriptionWorkOrder.subscription_id == line.id)
        newest = select(WorkOrder).where(WorkOrder.id.in_(link)).order_by(WorkOrder.id.desc()).limit(1)
        return db.session.scalars(newest.options(*LOADS)).one()


def type_of(kind: str) -> int:
    """Return the business type of the office Shanghai with that code."""
    statement = select(BusinessType.id).where(BusinessType.office_id == factories.office("SH").id, BusinessType.code == kind)
    with everything("looking up the cast"):
        return db.session.execute(statement).scalar_one()


@pytest.fixture
def works(app: Flask) -> Works:
    installer = factories._stored(Installer, "SH", {"code": "A03", "name": "刘强", "user_id": factories.user("gong").id})
    cable = factories._stored(Material, "SH", {"code": "M1", "name": "皮线光缆", "unit": "米", "unit_price": Decimal("2.50")})
    plug = factories._stored(Material, "SH", {"code": "M2", "name": "水晶头", "unit": "个", "unit_price": Decimal("0.65")})
    line = factories.a_pending_line("2026-03-05")
    made = Works(installer.id, cable.id, plug.id, line)
    with factories.on_day("2026-03-05"), factories.acting("chen"):
        run(assign, work_order=made.order().id, installer=installer.id)
    return made


@pytest.fixture
def march_8() -> Any:
    with factories.on_day(datetime.date(2026, 3, 8)):
        yield
