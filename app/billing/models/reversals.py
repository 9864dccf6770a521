"""What undoes a document, what waits for a second person, and every printing."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.choices import (
    ApprovalStatus,
)
from app.billing.models.receipts import Receipt
from app.billing.models.vouchers import Voucher
from app.foundation.database import (
    Amount,
    Created,
    Moment,
    OfficeRecord,
    Short,
    Text,
    choice_column,
    office_table,
    same_office,
)
from app.foundation.writing import WrittenTogether
from app.offices.models import SystemUser


class Reversal(WrittenTogether, Created, OfficeRecord):
    """The counter-document 沖正 of a receipt or a voucher: once, with a reason, approved by another person where that is required."""

    __tablename__ = "reversal"
    __table_args__ = office_table(
        same_office("receipt_id", "receipt"),
        same_office("voucher_id", "voucher"),
        UniqueConstraint("office_id", "number"),
        UniqueConstraint("office_id", "year", "sequence"),
        UniqueConstraint("receipt_id"),
        UniqueConstraint("voucher_id"),
        Index("ix_reversal_office_id_booked_on", "office_id", "booked_on"),
        CheckConstraint("num_nonnulls(receipt_id, voucher_id) = 1", name="one_document"),
        CheckConstraint("length(trim(reason)) > 0", name="has_a_reason"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> created_by_id OR second_person_off", name="maker_is_not_checker"),
        CheckConstraint("NOT needs_approval OR approved_by_id IS NOT NULL", name="approved_where_needed"),
    )

    number: Mapped[Short]
    year: Mapped[int]
    sequence: Mapped[int]
    receipt_id: Mapped[int | None]
    voucher_id: Mapped[int | None]
    booked_on: Mapped[datetime.date]
    total: Mapped[Amount]
    reason: Mapped[Text]
    needs_approval: Mapped[bool]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    second_person_off: Mapped[bool]

    receipt: Mapped[Receipt | None] = relationship(primaryjoin="Reversal.receipt_id == Receipt.id", foreign_keys="Reversal.receipt_id")
    voucher: Mapped[Voucher | None] = relationship(primaryjoin="Reversal.voucher_id == Voucher.id", foreign_keys="Reversal.voucher_id")
    created_by: Mapped[SystemUser] = relationship(foreign_keys="Reversal.created_by_id")
    approved_by: Mapped[SystemUser | None] = relationship(foreign_keys="Reversal.approved_by_id")

    def __str__(self) -> str:
        return self.number


class Approval(Created, OfficeRecord):
    """A void that waits for a second person 審批: nothing has changed yet."""

    __tablename__ = "approval"
    __table_args__ = office_table(
        same_office("receipt_id", "receipt"),
        same_office("reversal_id", "reversal"),
        Index("uq_approval_waiting", "receipt_id", unique=True, postgresql_where="status = 'waiting'"),
        CheckConstraint("(status = 'approved') = (reversal_id IS NOT NULL)", name="approved_has_a_result"),
        CheckConstraint("(status = 'waiting') = (decided_by_id IS NULL)", name="decided_by_somebody"),
    )

    receipt_id: Mapped[int]
    reason: Mapped[Text]
    status: Mapped[ApprovalStatus] = choice_column(ApprovalStatus, default=ApprovalStatus.WAITING)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    decided_at: Mapped[Moment | None]
    decision_note: Mapped[Text] = mapped_column(default="")
    reversal_id: Mapped[int | None]

    receipt: Mapped[Receipt] = relationship(primaryjoin="Approval.receipt_id == Receipt.id", foreign_keys="Approval.receipt_id")
    created_by: Mapped[SystemUser] = relationship(foreign_keys="Approval.created_by_id")
    decided_by: Mapped[SystemUser | None] = relationship(foreign_keys="Approval.decided_by_id")


class Printing(Created, OfficeRecord):
    """One printing of a paper: the first shows nothing, later ones a mark and a reason."""

    __tablename__ = "printing"
    __table_args__ = office_table(
        same_office("receipt_id", "receipt"),
        same_office("voucher_id", "voucher"),
        UniqueConstraint("receipt_id", "printing"),
        UniqueConstraint("voucher_id", "printing"),
        Index("ix_printing_created_at_id", "created_at", "id"),
        CheckConstraint("num_nonnulls(receipt_id, voucher_id) = 1", name="one_document"),
        CheckConstraint("printing >= 1", name="counts_from_one"),
    )

    receipt_id: Mapped[int | None]
    voucher_id: Mapped[int | None]
    printing: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")
