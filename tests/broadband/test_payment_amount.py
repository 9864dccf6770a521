"""What a payment costs, line by line."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.broadband.rules.payment_amount import AmountLine, LineCode, PaymentAmount, payment_amount, require_gift_months
from app.values.errors import Message, OperationRefused

TERMS = {"plan": "50M", "plan_fee": Decimal(50), "plan_months": 1, "months": 1, "currency": "CNY"}


def amount(**terms: object) -> PaymentAmount:
    return payment_amount(**{**TERMS, **terms})  # type: ignore[arg-type]


def refusal(**terms: object) -> OperationRefused:
    with pytest.raises(OperationRefused) as caught:
        amount(**terms)
    return caught.value


def test_the_lines_of_a_payment() -> None:
    """Example 20."""
    payment = amount(months=3, maintenance_fee=Decimal(5), other_fee=Decimal(20), discount=Decimal(10), late_fee=Decimal("1.87"))
    assert [(line.code, line.quantity, line.unit_price, line.amount) for line in payment.lines] == [
        (LineCode.PLAN, 3, Decimal("50.00"), Decimal("150.00")),
        (LineCode.MAINTENANCE, 3, Decimal("5.00"), Decimal("15.00")),
        (LineCode.OTHER, 1, Decimal("20.00"), Decimal("20.00")),
        (LineCode.DISCOUNT, 1, Decimal("-10.00"), Decimal("-10.00")),
        (LineCode.LATE_FEE, 1, Decimal("1.87"), Decimal("1.87")),
    ]
    assert payment.total == Decimal("176.87")
    assert payment.cover_price == Decimal("140.00")


def test_the_arrears_after_a_cut_are_a_line_of_their_own() -> None:
    """Example 14."""
    payment = amount(late_fee=Decimal("49.32"), arrears=Decimal("49.32"))
    assert payment.of(LineCode.ARREARS) == Decimal("49.32")
    assert payment.total == Decimal("148.64")


def test_a_year_is_one_package() -> None:
    payment = amount(plan_fee=Decimal(600), plan_months=12, months=24)
    assert payment.lines == (AmountLine(LineCode.PLAN, Decimal(2), Decimal("600.00"), Decimal("1200.00")),)


def test_a_part_of_a_package_is_sold_as_one_rounded_piece() -> None:
    payment = amount(plan_fee=Decimal(100), plan_months=3, months=2, may_sell_parts=True)
    assert payment.lines == (AmountLine(LineCode.PLAN, Decimal(1), Decimal("66.67"), Decimal("66.67")),)


def test_lines_of_zero_are_left_out_but_never_the_plan() -> None:
    assert [line.code for line in amount(plan_fee=Decimal(0)).lines] == [LineCode.PLAN]


def test_a_discount_above_the_plan_fee_leaves_a_period_worth_nothing() -> None:
    payment = amount(other_fee=Decimal(30), discount=Decimal(60))
    assert (payment.total, payment.cover_price) == (Decimal("20.00"), Decimal(0))


@pytest.mark.parametrize("months", [0, -1, 121])
def test_months_out_of_range(months: int) -> None:
    assert refusal(months=months).code == "months_out_of_range"


def test_months_must_be_a_multiple_of_the_package() -> None:
    refused = refusal(plan_months=12, months=18, plan_fee=Decimal(600))
    assert (refused.code, refused.field) == ("months_not_multiple", "months")
    sentence = "The plan %(plan)s is sold in steps of %(months)s months. Enter a multiple of it."
    assert refused.message == Message(sentence, plan="50M", months=12)


def test_a_discount_never_exceeds_the_fees() -> None:
    assert amount(maintenance_fee=Decimal(5), other_fee=Decimal(20), discount=Decimal(75)).total == 0
    refused = refusal(maintenance_fee=Decimal(5), other_fee=Decimal(20), late_fee=Decimal(10), discount=Decimal("75.01"))
    assert (refused.code, refused.field) == ("discount_above_fees", "discount")
    assert refused.message.parameters == {"discount": Decimal("75.01"), "fees": Decimal(75), "currency": "CNY"}


def test_a_discount_above_the_limit_of_the_role() -> None:
    assert amount(discount=Decimal(10), discount_limit=Decimal(10)).total == Decimal(40)
    assert refusal(discount=Decimal("10.01"), discount_limit=Decimal(10)).code == "discount_above_limit"


@pytest.mark.parametrize("field", ["maintenance_fee", "other_fee", "discount", "late_fee"])
def test_fees_are_never_negative_nor_finer_than_the_currency(field: str) -> None:
    refused = refusal(**{field: Decimal("-0.01")})
    assert (refused.code, refused.field) == ("negative_amount", field)
    assert refusal(**{field: Decimal("0.005")}).code == "too_many_decimals"
    assert refusal(**{field: Decimal("NaN")}).code == "amount_unreadable"


@pytest.mark.parametrize(("months", "is_allowed"), [(0, True), (120, True), (-1, False), (121, False)])
def test_gift_months(months: int, is_allowed: bool) -> None:
    if is_allowed:
        require_gift_months(months)
        return
    with pytest.raises(OperationRefused) as caught:
        require_gift_months(months)
    assert caught.value.code == "gift_months_out_of_range"


@settings(max_examples=60, deadline=None)
@given(
    fee=st.decimals(0, 10_000, places=2),
    plan_months=st.integers(1, 24),
    months=st.integers(1, 120),
    maintenance=st.decimals(0, 100, places=2),
    share=st.integers(0, 100),
    currency=st.sampled_from(["CNY", "VND"]),
)
def test_every_line_multiplies_and_the_total_is_their_sum(
    fee: Decimal, plan_months: int, months: int, maintenance: Decimal, share: int, currency: str
) -> None:
    if currency == "VND":
        fee, maintenance = fee // 1 * 1000, maintenance // 1 * 1000
    fees = amount(plan_fee=fee, plan_months=plan_months, months=months, maintenance_fee=maintenance, currency=currency, may_sell_parts=True)
    discount = fees.total * share // 100
    payment = amount(
        plan_fee=fee,
        plan_months=plan_months,
        months=months,
        maintenance_fee=maintenance,
        discount=discount,
        currency=currency,
        may_sell_parts=True,
    )
    assert all(line.quantity * line.unit_price == line.amount for line in payment.lines)
    assert payment.total == fees.total - discount >= 0
    assert abs(payment.of(LineCode.PLAN) * plan_months - fee * months) <= plan_months * (
        Decimal("0.5") if currency == "VND" else Decimal("0.005")
    )
