"""The grid of a building: what it shows, row by row and as one form, and that a refused figure stays and is not written."""

from __future__ import annotations

import datetime
import html
import io
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.scope import everything
from app.metering.choices import ReadingSource, ReadingState
from app.metering.models import Meter, Reading
from app.metering.views.grid_rows import GridRow, Month
from app.places.models import Building
from tests.factories import a_building, a_customer, a_meter, a_read_meter, a_reading, a_unit, an_occupancy

Browse = Callable[[str], FlaskClient]


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return html.unescape(answer.get_data(as_text=True))


def count() -> int:
    with everything("counting"):
        return int(db.session.execute(select(func.count(Reading.id))).scalar_one())


def newest() -> Reading:
    with everything("reading a test's own record"):
        db.session.expunge_all()
        return db.session.scalars(select(Reading).order_by(Reading.id.desc()).limit(1)).one()


@pytest.fixture
def building(app: object) -> Building:
    return a_building(called="A")


def terms(meter: Meter, value: str, **more: str) -> dict[str, str]:
    common = {"building": str(meter.building_id), "service": str(meter.service_id), "month": "2026-05", "day": "2026-05-14"}
    return common | {"meter": str(meter.id), "value": value, **more}


def test_the_meters_stand_in_floor_order_with_their_last_readings(browse: Browse, building: Building) -> None:
    for number, floor in (("1203", "12"), ("0301", "3"), ("1001", "10")):
        a_meter(a_unit(number, building=building, floor=floor), first="7")
    shown = page(browse("chen"), f"/readinggrid/?building={building.id}&month=2026-05")
    assert re.findall(r'data-name="(A-\d+)"', shown) == ["A-0301", "A-1001", "A-1203"]


def test_a_figure_is_saved_and_its_row_tells_consumption_and_colour(browse: Browse, building: Building) -> None:
    meter = a_read_meter(a_unit("1203", building=building), 100, 100, 100, first="100")
    answer = browse("chen").post("/readinggrid/row", data=terms(meter, "445"))
    assert answer.status_code == 200
    assert (newest().value, newest().consumption, newest().source) == (Decimal(445), Decimal(45), ReadingSource.TYPED)
    row = html.unescape(answer.get_data(as_text=True))
    assert 'data-state="green"' in row
    assert 'name="value-' not in row


@pytest.mark.parametrize(
    "typed", ["399", "", "12a", "1" * 20, "-5", "400.1234"], ids=["below", "empty", "letters", "twenty", "negative", "fine"]
)
def test_a_refused_figure_stays_in_its_field_and_is_not_written(browse: Browse, building: Building, typed: str) -> None:
    meter = a_read_meter(a_unit("1203", building=building), 100, 100, 100, first="100")
    before = count()
    answer = browse("chen").post("/readinggrid/row", data=terms(meter, typed))
    row = html.unescape(answer.get_data(as_text=True))
    assert (answer.status_code, count()) == (422, before)
    assert f'value="{typed}"' in row
    assert f'id="problem-{meter.id}"' in row


def test_a_figure_below_the_last_one_is_offered_its_explanations(browse: Browse, building: Building) -> None:
    meter = a_meter(a_unit("1203", building=building), since="2026-04-01", first="99950")
    answer = html.unescape(browse("chen").post("/readinggrid/row", data=terms(meter, "40")).get_data(as_text=True))
    assert 'data-read-explanation="rollover"' in answer
    assert f"/replacemeterview/add?meter={meter.id}" in answer
    browse("chen").post("/readinggrid/row", data=terms(meter, "40", explanation="rollover"))
    assert (newest().consumption, newest().rolled_over) == (Decimal(90), True)


def test_a_figure_that_was_read_on_a_day_before_the_last_is_refused(browse: Browse, building: Building) -> None:
    meter = a_meter(a_unit("1203", building=building), since="2026-04-01", first="10")
    a_reading(meter, "2026-05-10", "20")
    before = count()
    answer = browse("chen").post("/readinggrid/row", data=terms(meter, "30") | {"day": "2026-05-09"})
    assert (answer.status_code, count()) == (422, before)


def test_without_a_script_the_form_saves_what_it_can_and_keeps_the_rest(browse: Browse, building: Building) -> None:
    good = a_meter(a_unit("0301", building=building, floor="3"), since="2026-04-01", first="10")
    bad = a_meter(a_unit("0401", building=building, floor="4"), since="2026-04-01", first="10")
    empty = a_meter(a_unit("0501", building=building, floor="5"), since="2026-04-01", first="10")
    form = {f"value-{good.id}": "25", f"value-{bad.id}": "9", f"value-{empty.id}": ""} | terms(good, "")
    answer = browse("chen").post("/readinggrid/", data=form)
    shown = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert (newest().meter_id, newest().value) == (good.id, Decimal(25))
    assert f'name="value-{bad.id}" value="9"' in shown
    assert f'id="problem-{empty.id}"' not in shown


def test_a_row_sent_twice_is_one_reading(browse: Browse, building: Building) -> None:
    meter = a_meter(a_unit("1203", building=building), since="2026-04-01", first="10")
    chen, mark = browse("chen"), "0b7ff1f2-4b9c-4f70-9fd0-9d2a4f4ed0aa"
    answers = [chen.post("/readinggrid/row", data=terms(meter, "25", mark=mark)).status_code for _ in range(2)]
    assert (answers, count()) == ([200, 200], 2)


def test_red_readings_are_named_before_everything_else(browse: Browse, building: Building) -> None:
    meter = a_read_meter(a_unit("1203", building=building), 100, 100, 100)
    a_reading(meter, "2026-05-14", "900")
    assert newest().state is ReadingState.WAITING
    shown = page(browse("chen"), f"/readinggrid/?building={building.id}&month=2026-05")
    assert "tab=waiting" in shown
    assert f"/acceptreadingview/add?reading={newest().id}" in shown


def test_a_meter_reader_sees_the_route_and_no_names(browse: Browse) -> None:
    building = a_building("HN", called="A")
    unit = a_unit("1203", "HN", building=building)
    meter = a_read_meter(unit, 100, 100, 100)
    an_occupancy(unit, a_customer("HN", name="Nguyễn Thị Mai"), "2025-01-01")
    a_reading(meter, "2026-05-14", "900")
    minh = browse("minh")
    shown = page(minh, f"/readinggrid/?building={building.id}&month=2026-05")
    assert "A-1203" in shown
    assert "/acceptreadingview" not in shown
    with everything("reading a test's own record"):
        assert all(customer.name not in shown for customer in db.session.scalars(select(Customer)))
    assert minh.get(f"/readingview/show/{newest().id}").status_code == 403


def test_a_reader_enters_a_figure_of_his_own_office_only(browse: Browse, building: Building) -> None:
    meter = a_meter(a_unit("1203", building=building), since="2026-04-01", first="10")
    before = count()
    assert browse("minh").post("/readinggrid/row", data=terms(meter, "25")).status_code == 404
    assert count() == before


def test_the_sheet_of_a_building_has_every_meter(browse: Browse, building: Building) -> None:
    from python_calamine import CalamineWorkbook

    meter = a_meter(a_unit("1203", building=building), since="2026-04-01", first="10")
    answer = browse("chen").get(f"/readinggrid/sheet?building={building.id}&service={meter.service_id}&month=2026-05")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.get_data())).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[1:]] == [meter.serial]


@pytest.mark.parametrize(("exact", "shown"), [(Fraction(5, 2), 3), (Fraction(7, 2), 4), (Fraction(49, 20), 2)], ids=["2.5", "3.5", "2.45"])
def test_the_mean_of_the_grid_is_rounded_half_up(exact: Fraction, shown: int) -> None:
    old: Any = SimpleNamespace(read_on=datetime.date(2026, 4, 1))
    place: Any = SimpleNamespace(readings=[], before=lambda day: [old], mean=lambda days, day: exact)
    row = GridRow(place, Month(datetime.date(2026, 5, 1), datetime.date(2026, 5, 14)))
    assert row.whole_mean == shown
