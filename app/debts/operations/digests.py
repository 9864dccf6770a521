"""The digest of debts: written into the outbox once for a day and reader."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert

from app.debts.choices import DigestRhythm
from app.debts.documents import digest_of
from app.debts.models import DebtDigest, DebtPolicy
from app.debts.operations.policies import addresses_of
from app.debts.queries.policies import policy
from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import found
from app.offices.models import Office
from app.reminders.choices import LetterKind, LetterState
from app.reminders.operations.outbox import Handling

# The staff read it when they come in.
FIRST_HOUR = datetime.time(7)
MONDAY = 0
# It says how things stood that morning, whenever it leaves.
DIGESTS = Handling()


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
            "kind": LetterKind.DIGEST,
            "office_id": place.id,
            "day": day,
            "recipient": reader,
            "language": place.language,
            "subject": digest.subject,
            "body": digest.body,
            "state": LetterState.WAITING,
            "attempts": 0,
            "repeats": 0,
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
