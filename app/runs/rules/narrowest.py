"""Which version of which tariff is valid on which days: the narrower tariff wins, by kind of unit, then by building, then the office's.

Source: fee rules §2; docs/rules/unit_bills.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.values.dates import ONE_DAY
from app.values.spans import covers


@dataclass(frozen=True)
class Valid:
    """A version that is valid from ``starts_on`` to ``ends_on``; ``narrowness`` says whether its tariff is of one kind of unit, of one
    building.
    """

    version: int
    starts_on: date
    ends_on: date | None
    narrowness: tuple[bool, bool] = (False, False)


def day_by_day(versions: Sequence[Valid]) -> tuple[Valid, ...]:
    """Return the stretches of days with the version that is in force on them, in order; days without one are left out."""
    turns = sorted({each.starts_on for each in versions} | {each.ends_on + ONE_DAY for each in versions if each.ends_on is not None})
    found: list[Valid] = []
    for turn, following in pairwise([*turns, None]):
        assert turn is not None
        there = [each for each in versions if covers(each, turn)]
        if not there:
            continue
        best = max(there, key=lambda each: each.narrowness)
        until = None if following is None else following - ONE_DAY
        if found and found[-1].version == best.version and found[-1].ends_on == turn - ONE_DAY:
            found[-1] = Valid(best.version, found[-1].starts_on, until, best.narrowness)
        else:
            found.append(Valid(best.version, turn, until, best.narrowness))
    return tuple(found)
