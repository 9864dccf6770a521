"""The backup of every night, and the one that an administrator asks for: a job like any other, one at a time, never silent.

A night's backup is of the whole installation and goes by the real clock of the machine, also where the business clock was moved.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from flask import current_app
from sqlalchemy import select, text, update

from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs.models import BackgroundJob
from app.foundation.jobs.performing import BROKEN, Work
from app.foundation.jobs.queue import start_job
from app.foundation.log import LogKind, note
from app.foundation.safe_keeping.backing_up import Source, Written, back_up
from app.foundation.safe_keeping.models import Backup, BackupKind, BackupState
from app.foundation.safe_keeping.rotation import kept
from app.foundation.scope import current_scope, everything
from app.foundation.transactions import run
from app.values.errors import Conflict, Message, OperationRefused

BACKUP_JOB = "backup"
# In the night, but not at its beginning, when every office has its own nightly work.
HOUR = datetime.time(2, 30)
# Any fixed number: the advisory lock by which only one backup is made at a time.
BACKUP_LOCK = 7_310_445
NAME = re.compile(r"feehouse-(\d{8}T\d{6}Z)\.backup")
STAMP = "%Y%m%dT%H%M%SZ"
NO_PASSPHRASE = Message(
    "There is no nightly backup, because its passphrase is missing: set FEEHOUSE_BACKUP_PASSPHRASE and start Feehouse again."
)


# --- asking ----------------------------------------------------------------------------------------------------------------------


def see_to_backup(now: datetime.datetime | None = None) -> BackgroundJob | None:
    """Ask for the night's backup when its hour has come and nobody has asked yet; called again and again by every worker."""
    local = (now or clock.real_now()).astimezone()
    if not current_app.config.get("BACKUP_PASSPHRASE") or local.time() < HOUR:
        return None
    key = f"{BACKUP_JOB}:{local.date().isoformat()}"
    with everything("the night's backup concerns the whole installation"):
        if db.session.scalars(select(BackgroundJob.id).where(BackgroundJob.unique_key == key)).first() is not None:
            return None
        return run(start_job, kind=BACKUP_JOB, unique_key=key, nightly=True).record


def ask_for_backup() -> BackgroundJob:
    """Ask for a backup now. Raises OperationRefused without a passphrase, Conflict while another one is made."""
    if not current_app.config.get("BACKUP_PASSPHRASE"):
        raise OperationRefused(NO_PASSPHRASE, code="no_passphrase")
    is_under_way = select(BackgroundJob.id).where(BackgroundJob.kind == BACKUP_JOB, BackgroundJob.ended_at.is_(None))
    if db.session.scalars(is_under_way.limit(1)).first() is not None:
        raise Conflict(Message("Another backup is being made at this moment."), code="backup_under_way")
    return start_job(BACKUP_JOB, nightly=False)


# --- making ----------------------------------------------------------------------------------------------------------------------


def make_backup(work: Work) -> dict[str, Any]:
    """Make the archive, note it, and remove what rotation gives up: the handler of the job."""
    began, requested_by = clock.real_now(), current_scope().user_id
    kind = BackupKind.NIGHTLY if work.arguments["nightly"] else BackupKind.BY_HAND
    folder = Path(current_app.config["BACKUP_FOLDER"])
    target = folder / f"feehouse-{began.strftime(STAMP)}.backup"
    made = Backup(kind=kind, file=target.name, started_at=began, requested_by_id=requested_by)
    work.advance(0, 1)
    db.session.commit()
    try:
        with _alone():
            written = _written(folder, target)
    except OperationRefused as refusal:
        _note(made, BackupState.FAILED, problem=refusal.message.message_id, problem_facts=refusal.message.parameters)
        raise
    except (OSError, psycopg.Error):
        _note(made, BackupState.FAILED, problem=BROKEN.message_id)
        raise
    _note(made, BackupState.DONE, size=written.size, sha256=written.sha256)
    removed = _rotate(folder)
    work.progress(1, message=Message("A backup was made: %(file)s", file=target.name))
    return {"file": str(target), "size": written.size, "removed": removed}


def _written(folder: Path, target: Path) -> Written:
    passphrase = current_app.config.get("BACKUP_PASSPHRASE")
    if not passphrase:
        raise OperationRefused(NO_PASSPHRASE, code="no_passphrase")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        problem = Message("The folder of backups %(folder)s cannot be made: %(reason)s", folder=str(folder), reason=error.strerror or "")
        raise OperationRefused(problem, code="no_folder") from None
    url = str(current_app.config["SQLALCHEMY_DATABASE_URI"]).replace("postgresql+psycopg", "postgresql", 1)
    source = Source(url, Path(current_app.config["DATA_FOLDER"]), current_app.config["INSTALLATION"])
    return back_up(target, source, passphrase)


@contextmanager
def _alone() -> Iterator[None]:
    with db.engine.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        if not guard.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": BACKUP_LOCK}).scalar():
            raise Conflict(Message("Another backup is being made at this moment."), code="backup_under_way")
        try:
            yield
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": BACKUP_LOCK})


def _note(made: Backup, state: BackupState, **values: Any) -> None:
    """Keep what became of the backup, in a transaction of its own: also where the job fails after it."""
    made.state, made.ended_at = state, clock.real_now()
    for name, value in values.items():
        setattr(made, name, value)
    db.session.rollback()
    db.session.add(made)
    db.session.flush()
    sentence = Message("A backup failed.") if state is BackupState.FAILED else Message("A backup was made: %(file)s", file=made.file)
    note(LogKind.MAINTENANCE, sentence, record=made, offices=())
    db.session.commit()


def _rotate(folder: Path) -> list[str]:
    """Remove the backups that rotation gives up. Only files with our own names are ever touched."""
    moments = {_moment(found[1]): file for file in folder.iterdir() if (found := NAME.fullmatch(file.name))}
    staying = kept(moments)
    removed = [file for moment, file in moments.items() if moment not in staying]
    for file in removed:
        file.unlink(missing_ok=True)
    names = sorted(file.name for file in removed)
    if names:
        gone = update(Backup).where(Backup.file.in_(names), Backup.state == BackupState.DONE).values(state=BackupState.REMOVED)
        db.session.execute(gone.execution_options(synchronize_session=False))
        db.session.commit()
    return names


def _moment(stamp: str) -> datetime.datetime:
    """Return when a backup was made, on the machine's clock: its days and weeks are those of the people there."""
    return datetime.datetime.strptime(stamp, STAMP).replace(tzinfo=datetime.UTC).astimezone()
