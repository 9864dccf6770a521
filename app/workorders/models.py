"""Materials, installers, business types and work orders."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.customers.models import Customer
from app.foundation.database import (
    Amount,
    Created,
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
from app.foundation.own_fields.models import OwnTexts
from app.workorders.choices import WorkKind, WorkOrderStatus


class Material(Versioned, Created, OfficeRecord):
    """A material 材料 used in works (B1.1)."""

    __tablename__ = "material"
    __table_args__ = office_table(UniqueConstraint("office_id", "code"), CheckConstraint("unit_price >= 0", name="price_not_negative"))

    code: Mapped[Short]
    name: Mapped[Line]
    specification: Mapped[Line] = mapped_column(default="")
    unit: Mapped[Short] = mapped_column(default="")
    unit_price: Mapped[Amount]
    note: Mapped[Text] = mapped_column(default="")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Installer(Versioned, Created, OfficeRecord):
    """Somebody who does works 安裝人員 (B1.2); ``user_id`` where he signs in himself."""

    __tablename__ = "installer"
    __table_args__ = office_table(UniqueConstraint("office_id", "code"))

    code: Mapped[Short]
    name: Mapped[Line]
    note: Mapped[Text] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class BusinessType(Versioned, OfficeRecord):
    """A business type 業務類型 of the office's own list, and what completing such an order does."""

    __tablename__ = "business_type"
    __table_args__ = office_table(UniqueConstraint("office_id", "code"))

    code: Mapped[Short]
    name: Mapped[Line]
    kind: Mapped[WorkKind] = choice_column(WorkKind)

    def __str__(self) -> str:
        return self.name


class WorkOrder(Versioned, Created, OwnTexts, OfficeRecord):
    """A work order 施工單 (B2.2), as far as an opening needs it."""

    __tablename__ = "work_order"
    __table_args__ = office_table(
        same_office("customer_id", "customer"),
        same_office("business_type_id", "business_type"),
        same_office("installer_id", "installer"),
        UniqueConstraint("office_id", "number"),
        CheckConstraint("(status = 'done') = (worked_on IS NOT NULL)", name="done_was_worked_on"),
        Index("ix_work_order_office_id_status", "office_id", "status"),
    )

    number: Mapped[Short]
    customer_id: Mapped[int] = mapped_column(index=True)
    business_type_id: Mapped[int]
    address: Mapped[Line]
    phone: Mapped[Short] = mapped_column(default="")
    installer_id: Mapped[int | None]
    status: Mapped[WorkOrderStatus] = choice_column(WorkOrderStatus, default=WorkOrderStatus.NEW)
    accepted_at: Mapped[Moment]
    appointment_at: Mapped[Moment | None]
    worked_on: Mapped[datetime.date | None]
    billing_from: Mapped[datetime.date | None]
    completed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    note: Mapped[Text] = mapped_column(default="")

    customer: Mapped[Customer] = relationship(primaryjoin="WorkOrder.customer_id == Customer.id", foreign_keys="WorkOrder.customer_id")
    business_type: Mapped[BusinessType] = relationship(
        primaryjoin="WorkOrder.business_type_id == BusinessType.id", foreign_keys="WorkOrder.business_type_id"
    )
    installer: Mapped[Installer | None] = relationship(
        primaryjoin="WorkOrder.installer_id == Installer.id", foreign_keys="WorkOrder.installer_id"
    )

    def __str__(self) -> str:
        return self.number
