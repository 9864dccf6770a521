"""What customers owe."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.choices import (
    ChargeStatus,
    FeeKind,
    LineCode,
)
from app.customers.models import Customer
from app.foundation.database import (
    Amount,
    Created,
    Line,
    OfficeRecord,
    Quantity,
    choice_column,
    office_table,
    same_office,
)
from app.foundation.writing import WrittenTogether

# What of a charge is still to be paid, as the index on open charges says it.
OPEN = "paid + written_off < total + adjusted"
# Days of a line, what is kept with them, and what a change of plan gave for those of the old plan.
SELLS_DAYS = (LineCode.PLAN, LineCode.PLAN_CREDIT, LineCode.MAINTENANCE, LineCode.GIFT)


class Charge(WrittenTogether, Created, OfficeRecord):
    """What a customer owes for a fee kind 應收款: lines, due date.

    ``paid`` by receipts, ``adjusted`` and ``written_off`` by adjustments are kept by the operations and proved by ``verify``; the total
    itself never changes.
    """

    __tablename__ = "charge"
    __table_args__ = office_table(
        same_office("customer_id", "customer"),
        # Who owes it: adjustments are held to him. Its index also serves who asks for a customer's charges.
        UniqueConstraint("customer_id", "id", "office_id"),
        CheckConstraint("total >= 0", name="total_not_negative"),
        CheckConstraint("paid >= 0 AND written_off >= 0 AND paid + written_off <= total + adjusted", name="paid_within_total"),
        # Charge and reversal point at each other: the key is added after both tables.
        same_office("reversal_id", "reversal", use_alter=True),
        CheckConstraint("reversal_id IS NULL OR (paid = 0 AND adjusted = 0 AND written_off = 0)", name="withdrawn_is_unpaid"),
        Index("ix_charge_office_id_due_on", "office_id", "due_on"),
        Index("ix_charge_open", "office_id", "customer_id", "due_on", postgresql_where=f"{OPEN} AND reversal_id IS NULL"),
    )

    customer_id: Mapped[int]
    fee_kind: Mapped[FeeKind] = choice_column(FeeKind)
    on: Mapped[datetime.date]
    due_on: Mapped[datetime.date]
    total: Mapped[Amount]
    paid: Mapped[Amount] = mapped_column(default=Decimal(0))
    # What adjustments raised (above 0) or lowered, and what was given up for lost.
    adjusted: Mapped[Amount] = mapped_column(default=Decimal(0))
    written_off: Mapped[Amount] = mapped_column(default=Decimal(0))
    # The reversal that withdrew the charge together with the payment that had made it.
    reversal_id: Mapped[int | None]

    customer: Mapped[Customer] = relationship(primaryjoin="Charge.customer_id == Customer.id", foreign_keys="Charge.customer_id")
    lines: Mapped[list[ChargeLine]] = relationship(
        primaryjoin="Charge.id == ChargeLine.charge_id", foreign_keys="ChargeLine.charge_id", order_by="ChargeLine.position"
    )

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        """Return the condition of a charge of which something is still to be paid; in the words of the index."""
        return and_(cls.paid + cls.written_off < cls.total + cls.adjusted, cls.reversal_id.is_(None))

    @property
    def open_amount(self) -> Decimal:
        return Decimal(0) if self.reversal_id else self.total + self.adjusted - self.written_off - self.paid

    @property
    def is_of_a_service(self) -> bool:
        """Whether it was charged for a service, or is the late interest on such a charge."""
        return any(line.code in (LineCode.SERVICE, LineCode.LATE_INTEREST) for line in self.lines)

    @property
    def sells_days(self) -> bool:
        """Whether it sold days of a line: those come back by a void, a change of plan or the closure."""
        return any(line.code in SELLS_DAYS for line in self.lines)

    @property
    def is_voided(self) -> bool:
        return self.reversal_id is not None

    @property
    def status(self) -> ChargeStatus:
        if self.reversal_id:
            return ChargeStatus.VOIDED
        if not self.open_amount:
            return ChargeStatus.WRITTEN_OFF if self.written_off else ChargeStatus.PAID
        return ChargeStatus.PARTLY_PAID if self.paid else ChargeStatus.UNPAID


class ChargeLine(WrittenTogether, OfficeRecord):
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
