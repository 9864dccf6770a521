"""Whose story is which, and how often each is told."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.demonstration.events import Event
from app.demonstration.stories.changing import booked, changed_at_rest, compensated, downgraded, given_months, paid_ahead, upgraded
from app.demonstration.stories.leaving import closed, closed_in_debt, closed_with_damage
from app.demonstration.stories.moving import moved, moved_by_order, moved_twice, repaired, transferred
from app.demonstration.stories.resting import (
    back_early,
    cut_by_operator,
    cut_for_violation,
    mended,
    rested,
    stays_cut,
    stops_paying,
    suspended,
)

if TYPE_CHECKING:
    from app.demonstration.lives import Life

Tell = Callable[["Life", datetime.date], Iterator[Event]]


@dataclass(frozen=True)
class Story:
    """A story with how many days ago it happens; ``package`` is the length of the plan that it needs, None where any does."""

    tell: Tell
    ago: tuple[int, int]
    package: int | None = None


# Every office has these, each line one; a small office the first of them.
TOLD = (
    Story(suspended, (10, 40)),
    Story(stops_paying, (45, 58), 1),
    Story(repaired, (12, 60)),
    Story(closed, (20, 90), 12),
    Story(moved_by_order, (15, 100)),
    Story(paid_ahead, (40, 110), 1),
    Story(cut_for_violation, (5, 25)),
    Story(upgraded, (20, 120), 12),
    Story(booked, (40, 100), 1),
    Story(transferred, (20, 150)),
    Story(closed_in_debt, (25, 60), 12),
    Story(stays_cut, (110, 125), 1),
    Story(given_months, (10, 90)),
    Story(cut_by_operator, (1, 4)),
    Story(rested, (110, 200)),
    Story(compensated, (30, 120)),
    Story(changed_at_rest, (5, 25), 12),
    Story(downgraded, (20, 120), 12),
    Story(moved_twice, (10, 80)),
    Story(booked, (2, 9), 12),
    Story(closed_with_damage, (6, 60), 12),
    Story(changed_at_rest, (70, 140), 12),
    Story(back_early, (70, 160)),
    Story(mended, (30, 120)),
    Story(paid_ahead, (10, 60), 1),
)

# What happens to any line now and then, with the share of lines it happens to.
CHANCES: tuple[tuple[Tell, float], ...] = (
    (repaired, 0.14),
    (closed, 0.05),
    (moved, 0.05),
    (moved_by_order, 0.03),
    (rested, 0.04),
    (back_early, 0.02),
    (upgraded, 0.05),
    (downgraded, 0.02),
    (booked, 0.03),
    (transferred, 0.03),
    (given_months, 0.04),
    (compensated, 0.05),
    (mended, 0.02),
)
