"""Tables of notices: papers as they were issued, batches of a building, and what an office prints on them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.customers.models import Customer
from app.foundation.database import (
    Amount,
    Created,
    Document,
    Line,
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
from app.notices.choices import DeliveryWay, NoticeKind
from app.offices.choices import Language
from app.offices.models import Office, SystemUser
from app.places.models import Building, Unit
from app.reminders.choices import LetterKind
from app.reminders.models import OutboxLetter, keep_of_kind
from app.runs.models import BillingPeriod
from app.values.months import Month

MOST_DAYS = 366
IS_FIRST_OF_MONTH = "extract(day FROM month) = 1"


class NoticeBatch(Created, OfficeRecord):
    """The papers of a building as one file in floor order 批量打印 / in cả tòa: issued first, then made into pages, in the background.

    ``reached_position`` and ``reached_unit`` are the last unit in floor order whose papers stand, ``notices`` the ids of the papers in the
    order of the file. ``content`` is the file; it is forgotten after some weeks, the papers in it can be printed again one by one.
    """

    __tablename__ = "notice_batch"
    __table_args__ = office_table(
        same_office("building_id", "building"),
        same_office("period_id", "billing_period"),
        CheckConstraint("(kind = 'due') = (period_id IS NOT NULL)", name="due_is_of_a_period"),
        CheckConstraint("least(issued, refused) >= 0", name="counts"),
        CheckConstraint("content IS NULL OR done_at IS NOT NULL", name="file_is_done"),
        Index("ix_notice_batch_created_at", "office_id", "created_at"),
    )

    kind: Mapped[NoticeKind] = choice_column(NoticeKind)
    building_id: Mapped[int] = mapped_column(index=True)
    period_id: Mapped[int | None] = mapped_column(index=True)
    deadline: Mapped[datetime.date | None]
    reached_position: Mapped[int | None]
    reached_unit: Mapped[int | None]
    notices: Mapped[list[int]] = mapped_column(JSONB, default=list)
    issued: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    total: Mapped[Amount] = mapped_column(default=Decimal(0))
    done_at: Mapped[Moment | None]
    size: Mapped[int | None]
    # Only who hands the file out reads its bytes.
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    # The work that does it; it may be forgotten once it is over.
    job_id: Mapped[int | None] = mapped_column(ForeignKey("background_job.id", ondelete="SET NULL"))
    # The work that puts its papers into the outbox, where somebody asked for that.
    mail_job_id: Mapped[int | None] = mapped_column(ForeignKey("background_job.id", ondelete="SET NULL"))

    building: Mapped[Building] = relationship(primaryjoin="NoticeBatch.building_id == Building.id", foreign_keys="NoticeBatch.building_id")
    period: Mapped[BillingPeriod | None] = relationship(
        primaryjoin="NoticeBatch.period_id == BillingPeriod.id", foreign_keys="NoticeBatch.period_id"
    )
    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="NoticeBatch.created_by_id")

    def __str__(self) -> str:
        return f"#{self.id}"


class Notice(Created, OfficeRecord):
    """A payment-due notice 缴费通知单 / giấy báo, or a reminder 催缴通知书 / nhắc nợ, as it was issued; every printing gives the same text.

    ``charges`` are what stands on it, by their ids. A notice that another one replaces is no longer live. How it was delivered is noted
    afterwards.
    """

    __tablename__ = "notice"
    __table_args__ = office_table(
        same_office("unit_id", "unit"),
        same_office("customer_id", "customer"),
        same_office("period_id", "billing_period"),
        same_office("replaces_id", "notice"),
        same_office("batch_id", "notice_batch"),
        UniqueConstraint("office_id", "number"),
        UniqueConstraint("office_id", "reference"),
        UniqueConstraint("replaces_id"),
        CheckConstraint("(kind = 'due') = (period_id IS NOT NULL)", name="due_is_of_a_period"),
        CheckConstraint(IS_FIRST_OF_MONTH, name="month_by_its_first_day"),
        CheckConstraint("least(total, credit) >= 0 AND printings >= 0", name="amounts_not_negative"),
        CheckConstraint("(delivered_by IS NULL) = (delivered_on IS NULL)", name="delivery_has_a_day"),
        CheckConstraint("delivered_on >= issued_on", name="delivered_after_issued"),
        Index(
            "uq_notice_live",
            "period_id",
            "unit_id",
            "customer_id",
            unique=True,
            postgresql_where=text("kind = 'due' AND is_live"),
        ),
        Index("ix_notice_unit_id", "unit_id", "id"),
        Index("ix_notice_customer_id", "customer_id", "id"),
        Index("ix_notice_issued_on", "office_id", "issued_on"),
        Index("ix_notice_batch_id", "batch_id"),
    )

    kind: Mapped[NoticeKind] = choice_column(NoticeKind)
    number: Mapped[Short]
    # What the resident writes into his transfer; it finds the notice again.
    reference: Mapped[Short]
    unit_id: Mapped[int]
    customer_id: Mapped[int]
    period_id: Mapped[int | None]
    month: Mapped[datetime.date]
    replaces_id: Mapped[int | None]
    batch_id: Mapped[int | None]
    issued_on: Mapped[datetime.date]
    due_on: Mapped[datetime.date]
    language: Mapped[Language] = choice_column(Language)
    total: Mapped[Amount]
    credit: Mapped[Amount] = mapped_column(default=Decimal(0))
    charges: Mapped[list[int]] = mapped_column(JSONB)
    content: Mapped[Document]
    is_live: Mapped[bool] = mapped_column(default=True)
    printings: Mapped[int] = mapped_column(default=0)
    delivered_by: Mapped[DeliveryWay | None] = choice_column(DeliveryWay, nullable=True)
    delivered_on: Mapped[datetime.date | None]
    delivery_note: Mapped[Line] = mapped_column(default="")

    unit: Mapped[Unit] = relationship(primaryjoin="Notice.unit_id == Unit.id", foreign_keys="Notice.unit_id")
    customer: Mapped[Customer] = relationship(primaryjoin="Notice.customer_id == Customer.id", foreign_keys="Notice.customer_id")
    period: Mapped[BillingPeriod | None] = relationship(primaryjoin="Notice.period_id == BillingPeriod.id", foreign_keys="Notice.period_id")
    replaces: Mapped[Notice | None] = relationship(primaryjoin="Notice.replaces_id == remote(Notice.id)", foreign_keys="Notice.replaces_id")
    batch: Mapped[NoticeBatch | None] = relationship(primaryjoin="Notice.batch_id == NoticeBatch.id", foreign_keys="Notice.batch_id")
    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="Notice.created_by_id")
    # How it goes out by e-mail; nothing where nobody asked for that.
    letter: Mapped[NoticeLetter | None] = relationship(
        primaryjoin="foreign(NoticeLetter.notice_id) == Notice.id", back_populates="notice", uselist=False
    )

    def __str__(self) -> str:
        return self.number

    @property
    def month_name(self) -> str:
        """The month as programs write it: 2026-11."""
        return self.month.strftime("%Y-%m")

    @property
    def of_month(self) -> Month:
        """The month as the reader writes it."""
        return Month.of(self.month)


class NoticeLetter(OutboxLetter):
    """A notice or reminder sent by e-mail, with its paper as PDF: one letter of the outbox for a paper, however often it is tried."""

    __mapper_args__: Any = {"polymorphic_identity": LetterKind.NOTICE, "polymorphic_load": "inline"}

    notice_id: Mapped[int | None]

    notice: Mapped[Notice] = relationship(
        primaryjoin="NoticeLetter.notice_id == Notice.id", foreign_keys="NoticeLetter.notice_id", back_populates="letter"
    )

    def __str__(self) -> str:
        return f"{say(self.state)} · {self.recipient}"


keep_of_kind(
    same_office("notice_id", "notice"),
    UniqueConstraint("notice_id"),
    CheckConstraint("(kind = 'notice') = (notice_id IS NOT NULL)", name="notice_is_of_a_paper"),
    CheckConstraint("kind <> 'notice' OR customer_id IS NOT NULL", name="notice_has_a_customer"),
)


class NoticeSetting(Versioned, OfficeRecord):
    """What an office prints on its notices: its account, its counter, who signs, and when it reminds; one row per office.

    ``bank_code`` are the six figures of the bank in the network of NAPAS: with an account number, papers in VND bear a payment code.
    ``collection_code_id`` is the picture of the office's collection code 收款码, which papers in other currencies bear.
    """

    __tablename__ = "notice_setting"
    __table_args__ = office_table(
        UniqueConstraint("office_id"),
        CheckConstraint(
            f"least(first_after, second_after, third_after, deadline_days, complaint_days) >= 0 "
            f"AND greatest(first_after, second_after, third_after, deadline_days, complaint_days) <= {MOST_DAYS}",
            name="days_in_a_year",
        ),
        CheckConstraint("bank_code = '' OR account_number <> ''", name="code_needs_an_account"),
        same_office("collection_code_id", "upload"),
    )

    bank_code: Mapped[Short] = mapped_column(default="")
    bank_name: Mapped[Line] = mapped_column(default="")
    account_number: Mapped[Short] = mapped_column(default="")
    account_holder: Mapped[Line] = mapped_column(default="")
    hotline: Mapped[Short] = mapped_column(default="")
    counter: Mapped[Line] = mapped_column(default="")
    city: Mapped[Short] = mapped_column(default="")
    signer: Mapped[Line] = mapped_column(default="")
    clause: Mapped[Short] = mapped_column(default="")
    measures: Mapped[Text] = mapped_column(default="")
    complaint_days: Mapped[int] = mapped_column(default=5)
    first_after: Mapped[int] = mapped_column(default=10)
    second_after: Mapped[int] = mapped_column(default=10)
    third_after: Mapped[int] = mapped_column(default=14)
    deadline_days: Mapped[int] = mapped_column(default=7)
    collection_code_id: Mapped[int | None]

    office: Mapped[Office] = relationship(primaryjoin="NoticeSetting.office_id == Office.id", foreign_keys="NoticeSetting.office_id")

    def __str__(self) -> str:
        return self.account_number
