"""The one outbox: letters are handed to the sender one at a time, whatever they are about, and what became of each is kept.

What differs between the kinds is their ``Handling``: the words of today, what is attached, what follows once one was sent. The domains
that write letters declare theirs; ``app.wiring`` puts them together.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from app.foundation import clock
from app.foundation.database import db
from app.foundation.mail import Attachment, Delivery, Fate
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.offices.models import Office
from app.reminders.choices import DUE, LetterKind, LetterState
from app.reminders.models import OutboxLetter
from app.reminders.queries import due_letter
from app.reminders.rules.retries import next_attempt
from app.values.errors import Message

CANNOT_BE_WRITTEN = Message("The letter could not be written. The program's log says why.")

log = logging.getLogger(__name__)


def as_written(letter: Any, today: datetime.date) -> Mapping[str, Any] | None:
    """Return nothing to change: the letter says what it said when it was written."""
    return {}


def nothing(letter: Any) -> tuple[Attachment, ...]:
    """Return no attachment."""
    return ()


@dataclass(frozen=True)
class Handling:
    """What differs between kinds of letters.

    ``anew`` returns the columns of a letter with the facts of the day on which it leaves, None where nobody needs it any more.
    ``attached`` returns what goes with it. ``sent`` is what follows once the mail server took it, in the transaction that notes it as sent:
    whoever is killed leaves both or neither.
    """

    anew: Callable[[Any, datetime.date], Mapping[str, Any] | None] = as_written
    attached: Callable[[Any], tuple[Attachment, ...]] = nothing
    sent: Callable[..., Any] | None = None


_handlings: dict[LetterKind, Handling] = {}


def register(handlings: Mapping[LetterKind, Handling]) -> None:
    """Take over how each kind of letter is handled; called once by the wiring."""
    _handlings.clear()
    _handlings.update(handlings)


def handling_of(letter: OutboxLetter) -> Handling:
    """Return how letters of this kind are handled."""
    return _handlings[letter.kind]


def take_letter() -> OutboxLetter | None:
    """Take the letter whose turn it is out of the outbox for sending; nothing where none is due.

    It is written anew with the facts of today. One that nobody needs any more is overtaken, and its state says so.
    """
    letter: OutboxLetter | None = db.session.scalars(due_letter(clock.real_now())).one_or_none()
    if letter is None:
        return None
    anew = _anew(letter)
    letter.next_attempt_at = None
    if anew is None:
        letter.state = LetterState.OVERTAKEN
        db.session.flush()
        return letter
    letter.state, letter.attempts, letter.tried_at = LetterState.SENDING, letter.attempts + 1, clock.real_now()
    for name, value in anew.items():
        setattr(letter, name, value)
    if not letter.body:
        _try_later(letter, CANNOT_BE_WRITTEN.message_id)
    db.session.flush()
    return letter


def _anew(letter: OutboxLetter) -> Mapping[str, Any] | None:
    """Return what changes of a letter today. One that cannot be written holds up no other: it has no text then, and is tried later."""
    today = clock.today(found(Office, letter.office_id))
    try:
        with db.session.begin_nested():
            return handling_of(letter).anew(letter, today)
    except Exception:
        log.exception("The letter %s could not be written.", letter.id)
        return {"body": ""}


def _try_later(letter: OutboxLetter, why: str) -> None:
    """Keep why a letter did not go out, and when it is tried again, or that it is given up."""
    letter.error, letter.next_attempt_at = why, next_attempt(letter.attempts, clock.real_now())
    letter.state = LetterState.FAILED if letter.next_attempt_at else LetterState.GIVEN_UP


def settle_letter(*, letter: int, delivery: Delivery, with_what_follows: bool = True) -> OutboxLetter:
    """Keep what became of a letter that was being sent, and do what follows one that was sent."""
    one = found(OutboxLetter, letter)
    sent = handling_of(one).sent if with_what_follows and delivery.fate is Fate.SENT and one.state is LetterState.SENDING else None
    if sent is not None:
        # Before the letter is locked: customers and their papers come first, as wherever letters are put into the outbox.
        sent(letter=letter)
    row = locked(OutboxLetter, letter)
    if row.state is not LetterState.SENDING:
        return row
    row.error = "" if delivery.fate is Fate.SENT else delivery.words
    if delivery.fate is Fate.SENT:
        row.state, row.sent_at = LetterState.SENT, clock.real_now()
    elif delivery.fate is Fate.UNCERTAIN:
        row.state = LetterState.UNKNOWN
    elif delivery.fate is Fate.NEVER:
        row.state = LetterState.GIVEN_UP
    else:
        _try_later(row, delivery.words)
    db.session.flush()
    return row


def put_off_others(*, letter: int) -> OutboxLetter:
    """Let every letter wait until ``letter`` has been tried again: the server cannot be used, and one asks for all of them."""
    row = found(OutboxLetter, letter)
    until = row.next_attempt_at or clock.real_now() + datetime.timedelta(minutes=5)
    table: Any = OutboxLetter.__table__
    statement = update(table).where(table.c.state.in_(DUE), table.c.next_attempt_at < until).values(next_attempt_at=until)
    db.session.connection().execute(statement)
    return row


def doubt_what_was_under_way() -> list[int]:
    """Mark the letters whose sender died while sending them: whether they went out only people can find out. Return their numbers.

    Called by the only sender before it begins, so whatever is still being sent is nobody's.
    """
    table: Any = OutboxLetter.__table__
    statement = update(table).where(table.c.state == LetterState.SENDING).values(state=LetterState.UNKNOWN).returning(table.c.id)
    return list(db.session.connection().execute(statement).scalars())


def put_back(row: OutboxLetter) -> None:
    """Let a letter wait in the outbox again, because a person asked for it."""
    row.repeats += row.state is LetterState.SENT
    row.state, row.attempts, row.next_attempt_at, row.error = LetterState.WAITING, 0, clock.real_now(), ""
    row.asked_by_id, row.sent_at = current_scope().user_id, None
    db.session.flush()
