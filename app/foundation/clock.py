"""The business clock: the real time, or in a training installation and the demonstration's history a moved one.

Business dates, document and shift times and jobs use it; sessions, tokens, lock-outs and limits use ``real_now``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol
from zoneinfo import ZoneInfo

_stopped_at: ContextVar[datetime.datetime | None] = ContextVar("feehouse_clock", default=None)
_ahead_by: ContextVar[datetime.timedelta] = ContextVar("feehouse_clock_ahead", default=datetime.timedelta())


class HasTimeZone(Protocol):
    """Anything with an IANA time zone name: an office."""

    @property
    def time_zone(self) -> str: ...


def real_now() -> datetime.datetime:
    """Return the real time, aware, in UTC."""
    return datetime.datetime.now(datetime.UTC)


def now() -> datetime.datetime:
    """Return the business time, aware, in UTC."""
    return _stopped_at.get() or real_now() + _ahead_by.get()


def today(office: HasTimeZone) -> datetime.date:
    """Return the civil date in the office's time zone, never the server's."""
    return local(now(), office).date()


def local(moment: datetime.datetime, office: HasTimeZone) -> datetime.datetime:
    """Return ``moment`` on the office's wall clock."""
    return moment.astimezone(ZoneInfo(office.time_zone))


@contextmanager
def at(moment: datetime.datetime) -> Iterator[None]:
    """Stop the business clock at ``moment`` inside the block (tests, the demonstration's history)."""
    if moment.tzinfo is None:
        raise ValueError("The business clock needs an aware moment.")
    token = _stopped_at.set(moment.astimezone(datetime.UTC))
    try:
        yield
    finally:
        _stopped_at.reset(token)


def set_ahead(by: datetime.timedelta) -> None:
    """Let the business clock run ``by`` ahead of the real one in this context (training installations)."""
    _ahead_by.set(by)
