"""The steps before a stop date on which customers are reminded 提醒天數, and which of them fits a day.

Source: broadband specification 到期提醒; docs/rules/reminders.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.broadband.rules.status import FURTHEST_STEP, MOST_STEPS
from app.values.errors import Message, OperationRefused

# What stands between two numbers, in whichever language they are typed.
_BETWEEN = re.compile(r"[\s,;、，；.。]+")


def steps_of(text: str) -> tuple[int, ...]:
    """Return the steps that were typed, "15, 7, 3, 0", sorted. Raises OperationRefused for what is no list of days."""
    words = [word for word in _BETWEEN.split(text.strip()) if word]
    if not all(word.isdecimal() and len(word) <= 4 for word in words):
        raise OperationRefused(
            Message("Enter the days as whole numbers with commas between them, such as 15, 7, 3, 0."),
            code="bad_steps",
            field="reminder_days",
        )
    return checked_steps(int(word) for word in words)


def checked_steps(days: Iterable[int]) -> tuple[int, ...]:
    """Return ``days`` sorted, the largest first, each once. Raises OperationRefused for none, too many, or days out of range."""
    steps = tuple(sorted(set(days), reverse=True))
    if not 1 <= len(steps) <= MOST_STEPS:
        raise OperationRefused(
            Message("Enter one to %(most)s reminder days.", most=MOST_STEPS), code="steps_out_of_range", field="reminder_days"
        )
    if steps[0] > FURTHEST_STEP or steps[-1] < 0:
        raise OperationRefused(
            Message("A reminder comes 0 to %(most)s days before the stop date.", most=FURTHEST_STEP),
            code="steps_out_of_range",
            field="reminder_days",
        )
    return steps


def fitting_step(days_left: int, steps: Iterable[int]) -> int | None:
    """Return the step that a line with so many days left is on: the smallest not below them; None before the first and after the stop."""
    return min((step for step in steps if step >= days_left), default=None) if days_left >= 0 else None
