"""Shared meters; the numbers are worked by hand in docs/rules/apportion.md."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.metering.choices import ApportionBy
from app.metering.rules.apportion import UnitShare, UnitWeight, apportion
from app.values.errors import OperationRefused


def units(*weights: str | None) -> list[UnitWeight]:
    return [UnitWeight(place, f"A-{place}", None if each is None else Decimal(each)) for place, each in enumerate(weights, start=1)]


def amounts(amount: str, *weights: str, by: ApportionBy = ApportionBy.AREA, currency: str = "VND") -> list[Decimal]:
    return [share.amount for share in apportion(Decimal(amount), units(*weights), by=by, currency=currency)]


def test_a_hundred_dong_among_three_equal_units() -> None:
    assert amounts("100", "1", "1", "1") == [34, 33, 33]


def test_a_hundred_yuan_among_seven_equal_units() -> None:
    assert amounts("100.00", *["55"] * 7, currency="CNY") == [Decimal("14.29")] * 4 + [Decimal("14.28")] * 3


def test_by_area() -> None:
    assert amounts("1234567", "68.53", "45.10", "102.77") == [390965, 257297, 586305]


def test_by_head_count() -> None:
    """¥301.00 among 4, 0 and 3 persons: 172.00 and 129.00."""
    assert amounts("301.00", "4", "0", "3", by=ApportionBy.HEAD, currency="CNY") == [172, 0, 129]


def test_by_own_consumption_names_the_unit_and_its_weight() -> None:
    """500,000 đ by 120 and 80 kWh: 300,000 and 200,000."""
    shares = apportion(Decimal(500000), units("120", "80"), by=ApportionBy.CONSUMPTION, currency="VND")
    assert shares == (UnitShare(1, Decimal(120), Decimal(300000)), UnitShare(2, Decimal(80), Decimal(200000)))


def test_nothing_is_shared_as_nothing() -> None:
    assert amounts("0", "1", "2") == [0, 0]


def test_a_missing_weight_is_an_error_that_names_the_unit() -> None:
    with pytest.raises(OperationRefused) as refusal:
        apportion(Decimal(100), units("10", None), by=ApportionBy.HEAD, currency="VND")
    assert refusal.value.code == "fact_missing"
    assert str(refusal.value) == "The unit A-2 was not billed: the fact Head count is missing. Enter it and calculate again."


def test_a_negative_weight_is_an_error() -> None:
    with pytest.raises(OperationRefused) as refusal:
        apportion(Decimal(100), units("10", "-1"), by=ApportionBy.AREA, currency="VND")
    assert refusal.value.code == "fact_negative"


@pytest.mark.parametrize("weights", [(), ("0", "0")])
def test_an_amount_that_nobody_would_bear_is_an_error(weights: tuple[str, ...]) -> None:
    with pytest.raises(OperationRefused) as refusal:
        apportion(Decimal(100), units(*weights), by=ApportionBy.CONSUMPTION, currency="VND")
    assert refusal.value.code == "nothing_to_apportion_by"


@settings(max_examples=100, deadline=None)
@given(amount=st.integers(0, 10**10), weights=st.lists(st.decimals(0, 500, places=2), min_size=1, max_size=60).filter(any))
def test_the_parts_always_sum_to_the_whole(amount: int, weights: list[Decimal]) -> None:
    shared = apportion(Decimal(amount), units(*map(str, weights)), by=ApportionBy.AREA, currency="VND")
    assert sum(share.amount for share in shared) == amount
    assert [share.unit for share in shared] == list(range(1, len(weights) + 1))
