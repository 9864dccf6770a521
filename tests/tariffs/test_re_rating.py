"""The first real reading after estimates; the numbers are worked by hand in docs/rules/re_rating.md."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.tariffs.rules.re_rating import ReRating, re_rating
from tests.tariffs.bills import EVN, amounts, bill_of, line, recipe_of, rows, tiers, total

HOME = [line("e", "graduated", quantity="kwh", tiers=EVN), line("vat", "percentage", of=["e"], percent="8")]


def rated(*lines: dict[str, Any], periods: int = 2, charged: str = "0", **facts: str) -> ReRating:
    return re_rating(recipe_of(*lines), facts, metered=["kwh"], periods=periods, charged=Decimal(charged))


def test_both_periods_are_rated_as_one_and_the_estimate_is_taken_off() -> None:
    assert total(bill_of(*HOME, kwh="120")) == "269244"
    result = rated(*HOME, kwh="200", charged="269244")
    assert rows(result.bill) == [("e", "100", "1984", "198400"), ("e", "100", "2050", "205000"), ("vat", "403400", "8", "32272")]
    assert result.bill.total == 435672
    assert result.billed == 166428


def test_too_high_an_estimate_gives_an_adjustment() -> None:
    # 100 kWh in two periods lie in the first tier: 198,400 × 1.08 = 214,272.
    assert rated(*HOME, kwh="100", charged="269244").billed == -54972


def test_one_period_is_its_own_bill() -> None:
    assert rated(*HOME, periods=1, kwh="120").bill == bill_of(*HOME, kwh="120")


def test_limits_by_persons_are_rounded_as_those_of_one_period() -> None:
    # 3 × 0.5 = 1.5 → 2 in one period, 4 in two.
    water = line("w", "graduated", quantity="kwh", tiers=tiers(("3", "1"), (None, "2")), scale_by=["0.5"], limit_step="1")
    assert [quantity for _, quantity, _, _ in rows(rated(water, kwh="9").bill)] == ["4", "5"]


def test_the_limits_of_an_annual_ladder_stay() -> None:
    ladder = line("e", "graduated", quantity="kwh", tiers=tiers(("100", "1"), (None, "2")), used="ytd")
    assert amounts(rated(ladder, kwh="30", ytd="90").bill) == ["10", "40"]


def test_a_free_amount_is_that_of_all_periods() -> None:
    assert rows(rated(line("w", "per_unit", quantity="kwh", price="10", free="5"), kwh="30").bill) == [("w", "20", "10", "200")]


def test_fixed_amounts_are_charged_for_each_period() -> None:
    """Each period is rounded as it was charged: 64.2 × 7 = 449.4 → 449, twice 898 and not 899."""
    lines = [line("fix", "flat", amount="180000"), line("m", "per_unit", quantity="m2", price="7")]
    one = bill_of(*lines, m2="64.2")
    result = rated(*lines, m2="64.2", charged=str(2 * one.total))
    assert rows(result.bill) == [("fix", "2", "180000", "360000"), ("m", "128.4", "7", "898")]
    assert result.billed == 0


def test_minimum_and_maximum_are_those_of_all_periods() -> None:
    lines = [line("w", "per_unit", quantity="kwh", price="1"), line("min", "minimum", of=["w"], amount="50")]
    assert amounts(rated(*lines, kwh="70").bill) == ["70", "30"]
    lines = [line("w", "per_unit", quantity="kwh", price="1"), line("max", "maximum", of=["w"], amount="50")]
    assert amounts(rated(*lines, kwh="130").bill) == ["130", "-30"]


@pytest.mark.parametrize("periods", [0, -1])
def test_there_is_a_period_to_rate(periods: int) -> None:
    with pytest.raises(ValueError, match="span"):
        rated(*HOME, periods=periods, kwh="1")
