"""What the night proposes and a manager decides."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.broadband.choices import ProposalStatus, SubscriptionOperation
from app.broadband.models.events import SubscriptionEvent
from app.broadband.models.subscriptions import Subscription
from app.foundation.database import Created, Moment, OfficeRecord, Text, Versioned, choice_column, office_table, same_office
from app.offices.models import SystemUser


class LineProposal(Versioned, Created, OfficeRecord):
    """What the night proposes for a line, a forced stop or a closure: nothing happens until a manager confirms it."""

    __tablename__ = "line_proposal"
    __table_args__ = office_table(
        same_office("subscription_id", "subscription"),
        same_office("event_id", "subscription_event"),
        CheckConstraint("operation IN ('force_stop', 'close')", name="operation_is_proposed"),
        CheckConstraint("(proposal_status = 'waiting') = (decided_at IS NULL)", name="decided_at_some_time"),
        CheckConstraint("event_id IS NULL OR proposal_status = 'confirmed'", name="only_confirmed_is_done"),
        UniqueConstraint("subscription_id", "operation", "since"),
        Index("ix_line_proposal_office_id_proposal_status", "office_id", "proposal_status", "id"),
    )

    subscription_id: Mapped[int]
    operation: Mapped[SubscriptionOperation] = choice_column(SubscriptionOperation)
    proposed_on: Mapped[datetime.date]
    # The stop date that has passed, or the day of the cut: once decided, the same is not proposed again.
    since: Mapped[datetime.date]
    proposal_status: Mapped[ProposalStatus] = choice_column(ProposalStatus, default=ProposalStatus.WAITING)
    decided_at: Mapped[Moment | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    decision_note: Mapped[Text] = mapped_column(default="")
    event_id: Mapped[int | None]

    subscription: Mapped[Subscription] = relationship(
        primaryjoin="LineProposal.subscription_id == Subscription.id", foreign_keys="LineProposal.subscription_id"
    )
    decided_by: Mapped[SystemUser | None] = relationship(foreign_keys="LineProposal.decided_by_id")
    event: Mapped[SubscriptionEvent | None] = relationship(
        primaryjoin="LineProposal.event_id == SubscriptionEvent.id", foreign_keys="LineProposal.event_id"
    )
