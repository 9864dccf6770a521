"""Months sold again and again never leave the calendar: neither on a running line nor on one that waits for its installation."""

from __future__ import annotations

import pytest

from app.broadband.models import Subscription
from app.values.errors import OperationRefused
from tests.factories import a_pending_line, an_active_line, paid, reloaded

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("make", [an_active_line, a_pending_line])
def test_months_beyond_the_calendar_are_refused(make: object) -> None:
    line: Subscription = make("2026-01-31")  # type: ignore[operator]
    with pytest.raises(OperationRefused) as refusal:
        for _ in range(10):
            paid(line, "2026-01-31", 120, gift_months=120)
    assert refusal.value.code == "months_too_far"
    stops_on = reloaded(line).stops_on
    assert stops_on is None or stops_on.year == 2186
