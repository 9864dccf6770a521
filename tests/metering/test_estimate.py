"""Estimates, and the real reading that follows; the numbers are worked by hand in docs/rules/estimate.md."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.metering.rules.consumption import Dial, ReadingBelowLast, Segment, segment_quantity
from app.metering.rules.estimate import Estimate, RatedAgain, Rerating, estimate, rated_again, rerating
from app.metering.rules.unusual import Usage
from app.values.errors import OperationRefused

FIVE = Dial(5)
DAY = date(2026, 8, 25)


def history(*quantities: str, days: int = 30) -> list[Usage]:
    return [Usage(DAY + timedelta(days=days * place), days, Decimal(each)) for place, each in enumerate(quantities)]


def test_an_estimate_moves_the_dial_by_the_mean_of_its_days() -> None:
    """110 + 120 + 130 in 90 days: 120 in 30, 124 in 31."""
    before = history("110", "120", "130")
    assert estimate(Decimal(4000), days=30, history=before, dial=FIVE) == Estimate(Decimal(4120), Decimal(120))
    assert estimate(Decimal(4000), days=31, history=before, dial=FIVE) == Estimate(Decimal(4124), Decimal(124))


def test_the_dial_moves_by_whole_units() -> None:
    """A mean of 110 with the factor 40 is 2.75 on the dial: 3, so 120."""
    assert estimate(Decimal(7), days=30, history=history("110", "110", "110"), dial=Dial(5, Decimal(40))) == Estimate(
        Decimal(10), Decimal(120)
    )


def test_a_half_is_rounded_up() -> None:
    assert estimate(Decimal(0), days=15, history=history("5"), dial=FIVE).quantity == 3


def test_an_estimate_over_the_last_figure_rolls_over() -> None:
    assert estimate(Decimal(99950), days=30, history=history("120", "120", "120"), dial=FIVE) == Estimate(
        Decimal(70), Decimal(120), rolled_over=True
    )


def test_a_single_period_is_enough_to_estimate_from() -> None:
    assert estimate(Decimal(10), days=30, history=history("8"), dial=FIVE).quantity == 8


def test_an_estimate_never_rests_on_estimates() -> None:
    guessed = [Usage(DAY, 30, Decimal(100), is_estimate=True)]
    with pytest.raises(OperationRefused) as refusal:
        estimate(Decimal(10), days=30, history=guessed, dial=FIVE)
    assert refusal.value.code == "nothing_to_estimate_from"


def test_the_next_real_reading_rates_both_periods_as_one() -> None:
    """Last real reading 4,000, estimated 4,120, really read 4,200: 200 for two periods; 435,672 − 269,244 = 166,428."""
    assert rerating([Segment(Decimal(4000), Decimal(4200), FIVE)], estimated_periods=1) == Rerating(Decimal(200), 2)
    assert rated_again(Decimal(435672), charged=Decimal(269244)) == RatedAgain(billed=Decimal(166428), adjustment=Decimal(0))


def test_three_estimates_in_a_row_are_four_periods() -> None:
    assert rerating([Segment(Decimal(4000), Decimal(4500), FIVE)], estimated_periods=3) == Rerating(Decimal(500), 4)


def test_a_real_reading_below_the_estimate_is_no_mistake() -> None:
    """Estimated 4,120, really read 4,090: 90 for two periods. 90 × 1,984 = 178,560 and 8 % tax 14,285: 76,399 are given back."""
    assert rerating([Segment(Decimal(4000), Decimal(4090), FIVE)], estimated_periods=1).quantity == 90
    assert rated_again(Decimal(192845), charged=Decimal(269244)) == RatedAgain(billed=Decimal(0), adjustment=Decimal(76399))


def test_a_real_reading_below_the_last_real_one_is_refused() -> None:
    with pytest.raises(ReadingBelowLast):
        rerating([Segment(Decimal(4000), Decimal(3990), FIVE)], estimated_periods=1)


def test_a_meter_replaced_after_an_estimate_is_summed_first() -> None:
    segments = [Segment(Decimal(4000), Decimal(4150), FIVE), Segment(Decimal(0), Decimal(50), FIVE)]
    assert rerating(segments, estimated_periods=1) == Rerating(Decimal(200), 2)


@settings(max_examples=100, deadline=None)
@given(
    old=st.integers(0, 99999),
    used=st.lists(st.integers(0, 20000), min_size=1, max_size=5),
    days=st.integers(1, 62),
    factor=st.integers(1, 80),
)
def test_the_dial_and_the_quantity_of_an_estimate_agree(old: int, used: list[int], days: int, factor: int) -> None:
    dial = Dial(5, Decimal(factor))
    guess = estimate(Decimal(old), days=days, history=history(*map(str, used)), dial=dial)
    assert 0 <= guess.value < dial.circle
    if guess.quantity < dial.circle * factor:
        assert segment_quantity(Segment(Decimal(old), guess.value, dial, guess.rolled_over)) == guess.quantity


@settings(max_examples=100, deadline=None)
@given(total=st.integers(0, 10**9), charged=st.integers(0, 10**9))
def test_what_was_charged_and_what_follows_is_the_total(total: int, charged: int) -> None:
    again = rated_again(Decimal(total), charged=Decimal(charged))
    assert charged + again.billed - again.adjustment == total
    assert min(again.billed, again.adjustment) == 0
