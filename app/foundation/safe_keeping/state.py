"""How the backups stand, in words for the people who answer for them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.safe_keeping.models import Backup, BackupState
from app.foundation.safe_keeping.nightly import NO_PASSPHRASE
from app.values.errors import Message

# A night may be missed while the machine is off; two nights are a matter for somebody.
TOO_OLD = datetime.timedelta(hours=50)


@dataclass(frozen=True)
class BackupNews:
    """One sentence, and its tone: good, neutral, amber or bad."""

    tone: str
    message: Message

    @property
    def is_good(self) -> bool:
        return self.tone in ("good", "neutral")


def backup_news(now: datetime.datetime | None = None) -> BackupNews:
    """Return how the backups of this installation stand."""
    if not current_app.config.get("BACKUP_PASSPHRASE"):
        return BackupNews("amber", NO_PASSPHRASE)
    latest = db.session.scalars(select(Backup).order_by(Backup.id.desc()).limit(1)).one_or_none()
    if latest is None:
        return BackupNews("neutral", Message("No backup has been made yet; the first one is made by the next morning."))
    if latest.state is BackupState.FAILED:
        reason = latest.message or Message("The work stopped because of an error on our side. The error was recorded.")
        return BackupNews("bad", Message("The last backup failed: %(reason)s", reason=reason))
    if (now or clock.real_now()) - latest.ended_at > TOO_OLD:
        return BackupNews("bad", Message("The last backup is too old: %(time)s.", time=latest.ended_at))
    return BackupNews("good", Message("Last backup: %(time)s.", time=latest.ended_at))
