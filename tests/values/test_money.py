"""Amounts: rounding half-up, and what is no amount."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.values.errors import Malformed, OperationRefused
from app.values.money import CURRENCIES, LARGEST_AMOUNT, decimals, require_amount, require_fee, rounded, rounded_down, step, sum_of


def test_steps_of_the_currencies() -> None:
    assert {code: (decimals(code), step(code)) for code in CURRENCIES} == {
        "CNY": (2, Decimal("0.01")),
        "HKD": (2, Decimal("0.01")),
        "USD": (2, Decimal("0.01")),
        "VND": (0, Decimal(1)),
    }
    with pytest.raises(Malformed) as refusal:
        decimals("EUR")
    assert refusal.value.code == "currency_unknown"


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (Decimal("2.675"), "CNY", "2.68"),
        (Decimal("2.665"), "CNY", "2.67"),
        (Decimal("2.6649999999999999999999999999"), "CNY", "2.66"),
        (Decimal("-0.005"), "CNY", "-0.01"),
        (Decimal("1234.5"), "VND", "1235"),
        (Fraction(100, 3), "CNY", "33.33"),
        (Fraction(1, 200), "CNY", "0.01"),
        (Fraction(-1, 2), "VND", "-1"),
        (Decimal("9999999999999999.99"), "CNY", "9999999999999999.99"),
    ],
)
def test_a_half_goes_away_from_zero(amount: Decimal | Fraction, currency: str, expected: str) -> None:
    assert str(rounded(amount, currency)) == expected


@settings(max_examples=100, deadline=None)
@given(cents=st.integers(-(10**17), 10**17), divisor=st.integers(1, 400))
def test_rounding_is_at_most_half_a_step_off(cents: int, divisor: int) -> None:
    exact = Fraction(cents, divisor * 100)
    assert abs(Fraction(rounded(exact, "CNY")) - exact) <= Fraction(1, 200)
    assert rounded(-exact, "CNY") == -rounded(exact, "CNY")


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (Fraction(60000 * 265, 365 * 100), "CNY", "435.61"),
        (Decimal("0.009"), "CNY", "0.00"),
        (Decimal("1234.9"), "VND", "1234"),
        (Decimal("12.30"), "CNY", "12.30"),
    ],
)
def test_what_goes_back_is_rounded_down(amount: Decimal | Fraction, currency: str, expected: str) -> None:
    assert str(rounded_down(amount, currency)) == expected


def test_a_negative_amount_is_not_rounded_down() -> None:
    with pytest.raises(ValueError, match="not negative"):
        rounded_down(Decimal("-0.01"), "CNY")


def test_an_amount_gets_the_decimals_of_its_currency() -> None:
    assert str(require_amount(Decimal("910000.00"), "VND")) == "910000"
    assert str(require_amount(Decimal(5), "CNY")) == "5.00"
    assert str(require_amount(Decimal("-0.0"), "CNY")) == "0.00"
    assert require_amount(-LARGEST_AMOUNT, "HKD") == -LARGEST_AMOUNT


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        ("0.005", "CNY", "too_many_decimals"),
        ("0.5", "VND", "too_many_decimals"),
        ("10000000000000000", "CNY", "amount_too_large"),
        ("1E+400", "CNY", "amount_too_large"),
        ("NaN", "CNY", "amount_unreadable"),
        ("sNaN", "CNY", "amount_unreadable"),
        ("-Infinity", "CNY", "amount_unreadable"),
    ],
)
def test_what_is_no_amount(amount: str, currency: str, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        require_amount(Decimal(amount), currency, field="fee")
    assert (refusal.value.code, refusal.value.field) == (code, "fee")
    assert isinstance(refusal.value, Malformed) == (code == "amount_unreadable")


def test_a_fee_is_never_negative() -> None:
    assert require_fee(Decimal(0), "CNY") == 0
    with pytest.raises(OperationRefused) as refusal:
        require_fee(Decimal("-0.01"), "CNY")
    assert refusal.value.code == "negative_amount"


def test_the_sum_of_nothing_is_a_decimal() -> None:
    assert isinstance(sum_of([]), Decimal)
    assert sum_of([Decimal("0.10"), Decimal("0.20")]) == Decimal("0.30")
