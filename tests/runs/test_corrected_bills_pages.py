"""The pages and addresses on which billed readings are corrected and their bills put right."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app.foundation.transactions import run
from app.metering.operations.settling import withdraw_reading
from app.places.models import Unit
from app.runs.choices import CorrectionState
from tests.factories import acting, on_day
from tests.runs.making import LAST_DAY, MANAGER, charges
from tests.runs.test_corrected_bills import closed, corrected, corrections, last_reading, owed, unit  # noqa: F401

pytestmark = pytest.mark.usefixtures("app")
Browse = Callable[[str], FlaskClient]


def a_correction_by_hand(place: Unit) -> None:
    """Leave a bill among those that nobody can compute: its reading is gone, and its period closed."""
    closed(place)
    reading = last_reading(place)
    with on_day(LAST_DAY), acting(MANAGER):
        run(withdraw_reading, reading=reading.id, reason="x", confirmed=True)


def test_the_page_asks_for_a_confirmation_and_names_the_charge(browse: Browse, unit: Unit) -> None:  # noqa: F811
    reading = last_reading(unit)
    terms = {"key": str(uuid4()), "reading": reading.id, "value": str(reading.value - 10), "reason": "misread", "explanation": ""}
    with on_day(LAST_DAY):
        client = browse("chen")
        refused = client.post("/correctreadingview/add", data=terms)
        assert (refused.status_code, last_reading(unit).id) == (422, reading.id)
        assert "143.00" in refused.text
        preview = client.post("/correctreadingview/preview", data=terms | {"confirmed": "y"})
        assert ("is voided" in preview.text, corrections()) == (True, [])
        assert client.post("/correctreadingview/add", data=terms | {"key": str(uuid4()), "confirmed": "y"}).status_code == 302
    assert [each.state for each in corrections()] == [CorrectionState.REBILL]


def test_programs_confirm_too(of: Callable[[str], Any], unit: Unit) -> None:  # noqa: F811
    reading = last_reading(unit)
    body = {"value": str(reading.value - 10), "reason": "misread"}
    with on_day(LAST_DAY):
        caller = of("chen")
        refused = caller.post(f"/readings/{reading.id}/correct", json=body)
        assert (refused.status_code, refused.json["error"]["code"]) == (422, "reading_billed")
        assert "143.00" in refused.json["error"]["message"]
        made = caller.post(f"/readings/{reading.id}/correct", json=body | {"confirmed": True})
        assert made.status_code == 201
        (one,) = caller.get(f"/bill_corrections?reading={made.json['id']}").json["items"]
    assert (one["charged"], one["total"], one["difference"], one["state"]) == ("143", "136.4", "-6.6", "rebill")


def test_the_board_and_the_first_page_name_bills_to_be_corrected(browse: Browse, unit: Unit) -> None:  # noqa: F811
    with on_day(LAST_DAY):
        client = browse("chen")
        assert "/billcorrectionview/list/" not in client.get("/").text.split("fh-home-tiles")[1]
        corrected(last_reading(unit), -10)
        assert "/billcorrectionview/list/" in client.get("/").text.split("fh-home-tiles")[1]
        (period,) = {each.period_id for each in charges(unit)}
        assert "Bills whose readings were corrected" in client.get(f"/billingperiodview/show/{period}").text
        page = client.get("/billcorrectionview/list/").text
    assert ("136.40" in page, re.findall(r"/billingrunview/add\?[^\"]*month=2026-05", page) != []) == (True, True)


def test_a_bill_is_laid_aside_on_its_page(browse: Browse, unit: Unit) -> None:  # noqa: F811
    a_correction_by_hand(unit)
    (one,) = corrections()
    with on_day(LAST_DAY):
        client = browse("chen")
        assert client.get(f"/billcorrectionview/show/{one.id}").status_code == 200
        assert client.post(f"/billcorrectionview/put_right/{one.id}").status_code == 302
        assert corrections()[0].state is CorrectionState.OPEN
        assert client.post(f"/billcorrectionview/settle/{one.id}", data={"reason": "gift"}).status_code == 302
    assert (corrections()[0].state, corrections()[0].settled_reason) == (CorrectionState.DONE, "gift")
    assert owed(unit)[0][1] is False
