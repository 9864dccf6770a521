"""Closures with their settlement, and the equipment of the office that is lent to customers and settled there."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.models import Charge
from app.broadband.choices import EquipmentState, RefundPolicy
from app.broadband.models.events import LineOperation, operation_table
from app.broadband.models.subscriptions import Subscription
from app.foundation.database import (
    Amount,
    Created,
    Document,
    Line,
    OfficeRecord,
    Short,
    Text,
    Versioned,
    choice_column,
    office_table,
    same_office,
)
from app.offices.models import SystemUser


class Closure(LineOperation):
    """A closure 用戶銷戶 (B2.9) with its settlement 銷戶結算: what goes back, what is set off against it, what is paid out.

    ``settlement`` holds the lines of the settlement sheet as printed.
    """

    __tablename__ = "closure"
    __table_args__ = operation_table(
        "closed_on",
        "closure",
        same_office("set_off_receipt_id", "receipt"),
        same_office("deposit_voucher_id", "voucher"),
        same_office("damage_charge_id", "charge"),
        CheckConstraint("least(plan_refund, maintenance_refund, deposits, owed, set_off, refund) >= 0", name="amounts"),
        CheckConstraint("refund = plan_refund + maintenance_refund + deposits - set_off", name="refund_is_the_rest"),
        CheckConstraint("set_off <= owed", name="set_off_within_debts"),
    )

    closed_on: Mapped[datetime.date]
    refund_policy: Mapped[RefundPolicy] = choice_column(RefundPolicy)
    plan_refund: Mapped[Amount]
    maintenance_refund: Mapped[Amount]
    deposits: Mapped[Amount]
    owed: Mapped[Amount]
    set_off: Mapped[Amount]
    refund: Mapped[Amount]
    settlement: Mapped[Document]
    set_off_receipt_id: Mapped[int | None]
    deposit_voucher_id: Mapped[int | None]
    # What was asked for equipment; days used without cover are the charge of the event.
    damage_charge_id: Mapped[int | None]


class Equipment(Versioned, Created, OfficeRecord):
    """Equipment of the office at a customer's 設備, with its serial number and perhaps a deposit 押金; settled when the line closes.

    What an installer brought from a removal before has its state and ``brought_on`` from then; the closure opens with it, settles deposit
    and damage, and sets ``returned_on``.
    """

    __tablename__ = "equipment"
    __table_args__ = office_table(
        same_office("subscription_id", "subscription"),
        same_office("charge_id", "charge"),
        same_office("closure_id", "closure"),
        UniqueConstraint("office_id", "serial"),
        CheckConstraint("deposit >= 0 AND compensation >= 0", name="amounts"),
        CheckConstraint("(state = 'lent') = (returned_on IS NULL AND brought_on IS NULL)", name="returned_has_a_day"),
        CheckConstraint("(brought_state IS NULL) = (brought_on IS NULL)", name="brought_has_a_day"),
        Index("ix_equipment_subscription_id", "subscription_id"),
    )

    subscription_id: Mapped[int]
    name: Mapped[Line]
    serial: Mapped[Short]
    deposit: Mapped[Amount] = mapped_column(default=Decimal(0))
    lent_on: Mapped[datetime.date]
    charge_id: Mapped[int | None]
    state: Mapped[EquipmentState] = choice_column(EquipmentState, default=EquipmentState.LENT)
    brought_on: Mapped[datetime.date | None]
    brought_state: Mapped[EquipmentState | None] = choice_column(EquipmentState, check="equipmentstate_brought", nullable=True)
    returned_on: Mapped[datetime.date | None]
    compensation: Mapped[Amount] = mapped_column(default=Decimal(0))
    closure_id: Mapped[int | None]
    note: Mapped[Text] = mapped_column(default="")

    subscription: Mapped[Subscription] = relationship(
        primaryjoin="Equipment.subscription_id == Subscription.id", foreign_keys="Equipment.subscription_id"
    )
    charge: Mapped[Charge | None] = relationship(primaryjoin="Equipment.charge_id == Charge.id", foreign_keys="Equipment.charge_id")
    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="Equipment.created_by_id")

    def __str__(self) -> str:
        return f"{self.name} {self.serial}"
