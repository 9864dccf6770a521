"""Geometry of the charts in pages: columns and shares, drawn as SVG without a script. Pure: numbers in, places out.

Places along the page are per cent of the width, heights are pixels: so a chart fills its card at every width, its texts unstretched.
The vertical axis always starts at nought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any

from app.values.shares import whole_shares

HEIGHT = 220
TOP, BOTTOM = 22, 24  # room for the values above and the labels below
LEFT = 7.0  # per cent for the figures of the axis
GAP = 0.28  # of a column's place left empty
STEPS = (1, 2, 2.5, 5, 10)
LINES = 4


@dataclass(frozen=True)
class Piece:
    """One filled part of a column; ``fill`` is the end of its class name."""

    y: float
    height: float
    fill: str


@dataclass(frozen=True)
class Column:
    """One column with its label below and its value above; ``title`` says of what, and how much, where it is pointed at."""

    left: float
    width: float
    middle: float
    top: float
    label: str
    text: str
    title: str
    is_marked: bool
    pieces: list[Piece]


@dataclass(frozen=True)
class GridLine:
    """A value of the axis."""

    y: float
    value: Decimal


@dataclass(frozen=True)
class Segment:
    """A stretch of the dashed line of comparison."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Columns:
    """Everything the macro ``columns_chart`` draws."""

    height: int
    base: float
    left: float
    columns: list[Column]
    grid: list[GridLine]
    compare: list[Segment]


@dataclass(frozen=True)
class Share:
    """A part of a whole: where it lies on the bar, and how many per cent it is."""

    left: float
    width: float
    per_cent: int
    label: str
    text: str
    note: str
    fill: str


def draw_columns(columns: Sequence[Mapping[str, Any]], compare: Sequence[Any] = (), *, height: int = HEIGHT, axis: bool = True) -> Columns:
    """Return the chart of ``columns``: {label, values (stacked, bottom first), text, fill, marked, name}; ``compare``: a value each."""
    totals = [sum((_number(value) for value in column["values"]), 0.0) for column in columns]
    others = [_number(value) for value in compare if value is not None]
    step = step_of(max([*totals, *others, 0.0]))
    highest = step * max(1, ceil(max([*totals, *others, 0.0]) / step))
    base = float(height - BOTTOM)
    scale = (base - TOP) / highest
    left = LEFT if axis else 0.0
    place = (100 - left) / max(1, len(columns))
    middles = [left + place * (number + 0.5) for number in range(len(columns))]
    drawn = [_column(column, middle, place, base, scale) for column, middle in zip(columns, middles, strict=True)]
    lines = [GridLine(base - step * number * scale, Decimal(str(step)) * number) for number in range(round(highest / step) + 1)]
    return Columns(height, base, left, drawn, lines if axis else lines[:1], _compared(compare, middles, base, scale))


def _number(value: Any) -> float:
    return float(value or 0)


def step_of(highest: float) -> float:
    """Return a round step of the axis that gives about four lines."""
    if highest <= 0:
        return 1.0
    rough = highest / LINES
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in STEPS if factor * power >= rough * 0.999)


def _column(column: Mapping[str, Any], middle: float, place: float, base: float, scale: float) -> Column:
    width = place * (1 - GAP)
    fills = column.get("fills") or [column.get("fill") or "", "2", "grey"]
    y = base
    pieces: list[Piece] = []
    for value, fill in zip(column["values"], fills, strict=False):
        tall = _number(value) * scale
        if tall <= 0:
            continue
        y -= tall
        # Two pixels between the fills; a value too small to see still shows a line.
        pieces.append(Piece(round(y, 1), round(max(tall - (2 if pieces else 0), 1), 1), fill))
    return Column(
        left=round(middle - width / 2, 2),
        width=round(width, 2),
        middle=round(middle, 2),
        top=round(y - 6, 1),
        label=str(column["label"]),
        text=str(column.get("text") or ""),
        title=": ".join(part for part in (str(column.get("name") or column["label"]), str(column.get("text") or "")) if part),
        is_marked=bool(column.get("marked")),
        pieces=pieces,
    )


def _compared(values: Sequence[Any], middles: Sequence[float], base: float, scale: float) -> list[Segment]:
    points = [
        (round(x, 2), round(base - _number(value) * scale, 1)) for x, value in zip(middles, values, strict=False) if value is not None
    ]
    return [Segment(*one, *other) for one, other in pairwise(points)]


def draw_shares(parts: Sequence[Mapping[str, Any]]) -> list[Share]:
    """Return the bar of ``parts``: {label, value, text, note, fill}. The per cents are rounded so that they add up to a hundred."""
    values = [max(_number(part["value"]), 0.0) for part in parts]
    total = sum(values)
    whole = _hundred(values)
    shares, left = [], 0.0
    for part, value, per_cent in zip(parts, values, whole, strict=True):
        width = 100 * value / total if total else 0.0
        fill = str(part.get("fill") or "")
        shares.append(
            Share(round(left, 2), round(width, 2), per_cent, str(part["label"]), str(part["text"]), str(part.get("note") or ""), fill)
        )
        left += width
    return shares


def _hundred(values: Sequence[float]) -> Sequence[int]:
    """Return whole per cents of ``values`` that add up to a hundred."""
    return whole_shares(100, values) if any(values) else [0 for _ in values]
