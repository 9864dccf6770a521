"""Which reminder a unit's overdue debts are due for: first, second, third.

The first when the oldest debt is overdue for the office's days; the next so many days after the one before was delivered, while something
that stood on it is still open. Debts that were paid since begin anew. Source: printed forms V5, fee rules §6; docs/rules/notices.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LAST_LEVEL = 3


@dataclass(frozen=True)
class Waits:
    """The office's days: from the due date to the first reminder, and from the delivery of one to the next."""

    first: int = 10
    second: int = 10
    third: int = 14

    def before(self, level: int) -> int:
        return (self.first, self.second, self.third)[level - 1]


@dataclass(frozen=True)
class Sent:
    """A reminder that was made: its level, which charges stood on it, and when it was delivered."""

    level: int
    charges: frozenset[int]
    delivered_on: date | None


@dataclass(frozen=True)
class Due:
    """The level a unit is due for, and since when; ``waits_for_delivery`` says that the reminder before was never noted as delivered."""

    level: int
    on: date
    waits_for_delivery: bool = False


def due_for(overdue: Sequence[tuple[int, date]], sent: Sequence[Sent], waits: Waits) -> Due | None:
    """Return what ``overdue``, charges with their due dates, is due for; nothing where all three were made, or nothing is overdue."""
    if not overdue:
        return None
    charges = {charge for charge, _ in overdue}
    standing = [each for each in sent if each.charges & charges]
    last = max(standing, key=lambda each: each.level, default=None)
    if last is None:
        oldest = min(due_on for _, due_on in overdue)
        return Due(1, oldest + timedelta(days=waits.first))
    if last.level >= LAST_LEVEL:
        return None
    if last.delivered_on is None:
        return Due(last.level + 1, date.max, waits_for_delivery=True)
    return Due(last.level + 1, last.delivered_on + timedelta(days=waits.before(last.level + 1)))
