"""Money paid out."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.choices import (
    DocumentStatus,
    FeeKind,
    Method,
    ReceiptStanding,
    VoucherKind,
)
from app.billing.models.till import Shift
from app.customers.models import Customer
from app.foundation.database import (
    Amount,
    Created,
    Document,
    Line,
    OfficeRecord,
    Short,
    Text,
    choice_column,
    office_table,
    same_office,
)
from app.foundation.writing import WrittenTogether
from app.offices.models import SystemUser

if TYPE_CHECKING:
    from app.billing.models.reversals import Approval, Reversal


class Voucher(WrittenTogether, Created, OfficeRecord):
    """Money paid out 付款憑單: a refund, a deposit returned, an expense."""

    __tablename__ = "voucher"
    __table_args__ = office_table(
        same_office("customer_id", "customer"),
        same_office("shift_id", "shift"),
        same_office("receipt_id", "receipt"),
        UniqueConstraint("office_id", "number"),
        UniqueConstraint("office_id", "year", "sequence"),
        Index("ix_voucher_office_id_booked_on", "office_id", "booked_on"),
        CheckConstraint("total > 0", name="total_positive"),
        CheckConstraint("NOT has_cash OR shift_id IS NOT NULL", name="cash_has_a_shift"),
    )

    number: Mapped[Short]
    year: Mapped[int]
    sequence: Mapped[int]
    kind: Mapped[VoucherKind] = choice_column(VoucherKind)
    customer_id: Mapped[int | None] = mapped_column(index=True)
    receipt_id: Mapped[int | None]
    on: Mapped[datetime.date]
    booked_on: Mapped[datetime.date]
    total: Mapped[Amount]
    total_in_words: Mapped[Text]
    has_cash: Mapped[bool]
    shift_id: Mapped[int | None]
    cashier_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    payee_name: Mapped[Line]
    reason: Mapped[Text] = mapped_column(default="")
    note: Mapped[Text] = mapped_column(default="")
    content: Mapped[Document]

    customer: Mapped[Customer | None] = relationship(primaryjoin="Voucher.customer_id == Customer.id", foreign_keys="Voucher.customer_id")
    cashier: Mapped[SystemUser] = relationship(foreign_keys="Voucher.cashier_id")
    shift: Mapped[Shift | None] = relationship(primaryjoin="Voucher.shift_id == Shift.id", foreign_keys="Voucher.shift_id")
    lines: Mapped[list[VoucherLine]] = relationship(
        primaryjoin="Voucher.id == VoucherLine.voucher_id", foreign_keys="VoucherLine.voucher_id", order_by="VoucherLine.position"
    )
    methods: Mapped[list[VoucherMethod]] = relationship(
        primaryjoin="Voucher.id == VoucherMethod.voucher_id", foreign_keys="VoucherMethod.voucher_id", order_by="VoucherMethod.id"
    )
    reversal: Mapped[Reversal | None] = relationship(
        primaryjoin="Voucher.id == Reversal.voucher_id", foreign_keys="Reversal.voucher_id", viewonly=True, uselist=False
    )
    # Who asked for its void, while that waits for a second person.
    waiting_void: Mapped[Approval | None] = relationship(
        primaryjoin="and_(Voucher.id == Approval.voucher_id, Approval.status == 'waiting')",
        foreign_keys="Approval.voucher_id",
        viewonly=True,
        uselist=False,
    )

    def __str__(self) -> str:
        return self.number

    @property
    def is_voided(self) -> bool:
        return self.reversal is not None

    @property
    def status(self) -> DocumentStatus:
        return DocumentStatus.VOIDED if self.reversal else DocumentStatus.VALID

    @property
    def standing(self) -> ReceiptStanding:
        """The status, and whether a void is asked for: it stands until that is approved."""
        return ReceiptStanding.VOID_ASKED if self.waiting_void is not None else ReceiptStanding(self.status.value)


class VoucherLine(WrittenTogether, OfficeRecord):
    """One line of a payment voucher."""

    __tablename__ = "voucher_line"
    __table_args__ = office_table(
        same_office("voucher_id", "voucher"),
        UniqueConstraint("voucher_id", "position"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    voucher_id: Mapped[int]
    position: Mapped[int]
    fee_kind: Mapped[FeeKind] = choice_column(FeeKind)
    text: Mapped[Line]
    amount: Mapped[Amount]


class VoucherMethod(WrittenTogether, OfficeRecord):
    """One way a voucher was paid out."""

    __tablename__ = "voucher_method"
    __table_args__ = office_table(same_office("voucher_id", "voucher"), CheckConstraint("amount > 0", name="amount_positive"))

    voucher_id: Mapped[int] = mapped_column(index=True)
    method: Mapped[Method] = choice_column(Method)
    amount: Mapped[Amount]
    reference: Mapped[Line] = mapped_column(default="")
