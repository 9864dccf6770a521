"""Geometry of the pictures in pages: where the bars of a time line stand, in per cent of its width. Pure but for the month names."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from babel.dates import format_skeleton
from flask_babel import gettext

from app.foundation.i18n import current_locale
from app.values import formats

DAY = datetime.timedelta(days=1)
MARGIN = 24  # days shown before the first and after the last period
EDGE = 8.0  # per cent from either end within which a caption is anchored to its mark


@dataclass(frozen=True)
class Bar:
    """One period on the line; ``kind`` is paid, used, gift, frozen or proposed."""

    left: float
    width: float
    kind: str
    text: str

    @property
    def middle(self) -> float:
        return round(self.left + self.width / 2, 2)


@dataclass(frozen=True)
class Tick:
    """The first of a month; minor ones are left out where there is little room."""

    left: float
    text: str
    major: bool


@dataclass(frozen=True)
class TimeLine:
    """Everything the macro ``time_line`` draws."""

    bars: list[Bar]
    ticks: list[Tick]
    today: float | None
    stop: float | None
    stop_text: str
    today_anchor: str
    stop_anchor: str
    sentence: str


def draw_time_line(periods: Sequence[Any], today: datetime.date, stop: datetime.date | None = None) -> TimeLine:
    """Return the picture of ``periods`` (objects or mappings with starts_on, ends_on, kind, text), both days inclusive."""
    spans = [_span(period) for period in periods]
    first = min([*(span[0] for span in spans), today]) - MARGIN * DAY
    last = max([*(span[1] for span in spans), today, *([stop] if stop else [])]) + MARGIN * DAY
    days = (last - first).days + 1

    def place(day: datetime.date) -> float:
        return round(100 * (day - first).days / days, 2)

    bars = [
        Bar(
            place(start),
            max(round(place(end + DAY) - place(start) - 0.2, 2), 0.3),
            kind,
            text if (end - start).days * 100 > 7 * days else "",
        )
        for start, end, kind, text in spans
    ]
    today_at, stop_at = place(today), place(stop + DAY) if stop else None
    crowded = stop_at is not None and abs(stop_at - today_at) < 2 * EDGE
    return TimeLine(
        bars=bars,
        ticks=_ticks(first, last, place),
        today=today_at,
        stop=stop_at,
        stop_text=gettext("Stop date %(date)s", date=_day(stop)) if stop else "",
        today_anchor=_anchor(today_at, before=crowded and stop_at is not None and stop_at >= today_at, after=crowded),
        stop_anchor=_anchor(stop_at or 0, before=crowded and stop_at is not None and stop_at < today_at, after=crowded),
        sentence=_sentence(spans, stop),
    )


def _span(period: Any) -> tuple[datetime.date, datetime.date, str, str]:
    def read(name: str, default: Any = None) -> Any:
        return period.get(name, default) if isinstance(period, dict) else getattr(period, name, default)

    return read("starts_on"), read("ends_on"), str(read("kind") or "paid"), str(read("text") or "")


def _anchor(at: float, *, before: bool, after: bool) -> str:
    """Return on which side of its mark a caption stands, so that two near captions do not cover each other."""
    if at < EDGE:
        return "start"
    if at > 100 - EDGE or before:
        return "end"
    return "start" if after else "middle"


def _ticks(first: datetime.date, last: datetime.date, place: Any) -> list[Tick]:
    months = list(_months(first, last))
    step = max(1, -(-len(months) // 15))
    return [Tick(place(month), _month(month), major=index % (step * 3) == 0) for index, month in enumerate(months) if index % step == 0]


def _months(first: datetime.date, last: datetime.date) -> Iterable[datetime.date]:
    month = (first.replace(day=1) + 32 * DAY).replace(day=1)
    while month <= last - 7 * DAY:
        yield month
        month = (month + 32 * DAY).replace(day=1)


def _month(day: datetime.date) -> str:
    return str(day.year) if day.month == 1 else format_skeleton("MMM", day, locale=current_locale())


def _day(day: datetime.date) -> str:
    return formats.day(day, current_locale())


def _sentence(spans: list[tuple[datetime.date, datetime.date, str, str]], stop: datetime.date | None) -> str:
    if not spans:
        return gettext("No service period yet.")
    first, last = min(span[0] for span in spans), stop or max(span[1] for span in spans)
    return gettext("%(count)s service periods, from %(first)s to %(last)s.", count=len(spans), first=_day(first), last=_day(last))
