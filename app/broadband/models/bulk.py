"""One operation done to many lines in the background, a result per line; and the printings of the papers of operations."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.broadband.choices import BulkOutcome, BulkState, StopReason, SubscriptionOperation
from app.broadband.models.events import SubscriptionEvent
from app.broadband.models.subscriptions import Subscription
from app.foundation.database import Created, Document, Moment, OfficeRecord, Text, choice_column, office_table, same_office
from app.foundation.kept_sentences import told
from app.offices.models import SystemUser
from app.values.errors import Message


class BulkRun(Created, OfficeRecord):
    """An operation over a selection of lines: what was asked, how far it is, how it ended."""

    __tablename__ = "bulk_run"
    __table_args__ = office_table(
        CheckConstraint("operation IN ('force_stop', 'resume')", name="operation_in_bulk"),
        CheckConstraint("(operation = 'force_stop') = (stop_reason IS NOT NULL)", name="stop_has_a_reason"),
        CheckConstraint("least(done, refused) >= 0 AND done + refused <= total", name="counts"),
        CheckConstraint("(bulk_state = 'done') = (ended_at IS NOT NULL)", name="ended_has_a_time"),
        Index("ix_bulk_run_office_id_created_at", "office_id", "created_at"),
    )

    operation: Mapped[SubscriptionOperation] = choice_column(SubscriptionOperation)
    stop_reason: Mapped[StopReason | None] = choice_column(StopReason, nullable=True)
    note: Mapped[Text] = mapped_column(default="")
    bulk_state: Mapped[BulkState] = choice_column(BulkState, default=BulkState.WAITING)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[Moment | None]
    # The work that does it; it may be forgotten once it is over.
    job_id: Mapped[int | None] = mapped_column(ForeignKey("background_job.id", ondelete="SET NULL"))

    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="BulkRun.created_by_id")

    def __str__(self) -> str:
        return f"#{self.id}"


class BulkRow(OfficeRecord):
    """One line of a run: what became of it. ``result`` is a message id and ``facts`` its parameters."""

    __tablename__ = "bulk_row"
    __table_args__ = office_table(
        same_office("bulk_run_id", "bulk_run"),
        same_office("subscription_id", "subscription"),
        same_office("event_id", "subscription_event"),
        UniqueConstraint("bulk_run_id", "subscription_id"),
        UniqueConstraint("bulk_run_id", "position"),
        CheckConstraint("(outcome = 'done') = (event_id IS NOT NULL)", name="done_has_an_event"),
        Index("ix_bulk_row_office_id_bulk_run_id", "office_id", "bulk_run_id", "position"),
    )

    bulk_run_id: Mapped[int]
    position: Mapped[int]
    subscription_id: Mapped[int] = mapped_column(index=True)
    outcome: Mapped[BulkOutcome] = choice_column(BulkOutcome, default=BulkOutcome.WAITING)
    result: Mapped[Text] = mapped_column(default="")
    facts: Mapped[Document] = mapped_column(default=dict)
    event_id: Mapped[int | None]

    bulk_run: Mapped[BulkRun] = relationship(primaryjoin="BulkRow.bulk_run_id == BulkRun.id", foreign_keys="BulkRow.bulk_run_id")
    subscription: Mapped[Subscription] = relationship(
        primaryjoin="BulkRow.subscription_id == Subscription.id", foreign_keys="BulkRow.subscription_id"
    )
    event: Mapped[SubscriptionEvent | None] = relationship(
        primaryjoin="BulkRow.event_id == SubscriptionEvent.id", foreign_keys="BulkRow.event_id"
    )

    def __str__(self) -> str:
        return str(self.subscription)

    @property
    def sentence(self) -> Message | None:
        """What became of the line, for ``say``; None while it waits."""
        return told(self.result, self.facts) if self.result else None


class LinePrinting(Created, OfficeRecord):
    """One printing of an operation's paper, with what was on it: the first froze it, the later ones repeat it."""

    __tablename__ = "line_printing"
    __table_args__ = office_table(
        same_office("event_id", "subscription_event"),
        UniqueConstraint("event_id", "printing"),
        CheckConstraint("printing >= 1", name="counts_from_one"),
    )

    event_id: Mapped[int]
    printing: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[Document]
