"""New readings against old ones; the numbers are worked by hand in docs/rules/consumption.md."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.metering.choices import ReadingExplanation
from app.metering.rules.consumption import Dial, Offered, ReadingBelowLast, Segment, Usual, consumption, segment_quantity
from app.metering.rules.unusual import Thresholds
from app.values.errors import OperationRefused

FIVE = Dial(digits=5)
ELECTRICITY = Thresholds(Decimal(50))


def segment(old: str, new: str, dial: Dial = FIVE, *, rolled_over: bool = False) -> Segment:
    return Segment(Decimal(old), Decimal(new), dial, rolled_over)


def offered(old: str, new: str, usual: Usual | None = None, dial: Dial = FIVE) -> list[ReadingExplanation]:
    with pytest.raises(ReadingBelowLast) as refusal:
        consumption([segment(old, new, dial)], usual=usual)
    assert (refusal.value.code, refusal.value.field) == ("reading_below_last", "value")
    return [each.explanation for each in refusal.value.offered]


def test_consumption_is_the_difference() -> None:
    assert consumption([segment("12345", "12543")]).quantity == 198


def test_an_equal_reading_is_nothing_used() -> None:
    assert consumption([segment("12345", "12345")]).quantity == 0


def test_the_multiplier_of_a_current_transformer_counts() -> None:
    """12.5 on the dial with a transformer 200 : 5, factor 40: 500 kWh."""
    assert consumption([segment("100", "112.5", Dial(5, Decimal(40)))]).quantity == 500


def test_a_meter_replaced_inside_the_period_leaves_two_segments_that_are_summed() -> None:
    """The old meter from 4,120 to 4,155, the new one from 3 to 91: 35 + 88 = 123 kWh, priced once."""
    used = consumption([segment("4120", "4155"), segment("3", "91", Dial(6))])
    assert [segment_quantity(each) for each in used.segments] == [35, 88]
    assert used.quantity == 123


def test_segments_of_different_multipliers_are_summed_in_kilowatt_hours() -> None:
    assert consumption([segment("10", "12", Dial(5, Decimal(40))), segment("0", "30")]).quantity == 110


def test_a_confirmed_rollover_goes_on_behind_the_last_figure() -> None:
    """99,950 to 40 on five digits: 50 + 40 = 90; with four digits 9,950 to 40 is 90 too, times 20 is 1,800."""
    assert consumption([segment("99950", "40", rolled_over=True)]).quantity == 90
    assert consumption([segment("9950", "40", Dial(4, Decimal(20)), rolled_over=True)]).quantity == 1800


@pytest.mark.parametrize("new", ["99950", "99960"])
def test_a_rollover_that_did_not_happen_is_refused(new: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        consumption([segment("99950", new, rolled_over=True)])
    assert refusal.value.code == "no_rollover"


def test_a_reading_below_the_last_one_is_refused_in_the_words_of_the_glossary() -> None:
    with pytest.raises(ReadingBelowLast) as refusal:
        consumption([segment("12345", "12344")])
    assert str(refusal.value) == (
        "The new reading 12344 is below the old reading 12345. Choose: rollover, meter replacement, or correct the last reading."
    )


def test_a_rollover_near_the_mean_is_offered_first_with_its_consumption() -> None:
    """99,950 to 40 would be 90; the mean is 100."""
    usual = Usual(mean=Fraction(100), thresholds=ELECTRICITY)
    with pytest.raises(ReadingBelowLast) as refusal:
        consumption([segment("99950", "40")], usual=usual)
    first, *others = refusal.value.offered
    assert first == Offered(ReadingExplanation.ROLLOVER, is_likely=True, quantity=Decimal(90))
    assert [each.explanation for each in others] == [
        ReadingExplanation.REPLACEMENT,
        ReadingExplanation.CORRECTION,
        ReadingExplanation.ESTIMATE,
    ]
    assert not any(each.is_likely for each in others)


def test_a_rollover_far_from_the_mean_is_not_offered() -> None:
    """12,345 to 12,344 would be 99,999; the mean is 100."""
    assert ReadingExplanation.ROLLOVER not in offered("12345", "12344", Usual(mean=Fraction(100), thresholds=ELECTRICITY))


def test_without_a_mean_a_rollover_is_offered_where_the_dial_moved_by_a_tenth_at_most() -> None:
    """Of 100,000: 95,000 to 5,000 is 10,000, a tenth; 94,999 to 5,000 is one more."""
    assert offered("95000", "5000")[0] is ReadingExplanation.ROLLOVER
    assert ReadingExplanation.ROLLOVER not in offered("94999", "5000")
    assert offered("95000", "5000", dial=Dial(5, Decimal(40)))[0] is ReadingExplanation.ROLLOVER


def test_a_last_reading_that_breaks_the_row_is_probably_mistyped() -> None:
    """1,200, then 1,930 typed for 1,390, now 1,500: 300 in two periods whose mean is 310."""
    usual = Usual(mean=Fraction(150), thresholds=ELECTRICITY, before_last=Decimal(1200), mean_with_last=Fraction(310))
    assert offered("1930", "1500", usual)[0] is ReadingExplanation.CORRECTION


def test_a_new_reading_below_the_one_before_the_last_does_not_blame_the_last() -> None:
    usual = Usual(mean=Fraction(150), thresholds=ELECTRICITY, before_last=Decimal(1600), mean_with_last=Fraction(310))
    assert offered("1930", "1500", usual)[0] is ReadingExplanation.REPLACEMENT


@settings(max_examples=200, deadline=None)
@given(digits=st.integers(3, 9), old=st.integers(0, 10**9 - 1), new=st.integers(0, 10**9 - 1), factor=st.integers(1, 400))
def test_a_rollover_and_the_way_back_are_a_whole_circle(digits: int, old: int, new: int, factor: int) -> None:
    dial = Dial(digits, Decimal(factor))
    low, high = sorted((old % 10**digits, new % 10**digits))
    assume(low < high)
    up = segment_quantity(Segment(Decimal(low), Decimal(high), dial))
    around = segment_quantity(Segment(Decimal(high), Decimal(low), dial, rolled_over=True))
    assert up + around == dial.circle * factor
    assert up > 0
    assert around > 0


@settings(max_examples=100, deadline=None)
@given(readings=st.lists(st.decimals(0, 99999, places=3), min_size=2, max_size=12), factor=st.decimals("0.001", 400, places=3))
def test_reading_more_often_changes_nothing(readings: list[Decimal], factor: Decimal) -> None:
    rising = sorted(readings)
    dial = Dial(5, factor)
    often = consumption(Segment(old, new, dial) for old, new in itertools.pairwise(rising)).quantity
    assert often == consumption([Segment(rising[0], rising[-1], dial)]).quantity
