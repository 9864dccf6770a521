"""The order in which a building is walked: floor by floor from below, on each floor by the number of the door.

Meter rounds, notices and lists follow it. Source: building services S2.2; docs/rules/floor_order.md.
"""

from __future__ import annotations

import re

GROUND = frozenset({"g", "gf", "ug", "l", "lobby", "t", "trệt", "底层", "地下大堂", "大堂", "地面"})
BELOW = re.compile(r"(?:b|hầm|tầng hầm|负|負|地库|地庫|-)\s*([0-9]{0,2})\s*(?:层|層|f)?")
FLOORS, DOORS = 100_000, 1000


def walking_order(floor: str, number: str) -> int:
    """Return the place of the unit ``number`` on ``floor`` in its building: the higher, the later.

    A floor is read as people write it ("12", "12A", "B2", "G"); without one the number tells it (1203 is the 12th floor). A number of
    several parts begins with the stairwell ("2-501"), which is walked before the next one. What cannot be read counts as the ground floor.
    """
    parts = re.findall(r"[0-9]+", number)
    first = re.match(r"\s*([0-9]+)[^0-9]+[0-9]", number)
    stairwell = int(first[1][-2:]) if first else 0
    door = int(parts[-1][-4:]) if parts else 0
    level = _level(floor) if floor.strip() else door // 100
    return stairwell * FLOORS + level * DOORS + (door % 100 if door >= 100 else door)


def _level(floor: str) -> int:
    """Return the number of a floor; cellars lie below zero."""
    plain = floor.strip().casefold()
    if plain in GROUND:
        return 0
    if below := BELOW.fullmatch(plain):
        return -int(below[1] or 1)
    found = re.search(r"[0-9]{1,2}", plain)
    return int(found[0]) if found else 0
