"""Business date and backdating; numbers of docs/rules/value_date.md."""

from __future__ import annotations

import datetime

import pytest

from app.billing.rules.value_date import value_date
from app.values.errors import NotAllowed, OperationRefused

TODAY = datetime.date(2026, 5, 20)


def asked(day: datetime.date | None, *, may: bool = True, reason: str = "银行转账") -> datetime.date:
    return value_date(day, today=TODAY, may_backdate=may, max_days=31, reason=reason)


def test_nothing_asked_is_today() -> None:
    assert asked(None, may=False, reason="") == TODAY
    assert asked(TODAY, may=False, reason="") == TODAY


def test_a_past_day_with_right_and_reason() -> None:
    assert asked(datetime.date(2026, 5, 13)) == datetime.date(2026, 5, 13)
    assert asked(datetime.date(2026, 4, 19)) == datetime.date(2026, 4, 19)


def test_without_the_right_it_is_not_allowed() -> None:
    with pytest.raises(NotAllowed):
        asked(datetime.date(2026, 5, 13), may=False)


@pytest.mark.parametrize(
    ("day", "reason", "code"),
    [
        (datetime.date(2026, 5, 13), " ", "backdate_reason"),
        (datetime.date(2026, 4, 18), "x", "backdate_too_far"),
        (datetime.date(2026, 5, 21), "x", "future_date"),
    ],
)
def test_refused(day: datetime.date, reason: str, code: str) -> None:
    with pytest.raises(OperationRefused) as refused:
        asked(day, reason=reason)
    assert refused.value.code == code
