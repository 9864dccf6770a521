"""The water quota; the numbers are worked by hand in docs/rules/water_quota.md."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.metering.rules.water_quota import Quota, entitled_members, require_quotas
from app.values.errors import OperationRefused

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)


def members(*quotas: Quota, starts_on: date = FIRST, ends_on: date = LAST) -> Decimal | None:
    return entitled_members(quotas, starts_on=starts_on, ends_on=ends_on)


def test_a_third_person_from_the_sixteenth_of_thirty_days_is_half_a_person() -> None:
    """15 days of 2 and 15 of 3: 75 ÷ 30 = 2.5."""
    assert members(Quota(date(2024, 1, 1), date(2026, 6, 15), 2), Quota(date(2026, 6, 16), None, 3)) == Decimal("2.5")


def test_a_quota_without_a_change_is_its_number() -> None:
    assert str(members(Quota(date(2024, 1, 1), None, 4))) == "4"
    assert str(members(Quota(date(2024, 1, 1), None, 20))) == "20"


def test_a_part_that_does_not_end_is_kept_to_six_decimals() -> None:
    """June to 30 July, 60 days, a third person for the last 20: 140 ÷ 60 = 2.3333…"""
    found = members(Quota(FIRST, date(2026, 7, 10), 2), Quota(date(2026, 7, 11), None, 3), ends_on=date(2026, 7, 30))
    assert found == Decimal("2.333333")


def test_days_without_a_quota_count_nobody() -> None:
    """Entitled from 21 June only: 10 of 30 days, 3 persons."""
    assert str(members(Quota(date(2026, 6, 21), None, 3))) == "1"


def test_a_quota_of_nobody_is_zero_and_not_missing() -> None:
    assert members(Quota(date(2024, 1, 1), None, 0)) == 0


@pytest.mark.parametrize("quotas", [(), (Quota(date(2024, 1, 1), date(2026, 5, 31), 2),), (Quota(date(2026, 7, 1), None, 2),)])
def test_a_period_without_any_quota_has_none(quotas: tuple[Quota, ...]) -> None:
    assert members(*quotas) is None


@pytest.mark.parametrize(
    ("quotas", "code"),
    [
        ((Quota(FIRST, None, 2), Quota(date(2026, 6, 16), None, 3)), "quotas_overlap"),
        ((Quota(date(2026, 6, 16), None, 3), Quota(FIRST, date(2026, 6, 16), 2)), "quotas_overlap"),
        ((Quota(LAST, FIRST, 2),), "ends_before_start"),
        ((Quota(FIRST, None, -1),), "members"),
    ],
)
def test_quotas_that_cannot_be_are_refused(quotas: tuple[Quota, ...], code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        require_quotas(quotas)
    assert refusal.value.code == code


def test_quotas_that_follow_each_other_are_taken() -> None:
    assert require_quotas((Quota(FIRST, date(2026, 6, 15), 2), Quota(date(2026, 6, 16), None, 3))) is None  # type: ignore[func-returns-value]


@settings(max_examples=100, deadline=None)
@given(days=st.integers(1, 62), change=st.integers(0, 62), before=st.integers(0, 12), after=st.integers(0, 12))
def test_the_weighted_number_lies_between_the_two(days: int, change: int, before: int, after: int) -> None:
    last = FIRST + timedelta(days=days - 1)
    turn = FIRST + timedelta(days=change)
    quotas = (Quota(date(2020, 1, 1), turn - timedelta(days=1), before), Quota(turn, None, after))
    found = members(*quotas, ends_on=last)
    assert found is not None
    assert min(before, after) <= found <= max(before, after)
    # Told in two halves of the same number nothing changes.
    assert members(Quota(date(2020, 1, 1), turn - timedelta(days=1), after), Quota(turn, None, after), ends_on=last) == after
