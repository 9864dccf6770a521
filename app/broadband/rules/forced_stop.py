"""The forced stop 強停: which reason stops the clock, when a cut line comes back by its payment, and what the night may propose.

The clock runs on while a line is cut for arrears or a violation: its days pass. Cut by the network operator's fault it stands still,
as while suspended.

Source: broadband specification 用戶強停; docs/rules/forced_stop.md.
"""

from __future__ import annotations

from datetime import date, timedelta

from app.broadband.choices import StopReason

# So long a line stays cut before its closure is proposed.
DAYS_CUT_BEFORE_CLOSURE = 60


def freezes(reason: StopReason) -> bool:
    """Say whether the clock stands still during a forced stop for ``reason``."""
    return reason is StopReason.OPERATOR


def resumes_when_paid(reason: StopReason | None, *, stops_on: date, on: date) -> bool:
    """Say whether a payment on ``on`` that moves the stop date to ``stops_on`` resumes the cut line by itself."""
    return reason is StopReason.ARREARS and stops_on >= on


def may_be_proposed_for_stop(stops_on: date, today: date, *, grace_days: int) -> bool:
    """Say whether an active line is so late that its forced stop is proposed: its stop date and the days of grace have passed."""
    return today > stops_on + timedelta(days=grace_days)


def may_be_proposed_for_closure(halted_on: date, today: date, *, reason: StopReason) -> bool:
    """Say whether a line cut since ``halted_on`` is proposed for closure; never where the network operator has to mend it."""
    return not freezes(reason) and (today - halted_on).days >= DAYS_CUT_BEFORE_CLOSURE
