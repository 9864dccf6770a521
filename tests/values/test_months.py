"""Months counted from one day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.values.dates import days_of
from app.values.months import add_months, last_covered_day, month_end, month_start


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 5, 14), 0, date(2026, 5, 14)),
        (date(2026, 5, 14), 120, date(2036, 5, 14)),
    ],
)
def test_add_months_clamps_to_the_end_of_the_month(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_the_last_covered_day() -> None:
    assert last_covered_day(date(2026, 5, 15), 3) == date(2026, 8, 14)
    assert last_covered_day(date(2026, 5, 15), 0) == date(2026, 5, 14)


def test_first_and_last_day_of_a_month() -> None:
    assert (month_start(date(2024, 2, 10)), month_end(date(2024, 2, 10))) == (date(2024, 2, 1), date(2024, 2, 29))


def test_days_of_a_period_count_both_ends() -> None:
    assert days_of(date(2026, 5, 15), date(2026, 6, 14)) == 31
    assert days_of(date(2026, 5, 15), date(2026, 5, 15)) == 1
    assert days_of(date(2026, 5, 15), date(2026, 5, 14)) == 0


@settings(max_examples=80, deadline=None)
@given(day=st.dates(date(1990, 1, 1), date(2100, 1, 1)), months=st.integers(0, 240))
def test_months_are_never_skipped(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, monthrange(later.year, later.month)[1])
    assert add_months(day, months + 1) > later
    assert last_covered_day(day, months) == later - timedelta(days=1)
