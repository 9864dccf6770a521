"""The page of the installation: what it is, how it stands, and what is not safe. For administrators and auditors."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app, url_for
from flask_appbuilder import BaseView, expose
from sqlalchemy import func, select, text

from app.foundation import clock
from app.foundation.database import db
from app.foundation.health import WORKER_SILENT, migration_now, newest_migration, worker_seen_at
from app.foundation.i18n import FILTERS
from app.foundation.jobs import BackgroundJob, JobState
from app.foundation.jobs.managing import job_counts
from app.foundation.proofs.state import proof_news
from app.foundation.safe_keeping.backing_up import program_version
from app.foundation.safe_keeping.state import backup_news
from app.foundation.scope import everything
from app.foundation.views.access import needs
from app.foundation.views.state import SharedObject
from app.offices.models import Office, SystemUser
from app.values.errors import N_, Message

MEGABYTE = 1024 * 1024
LITTLE_SPACE = 2_000  # MB
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Fact:
    """One line of the page: what it is about, and the sentence with its tone."""

    label: str
    message: Message
    tone: str = ""
    href: str | None = None


class InstallationView(SharedObject, BaseView):
    """How the installation stands."""

    route_base = "/installation"
    default_view = "list"

    @expose("/")
    @needs("list")
    def list(self) -> Any:
        """Show the facts, and above them what is not safe."""
        with everything("the installation is of no single office"):
            facts, warnings = [*_facts()], [*_warnings()]
        return self.render_template("home/installation.html", facts=facts, warnings=warnings)


def _facts() -> Iterator[Fact]:
    yield Fact(N_("Program"), Message("Version %(version)s %(commit)s", version=program_version(), commit=commit()))
    yield _kind_of_installation()
    yield _migration()
    yield from _database()
    yield _space(N_("Data folder"), Path(current_app.config["DATA_FOLDER"]))
    yield _space(N_("Backup folder"), Path(current_app.config["BACKUP_FOLDER"]))
    yield _worker()
    yield _jobs()
    backup, proof = backup_news(), proof_news()
    yield Fact(N_("Last backup"), backup.message, backup.tone, url_for("BackupView.list"))
    yield Fact(N_("Last proof"), proof.message, proof.tone, url_for("ProofView.list"))
    yield Fact(N_("Users"), Message("%(count)s may sign in", count=_count(SystemUser.id, SystemUser.active.is_(True))))
    yield Fact(N_("Offices"), Message("%(count)s", count=_count(Office.id)))


def _kind_of_installation() -> Fact:
    if current_app.config["TRAINING"]:
        return Fact(N_("Installation"), Message("A training installation: its clock can be moved, and nothing in it is real."), "amber")
    if is_demonstration():
        return Fact(N_("Installation"), Message("A demonstration: its logins are printed on the sign-in page."), "amber")
    return Fact(N_("Installation"), Message("An ordinary installation."), "good")


def _migration() -> Fact:
    now, newest = migration_now(), newest_migration()
    if now == newest:
        return Fact(N_("Database version"), Message("Migration %(number)s, the newest", number=now), "good")
    return Fact(N_("Database version"), Message("Migration %(number)s, the program's is %(newest)s", number=now, newest=newest), "bad")


def _database() -> Iterator[Fact]:
    connection = db.session.connection()
    version = connection.execute(text("SHOW server_version")).scalar_one()
    size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    megabytes = FILTERS["number"](size // MEGABYTE)
    yield Fact(N_("Database"), Message("PostgreSQL %(version)s, %(size)s MB", version=str(version).split()[0], size=megabytes))


def _space(label: str, folder: Path) -> Fact:
    there = next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))
    free = shutil.disk_usage(there).free // MEGABYTE
    words = Message("%(folder)s, %(free)s MB free", folder=str(folder), free=FILTERS["number"](free))
    return Fact(label, words, "bad" if free < LITTLE_SPACE else "")


def _worker() -> Fact:
    seen = worker_seen_at()
    if seen is None:
        return Fact(N_("Worker"), Message("No worker runs: background jobs wait."), "bad")
    is_alive = clock.real_now() - seen <= WORKER_SILENT
    return Fact(N_("Worker"), Message("Last seen at %(time)s", time=seen), "good" if is_alive else "bad")


def _jobs() -> Fact:
    counts = job_counts()
    waiting, failed = counts.get(JobState.QUEUED, 0) + counts.get(JobState.RUNNING, 0), counts.get(JobState.FAILED, 0)
    words = Message("%(waiting)s under way or waiting, %(failed)s failed", waiting=waiting, failed=failed)
    return Fact(N_("Background jobs"), words, "amber" if failed else "", url_for("JobListView.list"))


def _warnings() -> Iterator[Message]:
    """Yield what is not safe as it is set, each with what would be right."""
    config = current_app.config
    if not config["IS_HTTPS"]:
        yield Message("Pages are not encrypted on their way: put a proxy with a certificate in front and set PUBLIC_URL to https://…")
    if not config["BACKUP_PASSPHRASE"]:
        yield Message("There are no nightly backups: set FEEHOUSE_BACKUP_PASSPHRASE and start Feehouse again.")
    if _same_disk(Path(config["DATA_FOLDER"]), Path(config["BACKUP_FOLDER"])):
        yield Message("Backups lie on the same disk as the data: set FEEHOUSE_BACKUPS to a folder on another one, or copy them away.")
    if is_demonstration() and config["IS_HTTPS"]:
        yield Message("Everybody knows the passwords of the demonstration: never keep real customers in it.")
    if _is_readable_by_others(Path(config["DATA_FOLDER"])):
        yield Message("Other users of this machine may read the data folder: take the rights away (chmod 700).")
    for name in db.session.scalars(select(Office.name).where(Office.second_person.is_(False)).order_by(Office.id)):
        yield Message("The office %(office)s voids without a second person.", office=name)


def is_demonstration() -> bool:
    """Tell whether the offices of this installation are the demonstration's."""
    made = select(BackgroundJob.id).where(BackgroundJob.kind == "demonstration_history").limit(1)
    return db.session.scalars(made).one_or_none() is not None


def _same_disk(one: Path, other: Path) -> bool:
    there = next((each for each in (other, *other.parents) if each.exists()), other)
    return one.exists() and one.stat().st_dev == there.stat().st_dev


def _is_readable_by_others(folder: Path) -> bool:
    return os.name == "posix" and folder.exists() and bool(folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _count(column: Any, *conditions: Any) -> int:
    return int(db.session.execute(select(func.count(column)).where(*conditions)).scalar_one())


@lru_cache(maxsize=1)
def commit() -> str:
    """Return the commit of the checkout this program runs from; empty where it is none."""
    try:
        head = (ROOT / ".git" / "HEAD").read_text().strip()
        name = head.removeprefix("ref: ")
        return (head if name == head else (ROOT / ".git" / name).read_text().strip())[:10]
    except OSError:
        return ""
