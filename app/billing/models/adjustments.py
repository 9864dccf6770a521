"""What changes a posted charge without editing it."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.choices import AdjustmentKind
from app.billing.models.charges import Charge
from app.customers.models import Customer
from app.foundation.database import Amount, Created, OfficeRecord, Short, Text, choice_column, office_table, same_office
from app.foundation.writing import WrittenTogether
from app.offices.models import SystemUser
from app.values.errors import Message


class Adjustment(WrittenTogether, Created, OfficeRecord):
    """A document 調整單 / phiếu điều chỉnh that lowers, raises or writes off what a posted charge asks for; the charge keeps its lines.

    Lowering takes from what is open of the charge; ``credited`` is the rest, which was paid already and is the customer's again.
    """

    __tablename__ = "adjustment"
    __table_args__ = office_table(
        same_office("charge_id", "charge"),
        same_office("customer_id", "customer"),
        same_office("taken_with_id", "adjustment"),
        # It names who owes the charge, and nobody else.
        ForeignKeyConstraint(
            ["office_id", "customer_id", "charge_id"], ["charge.office_id", "charge.customer_id", "charge.id"], ondelete="RESTRICT"
        ),
        UniqueConstraint("office_id", "number"),
        UniqueConstraint("office_id", "year", "sequence"),
        Index("ix_adjustment_office_id_booked_on", "office_id", "booked_on"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("credited >= 0 AND credited <= amount AND (credited = 0 OR kind = 'lower')", name="credited_by_lowering"),
        CheckConstraint("length(trim(reason)) > 0", name="has_a_reason"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> created_by_id OR second_person_off", name="maker_is_not_checker"),
        CheckConstraint("taken_with_id IS NULL OR (kind = 'write_off' AND taken_with_id <> id)", name="taken_with_a_write_off"),
        CheckConstraint("approved_by_id IS NOT NULL OR NOT (needs_approval OR kind = 'write_off')", name="approved_where_needed"),
    )

    number: Mapped[Short]
    year: Mapped[int]
    sequence: Mapped[int]
    kind: Mapped[AdjustmentKind] = choice_column(AdjustmentKind)
    charge_id: Mapped[int] = mapped_column(index=True)
    customer_id: Mapped[int] = mapped_column(index=True)
    booked_on: Mapped[datetime.date]
    amount: Mapped[Amount]
    credited: Mapped[Amount] = mapped_column(default=Decimal(0))
    reason: Mapped[Text]
    # The write-off of the charge that bore this late interest, which took it along.
    taken_with_id: Mapped[int | None] = mapped_column(index=True)
    needs_approval: Mapped[bool]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    second_person_off: Mapped[bool]

    charge: Mapped[Charge] = relationship(primaryjoin="Adjustment.charge_id == Charge.id", foreign_keys="Adjustment.charge_id")
    customer: Mapped[Customer] = relationship(
        primaryjoin="Adjustment.customer_id == Customer.id", foreign_keys="Adjustment.customer_id", viewonly=True
    )
    created_by: Mapped[SystemUser] = relationship(foreign_keys="Adjustment.created_by_id", viewonly=True)
    approved_by: Mapped[SystemUser | None] = relationship(foreign_keys="Adjustment.approved_by_id", viewonly=True)

    def __str__(self) -> str:
        return self.number

    @property
    def settled(self) -> Decimal:
        """How much less of the charge is to be paid; below 0 where it was raised."""
        return -self.amount if self.kind is AdjustmentKind.RAISE else self.amount - self.credited

    # What a void asks of every document.

    @property
    def name(self) -> Message:
        """What people call it."""
        return Message("Adjustment %(number)s", number=self.number)

    @property
    def total(self) -> Decimal:
        return self.amount

    @property
    def shift(self) -> None:
        """No drawer had to do with it."""
