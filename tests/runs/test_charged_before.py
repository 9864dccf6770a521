"""What earlier charges mean for a bill: the pool of the year, and the estimates that a real reading replaces."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.runs.rules.charged_before import Before, Charged, before
from app.runs.rules.unit_bills import ReadingTaken


def charged(month: int, quantity: int, total: int = 10, **other: bool | int) -> Charged:
    return Charged(date(2026, month, 1), date(2026, month, 28), Decimal(total), Decimal(quantity), **other)  # type: ignore[arg-type]


def taken(since: date, estimated_periods: int = 0) -> ReadingTaken:
    return ReadingTaken(1, "E-1", since, date(2026, 5, 31), Decimal(100), estimated_periods=estimated_periods)


JANUARY, FEBRUARY = charged(1, 100), charged(2, 110)


def test_the_pool_is_what_the_year_was_charged() -> None:
    last_year = charged(1, 500, in_year=False)
    assert before([JANUARY, FEBRUARY, last_year], [taken(date(2026, 3, 1))]) == Before(Decimal(210))


def test_an_estimate_that_was_rated_again_is_in_the_pool_once() -> None:
    """March was estimated at 90; April's reading counted 200 for both: 100 + 110 + 200."""
    estimated, real = charged(3, 90, is_estimate=True), charged(4, 200, periods=2)
    assert before([JANUARY, FEBRUARY, estimated, real], [taken(date(2026, 5, 1))]).used == Decimal(410)


def test_the_estimates_that_a_reading_replaces_are_taken_off_and_out_of_the_pool() -> None:
    first, second = charged(3, 90, 45, is_estimate=True), charged(4, 95, 47, is_estimate=True)
    found = before([JANUARY, FEBRUARY, first, second], [taken(date(2026, 3, 1), estimated_periods=2)])
    assert found == Before(Decimal(210), Decimal(92), date(2026, 4, 28))


def test_an_estimate_before_the_last_real_reading_is_not_replaced_again() -> None:
    estimated, real = charged(1, 90, is_estimate=True), charged(2, 200, periods=2)
    found = before([estimated, real, charged(3, 80, 40, is_estimate=True)], [taken(date(2026, 3, 1), estimated_periods=1)])
    assert found == Before(Decimal(200), Decimal(40), date(2026, 3, 28))
