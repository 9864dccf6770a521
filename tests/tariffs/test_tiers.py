"""Tiered prices, slice by slice and as a whole; the numbers are worked by hand in docs/rules/block_prices.md."""

from __future__ import annotations

from typing import Any

import pytest

from app.tariffs.rules.bill import Bill
from tests.tariffs.bills import EVN, amounts, bill_of, line, rows, tiers, total

WATER = tiers(("4", "6700"), ("6", "12900"), (None, "14400"))
LADDER = tiers(("2760", "0.538"), ("4800", "0.588"), (None, "0.838"))


def graduated(steps: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return line("e", "graduated", quantity="q", tiers=steps, **more)


def volume(steps: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return line("e", "volume", quantity="q", tiers=steps, **more)


def numbers(bill: Bill) -> list[int | None]:
    return [each.tier for each in bill.lines]


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ("0", []),
        ("0.5", [("0.5", "992")]),
        ("50", [("50", "99200")]),
        # The first kilowatt-hour of a tier is one of the next price.
        ("51", [("50", "99200"), ("1", "2050")]),
        ("100", [("50", "99200"), ("50", "102500")]),
        ("100.5", [("50", "99200"), ("50", "102500"), ("0.5", "1190")]),
        ("400", [("50", "99200"), ("50", "102500"), ("100", "238000"), ("100", "299800"), ("100", "335000")]),
        ("401", [("50", "99200"), ("50", "102500"), ("100", "238000"), ("100", "299800"), ("100", "335000"), ("1", "3460")]),
    ],
)
def test_a_limit_belongs_to_the_tier_below_it(used: str, expected: list[tuple[str, str]]) -> None:
    bill = bill_of(graduated(EVN), q=used)
    assert [(quantity, amount) for _, quantity, _, amount in rows(bill)] == expected
    assert numbers(bill) == list(range(1, len(expected) + 1))


def test_every_slice_is_rounded() -> None:
    # 1.5 × 0.33 = 0.495 and 0.5 × 0.45 = 0.225: 0.50 and 0.23, together 0.73 and not 0.72.
    bill = bill_of(graduated(tiers(("1.5", "0.33"), (None, "0.45"))), rounding="0.01", q="2")
    assert amounts(bill) == ["0.5", "0.23"]
    assert total(bill) == "0.73"


def test_one_open_tier_is_a_plain_price() -> None:
    assert rows(bill_of(graduated(tiers((None, "3"))), q="7")) == [("e", "7", "3", "21")]


def test_a_tier_at_no_price_is_left_out_and_still_uses_its_quantity() -> None:
    assert rows(bill_of(graduated(tiers(("10", "0"), (None, "5"))), q="12")) == [("e", "2", "5", "10")]


@pytest.mark.parametrize(
    ("quantity", "persons", "expected"),
    [
        ("15", "3", ["80400", "38700"]),
        ("18", "3", ["80400", "77400"]),
        ("18", "1", ["26800", "25800", "172800"]),
        # A quota weighted by days: 10 × 6,700 + 4.5 × 12,900.
        ("14.5", "2.5", ["67000", "58050"]),
        # Nobody is entitled: everything lies above the limits.
        ("2", "0", ["28800"]),
    ],
)
def test_limits_grow_with_persons(quantity: str, persons: str, expected: list[str]) -> None:
    assert amounts(bill_of(graduated(WATER, scale_by=["persons"]), q=quantity, persons=persons)) == expected


def test_factors_are_multiplied_with_each_other() -> None:
    # 4 × 2 × 3 × 0.5 = 12.
    bill = bill_of(graduated(WATER, scale_by=["persons", "3", "share"]), q="13", persons="2", share="0.5")
    assert [quantity for _, quantity, _, _ in rows(bill)] == ["12", "1"]


def test_scaled_limits_are_rounded_half_up_to_their_step() -> None:
    # 50 × 0.55 = 27.5 → 28; 100 × 0.55 = 55.
    bill = bill_of(graduated(EVN, scale_by=["share"], limit_step="1"), q="60", share="0.55")
    assert [quantity for _, quantity, _, _ in rows(bill)] == ["28", "27", "5"]


def test_limits_are_rounded_without_factors_too() -> None:
    bill = bill_of(graduated(tiers(("2.5", "1"), (None, "2")), limit_step="1"), q="4")
    assert [quantity for _, quantity, _, _ in rows(bill)] == ["3", "1"]


@pytest.mark.parametrize("keep_zero", [False, True])
def test_limits_that_meet_after_rounding_leave_their_tier_out(keep_zero: bool) -> None:
    # 1 × 0.4 → 0, 2 × 0.4 → 1.
    steps = tiers(("1", "10"), ("2", "20"), (None, "30"))
    bill = bill_of(graduated(steps, scale_by=["0.4"], limit_step="1", keep_zero=keep_zero), q="3")
    assert rows(bill) == [("e", "1", "20", "20"), ("e", "2", "30", "60")]
    assert numbers(bill) == [2, 3]


@pytest.mark.parametrize(
    ("quantity", "pool", "expected", "tier"),
    [
        ("100", "0", ["53.8"], [1]),
        ("180", "2700", ["32.28", "70.56"], [1, 2]),
        ("60", "2700", ["32.28"], [1]),
        # The pool stands on the limit: what comes next is the next tier's.
        ("10", "2760", ["5.88"], [2]),
        ("10", "5000", ["8.38"], [3]),
        ("3000", "2000", ["408.88", "1199.52", "167.6"], [1, 2, 3]),
    ],
)
def test_an_annual_ladder_goes_on_where_the_year_stands(quantity: str, pool: str, expected: list[str], tier: list[int]) -> None:
    bill = bill_of(graduated(LADDER, used="ytd"), rounding="0.01", q=quantity, ytd=pool)
    assert amounts(bill) == expected
    assert numbers(bill) == tier


def test_an_annual_ladder_may_grow_with_persons() -> None:
    bill = bill_of(graduated(tiers(("100", "1"), (None, "2")), used="ytd", scale_by=["persons"]), q="30", ytd="190", persons="2")
    assert amounts(bill) == ["10", "40"]


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ("50", [("e", "50", "1984", "99200")]),
        ("50.5", [("e", "50.5", "2050", "103525")]),
        ("520", [("e", "520", "3460", "1799200")]),
        ("0", []),
    ],
)
def test_the_whole_quantity_has_the_price_of_the_tier_reached(quantity: str, expected: list[tuple[str, ...]]) -> None:
    assert rows(bill_of(volume(EVN), q=quantity)) == expected


@pytest.mark.parametrize(("quantity", "price", "tier"), [("8", "6700", 1), ("8.1", "12900", 2), ("12", "12900", 2), ("13", "14400", 3)])
def test_limits_of_the_tier_reached_grow_with_persons(quantity: str, price: str, tier: int) -> None:
    bill = bill_of(volume(WATER, scale_by=["persons"]), q=quantity, persons="2")
    assert [unit_price for _, _, unit_price, _ in rows(bill)] == [price]
    assert numbers(bill) == [tier]


def test_limits_of_the_tier_reached_are_rounded() -> None:
    # 50 × 0.55 = 27.5 → 28.
    assert rows(bill_of(volume(EVN, scale_by=["0.55"], limit_step="1"), q="28"))[0][2] == "1984"


@pytest.mark.parametrize("kind", [graduated, volume])
def test_nothing_used_is_one_line_of_zero_where_zeros_are_kept(kind: Any) -> None:
    bill = bill_of(kind(EVN, keep_zero=True), q="0")
    assert rows(bill) == [("e", "0", "1984", "0")]
    assert numbers(bill) == [1]
