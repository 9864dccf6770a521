"""What undoes a document or an operation, what waits for a second person, and every printing."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.choices import AdjustmentKind, ApprovalStatus
from app.billing.models.adjustments import Adjustment
from app.billing.models.charges import Charge
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
from app.values.errors import Message

if TYPE_CHECKING:
    from app.broadband.models import SubscriptionEvent
    from app.runs.models import ServiceCharge
    from app.workorders.models import Handover

    Voidable: TypeAlias = Receipt | Voucher | Handover | SubscriptionEvent | ServiceCharge | Adjustment

# What can be voided, and the column that names it. Three are of the domains above: money that came into a drawer, an operation on a line
# that left no paper behind, and the charge of a service.
VOIDED = {
    "receipt": "receipt_id",
    "voucher": "voucher_id",
    "handover": "handover_id",
    "subscription_event": "event_id",
    "service_charge": "service_charge_id",
    "adjustment": "adjustment_id",
}
ONE_DOCUMENT = f"num_nonnulls({', '.join(VOIDED.values())}) = 1"


def names(document: Voidable) -> dict[str, int]:
    """Return the column of a counter-document, or of a request for it, that names ``document``."""
    return {VOIDED[document.__tablename__]: document.id}


def name_of(document: Voidable) -> Message:
    """Return what people call a document: its kind and number; an operation without a paper by itself and its line."""
    if isinstance(document, Receipt):
        return Message("Receipt %(number)s", number=document.number)
    if isinstance(document, Voucher):
        return Message("Payment voucher %(number)s", number=document.number)
    return document.name


class NamesDocument:
    """What names the one document, or the operation without a paper, that it is about."""

    if TYPE_CHECKING:
        receipt: Mapped[Receipt | None]
        voucher: Mapped[Voucher | None]
        handover: Mapped[Handover | None]
        event: Mapped[SubscriptionEvent | None]
        service_charge: Mapped[ServiceCharge | None]
        adjustment: Mapped[Adjustment | None]

    @property
    def document(self) -> Voidable:
        """What is voided, or is to be."""
        named = self.receipt or self.voucher or self.handover or self.event or self.service_charge or self.adjustment
        if named is None:
            raise LookupError(f"{self!r} names no document.")
        return named

    @property
    def about(self) -> Message:
        """What is voided, in words."""
        return name_of(self.document)


class Reversal(NamesDocument, WrittenTogether, Created, OfficeRecord):
    """The counter-document 沖正 of a document or an operation: once, with a reason, approved by another person where that is required.

    ``total`` is that of the document; an operation without a paper has moved no money, only charges that are withdrawn with it.
    """

    __tablename__ = "reversal"
    __table_args__ = office_table(
        same_office("receipt_id", "receipt"),
        same_office("voucher_id", "voucher"),
        same_office("handover_id", "handover"),
        # An operation, or a charge, and the reversal that undoes it point at each other: the key is added after both tables.
        same_office("event_id", "subscription_event", use_alter=True),
        same_office("service_charge_id", "service_charge", use_alter=True),
        same_office("adjustment_id", "adjustment"),
        UniqueConstraint("office_id", "number"),
        UniqueConstraint("office_id", "year", "sequence"),
        *(UniqueConstraint(column) for column in VOIDED.values()),
        Index("ix_reversal_office_id_booked_on", "office_id", "booked_on"),
        CheckConstraint(ONE_DOCUMENT, name="one_document"),
        CheckConstraint("length(trim(reason)) > 0", name="has_a_reason"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> created_by_id OR second_person_off", name="maker_is_not_checker"),
        CheckConstraint("NOT needs_approval OR approved_by_id IS NOT NULL", name="approved_where_needed"),
    )

    number: Mapped[Short]
    year: Mapped[int]
    sequence: Mapped[int]
    receipt_id: Mapped[int | None]
    voucher_id: Mapped[int | None]
    handover_id: Mapped[int | None]
    event_id: Mapped[int | None]
    service_charge_id: Mapped[int | None]
    adjustment_id: Mapped[int | None]
    booked_on: Mapped[datetime.date]
    total: Mapped[Amount]
    reason: Mapped[Text]
    needs_approval: Mapped[bool]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    second_person_off: Mapped[bool]

    receipt: Mapped[Receipt | None] = relationship(primaryjoin="Reversal.receipt_id == Receipt.id", foreign_keys="Reversal.receipt_id")
    voucher: Mapped[Voucher | None] = relationship(primaryjoin="Reversal.voucher_id == Voucher.id", foreign_keys="Reversal.voucher_id")
    handover: Mapped[Handover | None] = relationship(primaryjoin="Reversal.handover_id == Handover.id", foreign_keys="Reversal.handover_id")
    event: Mapped[SubscriptionEvent | None] = relationship(
        primaryjoin="Reversal.event_id == SubscriptionEvent.id", foreign_keys="Reversal.event_id"
    )
    service_charge: Mapped[ServiceCharge | None] = relationship(
        primaryjoin="Reversal.service_charge_id == ServiceCharge.id", foreign_keys="Reversal.service_charge_id"
    )
    adjustment: Mapped[Adjustment | None] = relationship(
        primaryjoin="Reversal.adjustment_id == Adjustment.id", foreign_keys="Reversal.adjustment_id"
    )
    created_by: Mapped[SystemUser] = relationship(foreign_keys="Reversal.created_by_id")
    approved_by: Mapped[SystemUser | None] = relationship(foreign_keys="Reversal.approved_by_id")

    def __str__(self) -> str:
        return self.number


class Approval(NamesDocument, Created, OfficeRecord):
    """A void, or an adjustment of a charge, that waits for a second person 審批: nothing has changed yet.

    A void names its document. An adjustment that is asked for names the charge, what shall be done to it and by how much.
    """

    __tablename__ = "approval"
    __table_args__ = office_table(
        same_office("receipt_id", "receipt"),
        same_office("voucher_id", "voucher"),
        same_office("handover_id", "handover"),
        same_office("event_id", "subscription_event"),
        same_office("service_charge_id", "service_charge"),
        same_office("adjustment_id", "adjustment"),
        same_office("charge_id", "charge"),
        same_office("made_adjustment_id", "adjustment"),
        same_office("reversal_id", "reversal"),
        Index("uq_approval_waiting", "receipt_id", unique=True, postgresql_where="status = 'waiting'"),
        *(
            Index(f"uq_approval_waiting_{table}", column, unique=True, postgresql_where="status = 'waiting'")
            for table, column in VOIDED.items()
            if table != "receipt"
        ),
        Index("uq_approval_waiting_charge", "charge_id", unique=True, postgresql_where="status = 'waiting'"),
        CheckConstraint(f"num_nonnulls({', '.join(VOIDED.values())}, charge_id) = 1", name="one_document"),
        CheckConstraint("(status = 'approved') = (num_nonnulls(reversal_id, made_adjustment_id) = 1)", name="approved_has_a_result"),
        CheckConstraint("num_nonnulls(charge_id, adjustment_kind, amount) IN (0, 3)", name="adjustment_is_complete"),
        CheckConstraint("made_adjustment_id IS NULL OR charge_id IS NOT NULL", name="made_as_asked"),
        CheckConstraint(
            "interest_amount IS NULL OR (adjustment_kind IS NOT DISTINCT FROM 'write_off' AND interest_amount > 0)",
            name="interest_of_a_write_off",
        ),
        CheckConstraint("(status = 'waiting') = (decided_by_id IS NULL)", name="decided_by_somebody"),
    )

    receipt_id: Mapped[int | None]
    voucher_id: Mapped[int | None]
    handover_id: Mapped[int | None]
    event_id: Mapped[int | None]
    service_charge_id: Mapped[int | None]
    adjustment_id: Mapped[int | None]
    # The adjustment that is asked for.
    charge_id: Mapped[int | None]
    adjustment_kind: Mapped[AdjustmentKind | None] = choice_column(AdjustmentKind, nullable=True)
    amount: Mapped[Amount | None]
    # Late interest on the charge that is to be written off with it.
    interest_amount: Mapped[Amount | None]
    made_adjustment_id: Mapped[int | None]
    reason: Mapped[Text]
    status: Mapped[ApprovalStatus] = choice_column(ApprovalStatus, default=ApprovalStatus.WAITING)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    decided_at: Mapped[Moment | None]
    decision_note: Mapped[Text] = mapped_column(default="")
    reversal_id: Mapped[int | None]

    receipt: Mapped[Receipt | None] = relationship(primaryjoin="Approval.receipt_id == Receipt.id", foreign_keys="Approval.receipt_id")
    voucher: Mapped[Voucher | None] = relationship(primaryjoin="Approval.voucher_id == Voucher.id", foreign_keys="Approval.voucher_id")
    handover: Mapped[Handover | None] = relationship(primaryjoin="Approval.handover_id == Handover.id", foreign_keys="Approval.handover_id")
    event: Mapped[SubscriptionEvent | None] = relationship(
        primaryjoin="Approval.event_id == SubscriptionEvent.id", foreign_keys="Approval.event_id"
    )
    service_charge: Mapped[ServiceCharge | None] = relationship(
        primaryjoin="Approval.service_charge_id == ServiceCharge.id", foreign_keys="Approval.service_charge_id"
    )
    adjustment: Mapped[Adjustment | None] = relationship(
        primaryjoin="Approval.adjustment_id == Adjustment.id", foreign_keys="Approval.adjustment_id"
    )
    charge: Mapped[Charge | None] = relationship(primaryjoin="Approval.charge_id == Charge.id", foreign_keys="Approval.charge_id")
    created_by: Mapped[SystemUser] = relationship(foreign_keys="Approval.created_by_id")
    decided_by: Mapped[SystemUser | None] = relationship(foreign_keys="Approval.decided_by_id")

    def __str__(self) -> str:
        return str(self.id)

    @property
    def total(self) -> Decimal:
        """The sum of what is to be voided, or of the adjustment and the late interest that goes with it."""
        return self.document.total if self.amount is None else self.amount + (self.interest_amount or 0)

    @property
    def subject(self) -> Voidable | Charge:
        """What is to be voided or adjusted."""
        return self.charge or self.document

    @property
    def about(self) -> Message:
        """What is asked for, in words."""
        if self.charge is None:
            return name_of(self.document)
        return Message(
            "%(deed)s: %(fee)s of %(customer)s", deed=self.adjustment_kind, fee=self.charge.fee_kind, customer=self.charge.customer.name
        )


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
