"""Selections of reminders."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from app.broadband.choices import SubscriptionState
from app.broadband.models import Subscription
from app.customers.models import Customer
from app.reminders.choices import DUE, LetterState
from app.reminders.models import Letter, LetterTemplate, OutboxLetter, ReminderCall

ONE_DAY = datetime.timedelta(days=1)
# So long after its stop date a line still stands among those to be called.
RECENT_DAYS = 30
# What has surely reached the customer, or may have.
REACHED = (LetterState.SENT, LetterState.UNKNOWN)


def stops_within(today: datetime.date, days: int) -> ColumnElement[bool]:
    """Return the condition of active lines that stop from ``today`` to ``days`` later, both included."""
    return stops_between(today, today + days * ONE_DAY)


def stops_between(start: datetime.date, end: datetime.date) -> ColumnElement[bool]:
    """Return the condition of active lines that stop from ``start`` to ``end``, both included."""
    return _active(Subscription.stops_on.between(start, end))


def stopped_recently(today: datetime.date) -> ColumnElement[bool]:
    """Return the condition of active lines whose stop date passed within the last days."""
    return _active(Subscription.stops_on.between(today - RECENT_DAYS * ONE_DAY, today - ONE_DAY))


def _active(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(Subscription.state == SubscriptionState.ACTIVE, condition)


def was_reminded() -> ColumnElement[bool]:
    """Return the condition that the customer was called, or got a letter, about the stop date that the line has now."""
    called = select(ReminderCall.id).where(ReminderCall.subscription_id == Subscription.id, ReminderCall.stops_on == Subscription.stops_on)
    written = select(Letter.id).where(
        Letter.subscription_id == Subscription.id, Letter.stops_on == Subscription.stops_on, Letter.state.in_(REACHED)
    )
    return or_(called.correlate(Subscription).exists(), written.correlate(Subscription).exists())


def lines_to_write_to(
    office_id: int, today: datetime.date, step: int, next_step: int, *, after: int, most: int
) -> Select[tuple[Subscription]]:
    """Return lines on ``step`` (more days left than ``next_step``) whose customer has an address and no letter of this step yet."""
    written = select(Letter.id).where(
        Letter.subscription_id == Subscription.id,
        Letter.stops_on == Subscription.stops_on,
        Letter.step == step,
        Letter.state != LetterState.OVERTAKEN,
    )
    return (
        select(Subscription)
        .join(Customer, Customer.id == Subscription.customer_id)
        .where(
            Subscription.office_id == office_id,
            _active(Subscription.stops_on.between(today + (next_step + 1) * ONE_DAY, today + step * ONE_DAY)),
            Subscription.id > after,
            Customer.email != "",
            Customer.is_reminded,
            ~written.correlate(Subscription).exists(),
        )
        .options(joinedload(Subscription.customer), joinedload(Subscription.community), joinedload(Subscription.plan))
        .order_by(Subscription.id)
        .limit(most)
    )


def steps_with_lines(office_id: int, today: datetime.date, steps: Sequence[tuple[int, int]]) -> CompoundSelect[tuple[int]]:
    """Return those of ``steps`` on which a letter must be written, by one statement: on most days there is none."""
    asked = [
        select(literal(step)).where(lines_to_write_to(office_id, today, step, next_step, after=0, most=1).exists())
        for step, next_step in steps
    ]
    return union_all(*asked)


def due_letter(now: datetime.datetime) -> Select[tuple[OutboxLetter]]:
    """Return the letter whose turn it is, locked; one that somebody else holds is passed over."""
    return (
        select(OutboxLetter)
        .where(OutboxLetter.state.in_(DUE), OutboxLetter.next_attempt_at <= now)
        .order_by(OutboxLetter.next_attempt_at, OutboxLetter.id)
        .limit(1)
        .with_for_update(of=OutboxLetter, skip_locked=True)
        .execution_options(populate_existing=True)
    )


def something_to_send(now: datetime.datetime) -> Select[int]:
    """Return a letter that is due, or one whose sender has died; both are found by small indexes of their own."""
    is_due = and_(OutboxLetter.state.in_(DUE), OutboxLetter.next_attempt_at <= now)
    return select(OutboxLetter.id).where(or_(is_due, OutboxLetter.state == LetterState.SENDING)).limit(1)


def templates_of(office_id: int) -> Select[tuple[LetterTemplate]]:
    """Return the office's own words."""
    return select(LetterTemplate).where(LetterTemplate.office_id == office_id)


def steps_between(steps: Sequence[int]) -> list[tuple[int, int]]:
    """Return each step with the next smaller one, -1 behind the last: a line is on a step while more days are left than the next."""
    ordered = sorted(steps, reverse=True)
    return list(zip(ordered, [*ordered[1:], -1], strict=True))
