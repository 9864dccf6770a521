"""The page of a building leads to everything of it that the person may see."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import a_meter, a_unit, on_day
from tests.pages.conftest import signed_in
from tests.runs.making import LAST_DAY, a_lived_in_unit, a_run, posted, prices


@pytest.fixture
def building(app: Flask) -> int:
    unit, _ = a_lived_in_unit()
    prices()
    posted(a_run(unit.building_id))
    return unit.building_id


def shown(app: Flask, username: str, building: int) -> str:
    with on_day(LAST_DAY):
        answer = signed_in(app, username, "en").get(f"/buildingview/show/{building}")
    assert answer.status_code == 200
    return answer.text.replace("&amp;", "&")


def test_a_manager_is_led_from_the_building_to_all_of_it(app: Flask, building: int) -> None:
    page = shown(app, "chen", building)
    for way in ("/readinggrid/", "/readingview/list/", "/meterview/list/", "/billingperiodview/show/", "/servicechargeview/list/"):
        assert f'href="{way}' in page, way
    for way in ("/noticeview/list/", "/unitview/list/", "/occupancyview/list/", "/tariffversionview/show/"):
        assert f'href="{way}' in page, way
    assert "1 of 1 meters read, 1 charges posted" in page


def test_a_meter_reader_is_led_to_the_grid_and_the_units_alone(app: Flask) -> None:
    unit = a_unit("1203", "HN")
    a_meter(unit)
    page = shown(app, "minh", unit.building_id)
    assert 'href="/unitview/list/' in page
    assert 'href="/readinggrid/' in page
    for way in ("billingperiodview", "servicechargeview", "noticeview", "occupancyview", "tariff"):
        assert f'href="/{way}' not in page, way


def test_a_building_shows_the_tariffs_of_its_own_office_alone(app: Flask, building: int) -> None:
    elsewhere = a_unit("9901", "HN")
    here = shown(app, "ada", building)
    there = shown(app, "ada", elsewhere.building_id)
    assert "居民用电" in here
    assert "居民用电" not in there


def test_a_cashier_is_led_from_the_building_to_its_charges(app: Flask, building: int) -> None:
    page = shown(app, "wang", building)
    assert 'href="/servicechargeview/list/' in page
    assert 'href="/billingperiodview' not in page
