"""Parts of a period by occupants; the numbers are worked by hand in docs/rules/period_parts.md."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.metering.rules.period_parts import Measured, Occupancy, Part, period_parts
from app.values.errors import OperationRefused

LAN, MINH = 1, 2
OLD, NEW = date(2026, 6, 25), date(2026, 7, 25)
FIRST, LAST = OLD, date(2026, 7, 24)


def measured(since: date, until: date, quantity: str, serial: str = "E-1") -> Measured:
    return Measured(serial, since, until, Decimal(quantity))


def parts(occupancies: list[Occupancy], readings: list[Measured]) -> list[tuple[date, date, int | None, Decimal]]:
    found = period_parts(FIRST, LAST, occupancies=occupancies, measured=readings)
    return [(part.starts_on, part.ends_on, part.customer, part.quantity) for part in found]


def test_a_period_with_one_occupant_is_one_part() -> None:
    only = period_parts(FIRST, LAST, occupancies=[Occupancy(LAN, date(2020, 1, 1))], measured=[measured(OLD, NEW, "150")])
    assert only == (Part(FIRST, LAST, LAN, Decimal(150)),)
    assert only[0].days == 30


@pytest.mark.parametrize("read_on", [date(2026, 7, 5), date(2026, 7, 4)])
def test_the_reading_of_the_change_ends_one_part_and_begins_the_next(read_on: date) -> None:
    """Minh's first day is 5 July; the meter was read that day, or on the evening before: 40 are Lan's, 110 Minh's."""
    found = parts(
        [Occupancy(LAN, date(2020, 1, 1), date(2026, 7, 4)), Occupancy(MINH, date(2026, 7, 5))],
        [measured(OLD, read_on, "40"), measured(read_on, NEW, "110")],
    )
    assert found == [(FIRST, date(2026, 7, 4), LAN, 40), (date(2026, 7, 5), LAST, MINH, 110)]


def test_days_between_two_occupants_are_a_part_without_one() -> None:
    found = parts(
        [Occupancy(LAN, date(2020, 1, 1), date(2026, 6, 30)), Occupancy(MINH, date(2026, 7, 11))],
        [measured(OLD, date(2026, 7, 1), "20"), measured(date(2026, 7, 1), date(2026, 7, 11), "1"), measured(date(2026, 7, 11), NEW, "60")],
    )
    assert found == [
        (FIRST, date(2026, 6, 30), LAN, 20),
        (date(2026, 7, 1), date(2026, 7, 10), None, 1),
        (date(2026, 7, 11), LAST, MINH, 60),
    ]


@pytest.mark.parametrize("evening", [0, 1])
def test_a_part_of_one_day_has_what_was_measured_from_evening_to_evening_too(evening: int) -> None:
    """Lan leaves on 4 July, the unit is empty on the 5th, Minh comes on the 6th: 40, 3 and 107, read in the morning or on the eve."""
    first, second = date(2026, 7, 5 - evening), date(2026, 7, 6 - evening)
    found = parts(
        [Occupancy(LAN, date(2020, 1, 1), date(2026, 7, 4)), Occupancy(MINH, date(2026, 7, 6))],
        [measured(OLD, first, "40"), measured(first, second, "3"), measured(second, NEW, "107")],
    )
    assert [(customer, quantity) for _, _, customer, quantity in found] == [(LAN, 40), (None, 3), (MINH, 107)]


def test_an_empty_unit_is_one_part_without_an_occupant() -> None:
    assert parts([], [measured(OLD, NEW, "3")]) == [(FIRST, LAST, None, 3)]


def test_a_second_contract_of_the_same_customer_changes_nothing() -> None:
    found = parts(
        [Occupancy(LAN, date(2020, 1, 1), date(2026, 7, 4)), Occupancy(LAN, date(2026, 7, 5))],
        [measured(OLD, NEW, "150")],
    )
    assert found == [(FIRST, LAST, LAN, 150)]


def test_two_meters_and_a_replacement_are_summed_in_each_part() -> None:
    """E-1 was replaced by E-2 on 30 June; W-like second meter E-9 ran all the time, and all were read on 5 July."""
    change = date(2026, 7, 5)
    found = parts(
        [Occupancy(LAN, date(2020, 1, 1), date(2026, 7, 4)), Occupancy(MINH, change)],
        [
            measured(OLD, date(2026, 6, 30), "35", "E-1"),
            measured(date(2026, 6, 30), change, "8", "E-2"),
            measured(change, NEW, "80", "E-2"),
            measured(OLD, change, "1", "E-9"),
            measured(change, NEW, "4", "E-9"),
        ],
    )
    assert found == [(FIRST, date(2026, 7, 4), LAN, 44), (change, LAST, MINH, 84)]


def test_a_change_without_a_reading_is_refused_and_names_the_meter() -> None:
    with pytest.raises(OperationRefused) as refusal:
        parts([Occupancy(LAN, date(2020, 1, 1), date(2026, 7, 4)), Occupancy(MINH, date(2026, 7, 5))], [measured(OLD, NEW, "150")])
    assert refusal.value.code == "handover_unread"
    assert "2026-07-05" in str(refusal.value)
    assert "E-1" in str(refusal.value)


def test_a_change_is_refused_where_one_of_two_meters_was_read() -> None:
    change = date(2026, 7, 5)
    readings = [measured(OLD, change, "1", "E-9"), measured(change, NEW, "4", "E-9"), measured(OLD, NEW, "150", "E-1")]
    with pytest.raises(OperationRefused) as refusal:
        parts([Occupancy(LAN, date(2020, 1, 1), date(2026, 7, 4)), Occupancy(MINH, change)], readings)
    assert refusal.value.code == "handover_unread"


def test_a_change_after_the_last_reading_is_refused() -> None:
    with pytest.raises(OperationRefused) as refusal:
        parts(
            [Occupancy(LAN, date(2020, 1, 1), date(2026, 7, 14)), Occupancy(MINH, date(2026, 7, 15))],
            [measured(OLD, date(2026, 7, 10), "150")],
        )
    assert refusal.value.code == "handover_unread"


@settings(max_examples=150, deadline=None)
@given(turns=st.lists(st.integers(1, 29), unique=True, max_size=5).map(sorted), data=st.data())
def test_parts_cover_the_period_without_a_gap_and_sum_to_what_was_measured(turns: list[int], data: st.DataObject) -> None:
    days = [FIRST, *(FIRST + timedelta(days=turn) for turn in turns), NEW]
    customers = data.draw(st.lists(st.sampled_from([LAN, MINH, None]), min_size=len(days) - 1, max_size=len(days) - 1))
    amounts = data.draw(st.lists(st.integers(0, 500), min_size=len(days) - 1, max_size=len(days) - 1))
    spans = list(itertools.pairwise(days))
    occupancies = [
        Occupancy(customer, start, stop - timedelta(days=1)) for (start, stop), customer in zip(spans, customers, strict=True) if customer
    ]
    readings = [measured(start, stop, str(amount)) for (start, stop), amount in zip(spans, amounts, strict=True)]
    found = period_parts(FIRST, LAST, occupancies=occupancies, measured=readings)
    assert (found[0].starts_on, found[-1].ends_on) == (FIRST, LAST)
    assert all(left.ends_on + timedelta(days=1) == right.starts_on for left, right in itertools.pairwise(found))
    assert sum(part.days for part in found) == 30
    assert sum(part.quantity for part in found) == sum(amounts)
    for customer in (LAN, MINH, None):
        own = sum(amount for amount, who in zip(amounts, customers, strict=True) if who == customer)
        assert sum(part.quantity for part in found if part.customer == customer) == own
