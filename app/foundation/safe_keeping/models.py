"""The record of backups: what administrators see of them, also of those that failed and those that rotation has removed."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Document, Line, Moment, Record, choice_column
from app.values.choices import Choice
from app.values.errors import N_, Message


class BackupKind(Choice):
    """Why a backup was made."""

    NIGHTLY = "nightly", N_("Every night"), "neutral", "moon"
    BY_HAND = "by_hand", N_("By hand"), "neutral", "user"


class BackupState(Choice):
    """What became of a backup."""

    DONE = "done", N_("Done"), "good", "circle-check"
    FAILED = "failed", N_("Failed"), "bad", "ban"
    REMOVED = "removed", N_("Removed by rotation"), "neutral", "trash"


class Backup(Record):
    """One backup of the whole installation into the folder of backups, in real time."""

    __tablename__ = "backup"
    __table_args__ = (
        CheckConstraint("(state = 'failed') = (size IS NULL)", name="a_file_has_a_size"),
        Index("ix_backup_ended_at", "ended_at"),
    )

    kind: Mapped[BackupKind] = choice_column(BackupKind)
    state: Mapped[BackupState] = choice_column(BackupState)
    file: Mapped[Line]
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    problem: Mapped[Line] = mapped_column(default="")
    problem_facts: Mapped[Document] = mapped_column(default=dict)
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment]
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))

    def __str__(self) -> str:
        return self.file

    @property
    def seconds(self) -> int:
        """Return how long it took."""
        return int((self.ended_at - self.started_at) / datetime.timedelta(seconds=1))

    @property
    def message(self) -> Message | None:
        """Return why it failed."""
        facts: dict[str, Any] = self.problem_facts or {}
        return Message(self.problem, **facts) if self.problem else None
