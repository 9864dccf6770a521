"""Months and days that are given; docs/rules/compensation.md."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.broadband.choices import PeriodKind, SubscriptionState
from app.broadband.rules.compensation import compensation_shift, gift_period, relocation_shift
from app.broadband.rules.standing import Run, Standing
from app.values.errors import OperationRefused

YEAR = Standing(state=SubscriptionState.ACTIVE, stops_on=date(2027, 6, 30), run=Run(date(2026, 7, 1), 12))


def test_months_given_continue_the_run() -> None:
    """Example 21: two months behind the twelve that were paid."""
    gift = gift_period(YEAR, on=date(2026, 7, 1), gift_months=2, reason="Buy 12, get 2")
    assert (gift.kind, gift.start, gift.stop) == (PeriodKind.GIFT, date(2027, 7, 1), date(2027, 8, 31))
    assert (gift.months, gift.anchor, gift.anchor_months) == (2, date(2026, 7, 1), 14)


def test_months_given_to_a_shifted_line_start_a_new_run_behind_its_stop_date() -> None:
    shifted = Standing(state=SubscriptionState.ACTIVE, stops_on=date(2027, 7, 10), run=Run(date(2026, 7, 1), 12))
    gift = gift_period(shifted, on=date(2027, 7, 1), gift_months=1, reason="A mast was down")
    assert (gift.start, gift.stop, gift.anchor) == (date(2027, 7, 11), date(2027, 8, 10), date(2027, 7, 11))


def test_months_are_given_to_a_suspended_line_across_its_stop_date() -> None:
    line = Standing(
        state=SubscriptionState.SUSPENDED, stops_on=date(2026, 6, 30), run=Run(date(2026, 6, 1), 1), halted_on=date(2026, 6, 25)
    )
    gift = gift_period(line, on=date(2026, 8, 1), gift_months=1, reason="x")
    assert (gift.start, gift.stop) == (date(2026, 7, 1), date(2026, 7, 31))


def test_within_the_days_of_grace_months_given_are_continuous() -> None:
    gift = gift_period(YEAR, on=date(2027, 7, 5), gift_months=1, reason="x", grace_days=5)
    assert gift.start == date(2027, 7, 1)


@pytest.mark.parametrize(
    ("terms", "code", "field"),
    [
        ({"gift_months": 0}, "gift_months_out_of_range", "gift_months"),
        ({"gift_months": 121}, "gift_months_out_of_range", "gift_months"),
        ({"reason": " "}, "reason_missing", "reason"),
        ({"on": date(2027, 7, 1)}, "after_stop_date", "on"),
    ],
)
def test_other_gifts_are_refused(terms: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        gift_period(YEAR, **{"on": date(2026, 8, 1), "gift_months": 1, "reason": "x", **terms})  # type: ignore[arg-type]
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_a_gift_does_not_reach_beyond_the_calendar() -> None:
    line = Standing(state=SubscriptionState.ACTIVE, stops_on=date(2199, 12, 31), run=Run(date(2199, 12, 1), 1))
    with pytest.raises(OperationRefused) as refusal:
        gift_period(line, on=date(2199, 12, 1), gift_months=1, reason="x")
    assert refusal.value.code == "months_too_far"


@pytest.mark.parametrize("days", [1, 3, 366])
def test_days_of_compensation_shift_the_stop_date(days: int) -> None:
    assert compensation_shift(days, stops_on=date(2026, 8, 31), reason="The line was down") == days


def test_a_relocation_may_give_days() -> None:
    """Example 41."""
    stops_on = date(2026, 8, 31)
    days = relocation_shift(3, stops_on=stops_on, reason="Three days without service")
    assert stops_on + timedelta(days=days) == date(2026, 9, 3)
    assert relocation_shift(0, stops_on=stops_on, reason="") == 0


@pytest.mark.parametrize(
    ("days", "reason", "code"),
    [
        (0, "x", "compensation_out_of_range"),
        (-1, "x", "compensation_out_of_range"),
        (367, "x", "compensation_out_of_range"),
        (3, " ", "reason_missing"),
    ],
)
def test_other_days_are_refused(days: int, reason: str, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        compensation_shift(days, stops_on=date(2026, 8, 31), reason=reason)
    assert refusal.value.code == code


def test_days_given_by_a_relocation_need_a_reason_and_the_same_limits() -> None:
    for days, code in ((3, "reason_missing"), (367, "compensation_out_of_range"), (-3, "compensation_out_of_range")):
        with pytest.raises(OperationRefused) as refusal:
            relocation_shift(days, stops_on=date(2026, 8, 31), reason="")
        assert refusal.value.code == code


def test_compensation_does_not_reach_beyond_the_calendar() -> None:
    with pytest.raises(OperationRefused) as refusal:
        compensation_shift(1, stops_on=date(2199, 12, 31), reason="x")
    assert refusal.value.code == "days_too_far"
