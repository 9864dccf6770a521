"""The phones of meter readers: what their token opens, what it does not, and when it ends."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app.foundation import clock
from app.foundation.api import endpoints_of
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.metering.choices import ReaderDeviceState, ReadingSource
from app.metering.models import Meter, ReaderDevice, Reading
from app.metering.operations.devices import MOST_AT_ONCE, end_device, enrol_device, new_token
from app.offices.sessions import hash_of
from app.places.models import Building, Unit
from app.tariffs.choices import ServiceKind
from app.values.errors import NotFound, OperationRefused
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


def neighbour(unit: Unit, number: str, **values: Any) -> Unit:
    """Return another unit of the same building."""
    with everything("a test's own building"):
        building = db.session.get(Building, unit.building_id)
    return factories.a_unit(number, "HN", building=building, **values)


@pytest.fixture
def meter(unit: Unit) -> Meter:
    return factories.a_read_meter(unit, 100, 100, 100, serial="E1")


def enrolled(unit: Unit, *, by: str = "minh", service: int | None = None, mark: str = "") -> tuple[str, ReaderDevice]:
    token = new_token()
    with factories.acting(by):
        terms = {"building": unit.building_id, "service": service, "mark": mark or str(uuid4()), "token": token, "agent": "a phone"}
        return token, run(enrol_device, **terms).record


def asked(app: Flask, token: str, path: str = "", body: dict[str, Any] | None = None) -> TestResponse:
    method = "GET" if body is None else "POST"
    return app.test_client().open(f"/api/v1/reader_device{path}", method=method, json=body, headers={"Authorization": f"Bearer {token}"})


def sent(app: Flask, token: str, meter: Meter, value: str | None, **terms: Any) -> TestResponse:
    body = {"uuid": str(uuid4()), "meter": meter.id, "read_on": DAY, "value": value} | terms
    return asked(app, token, "/readings", body)


def count(model: Any = Reading) -> int:
    with everything("reading a test's own record"):
        return int(db.session.execute(select(func.count(model.id))).scalar_one())


def test_a_phone_sends_a_reading_of_its_route(app: Flask, unit: Unit, meter: Meter) -> None:
    token, _ = enrolled(unit)
    answer = sent(app, token, meter, "340")
    assert (answer.status_code, answer.json["consumption"], answer.json["colour"], answer.json["state"]) == (201, "40", "green", "accepted")
    with everything("reading a test's own record"):
        row = db.session.scalars(select(Reading).where(Reading.uuid == answer.json["uuid"])).one()
    assert (row.source, row.read_by_id) == (ReadingSource.PHONE, factories.user("minh").id)


def test_the_route_holds_units_meters_last_readings_and_means_and_nothing_of_people(app: Flask, unit: Unit, meter: Meter) -> None:
    factories.an_occupancy(unit, factories.a_customer("HN", name="Trần Thị Mai", contact_phone="0900 000 345"))
    token, _ = enrolled(unit)
    answer = asked(app, token)
    (stop,) = answer.json["stops"]
    assert set(answer.json) == {"device", "building", "service", "now", "time_zone", "expires_at", "stops"}
    assert set(stop) == {
        *("meter", "unit", "floor", "serial", "service", "icon", "measure", "digits", "factor"),
        *("last", "base", "mean", "carried", "limits", "read"),
    }
    assert (stop["unit"], stop["serial"], stop["last"]["value"], stop["mean"]) == ("A-1203", "E1", "300", {"quantity": "300", "days": 89})
    assert "Mai" not in answer.text
    assert "0900" not in answer.text


def test_the_stops_stand_in_floor_order_those_of_a_unit_together(app: Flask, unit: Unit, meter: Meter) -> None:
    upper = neighbour(unit, "1304", position=unit.position + 5)
    factories.a_meter(upper, serial="E2")
    factories.a_meter(unit, ServiceKind.WATER, serial="W1")
    token, _ = enrolled(unit)
    assert [stop["unit"] for stop in asked(app, token).json["stops"]] == ["A-1203", "A-1203", "A-1304"]
    assert {stop["serial"] for stop in asked(app, token).json["stops"][:2]} == {"E1", "W1"}


def test_a_route_of_one_service_takes_no_reading_of_another(app: Flask, unit: Unit, meter: Meter) -> None:
    water = factories.a_meter(unit, ServiceKind.WATER, serial="W1")
    token, _ = enrolled(unit, service=meter.service_id)
    before = count()
    answer = sent(app, token, water, "5")
    assert (answer.status_code, answer.json["error"]["code"], count()) == (404, "not_found", before)
    assert [stop["serial"] for stop in asked(app, token).json["stops"]] == ["E1"]


def test_a_meter_of_another_building_is_not_on_the_route(app: Flask, unit: Unit, meter: Meter) -> None:
    other = factories.a_meter(factories.a_unit("1", "HN", building=factories.a_building("HN", called="B")), serial="E9")
    token, _ = enrolled(unit)
    assert (sent(app, token, other, "5").status_code, count()) == (404, count())


def test_a_meter_of_another_office_is_not_there(app: Flask, unit: Unit, meter: Meter) -> None:
    foreign = factories.a_meter(factories.a_unit("9"), serial="E8")
    token, _ = enrolled(unit)
    assert sent(app, token, foreign, "5").status_code == 404


def test_a_phone_takes_no_route_of_another_office(app: Flask) -> None:
    foreign = factories.a_unit("9")
    with pytest.raises(NotFound):
        enrolled(foreign)
    assert count(ReaderDevice) == 0


def test_a_phones_token_opens_no_other_door(app: Flask, unit: Unit, meter: Meter) -> None:
    token, _ = enrolled(unit, by="binh")
    opened = []
    for end in endpoints_of(app):
        if end.may is None or (end.rule.startswith("/reader_device") and not end.rule.startswith("/reader_devices")):
            continue
        address = "/api/v1" + re.sub("<[^>]+>", "1", end.rule)
        answer = app.test_client().open(address, method=end.method, json={}, headers={"Authorization": f"Bearer {token}"})
        if answer.status_code not in (401, 403, 429):
            opened.append(f"{end.method} {end.rule} gave {answer.status_code}")
    assert opened == []


def test_a_phones_token_opens_no_page(app: Flask, unit: Unit) -> None:
    token, _ = enrolled(unit)
    answer = app.test_client().get("/readinggrid/", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.headers["Location"][:7]) == (302, "/login/")


def test_only_the_hash_of_the_token_is_stored(app: Flask, unit: Unit) -> None:
    token, device = enrolled(unit)
    row = (
        db.session.connection()
        .execute(text("SELECT reader_device::text FROM reader_device WHERE id = :id"), {"id": device.id})
        .scalar_one()
    )
    assert token not in row
    assert device.token_hash == hash_of(token)


@pytest.mark.parametrize("end", ["ended", "expired", "password", "deactivated", "moved", "role"])
def test_a_token_is_worth_nothing_after(app: Flask, unit: Unit, meter: Meter, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    token, device = enrolled(unit)
    assert asked(app, token).status_code == 200
    person = factories.user("minh")
    if end == "ended":
        with factories.acting("binh"):
            run(end_device, device=device.id)
    elif end == "expired":
        later = clock.real_now() + datetime.timedelta(days=7, seconds=1)
        monkeypatch.setattr(clock, "real_now", lambda: later)
    else:
        statement = {
            "password": "UPDATE ab_user SET session_version = session_version + 1 WHERE id = :id",
            "deactivated": "UPDATE ab_user SET active = false WHERE id = :id",
            "moved": "DELETE FROM user_office WHERE user_id = :id",
            "role": "DELETE FROM ab_user_role WHERE user_id = :id",
        }[end]
        db.session.connection().execute(text(statement), {"id": person.id})
        db.session.commit()
    before = count()
    assert sent(app, token, meter, "340").status_code == (403 if end == "role" else 401)
    assert count() == before


def test_the_same_reading_sent_again_is_kept_once(app: Flask, unit: Unit, meter: Meter) -> None:
    token, _ = enrolled(unit)
    mark = str(uuid4())
    first, again = (sent(app, token, meter, "340", uuid=each) for each in (mark, mark.upper()))
    assert (first.status_code, again.status_code, first.json, count()) == (201, 201, again.json, 5)


def test_an_estimate_sent_again_is_kept_once(app: Flask, unit: Unit, meter: Meter) -> None:
    token, _ = enrolled(unit)
    mark = str(uuid4())
    first, again = (sent(app, token, meter, None, uuid=mark, explanation="estimate", reason="Không ai mở cửa") for _ in range(2))
    assert (first.status_code, again.status_code, first.json, count()) == (201, 201, again.json, 5)


def test_a_refused_reading_says_why_in_the_readers_language_and_writes_nothing(app: Flask, unit: Unit, meter: Meter) -> None:
    token, _ = enrolled(unit)
    before = count()
    body = {"uuid": str(uuid4()), "meter": meter.id, "read_on": DAY, "value": "299"}
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "vi"}
    answer = app.test_client().post("/api/v1/reader_device/readings", json=body, headers=headers)
    assert (answer.status_code, answer.json["error"]["code"], count()) == (422, "reading_below_last", before)
    assert "299" in answer.json["error"]["message"]


def test_a_rollover_that_the_reader_saw_is_taken(app: Flask, unit: Unit) -> None:
    meter = factories.a_meter(unit, since="2026-04-01", first="99950", serial="E7")
    token, _ = enrolled(unit)
    assert sent(app, token, meter, "40", explanation="rollover").json["consumption"] == "90"


@pytest.mark.parametrize(
    "terms",
    [{"uuid": "no mark"}, {"uuid": None}, {"photo": "***"}, {"photo": "aGVsbG8="}, {"value": "12a"}, {"read_on": "gestern"}, {"more": 1}],
    ids=["mark", "no_mark", "photo", "no_picture", "letters", "day", "unknown"],
)
def test_what_cannot_be_read_is_refused_and_nothing_written(app: Flask, unit: Unit, meter: Meter, terms: dict[str, Any]) -> None:
    token, _ = enrolled(unit)
    before = count()
    assert sent(app, token, meter, **{"value": "340", **terms}).status_code in (400, 422)
    assert count() == before


def test_too_many_requests_of_one_phone_are_refused(app: Flask, unit: Unit, meter: Meter) -> None:
    from app.metering.api.devices import MOST_SENT

    token, _ = enrolled(unit)
    answers = [sent(app, token, meter, "1", uuid="x").status_code for _ in range(MOST_SENT + 1)]
    assert (answers[0], answers[-1]) == (400, 429)


def test_guesses_of_tokens_are_refused_after_some(app: Flask) -> None:
    from app.metering.api.devices import MOST_GUESSED

    answers = [asked(app, new_token()).status_code for _ in range(MOST_GUESSED + 1)]
    assert (answers[0], answers[-1]) == (401, 429)


def test_a_phone_that_takes_the_route_again_gives_its_old_token_back(app: Flask, unit: Unit, meter: Meter) -> None:
    mark = str(uuid4())
    old, _ = enrolled(unit, mark=mark)
    new, _ = enrolled(unit, mark=mark)
    assert (asked(app, old).status_code, asked(app, new).status_code) == (401, 200)


def test_nobody_collects_tokens(app: Flask, unit: Unit) -> None:
    for _ in range(MOST_AT_ONCE):
        enrolled(unit)
    with pytest.raises(OperationRefused) as refusal:
        enrolled(unit)
    assert (refusal.value.code, count(ReaderDevice)) == ("too_many_devices", MOST_AT_ONCE)


def test_a_phone_gives_its_route_back(app: Flask, unit: Unit) -> None:
    token, device = enrolled(unit)
    assert asked(app, token, "/end", {}).status_code == 204
    assert (asked(app, token).status_code, factories.reloaded(device).state) == (401, ReaderDeviceState.ENDED)


def test_the_database_keeps_what_a_phone_was_given(app: Flask, unit: Unit) -> None:
    enrolled(unit)
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.connection().execute(text("UPDATE reader_device SET expires_at = expires_at + interval '1 year'"))


def signed_in(app: Flask, username: str) -> Any:
    client = app.test_client()
    assert client.post("/login/", data={"username": username, "password": PASSWORD}).status_code == 302
    return client


def test_a_reader_enrols_his_phone_from_the_page(app: Flask, unit: Unit, meter: Meter) -> None:
    client = signed_in(app, "minh")
    page = client.get("/readerwalk/")
    assert f"/readerwalk/walk?building={unit.building_id}" in page.text
    answer = client.post("/readerwalk/enrol", data={"building": unit.building_id, "service": meter.service_id, "mark": str(uuid4())})
    assert (asked(app, answer.json["token"]).status_code, count(ReaderDevice)) == (200, 1)


def test_the_page_of_the_walk_holds_no_data(app: Flask, unit: Unit, meter: Meter) -> None:
    page = signed_in(app, "minh").get(f"/readerwalk/walk?building={unit.building_id}")
    assert page.status_code == 200
    for word in ("A-1203", "E1<", "Minh", "minh"):
        assert word not in page.text


def test_a_manager_ends_a_lost_phone(app: Flask, unit: Unit) -> None:
    token, device = enrolled(unit)
    client = signed_in(app, "binh")
    assert "锦绣大厦" in client.get("/readerdeviceview/list/").text
    assert client.post(f"/readerdeviceview/end/{device.id}").status_code == 302
    assert (asked(app, token).status_code, factories.reloaded(device).ended_by_id) == (401, factories.user("binh").id)


def test_without_https_the_page_says_what_it_needs(app: Flask, unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    client, elsewhere = signed_in(app, "minh"), {"base_url": "http://feehouse.lan"}
    assert "https" not in client.get("/readerwalk/").text
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", None)
    client.post("/login/", data={"username": "minh", "password": PASSWORD}, **elsewhere)
    assert "https" in client.get("/readerwalk/", **elsewhere).text


def test_the_worker_may_serve_the_pages_of_the_reader_only(app: Flask) -> None:
    answer = app.test_client().get("/static/js/walk-worker.js", buffered=True)
    assert (answer.status_code, answer.headers.get("Service-Worker-Allowed")) == (200, "/readerwalk/")


@pytest.mark.parametrize(
    "terms",
    [{"building": "abc"}, {"building": "9" * 30}, {"service": "abc"}, {"service": "999999"}, {"mark": "no mark"}, {"mark": ""}],
    ids=["letters", "long", "service", "no_service", "mark", "no_mark"],
)
def test_an_odd_form_enrols_nothing(app: Flask, unit: Unit, terms: dict[str, str]) -> None:
    answer = signed_in(app, "minh").post(
        "/readerwalk/enrol", data={"building": unit.building_id, "service": "", "mark": str(uuid4()), **terms}
    )
    assert (answer.status_code in (400, 404), count(ReaderDevice)) == (True, 0)


def test_a_service_without_meters_of_its_own_kind_is_no_route(app: Flask, unit: Unit) -> None:
    management = factories.a_service(ServiceKind.MANAGEMENT, "HN")
    with pytest.raises(NotFound):
        enrolled(unit, service=management.id)
    assert count(ReaderDevice) == 0
