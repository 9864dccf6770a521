"""After a restore: today's migrations and rights, nobody signed in, no backup under way, and an entry in the log."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sqlalchemy import update

from app.foundation import clock
from app.foundation.database import Record, db
from app.foundation.database_role import RoleMissing
from app.foundation.jobs.models import BackgroundJob, JobState
from app.foundation.log import LogKind, note
from app.foundation.postgres import DatabaseUnavailable
from app.foundation.safe_keeping.nightly import BACKUP_JOB
from app.foundation.scope import everything
from app.foundation.upgrade import upgrade_database
from app.values.errors import N_, Message

if TYPE_CHECKING:
    from config import Settings

RESTORED_MEANWHILE = N_("The installation was restored meanwhile.")


def bring_up(settings: Settings, made_at: datetime.datetime) -> None:
    """Make the restored database one that can be served."""
    from app import create_app

    app = create_app(settings, AS_OWNER=True)
    try:
        upgrade_database(app)
    except RoleMissing as error:
        raise DatabaseUnavailable(str(error)) from None
    with app.app_context(), everything("a restore concerns the whole installation"):
        try:
            end_what_was_under_way(clock.real_now())
            note(LogKind.MAINTENANCE, Message("The installation was restored from the backup of %(time)s.", time=made_at), offices=())
            db.session.commit()
        finally:
            db.session.remove()
            db.engine.dispose()


def end_what_was_under_way(at: datetime.datetime) -> None:
    """End every session: a copied cookie must not open the copy too. A backup that was being made is over."""
    connection = db.session.connection()
    sign_in = Record.metadata.tables["sign_in"]
    connection.execute(update(sign_in).where(sign_in.c.ended_at.is_(None)).values(ended_at=at))
    job = Record.metadata.tables["background_job"]
    is_under_way = job.c.state.in_([JobState.QUEUED, JobState.RUNNING])
    statement = update(BackgroundJob).where(job.c.kind == BACKUP_JOB, is_under_way)
    connection.execute(statement.values(state=JobState.FAILED, ended_at=at, message=RESTORED_MEANWHILE))
