"""Geometry of the two bar charts of the first page: per cent from the left, pixels from the top."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.home.queries import DAYS_SHOWN, DayTakings

HEIGHT = 150
MOST_DAYS_AHEAD = 31  # bars that can still be told from each other
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Piece:
    """One part of a bar."""

    top: float
    height: float
    kind: str


@dataclass(frozen=True)
class Bar:
    """One day: where its bar stands, its parts from below, and its figure."""

    day: datetime.date
    left: float
    width: float
    middle: float
    pieces: tuple[Piece, ...]
    value: Any
    top: float


def takings_chart(days: Mapping[datetime.date, DayTakings], today: datetime.date) -> list[Bar]:
    """Return the takings of the last two weeks: what came by transfer below, cash above it."""
    found = [(day, days.get(day, DayTakings())) for day in _last_days(today)]
    highest = highest_takings(days, today)
    return [_bar(at, len(found), day, ((one.other, "1"), (one.cash, "2")), highest, one.total) for at, (day, one) in enumerate(found)]


def highest_takings(days: Mapping[datetime.date, DayTakings], today: datetime.date) -> Decimal:
    """Return the amount at the top of the chart."""
    return max(days[day].cash + days[day].other if day in days else Decimal(0) for day in _last_days(today))


def _last_days(today: datetime.date) -> list[datetime.date]:
    return [today - (DAYS_SHOWN - 1 - at) * DAY for at in range(DAYS_SHOWN)]


def expiry_chart(by_day: Mapping[datetime.date, int], today: datetime.date, days: int) -> list[Bar]:
    """Return how many lines stop on each of the next days; the first week in amber."""
    shown = [today + at * DAY for at in range(min(days, MOST_DAYS_AHEAD) + 1)]
    highest = Decimal(max([by_day.get(day, 0) for day in shown], default=0))
    return [
        _bar(at, len(shown), day, ((Decimal(by_day.get(day, 0)), "amber" if at < 7 else "grey"),), highest, by_day.get(day, 0))
        for at, day in enumerate(shown)
    ]


def _bar(at: int, count: int, day: datetime.date, parts: tuple[tuple[Decimal, str], ...], highest: Decimal, value: Any) -> Bar:
    slot = 100 / count
    pieces = []
    top = float(HEIGHT)
    for amount, kind in parts:
        height = round(float(amount / highest) * (HEIGHT - 24), 1) if highest else 0.0
        if height:
            top -= height
            pieces.append(Piece(round(top, 1), max(height - 1, 1), kind))
    left, middle = round((at + 0.18) * slot, 2), round((at + 0.5) * slot, 2)
    return Bar(day, left, round(slot * 0.64, 2), middle, tuple(pieces), value, round(top, 1))
