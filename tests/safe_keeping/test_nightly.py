"""The backup of every night: asked once, made by the worker, rotated, and loud when it fails."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.jobs import BackgroundJob, JobState, perform, start_job
from app.foundation.log import LogEntry
from app.foundation.safe_keeping import nightly
from app.foundation.safe_keeping.archive import Archive
from app.foundation.safe_keeping.models import Backup, BackupKind, BackupState
from app.foundation.safe_keeping.nightly import BACKUP_JOB, NO_PASSPHRASE, ask_for_backup, see_to_backup
from app.foundation.safe_keeping.state import BackupNews, backup_news
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import Conflict, OperationRefused
from config import Settings
from tests.conftest import make_application
from tests.factories import acting
from tests.safe_keeping.conftest import PASSPHRASE


@pytest.fixture
def office(settings: Settings, committed_database: str, tmp_path: Path) -> Iterator[Flask]:
    """An application with a passphrase and a folder of backups, where commits are real."""
    app = make_application(settings, committed_database, BACKUP_PASSPHRASE=PASSPHRASE, BACKUP_FOLDER=tmp_path / "backups")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def local(hour: int, minute: int = 0) -> datetime.datetime:
    """Return a time of day on the machine's clock."""
    return datetime.datetime(2026, 11, 22, hour, minute).astimezone()


def backups() -> list[Backup]:
    return list(db.session.scalars(select(Backup).order_by(Backup.id)))


def made_by_hand() -> BackgroundJob:
    with acting("ada"):
        job = run(ask_for_backup).record
    perform(job.id)
    return job


def test_the_night_asks_once(office: Flask) -> None:
    assert see_to_backup(local(2, 29)) is None
    asked = see_to_backup(local(2, 30))
    assert asked is not None
    assert see_to_backup(local(9)) is None
    assert see_to_backup(local(2, 31) + datetime.timedelta(days=1)) is not None


def test_without_a_passphrase_no_night_asks_and_the_state_says_so(office: Flask) -> None:
    office.config["BACKUP_PASSPHRASE"] = None
    assert see_to_backup(local(9)) is None
    assert backup_news() == BackupNews("amber", NO_PASSPHRASE)
    with acting("ada"), pytest.raises(OperationRefused, match="FEEHOUSE_BACKUP_PASSPHRASE"):
        run(ask_for_backup)


def test_the_worker_makes_a_whole_archive_and_notes_it(office: Flask) -> None:
    asked = see_to_backup(local(3))
    assert asked is not None
    perform(asked.id)
    (made,) = backups()
    file = Path(office.config["BACKUP_FOLDER"]) / made.file
    assert (made.kind, made.state, made.size) == (BackupKind.NIGHTLY, BackupState.DONE, file.stat().st_size)
    with Archive(file) as found:
        found.check_dump()
        assert found.manifest.dump_sha256 == made.sha256
        assert found.manifest.rows["office"] == 3
    assert backup_news().tone == "good"
    with everything("reading the job and the log"):
        job = db.session.get(BackgroundJob, asked.id, populate_existing=True)
        assert (job.state, job.done, job.total, job.message_facts) == (JobState.DONE, 1, 1, {"file": made.file})
        assert f"A backup was made: {made.file}" in [str(entry.sentence) for entry in db.session.scalars(select(LogEntry))]


def test_rotation_removes_old_backups_and_nothing_else(office: Flask) -> None:
    folder = Path(office.config["BACKUP_FOLDER"])
    folder.mkdir()
    old = [folder / f"feehouse-2019{month:02}01T023000Z.backup" for month in range(1, 13)]
    others = [folder / "accounts.xlsx", folder / "feehouse-20190101T023000Z.backup.part", folder / "feehouse-by-hand.backup"]
    for file in (*old, *others):
        file.write_text("x")
    made_by_hand()
    (made,) = backups()
    # The new one is the twelfth month's: January 2019 goes, and seven days and four weeks keep the newest of the old ones anyway.
    assert {file.name for file in folder.iterdir()} == {made.file, *(file.name for file in old[1:]), *(file.name for file in others)}


def test_a_backup_that_rotation_removed_is_shown_as_removed(office: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    made_by_hand()
    monkeypatch.setattr(nightly, "kept", lambda moments: frozenset())
    assert nightly._rotate(Path(office.config["BACKUP_FOLDER"])) == [backups()[0].file]
    db.session.expire_all()
    assert backups()[0].state is BackupState.REMOVED


def test_a_backup_that_fails_is_loud(office: Flask, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    office.config["BACKUP_FOLDER"] = tmp_path / "file" / "backups"
    job = made_by_hand()
    (failed,) = backups()
    assert (failed.state, failed.size) == (BackupState.FAILED, None)
    assert "cannot be made" in str(failed.message)
    with everything("reading the job"):
        assert db.session.get(BackgroundJob, job.id, populate_existing=True).state is JobState.FAILED
    news = backup_news()
    assert (news.tone, "The last backup failed" in str(news.message)) == ("bad", True)


def test_only_one_backup_at_a_time(office: Flask) -> None:
    with acting("ada"):
        run(ask_for_backup)
        with pytest.raises(Conflict):
            run(ask_for_backup)
    with everything("another worker"), nightly._alone():
        with acting("ada"):
            second = run(start_job, kind=BACKUP_JOB, nightly=False).record
        perform(second.id)
        assert [each.state for each in backups()] == [BackupState.FAILED]


def test_an_old_backup_is_a_warning(office: Flask) -> None:
    assert backup_news().tone == "neutral"
    made_by_hand()
    now = backups()[0].ended_at
    assert backup_news(now + datetime.timedelta(hours=49)).tone == "good"
    assert backup_news(now + datetime.timedelta(hours=51)).tone == "bad"


class TestThePage:
    def test_it_tells_the_state_and_asks_for_a_backup(self, office: Flask) -> None:
        browser = office.test_client()
        browser.post("/login/", data={"username": "ada", "password": "Correct-horse-9"})
        page = browser.get("/backups/list/").get_data(as_text=True)
        assert say(backup_news().message, "zh_Hans") in page
        assert "立即备份" in page
        answer = browser.post("/backups/make")
        assert answer.status_code == 302
        assert "/jobs/" in answer.location
        with everything("reading the job"):
            assert [job.kind for job in db.session.scalars(select(BackgroundJob))] == [BACKUP_JOB]

    @pytest.mark.parametrize(("person", "status"), [("wang", 403), ("chen", 403), ("zhou", 403), ("shen", 200)])
    def test_auditors_read_it_and_only_administrators_ask(self, office: Flask, person: str, status: int) -> None:
        browser = office.test_client()
        browser.post("/login/", data={"username": person, "password": "Correct-horse-9"})
        assert browser.get("/backups/list/").status_code == status
        assert browser.post("/backups/make").status_code == 403
        with everything("counting"):
            assert db.session.scalars(select(BackgroundJob)).all() == []
