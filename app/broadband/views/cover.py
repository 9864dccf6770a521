"""A line's days as the macro ``time_line`` draws them: the rows in force where they lie after every shift, and the days it rested."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext, ngettext

from app.broadband.choices import PeriodKind, StopReason, SubscriptionState
from app.broadband.models import ServicePeriod, Subscription, SubscriptionEvent
from app.values.dates import ONE_DAY

MOST_PERIODS = 8  # what lies further back would only make the bars of today too small


@dataclass(frozen=True)
class Bar:
    """Some days of the picture, both ends inclusive."""

    starts_on: datetime.date
    ends_on: datetime.date
    kind: str
    text: str = ""


def drawn_periods(
    periods: Iterable[ServicePeriod], *, proposed_by: int | None = None, events: Iterable[SubscriptionEvent] = ()
) -> list[dict[str, Any]]:
    """Return the newest ``periods`` as bars, shifted by the ``events`` since each was sold; those of a payment are drawn as proposed."""
    standing = [event for event in events if not event.is_voided]
    behind = {event.id: event.after_payment_id or 0 for event in standing}
    steps: list[tuple[tuple[int, int, int], Any]] = [(_order(row, behind), row) for row in periods]
    steps += [((behind[event.id], event.id, 0), event) for event in standing]
    bars: list[Bar] = []
    for _, step in sorted(steps, key=lambda each: each[0]):
        if isinstance(step, SubscriptionEvent):
            bars = _after(bars, step)
        else:
            bars.append(Bar(step.start, step.stop, _kind(step, proposed_by), _words(step)))
    return drawn(bars)


def drawn(bars: Sequence[Bar]) -> list[dict[str, Any]]:
    """Return the newest bars as the macro takes them."""
    return [vars(bar) for bar in sorted(bars, key=lambda bar: bar.starts_on)[-MOST_PERIODS:]]


def drawn_line(line: Subscription, events: Sequence[SubscriptionEvent], *, until: datetime.date | None = None) -> list[dict[str, Any]]:
    """Return the days of ``line``; while it rests, those until ``until`` (else its planned day) are frozen and the rest stands behind."""
    bars = [Bar(**bar) for bar in drawn_periods(line.periods, events=events)]
    end = until or line.planned_resume_on
    if line.halted_on is not None and end is not None and end > line.halted_on and is_frozen(line.state, line.stop_reason):
        bars = frozen(bars, line.halted_on, end, (end - line.halted_on).days)
    return drawn(bars)


def is_frozen(state: SubscriptionState, reason: StopReason | None) -> bool:
    """Tell whether the clock of a line stands still: suspended, or cut by the network operator's fault."""
    return state is SubscriptionState.SUSPENDED or reason is StopReason.OPERATOR


def frozen(bars: Sequence[Bar], halted_on: datetime.date, resumed_on: datetime.date, days: int) -> list[Bar]:
    """Return ``bars`` with the days off after ``halted_on``: what came behind moves by ``days``, or gives way where none come back."""
    moved: list[Bar] = []
    first = halted_on + ONE_DAY
    for bar in bars:
        if bar.ends_on <= halted_on:
            moved.append(bar)
            continue
        if bar.starts_on <= halted_on:
            moved.append(replace(bar, ends_on=halted_on))
            bar = replace(bar, starts_on=first, text="")
        shift = datetime.timedelta(days=days)
        start, end = bar.starts_on + shift, bar.ends_on + shift
        start = max(start, resumed_on + ONE_DAY)
        if start <= end:
            moved.append(replace(bar, starts_on=start, ends_on=end))
    if resumed_on >= first:
        moved.append(Bar(first, resumed_on, "frozen", str(gettext("Suspended"))))
    return moved


def _after(bars: list[Bar], event: SubscriptionEvent) -> list[Bar]:
    """Return the bars as an operation left them."""
    was_frozen = event.halted_on_before is not None and is_frozen(event.state_before, event.stop_reason_before)
    if was_frozen and event.state_after is SubscriptionState.ACTIVE and event.halted_on_before is not None:
        return frozen(bars, event.halted_on_before, event.on, event.shift_days)
    before, after = event.stops_on_before, event.stops_on_after
    if event.shift_days > 0 and before is not None and after is not None and after > before:
        given = Bar(before + ONE_DAY, after, "gift", str(gettext("Compensation days")))
        return [*bars, given]
    return bars


def _order(row: ServicePeriod, behind: Mapping[int, int]) -> tuple[int, int, int]:
    """Return where a row stands among payments and operations; one that an operation sold comes just after it."""
    if row.sold_by_event_id is not None:
        return (behind.get(row.sold_by_event_id, 0), row.sold_by_event_id, 1)
    return (row.regular_payment_id or 0, 0, 0)


def _kind(period: ServicePeriod, proposed_by: int | None) -> str:
    if proposed_by is not None and period.regular_payment_id == proposed_by:
        return "proposed"
    return "gift" if period.kind is PeriodKind.GIFT else "paid"


def months_of(count: int) -> str:
    """Return ``1 month``, ``3 months`` in the reader's language."""
    return str(ngettext("%(num)s month", "%(num)s months", count))


def _words(period: ServicePeriod) -> str:
    if period.kind is PeriodKind.GIFT:
        return str(gettext("Gift period"))
    if period.kind is PeriodKind.TAKEN_OVER:
        return str(gettext("Taken over"))
    if period.cut_from_days is not None:
        # A part that a change of plan cut: its months are no longer whole.
        return str(ngettext("%(num)s day", "%(num)s days", period.of_days))
    return months_of(period.months)
