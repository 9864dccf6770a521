"""Stories of lines that rest, and of lines that are cut and come back."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.broadband.choices import StopReason
from app.demonstration import deeds
from app.demonstration.days import ONE_DAY
from app.demonstration.events import Event
from app.demonstration.stories.telling import happened, if_fee, remarks

if TYPE_CHECKING:
    from app.demonstration.lives import Life


def suspended(life: Life, on: datetime.date) -> Iterator[Event]:
    """The line rests for months and is still at rest."""
    yield suspending(life, on, life.random.randint(80, 150))
    life.stays = False


def rested(life: Life, on: datetime.date) -> Iterator[Event]:
    """The line rests until its planned day, when the night resumes it."""
    days = life.random.randint(31, 70)
    yield suspending(life, on, days)
    after_rest(life, on + days * ONE_DAY, days)


def back_early(life: Life, on: datetime.date) -> Iterator[Event]:
    """The customer is back before the planned day."""
    days = life.random.randint(31, 45)
    yield suspending(life, on, 120)
    back = on + days * ONE_DAY
    if back < life.today:
        note = life.random.choice(remarks(life).back_early)
        yield happened(life, deeds.Resuming, back, life.profile.cashier, note=note, methods=if_fee(life, "resumption"))
    after_rest(life, back, days)


def suspending(life: Life, on: datetime.date, days: int) -> Event:
    note, methods = life.random.choice(remarks(life).suspended), if_fee(life, "suspension")
    event: Event = happened(life, deeds.Suspending, on, life.profile.cashier, days=days, note=note, methods=methods)
    return event


def after_rest(life: Life, back: datetime.date, days: int) -> None:
    if back >= life.today:
        life.stays = False
    else:
        life.shift(days)
        life.moment(back)


def cut_for_violation(life: Life, on: datetime.date) -> Iterator[Event]:
    """The customer did with the line what he may not do."""
    yield _stopping(life, on, StopReason.VIOLATION, remarks(life).violation)
    life.stays = False


def cut_by_operator(life: Life, on: datetime.date) -> Iterator[Event]:
    """The network operator's cable is broken, and still is."""
    yield _stopping(life, on, StopReason.OPERATOR, remarks(life).operator)
    life.stays = False


def mended(life: Life, on: datetime.date) -> Iterator[Event]:
    """The network operator's cable is broken for some days; the customer gets them back."""
    yield _stopping(life, on, StopReason.OPERATOR, remarks(life).operator)
    days = life.random.randint(2, 5)
    note = life.random.choice(remarks(life).mended)
    yield happened(life, deeds.Resuming, on + days * ONE_DAY, life.profile.manager, note=note, is_free=True)
    life.shift(days)


def stops_paying(life: Life, on: datetime.date) -> Iterator[Event]:
    """The customer has paid for the last time."""
    life.leaves = True
    yield from ()


def stays_cut(life: Life, on: datetime.date) -> Iterator[Event]:
    """The customer has paid for the last time, and nobody decides about the closure that the night proposes."""
    life.is_kept = True
    yield from stops_paying(life, on)


def cut_for_arrears(life: Life, on: datetime.date) -> Event:
    return _stopping(life, on, StopReason.ARREARS, remarks(life).arrears)


def spared(life: Life, on: datetime.date) -> Event:
    """The manager leaves the line in use."""
    event: Event = happened(life, deeds.Dismissing, on, life.profile.manager, note=life.random.choice(remarks(life).patience))
    return event


def _stopping(life: Life, on: datetime.date, reason: StopReason, notes: tuple[str, ...]) -> Event:
    event: Event = happened(life, deeds.Stopping, on, life.profile.manager, reason=reason, note=life.random.choice(notes))
    return event
