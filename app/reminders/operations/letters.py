"""Writing the letters of a day, handing them to the sender one at a time, and keeping what became of them."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from app.broadband.choices import SubscriptionState
from app.broadband.models import Subscription
from app.foundation import clock
from app.foundation.database import db
from app.foundation.mail import Delivery, Fate
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.offices.models import Office
from app.reminders.choices import DUE, REPEATABLE, LetterState
from app.reminders.documents import Sender, language_of, letter_of
from app.reminders.models import Letter
from app.reminders.queries import due_letter, lines_to_write_to
from app.reminders.rules.retries import next_attempt
from app.reminders.rules.steps import fitting_step
from app.values.errors import Message, OperationRefused

# Nobody gets a letter in the night: it goes out from this hour of the office's day.
FIRST_HOUR = datetime.time(8)
AT_ONCE = 500
CANNOT_BE_WRITTEN = Message("The letter could not be written. The program's log says why.")

log = logging.getLogger(__name__)


def write_letters(*, office: int, day: datetime.date, step: int, next_step: int, after: int) -> list[int]:
    """Write the letters of ``step`` for the next lines behind the number ``after``; return the numbers of those lines.

    A letter of the same line, stop date and step is there at most once; one that was overtaken is needed again.
    """
    place = found(Office, office)
    lines = list(db.session.scalars(lines_to_write_to(office, day, step, next_step, after=after, most=AT_ONCE)))
    if lines:
        _put_into_outbox(lines, Sender.of(place), day, step)
    return [line.id for line in lines]


def _put_into_outbox(lines: Sequence[Subscription], sender: Sender, day: datetime.date, step: int) -> None:
    from zoneinfo import ZoneInfo

    due = datetime.datetime.combine(day, FIRST_HOUR, ZoneInfo(sender.office.time_zone))
    rows = [
        {
            "office_id": line.office_id,
            "subscription_id": line.id,
            "customer_id": line.customer_id,
            "step": step,
            "stops_on": line.stops_on,
            "state": LetterState.WAITING,
            "attempts": 0,
            "next_attempt_at": due,
            "error": "",
            "created_at": clock.now(),
            "created_by_id": current_scope().user_id,
            **_written(line, sender, day),
        }
        for line in lines
    ]
    table: Any = Letter.__table__
    statement = insert(table)
    again = {name: statement.excluded[name] for name in ("customer_id", "state", "next_attempt_at", "attempts", "error", *_WRITTEN)}
    statement = statement.on_conflict_do_update(
        index_elements=["subscription_id", "stops_on", "step"], set_=again, where=table.c.state == LetterState.OVERTAKEN
    )
    db.session.connection().execute(statement, rows)


_WRITTEN = ("recipient", "language", "subject", "body")


def _written(line: Subscription, sender: Sender, day: datetime.date) -> dict[str, Any]:
    """Return the letter about a line. One that cannot be written holds up no other: it waits, and is written anew when it is its turn."""
    try:
        with db.session.begin_nested():
            return letter_of(line, sender, day)
    except Exception:
        log.exception("The letter about line %s could not be written.", line.id)
        return {"recipient": line.customer.email, "language": language_of(line, sender.office), "subject": "", "body": ""}


def take_letter() -> Letter | None:
    """Take the letter whose turn it is out of the outbox for sending; nothing where none is due.

    It is written anew with the facts of today. One that nobody needs any more is overtaken, and its state says so.
    """
    letter: Letter | None = db.session.scalars(due_letter(clock.real_now())).one_or_none()
    if letter is None:
        return None
    line = _line_of(letter)
    office = found(Office, letter.office_id)
    today = clock.today(office)
    letter.next_attempt_at = None
    if not _is_needed(letter, line, today):
        letter.state = LetterState.OVERTAKEN
        db.session.flush()
        return letter
    letter.state, letter.attempts, letter.tried_at = LetterState.SENDING, letter.attempts + 1, clock.real_now()
    letter.customer_id = line.customer_id
    for name, value in _written(line, Sender.of(office), today).items():
        setattr(letter, name, value)
    if not letter.body:
        _try_later(letter, CANNOT_BE_WRITTEN.message_id)
    db.session.flush()
    return letter


def _try_later(letter: Letter, why: str) -> None:
    """Keep why a letter did not go out, and when it is tried again, or that it is given up."""
    letter.error, letter.next_attempt_at = why, next_attempt(letter.attempts, clock.real_now())
    letter.state = LetterState.FAILED if letter.next_attempt_at else LetterState.GIVEN_UP


def _line_of(letter: Letter) -> Subscription:
    statement = select(Subscription).where(Subscription.id == letter.subscription_id)
    joined = (joinedload(Subscription.customer), joinedload(Subscription.community), joinedload(Subscription.plan))
    read = statement.options(*joined, joinedload(Subscription.policy)).execution_options(populate_existing=True)
    line: Subscription = db.session.scalars(read).one()
    return line


def _is_needed(letter: Letter, line: Subscription, today: datetime.date) -> bool:
    """Say whether the letter still fits: the line still stops on that day, its customer wants letters, no later step has begun."""
    if line.state is not SubscriptionState.ACTIVE or line.stops_on != letter.stops_on or letter.stops_on < today:
        return False
    if not line.customer.email or not line.customer.is_reminded:
        return False
    return letter.asked_by_id is not None or fitting_step((letter.stops_on - today).days, line.policy.reminder_days) == letter.step


def settle_letter(*, letter: int, delivery: Delivery) -> Letter:
    """Keep what became of a letter that was being sent."""
    row = locked(Letter, letter)
    if row.state is not LetterState.SENDING:
        return row
    now = clock.real_now()
    row.error = "" if delivery.fate is Fate.SENT else delivery.words
    if delivery.fate is Fate.SENT:
        row.state, row.sent_at = LetterState.SENT, now
    elif delivery.fate is Fate.UNCERTAIN:
        row.state = LetterState.UNKNOWN
    elif delivery.fate is Fate.NEVER:
        row.state = LetterState.GIVEN_UP
    else:
        _try_later(row, delivery.words)
    db.session.flush()
    return row


def put_off_others(*, letter: int) -> Letter:
    """Let every letter wait until ``letter`` has been tried again: the server cannot be used, and one asks for all of them."""
    row = found(Letter, letter)
    until = row.next_attempt_at or clock.real_now() + datetime.timedelta(minutes=5)
    table: Any = Letter.__table__
    statement = update(table).where(table.c.state.in_(DUE), table.c.next_attempt_at < until).values(next_attempt_at=until)
    db.session.connection().execute(statement)
    return row


def doubt_what_was_under_way() -> list[int]:
    """Mark the letters whose sender died while sending them: whether they went out only people can find out. Return their numbers.

    Called by the only sender before it begins, so whatever is still being sent is nobody's.
    """
    table: Any = Letter.__table__
    statement = update(table).where(table.c.state == LetterState.SENDING).values(state=LetterState.UNKNOWN).returning(table.c.id)
    return list(db.session.connection().execute(statement).scalars())


def send_again(*, letter: int) -> Letter:
    """Put a letter that was not delivered back into the outbox, for a person who asks for it. Raises OperationRefused."""
    row = locked(Letter, letter)
    if row.state not in REPEATABLE:
        raise OperationRefused(Message("This letter was sent already, or is being sent. It goes out once only."), code="already_sent")
    line, today = _line_of(row), clock.today(found(Office, row.office_id))
    if line.state is not SubscriptionState.ACTIVE or line.stops_on != row.stops_on or row.stops_on < today:
        raise OperationRefused(Message("The line no longer stops on the day that this letter is about."), code="overtaken")
    if not line.customer.email or not line.customer.is_reminded:
        raise OperationRefused(Message("The customer has no e-mail address, or wants no letters."), code="not_wanted")
    row.state, row.attempts, row.next_attempt_at, row.error = LetterState.WAITING, 0, clock.real_now(), ""
    row.asked_by_id, row.sent_at = current_scope().user_id, None
    db.session.flush()
    return row
