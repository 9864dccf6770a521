"""Money taken."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.choices import (
    DocumentStatus,
    Method,
    ReceiptStanding,
)
from app.billing.models.charges import Charge
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


class Receipt(WrittenTogether, Created, OfficeRecord):
    """Money taken 收據: immutable from its first moment; its content is stored as printed."""

    __tablename__ = "receipt"
    __table_args__ = office_table(
        same_office("customer_id", "customer"),
        same_office("shift_id", "shift"),
        UniqueConstraint("office_id", "number"),
        UniqueConstraint("office_id", "year", "sequence"),
        CheckConstraint("total >= 0 AND credited >= 0 AND credited <= total", name="amounts"),
        CheckConstraint("NOT has_cash OR shift_id IS NOT NULL", name="cash_has_a_shift"),
        Index("ix_receipt_office_id_booked_on", "office_id", "booked_on"),
    )

    number: Mapped[Short]
    year: Mapped[int]
    sequence: Mapped[int]
    customer_id: Mapped[int] = mapped_column(index=True)
    on: Mapped[datetime.date]
    booked_on: Mapped[datetime.date]
    total: Mapped[Amount]
    credited: Mapped[Amount] = mapped_column(default=Decimal(0))
    total_in_words: Mapped[Text]
    has_cash: Mapped[bool]
    shift_id: Mapped[int | None]
    cashier_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    payer_name: Mapped[Line]
    note: Mapped[Text] = mapped_column(default="")
    backdate_reason: Mapped[Text] = mapped_column(default="")
    content: Mapped[Document]

    customer: Mapped[Customer] = relationship(primaryjoin="Receipt.customer_id == Customer.id", foreign_keys="Receipt.customer_id")
    cashier: Mapped[SystemUser] = relationship(foreign_keys="Receipt.cashier_id")
    shift: Mapped[Shift | None] = relationship(primaryjoin="Receipt.shift_id == Shift.id", foreign_keys="Receipt.shift_id")
    methods: Mapped[list[ReceiptMethod]] = relationship(
        primaryjoin="Receipt.id == ReceiptMethod.receipt_id", foreign_keys="ReceiptMethod.receipt_id", order_by="ReceiptMethod.id"
    )
    allocations: Mapped[list[Allocation]] = relationship(
        primaryjoin="Receipt.id == Allocation.receipt_id", foreign_keys="Allocation.receipt_id", order_by="Allocation.id"
    )
    reversal: Mapped[Reversal | None] = relationship(
        primaryjoin="Receipt.id == Reversal.receipt_id", foreign_keys="Reversal.receipt_id", viewonly=True, uselist=False
    )
    # Who asked for its void, while that waits for a second person.
    waiting_void: Mapped[Approval | None] = relationship(
        primaryjoin="and_(Receipt.id == Approval.receipt_id, Approval.status == 'waiting')",
        foreign_keys="Approval.receipt_id",
        viewonly=True,
        uselist=False,
    )

    def __str__(self) -> str:
        return self.number

    @property
    def is_voided(self) -> bool:
        return self.reversal is not None

    @property
    def methods_text(self) -> tuple[Method, ...]:
        """The ways the receipt was paid."""
        return tuple(each.method for each in self.methods)

    @property
    def status(self) -> DocumentStatus:
        return DocumentStatus.VOIDED if self.reversal else DocumentStatus.VALID

    @property
    def standing(self) -> ReceiptStanding:
        """The status, and whether a void is asked for: it stands until that is approved."""
        return ReceiptStanding.VOID_ASKED if self.waiting_void is not None else ReceiptStanding(self.status.value)


class ReceiptMethod(WrittenTogether, OfficeRecord):
    """One way a receipt was paid; cash shows what was tendered and the change."""

    __tablename__ = "receipt_method"
    __table_args__ = office_table(
        same_office("receipt_id", "receipt"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("tendered IS NULL OR (method = 'cash' AND tendered >= amount)", name="tendered_covers"),
    )

    receipt_id: Mapped[int] = mapped_column(index=True)
    method: Mapped[Method] = choice_column(Method)
    amount: Mapped[Amount]
    tendered: Mapped[Amount | None]
    reference: Mapped[Line] = mapped_column(default="")

    @property
    def change(self) -> Decimal | None:
        return None if self.tendered is None else self.tendered - self.amount


class Allocation(WrittenTogether, OfficeRecord):
    """Which receipt settles how much of which charge 核銷. It counts while the receipt stands."""

    __tablename__ = "allocation"
    __table_args__ = office_table(
        same_office("receipt_id", "receipt"),
        same_office("charge_id", "charge"),
        UniqueConstraint("receipt_id", "charge_id"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    receipt_id: Mapped[int]
    charge_id: Mapped[int] = mapped_column(index=True)
    amount: Mapped[Amount]

    charge: Mapped[Charge] = relationship(primaryjoin="Allocation.charge_id == Charge.id", foreign_keys="Allocation.charge_id")
