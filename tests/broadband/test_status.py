"""What a line is called today, and what may be done to it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.broadband.choices import MOVES, Effect, Need, SubscriptionOperation, SubscriptionState, SubscriptionStatus
from app.broadband.rules.moves import allowed_move
from app.broadband.rules.status import days_left, is_expiring, status
from app.values.dates import day_in
from app.values.errors import OperationRefused

STOP = date(2026, 5, 14)
ACTIVE = SubscriptionState.ACTIVE


@pytest.mark.parametrize(
    ("today", "grace_days", "expected"),
    [
        (date(2026, 5, 14), 0, SubscriptionStatus.ACTIVE),
        (date(2026, 5, 15), 0, SubscriptionStatus.EXPIRED),
        (date(2026, 5, 19), 5, SubscriptionStatus.ACTIVE),
        (date(2026, 5, 20), 5, SubscriptionStatus.EXPIRED),
    ],
)
def test_an_active_line_expires_after_its_days_of_grace(today: date, grace_days: int, expected: SubscriptionStatus) -> None:
    assert status(state=ACTIVE, stops_on=STOP, today=today, grace_days=grace_days) is expected


@pytest.mark.parametrize("state", [each for each in SubscriptionState if each is not ACTIVE])
def test_other_states_never_expire(state: SubscriptionState) -> None:
    """Example 26: a line suspended across its stop date never shows as expired."""
    shown = status(state=state, stops_on=STOP, today=date(2027, 1, 1), grace_days=0)
    assert shown.value == state.value
    assert (shown.label, shown.colour, shown.icon) == (state.label, state.colour, state.icon)


def test_a_line_without_a_stop_date_is_not_expired() -> None:
    assert status(state=ACTIVE, stops_on=None, today=STOP, grace_days=0) is SubscriptionStatus.ACTIVE


def test_days_left() -> None:
    assert days_left(state=ACTIVE, stops_on=STOP, today=date(2026, 5, 9)) == 5
    assert days_left(state=ACTIVE, stops_on=STOP, today=STOP) == 0
    assert days_left(state=ACTIVE, stops_on=STOP, today=date(2026, 5, 27)) == -13
    frozen = {"state": SubscriptionState.SUSPENDED, "stops_on": date(2026, 8, 14), "frozen_on": date(2026, 6, 10)}
    assert days_left(**frozen, today=date(2026, 7, 20)) == 65  # type: ignore[arg-type]
    assert days_left(state=SubscriptionState.CLOSED, stops_on=STOP, today=STOP) is None
    assert days_left(state=SubscriptionState.PENDING, stops_on=None, today=STOP) is None


def test_expiring_is_active_within_the_reminder_days() -> None:
    def expiring(today: date, state: SubscriptionState = ACTIVE) -> bool:
        return is_expiring(state=state, stops_on=STOP, today=today, reminder_days=7)

    assert [expiring(date(2026, 5, day)) for day in (6, 7, 14, 15)] == [False, True, True, False]
    assert not expiring(STOP, SubscriptionState.SUSPENDED)


def test_the_day_of_an_office_is_not_the_day_of_the_server() -> None:
    """Example 49."""
    booked_at = datetime(2026, 5, 14, 16, 30, tzinfo=UTC)
    assert day_in(booked_at, "Asia/Shanghai") == date(2026, 5, 15)
    assert day_in(booked_at, "UTC") == date(2026, 5, 14)
    with pytest.raises(ValueError, match="time zone"):
        day_in(booked_at.replace(tzinfo=None), "Asia/Shanghai")


# The table of states as the specification prints it: operation → the status after it, "=" unchanged, "-" refused.
TABLE = {
    #                 pending   active     expired    suspended  forced    closed
    "complete": ("active", "=", "=", "=", "=", "-"),
    "pay": ("=", "=", "=", "=", "=", "-"),
    "suspend": ("-", "suspended", "-", "-", "-", "-"),
    "resume": ("-", "-", "-", "active", "active", "-"),
    "force_stop": ("-", "forced", "forced", "-", "-", "-"),
    "relocate": ("=", "=", "-", "=", "-", "-"),
    "transfer": ("=", "=", "-", "=", "=", "-"),
    "change_plan": ("=", "=", "=", "=", "-", "-"),
    "close": ("closed", "closed", "closed", "closed", "closed", "-"),
    "gift": ("-", "=", "-", "=", "-", "-"),
    "compensate": ("-", "=", "-", "=", "-", "-"),
}
CELLS = [
    (SubscriptionOperation(operation), current, cell)  # type: ignore[call-arg]
    for operation, cells in TABLE.items()
    for current, cell in zip(SubscriptionStatus, cells, strict=True)
]


@pytest.mark.parametrize(("operation", "current", "cell"), CELLS)
def test_the_table_of_states(operation: SubscriptionOperation, current: SubscriptionStatus, cell: str) -> None:
    if cell == "-":
        with pytest.raises(OperationRefused) as refusal:
            allowed_move(operation, status=current, number="K-000007", stops_on=STOP)
        assert refusal.value.code == f"state_{current.value}"
        assert "K-000007" in str(refusal.value)
        return
    move = allowed_move(operation, status=current, number="K-000007", stops_on=STOP)
    assert (move.to.value if move.to else "=") == cell


def test_the_table_covers_every_operation() -> None:
    assert set(MOVES) == set(SubscriptionOperation) == {operation for operation, _, _ in CELLS}


def test_suspending_an_expired_line_names_its_stop_date() -> None:
    """Example 28."""
    with pytest.raises(OperationRefused) as refusal:
        allowed_move(SubscriptionOperation.SUSPEND, status=SubscriptionStatus.EXPIRED, number="K-1", stops_on=date(2026, 6, 30))
    assert refusal.value.message.message_id.startswith("The subscription %(number)s expired on %(date)s and cannot be suspended.")
    assert refusal.value.message.parameters["date"] == date(2026, 6, 30)


def test_conditions_beside_the_state() -> None:
    forced = MOVES[SubscriptionOperation.RESUME][SubscriptionStatus.FORCED]
    assert forced.needs is Need.COVER
    assert MOVES[SubscriptionOperation.TRANSFER][SubscriptionStatus.FORCED].needs is Need.NO_ARREARS
    assert MOVES[SubscriptionOperation.CHANGE_PLAN][SubscriptionStatus.SUSPENDED].effect is Effect.ON_RESUMPTION
    assert MOVES[SubscriptionOperation.PAY][SubscriptionStatus.PENDING].effect is Effect.MONEY_KEPT
