"""What may be entered as a reading, and on which day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.metering.rules.reading_entry import MeterLife, require_day, require_value
from app.values.errors import Malformed, OperationRefused

TODAY = date(2026, 11, 25)
METER = MeterLife("E-1203", installed_on=date(2025, 3, 10), last_on=date(2026, 10, 25))


@pytest.mark.parametrize("value", ["0", "12.345", "99999", "99999.999", "1E+2"])
def test_a_reading_within_the_digits_is_taken_as_it_is(value: str) -> None:
    assert require_value(Decimal(value), digits=5, serial="E-1203") == Decimal(value)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("-1", "reading_negative"),
        ("100000", "reading_too_long"),
        ("12345678901234567890", "reading_too_long"),
        ("1E+400", "reading_too_long"),
        ("12.3456", "reading_too_fine"),
    ],
)
def test_what_the_meter_cannot_show_is_refused(value: str, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        require_value(Decimal(value), digits=5, serial="E-1203")
    assert (refusal.value.code, refusal.value.field) == (code, "value")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_cannot_be_read(value: str) -> None:
    with pytest.raises(Malformed) as refusal:
        require_value(Decimal(value), digits=5, serial="E-1203")
    assert refusal.value.code == "reading_unreadable"


@pytest.mark.parametrize("read_on", [date(2026, 10, 26), TODAY])
def test_a_day_after_the_last_reading_is_taken(read_on: date) -> None:
    assert require_day(read_on, METER, today=TODAY) == read_on


@pytest.mark.parametrize(
    ("read_on", "code"),
    [
        (date(2026, 10, 24), "reading_before_last"),
        (date(2026, 10, 25), "reading_twice"),
        (date(2025, 3, 9), "meter_not_installed"),
        (date(2026, 11, 26), "reading_in_future"),
    ],
)
def test_other_days_are_refused(read_on: date, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        require_day(read_on, METER, today=TODAY)
    assert (refusal.value.code, refusal.value.field) == (code, "read_on")


def test_a_second_reading_on_one_day_is_refused_in_the_words_of_the_glossary() -> None:
    with pytest.raises(OperationRefused) as refusal:
        require_day(date(2026, 10, 25), METER, today=TODAY)
    assert str(refusal.value) == "The meter E-1203 already has a reading on 2026-10-25. Correct that one instead."


def test_a_removed_meter_is_read_on_its_last_day_and_never_after() -> None:
    removed = MeterLife("E-1203", installed_on=date(2025, 3, 10), last_on=date(2026, 10, 25), removed_on=date(2026, 11, 10))
    assert require_day(date(2026, 11, 10), removed, today=TODAY) == date(2026, 11, 10)
    with pytest.raises(OperationRefused) as refusal:
        require_day(date(2026, 11, 11), removed, today=TODAY)
    assert refusal.value.code == "meter_removed"


def test_the_first_reading_is_on_the_day_of_the_installation_or_later() -> None:
    new = MeterLife("W-7", installed_on=date(2026, 11, 10))
    assert require_day(date(2026, 11, 10), new, today=TODAY) == date(2026, 11, 10)
