"""Letters about lines that stop soon: those of a day are written, said anew when they leave, and sent again when somebody asks."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from app.broadband.choices import SubscriptionState
from app.broadband.models import Subscription
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.offices.models import Office
from app.reminders.choices import REPEATABLE, LetterKind, LetterState
from app.reminders.documents import Sender, language_of, letter_of
from app.reminders.models import Letter
from app.reminders.operations.outbox import Handling, put_back
from app.reminders.queries import lines_to_write_to
from app.reminders.rules.steps import fitting_step
from app.values.errors import Message, OperationRefused

# Nobody gets a letter in the night: it goes out from this hour of the office's day.
FIRST_HOUR = datetime.time(8)
AT_ONCE = 500

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
            "kind": LetterKind.RENEWAL,
            "state": LetterState.WAITING,
            "attempts": 0,
            "repeats": 0,
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


def _anew(letter: Letter, today: datetime.date) -> Mapping[str, Any] | None:
    """Return a letter as it is to be said today; nothing where nobody needs it any more."""
    line = _line_of(letter)
    if not _is_needed(letter, line, today):
        return None
    return {"customer_id": line.customer_id, **_written(line, Sender.of(found(Office, letter.office_id)), today)}


RENEWALS = Handling(anew=_anew)


def _line_of(letter: Letter) -> Subscription:
    statement = select(Subscription).where(Subscription.id == letter.subscription_id)
    joined = (joinedload(Subscription.customer), joinedload(Subscription.community), joinedload(Subscription.plan))
    read = statement.options(*joined, joinedload(Subscription.policy)).execution_options(populate_existing=True)
    line: Subscription = db.session.scalars(read).one()
    return line


def _is_needed(letter: Letter, line: Subscription, today: datetime.date) -> bool:
    """Say whether the letter still fits: the line still stops on that day, its customer wants letters, no later step has begun."""
    if letter.stops_on is None or line.state is not SubscriptionState.ACTIVE or line.stops_on != letter.stops_on or letter.stops_on < today:
        return False
    if not line.customer.email or not line.customer.is_reminded:
        return False
    return letter.asked_by_id is not None or fitting_step((letter.stops_on - today).days, line.policy.reminder_days) == letter.step


def send_again(*, letter: int) -> Letter:
    """Put a letter that was not delivered back into the outbox, for a person who asks for it. Raises OperationRefused."""
    row = locked(Letter, letter)
    if row.state not in REPEATABLE:
        raise OperationRefused(Message("This letter was sent already, or is being sent. It goes out once only."), code="already_sent")
    line, today = _line_of(row), clock.today(found(Office, row.office_id))
    if row.stops_on is None or line.state is not SubscriptionState.ACTIVE or line.stops_on != row.stops_on or row.stops_on < today:
        raise OperationRefused(Message("The line no longer stops on the day that this letter is about."), code="overtaken")
    if not line.customer.email or not line.customer.is_reminded:
        raise OperationRefused(Message("The customer has no e-mail address, or wants no letters."), code="not_wanted")
    put_back(row)
    return row
