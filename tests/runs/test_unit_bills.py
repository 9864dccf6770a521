"""What a unit owes for a service and a period; the numbers are worked by hand in docs/rules/unit_bills.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.customers.choices import OccupancyRole
from app.customers.rules.occupancy import Stay
from app.metering.rules.water_quota import Quota
from app.places.choices import FactName, UnitKind, UnitStatus
from app.places.rules.unit_facts import Fact
from app.runs.rules.pricing import Price, PriceList
from app.runs.rules.unit_bills import CHARGED_BEFORE, PartBill, PartFault, ReadingTaken, ServiceTerms, UnitPeriod, unit_bills
from app.tariffs.rules.day_by_day import Valid, day_by_day
from app.tariffs.rules.recipe import read_recipe

LAN, MINH, OWNER = 1, 2, 3
FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)
ELECTRICITY = ServiceTerms("Electricity", "kwh", is_metered=True)
WATER = ServiceTerms("Water", "m3", is_metered=True, has_quota=True)
MANAGEMENT = ServiceTerms("Management", "m2", is_metered=False)
TWO_TIERS = {
    "rounding": "0.01",
    "lines": [
        {
            "code": "energy",
            "kind": "graduated",
            "label": "Energy",
            "quantity": "kwh",
            "tiers": [{"up_to": "200", "price": "0.50"}, {"up_to": None, "price": "0.60"}],
        }
    ],
}
PER_AREA = {"rounding": "1", "lines": [{"code": "care", "kind": "per_unit", "label": "Care", "quantity": "m2", "price": "7000"}]}
PER_PERSON = {
    "rounding": "1",
    "lines": [
        {
            "code": "water",
            "kind": "graduated",
            "label": "Water",
            "quantity": "m3",
            "scale_by": ["persons"],
            "tiers": [{"up_to": "4", "price": "5000"}, {"up_to": None, "price": "10000"}],
        }
    ],
}
YEARLY = {
    "rounding": "0.01",
    "lines": [
        {
            "code": "energy",
            "kind": "graduated",
            "label": "Energy",
            "quantity": "kwh",
            "used": "ytd",
            "tiers": [{"up_to": "1000", "price": "0.50"}, {"up_to": None, "price": "0.60"}],
        }
    ],
}


def always(recipe: dict[str, Any], **other: Any) -> PriceList:
    return PriceList([Price(7, read_recipe(recipe), date(2026, 1, 1))], quantity_step=Decimal(1), **other)


def living(customer: int, since: date = date(2020, 1, 1), until: date | None = None, role: OccupancyRole = OccupancyRole.OWNER) -> Stay:
    return Stay(customer, role, since, until)


def taken(until: date, quantity: int, since: date = date(2026, 4, 30), **other: Any) -> ReadingTaken:
    return ReadingTaken(len(str(until)) + quantity, "E-1", since, until, Decimal(quantity), **other)


def a_unit(**values: Any) -> UnitPeriod:
    return UnitPeriod(FIRST, LAST, UnitKind.APARTMENT.value, UnitStatus.OCCUPIED, **{"stays": [living(LAN)]} | values)


def bills(service: ServiceTerms, unit: UnitPeriod, prices: PriceList) -> list[tuple[date, date, int, Decimal]]:
    found = unit_bills(service, unit, prices.from_to)
    assert all(isinstance(each, PartBill) for each in found), found
    return [(each.starts_on, each.ends_on, each.customer, each.bill.total) for each in found if isinstance(each, PartBill)]


def fault(service: ServiceTerms, unit: UnitPeriod, prices: PriceList) -> str:
    (found,) = unit_bills(service, unit, prices.from_to)
    assert isinstance(found, PartFault)
    return found.code


def test_a_month_is_what_its_readings_say() -> None:
    """Read on 30 April and 31 May: 250 kWh are 200 × 0.50 + 50 × 0.60 = 130.00, from 30 April to 30 May."""
    unit = a_unit(readings=[taken(date(2026, 5, 31), 250)])
    assert bills(ELECTRICITY, unit, always(TWO_TIERS)) == [(date(2026, 4, 30), date(2026, 5, 30), LAN, Decimal("130.00"))]


def test_all_meters_of_a_service_are_one_consumption() -> None:
    """E-1 used 150, E-2 100: one bill of 250 kWh, not two in the first tier."""
    unit = a_unit(readings=[taken(date(2026, 5, 31), 150), taken(date(2026, 5, 31), 100)])
    assert bills(ELECTRICITY, unit, always(TWO_TIERS))[0][3] == Decimal("130.00")


def test_a_meter_replaced_inside_the_month_is_one_consumption() -> None:
    """35 kWh until 10 May, 88 after it: 123 × 0.50 = 61.50."""
    replaced = date(2026, 5, 10)
    unit = a_unit(readings=[taken(replaced, 35), taken(date(2026, 5, 31), 88, since=replaced)])
    assert bills(ELECTRICITY, unit, always(TWO_TIERS))[0][3] == Decimal("61.50")


def test_a_reading_on_the_day_of_the_change_divides_the_month_between_two_occupants() -> None:
    """30 April … 9 May are 10 of 31 days: the tier ends at 65 kWh; … 30 May are 21 days: at 135.

    Lan's 80 are 65 × 0.50 + 15 × 0.60 = 41.50, Minh's 170 are 135 × 0.50 + 35 × 0.60 = 88.50.
    """
    change = date(2026, 5, 10)
    stays = [living(LAN, until=date(2026, 5, 9)), living(MINH, since=change)]
    unit = a_unit(stays=stays, readings=[taken(change, 80), taken(date(2026, 5, 31), 170, since=change)])
    assert bills(ELECTRICITY, unit, always(TWO_TIERS)) == [
        (date(2026, 4, 30), date(2026, 5, 9), LAN, Decimal("41.50")),
        (change, date(2026, 5, 30), MINH, Decimal("88.50")),
    ]


def test_a_change_without_a_reading_is_no_guess() -> None:
    stays = [living(LAN, until=date(2026, 5, 9)), living(MINH, since=date(2026, 5, 10))]
    assert fault(ELECTRICITY, a_unit(stays=stays, readings=[taken(date(2026, 5, 31), 250)]), always(TWO_TIERS)) == "handover_unread"


def test_the_payer_is_charged_before_tenant_and_owner() -> None:
    stays = [living(OWNER), living(MINH, role=OccupancyRole.TENANT), living(LAN, role=OccupancyRole.PAYER)]
    assert bills(ELECTRICITY, a_unit(stays=stays, readings=[taken(date(2026, 5, 31), 100)]), always(TWO_TIERS))[0][2] == LAN


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"readings": []}, "no_reading"),
        ({"readings": [taken(date(2026, 5, 31), 900, waits=True)]}, "reading_waits"),
        ({"readings": [taken(date(2026, 5, 31), 5)], "stays": []}, "nobody_pays"),
    ],
)
def test_what_is_missing_is_said_and_never_zero(values: dict[str, Any], code: str) -> None:
    assert fault(ELECTRICITY, a_unit(**values), always(TWO_TIERS)) == code


def test_a_fact_that_is_missing_is_said() -> None:
    assert fault(MANAGEMENT, a_unit(area=None), always(PER_AREA)) == "fact_missing"


def test_a_day_without_an_approved_tariff_is_said() -> None:
    late = PriceList([Price(7, read_recipe(TWO_TIERS), date(2026, 5, 2))], quantity_step=Decimal(1))
    assert fault(ELECTRICITY, a_unit(readings=[taken(date(2026, 5, 31), 100)]), late) == "no_tariff"


def test_an_empty_unit_that_used_nothing_owes_nothing() -> None:
    unit = a_unit(stays=[], readings=[taken(date(2026, 5, 31), 0)])
    assert unit_bills(ELECTRICITY, unit, always(TWO_TIERS).from_to) == ()


def test_a_unit_without_a_meter_does_not_have_the_service() -> None:
    assert unit_bills(ELECTRICITY, a_unit(has_meter=False), always(TWO_TIERS).from_to) == ()


def test_a_bill_of_zero_is_a_bill() -> None:
    assert bills(ELECTRICITY, a_unit(readings=[taken(date(2026, 5, 31), 0)]), always(TWO_TIERS))[0][3] == 0


def test_the_management_fee_goes_by_the_area_for_the_days_of_the_period() -> None:
    """68.53 m² × 7,000 = 479,710."""
    assert bills(MANAGEMENT, a_unit(area=Decimal("68.53")), always(PER_AREA)) == [(FIRST, LAST, LAN, Decimal(479710))]


def test_the_management_fee_is_divided_by_days_where_the_owner_changes() -> None:
    """479,710 for 31 days: 10 days are 154,745.16 → 154,745, 21 days 324,964.84 → 324,965."""
    stays = [living(LAN, until=date(2026, 5, 10)), living(MINH, since=date(2026, 5, 11))]
    found = bills(MANAGEMENT, a_unit(area=Decimal("68.53"), stays=stays), always(PER_AREA))
    assert [(customer, total) for _, _, customer, total in found] == [(LAN, Decimal(154745)), (MINH, Decimal(324965))]


def test_the_water_quota_is_the_number_of_persons() -> None:
    """Two entitled members: 14 m³ are 8 × 5,000 + 6 × 10,000 = 100,000, whatever the head count says."""
    quotas, facts = [Quota(date(2026, 1, 1), None, 2)], [Fact(FactName.PERSONS, "4", date(2026, 1, 1), None)]
    unit = a_unit(quotas=quotas, facts=facts, readings=[taken(date(2026, 5, 31), 14)])
    assert bills(WATER, unit, always(PER_PERSON))[0][3] == Decimal(100000)


def test_without_a_quota_the_head_count_is_the_number_of_persons() -> None:
    """Four persons: 14 m³ are all below 16: 70,000."""
    unit = a_unit(facts=[Fact(FactName.PERSONS, "4", date(2026, 1, 1), None)], readings=[taken(date(2026, 5, 31), 14)])
    assert bills(WATER, unit, always(PER_PERSON))[0][3] == Decimal(70000)


def test_a_price_change_inside_the_month_stands_on_one_bill() -> None:
    """The customer's example: 25 April … 24 May, prices change on 10 May: 15 of 30 days each, 100 kWh each, tiers at 100."""
    dearer = {
        "rounding": "0.01",
        "lines": [TWO_TIERS["lines"][0] | {"tiers": [{"up_to": "200", "price": "0.70"}, {"up_to": None, "price": "1"}]}],
    }  # type: ignore[operator]
    change = date(2026, 5, 10)
    versions = [
        Price(1, read_recipe(TWO_TIERS), date(2026, 1, 1), date(2026, 5, 9)),
        Price(2, read_recipe(dearer), change),
    ]
    unit = a_unit(readings=[taken(date(2026, 5, 25), 200, since=date(2026, 4, 25))])
    (found,) = unit_bills(ELECTRICITY, unit, PriceList(versions, quantity_step=Decimal(1)).from_to)
    assert isinstance(found, PartBill)
    assert (found.bill.total, found.versions) == (Decimal("120.00"), (1, 2))  # 100 × 0.50 + 100 × 0.70


def test_a_yearly_ladder_goes_on_where_the_year_stands() -> None:
    """900 kWh were charged this year: of 250, 100 fill the first tier: 100 × 0.50 + 150 × 0.60 = 140.00."""
    unit = a_unit(readings=[taken(date(2026, 5, 31), 250)], used=Decimal(900))
    assert bills(ELECTRICITY, unit, always(YEARLY))[0][3] == Decimal("140.00")


def test_a_reading_after_an_estimate_is_charged_less_what_the_estimate_was() -> None:
    """420 kWh over two months: tiers end at 400: 400 × 0.50 + 20 × 0.60 = 212.00; the estimate of 200 was 100.00, so 112.00."""
    unit = a_unit(
        readings=[taken(date(2026, 5, 31), 420, since=date(2026, 3, 31), estimated_periods=1)], charged_for_estimates=Decimal("100.00")
    )
    (found,) = unit_bills(ELECTRICITY, replace(unit, charged_until=date(2026, 4, 29)), always(TWO_TIERS).from_to)
    assert isinstance(found, PartBill)
    assert found.bill.total == Decimal("112.00")
    assert (found.starts_on, found.ends_on) == (date(2026, 4, 30), date(2026, 5, 30))  # the days before are those of the estimate
    assert (found.bill.lines[-1].code, found.bill.lines[-1].amount) == (CHARGED_BEFORE, Decimal("-100.00"))


def test_an_estimate_that_was_charged_too_much_is_withdrawn_first() -> None:
    unit = a_unit(readings=[taken(date(2026, 5, 31), 20, since=date(2026, 3, 31), estimated_periods=1)], charged_for_estimates=Decimal(100))
    assert fault(ELECTRICITY, unit, always(TWO_TIERS)) == "estimate_overcharged"


def test_the_narrower_tariff_wins_on_each_day() -> None:
    """The office's price holds all year; the building's own from 10 to 20 May."""
    versions = [Valid(1, FIRST), Valid(2, date(2026, 5, 10), date(2026, 5, 20), building_id=4), Valid(3, FIRST, unit_kind=UnitKind.SHOP)]
    assert day_by_day(versions, building=4, kind=UnitKind.APARTMENT) == (
        (1, FIRST, date(2026, 5, 9)),
        (2, date(2026, 5, 10), date(2026, 5, 20)),
        (1, date(2026, 5, 21), None),
    )
    assert day_by_day(versions, building=9, kind=UnitKind.APARTMENT) == ((1, FIRST, None),)
    assert [found[0] for found in day_by_day(versions, building=4, kind=UnitKind.SHOP)] == [3]
