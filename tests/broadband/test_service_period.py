"""Which days a payment buys; the numbers are the worked examples of docs/rules/service_period.md."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.broadband.choices import LatePolicy, PeriodKind, StopReason, SubscriptionState
from app.broadband.rules.service_period import Period, periods_from, periods_sold
from app.broadband.rules.standing import Run, Standing
from app.broadband.rules.stop_date import stop_date

ACTIVE = SubscriptionState.ACTIVE
RESTART, BACKFILL = LatePolicy.RESTART, LatePolicy.BACKFILL
QUICK = settings(max_examples=60, deadline=None)


def standing(stops_on: date, run: Run | None = None, **terms: object) -> Standing:
    return Standing(**{"state": ACTIVE, "stops_on": stops_on, "run": run, **terms})  # type: ignore[arg-type]


def bought(line: Standing, on: date, months: int = 1, policy: LatePolicy = RESTART, grace_days: int = 0) -> tuple[date, date]:
    (period,) = periods_sold(line, on=on, months=months, late_policy=policy, grace_days=grace_days)
    return period.start, period.stop


def after(period: Period) -> Standing:
    return standing(period.stop, period.run)


def test_the_first_period_starts_on_the_billing_day() -> None:
    """Example 1."""
    (period,) = periods_from(Run(date(2026, 3, 8)), months=12)
    assert (period.start, period.stop, period.of_days) == (date(2026, 3, 8), date(2027, 3, 7), 365)


def test_a_pending_line_buys_no_period_yet() -> None:
    line = Standing(state=SubscriptionState.PENDING, stops_on=None)
    assert periods_sold(line, on=date(2026, 3, 5), months=12, late_policy=RESTART) == ()


def test_five_payments_of_one_month_from_the_last_day_of_january() -> None:
    """Example 3: short months do not eat days of the long ones."""
    (period,) = periods_from(Run(date(2026, 1, 31)), months=1)
    days = [(period.start, period.stop)]
    for _ in range(4):
        (period,) = periods_sold(after(period), on=period.stop, months=1, late_policy=RESTART)
        days.append((period.start, period.stop))
    assert days == [
        (date(2026, 1, 31), date(2026, 2, 27)),
        (date(2026, 2, 28), date(2026, 3, 30)),
        (date(2026, 3, 31), date(2026, 4, 29)),
        (date(2026, 4, 30), date(2026, 5, 30)),
        (date(2026, 5, 31), date(2026, 6, 29)),
    ]


@pytest.mark.parametrize(
    ("anchor", "months", "stop"),
    [
        (date(2026, 1, 31), 5, date(2026, 6, 29)),  # example 4
        (date(2026, 3, 30), 11, date(2027, 2, 27)),  # example 7
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2024, 2, 29), 48, date(2028, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 28)),
    ],
)
def test_months_are_counted_from_the_anchor(anchor: date, months: int, stop: date) -> None:
    (period,) = periods_from(Run(anchor), months=months)
    assert (period.start, period.stop) == (anchor, stop)


@pytest.mark.parametrize(
    ("paid_on", "months", "grace_days", "start", "stop"),
    [
        (date(2026, 4, 20), 3, 0, date(2026, 5, 15), date(2026, 8, 14)),  # example 8: early
        (date(2026, 5, 14), 1, 0, date(2026, 5, 15), date(2026, 6, 14)),  # example 9: on the stop date
        (date(2026, 5, 15), 1, 0, date(2026, 5, 15), date(2026, 6, 14)),  # example 10: the day after
        (date(2026, 5, 24), 1, 0, date(2026, 5, 24), date(2026, 6, 23)),  # example 11: expired, restarts
        (date(2026, 5, 18), 1, 5, date(2026, 5, 15), date(2026, 6, 14)),  # example 12: in grace
        (date(2026, 5, 19), 1, 5, date(2026, 5, 15), date(2026, 6, 14)),  # the last day of grace
        (date(2026, 5, 20), 1, 5, date(2026, 5, 20), date(2026, 6, 19)),  # the day after it
        (date(2026, 5, 13), 1, 0, date(2026, 5, 15), date(2026, 6, 14)),  # example 16: the value date of a transfer keyed in later
    ],
)
def test_where_a_payment_starts(paid_on: date, months: int, grace_days: int, start: date, stop: date) -> None:
    line = standing(date(2026, 5, 14), Run(date(2026, 4, 15), 1))
    assert bought(line, paid_on, months, grace_days=grace_days) == (start, stop)


def test_a_restart_sets_a_new_anchor_that_later_payments_continue() -> None:
    """Example 11."""
    line = standing(date(2026, 5, 14), Run(date(2026, 4, 15), 1))
    (first,) = periods_sold(line, on=date(2026, 5, 24), months=1, late_policy=RESTART)
    (second,) = periods_sold(after(first), on=date(2026, 6, 1), months=1, late_policy=RESTART)
    assert (first.anchor, first.anchor_months) == (date(2026, 5, 24), 1)
    assert (second.start, second.stop, second.anchor_months) == (date(2026, 6, 24), date(2026, 7, 23), 2)


def test_backfill_continues_a_line_that_was_not_cut() -> None:
    """Example 13."""
    line = standing(date(2026, 5, 14), Run(date(2026, 4, 15), 1))
    assert bought(line, date(2026, 6, 3), 3, BACKFILL) == (date(2026, 5, 15), date(2026, 8, 14))


def test_backfill_after_a_cut_starts_on_the_payment_day() -> None:
    """Example 14."""
    cut = {"state": SubscriptionState.FORCED, "reason": StopReason.ARREARS, "halted_on": date(2026, 6, 14)}
    line = standing(date(2026, 5, 14), Run(date(2026, 4, 15), 1), **cut)
    assert bought(line, date(2027, 5, 14), 1, BACKFILL) == (date(2027, 5, 14), date(2027, 6, 13))


def test_a_line_that_was_cut_before_its_stop_date_continues_there() -> None:
    cut = {"state": SubscriptionState.FORCED, "reason": StopReason.ARREARS, "halted_on": date(2026, 6, 10)}
    line = standing(date(2026, 6, 30), Run(date(2026, 6, 1), 1), **cut)
    assert bought(line, date(2026, 6, 15)) == (date(2026, 7, 1), date(2026, 7, 31))


def test_a_suspended_line_continues_at_its_stop_date_however_late() -> None:
    """Example 27: stop date 30 June, suspended on 25 June, paid on 15 July."""
    line = standing(date(2026, 6, 30), Run(date(2026, 1, 1), 6), state=SubscriptionState.SUSPENDED, halted_on=date(2026, 6, 25))
    assert bought(line, date(2026, 7, 15), 3) == (date(2026, 7, 1), date(2026, 9, 30))


def test_a_line_cut_by_the_operator_is_frozen_like_a_suspended_one() -> None:
    cut = {"state": SubscriptionState.FORCED, "reason": StopReason.OPERATOR, "halted_on": date(2026, 6, 10)}
    line = standing(date(2026, 6, 30), Run(date(2026, 6, 1), 1), **cut)
    assert bought(line, date(2026, 7, 5)) == (date(2026, 7, 1), date(2026, 7, 31))


def test_an_expired_line_cut_by_the_operator_is_late_all_the_same() -> None:
    cut = {"state": SubscriptionState.FORCED, "reason": StopReason.OPERATOR, "halted_on": date(2026, 7, 3)}
    line = standing(date(2026, 6, 30), Run(date(2026, 6, 1), 1), **cut)
    assert bought(line, date(2026, 7, 5)) == (date(2026, 7, 5), date(2026, 8, 4))


def test_a_halt_that_is_over_freezes_nothing() -> None:
    line = standing(date(2026, 6, 30), Run(date(2026, 6, 1), 1), reason=StopReason.OPERATOR, halted_on=date(2026, 6, 10))
    assert (line.frozen_on, line.cut_on) == (None, None)


def test_a_shift_sets_a_new_anchor_behind_the_shifted_stop_date() -> None:
    """Example 22: the run of the 31st ended on 14 August as sold and was shifted by 40 days."""
    line = standing(date(2026, 9, 23), Run(date(2026, 7, 15), 1))
    (period,) = periods_sold(line, on=date(2026, 9, 1), months=1, late_policy=RESTART)
    assert (period.start, period.stop) == (date(2026, 9, 24), date(2026, 10, 23))
    assert (period.anchor, period.anchor_months) == (date(2026, 9, 24), 1)


def test_an_unpaid_line_owes_from_its_first_day() -> None:
    line = standing(date(2026, 3, 7))
    assert bought(line, date(2026, 3, 20)) == (date(2026, 3, 20), date(2026, 4, 19))
    assert bought(line, date(2026, 3, 20), 1, BACKFILL) == (date(2026, 3, 8), date(2026, 4, 7))


def test_gift_months_follow_the_paid_ones_in_the_same_run() -> None:
    """Example 21: buy 12, get 2."""
    line = standing(date(2026, 6, 30), Run(date(2026, 7, 1)))
    paid, gift = periods_sold(line, on=date(2026, 6, 30), months=12, gift_months=2, late_policy=RESTART)
    assert (paid.kind, paid.start, paid.stop) == (PeriodKind.PAID, date(2026, 7, 1), date(2027, 6, 30))
    assert (gift.kind, gift.start, gift.stop) == (PeriodKind.GIFT, date(2027, 7, 1), date(2027, 8, 31))
    assert gift.run == Run(date(2026, 7, 1), 14)


DAYS = st.dates(date(2019, 1, 1), date(2031, 12, 31))
MONTHS = st.integers(1, 24)


@QUICK
@given(anchor=DAYS, months=st.integers(1, 30))
def test_payments_of_one_month_end_where_one_payment_ends(anchor: date, months: int) -> None:
    (whole,) = periods_from(Run(anchor), months=months)
    run, covered = Run(anchor), 0
    for _ in range(months):
        (single,) = periods_from(run, months=1)
        run, covered = single.run, covered + single.of_days
    assert run.stops_on == whole.stop
    assert covered == whole.of_days


@QUICK
@given(anchor=DAYS, payments=st.lists(st.tuples(MONTHS, st.integers(0, 3), st.integers(-40, 90), st.booleans()), min_size=1, max_size=8))
def test_rows_are_contiguous_except_after_a_restart(anchor: date, payments: list[tuple[int, int, int, bool]]) -> None:
    """Each payment: months, gift months, the day it is taken after the stop date, and whether the policy is backfill."""
    rows = list(periods_from(Run(anchor), months=1))
    for months, gift_months, days_after, backfills in payments:
        on = rows[-1].stop + timedelta(days=days_after)
        policy = BACKFILL if backfills else RESTART
        sold = periods_sold(after(rows[-1]), on=on, months=months, gift_months=gift_months, late_policy=policy)
        is_restart = days_after > 0 and not backfills
        assert sold[0].start == (on if is_restart else rows[-1].stop + timedelta(days=1))
        rows += sold
    for earlier, later in pairwise(rows):
        assert later.start > earlier.stop
        assert later.start == earlier.stop + timedelta(days=1) or later.start == later.anchor
    assert stop_date(rows) == rows[-1].stop == rows[-1].run.stops_on


@QUICK
@given(anchor=DAYS, months=MONTHS, shift=st.integers(1, 200))
def test_a_shift_is_never_lost_and_never_given_twice(anchor: date, months: int, shift: int) -> None:
    rows = list(periods_from(Run(anchor), months=months))
    shifted = stop_date(rows, shifted_days=[shift])
    assert shifted is not None
    rows += periods_sold(standing(shifted, rows[-1].run), on=shifted, months=1, late_policy=RESTART)
    assert rows[-1].start == rows[0].stop + timedelta(days=shift + 1)
    assert stop_date(rows) == rows[-1].stop


SUSPENDED = {"state": SubscriptionState.SUSPENDED}
CUT_FOR_ARREARS = {"state": SubscriptionState.FORCED, "reason": StopReason.ARREARS}
CUT_BY_OPERATOR = {"state": SubscriptionState.FORCED, "reason": StopReason.OPERATOR}


@QUICK
@given(
    anchor=DAYS,
    shift=st.integers(0, 50),
    days_after=st.integers(-60, 200),
    halted_before=st.integers(0, 100),
    halt=st.sampled_from([{}, SUSPENDED, CUT_FOR_ARREARS, CUT_BY_OPERATOR]),
    policy=st.sampled_from(LatePolicy),
    grace_days=st.integers(0, 10),
    parts=st.tuples(MONTHS, MONTHS),
)
def test_two_payments_of_one_day_buy_what_one_buys(
    anchor: date,
    shift: int,
    days_after: int,
    halted_before: int,
    halt: dict[str, object],
    policy: LatePolicy,
    grace_days: int,
    parts: tuple[int, int],
) -> None:
    """However the line stands: late or early, shifted, suspended or cut."""
    run = Run(anchor, 1)
    stops_on = run.stops_on + timedelta(days=shift)
    on = stops_on + timedelta(days=days_after)
    halted = {"halted_on": on - timedelta(days=halted_before), **halt} if halt else {}
    line = standing(stops_on, run, **halted)

    def pay(before: Standing, months: int) -> Period:
        (period,) = periods_sold(before, on=on, months=months, late_policy=policy, grace_days=grace_days)
        return period

    whole, first = pay(line, sum(parts)), pay(line, parts[0])
    second = pay(standing(first.stop, first.run, **halted), parts[1])
    assert (first.start, second.stop) == (whole.start, whole.stop)
    assert second.start == first.stop + timedelta(days=1)
    assert first.start > stops_on
