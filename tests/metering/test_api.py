"""Metering by program: what is told of a reading, what is refused, and what nobody may change behind the back of what was read."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.foundation.database import db
from app.foundation.scope import everything
from app.metering.choices import ReadingState
from app.metering.models import Meter, Reading, WaterQuota
from app.places.models import Unit
from app.tariffs.choices import ServiceKind
from tests import factories
from tests.api.conftest import Program

DAY = "2026-05-14"
SignedIn = Any


@pytest.fixture(autouse=True)
def day_in_hanoi(app: Flask) -> Iterator[None]:
    with factories.on_day(DAY, "Asia/Ho_Chi_Minh"):
        yield


@pytest.fixture
def unit(app: Flask) -> Unit:
    return factories.a_unit("1203", "HN", building=factories.a_building("HN", called="A"))


@pytest.fixture
def meter(unit: Unit) -> Meter:
    return factories.a_read_meter(unit, 100, 100, 100, serial="E1")


def program(app: Flask, username: str) -> Program:
    from app.offices.sessions import API, open_session

    token, _ = open_session(factories.user(username), API, "127.0.0.1", "tests")
    return Program(app, token)


def count(model: Any = Reading) -> int:
    with everything("reading a test's own record"):
        return int(db.session.execute(select(func.count(model.id))).scalar_one())


def entered(app: Flask, meter: Meter, value: str | None, by: str = "minh", **terms: Any) -> Any:
    return program(app, by).post("/readings", {"meter": meter.id, "read_on": DAY, "value": value, **terms})


def test_a_reading_tells_consumption_mean_and_colour(app: Flask, meter: Meter) -> None:
    told = entered(app, meter, "345.5").json
    assert (told["consumption"], told["days"], told["mean"], told["colour"], told["state"]) == ("45.5", 13, "43.82", "green", "accepted")


def test_a_red_reading_waits_and_is_accepted_by_a_manager_only(app: Flask, meter: Meter) -> None:
    told = entered(app, meter, "900").json
    assert (told["colour"], told["state"]) == ("red", "waiting")
    path, body = f"/readings/{told['id']}/accept", {"reason": "đã xem lại"}
    assert program(app, "minh").post(path, body).status_code == 403
    assert program(app, "binh").post(path, body).json["state"] == "accepted"


def test_a_typed_figure_does_not_pass_as_an_estimate(app: Flask, meter: Meter) -> None:
    """An estimate is not judged: whoever could call his figure one would get past the colours."""
    before = count()
    answer = entered(app, meter, "99999", source="estimated")
    assert (answer.status_code, answer.json["error"]["code"], count()) == (422, "estimate_with_figure", before)


def test_an_estimate_by_its_source_alone_takes_the_mean(app: Flask, meter: Meter) -> None:
    told = entered(app, meter, None, source="estimated").json
    assert (told["source"], told["value"], told["colour"]) == ("estimated", "344", "grey")


def test_an_estimate_sent_again_is_kept_once(app: Flask, meter: Meter) -> None:
    mark = str(uuid4())
    first, again = (entered(app, meter, None, uuid=mark).json for _ in range(2))
    assert (first["id"], count()) == (again["id"], 5)


def test_a_corrected_reading_gives_the_next_one_its_consumption_anew(app: Flask, meter: Meter) -> None:
    manager = program(app, "binh")
    readings = manager.get(f"/readings?meter={meter.id}").json["items"]
    april = next(each for each in readings if each["read_on"] == "2026-04-01")
    corrected = manager.post(f"/readings/{april['id']}/correct", {"value": "150", "reason": "nhầm số"}).json
    live = [each for each in manager.get(f"/readings?meter={meter.id}").json["items"] if each["state"] in ("waiting", "accepted")]
    assert (corrected["consumption"], corrected["supersedes"]) == ("50", april["id"])
    assert [each["consumption"] for each in sorted(live, key=lambda each: each["read_on"])] == ["0", "100", "50", "150"]


def test_what_follows_an_older_correction_is_red_again_where_it_is(app: Flask, meter: Meter) -> None:
    """The consumption of May becomes 250 instead of 100: nobody has accepted that."""
    entered(app, meter, "345")
    manager = program(app, "binh")
    readings = manager.get(f"/readings?meter={meter.id}&read_on_from=2026-04-01").json["items"]
    april = next(each for each in readings if each["read_on"] == "2026-04-01")
    manager.post(f"/readings/{april['id']}/correct", {"value": "101", "reason": "nhầm số"})
    may = manager.get(f"/readings?meter={meter.id}&state=accepted&read_on_from=2026-05-01&read_on_to=2026-05-01").json["items"]
    assert [each["consumption"] for each in may] == ["199"]


@pytest.mark.parametrize(
    "changed",
    [{"service": ServiceKind.WATER}, {"building": "other"}, {"apportion_by": "by_area"}, {"unit": "other"}, {"digits": 3}],
    ids=["service", "building", "shared", "unit", "digits"],
)
def test_a_meter_that_hangs_stays_what_its_readings_count(app: Flask, meter: Meter, unit: Unit, changed: dict[str, Any]) -> None:
    other = factories.a_unit("1", "HN", building=factories.a_building("HN", called="B"))
    factories.a_reading(meter, DAY, "1200", by="binh")
    named = {"service": factories.a_service(ServiceKind.WATER, "HN").id, "building": other.building_id, "unit": other.id}
    body = {name: named.get(name, value) for name, value in changed.items()}
    before = factories.reloaded(meter)
    answer = program(app, "binh").patch(f"/meters/{meter.id}", body)
    after = factories.reloaded(meter)
    assert answer.status_code == 422, answer.json
    for name in ("service_id", "building_id", "is_shared", "digits"):
        assert getattr(after, name) == getattr(before, name)


def test_a_meter_in_store_may_still_become_another(app: Flask, unit: Unit) -> None:
    manager = program(app, "binh")
    service = factories.a_service(ServiceKind.ELECTRICITY, "HN").id
    made = manager.post("/meters", {"service": service, "building": unit.building_id, "serial": "L1"}).json
    water = factories.a_service(ServiceKind.WATER, "HN").id
    assert manager.patch(f"/meters/{made['id']}", {"service": water, "digits": 8}).json["service"] == water


def test_a_replacement_leaves_both_meters_in_one_consumption(app: Flask, meter: Meter) -> None:
    body = {"on": "2026-05-10", "final_value": "335", "serial": "N1", "first_value": "3"}
    made = program(app, "binh").post(f"/meters/{meter.id}/replace", body).json
    told = program(app, "minh").post("/readings", {"meter": made["meter"], "read_on": DAY, "value": "13"}).json
    assert (made["replaces"] is not None, told["consumption"], told["colour"]) == (True, "10", "green")


@pytest.mark.parametrize(
    ("terms", "status"),
    [
        ({"value": "12a"}, 400),
        ({"value": 12.5}, 400),
        ({"value": "1" * 21}, 400),
        ({"value": "1" * 20}, 422),
        ({"value": "-1"}, 422),
        ({"value": "340.1234"}, 422),
        ({"read_on": "2026-05-15"}, 422),
        ({"read_on": "2026-05-01"}, 422),
        ({"read_on": "2025-01-01"}, 422),
        ({"explanation": "rollover"}, 422),
        ({"reason": "x" * 201}, 422),
        ({"uuid": "no"}, 422),
    ],
    ids=["letters", "float", "21", "20", "negative", "fine", "future", "twice", "before", "rollover", "long", "mark"],
)
def test_what_cannot_be_is_refused_and_nothing_written(app: Flask, meter: Meter, terms: dict[str, Any], status: int) -> None:
    before = count()
    answer = entered(app, meter, **{"value": "345", **terms})
    assert (answer.status_code, count()) == (status, before)


def test_another_offices_meter_takes_no_reading(app: Flask) -> None:
    foreign = factories.a_meter(factories.a_unit("9"))
    assert (entered(app, foreign, "5").status_code, count()) == (404, 1)


def test_water_quotas_are_entered_changed_and_never_overlap(app: Flask, unit: Unit) -> None:
    manager = program(app, "binh")
    first = manager.post("/water_quotas", {"unit": unit.id, "members": 2, "starts_on": "2026-01-01"}).json
    again = {"unit": unit.id, "members": 3, "starts_on": "2026-03-16"}
    assert manager.post("/water_quotas", again).status_code == 422
    assert count(WaterQuota) == 1
    second = manager.post("/water_quotas", {**again, "ends_earlier": True}).json
    quotas = {each["id"]: each for each in manager.get(f"/water_quotas?unit={unit.id}").json["items"]}
    assert (quotas[first["id"]]["ends_on"], quotas[second["id"]]["members"]) == ("2026-03-15", 3)
    assert manager.patch(f"/water_quotas/{second['id']}", {"members": 4}).json["members"] == 4
    assert manager.patch(f"/water_quotas/{second['id']}", {"starts_on": "2026-03-01"}).status_code == 422
    assert program(app, "minh").get("/water_quotas").status_code == 403


def test_the_shown_figures_are_the_stored_ones(app: Flask, meter: Meter) -> None:
    told = entered(app, meter, "345.125").json
    with everything("reading a test's own record"):
        row = db.session.get(Reading, told["id"])
    assert (row.value, row.state) == (Decimal("345.125"), ReadingState.ACCEPTED)
