"""Geometry of the pictures in pages: where the bars of a time line stand, in per cent of its width. Pure but for the month names."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from babel.dates import format_skeleton
from flask_babel import gettext

from app.foundation.i18n import current_locale
from app.values import formats

DAY = datetime.timedelta(days=1)
MARGIN = 24  # days shown before the first and after the last period
TODAY_EDGE, STOP_EDGE = 8.0, 20.0  # per cent from either end within which a caption is anchored to its mark
CROWDED = 16.0  # per cent between today and the stop date below which their captions turn away from each other
PHONE_CROWDED = 55.0  # the same on a phone, where one caption is left out
MOST_TICKS = 18  # captions of months that fit beside each other at the narrowest panel
PANEL_PIXELS, PHONE_PIXELS = 560, 320  # narrowest widths the line is drawn at


@dataclass(frozen=True)
class Bar:
    """One period on the line; ``kind`` is paid, used, gift, frozen or proposed."""

    left: float
    width: float
    kind: str
    text: str
    middle: float
    fits_phone: bool


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
    crowded: bool
    today_anchor: str
    stop_anchor: str
    sentence: str


def draw_time_line(periods: Sequence[Any], today: datetime.date, stop: datetime.date | None = None) -> TimeLine:
    """Return the picture of ``periods`` (objects or mappings with starts_on, ends_on, kind, text), both days inclusive."""
    spans = [_span(period) for period in periods]
    first = min([*(span[0] for span in spans), today]) - MARGIN * DAY
    last = max([*(span[1] for span in spans), today, *([stop] if stop else [])]) + MARGIN * DAY
    if stop and 100 * abs((stop + DAY - today).days) / (last - first).days < CROWDED:
        last = max(last, _room_after(first, today, stop))
    days = (last - first).days + 1

    def place(day: datetime.date) -> float:
        return round(100 * (day - first).days / days, 2)

    today_at, stop_at = place(today), place(stop + DAY) if stop else None
    bars = [_bar(place(start), place(end + DAY), kind, text, today_at) for start, end, kind, text in spans]
    distance = abs(stop_at - today_at) if stop_at is not None else 100.0
    crowded = distance < CROWDED
    return TimeLine(
        bars=bars,
        ticks=_ticks(first, last, place),
        today=today_at,
        stop=stop_at,
        stop_text=gettext("Stop date %(date)s", date=_day(stop)) if stop else "",
        crowded=distance < PHONE_CROWDED,
        today_anchor=_anchor(today_at, TODAY_EDGE, before=crowded and stop_at is not None and stop_at >= today_at, after=crowded),
        stop_anchor=_anchor(stop_at or 0, STOP_EDGE, before=crowded and stop_at is not None and stop_at < today_at, after=crowded),
        sentence=_sentence(spans, stop),
    )


def _room_after(first: datetime.date, today: datetime.date, stop: datetime.date) -> datetime.date:
    """Return the last day at which the caption of the later mark has room behind it: before it stands the caption of the other."""
    later, edge = (stop + DAY, STOP_EDGE) if stop >= today else (today, TODAY_EDGE)
    return first + ((later - first).days * 100 / (100 - edge) + 2) * DAY


def _span(period: Any) -> tuple[datetime.date, datetime.date, str, str]:
    def read(name: str, default: Any = None) -> Any:
        return period.get(name, default) if isinstance(period, dict) else getattr(period, name, default)

    return read("starts_on"), read("ends_on"), str(read("kind") or "paid"), str(read("text") or "")


def _bar(left: float, right: float, kind: str, text: str, today: float) -> Bar:
    """Return the bar, its text in the wider part beside today's mark, where it fits the narrowest panel."""
    width = max(round(right - left - 0.2, 2), 0.3)
    start, end = left, left + width
    if left < today < right:
        start, end = (left, today) if today - left > right - today else (today, right)
    needed = sum(11.5 if unicodedata.east_asian_width(letter) in "WF" else 6.4 for letter in text) + 8
    room = (end - start) / 100
    middle = round((start + end) / 2, 2)
    return Bar(left, width, kind, text if needed < room * PANEL_PIXELS else "", middle, needed < room * PHONE_PIXELS)


def _anchor(at: float, edge: float, *, before: bool, after: bool) -> str:
    """Return on which side of its mark a caption stands, so that two near captions do not cover each other."""
    if at < edge:
        return "start"
    if at > 100 - edge or before:
        return "end"
    return "start" if after else "middle"


def _ticks(first: datetime.date, last: datetime.date, place: Any) -> list[Tick]:
    months = list(_months(first, last))
    # Every n-th month counted from January, so that the year is never among those left out.
    step = next((step for step in (1, 2, 3, 6) if len(months) <= step * MOST_TICKS), 12)
    wider = step * (2 if len(months) < 10 else 3)
    return [Tick(place(month), _month(month), major=(month.month - 1) % wider == 0) for month in months if (month.month - 1) % step == 0]


def _months(first: datetime.date, last: datetime.date) -> Iterable[datetime.date]:
    month = (first.replace(day=1) + 32 * DAY).replace(day=1)
    while month <= last - 7 * DAY:
        yield month
        month = (month + 32 * DAY).replace(day=1)


def _month(day: datetime.date) -> str:
    locale = current_locale()
    if day.month == 1:
        return str(day.year)
    # "Tháng 12" would not fit between two ticks.
    return f"T{day.month}" if locale == "vi" else str(format_skeleton("MMM", day, locale=locale))


def _day(day: datetime.date) -> str:
    return formats.day(day, current_locale())


def _sentence(spans: list[tuple[datetime.date, datetime.date, str, str]], stop: datetime.date | None) -> str:
    if not spans:
        return str(gettext("No service period yet."))
    first, last = min(span[0] for span in spans), stop or max(span[1] for span in spans)
    return str(gettext("%(count)s service periods, from %(first)s to %(last)s.", count=len(spans), first=_day(first), last=_day(last)))
