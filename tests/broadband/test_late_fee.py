"""The late fee and the arrears; the numbers are worked by hand in docs/rules/late_fee.md."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.broadband.choices import LatePolicy, StopReason, SubscriptionState
from app.broadband.rules.late_fee import LateFee, agreed_late_fee, late_fee
from app.broadband.rules.standing import Standing
from app.values.errors import NotAllowed, OperationRefused

ACTIVE = Standing(state=SubscriptionState.ACTIVE, stops_on=date(2026, 5, 14))
TERMS = {
    "plan_fee": Decimal(50),
    "plan_months": 1,
    "late_policy": LatePolicy.BACKFILL,
    "grace_days": 0,
    "daily_rate": Decimal("0.003"),
    "cap": Decimal("1.00"),
    "currency": "CNY",
}


def cut(stops_on: date, on: date, reason: StopReason = StopReason.ARREARS) -> Standing:
    return Standing(state=SubscriptionState.FORCED, stops_on=stops_on, halted_on=on, reason=reason)


def fee(line: Standing, on: date, **terms: object) -> LateFee:
    return late_fee(line, on=on, **{**TERMS, **terms})  # type: ignore[arg-type]


def test_backfill_of_a_line_that_was_not_cut() -> None:
    """Example 13: 15 May … 2 June are 19 days, 19 × 50 × 12 ÷ 365 = 31.23; 31.23 × 3 ‰ × 20 = 1.8738."""
    assert fee(ACTIVE, date(2026, 6, 3)) == LateFee(
        days_used=19, days_late=20, base=Decimal("31.23"), arrears=Decimal("0.00"), amount=Decimal("1.87")
    )


def test_backfill_after_a_cut_is_capped_and_charges_the_days_used() -> None:
    """Example 14: 15 May … 13 June are 30 days, 49.32; 365 days at 3 ‰ are more than the whole."""
    line = cut(date(2026, 5, 14), date(2026, 6, 14))
    assert fee(line, date(2027, 5, 14)) == LateFee(
        days_used=30, days_late=365, base=Decimal("49.32"), arrears=Decimal("49.32"), amount=Decimal("49.32")
    )


def test_a_leap_year_is_counted_with_365_days() -> None:
    line = Standing(state=SubscriptionState.ACTIVE, stops_on=date(2024, 2, 28))
    # 29 February and 1 March are used: 2 × 600 ÷ 365 = 3.2877.
    assert fee(line, date(2024, 3, 2)).base == Decimal("3.29")


@pytest.mark.parametrize("on", [date(2026, 4, 20), date(2026, 5, 14)])
def test_a_payment_in_time_has_no_late_fee(on: date) -> None:
    assert fee(ACTIVE, on) == LateFee()


def test_restart_knows_no_late_fee() -> None:
    assert fee(ACTIVE, date(2026, 5, 24), late_policy=LatePolicy.RESTART) == LateFee()


def test_grace_is_free_and_late_days_are_counted_from_its_end() -> None:
    """Example 12, and the first day after grace: all days since the stop date are used, one of them is late."""
    assert fee(ACTIVE, date(2026, 5, 18), grace_days=5) == LateFee()
    assert fee(ACTIVE, date(2026, 5, 19), grace_days=5) == LateFee()
    late = fee(ACTIVE, date(2026, 5, 20), grace_days=5)
    # 15 … 19 May are 5 days: 5 × 600 ÷ 365 = 8.2192; 8.22 × 3 ‰ × 1 = 0.0247.
    assert (late.days_used, late.days_late, late.base, late.amount) == (5, 1, Decimal("8.22"), Decimal("0.02"))


def test_the_day_after_the_stop_date_is_late_but_nothing_was_used() -> None:
    late = fee(ACTIVE, date(2026, 5, 15))
    assert (late.days_used, late.days_late, late.amount) == (0, 1, Decimal("0.00"))


def test_a_cut_before_the_stop_date_leaves_nothing_used() -> None:
    line = cut(date(2026, 6, 30), date(2026, 6, 10), StopReason.VIOLATION)
    late = fee(line, date(2026, 7, 20))
    assert (late.days_used, late.base, late.arrears, late.amount) == (0, Decimal(0), Decimal(0), Decimal(0))


def test_a_frozen_line_is_never_late() -> None:
    suspended = Standing(state=SubscriptionState.SUSPENDED, stops_on=date(2026, 6, 30), halted_on=date(2026, 6, 25))
    assert fee(suspended, date(2026, 9, 1)) == LateFee()
    assert fee(cut(date(2026, 6, 30), date(2026, 6, 10), StopReason.OPERATOR), date(2026, 9, 1)) == LateFee()


def test_an_expired_line_cut_by_the_operator_gets_no_later() -> None:
    """Expired since 14 May, cut on 3 June: on 1 September it is 20 days late and used 19, as on the day of the cut."""
    line = cut(date(2026, 5, 14), date(2026, 6, 3), StopReason.OPERATOR)
    late = fee(line, date(2026, 9, 1))
    assert (late.days_used, late.days_late, late.amount) == (19, 20, Decimal("1.87"))


def test_a_line_that_is_not_installed_is_never_late() -> None:
    assert fee(Standing(state=SubscriptionState.PENDING, stops_on=None), date(2026, 9, 1)) == LateFee()


def test_the_monthly_price_of_a_package_is_not_rounded() -> None:
    """100 for 3 months, 365 days used: 33.33… × 12 is 400, not 399.96."""
    assert fee(ACTIVE, date(2027, 5, 15), plan_fee=Decimal(100), plan_months=3).base == Decimal("400.00")


def test_dong_have_no_decimals() -> None:
    late = fee(ACTIVE, date(2026, 6, 3), plan_fee=Decimal(165000), currency="VND")
    # 19 × 165,000 × 12 ÷ 365 = 103,068.49; × 3 ‰ × 20 = 6,184.08.
    assert (late.base, late.amount) == (Decimal(103068), Decimal(6184))


def test_the_proposed_fee_stands_when_nothing_was_asked() -> None:
    assert agreed_late_fee(asked=None, proposed=Decimal("1.87"), may_waive=False, reason="", currency="CNY") == Decimal("1.87")
    asked = Decimal("1.87")
    assert agreed_late_fee(asked=asked, proposed=Decimal("1.87"), may_waive=False, reason="", currency="CNY") == Decimal("1.87")


def test_a_waiver_needs_the_permission_and_a_reason() -> None:
    terms = {"asked": Decimal("0.50"), "proposed": Decimal("1.87"), "currency": "CNY"}
    assert agreed_late_fee(**terms, may_waive=True, reason="Ill in hospital") == Decimal("0.50")  # type: ignore[arg-type]
    with pytest.raises(NotAllowed) as refusal:
        agreed_late_fee(**terms, may_waive=False, reason="Ill in hospital")  # type: ignore[arg-type]
    assert refusal.value.code == "late_fee_waiver"
    with pytest.raises(OperationRefused) as refused:
        agreed_late_fee(**terms, may_waive=True, reason="  ")  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.field) == ("late_fee_waiver", "reason")


@pytest.mark.parametrize(
    ("asked", "code"), [("1.88", "late_fee_above_proposed"), ("-0.01", "negative_amount"), ("1.005", "too_many_decimals")]
)
def test_other_late_fees_are_refused(asked: str, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        agreed_late_fee(asked=Decimal(asked), proposed=Decimal("1.87"), may_waive=True, reason="x", currency="CNY")
    assert refusal.value.code == code


@settings(max_examples=60, deadline=None)
@given(days=st.integers(-30, 900), grace=st.integers(0, 30), plan=st.decimals(0, 5000, places=2), rate=st.decimals(0, "0.05", places=4))
def test_the_fee_grows_with_the_days_and_never_passes_the_cap(days: int, grace: int, plan: Decimal, rate: Decimal) -> None:
    terms = {"grace_days": grace, "plan_fee": plan, "daily_rate": rate, "cap": Decimal("0.5")}
    on = ACTIVE.stops_on + timedelta(days=days)
    today, tomorrow = fee(ACTIVE, on, **terms), fee(ACTIVE, on + timedelta(days=1), **terms)
    assert Decimal(0) <= today.amount <= tomorrow.amount
    assert today.amount <= today.base / 2 + Decimal("0.005")
    assert (today.amount == 0 and today.base == 0) or days > grace
