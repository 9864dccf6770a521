"""A price change inside a period; the numbers are worked by hand in docs/rules/price_change.md."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.tariffs.rules.bill import Bill
from app.tariffs.rules.facts import NotBillable
from app.tariffs.rules.price_change import ChangingFormula, PricePart, price_change, shared_codes, split_by_days
from tests.tariffs.bills import EVN, EVN_BEFORE, amounts, line, recipe_of, rows, tiers, total

VAT = line("vat", "percentage", of=["e"], percent="8", tax=True)


def block(steps: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return line("e", "graduated", quantity="kwh", tiers=steps, **more)


def by_unit(price: str, **more: Any) -> dict[str, Any]:
    return line("e", "per_unit", quantity="kwh", price=price, **more)


def changed(
    *parts: tuple[int, list[dict[str, Any]]], step: str = "1", rounding: str = "1", of_days: int | None = None, **facts: str
) -> Bill:
    versions = [PricePart(recipe_of(*lines, rounding=rounding), days) for days, lines in parts]
    formula = ChangingFormula(versions, metered=["kwh", "night"], quantity_step=Decimal(step), of_days=of_days)
    return formula(facts)


def test_both_prices_stand_on_one_bill_and_vat_follows() -> None:
    """25 April to 25 May, prices of 10 May: 15 and 15 of 30 days, 300 kWh."""
    versions = [PricePart(recipe_of(block(steps), VAT), 15) for steps in (EVN_BEFORE, EVN)]
    bill = price_change(versions, {"kwh": "300"}, metered=["kwh"])
    assert rows(bill) == [
        ("e", "25", "1893", "47325"),
        ("e", "25", "1956", "48900"),
        ("e", "50", "2271", "113550"),
        ("e", "50", "2860", "143000"),
        ("e", "25", "1984", "49600"),
        ("e", "25", "2050", "51250"),
        ("e", "50", "2380", "119000"),
        ("e", "50", "2998", "149900"),
        ("vat", "722525", "8", "57802"),
    ]
    assert total(bill) == "780327"
    assert [each.part for each in bill.lines] == [1, 1, 1, 1, 2, 2, 2, 2, None]
    assert [(tax.base, tax.amount) for tax in bill.taxes] == [(Decimal(722525), Decimal(57802))]


def test_quantity_and_limits_are_rounded_to_the_step() -> None:
    """11 and 20 of 31 days: 100 × 11 ÷ 31 = 35.48 → 35, the rest is 65; limits 50 → 17.74 → 18 and 32.26 → 32."""
    steps = tiers(("50", "1"), (None, "2"))
    bill = changed((11, [block(steps)]), (20, [block(tiers(("50", "10"), (None, "20")))]), kwh="100")
    assert [(quantity, price) for _, quantity, price, _ in rows(bill)] == [("18", "1"), ("17", "2"), ("32", "10"), ("33", "20")]


def test_a_finer_step_keeps_fractions() -> None:
    bill = changed((11, [by_unit("1000")]), (20, [by_unit("2000")]), step="0.01", kwh="10")
    # 10 × 11 ÷ 31 = 3.548 → 3.55.
    assert rows(bill) == [("e", "3.55", "1000", "3550"), ("e", "6.45", "2000", "12900")]


@pytest.mark.parametrize(
    ("quantity", "days", "step", "expected"),
    [
        ("300", [15, 15], "1", ["150", "150"]),
        ("100", [11, 20], "1", ["35", "65"]),
        ("1", [15, 15], "1", ["1", "0"]),
        ("0", [15, 15], "1", ["0", "0"]),
        ("100", [10, 10, 10], "1", ["33", "33", "34"]),
        # Each of the first three would be 0.5 → 1, but there are only two.
        ("2", [5, 5, 5, 5], "1", ["1", "1", "0", "0"]),
        ("7.77", [1], "1", ["7.77"]),
        ("10.005", [1, 1], "0.01", ["5", "5.005"]),
    ],
)
def test_the_rest_of_a_split_is_in_the_last_part(quantity: str, days: list[int], step: str, expected: list[str]) -> None:
    assert split_by_days(Decimal(quantity), days, step=Decimal(step)) == tuple(Decimal(each) for each in expected)


def test_limits_by_persons_are_scaled_by_days_too() -> None:
    """3 persons, 15 of 30 days: 4 × 3 × ½ = 6 in each part."""
    before, after = tiers(("4", "1"), (None, "2")), tiers(("4", "10"), (None, "20"))
    bill = changed((15, [block(before, scale_by=["n"])]), (15, [block(after, scale_by=["n"])]), kwh="20", n="3")
    assert [quantity for _, quantity, _, _ in rows(bill)] == ["6", "4", "6", "4"]


def test_the_limits_of_an_annual_ladder_stay_and_its_pool_grows() -> None:
    """The pool stands at 90 of 100; 40 kWh in two halves: 10 + 10, then 20 in the second tier."""
    before, after = tiers(("100", "1"), (None, "2")), tiers(("100", "10"), (None, "20"))
    bill = changed((15, [block(before, used="ytd")]), (15, [block(after, used="ytd")]), kwh="40", ytd="90")
    assert rows(bill) == [("e", "10", "1", "10"), ("e", "10", "2", "20"), ("e", "20", "20", "400")]


def test_a_free_amount_is_scaled_by_days() -> None:
    bill = changed((15, [by_unit("1", free="10")]), (15, [by_unit("2", free="10")]), kwh="30")
    assert rows(bill) == [("e", "10", "1", "10"), ("e", "10", "2", "20")]


def test_the_whole_quantity_at_the_price_of_its_tier() -> None:
    before, after = tiers(("100", "1"), (None, "2")), tiers(("100", "10"), (None, "20"))
    volume = [line("e", "volume", quantity="kwh", tiers=each) for each in (before, after)]
    bill = changed((10, [volume[0]]), (20, [volume[1]]), kwh="90")
    # 30 of at most 33, 60 of at most 67.
    assert rows(bill) == [("e", "30", "1", "30"), ("e", "60", "10", "600")]


def test_an_amount_that_changes_is_charged_by_days() -> None:
    """1,200,000, from 16 June 1,300,000: 600,000 + 650,000."""
    bill = changed((15, [line("car", "flat", amount="1200000")]), (15, [line("car", "flat", amount="1300000")]))
    assert rows(bill) == [("car", "0.5", "1200000", "600000"), ("car", "0.5", "1300000", "650000")]


def test_a_price_per_square_metre_that_changes_is_charged_by_days() -> None:
    """68.53 m² at 7,000 for 17 of 31 days: 479,710 × 17 ÷ 31 = 263,066.8; at 8,000 for 14: 548,240 × 14 ÷ 31 = 247,592.3."""
    lines = [line("m", "per_unit", quantity="m2", price=price) for price in ("7000", "8000")]
    assert amounts(changed((17, [lines[0]]), (14, [lines[1]]), m2="68.53")) == ["263067", "247592"]


def test_a_line_that_stays_the_same_is_charged_once() -> None:
    fixed = line("fix", "flat", amount="180001")
    bill = changed((15, [by_unit("1"), fixed]), (15, [by_unit("2"), fixed]), kwh="100")
    assert rows(bill) == [("e", "50", "1", "50"), ("e", "50", "2", "100"), ("fix", "1", "180001", "180001")]


def test_a_minimum_is_that_of_the_whole_period() -> None:
    minimum = line("min", "minimum", of=["e"], amount="1000")
    bill = changed((15, [by_unit("1"), minimum]), (15, [by_unit("2"), minimum]), kwh="100")
    assert amounts(bill) == ["50", "100", "850"]


def test_a_minimum_that_changes_holds_by_days() -> None:
    lines = [[by_unit(price), line("min", "minimum", of=["e"], amount=amount)] for price, amount in (("1", "1000"), ("2", "3000"))]
    assert amounts(changed((15, lines[0]), (15, lines[1]), kwh="100")) == ["50", "450", "100", "1400"]


def test_a_rate_that_changes_is_counted_on_its_own_part() -> None:
    lines = [[by_unit("100"), line("vat", "percentage", of=["e"], percent=percent)] for percent in ("8", "10")]
    bill = changed((10, lines[0]), (20, lines[1]), kwh="300")
    assert rows(bill) == [
        ("e", "100", "100", "10000"),
        ("vat", "10000", "8", "800"),
        ("e", "200", "100", "20000"),
        ("vat", "20000", "10", "2000"),
    ]


def test_what_a_changed_line_refers_to_goes_into_the_parts() -> None:
    fixed = line("fix", "flat", amount="300")
    recipes = [recipe_of(by_unit("1"), fixed, line("vat", "percentage", of=["e", "fix"], percent=percent)) for percent in ("8", "10")]
    assert shared_codes(recipes) == frozenset()
    same = [recipe_of(by_unit(price), fixed, line("vat", "percentage", of=["e", "fix"], percent="8")) for price in ("1", "2")]
    assert shared_codes(same) == {"fix", "vat"}


def test_a_line_is_not_the_same_where_it_is_rounded_otherwise() -> None:
    own_step = line("own", "flat", amount="1.5", step="1")
    recipes = [recipe_of(line("fix", "flat", amount="1.5"), own_step, rounding=rounding) for rounding in ("1", "0.01")]
    assert shared_codes(recipes) == {"own"}


def test_a_line_of_one_version_only_is_charged_for_its_days() -> None:
    bill = changed((10, [by_unit("1")]), (20, [by_unit("1"), line("new", "flat", amount="300")]), kwh="30")
    assert rows(bill) == [("new", "0.666667", "300", "200"), ("e", "30", "1", "30")]


def test_a_condition_looks_at_the_consumption_of_the_period() -> None:
    discount = {"when": {"fact": "kwh", "op": ">", "value": "250"}}
    lines = [
        [by_unit(price), line("d", "percentage", of=["e"], percent=percent, **discount)] for price, percent in (("1", "-10"), ("2", "-20"))
    ]
    assert amounts(changed((15, lines[0]), (15, lines[1]), kwh="300")) == ["150", "-15", "300", "-60"]


def test_two_consumptions_are_split_each() -> None:
    lines = [[by_unit(price), line("n", "per_unit", quantity="night", price=price)] for price in ("1", "2")]
    assert rows(changed((10, lines[0]), (20, lines[1]), kwh="30", night="6")) == [
        ("e", "10", "1", "10"),
        ("n", "2", "1", "2"),
        ("e", "20", "2", "40"),
        ("n", "4", "2", "8"),
    ]


def test_three_prices_in_one_period() -> None:
    bill = changed((10, [by_unit("1")]), (10, [by_unit("2")]), (10, [by_unit("3")]), kwh="100")
    assert rows(bill) == [("e", "33", "1", "33"), ("e", "33", "2", "66"), ("e", "34", "3", "102")]


def test_one_occupants_part_of_a_period_has_its_share_of_limits() -> None:
    """20 of 30 days, with the change after 10 of them: 30 kWh are 15 + 15, the limit of 30 is 10 in each."""
    before, after = tiers(("30", "1"), (None, "2")), tiers(("30", "10"), (None, "20"))
    fixed = line("fix", "flat", amount="300")
    bill = changed((10, [block(before), fixed]), (10, [block(after), fixed]), of_days=30, kwh="30")
    assert rows(bill) == [
        ("e", "10", "1", "10"),
        ("e", "5", "2", "10"),
        ("e", "10", "10", "100"),
        ("e", "5", "20", "100"),
        ("fix", "0.666667", "300", "200"),
    ]


@pytest.mark.parametrize(("facts", "code"), [({}, "fact_missing"), ({"kwh": "many"}, "fact_no_number"), ({"kwh": "-1"}, "fact_negative")])
def test_a_unit_without_its_consumption_is_refused(facts: dict[str, str], code: str) -> None:
    with pytest.raises(NotBillable) as caught:
        changed((15, [by_unit("1")]), (15, [by_unit("2")]), **facts)
    assert caught.value.code == code
    assert "Line e" in str(caught.value)


@pytest.mark.parametrize("days", [[], [0], [15, 0], [-1]])
def test_parts_have_days(days: list[int]) -> None:
    with pytest.raises(ValueError, match="parts"):
        ChangingFormula([PricePart(recipe_of(by_unit("1")), each) for each in days], metered=["kwh"], quantity_step=Decimal(1))
