"""When a letter that was not taken is tried again, and when it is given up.

Source: docs/rules/reminders.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta

# After the first, second … failure.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
MOST_ATTEMPTS = len(PAUSES) + 1


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """Return when a letter that has failed ``attempts`` times is tried again; None where it is given up."""
    return now + PAUSES[attempts - 1] if 1 <= attempts <= len(PAUSES) else None
