"""The charges of services, with what they were worked out from."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.models import Charge
from app.customers.models import Customer
from app.foundation.database import (
    Amount,
    Created,
    Document,
    OfficeRecord,
    Quantity,
    office_table,
    same_office,
)
from app.foundation.i18n import month_in_words
from app.foundation.writing import WrittenTogether
from app.places.models import Unit
from app.runs.models.kept import KeepsBill, KeepsShare
from app.runs.models.periods import BillingPeriod
from app.runs.models.running import BillingRun
from app.tariffs.models import Service
from app.values.errors import Message


class ServiceCharge(KeepsBill, KeepsShare, WrittenTogether, Created, OfficeRecord):
    """What a charge of a service was worked out from: unit, period, facts, readings, versions of the tariff, and the bill line by line.

    At most one stands for a unit, a service and a part of a period, and beside it one for each key by which the building's shared meters
    are apportioned; ``reversal_id`` is the reversal that withdrew it. The days of two that stand never overlap either: the constraint
    ``ex_service_charge_days`` stands in the database behind the rule.
    """

    __tablename__ = "service_charge"
    __table_args__ = office_table(
        same_office("charge_id", "charge"),
        same_office("run_id", "billing_run"),
        same_office("period_id", "billing_period"),
        same_office("service_id", "service"),
        same_office("unit_id", "unit"),
        same_office("reversal_id", "reversal"),
        UniqueConstraint("charge_id"),
        CheckConstraint("part_end >= part_start", name="ends_after_it_starts"),
        CheckConstraint("(apportion_by IS NULL) = (share IS NULL)", name="share_is_explained"),
        Index(
            "uq_service_charge_live",
            *("unit_id", "service_id", "part_start", "apportion_by"),
            unique=True,
            postgresql_where=text("reversal_id IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_service_charge_period_id", "period_id", "service_id"),
        Index("ix_service_charge_run_id", "run_id"),
    )

    charge_id: Mapped[int]
    run_id: Mapped[int]
    period_id: Mapped[int]
    service_id: Mapped[int]
    unit_id: Mapped[int]
    part_start: Mapped[datetime.date]
    part_end: Mapped[datetime.date]
    quantity: Mapped[Quantity | None]
    facts: Mapped[Document]
    versions: Mapped[list[Any]] = mapped_column(JSONB)
    readings: Mapped[list[Any]] = mapped_column(JSONB)
    is_estimate: Mapped[bool] = mapped_column(default=False)
    bill: Mapped[Document]
    total: Mapped[Amount]
    reversal_id: Mapped[int | None]

    charge: Mapped[Charge] = relationship(primaryjoin="ServiceCharge.charge_id == Charge.id", foreign_keys="ServiceCharge.charge_id")
    period: Mapped[BillingPeriod] = relationship(
        primaryjoin="ServiceCharge.period_id == BillingPeriod.id", foreign_keys="ServiceCharge.period_id", viewonly=True
    )
    service: Mapped[Service] = relationship(
        primaryjoin="ServiceCharge.service_id == Service.id", foreign_keys="ServiceCharge.service_id", viewonly=True
    )
    unit: Mapped[Unit] = relationship(primaryjoin="ServiceCharge.unit_id == Unit.id", foreign_keys="ServiceCharge.unit_id", viewonly=True)
    run: Mapped[BillingRun] = relationship(
        primaryjoin="ServiceCharge.run_id == BillingRun.id", foreign_keys="ServiceCharge.run_id", viewonly=True
    )

    def __str__(self) -> str:
        return f"{self.unit.code} · {self.service.name} · {month_in_words(self.period.month)}"

    # What a void asks of every document.

    @property
    def name(self) -> Message:
        """What people call it."""
        return Message("Charge %(number)s", number=str(self))

    @property
    def customer_id(self) -> int:
        return self.charge.customer_id

    @property
    def customer(self) -> Customer:
        return self.charge.customer

    @property
    def booked_on(self) -> datetime.date:
        return self.charge.on

    @property
    def shift(self) -> None:
        """No drawer had to do with it."""
