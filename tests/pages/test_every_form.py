"""Every form and every address of the real pages: a parent of another office is not there, and nothing is written by GET."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.billing.models import Shift
from app.broadband.models import Subscription
from app.broadband.operations.plan_changing import PlanChangeTerms, change_plan
from app.foundation.database import OfficeRecord, Record, db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.foundation.views import LookupField
from app.foundation.views.lookups import _lookups
from app.offices.models import Employee, Office, SystemUser
from app.roles import Role
from app.workorders.models import Handover, Installer
from tests import factories
from tests.access import objects
from tests.pages.conftest import DAY, World, signed_in
from tests.pages.test_every_page import USERNAMES, allowed, routes_of, views
from tests.tariffs import making as tariffs
from tests.written import OF_THE_REQUEST, changed, state_of_everything


def _in_hanoi(name: str) -> Any:
    """Return a record of the other office for the lookup ``name``; made where the other office has none yet."""
    model = _lookups[name].model
    if model is Office:
        return factories.office("HN")
    with everything("looking for a record of the other office"):
        hanoi = factories.office("HN")
        of_hanoi = SystemUser.offices.contains(hanoi) if model is SystemUser else model.office_id == hanoi.id
        theirs = db.session.scalars(select(model).where(of_hanoi).order_by(model.id).limit(1)).unique().one_or_none()
    assert theirs is not None, f"make a {name} for Hà Nội in this test"
    return theirs


def _count(model: type[Any]) -> int:
    with everything("counting rows"):
        return db.session.execute(select(func.count()).select_from(model)).scalar_one()


@pytest.fixture
def hanoi(app: Flask) -> Subscription:
    """Hà Nội has one of everything too."""
    factories._stored(Installer, "HN", {"code": "H1", "name": "Thợ Hùng"})
    factories._stored(Employee, "HN", {"code": "H1", "name": "Nguyễn Văn Hùng"})
    unit, owner = factories.a_unit(code="HN"), factories.a_customer("HN", name="Lê Văn Bình")
    factories.an_occupancy(unit, owner)
    factories.a_read_meter(unit, 100)
    tariffs.a_tariff("HN", name="Điện")
    objects._billed(unit, owner.id, "HN")
    objects._in_debt("HN")
    with factories.on_day(DAY):
        factories.a_pending_line("2026-05-10", "HN", customer=factories.a_customer("HN", name="Trần Thị Lan"))
        line = factories.an_active_line("2026-05-01", "HN", customer=factories.a_customer("HN", name="Nguyễn Văn An"))
        factories.paid(line, "2026-05-02", 1)
        with factories.acting("binh"):
            # An operation that can be undone, with a voucher; a hand-over is only looked for.
            run(change_plan, subscription=line.id, terms=PlanChangeTerms(plan=factories.a_plan("HN", fee=Decimal(1)).id))
        with everything("a hand-over of the other office"):
            shift = db.session.scalars(select(Shift).where(Shift.office_id == line.office_id).limit(1)).one()
            worker = db.session.scalars(select(Installer).where(Installer.office_id == line.office_id)).one()
            facts = {"number": "BB-1", "year": 2026, "sequence": 1, "amount": Decimal(1), "booked_on": shift.on}
            factories._stored(Handover, "HN", facts | {"installer_id": worker.id, "shift_id": shift.id, "cashier_id": shift.cashier_id})
    return line


def test_no_form_takes_a_parent_of_another_office(app: Flask, world: World, hanoi: Subscription) -> None:
    taken, asked = [], 0
    with factories.on_day(DAY):
        client = signed_in(app, "chen")
        for view in views(app):
            if "add" not in routes_of(app, view) or not allowed(view, "add"):
                continue
            for field in view.add_form():
                if not isinstance(field, LookupField):
                    continue
                asked += 1
                before = _count(view.datamodel.obj)
                answer = client.post(f"{view.route_base}/add", data={field.name: _in_hanoi(field.lookup).id})
                is_named = f'for="{field.id}"' in answer.get_data(as_text=True)
                if answer.status_code not in {404, 422} or not is_named or _count(view.datamodel.obj) != before:
                    taken.append(f"{view.endpoint}.{field.name} gave {answer.status_code}")
    assert taken == []
    assert asked >= 8, "the forms of openings, payments, orders and voids have lookups"


def test_a_parent_of_another_office_is_refused_in_a_form_that_is_right_otherwise(app: Flask, world: World, hanoi: Subscription) -> None:
    with factories.on_day(DAY):
        client = signed_in(app, "chen")
        before = _count(Subscription)
        line = world.line
        good = {
            "who": "existing",
            "customer": world.customer.id,
            "community": line.community_id,
            "plan": line.plan_id,
            "business_type": line.business_type_id,
            "address": "9-9-999",
            "broadband_account": "sh-new-1",
            "applied_on": DAY,
            "key": "opening-1",
        }
        for name in ("customer", "community", "plan", "business_type"):
            theirs = getattr(hanoi, f"{name}_id")
            answer = client.post("/openaccountview/add", data=good | {name: theirs})
            assert answer.status_code in {404, 422}, name
        assert _count(Subscription) == before
        assert client.post("/openaccountview/add", data=good).status_code == 302


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR, Role.CASHIER])
def test_nothing_is_written_by_get(app: Flask, world: World, role: Role) -> None:
    """Every address there is, asked by GET with ids that exist, leaves every table as it is (hole H3)."""
    numbers = {"pk": world.line.id, "record": world.line.id, "office": world.line.office_id, "sort": "csv", "name": "void"}
    written = []
    with factories.on_day(DAY):
        client = signed_in(app, USERNAMES[role])
        before = state_of_everything()
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static":
                continue
            values = {name: numbers.get(name, world.receipt_id) for name in rule.arguments}
            with app.test_request_context():
                address = app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(sorted(rule.methods or ("GET",)))))
            answer = client.get(address, buffered=True)  # a file that is not read to its end would stay open
            # An installation of the tests keeps no backups, and says there that it is not ready.
            if answer.status_code >= 500 and rule.endpoint != "health.ready":
                written.append(f"{rule.endpoint} gave {answer.status_code}")
        assert changed(before) == set()
    assert written == []


def test_every_business_table_is_watched() -> None:
    watched = set(Record.metadata.tables) - OF_THE_REQUEST
    classes = [mapper.class_ for mapper in OfficeRecord.registry.mappers if mapper.class_.__module__.startswith("app.")]
    tables = {each.__tablename__ for each in classes if issubclass(each, OfficeRecord)}
    assert tables <= watched
