"""The order in which a building is walked; docs/rules/floor_order.md."""

from __future__ import annotations

import pytest

from app.places.rules.floor_order import walking_order

WALK = [
    ("B2", "B2-07"),
    ("B1", "B1-01"),
    ("hầm 1", "P12"),
    ("G", "01"),
    ("1", "101"),
    ("2", "201"),
    ("2", "202"),
    ("12", "1203"),
    ("12A", "1204"),
]


def test_a_building_is_walked_from_its_cellars_up_and_door_by_door() -> None:
    places = [walking_order(floor, number) for floor, number in WALK if number != "P12"]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("floor", "number", "place"),
    [
        ("12", "1203", 12_003),
        ("", "1203", 12_003),
        ("G", "05", 5),
        ("", "7", 7),
        ("B1", "3", -997),
        ("地库2", "3", -1997),
        ("2", "3-201", 302_001),
        ("tum", "mái", 0),
    ],
)
def test_the_place_follows_from_floor_and_number(floor: str, number: str, place: int) -> None:
    assert walking_order(floor, number) == place


def test_one_stairwell_is_walked_before_the_next() -> None:
    assert walking_order("30", "1-3004") < walking_order("1", "2-101")


def test_a_number_of_any_length_has_a_place_that_the_database_can_store() -> None:
    assert abs(walking_order("9" * 60, "9-" * 30 + "9" * 4)) < 2**31
