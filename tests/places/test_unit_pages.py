"""The pages of buildings and units: everything of a unit in one place, for those who may know it."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Callable
from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy import select

from app.customers.choices import OccupancyRole
from app.customers.models import Occupancy
from app.foundation.database import db
from app.foundation.scope import everything
from app.places.choices import FactName
from app.places.models import Unit, UnitFact
from tests.factories import a_building, a_customer, a_fact, a_unit, an_occupancy, reloaded

Browse = Callable[[str], FlaskClient]


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return html.unescape(answer.get_data(as_text=True))


def stored(model: type, *conditions: object) -> object:
    with everything("reading a test's own record"):
        db.session.expunge_all()
        return db.session.scalars(select(model).where(*conditions)).one_or_none()


def key_of(form: str) -> str:
    found = re.search(r'name="key"[^>]*value="([^"]+)"', form)
    assert found is not None
    return found[1]


def test_a_building_and_its_units_are_added_by_form(browse: Browse) -> None:
    chen = browse("chen")
    made = chen.post("/buildingview/add", data={"code": "A", "name": "锦绣大厦"})
    building = int(made.location.rpartition("/")[2])
    chen.post(
        "/unitview/add",
        data={"building": building, "number": "1203", "floor": "12", "area": "68.53", "kind": "apartment", "status": "vacant"},
    )
    unit = stored(Unit, Unit.code == "A-1203")
    assert unit is not None
    assert (unit.area, unit.position, unit.status.value) == (Decimal("68.530"), 12_003, "vacant")


def test_an_area_of_nothing_is_refused_and_nothing_written(browse: Browse) -> None:
    chen = browse("chen")
    terms = {"building": a_building().id, "number": "1203", "area": "0", "kind": "apartment", "status": "vacant"}
    assert chen.post("/unitview/add", data=terms).status_code == 422
    assert stored(Unit, Unit.number == "1203") is None


def test_units_are_found_by_their_code_and_filtered(browse: Browse) -> None:
    building = a_building(called="A")
    a_unit("1203", building=building, floor="12")
    a_unit("0301", building=building, floor="3")
    mei = browse("mei")
    for address in (
        "/unitview/list/?q=A-12",
        "/unitview/list/?q=1203",
        "/unitview/list/?floor=12",
        f"/unitview/list/?building={building.id}&q=a-1203",
    ):
        found = page(mei, address)
        assert "A-1203" in found
        assert "A-0301" not in found


def test_the_page_of_a_unit_shows_people_and_facts(browse: Browse) -> None:
    unit = a_unit("1203", building=a_building(called="A"), note="钥匙在前台")
    an_occupancy(unit, a_customer(name="王晓明"), "2025-01-01")
    an_occupancy(unit, a_customer(name="李娜"), "2026-02-01", role=OccupancyRole.TENANT)
    an_occupancy(unit, a_customer(name="赵六"), "2024-01-01", "2024-12-31")
    a_fact(unit, FactName.PERSONS, "3", document="户口本")
    shown = page(browse("mei"), f"/unitview/show/{unit.id}")
    assert "今日账单由李娜承担" in shown or "Bills of today go to 李娜." in shown
    for text in ("王晓明", "赵六", "户口本", "钥匙在前台"):
        assert text in shown


def test_a_meter_reader_sees_the_unit_but_nobody_in_it(browse: Browse) -> None:
    unit = a_unit("1203", "HN", building=a_building("HN", called="A"), note="Gọi bà Mai")
    an_occupancy(unit, a_customer("HN", name="Nguyễn Thị Mai"), "2025-01-01")
    a_fact(unit, FactName.PERSONS, "3", document="Sổ hộ khẩu")
    minh = browse("minh")
    shown = page(minh, f"/unitview/show/{unit.id}")
    assert "A-1203" in shown
    for text in ("Nguyễn Thị Mai", "Mai", "Sổ hộ khẩu", "Bình", "KH-"):
        assert text not in shown
    assert minh.get(f"/occupancyview/list/?unit={unit.id}").status_code == 403
    assert minh.get(f"/unitfactview/list/?unit={unit.id}").status_code == 403


def test_an_occupant_is_added_from_the_page_of_the_unit(browse: Browse) -> None:
    unit, customer = a_unit(), a_customer(name="王晓明")
    mei = browse("mei")
    form = page(mei, f"/occupancyview/add?unit={unit.id}&customer={customer.id}")
    assert 'value="2026-05-14"' in form
    terms = {"key": key_of(form), "unit": unit.id, "customer": customer.id, "role": "tenant", "starts_on": "2026-05-14"}
    made = mei.post("/occupancyview/add", data=terms)
    assert made.location.endswith(f"/unitview/show/{unit.id}")
    assert stored(Occupancy, Occupancy.unit_id == unit.id).role is OccupancyRole.TENANT


def test_a_second_tenant_is_told_who_is_there(browse: Browse) -> None:
    unit = a_unit()
    an_occupancy(unit, a_customer(name="王晓明"), "2026-01-01", role=OccupancyRole.TENANT)
    terms = {"unit": unit.id, "customer": a_customer(name="李娜").id, "role": "tenant", "starts_on": "2026-05-14"}
    answer = browse("mei").post("/occupancyview/add", data=terms)
    assert answer.status_code == 422
    assert "王晓明" in answer.get_data(as_text=True)
    assert stored(Occupancy, Occupancy.unit_id == unit.id) is not None


def test_moving_out_says_who_pays_afterwards_and_does_it(browse: Browse) -> None:
    unit = a_unit()
    an_occupancy(unit, a_customer(name="王晓明"), "2025-01-01")
    tenant = an_occupancy(unit, a_customer(name="李娜"), "2026-02-01", role=OccupancyRole.TENANT)
    mei = browse("mei")
    form = page(mei, f"/endoccupancyview/add?occupancy={tenant.id}")
    assert "王晓明" in form
    mei.post("/endoccupancyview/add", data={"key": key_of(form), "occupancy": tenant.id, "ends_on": "2026-05-31"})
    assert reloaded(tenant).ends_on == datetime.date(2026, 5, 31)


def test_the_units_of_a_customer_stand_on_his_page(browse: Browse) -> None:
    unit, customer = a_unit("1203", building=a_building(called="A")), a_customer()
    an_occupancy(unit, customer)
    assert "A-1203" in page(browse("mei"), f"/customerview/show/{customer.id}?part=OccupancyView")


def test_a_fact_is_entered_and_ends_the_one_before(browse: Browse) -> None:
    unit = a_unit()
    before = a_fact(unit, FactName.PERSONS, "2")
    terms = {"unit": unit.id, "name": "persons", "value": "3", "starts_on": "2026-05-14", "ends_earlier": "y"}
    made = browse("mei").post("/unitfactview/add", data=terms)
    assert made.status_code == 302
    assert reloaded(before).ends_on == datetime.date(2026, 5, 13)
    assert stored(UnitFact, UnitFact.value == "3") is not None


def test_a_fact_that_is_no_count_stays_in_the_form(browse: Browse) -> None:
    terms = {"unit": a_unit().id, "name": "persons", "value": "many", "starts_on": "2026-05-14"}
    answer = browse("mei").post("/unitfactview/add", data=terms)
    assert answer.status_code == 422
    assert 'id="value-error"' in answer.get_data(as_text=True)
    assert stored(UnitFact) is None


def test_the_counter_finds_who_is_in_a_unit(browse: Browse) -> None:
    an_occupancy(a_unit("1203", building=a_building(called="A")), a_customer(name="王晓明"))
    an_occupancy(a_unit("1204", building=a_building(called="C")), a_customer(name="赵六"))
    found = html.unescape(browse("wang").get("/counter/find?q=a-1203").get_data(as_text=True))
    assert "王晓明" in found
    assert "赵六" not in found
