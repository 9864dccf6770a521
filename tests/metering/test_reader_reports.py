"""What a reader reports from his phone reaches the managers: a meter that was replaced, read wrongly before, or is broken."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.metering.choices import ReportKind, ReportState
from app.metering.models import Meter, MeterReport, Reading
from app.metering.operations.meters import NewMeter, replace_meter
from app.metering.operations.reports import settle_report
from app.metering.operations.settling import correct_reading
from app.places.models import Unit
from app.values.errors import OperationRefused
from tests import factories
from tests.metering.test_reader_devices import DAY, enrolled, sent
from tests.metering.test_settling_pages import signed_in

MANAGER = "binh"


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


def reports() -> list[MeterReport]:
    with everything("a test's own records"):
        db.session.expire_all()
        return list(db.session.scalars(select(MeterReport).order_by(MeterReport.id)))


def readings() -> list[Reading]:
    with everything("a test's own records"):
        return list(db.session.scalars(select(Reading).order_by(Reading.read_on, Reading.id)))


def reported(app: Flask, unit: Unit, meter: Meter, report: str, value: str | None = "12", **terms: Any) -> Any:
    token, _ = enrolled(unit)
    return sent(app, token, meter, value, report=report, **terms)


def test_a_replaced_meter_is_reported_though_its_figure_is_refused(app: Flask, unit: Unit, meter: Meter) -> None:
    before = len(readings())
    answer = reported(app, unit, meter, "replaced", reason="Đã thay công tơ")
    assert (answer.status_code, answer.json["error"]["code"], len(readings())) == (422, "reading_below_last", before)
    (one,) = reports()
    assert (one.kind, one.value, one.reason, one.state) == (ReportKind.REPLACED, Decimal(12), "Đã thay công tơ", ReportState.OPEN)
    assert one.created_by_id == factories.user("minh").id


def test_a_report_sent_twice_is_kept_once(app: Flask, unit: Unit, meter: Meter) -> None:
    mark = str(uuid4())
    for _ in range(2):
        reported(app, unit, meter, "replaced", uuid=mark)
    assert len(reports()) == 1


def test_a_broken_meter_is_reported_beside_its_estimate(app: Flask, unit: Unit, meter: Meter) -> None:
    answer = reported(app, unit, meter, "broken", value=None)
    assert (answer.status_code, answer.json["estimated"]) == (201, True)
    assert [(each.kind, each.value) for each in reports()] == [(ReportKind.BROKEN, None)]


def test_a_reading_without_a_report_tells_the_managers_nothing(app: Flask, unit: Unit, meter: Meter) -> None:
    token, _ = enrolled(unit)
    assert sent(app, token, meter, "12").status_code == 422
    assert reports() == []


def test_the_queue_opens_the_replacement_with_its_form_filled_in(app: Flask, unit: Unit, meter: Meter) -> None:
    reported(app, unit, meter, "replaced", reason="Công tơ mới")
    client = signed_in(app, MANAGER)
    (address,) = re.findall(r'href="(/replacemeterview/add[^"]*)"', client.get("/meterreportview/list/").text)
    form = client.get(html.unescape(address)).text
    assert ("E1" in form, "Công tơ mới" in form, DAY in form) == (True, True, True)


def test_a_replacement_settles_its_report(app: Flask, unit: Unit, meter: Meter) -> None:
    reported(app, unit, meter, "replaced")
    with factories.acting(MANAGER):
        run(
            replace_meter, meter=meter.id, on=datetime.date(2026, 5, 14), final_value=Decimal(350), new=NewMeter(serial="E2"), reason="thay"
        )
    (one,) = reports()
    assert (one.state, one.settled_reason, one.settled_by_id) == (ReportState.DONE, "thay", factories.user(MANAGER).id)


def test_a_correction_settles_the_report_of_a_wrong_last_reading(app: Flask, unit: Unit, meter: Meter) -> None:
    reported(app, unit, meter, "last_wrong", value="250")
    last = readings()[-1]
    page = signed_in(app, MANAGER).get(f"/meterreportview/show/{reports()[0].id}").text
    assert f"/correctreadingview/add?reading={last.id}" in page
    with factories.acting(MANAGER):
        run(correct_reading, reading=last.id, value=Decimal(240), reason="nhầm")
    assert [each.state for each in reports()] == [ReportState.DONE]


def test_a_correction_leaves_the_report_of_a_broken_meter(app: Flask, unit: Unit, meter: Meter) -> None:
    reported(app, unit, meter, "broken", value=None)
    with factories.acting(MANAGER):
        run(correct_reading, reading=readings()[-1].id, value=Decimal(340), reason="nhầm")
    assert [each.state for each in reports()] == [ReportState.OPEN]


def test_a_manager_marks_a_report_as_dealt_with_once(app: Flask, unit: Unit, meter: Meter) -> None:
    reported(app, unit, meter, "broken", value=None)
    (one,) = reports()
    client = signed_in(app, MANAGER)
    assert client.post(f"/meterreportview/settle/{one.id}", data={"reason": "Đã kiểm tra"}).status_code == 302
    assert [(each.state, each.settled_reason) for each in reports()] == [(ReportState.DONE, "Đã kiểm tra")]
    with factories.acting(MANAGER), pytest.raises(OperationRefused) as refusal:
        run(settle_report, report=one.id)
    assert refusal.value.code == "report_done"


def test_the_first_page_tells_the_manager_how_many_reports_wait(app: Flask, unit: Unit, meter: Meter) -> None:
    client = signed_in(app, MANAGER)
    assert "/meterreportview/list/" not in client.get("/").text.split("fh-home-tiles")[1]
    reported(app, unit, meter, "broken", value=None)
    assert "/meterreportview/list/" in client.get("/").text.split("fh-home-tiles")[1]
