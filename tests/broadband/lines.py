"""Lines in every state on given days, for the tests of what is done to them. The clock is moved; every step is the real operation."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import inspect, select, text

from app.broadband.choices import StopReason, SubscriptionStatus
from app.broadband.models import ForcedStop, Resumption, Subscription, Suspension
from app.broadband.operations.acting import DeedTerms
from app.broadband.operations.halting import ResumptionTerms, SuspensionTerms, force_stop, resume, suspend
from app.foundation.database import Record, db
from app.foundation.scope import everything
from app.foundation.transactions import run
from tests.factories import a_pending_line, acting, an_active_line, on_day, paid, reloaded

# The day on which a line of ``in_state`` has its state, and the stop date it has then (none while pending).
TODAY = "2026-06-10"
STOP = "2026-08-14"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def line_until(stop: str, *, since: str = "2026-01-01", code: str = "SH", **values: Any) -> Subscription:
    """Return an active line with exactly one paid row, of whole months, that ends on ``stop``: it began on the same day of a month."""
    last = day(stop) + datetime.timedelta(days=1)
    months = (last.year - day(since).year) * 12 + last.month - day(since).month
    start = _months_before(last, max(months, 1))
    line = an_active_line(start.isoformat(), code, **values)
    paid(line, start.isoformat(), max(months, 1))
    return reloaded(line)


def suspended(line: Subscription, when: str, *, by: str = "wang", **terms: Any) -> Suspension:
    """Suspend a line on a day."""
    with on_day(when), acting(by):
        return run(suspend, subscription=line.id, terms=SuspensionTerms(**terms)).record


def cut(line: Subscription, when: str, reason: StopReason = StopReason.ARREARS, *, by: str = "chen", **terms: Any) -> ForcedStop:
    """Force-stop a line on a day."""
    with on_day(when), acting(by):
        return run(force_stop, subscription=line.id, reason=reason, terms=DeedTerms(**terms)).record


def resumed(line: Subscription, when: str, *, by: str = "wang", **terms: Any) -> Resumption:
    """Resume a line on a day."""
    with on_day(when), acting(by):
        return run(resume, subscription=line.id, terms=ResumptionTerms(**terms)).record


def seen(line: Subscription) -> Subscription:
    """Return the line as the person who acts sees it now."""
    db.session.expunge_all()
    fresh: Subscription = db.session.scalars(select(Subscription).where(Subscription.id == line.id)).one()
    return fresh


def closed(line: Subscription) -> Subscription:
    """Close a line past its operation, so that these tests do not depend on what a closure settles."""
    with everything("a test's closed line"):
        db.session.execute(
            text(
                "UPDATE subscription SET state = 'closed', halted_on = NULL, stop_reason = NULL, planned_resume_on = NULL WHERE id = :line"
            ),
            {"line": line.id},
        )
        db.session.commit()
    fresh: Subscription = reloaded(line)
    return fresh


def in_state(status: SubscriptionStatus, *, code: str = "SH", **values: Any) -> Subscription:
    """Return a line that has ``status`` on ``TODAY``; its stop date is ``STOP``, for an expired one the month before ``TODAY``."""
    return _MAKERS[status](code=code, **values)


def _pending(**values: Any) -> Subscription:
    return a_pending_line("2026-06-01", values.pop("code"), **values)


def _active(**values: Any) -> Subscription:
    return line_until(STOP, since="2026-02-15", **values)


def _expired(**values: Any) -> Subscription:
    return line_until("2026-05-14", since="2026-02-15", **values)


def _suspended(**values: Any) -> Subscription:
    line = _active(**values)
    suspended(line, "2026-06-05")
    return reloaded(line)  # type: ignore[no-any-return]


def _forced(**values: Any) -> Subscription:
    line = _active(**values)
    cut(line, "2026-06-05", StopReason.VIOLATION)
    return reloaded(line)  # type: ignore[no-any-return]


def _closed(**values: Any) -> Subscription:
    return closed(_active(**values))


_MAKERS: Mapping[SubscriptionStatus, Callable[..., Subscription]] = {
    SubscriptionStatus.PENDING: _pending,
    SubscriptionStatus.ACTIVE: _active,
    SubscriptionStatus.EXPIRED: _expired,
    SubscriptionStatus.SUSPENDED: _suspended,
    SubscriptionStatus.FORCED: _forced,
    SubscriptionStatus.CLOSED: _closed,
}


def row_of(record: Record) -> dict[str, Any]:
    """Return the stored columns of a record as they are now."""
    fresh = reloaded(record)
    return {column.key: getattr(fresh, column.key) for column in inspect(type(fresh)).column_attrs}


def _months_before(end: datetime.date, months: int) -> datetime.date:
    count = end.year * 12 + end.month - 1 - months
    return end.replace(year=count // 12, month=count % 12 + 1)


__all__ = [
    "STOP",
    "TODAY",
    "closed",
    "cut",
    "day",
    "in_state",
    "line_until",
    "resumed",
    "row_of",
    "seen",
    "suspended",
]
