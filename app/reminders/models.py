"""Notes of calls, renewal notices, letters and the office's own words for them."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    and_,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Mapper, RelationshipProperty, aliased, foreign, mapped_column, relationship

from app.broadband.models import Subscription
from app.customers.models import Customer
from app.foundation.database import (
    Created,
    Document,
    Moment,
    OfficeRecord,
    Short,
    Text,
    Versioned,
    choice_column,
    office_table,
    same_office,
)
from app.foundation.i18n import say
from app.offices.choices import Language
from app.offices.models import SystemUser
from app.reminders.choices import CallOutcome, LetterKind, LetterState
from app.values.email_addresses import LONGEST_EMAIL
from app.values.errors import N_

LONGEST_SUBJECT = 200
LONGEST_BODY = 10_000  # a template of 2,000 characters with everything filled in
LONGEST_LETTER = 20_000  # of any kind


class ReminderCall(Created, OfficeRecord):
    """A note of a call 電話提醒: who called whom about which stop date, and what came of it. Never changed."""

    __tablename__ = "reminder_call"
    __table_args__ = office_table(
        same_office("subscription_id", "subscription"),
        same_office("customer_id", "customer"),
        Index("ix_reminder_call_subscription_id", "subscription_id", "id"),
        Index("ix_reminder_call_office_id_created_at", "office_id", "created_at"),
    )

    subscription_id: Mapped[int]
    customer_id: Mapped[int]
    stops_on: Mapped[datetime.date | None]
    outcome: Mapped[CallOutcome] = choice_column(CallOutcome)
    note: Mapped[Text] = mapped_column(default="")

    subscription: Mapped[Subscription] = relationship(
        primaryjoin="ReminderCall.subscription_id == Subscription.id", foreign_keys="ReminderCall.subscription_id"
    )
    customer: Mapped[Customer] = relationship(
        primaryjoin="ReminderCall.customer_id == Customer.id", foreign_keys="ReminderCall.customer_id"
    )
    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="ReminderCall.created_by_id")


class RenewalNotice(Created, OfficeRecord):
    """A renewal notice 續費通知單 as it was issued; every printing gives the same text."""

    __tablename__ = "renewal_notice"
    __table_args__ = office_table(
        same_office("subscription_id", "subscription"),
        same_office("customer_id", "customer"),
        UniqueConstraint("office_id", "number"),
        CheckConstraint("printings >= 0", name="printings_not_negative"),
        Index("ix_renewal_notice_subscription_id", "subscription_id", "id"),
        Index("ix_renewal_notice_office_id_issued_on", "office_id", "issued_on"),
    )

    number: Mapped[Short]
    subscription_id: Mapped[int]
    customer_id: Mapped[int]
    issued_on: Mapped[datetime.date]
    stops_on: Mapped[datetime.date]
    language: Mapped[Language] = choice_column(Language)
    content: Mapped[Document]
    printings: Mapped[int] = mapped_column(default=0)

    subscription: Mapped[Subscription] = relationship(
        primaryjoin="RenewalNotice.subscription_id == Subscription.id", foreign_keys="RenewalNotice.subscription_id"
    )
    customer: Mapped[Customer] = relationship(
        primaryjoin="RenewalNotice.customer_id == Customer.id", foreign_keys="RenewalNotice.customer_id"
    )
    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="RenewalNotice.created_by_id")

    def __str__(self) -> str:
        return self.number


class OutboxLetter(Created, OfficeRecord):
    """A letter by e-mail 邮件 in the one outbox of the program, whatever it is about: what it said, and what became of it.

    Subject and body are the words as sent; until then the words as they would be sent now. Times of sending are real ones. What it is
    about are columns of each kind, empty in the others; the kinds stand in the domains that write them.
    """

    __tablename__ = "letter"
    __table_args__ = office_table(
        same_office("customer_id", "customer"),
        CheckConstraint("least(attempts, repeats) >= 0", name="counts_not_negative"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_a_time"),
        CheckConstraint("(state IN ('waiting', 'failed')) = (next_attempt_at IS NOT NULL)", name="what_is_due_has_a_time"),
        Index("ix_letter_due", "next_attempt_at", postgresql_where="state IN ('waiting', 'failed')"),
        Index("ix_letter_under_way", "id", postgresql_where="state = 'sending'"),
        Index("ix_letter_office_id_created_at", "office_id", "created_at"),
        Index("ix_letter_office_id_state", "office_id", "state", "id"),
    )
    __mapper_args__: Any = {"polymorphic_on": "kind"}

    kind: Mapped[LetterKind] = choice_column(LetterKind)
    customer_id: Mapped[int | None] = mapped_column(index=True)
    recipient: Mapped[str] = mapped_column(String(LONGEST_EMAIL))
    language: Mapped[Language] = choice_column(Language)
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    body: Mapped[str] = mapped_column(String(LONGEST_LETTER))
    state: Mapped[LetterState] = choice_column(LetterState, default=LetterState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[Moment | None]
    tried_at: Mapped[Moment | None]
    sent_at: Mapped[Moment | None]
    error: Mapped[Text] = mapped_column(default="")
    # How often people had it sent once more although it had been sent: each time is a letter of its own for mail programs.
    repeats: Mapped[int] = mapped_column(default=0)
    # Who asked to have it sent again: such a letter goes out although its step may have passed.
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))

    customer: Mapped[Customer | None] = relationship(
        primaryjoin="OutboxLetter.customer_id == Customer.id", foreign_keys="OutboxLetter.customer_id"
    )
    asked_by: Mapped[SystemUser | None] = relationship(foreign_keys="OutboxLetter.asked_by_id")
    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="OutboxLetter.created_by_id", viewonly=True)

    @property
    def problem(self) -> str:
        """Return what went wrong: the mail server's words as it said them, our own in the reader's language."""
        return say(self.error)

    def __str__(self) -> str:
        return self.subject


def keep_of_kind(*rules: ForeignKeyConstraint | UniqueConstraint | CheckConstraint) -> None:
    """Add what the database holds the columns of one kind of letter to."""
    table: Any = OutboxLetter.__table__
    for rule in rules:
        table.append_constraint(rule)


class Letter(OutboxLetter):
    """A letter about a line that stops soon, one for a line, stop date and step."""

    __mapper_args__: Any = {"polymorphic_identity": LetterKind.RENEWAL, "polymorphic_load": "inline"}

    subscription_id: Mapped[int | None]
    step: Mapped[int | None]
    stops_on: Mapped[datetime.date | None]

    subscription: Mapped[Subscription] = relationship(
        primaryjoin="Letter.subscription_id == Subscription.id", foreign_keys="Letter.subscription_id"
    )


keep_of_kind(
    same_office("subscription_id", "subscription"),
    UniqueConstraint("subscription_id", "stops_on", "step"),
    CheckConstraint("num_nulls(subscription_id, stops_on, step) = CASE kind WHEN 'renewal' THEN 0 ELSE 3 END", name="renewal_is_of_a_line"),
    CheckConstraint("kind <> 'renewal' OR customer_id IS NOT NULL", name="renewal_has_a_customer"),
    CheckConstraint("step >= 0", name="step_not_negative"),
)


class LetterTemplate(Versioned, OfficeRecord):
    """An office's own words for letters and notices in one language; where there is no row, or a text is empty, the program's hold."""

    __tablename__ = "letter_template"
    __title__ = N_("Words of a letter")
    __table_args__ = office_table(UniqueConstraint("office_id", "language"))

    language: Mapped[Language] = choice_column(Language)
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT), default="")
    body: Mapped[Text] = mapped_column(default="")
    ways_to_pay: Mapped[Text] = mapped_column(default="")


def _newest_of_line(model: type[ReminderCall] | type[Letter]) -> RelationshipProperty[Any]:
    """Return the relation from a line to its newest row of ``model``: broadband does not know that there are reminders."""

    def is_newest() -> ColumnElement[bool]:
        later = aliased(model)
        newest = select(func.max(later.id)).where(later.subscription_id == Subscription.id).correlate(Subscription).scalar_subquery()
        return and_(Subscription.id == foreign(model.subscription_id), model.id == newest)

    # Worked out when it is first used: by then all tables are declared.
    return relationship(model, primaryjoin=is_newest, uselist=False, viewonly=True)


_lines: Mapper[Subscription] = Subscription.__mapper__
_lines.add_property("last_reminder_call", _newest_of_line(ReminderCall))
_lines.add_property("last_letter", _newest_of_line(Letter))
