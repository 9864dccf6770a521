"""By how many days a resumption moves the stop date; docs/rules/resumption.md."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.broadband.choices import LatePolicy, StopReason, SubscriptionState, SubscriptionStatus
from app.broadband.rules.resumption import Shift, resumption_shift
from app.broadband.rules.service_period import periods_from, periods_sold
from app.broadband.rules.standing import Run, Standing
from app.broadband.rules.status import status
from app.broadband.rules.stop_date import days_unused, stop_date
from app.broadband.rules.suspension import planned_resumption
from app.values.errors import NotAllowed, OperationRefused


def suspended(halted_on: date, resumed_on: date, stops_on: date = date(2026, 8, 14), **terms: object) -> Shift:
    return resumption_shift(halted_on, resumed_on, **{"cut_for": None, "stops_on": stops_on, "min_days": 30, **terms})  # type: ignore[arg-type]


def cut(reason: StopReason, halted_on: date, resumed_on: date, stops_on: date = date(2026, 6, 30), **terms: object) -> Shift:
    return resumption_shift(halted_on, resumed_on, **{"cut_for": reason, "stops_on": stops_on, "min_days": 30, **terms})  # type: ignore[arg-type]


def test_forty_days_off_move_the_stop_date_by_forty() -> None:
    """Example 22."""
    assert days_unused(date(2026, 8, 14), on=date(2026, 7, 20), frozen_on=date(2026, 6, 10)) == 65
    assert suspended(date(2026, 6, 10), date(2026, 7, 20)) == Shift(days_off=40, days=40)
    rows = periods_from(Run(date(2026, 7, 15)), months=1)
    assert stop_date(rows, shifted_days=[40]) == date(2026, 9, 23)


def test_ten_days_off_move_nothing() -> None:
    """Example 24."""
    assert suspended(date(2026, 6, 10), date(2026, 6, 20)) == Shift(days_off=10, days=0)


def test_the_shortest_suspension_that_counts_has_exactly_the_minimum() -> None:
    assert suspended(date(2026, 6, 10), date(2026, 7, 9)) == Shift(days_off=29, days=0)
    assert suspended(date(2026, 6, 10), date(2026, 7, 10)) == Shift(days_off=30, days=30)


def test_by_itself_on_the_planned_day() -> None:
    """Example 25: 180 days later."""
    planned = planned_resumption(date(2026, 6, 10), None, max_days=180)
    shift = suspended(date(2026, 6, 10), planned)
    assert (planned, shift) == (date(2026, 12, 7), Shift(180, 180))
    assert date(2026, 8, 14) + timedelta(days=shift.days) == date(2027, 2, 10)


def test_across_the_stop_date() -> None:
    """Example 26: 61 days off; it never showed as expired in between, nor on the day of the resumption."""
    shift = suspended(date(2026, 6, 25), date(2026, 8, 25), date(2026, 6, 30))
    stops_on = date(2026, 6, 30) + timedelta(days=shift.days)
    assert (shift.days, stops_on) == (61, date(2026, 8, 30))
    while_off = status(state=SubscriptionState.SUSPENDED, stops_on=date(2026, 6, 30), today=date(2026, 8, 24), grace_days=0)
    after = status(state=SubscriptionState.ACTIVE, stops_on=stops_on, today=date(2026, 8, 25), grace_days=0)
    assert (while_off, after) == (SubscriptionStatus.SUSPENDED, SubscriptionStatus.ACTIVE)


def test_paid_while_suspended() -> None:
    """Example 27: July to September are appended while frozen and move with the rest."""
    june = periods_from(Run(date(2026, 6, 1)), months=1)
    line = Standing(state=SubscriptionState.SUSPENDED, stops_on=date(2026, 6, 30), run=june[-1].run, halted_on=date(2026, 6, 25))
    (summer,) = periods_sold(line, on=date(2026, 7, 15), months=3, late_policy=LatePolicy.RESTART)
    assert (summer.start, summer.stop) == (date(2026, 7, 1), date(2026, 9, 30))
    shift = suspended(date(2026, 6, 25), date(2026, 8, 25), summer.stop)
    assert stop_date([*june, summer], shifted_days=[shift.days]) == date(2026, 11, 30)


def test_the_same_day_again_moves_nothing() -> None:
    assert suspended(date(2026, 6, 10), date(2026, 6, 10)) == Shift(0, 0)


def test_a_short_suspension_is_extended_anyway_with_the_right_and_a_reason() -> None:
    shift = suspended(date(2026, 6, 10), date(2026, 6, 20), extend_anyway=True, may_extend_anyway=True, reason="In hospital")
    assert shift == Shift(days_off=10, days=10, extended_anyway=True)


def test_a_long_suspension_needs_neither_right_nor_reason() -> None:
    assert suspended(date(2026, 6, 10), date(2026, 7, 20), extend_anyway=True) == Shift(40, 40, extended_anyway=False)


def test_extending_anyway_needs_the_right() -> None:
    with pytest.raises(NotAllowed) as refusal:
        suspended(date(2026, 6, 10), date(2026, 6, 20), extend_anyway=True, reason="In hospital")
    assert (refusal.value.code, refusal.value.field) == ("extend_anyway", "extend_anyway")


def test_extending_anyway_needs_a_reason() -> None:
    with pytest.raises(OperationRefused) as refusal:
        suspended(date(2026, 6, 10), date(2026, 6, 20), extend_anyway=True, may_extend_anyway=True, reason="  ")
    assert (refusal.value.code, refusal.value.field) == ("extend_anyway", "reason")


def test_a_line_does_not_resume_before_it_was_halted() -> None:
    with pytest.raises(OperationRefused) as refusal:
        suspended(date(2026, 6, 10), date(2026, 6, 9))
    assert (refusal.value.code, refusal.value.field) == ("before_halt", "on")
    with pytest.raises(OperationRefused) as refusal:
        cut(StopReason.OPERATOR, date(2026, 6, 10), date(2026, 6, 9))
    assert refusal.value.code == "before_halt"


@pytest.mark.parametrize("reason", [StopReason.ARREARS, StopReason.VIOLATION])
def test_the_clock_runs_on_while_cut_for_arrears_or_a_violation(reason: StopReason) -> None:
    """Example 31."""
    assert cut(reason, date(2026, 6, 10), date(2026, 6, 20)) == Shift(days_off=10, days=0)
    assert cut(reason, date(2026, 5, 1), date(2026, 6, 30)) == Shift(days_off=60, days=0)


def test_the_operators_fault_gives_back_every_day() -> None:
    """Example 32: without a minimum."""
    shift = cut(StopReason.OPERATOR, date(2026, 6, 10), date(2026, 6, 13))
    assert shift == Shift(days_off=3, days=3)
    assert date(2026, 6, 30) + timedelta(days=shift.days) == date(2026, 7, 3)


@pytest.mark.parametrize("reason", [StopReason.ARREARS, StopReason.VIOLATION])
def test_a_cut_line_without_cover_is_not_resumed(reason: StopReason) -> None:
    with pytest.raises(OperationRefused) as refusal:
        cut(reason, date(2026, 6, 10), date(2026, 7, 1))
    assert (refusal.value.code, refusal.value.field) == ("stop_before_day", "on")


def test_the_days_of_the_operators_fault_count_as_cover() -> None:
    """Cut on 10 June with 20 days left, restored after the stop date: they are left still."""
    assert cut(StopReason.OPERATOR, date(2026, 6, 10), date(2026, 7, 15)) == Shift(35, 35)


def test_an_expired_line_cut_by_the_operator_has_no_cover_to_come_back_to() -> None:
    with pytest.raises(OperationRefused) as refusal:
        cut(StopReason.OPERATOR, date(2026, 7, 5), date(2026, 7, 10))
    assert refusal.value.code == "stop_before_day"
    assert refusal.value.message.parameters["date"] == date(2026, 7, 5)


DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@settings(max_examples=100, deadline=None)
@given(halted_on=DAYS, left=st.integers(0, 400), off=st.integers(0, 180), min_days=st.integers(0, 60))
def test_a_suspension_of_at_least_the_minimum_conserves_the_days_left(halted_on: date, left: int, off: int, min_days: int) -> None:
    stops_on, resumed_on = halted_on + timedelta(days=left), halted_on + timedelta(days=off)
    shift = suspended(halted_on, resumed_on, stops_on, min_days=min_days)
    left_after = (stops_on + timedelta(days=shift.days) - resumed_on).days
    assert left_after == (left if off >= min_days else left - off)


@settings(max_examples=100, deadline=None)
@given(halted_on=DAYS, left=st.integers(0, 400), off=st.integers(0, 400))
def test_the_operators_fault_conserves_the_days_left(halted_on: date, left: int, off: int) -> None:
    stops_on, resumed_on = halted_on + timedelta(days=left), halted_on + timedelta(days=off)
    shift = cut(StopReason.OPERATOR, halted_on, resumed_on, stops_on)
    assert (stops_on + timedelta(days=shift.days) - resumed_on).days == left
