"""Charges, receipts, vouchers, reversals: the documents people see. The journal under them is in ``journal.py``."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.choices import (
    ApprovalStatus,
    ChargeStatus,
    DocumentStatus,
    FeeKind,
    LineCode,
    Method,
    PricedOperation,
    VoucherKind,
)
from app.customers.models import Customer
from app.foundation.database import (
    Amount,
    Created,
    Document,
    Line,
    Moment,
    OfficeRecord,
    Quantity,
    Short,
    Text,
    Versioned,
    choice_column,
    office_table,
    same_office,
)
from app.offices.models import SystemUser


class PriceListItem(Versioned, OfficeRecord):
    """The fee of one operation in an office 業務價目表."""

    __tablename__ = "price_list_item"
    __table_args__ = office_table(UniqueConstraint("office_id", "operation"), CheckConstraint("fee >= 0", name="fee_not_negative"))

    operation: Mapped[PricedOperation] = choice_column(PricedOperation)
    fee: Mapped[Amount]


class Shift(OfficeRecord):
    """A cashier's shift 班次. Until the till is built it opens by itself with the first cash of the day, with a float of 0."""

    __tablename__ = "shift"
    __table_args__ = office_table(
        UniqueConstraint("office_id", "number"),
        Index("uq_shift_open", "office_id", "cashier_id", "on", unique=True, postgresql_where="closed_at IS NULL"),
        CheckConstraint("float_amount >= 0", name="float_not_negative"),
    )

    number: Mapped[Short]
    cashier_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    on: Mapped[datetime.date]
    float_amount: Mapped[Amount]
    opened_at: Mapped[Moment]
    closed_at: Mapped[Moment | None]

    cashier: Mapped[SystemUser] = relationship(foreign_keys="Shift.cashier_id")

    def __str__(self) -> str:
        return self.number


class Charge(Created, OfficeRecord):
    """What a customer owes for a fee kind 應收款: lines, due date. ``paid`` is kept by the operations and proved by ``verify``."""

    __tablename__ = "charge"
    __table_args__ = office_table(
        same_office("customer_id", "customer"),
        CheckConstraint("total >= 0", name="total_not_negative"),
        CheckConstraint("paid >= 0 AND paid <= total", name="paid_within_total"),
        CheckConstraint("reversal_id IS NULL OR paid = 0", name="withdrawn_is_unpaid"),
        Index("ix_charge_open", "office_id", "customer_id", "due_on", postgresql_where="paid < total AND reversal_id IS NULL"),
    )

    customer_id: Mapped[int] = mapped_column(index=True)
    fee_kind: Mapped[FeeKind] = choice_column(FeeKind)
    on: Mapped[datetime.date]
    due_on: Mapped[datetime.date]
    total: Mapped[Amount]
    paid: Mapped[Amount] = mapped_column(default=Decimal(0))
    # The reversal that withdrew the charge together with the payment that had made it.
    reversal_id: Mapped[int | None] = mapped_column(ForeignKey("reversal.id", ondelete="RESTRICT", use_alter=True))

    customer: Mapped[Customer] = relationship(primaryjoin="Charge.customer_id == Customer.id", foreign_keys="Charge.customer_id")
    lines: Mapped[list[ChargeLine]] = relationship(
        primaryjoin="Charge.id == ChargeLine.charge_id", foreign_keys="ChargeLine.charge_id", order_by="ChargeLine.position"
    )

    @property
    def open_amount(self) -> Decimal:
        return Decimal(0) if self.reversal_id else self.total - self.paid

    @property
    def is_voided(self) -> bool:
        return self.reversal_id is not None

    @property
    def status(self) -> ChargeStatus:
        if self.reversal_id:
            return ChargeStatus.VOIDED
        if self.paid == self.total:
            return ChargeStatus.PAID
        return ChargeStatus.PARTLY_PAID if self.paid else ChargeStatus.UNPAID


class ChargeLine(OfficeRecord):
    """One line of a charge: quantity × price = amount, and the days it is for."""

    __tablename__ = "charge_line"
    __table_args__ = office_table(same_office("charge_id", "charge"), UniqueConstraint("charge_id", "position"))

    charge_id: Mapped[int]
    position: Mapped[int]
    code: Mapped[LineCode] = choice_column(LineCode)
    detail: Mapped[Line] = mapped_column(default="")
    quantity: Mapped[Quantity | None]
    unit_price: Mapped[Amount | None]
    amount: Mapped[Amount]
    period_start: Mapped[datetime.date | None]
    period_end: Mapped[datetime.date | None]


class Receipt(Created, OfficeRecord):
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


class ReceiptMethod(OfficeRecord):
    """One way a receipt was paid; cash shows what was tendered and the change."""

    __tablename__ = "receipt_method"
    __table_args__ = office_table(
        same_office("receipt_id", "receipt"),
        CheckConstraint("amount > 0 OR (amount = 0 AND method = 'cash')", name="amount_positive"),
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


class Allocation(OfficeRecord):
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


class Voucher(Created, OfficeRecord):
    """Money paid out 付款憑單: a refund, a deposit returned, an expense."""

    __tablename__ = "voucher"
    __table_args__ = office_table(
        same_office("customer_id", "customer"),
        same_office("shift_id", "shift"),
        same_office("receipt_id", "receipt"),
        UniqueConstraint("office_id", "number"),
        UniqueConstraint("office_id", "year", "sequence"),
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

    customer: Mapped[Customer | None] = relationship(
        primaryjoin="Voucher.customer_id == Customer.id", foreign_keys="Voucher.customer_id"
    )
    cashier: Mapped[SystemUser] = relationship(foreign_keys="Voucher.cashier_id")
    lines: Mapped[list[VoucherLine]] = relationship(
        primaryjoin="Voucher.id == VoucherLine.voucher_id", foreign_keys="VoucherLine.voucher_id", order_by="VoucherLine.position"
    )
    methods: Mapped[list[VoucherMethod]] = relationship(
        primaryjoin="Voucher.id == VoucherMethod.voucher_id", foreign_keys="VoucherMethod.voucher_id", order_by="VoucherMethod.id"
    )
    reversal: Mapped[Reversal | None] = relationship(
        primaryjoin="Voucher.id == Reversal.voucher_id", foreign_keys="Reversal.voucher_id", viewonly=True, uselist=False
    )

    def __str__(self) -> str:
        return self.number

    @property
    def is_voided(self) -> bool:
        return self.reversal is not None

    @property
    def status(self) -> DocumentStatus:
        return DocumentStatus.VOIDED if self.reversal else DocumentStatus.VALID


class VoucherLine(OfficeRecord):
    """One line of a payment voucher."""

    __tablename__ = "voucher_line"
    __table_args__ = office_table(
        same_office("voucher_id", "voucher"), UniqueConstraint("voucher_id", "position"), CheckConstraint("amount > 0", name="amount_positive")
    )

    voucher_id: Mapped[int]
    position: Mapped[int]
    fee_kind: Mapped[FeeKind] = choice_column(FeeKind)
    text: Mapped[Line]
    amount: Mapped[Amount]


class VoucherMethod(OfficeRecord):
    """One way a voucher was paid out."""

    __tablename__ = "voucher_method"
    __table_args__ = office_table(same_office("voucher_id", "voucher"), CheckConstraint("amount > 0", name="amount_positive"))

    voucher_id: Mapped[int] = mapped_column(index=True)
    method: Mapped[Method] = choice_column(Method)
    amount: Mapped[Amount]
    reference: Mapped[Line] = mapped_column(default="")


class Reversal(Created, OfficeRecord):
    """The counter-document 沖正 of a receipt or a voucher: once, with a reason, approved by another person where that is required."""

    __tablename__ = "reversal"
    __table_args__ = office_table(
        same_office("receipt_id", "receipt"),
        same_office("voucher_id", "voucher"),
        UniqueConstraint("office_id", "number"),
        UniqueConstraint("office_id", "year", "sequence"),
        UniqueConstraint("receipt_id"),
        UniqueConstraint("voucher_id"),
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
        CheckConstraint("num_nonnulls(receipt_id, voucher_id) = 1", name="one_document"),
        CheckConstraint("printing >= 1", name="counts_from_one"),
    )

    receipt_id: Mapped[int | None]
    voucher_id: Mapped[int | None]
    printing: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")
