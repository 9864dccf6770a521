"""The service period of a line that was running before: docs/rules/imports.md, taken_over."""

from __future__ import annotations

from datetime import date

import pytest

from app.broadband.choices import LatePolicy, PeriodKind, SubscriptionState
from app.broadband.rules.service_period import periods_sold
from app.broadband.rules.standing import Standing
from app.broadband.rules.taken_over import taken_over_period
from app.values.errors import OperationRefused


def test_it_covers_the_days_of_the_earlier_books() -> None:
    period = taken_over_period(date(2024, 3, 8), date(2027, 3, 7))
    assert (period.kind, period.start, period.stop, period.months) == (PeriodKind.TAKEN_OVER, date(2024, 3, 8), date(2027, 3, 7), 36)


def test_whole_months_go_on_counting_from_the_activation() -> None:
    period = taken_over_period(date(2026, 1, 31), date(2026, 2, 27))
    standing = Standing(state=SubscriptionState.ACTIVE, stops_on=date(2026, 2, 27), run=period.run)
    sold = periods_sold(standing, on=date(2026, 2, 20), months=1, late_policy=LatePolicy.RESTART)
    assert (sold[0].start, sold[0].stop) == (date(2026, 2, 28), date(2026, 3, 30)), "the run comes back to the 31st"


def test_other_days_begin_a_new_run_behind_the_stop_date() -> None:
    period = taken_over_period(date(2024, 3, 8), date(2026, 5, 14))
    assert (period.months, period.anchor, period.anchor_months) == (0, date(2026, 5, 15), 0)
    standing = Standing(state=SubscriptionState.ACTIVE, stops_on=date(2026, 5, 14), run=period.run)
    sold = periods_sold(standing, on=date(2026, 5, 1), months=3, late_policy=LatePolicy.RESTART)
    assert (sold[0].start, sold[0].stop) == (date(2026, 5, 15), date(2026, 8, 14))


def test_a_single_day_is_possible() -> None:
    assert taken_over_period(date(2026, 5, 14), date(2026, 5, 14)).of_days == 1


def test_a_stop_date_before_the_activation_is_refused() -> None:
    with pytest.raises(OperationRefused) as refused:
        taken_over_period(date(2026, 5, 14), date(2026, 5, 13))
    assert (refused.value.code, refused.value.field) == ("stops_before_start", "stops_on")


def test_a_stop_date_beyond_every_calendar_is_refused() -> None:
    with pytest.raises(OperationRefused):
        taken_over_period(date(2026, 5, 14), date(2200, 1, 1))
