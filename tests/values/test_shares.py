"""A whole divided by weights; the numbers are worked by hand in docs/rules/apportion.md."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.values.money import CURRENCIES, rounded, step, sum_of
from app.values.shares import shares, whole_shares


def of(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


def test_the_steps_left_over_go_to_the_first_of_equal_parts() -> None:
    """100 ÷ 3 = 33 each, 1 left over; 10,000 cents ÷ 7 = 1,428 each, 4 left over."""
    assert shares(Decimal(100), of("1", "1", "1"), "VND") == of("34", "33", "33")
    assert shares(Decimal(100), of(*["1"] * 7), "CNY") == of(*["14.29"] * 4, *["14.28"] * 3)


def test_the_largest_remainder_is_rounded_up() -> None:
    """By 68.53, 45.10, 102.77 of 216.40: 390,965.23, 257,296.54, 586,305.22; cut off they lack 1, which the second lost most of."""
    assert shares(Decimal(1234567), of("68.53", "45.10", "102.77"), "VND") == of("390965", "257297", "586305")


def test_who_weighs_nothing_bears_nothing() -> None:
    assert shares(Decimal(100), of("1", "0", "2"), "VND") == of("33", "0", "67")


def test_a_negative_amount_is_the_mirror() -> None:
    assert shares(Decimal(-100), of("1", "1", "1"), "VND") == of("-34", "-33", "-33")


@pytest.mark.parametrize("weights", [[], ["0", "0"], ["1", "-1", "1"]])
def test_impossible_weights_are_a_bug(weights: list[str]) -> None:
    with pytest.raises(ValueError):
        shares(Decimal(100), of(*weights), "VND")


def test_an_amount_finer_than_the_currency_is_a_bug() -> None:
    with pytest.raises(ValueError):
        shares(Decimal("0.5"), of("1"), "VND")


@settings(max_examples=200, deadline=None)
@given(
    cents=st.integers(-(10**12), 10**12),
    weights=st.lists(st.decimals(0, 10**6, places=3), min_size=1, max_size=30).filter(any),
    currency=st.sampled_from(sorted(CURRENCIES)),
)
def test_parts_sum_to_the_whole_and_lie_within_a_step_of_their_share(cents: int, weights: list[Decimal], currency: str) -> None:
    amount = rounded(Decimal(cents).scaleb(-2), currency)
    parts = shares(amount, weights, currency)
    assert sum_of(parts) == amount
    whole = sum_of(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * whole - amount * weight) < step(currency) * whole


@settings(max_examples=100, deadline=None)
@given(amount=st.integers(0, 10**9), weights=st.lists(st.integers(0, 10**4), min_size=2, max_size=12).filter(any))
def test_who_weighs_more_never_bears_less(amount: int, weights: list[int]) -> None:
    parts = shares(Decimal(amount), [Decimal(weight) for weight in weights], "VND")
    ordered = sorted(zip(weights, parts, strict=True))
    assert all(lighter[1] <= heavier[1] for lighter, heavier in itertools.pairwise(ordered) if lighter[0] < heavier[0])


def test_whole_shares_of_a_hundred_add_up() -> None:
    """1, 1 and 4 of 6 are 16.67, 16.67 and 66.67 per cent: 98 whole, two left over for the first two."""
    assert whole_shares(100, [1.0, 1.0, 4.0]) == (17, 17, 66)
