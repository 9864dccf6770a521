"""The staircase of tiered prices 阶梯价格图 / biểu đồ giá theo bậc: geometry only, drawn by ``tariffs/stairs.html`` without a script.

Across are per cent of the width, down are pixels; both axes begin at nought.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import ceil

from app.foundation.charts import BOTTOM, TOP, GridLine, Segment, step_of
from app.tariffs.rules.lines import Recipe
from app.tariffs.rules.tiers import Tier

HEIGHT = 210
LEFT = 12.0  # per cent for the prices at the axis: the picture stands in a narrow column
# How much of the width the open tier takes beyond the last limit.
BEYOND = 1.25
Place = Callable[[float], float]
CROWDED = 7.0  # per cent between two captions below which one is left out
NARROW = 14.0  # per cent below which a phone has no room for a caption


@dataclass(frozen=True)
class Stair:
    """One tier: where its tread lies, and its price."""

    left: float
    width: float
    middle: float
    y: float
    height: float
    price: Decimal
    is_written: bool
    is_narrow: bool


@dataclass(frozen=True)
class Mark:
    """A limit under the axis, or the quantity that is tried."""

    x: float
    value: Decimal
    is_written: bool = True
    y: float = 0.0
    price: Decimal | None = None


@dataclass(frozen=True)
class Stairs:
    """Everything the template draws."""

    height: int
    base: float
    left: float
    grid: list[GridLine]
    stairs: list[Stair]
    risers: list[Segment]
    before: list[Segment]
    limits: list[Mark]
    tried: Mark | None


def tiers_of(recipe: Recipe | None) -> Sequence[Tier]:
    """Return the tiers of the first line that has some."""
    return next((line.kind.tiers for line in recipe.lines if hasattr(line.kind, "tiers")), ()) if recipe is not None else ()


def draw_stairs(tiers: Sequence[Tier], before: Sequence[Tier] = (), tried: Decimal | None = None) -> Stairs | None:
    """Return the picture of ``tiers``, of those ``before`` dashed, and of the quantity ``tried``; nothing without tiers."""
    limits = [float(tier.up_to) for tier in (*tiers, *before) if tier.up_to is not None]
    prices = [float(tier.price) for tier in (*tiers, *before)]
    if not tiers or not limits or max(prices) <= 0:
        return None
    widest = max([*(limit * BEYOND for limit in limits), *([float(tried) * 1.05] if tried is not None else [])])
    step = step_of(max(prices))
    highest = step * ceil(max(prices) / step)
    base = float(HEIGHT - BOTTOM)

    def x(value: float) -> float:
        return round(LEFT + (100 - LEFT) * value / widest, 2)

    def y(price: float) -> float:
        return round(base - (base - TOP) * max(price, 0.0) / highest, 1)

    ends = _ends(tiers, widest)
    stairs = [_stair(tier, x(start), x(end), y(float(tier.price)), base) for tier, (start, end) in zip(tiers, ends, strict=True)]
    return Stairs(
        height=HEIGHT,
        base=base,
        left=LEFT,
        grid=[GridLine(y(step * number), Decimal(str(step)) * number) for number in range(round(highest / step) + 1)],
        stairs=stairs,
        risers=[Segment(one.left + one.width, one.y, other.left, other.y) for one, other in pairwise(stairs)],
        before=_outline(before, _ends(before, widest), x, y),
        limits=_limits(tiers, x),
        tried=_tried(tried, tiers, x, y),
    )


def _stair(tier: Tier, left: float, right: float, y: float, base: float) -> Stair:
    width = round(right - left, 2)
    return Stair(left, width, round((left + right) / 2, 2), y, round(base - y, 1), tier.price, width >= CROWDED, width < NARROW)


def _ends(tiers: Sequence[Tier], widest: float) -> list[tuple[float, float]]:
    starts = [0.0, *(float(tier.up_to) for tier in tiers if tier.up_to is not None)]
    return list(zip(starts, [*starts[1:], widest], strict=True)) if tiers else []


def _outline(tiers: Sequence[Tier], ends: Sequence[tuple[float, float]], x: Place, y: Place) -> list[Segment]:
    found: list[Segment] = []
    for tier, (start, end) in zip(tiers, ends, strict=True):
        level = y(float(tier.price))
        if found:
            found.append(Segment(x(start), found[-1].y2, x(start), level))
        found.append(Segment(x(start), level, x(end), level))
    return found


def _limits(tiers: Sequence[Tier], x: Place) -> list[Mark]:
    marks, last = [Mark(LEFT, Decimal(0))], LEFT
    for tier in tiers:
        if tier.up_to is not None:
            place = x(float(tier.up_to))
            is_written = place - last >= CROWDED
            last = place if is_written else last
            marks.append(Mark(place, tier.up_to, is_written))
    return marks


def _tried(quantity: Decimal | None, tiers: Sequence[Tier], x: Place, y: Place) -> Mark | None:
    if quantity is None or quantity < 0:
        return None
    tier = next(each for each in tiers if each.up_to is None or quantity <= each.up_to)
    return Mark(x(float(quantity)), quantity, True, y(float(tier.price)), tier.price)
