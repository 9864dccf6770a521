"""Which version of which tariff is valid on which days, for a kind of unit in a building: on each day the narrower tariff wins.

Source: fee rules §2; docs/rules/tariffs.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.places.choices import UnitKind
from app.tariffs.rules.inheritance import narrowest
from app.values.dates import ONE_DAY
from app.values.spans import covers


@dataclass(frozen=True)
class Valid:
    """A version of a tariff that is valid from ``starts_on`` to ``ends_on``, and where its tariff holds."""

    version: int
    starts_on: date
    ends_on: date | None = None
    building_id: int | None = None
    unit_kind: UnitKind | None = None


def day_by_day(versions: Sequence[Valid], *, building: int, kind: UnitKind) -> tuple[tuple[int, date, date | None], ...]:
    """Return the stretches of days as (version, first day, last day) in order; days without a version are left out."""
    turns = sorted({each.starts_on for each in versions} | {each.ends_on + ONE_DAY for each in versions if each.ends_on is not None})
    found: list[tuple[int, date, date | None]] = []
    for turn, following in pairwise([*turns, None]):
        if turn is None:
            continue
        best = narrowest((each for each in versions if covers(each, turn)), building=building, kind=kind)
        if best is None:
            continue
        until = None if following is None else following - ONE_DAY
        if found and found[-1][0] == best.version and found[-1][2] == turn - ONE_DAY:
            found[-1] = (best.version, found[-1][1], until)
        else:
            found.append((best.version, turn, until))
    return tuple(found)
