"""What a line is called today: its stored state, or 到期 expired; and its days left 剩余天数.

Source: broadband specification 用戶狀態; docs/rules/status.md.
"""

from __future__ import annotations

from datetime import date, timedelta

from app.broadband.choices import SubscriptionState, SubscriptionStatus


def status(*, state: SubscriptionState, stops_on: date | None, today: date, grace_days: int) -> SubscriptionStatus:
    """Return the status that people see: expired is an active line whose stop date and days of grace have passed."""
    is_expired = state is SubscriptionState.ACTIVE and stops_on is not None and today > stops_on + timedelta(days=grace_days)
    return SubscriptionStatus.EXPIRED if is_expired else SubscriptionStatus[state.name]


def days_left(*, state: SubscriptionState, stops_on: date | None, today: date, frozen_on: date | None = None) -> int | None:
    """Return stop date − today: 0 on the stop date, negative after it; while frozen the frozen days.

    None for a line that has no cover to count: pending or closed.
    """
    if stops_on is None or state in (SubscriptionState.PENDING, SubscriptionState.CLOSED):
        return None
    return (stops_on - (frozen_on or today)).days


# 提醒天數: on these days before a stop date customers are reminded, unless the office says otherwise; the largest makes a line expiring.
USUAL_STEPS = (15, 7, 3, 0)
MOST_STEPS = 8
FURTHEST_STEP = 366


def is_expiring(*, state: SubscriptionState, stops_on: date | None, today: date, reminder_days: int) -> bool:
    """Say whether an active line stops within ``reminder_days`` from today, today and the last of them included."""
    if state is not SubscriptionState.ACTIVE or stops_on is None:
        return False
    return 0 <= (stops_on - today).days <= reminder_days
