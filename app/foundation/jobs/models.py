"""The table of background jobs: what people see of long work, while the queue itself is procrastinate's."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation import clock
from app.foundation.database import Document, Line, Moment, Record, Short, choice_column
from app.values.choices import Choice
from app.values.errors import N_, Message


class JobState(Choice):
    """How far a background job is."""

    QUEUED = "queued", N_("Queued"), "neutral", "clock-hour-4"
    RUNNING = "running", N_("Running"), "info", "progress"
    DONE = "done", N_("Finished"), "good", "circle-check"
    FAILED = "failed", N_("Failed"), "bad", "ban"
    CANCELLED = "cancelled", N_("Cancelled"), "neutral", "x"


class BackgroundJob(Record):
    """One piece of long work: who asked for it, how far it is, what it gave.

    ``actor`` holds the scope of whoever asked: the work runs with exactly his offices and rights. ``office_id`` is empty where the work
    is for no single office. Times are real ones, since they say how long the machine needed.
    """

    __tablename__ = "background_job"
    __table_args__ = (
        UniqueConstraint("unique_key"),
        CheckConstraint("done >= 0 AND total >= 0", name="progress_not_negative"),
        CheckConstraint("(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_has_a_time"),
        Index("ix_background_job_running", "created_by_id", postgresql_where="state IN ('queued', 'running')"),
    )

    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id", ondelete="RESTRICT"))
    kind: Mapped[Short]
    label: Mapped[Line]
    unique_key: Mapped[str | None] = mapped_column(String(200))
    arguments: Mapped[Document]
    actor: Mapped[Document]
    state: Mapped[JobState] = choice_column(JobState, default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[Line] = mapped_column(default="")
    message_facts: Mapped[Document] = mapped_column(default=dict)
    result: Mapped[Document | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    created_at: Mapped[Moment] = mapped_column(default=clock.real_now)
    started_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]

    def __str__(self) -> str:
        return self.label

    @property
    def progress(self) -> Message | None:
        """How far it is; nothing where nobody counts."""
        return Message("%(done)s of %(total)s", done=self.done, total=self.total) if self.total else None

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
