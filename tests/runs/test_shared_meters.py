"""Shared meters in a run: their bill is apportioned among the units of the building, proposed, posted and explained.

The hall's meter used 250 kWh: 200 × 0.50 + 50 × 0.60 = 130.00 and 10 % tax: 143.00.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.billing.models import Charge
from app.billing.operations.receipts import take_payment
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.metering.choices import ApportionBy
from app.metering.models import Meter, MeterInstallation, Reading
from app.metering.operations.settling import correct_reading
from app.places.choices import FactName
from app.places.models import Building, Unit
from app.runs.choices import RunState
from app.runs.models import BillingRun
from app.runs.operations import apportion_next, begin_run, calculate_chunk, void_service_charge
from tests.factories import CASH, a_building, a_customer, a_fact, a_reading, a_unit, acting, an_occupancy, office, on_day
from tests.runs.making import (
    LAST_DAY,
    MANAGER,
    MAY,
    a_hall_meter,
    a_lived_in_unit,
    a_run,
    charges,
    current,
    posted,
    prices,
    results,
    worked,
)
from tests.tariffs.making import service

pytestmark = pytest.mark.usefixtures("app")


def a_home(number: str, building: Building, area: str | None, **values: Any) -> Unit:
    """Return a unit with an owner, without a meter of its own."""
    unit = a_unit(number, building=building, area=Decimal(area) if area else None, **values)
    an_occupancy(unit, a_customer(name=f"住户{number}"), since="2020-01-01")
    return unit


def shares(billing: BillingRun) -> list[tuple[str, Decimal | None]]:
    """Return what a run proposes of shared meters: the number of the unit, and its part."""
    with everything("reading a test's own records"):
        return [(found.unit.number, found.total) for found in results(billing) if found.apportion_by is not None]


def test_the_amount_is_apportioned_by_area() -> None:
    """143.00 by 60, 40 and 100 m²: 42.90, 28.60, 71.50."""
    building = a_building()
    for number, area in (("1", "60"), ("2", "40"), ("3", "100")):
        a_home(number, building, area)
    a_hall_meter(building)
    prices()
    billing = a_run(building.id)
    assert shares(billing) == [("1", Decimal("42.90")), ("2", Decimal("28.60")), ("3", Decimal("71.50"))]
    assert (billing.billed, billing.total) == (3, Decimal("143.00"))


def test_what_is_left_over_goes_to_the_first_units_in_floor_order() -> None:
    """143.00 among 7 equal units is 20.428571…: 20.42 each lacks 6 cents, so six have 20.43 and the last 20.42."""
    building = a_building()
    for number in "1234567":
        a_home(number, building, "50")
    a_hall_meter(building)
    prices()
    assert [total for _, total in shares(a_run(building.id))] == [Decimal("20.43")] * 6 + [Decimal("20.42")]


def test_the_amount_is_apportioned_by_heads() -> None:
    """143.00 by 4, 0 and 3 persons: 81.714… and 61.285…: 81.71 + 0.00 + 61.29."""
    building = a_building()
    for number, heads in (("1", "4"), ("2", "0"), ("3", "3")):
        a_fact(a_home(number, building, None), FactName.PERSONS, heads)
    a_hall_meter(building, ApportionBy.HEAD)
    prices()
    assert shares(a_run(building.id)) == [("1", Decimal("81.71")), ("2", Decimal("0.00")), ("3", Decimal("61.29"))]


def test_the_amount_is_apportioned_by_own_consumption_beside_the_own_bill() -> None:
    """143.00 by 150 and 50 kWh: 107.25 and 35.75; the own bills are 82.50 and 27.50. A parking space has no meter, and no part."""
    building = a_building()
    a_lived_in_unit("1", 150, building=building)
    a_lived_in_unit("2", 50, building=building)
    a_home("9", building, "12")
    a_hall_meter(building, ApportionBy.CONSUMPTION)
    prices()
    billing = a_run(building.id)
    assert shares(billing) == [("1", Decimal("107.25")), ("2", Decimal("35.75"))]
    assert [found.total for found in results(billing) if found.apportion_by is None] == [Decimal("82.50"), Decimal("27.50")]


def test_all_shared_meters_of_a_service_are_one_consumption() -> None:
    """150 and 100 kWh are 250: the tiers apply once."""
    building = a_building()
    a_home("1", building, "60")
    a_hall_meter(building, used=150)
    a_hall_meter(building, used=100, serial="LIFT-1")
    prices()
    assert shares(a_run(building.id)) == [("1", Decimal("143.00"))]


def test_a_unit_without_its_area_is_an_error_and_no_unit_is_billed_for_it() -> None:
    building = a_building()
    a_home("1", building, "60")
    a_home("2", building, None)
    a_hall_meter(building)
    prices()
    billing = a_run(building.id)
    assert [(found.code, found.total) for found in results(billing)] == [("share_unknown", None), ("fact_missing", None)]
    assert (billing.billed, billing.faulty) == (0, 2)


def test_a_unit_whose_own_meter_was_not_read_has_no_known_consumption() -> None:
    building = a_building()
    a_lived_in_unit("1", 150, building=building)
    unit, _ = a_lived_in_unit("2", 50, building=building)
    a_reading(a_hall_meter(building, ApportionBy.CONSUMPTION), "2026-06-01", "500")
    with everything("a meter that was read"):
        own = db.session.scalars(
            select(Meter).join(MeterInstallation, MeterInstallation.meter_id == Meter.id).where(MeterInstallation.unit_id == unit.id)
        ).one()
    a_reading(own, "2026-06-01", "90")
    prices()
    billing = a_run(building.id, month=MAY.replace(month=6), day="2026-06-30")
    assert [found.code for found in results(billing) if found.apportion_by is not None] == ["fact_missing", "share_unknown"]


def test_a_part_is_charged_with_what_it_is_a_part_of() -> None:
    building = a_building()
    unit = a_home("1", building, "60")
    a_home("2", building, "40")
    a_hall_meter(building)
    prices()
    billing = posted(a_run(building.id))
    (made,) = charges(unit)
    assert (billing.run_state, billing.posted_total) == (RunState.POSTED, Decimal("143.00"))
    assert (made.total, made.apportion_by) == (Decimal("85.80"), ApportionBy.AREA)
    with everything("the debt"):
        assert db.session.get_one(Charge, made.charge_id).total == Decimal("85.80")
    assert made.share is not None
    assert [made.share[name] for name in ("whole", "weight", "weights", "of_unit", "quantity")] == ["143", "60", "100", "85.8", "250"]
    assert [line["amount"] for line in made.share["bill"]["lines"]] == ["100", "30", "13"]


def test_parts_that_are_charged_are_not_proposed_again() -> None:
    building = a_building()
    a_home("1", building, "60")
    a_hall_meter(building)
    prices()
    posted(a_run(building.id))
    assert results(a_run(building.id)) == []


def test_a_part_that_was_voided_is_charged_again_as_long_as_the_whole_is_the_same() -> None:
    building = a_building()
    unit = a_home("1", building, "60")
    a_home("2", building, "40")
    a_hall_meter(building)
    prices()
    posted(a_run(building.id))
    with on_day(LAST_DAY), acting(MANAGER):
        run(void_service_charge, service_charge=charges(unit)[0].id, reason="业主要求")
    assert shares(a_run(building.id)) == [("1", Decimal("85.80"))]


def test_a_part_of_another_whole_is_not_charged_beside_parts_that_stand() -> None:
    """The hall's reading is corrected after one unit's charge was voided: the other unit's part, which was paid, is of the old amount."""
    building = a_building()
    unit, payer = a_home("1", building, "60"), a_customer(name="李四")
    an_occupancy(a_unit("2", building=building, area=Decimal(40)), payer, since="2020-01-01")
    meter = a_hall_meter(building)
    prices()
    posted(a_run(building.id))
    with on_day(LAST_DAY), acting("wang"):
        run(take_payment, customer=payer.id, methods=CASH)
    with on_day(LAST_DAY), acting(MANAGER):
        run(void_service_charge, service_charge=charges(unit)[0].id, reason="抄错")
        last = db.session.scalars(select(Reading.id).where(Reading.meter_id == meter.id).order_by(Reading.id.desc()).limit(1)).one()
        run(correct_reading, reading=last, value=Decimal(240), reason="看错了", confirmed=True)
    assert [found.code for found in results(a_run(building.id))] == ["share_changed"]


def test_an_apportionment_that_was_killed_is_done_once() -> None:
    first, second = a_building(), a_building()
    for building in (first, second):
        a_home("1", building, "60")
        a_hall_meter(building, serial=f"HALL-{building.id}")
    prices()
    with on_day(LAST_DAY), acting(MANAGER):
        billing = run(begin_run, office=office().id, building=None, month=MAY, services=(service().id,)).record
        while run(calculate_chunk, run=billing.id).record:
            pass
        assert run(apportion_next, run=billing.id).record == 1
        worked(billing)
    assert (len(results(billing)), current(billing).total) == (2, Decimal("286.00"))


def test_the_pages_explain_a_part_by_the_whole_the_key_and_the_share(browse: Callable[[str], FlaskClient]) -> None:
    building = a_building()
    unit = a_home("1", building, "60")
    a_home("2", building, "40")
    a_hall_meter(building)
    prices()
    billing = posted(a_run(building.id))
    client = browse(MANAGER)
    (made,) = charges(unit)
    shown = html.unescape(client.get(f"/servicechargeview/show/{made.id}").get_data(as_text=True))
    for text in ("Apportion by area", "143.00", "60 / 100", "85.80", "Tier 2"):
        assert text in shown, text
    assert "Apportion by area" in html.unescape(client.get(f"/runresultview/show/{results(billing)[0].id}").get_data(as_text=True))
    assert "Shared meters" in html.unescape(client.get(f"/billingrunview/show/{billing.id}").get_data(as_text=True))
