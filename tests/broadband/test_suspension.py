"""The suspension on request; docs/rules/suspension.md."""

from __future__ import annotations

from datetime import date

import pytest

from app.broadband.rules.suspension import moved_resumption, planned_resumption, require_cover
from app.values.errors import OperationRefused

SUSPENDED = date(2026, 6, 10)


def test_without_a_planned_day_it_lasts_as_long_as_it_may() -> None:
    """Example 25: 20 days of June, 31, 31, 30, 31, 30 and 7 of December are 180."""
    assert planned_resumption(SUSPENDED, None, max_days=180) == date(2026, 12, 7)


def test_the_planned_day_may_be_the_next_day_or_the_latest() -> None:
    for planned in (date(2026, 6, 11), date(2026, 7, 20), date(2026, 12, 7)):
        assert planned_resumption(SUSPENDED, planned, max_days=180) == planned


@pytest.mark.parametrize(
    ("planned", "code"),
    [
        (date(2026, 12, 8), "suspension_too_long"),
        (date(2026, 6, 10), "planned_before_suspension"),
        (date(2026, 6, 1), "planned_before_suspension"),
    ],
)
def test_other_planned_days_are_refused(planned: date, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        planned_resumption(SUSPENDED, planned, max_days=180)
    assert (refusal.value.code, refusal.value.field) == (code, "planned_resume_on")


def test_a_suspension_that_is_too_long_names_the_latest_day() -> None:
    with pytest.raises(OperationRefused) as refusal:
        planned_resumption(SUSPENDED, date(2027, 1, 1), max_days=180)
    assert refusal.value.message.parameters == {"days": 180, "date": date(2026, 12, 7)}


def test_a_policy_of_no_days_allows_no_suspension() -> None:
    with pytest.raises(OperationRefused) as refusal:
        planned_resumption(SUSPENDED, None, max_days=0)
    assert refusal.value.code == "planned_before_suspension"


def test_the_planned_day_may_be_moved_within_the_maximum() -> None:
    terms = {"max_days": 180, "today": date(2026, 7, 1)}
    assert moved_resumption(SUSPENDED, date(2026, 7, 2), **terms) == date(2026, 7, 2)  # type: ignore[arg-type]
    assert moved_resumption(SUSPENDED, date(2026, 12, 7), **terms) == date(2026, 12, 7)  # type: ignore[arg-type]


@pytest.mark.parametrize(("planned", "code"), [(date(2026, 7, 1), "planned_not_ahead"), (date(2026, 12, 8), "suspension_too_long")])
def test_the_planned_day_is_not_moved_to_today_nor_beyond_the_maximum(planned: date, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        moved_resumption(SUSPENDED, planned, max_days=180, today=date(2026, 7, 1))
    assert refusal.value.code == code


def test_a_line_rests_only_while_it_has_cover() -> None:
    """Example 28, and the last day on which it may."""
    require_cover(date(2026, 6, 30), date(2026, 6, 30))
    for day in (date(2026, 7, 1), date(2026, 7, 3)):
        with pytest.raises(OperationRefused) as refusal:
            require_cover(date(2026, 6, 30), day)
        assert (refusal.value.code, refusal.value.field) == ("after_stop_date", "on")
