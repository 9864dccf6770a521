"""Spans of days: from a first day to a last one, both included, or without an end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Protocol, TypeVar

from app.values.dates import days_of


class Span(Protocol):
    """What lasts from ``starts_on`` to ``ends_on``; without an end it goes on."""

    @property
    def starts_on(self) -> date: ...

    @property
    def ends_on(self) -> date | None: ...


AnySpan = TypeVar("AnySpan", bound=Span)


def covered_days(span: Span, start: date, stop: date) -> int:
    """Return how many days of ``start`` … ``stop`` lie in ``span``."""
    return days_of(max(span.starts_on, start), min(span.ends_on or stop, stop))


def covers(span: Span, day: date) -> bool:
    """Say whether ``day`` lies in ``span``."""
    return span.starts_on <= day and (span.ends_on is None or day <= span.ends_on)


def first_overlap(spans: Iterable[AnySpan]) -> tuple[AnySpan, AnySpan] | None:
    """Return the first two of ``spans`` that share a day, the earlier one first, or None."""
    for earlier, later in pairwise(sorted(spans, key=lambda span: span.starts_on)):
        if earlier.ends_on is None or later.starts_on <= earlier.ends_on:
            return earlier, later
    return None
