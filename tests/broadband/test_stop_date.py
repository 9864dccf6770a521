"""The stop date follows from rows and shifts; unused days are taken from the newest row backwards."""

from __future__ import annotations

from datetime import date

from app.broadband.choices import LatePolicy, SubscriptionState
from app.broadband.rules.service_period import Period, periods_from, periods_sold
from app.broadband.rules.standing import Run, Standing
from app.broadband.rules.stop_date import days_unused, newest_row, stop_date, take_days


def line_to_may() -> list[Period]:
    """One month of cover to 14 May 2026."""
    return list(periods_from(Run(date(2026, 4, 15)), months=1))


def pay(rows: list[Period], on: date, months: int) -> list[Period]:
    line = Standing(state=SubscriptionState.ACTIVE, stops_on=rows[-1].stop, run=rows[-1].run)
    return rows + list(periods_sold(line, on=on, months=months, late_policy=LatePolicy.RESTART))


def test_without_the_voided_row_the_stop_date_is_the_one_before() -> None:
    """Example 17."""
    before = line_to_may()
    paid = pay(before, date(2026, 5, 10), 3)
    assert stop_date(paid) == date(2026, 8, 14)
    assert stop_date(before) == date(2026, 5, 14)


def test_without_the_voided_restart_the_line_is_expired_again() -> None:
    """Example 18."""
    before = line_to_may()
    assert stop_date(pay(before, date(2026, 5, 24), 1)) == date(2026, 6, 23)
    assert stop_date(before) == date(2026, 5, 14)


def test_shifts_since_the_sale_move_the_stop_date() -> None:
    """Examples 22 and 41: a suspension of 40 days, then 3 days of compensation."""
    rows = list(periods_from(Run(date(2026, 7, 15)), months=1))
    assert stop_date(rows, shifted_days=[40]) == date(2026, 9, 23)
    assert stop_date(rows, shifted_days=[40, 3]) == date(2026, 9, 26)


def test_a_line_without_cover_stopped_before_it_began() -> None:
    assert stop_date([], billing_from=date(2026, 3, 8)) == date(2026, 3, 7)
    assert stop_date([]) is None
    assert newest_row(line_to_may()[:0]) is None


def test_unused_days_are_counted_from_the_day_or_from_the_freeze() -> None:
    assert days_unused(date(2026, 12, 31), on=date(2026, 4, 10)) == 265  # example 34
    assert days_unused(date(2026, 12, 31), on=date(2026, 6, 30), frozen_on=date(2026, 4, 10)) == 265  # example 38
    assert days_unused(date(2026, 8, 14), on=date(2026, 7, 20), frozen_on=date(2026, 6, 10)) == 65  # example 22
    assert days_unused(date(2026, 5, 14), on=date(2026, 5, 14)) == 0
    assert days_unused(date(2026, 5, 14), on=date(2026, 6, 1)) == 0


def test_days_are_taken_from_the_newest_row_backwards() -> None:
    april, summer = pay(line_to_may(), date(2026, 5, 1), 3)
    assert [(taken.row, taken.days) for taken in take_days([april, summer], 100)] == [(summer, 92), (april, 8)]
    assert [(taken.row, taken.days) for taken in take_days([april, summer], 92)] == [(summer, 92)]
    assert take_days([april, summer], 0) == ()


def test_compensation_days_belong_to_no_row() -> None:
    rows = line_to_may()
    assert [taken.days for taken in take_days(rows, 35)] == [30]
