"""Which values facts of a unit may have, and which a tariff finds on a day; docs/rules/unit_facts.md."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.places.choices import FactName, UnitStatus
from app.places.rules.unit_facts import Fact, fact_value, facts_on, require_apart
from app.values.errors import OperationRefused
from app.values.spans import first_overlap

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        (FactName.PERSONS, " 4 ", "4"),
        (FactName.PERSONS, "007", "7"),
        (FactName.PERSONS, "0", "0"),
        (FactName.HOUSEHOLDS, "2", "2"),
        (FactName.M2, "68.530", "68.53"),
        (FactName.M2, "68,53", "68.53"),
        (FactName.M2, "100", "100"),
        (FactName.PRICE_GROUP, "kinh doanh", "kinh doanh"),
        (FactName.FLOOR_BAND, "6-10", "6-10"),
    ],
)
def test_a_value_is_stored_as_a_recipe_reads_it(name: FactName, typed: str, value: str) -> None:
    assert fact_value(name, typed) == value


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        (FactName.PERSONS, "", "fact_missing"),
        (FactName.PERSONS, "four", "fact_no_count"),
        (FactName.PERSONS, "-1", "fact_no_count"),
        (FactName.PERSONS, "2.5", "fact_no_count"),
        (FactName.PERSONS, "10000", "fact_no_count"),
        (FactName.PERSONS, "٤", "fact_no_count"),
        (FactName.HOUSEHOLDS, "0", "fact_no_count"),
        (FactName.M2, "0", "fact_no_area"),
        (FactName.M2, "1.2345", "fact_no_area"),
        (FactName.M2, "1e3", "fact_no_area"),
        (FactName.M2, "1000001", "fact_no_area"),
        (FactName.PRICE_GROUP, "   ", "fact_missing"),
    ],
)
def test_a_value_that_no_tariff_could_use_is_refused_at_its_field(name: FactName, typed: str, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        fact_value(name, typed)
    assert (refusal.value.code, list(refusal.value.fields)) == (code, ["value"])


def test_facts_that_share_a_day_are_refused() -> None:
    with pytest.raises(OperationRefused) as refusal:
        require_apart([Fact(FactName.PERSONS, "3", JUNE, None), Fact(FactName.PERSONS, "2", MAY, JUNE)])
    assert refusal.value.code == "facts_overlap"


def test_facts_that_follow_each_other_are_taken() -> None:
    facts = [Fact(FactName.PERSONS, "2", MAY, date(2026, 5, 31)), Fact(FactName.PERSONS, "3", JUNE, None)]
    require_apart(facts)
    assert first_overlap(facts) is None


def test_a_fact_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(OperationRefused) as refusal:
        require_apart([Fact(FactName.PERSONS, "2", JUNE, MAY)])
    assert refusal.value.code == "ends_before_start"


def test_a_tariff_finds_what_the_unit_says_and_the_facts_of_the_day() -> None:
    facts = [
        Fact(FactName.PERSONS, "2", MAY, date(2026, 5, 31)),
        Fact(FactName.PERSONS, "3", JUNE, None),
        Fact(FactName.HOUSEHOLDS, "2", date(2026, 7, 1), None),
    ]
    found = facts_on(facts, JUNE, area=Decimal("68.530"), kind="apartment", status=UnitStatus.OCCUPIED)
    assert found == {"m2": "68.53", "kind": "apartment", "vacant": "n", "persons": "3"}


def test_a_billed_area_stands_over_the_units_own() -> None:
    facts = [Fact(FactName.M2, "60", MAY, None)]
    assert facts_on(facts, JUNE, area=Decimal("68.53"), kind="shop", status=UnitStatus.VACANT) == {
        "m2": "60",
        "kind": "shop",
        "vacant": "y",
    }


def test_an_area_that_nobody_knows_is_missing_and_not_zero() -> None:
    assert facts_on([], JUNE, area=None, kind="shop", status=UnitStatus.OCCUPIED) == {"kind": "shop", "vacant": "n"}
