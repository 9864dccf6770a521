"""Buildings, units, their facts and who occupies them, for programs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Programs, assert_refused, made
from tests.factories import a_building, a_customer, a_unit, an_occupancy, office


@pytest.fixture
def unit(of: Programs) -> dict[str, Any]:
    building = made(of("mei").post("/buildings", {"code": "A", "name": "锦绣大厦"}))
    return made(
        of("mei").post("/units", {"building": building["id"], "number": "1203", "floor": "12", "area": "68.53", "kind": "apartment"})
    )


def test_a_unit_is_made_and_found_by_its_code(of: Programs, unit: dict[str, Any]) -> None:
    assert (unit["code"], unit["area"], unit["position"], unit["building_name"]) == ("A-1203", "68.53", 12_003, "锦绣大厦")
    found = of("wang").get("/units?q=a-12").get_json()
    assert [each["code"] for each in found["items"]] == ["A-1203"]


def test_a_change_of_a_buildings_code_renames_its_units(of: Programs, unit: dict[str, Any]) -> None:
    assert of("chen").patch(f"/buildings/{unit['building']}", {"code": "T1"}).status_code == 200
    assert of("chen").get(f"/units/{unit['id']}").get_json()["code"] == "T1-1203"


@pytest.mark.parametrize(
    ("terms", "status", "code"),
    [
        ({"area": "0"}, 422, None),
        ({"area": "-3"}, 422, None),
        ({"area": 68.5}, 400, None),
        ({"building": 999_999_999}, 404, "not_found"),
        ({"number": ""}, 422, None),
        ({"kind": "castle"}, 400, None),
        ({"number": "x" * 65}, 422, None),
    ],
)
def test_a_unit_that_cannot_be_is_refused(of: Programs, terms: dict[str, Any], status: int, code: str | None) -> None:
    assert_refused(of("chen").post("/units", {"building": a_building().id, "number": "7"} | terms), status, code)


def test_a_building_of_another_office_is_not_there(of: Programs) -> None:
    foreign = {"building": a_building("HN").id, "number": "7", "office": office().id}
    assert_refused(of("chen").post("/units", foreign), 404)


def test_a_fact_is_entered_and_ends_the_one_before(of: Programs, unit: dict[str, Any]) -> None:
    terms = {"unit": unit["id"], "name": "persons", "starts_on": "2026-01-01", "value": "2"}
    first = made(of("mei").post("/unit_facts", terms))
    assert_refused(of("mei").post("/unit_facts", terms | {"starts_on": "2026-05-01", "value": "3"}), 422, "facts_overlap")
    made(of("mei").post("/unit_facts", terms | {"starts_on": "2026-05-01", "value": "3", "ends_earlier": True}))
    assert of("mei").get(f"/unit_facts/{first['id']}").get_json()["ends_on"] == "2026-04-30"


def test_a_customer_moves_in_and_out(of: Programs, unit: dict[str, Any]) -> None:
    terms = {"unit": unit["id"], "customer": a_customer(name="王晓明").id, "role": "tenant", "starts_on": "2026-01-01"}
    there = made(of("mei").post("/occupancies", terms))
    assert (there["unit_code"], there["customer_name"], there["ends_on"]) == ("A-1203", "王晓明", None)
    assert of("wang").get("/occupancies?on=2026-02-01").get_json()["total"] == 1
    ended = of("mei").post(f"/occupancies/{there['id']}/end", {"ends_on": "2026-01-31"})
    assert (ended.status_code, ended.get_json()["ends_on"]) == (200, "2026-01-31")
    assert of("wang").get("/occupancies?on=2026-02-01").get_json()["total"] == 0


def test_a_second_tenant_on_a_day_is_refused(of: Programs) -> None:
    unit = a_unit()
    an_occupancy(unit, a_customer(), "2026-01-01")
    terms = {"unit": unit.id, "customer": a_customer().id, "role": "owner", "starts_on": "2026-05-01"}
    error = assert_refused(of("chen").post("/occupancies", terms), 422, "occupancies_overlap")
    assert list(error["fields"]) == ["starts_on"]


def test_a_meter_reader_finds_units_and_nobody_in_them(of: Programs) -> None:
    unit = a_unit("1203", "HN", note="Gọi bà Mai")
    an_occupancy(unit, a_customer("HN", name="Nguyễn Thị Mai"))
    answer = of("minh").get(f"/units/{unit.id}")
    assert answer.status_code == 200
    assert "Mai" not in answer.get_data(as_text=True)
    for path in ("/occupancies", "/unit_facts", f"/occupancies?unit={unit.id}"):
        assert_refused(of("minh").get(path), 403)
