"""The office's prices, and the cashiers' shifts."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.choices import (
    PricedOperation,
)
from app.foundation.database import (
    Amount,
    Moment,
    OfficeRecord,
    Short,
    Versioned,
    choice_column,
    office_table,
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
        Index("ix_shift_office_id_on", "office_id", "on"),
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
