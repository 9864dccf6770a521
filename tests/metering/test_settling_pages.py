"""The pages on which readings are settled and meters hung, as a manager uses them, and what a reader sees of a unit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.foundation.database import db
from app.foundation.scope import everything
from app.metering.choices import ReadingSource, ReadingState
from app.metering.models import Meter, MeterInstallation, Reading, WaterQuota
from app.places.models import Unit
from tests import factories
from tests.cast import PASSWORD

DAY = "2026-05-14"


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


@pytest.fixture
def red(meter: Meter) -> Reading:
    return factories.a_reading(meter, DAY, "900")


def signed_in(app: Flask, username: str = "binh") -> FlaskClient:
    client = app.test_client()
    assert client.post("/login/", data={"username": username, "password": PASSWORD}).status_code == 302
    return client


def keyed(terms: dict[str, Any]) -> dict[str, Any]:
    """Return the terms with the key by which a form is sent once."""
    return {"key": str(uuid4()), **terms}


def rows(meter: Meter) -> list[Reading]:
    with everything("reading a test's own record"):
        return list(db.session.scalars(select(Reading).where(Reading.meter_id == meter.id).order_by(Reading.id)))


def count(model: Any) -> int:
    with everything("reading a test's own record"):
        return int(db.session.execute(select(func.count(model.id))).scalar_one())


def test_a_red_reading_is_accepted_on_its_page(app: Flask, red: Reading) -> None:
    client = signed_in(app)
    assert "E1" in client.get(f"/acceptreadingview/add?reading={red.id}").text
    assert client.post("/acceptreadingview/add", data=keyed({"reading": red.id, "reason": "Có thêm máy lạnh"})).status_code == 302
    row = factories.reloaded(red)
    assert (row.state, row.settled_reason, row.settled_by_id) == (ReadingState.ACCEPTED, "Có thêm máy lạnh", factories.user("binh").id)


@pytest.mark.parametrize("view", ["acceptreadingview", "correctreadingview", "withdrawreadingview"])
def test_nothing_is_settled_without_a_reason(app: Flask, red: Reading, view: str) -> None:
    before = count(Reading)
    answer = signed_in(app).post(f"/{view}/add", data=keyed({"reading": red.id, "value": "345", "reason": "   "}))
    assert (answer.status_code, factories.reloaded(red).state, count(Reading)) == (422, ReadingState.WAITING, before)


def test_a_correction_is_previewed_and_then_made(app: Flask, meter: Meter, red: Reading) -> None:
    client, terms = signed_in(app), {"reading": red.id, "value": "345", "reason": "Nhìn nhầm"}
    preview = client.post("/correctreadingview/preview", data=terms, headers={"X-Requested-With": "fetch"})
    assert (preview.status_code, factories.reloaded(red).state) == (200, ReadingState.WAITING)
    assert "45" in preview.text
    assert client.post("/correctreadingview/add", data=keyed(terms)).status_code == 302
    assert [(row.value, row.state) for row in rows(meter)][-2:] == [
        (Decimal(900), ReadingState.SUPERSEDED),
        (Decimal(345), ReadingState.ACCEPTED),
    ]


def test_an_estimate_takes_the_place_of_a_reading(app: Flask, meter: Meter, red: Reading) -> None:
    terms = {"reading": red.id, "explanation": "estimate", "reason": "Không đọc được"}
    assert signed_in(app).post("/correctreadingview/add", data=keyed(terms)).status_code == 302
    row = rows(meter)[-1]
    assert (row.source, row.value, row.supersedes_id) == (ReadingSource.ESTIMATED, Decimal(344), red.id)


def test_a_correction_below_the_reading_before_is_explained_beside_the_field(app: Flask, red: Reading) -> None:
    before = count(Reading)
    answer = signed_in(app).post("/correctreadingview/add", data=keyed({"reading": red.id, "value": "299", "reason": "Nhìn nhầm"}))
    assert (answer.status_code, "299" in answer.text, count(Reading)) == (422, True, before)


def test_a_withdrawn_reading_counts_no_more(app: Flask, meter: Meter, red: Reading) -> None:
    assert signed_in(app).post("/withdrawreadingview/add", data=keyed({"reading": red.id, "reason": "Nhầm đồng hồ"})).status_code == 302
    assert [row.state for row in rows(meter)].count(ReadingState.WITHDRAWN) == 1


@pytest.mark.parametrize("view", ["acceptreadingview", "correctreadingview", "withdrawreadingview", "replacemeterview", "removemeterview"])
def test_a_reader_settles_nothing(app: Flask, red: Reading, view: str) -> None:
    before = count(Reading)
    answer = signed_in(app, "minh").post(f"/{view}/add", data=keyed({"reading": red.id, "value": "345", "reason": "x"}))
    assert (answer.status_code, count(Reading), factories.reloaded(red).state) == (403, before, ReadingState.WAITING)


def test_another_offices_reading_is_not_there(app: Flask, red: Reading) -> None:
    answer = signed_in(app, "chen").post("/acceptreadingview/add", data=keyed({"reading": red.id, "reason": "x"}))
    assert (answer.status_code in (404, 422), factories.reloaded(red).state) == (True, ReadingState.WAITING)


def test_a_meter_is_replaced_on_its_page(app: Flask, meter: Meter) -> None:
    terms = {"meter": meter.id, "on": "2026-05-10", "final_value": "335", "serial": "N1", "digits": "5", "factor": "1", "first_value": "3"}
    answer = signed_in(app).post("/replacemeterview/add", data=keyed(terms))
    assert answer.status_code == 302
    with everything("reading a test's own record"):
        places = db.session.scalars(select(MeterInstallation).order_by(MeterInstallation.id)).all()
    assert [place.removed_on is None for place in places] == [False, True]


def test_a_replacement_by_a_meter_that_hangs_elsewhere_is_refused(app: Flask, meter: Meter) -> None:
    before = count(Reading)
    with everything("a test's own building"):
        building = factories.reloaded(meter).building_id
    other = factories.a_meter(factories.a_unit("7", "HN"), serial="E7")
    terms = {"meter": meter.id, "on": "2026-05-10", "final_value": "335", "serial": "E7", "digits": "5", "factor": "1", "first_value": "3"}
    assert signed_in(app).post("/replacemeterview/add", data=keyed(terms)).status_code == 422
    assert (count(Reading), factories.reloaded(meter).building_id) == (before + 1, building)
    assert factories.reloaded(other).serial == "E7"


def test_a_quota_is_entered_and_ends_the_one_before(app: Flask, unit: Unit) -> None:
    first = factories.a_water_quota(unit, 2)
    client = signed_in(app)
    terms = {"unit": unit.id, "members": "3", "starts_on": "2026-03-16", "ends_on": "", "document": "Giấy xác nhận", "ends_earlier": "y"}
    assert client.post("/waterquotaview/add", data=terms).status_code == 302
    assert (factories.reloaded(first).ends_on.isoformat(), count(WaterQuota)) == ("2026-03-15", 2)
    assert "A-1203" in client.get("/waterquotaview/list/").text


@pytest.mark.parametrize(
    "terms",
    [{"members": "-1"}, {"members": "hai"}, {"members": ""}, {"starts_on": "2026-02-31"}, {"ends_on": "2025-01-01"}, {"unit": "999999"}],
    ids=["negative", "letters", "none", "no_day", "ends_before", "no_unit"],
)
def test_a_quota_that_cannot_be_is_refused_and_nothing_written(app: Flask, unit: Unit, terms: dict[str, str]) -> None:
    given = {"unit": str(unit.id), "members": "2", "starts_on": "2026-01-01", "ends_on": "", **terms}
    answer = signed_in(app).post("/waterquotaview/add", data=given)
    assert (answer.status_code, count(WaterQuota)) == (422, 0)


def test_quotas_of_one_unit_do_not_overlap(app: Flask, unit: Unit) -> None:
    factories.a_water_quota(unit, 2)
    given = {"unit": str(unit.id), "members": "3", "starts_on": "2026-03-01", "ends_on": ""}
    assert (signed_in(app).post("/waterquotaview/add", data=given).status_code, count(WaterQuota)) == (422, 1)


def test_a_reader_sees_units_and_meters_and_nobody_in_them(app: Flask, unit: Unit, meter: Meter) -> None:
    factories.an_occupancy(unit, factories.a_customer("HN", name="Trần Thị Mai", contact_phone="0900 000 345"))
    factories.a_water_quota(unit, 5)
    client = signed_in(app, "minh")
    for page in ("/readerwalk/", "/readinggrid/", f"/unitview/show/{unit.id}", "/unitview/list/", f"/buildingview/show/{unit.building_id}"):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert "Mai" not in answer.text, page
        assert "0900" not in answer.text, page
    for page in (
        "/customerview/list/",
        "/occupancyview/list/",
        "/waterquotaview/list/",
        "/readingview/list/",
        "/meterview/list/",
        "/readerdeviceview/list/",
    ):
        assert client.get(page).status_code == 403, page
