"""The work order with its materials and its printed sheets."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.models import Charge, Receipt
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
from app.foundation.own_fields.models import OwnTexts
from app.foundation.secrets import Secret, masked
from app.offices.models import SystemUser
from app.places.models import Community
from app.values.errors import N_
from app.workorders.choices import OPEN, WORKED, WorkOrderStatus
from app.workorders.models.lists import BusinessType, Installer, Material

NOTHING = Decimal(0)


class WorkOrder(Versioned, Created, OwnTexts, OfficeRecord):
    """A work order 施工單 (B2.2): what is to be done for a customer, what was done, and what it costs.

    The plan that an order brings belongs to the lines above this domain, so ``new_plan_id`` is a key without a relation here.
    """

    __tablename__ = "work_order"
    __table_args__ = office_table(
        same_office("customer_id", "customer"),
        same_office("business_type_id", "business_type"),
        same_office("installer_id", "installer"),
        same_office("collected_by_id", "installer"),
        same_office("new_community_id", "community"),
        same_office("new_plan_id", "plan"),
        same_office("charge_id", "charge"),
        same_office("receipt_id", "receipt"),
        UniqueConstraint("office_id", "number"),
        UniqueConstraint("charge_id"),
        UniqueConstraint("receipt_id"),
        CheckConstraint("(status IN ('done', 'checked')) = (worked_on IS NOT NULL)", name="done_was_worked_on"),
        CheckConstraint("(status IN ('done', 'checked')) = (billing_from IS NOT NULL)", name="done_has_a_billing_day"),
        CheckConstraint("(status IN ('done', 'checked', 'failed')) = (finished_at IS NOT NULL)", name="finished_at_some_time"),
        CheckConstraint("(status = 'checked') = (checked_at IS NOT NULL)", name="checked_at_some_time"),
        CheckConstraint("(status = 'checked') = (checked_by_id IS NOT NULL)", name="checked_by_somebody"),
        CheckConstraint("(status = 'failed') = (failure_reason <> '')", name="failed_for_a_reason"),
        CheckConstraint("status <> 'booked' OR (appointment_at IS NOT NULL AND installer_id IS NOT NULL)", name="booked_with_somebody"),
        CheckConstraint("status <> 'on_site' OR (started_at IS NOT NULL AND installer_id IS NOT NULL)", name="started_by_somebody"),
        CheckConstraint(
            "least(installation_fee, handling_fee, labour_material_fee, other_fee, material_works_fee) >= 0", name="fees_not_negative"
        ),
        CheckConstraint(
            "total = installation_fee + handling_fee + labour_material_fee + other_fee + material_works_fee", name="total_adds_up"
        ),
        CheckConstraint("charge_id IS NULL OR status IN ('done', 'checked')", name="charged_when_done"),
        CheckConstraint("receipt_id IS NULL OR charge_id IS NOT NULL", name="paid_when_charged"),
        CheckConstraint("collected_by_id IS NULL OR receipt_id IS NOT NULL", name="collected_with_a_receipt"),
        Index("ix_work_order_office_id_status", "office_id", "status"),
        Index("ix_work_order_appointment", "office_id", "appointment_at"),
        Index("ix_work_order_installer_id", "installer_id"),
        Index("ix_work_order_collected_by_id", "collected_by_id", postgresql_where="collected_by_id IS NOT NULL"),
    )

    number: Mapped[Short]
    customer_id: Mapped[int] = mapped_column(index=True)
    business_type_id: Mapped[int]
    address: Mapped[Line]
    phone: Mapped[Short] = mapped_column(default="")
    customer_request: Mapped[Text] = mapped_column(default="")
    installer_id: Mapped[int | None]
    status: Mapped[WorkOrderStatus] = choice_column(WorkOrderStatus, default=WorkOrderStatus.NEW)
    accepted_at: Mapped[Moment]
    appointment_at: Mapped[Moment | None]
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    checked_at: Mapped[Moment | None]
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    completed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    worked_on: Mapped[datetime.date | None]
    billing_from: Mapped[datetime.date | None]
    failure_reason: Mapped[Text] = mapped_column(default="")
    note: Mapped[Text] = mapped_column(default="")

    # What becomes of the line and its customer; empty where nothing changes.
    new_name: Mapped[Line] = mapped_column(default="")
    new_plan_id: Mapped[int | None]
    new_community_id: Mapped[int | None]
    new_address: Mapped[Line] = mapped_column(default="")
    new_phone: Mapped[Short] = mapped_column(default="")
    new_id_number: Mapped[str | None] = mapped_column(Secret())

    # A fault 故障, and what the craft wants to know.
    fault_symptom: Mapped[Text] = mapped_column(default="")
    fault_cause: Mapped[Text] = mapped_column(default="")
    fault_remedy: Mapped[Text] = mapped_column(default="")
    device_serial: Mapped[Short] = mapped_column(default="")
    splitter_port: Mapped[Short] = mapped_column(default="")
    optical_power: Mapped[Decimal | None] = mapped_column(Numeric(6, 1))
    speed_mbps: Mapped[Decimal | None] = mapped_column(Numeric(9, 1))

    installation_fee: Mapped[Amount] = mapped_column(default=NOTHING)
    handling_fee: Mapped[Amount] = mapped_column(default=NOTHING)
    labour_material_fee: Mapped[Amount] = mapped_column(default=NOTHING)
    other_fee: Mapped[Amount] = mapped_column(default=NOTHING)
    material_works_fee: Mapped[Amount] = mapped_column(default=NOTHING)
    # Why a fee is below the price list; empty where none is.
    fee_reason: Mapped[Text] = mapped_column(default="")
    total: Mapped[Amount] = mapped_column(default=NOTHING)
    total_in_words: Mapped[Text] = mapped_column(default="")
    charge_id: Mapped[int | None]
    receipt_id: Mapped[int | None]
    # The installer who took the money at the door 收款人; nobody where a desk took it.
    collected_by_id: Mapped[int | None]
    # Everything the sheet 完工版 prints, as it was when the work was done.
    sheet: Mapped[Document | None]

    customer: Mapped[Customer] = relationship(primaryjoin="WorkOrder.customer_id == Customer.id", foreign_keys="WorkOrder.customer_id")
    business_type: Mapped[BusinessType] = relationship(
        primaryjoin="WorkOrder.business_type_id == BusinessType.id", foreign_keys="WorkOrder.business_type_id"
    )
    installer: Mapped[Installer | None] = relationship(
        primaryjoin="WorkOrder.installer_id == Installer.id", foreign_keys="WorkOrder.installer_id"
    )
    collected_by: Mapped[Installer | None] = relationship(
        primaryjoin="WorkOrder.collected_by_id == Installer.id", foreign_keys="WorkOrder.collected_by_id"
    )
    new_community: Mapped[Community | None] = relationship(
        primaryjoin="WorkOrder.new_community_id == Community.id", foreign_keys="WorkOrder.new_community_id"
    )
    charge: Mapped[Charge | None] = relationship(primaryjoin="WorkOrder.charge_id == Charge.id", foreign_keys="WorkOrder.charge_id")
    receipt: Mapped[Receipt | None] = relationship(primaryjoin="WorkOrder.receipt_id == Receipt.id", foreign_keys="WorkOrder.receipt_id")
    materials: Mapped[list[WorkOrderMaterial]] = relationship(
        primaryjoin="WorkOrder.id == WorkOrderMaterial.work_order_id",
        foreign_keys="WorkOrderMaterial.work_order_id",
        order_by="WorkOrderMaterial.position",
        cascade="all, delete-orphan",
    )
    booked_by: Mapped[SystemUser | None] = relationship(foreign_keys="WorkOrder.booked_by_id")
    started_by: Mapped[SystemUser | None] = relationship(foreign_keys="WorkOrder.started_by_id")
    completed_by: Mapped[SystemUser | None] = relationship(foreign_keys="WorkOrder.completed_by_id")
    checked_by: Mapped[SystemUser | None] = relationship(foreign_keys="WorkOrder.checked_by_id")
    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="WorkOrder.created_by_id")

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_worked(self) -> bool:
        return self.status in WORKED

    @property
    def masked_new_id_number(self) -> str:
        return masked(self.new_id_number)


class WorkOrderMaterial(OfficeRecord):
    """A material used on an order 工程用料 (B2.3): quantity × the price of the day = amount, rounded once."""

    __tablename__ = "work_order_material"
    __title__ = N_("Material of a work order")
    __table_args__ = office_table(
        same_office("work_order_id", "work_order"),
        same_office("material_id", "material"),
        UniqueConstraint("work_order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("unit_price >= 0", name="price_not_negative"),
        # To the step of the office's currency, which has two decimals or none.
        CheckConstraint("amount IN (round(quantity * unit_price, 2), round(quantity * unit_price, 0))", name="amount_is_rounded_once"),
        Index("ix_work_order_material_material_id", "material_id"),
    )

    work_order_id: Mapped[int]
    position: Mapped[int]
    material_id: Mapped[int]
    quantity: Mapped[Quantity]
    unit_price: Mapped[Amount]
    amount: Mapped[Amount]
    note: Mapped[Line] = mapped_column(default="")

    material: Mapped[Material] = relationship(
        primaryjoin="WorkOrderMaterial.material_id == Material.id", foreign_keys="WorkOrderMaterial.material_id"
    )


class WorkOrderPrinting(Created, OfficeRecord):
    """One printing of an order's sheet, with what was on it: planned, or as the work was done 完工版."""

    __tablename__ = "work_order_printing"
    __table_args__ = office_table(
        same_office("work_order_id", "work_order"),
        UniqueConstraint("work_order_id", "is_final", "printing"),
        CheckConstraint("printing >= 1", name="counts_from_one"),
    )

    work_order_id: Mapped[int]
    is_final: Mapped[bool]
    printing: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[Document]
