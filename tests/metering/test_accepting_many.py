"""Several red readings are accepted for one reason: all of them or none, once, by whoever may."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from app.foundation.transactions import run
from app.metering.choices import ReadingState
from app.metering.models import Reading
from app.metering.operations.settling import withdraw_reading
from tests import factories
from tests.metering.test_api import program
from tests.metering.test_settling_pages import DAY, signed_in


@pytest.fixture(autouse=True)
def day_in_hanoi(app: Flask) -> Iterator[None]:
    with factories.on_day(DAY, "Asia/Ho_Chi_Minh"):
        yield


@pytest.fixture
def reds(app: Flask) -> list[Reading]:
    building = factories.a_building("HN", called="A")
    units = [factories.a_unit(f"120{n}", "HN", building=building) for n in (1, 2, 3)]
    meters = [factories.a_read_meter(unit, 100, 100, 100, serial=f"E{n}") for n, unit in enumerate(units, start=1)]
    return [factories.a_reading(meter, DAY, "900") for meter in meters]


def sent(ticked: list[Reading], **terms: Any) -> dict[str, Any]:
    return {"key": str(uuid4()), "readings": ",".join(str(each.id) for each in ticked), "reason": "Có thêm máy lạnh", **terms}


def states(readings: list[Reading]) -> list[ReadingState]:
    return [factories.reloaded(each).state for each in readings]


def test_the_queue_offers_to_accept_what_is_ticked(app: Flask, reds: list[Reading]) -> None:
    client = signed_in(app)
    assert 'value="settle"' in client.get("/readingview/list/?tab=waiting").text
    assert 'value="settle"' not in client.get("/readingview/list/?tab=live").text
    ticked = {"action": "settle", "rowid": [str(each.id) for each in reds[:2]], "confirmed": "yes"}
    page = client.get(client.post("/readingview/action_post", data=ticked).location).text
    assert [f"A-120{n}" in page for n in (1, 2, 3)] == [True, True, False]


def test_ticked_readings_are_accepted_for_one_reason(app: Flask, reds: list[Reading]) -> None:
    assert signed_in(app).post("/acceptreadingsview/add", data=sent(reds[:2])).status_code == 302
    assert states(reds) == [ReadingState.ACCEPTED, ReadingState.ACCEPTED, ReadingState.WAITING]
    assert {factories.reloaded(each).settled_reason for each in reds[:2]} == {"Có thêm máy lạnh"}


def test_where_one_does_not_wait_any_more_none_is_accepted(app: Flask, reds: list[Reading]) -> None:
    with factories.acting("binh"):
        run(withdraw_reading, reading=reds[1].id, reason="Nhầm đồng hồ")
    answer = signed_in(app).post("/acceptreadingsview/add", data=sent(reds))
    assert answer.status_code == 422
    assert "E2" in answer.text
    assert states(reds) == [ReadingState.WAITING, ReadingState.WITHDRAWN, ReadingState.WAITING]


def test_accepting_sent_twice_is_done_once(app: Flask, reds: list[Reading]) -> None:
    client, terms = signed_in(app), sent(reds)
    assert [client.post("/acceptreadingsview/add", data=terms).status_code for _ in range(2)] == [302, 302]
    assert states(reds) == [ReadingState.ACCEPTED] * 3


@pytest.mark.parametrize("terms", [{"reason": "  "}, {"readings": ""}, {"readings": "x"}, {"readings": "999999999"}])
def test_nothing_is_accepted_without_readings_or_a_reason(app: Flask, reds: list[Reading], terms: dict[str, str]) -> None:
    assert signed_in(app).post("/acceptreadingsview/add", data=sent(reds, **terms)).status_code in (400, 404, 422)
    assert states(reds) == [ReadingState.WAITING] * 3


@pytest.mark.parametrize("username", ["minh", "chen"])
def test_neither_a_reader_nor_another_office_accepts_them(app: Flask, reds: list[Reading], username: str) -> None:
    assert signed_in(app, username).post("/acceptreadingsview/add", data=sent(reds)).status_code in (403, 404)
    assert states(reds) == [ReadingState.WAITING] * 3


def test_a_program_accepts_several(app: Flask, reds: list[Reading]) -> None:
    numbers = [each.id for each in reds]
    answer = program(app, "binh").post("/readings/accept", {"readings": numbers, "reason": "đã xem lại"})
    assert (answer.status_code, answer.json) == (200, {"readings": numbers})
    assert states(reds) == [ReadingState.ACCEPTED] * 3
    again = program(app, "binh").post("/readings/accept", {"readings": numbers[:1], "reason": "đã xem lại"})
    assert (again.status_code, again.json["error"]["code"]) == (422, "reading_not_waiting")


def test_accepted_readings_keep_their_figures(app: Flask, reds: list[Reading]) -> None:
    signed_in(app).post("/acceptreadingsview/add", data=sent(reds))
    assert {factories.reloaded(each).value for each in reds} == {Decimal(900)}
