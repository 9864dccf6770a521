"""The digest of debts: written once for a day and reader, taken out by the sender one at a time, and what became of it."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.debts.choices import DigestRhythm
from app.debts.documents import digest_of
from app.debts.models import DebtDigest, DebtPolicy
from app.debts.operations.policies import addresses_of
from app.debts.queries.policies import policy
from app.foundation import clock
from app.foundation.database import db
from app.foundation.mail import Delivery, Fate
from app.foundation.transactions import found, locked
from app.offices.models import Office
from app.reminders.choices import DUE, LetterState
from app.reminders.rules.retries import next_attempt

# The staff read it when they come in.
FIRST_HOUR = datetime.time(7)
MONDAY = 0


def write_digests(*, office: int, day: datetime.date) -> DebtPolicy:
    """Write the digest of a day for everybody whom the policy names; called again it writes nothing new."""
    rules = policy(office)
    place = found(Office, office)
    readers = addresses_of(rules.digest_to)
    digest = digest_of(place, day) if readers and is_due(rules.digest_rhythm, day) else None
    if digest is None:
        return rules
    due = datetime.datetime.combine(day, FIRST_HOUR, ZoneInfo(place.time_zone))
    rows = [
        {
            "office_id": place.id,
            "day": day,
            "recipient": reader,
            "language": place.language,
            "subject": digest.subject,
            "body": digest.body,
            "state": LetterState.WAITING,
            "attempts": 0,
            "next_attempt_at": due,
            "error": "",
            "created_at": clock.now(),
        }
        for reader in readers
    ]
    table: Any = DebtDigest.__table__
    db.session.connection().execute(insert(table).on_conflict_do_nothing(index_elements=["office_id", "day", "recipient"]), rows)
    return rules


def is_due(rhythm: DigestRhythm, day: datetime.date) -> bool:
    """Say whether a digest is written on ``day``."""
    return rhythm is DigestRhythm.DAILY or (rhythm is DigestRhythm.WEEKLY and day.weekday() == MONDAY)


def something_waits(now: datetime.datetime) -> bool:
    """Say whether a digest is due, or its sender has died."""
    due = DebtDigest.state.in_(DUE) & (DebtDigest.next_attempt_at <= now)
    return db.session.scalars(select(DebtDigest.id).where(or_(due, DebtDigest.state == LetterState.SENDING)).limit(1)).first() is not None


def take_digest() -> DebtDigest | None:
    """Take the digest whose turn it is for sending; nothing where none is due."""
    statement = select(DebtDigest).where(DebtDigest.state.in_(DUE), DebtDigest.next_attempt_at <= clock.real_now())
    statement = statement.order_by(DebtDigest.next_attempt_at, DebtDigest.id).limit(1).with_for_update(of=DebtDigest, skip_locked=True)
    digest: DebtDigest | None = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if digest is not None:
        digest.state, digest.attempts, digest.next_attempt_at = LetterState.SENDING, digest.attempts + 1, None
        db.session.flush()
    return digest


def settle_digest(*, digest: int, delivery: Delivery) -> DebtDigest:
    """Keep what became of a digest that was being sent."""
    row = locked(DebtDigest, digest)
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
        row.next_attempt_at = next_attempt(row.attempts, clock.real_now())
        row.state = LetterState.FAILED if row.next_attempt_at else LetterState.GIVEN_UP
    db.session.flush()
    return row


def doubt_what_was_under_way() -> list[int]:
    """Mark the digests whose sender died while sending them: nobody knows whether they went out. Called by the only sender."""
    table: Any = DebtDigest.__table__
    statement = update(table).where(table.c.state == LetterState.SENDING).values(state=LetterState.UNKNOWN).returning(table.c.id)
    return list(db.session.connection().execute(statement).scalars())
