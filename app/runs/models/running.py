"""Billing runs and what they propose."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.customers.models import Customer
from app.foundation.database import (
    Amount,
    Created,
    Document,
    Moment,
    OfficeRecord,
    Quantity,
    Short,
    Text,
    choice_column,
    office_table,
    same_office,
)
from app.foundation.kept_sentences import told
from app.foundation.writing import WrittenTogether
from app.offices.models import SystemUser
from app.places.models import Building, Unit
from app.runs.choices import RunState
from app.runs.models.kept import KeepsBill, KeepsShare
from app.runs.models.periods import IS_FIRST_OF_MONTH
from app.tariffs.models import Service
from app.values.errors import Message
from app.values.months import Month


class BillingRun(Created, OfficeRecord):
    """A billing run: some services of one building, or of all, for one month; first calculated, then reviewed, then posted.

    Only one of a building is under way at a time, its own or its office's; the constraint ``ex_billing_run_under_way`` stands
    behind the rule. ``billed``, ``faulty`` and ``total`` count what it proposes, ``posted`` what became
    charges.
    """

    __tablename__ = "billing_run"
    __table_args__ = office_table(
        same_office("building_id", "building"),
        CheckConstraint(IS_FIRST_OF_MONTH, name="month_by_its_first_day"),
        CheckConstraint("least(billed, faulty, posted) >= 0 AND posted <= billed", name="counts"),
        CheckConstraint("(run_state = 'posted') = (posted_at IS NOT NULL)", name="posted_has_a_time"),
        Index("ix_billing_run_created_at", "office_id", "created_at"),
    )

    building_id: Mapped[int | None] = mapped_column(index=True)
    month: Mapped[datetime.date]
    run_state: Mapped[RunState] = choice_column(RunState, default=RunState.CALCULATING)
    units: Mapped[int] = mapped_column(default=0)
    # The last unit, by its id, whose results stand: a calculation that was killed goes on behind it.
    reached: Mapped[int] = mapped_column(default=0)
    # The same for the last building whose shared meters were apportioned, after all units.
    shared_reached: Mapped[int] = mapped_column(default=0)
    billed: Mapped[int] = mapped_column(default=0)
    faulty: Mapped[int] = mapped_column(default=0)
    total: Mapped[Amount] = mapped_column(default=Decimal(0))
    posted: Mapped[int] = mapped_column(default=0)
    posted_total: Mapped[Amount] = mapped_column(default=Decimal(0))
    posted_at: Mapped[Moment | None]
    posted_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    # The day on which its charges are booked; they are due so many days after it as their service says.
    booked_on: Mapped[datetime.date | None]
    note: Mapped[Text] = mapped_column(default="")
    # The work that does it; it may be forgotten once it is over.
    job_id: Mapped[int | None] = mapped_column(ForeignKey("background_job.id", ondelete="SET NULL"))

    building: Mapped[Building | None] = relationship(
        primaryjoin="BillingRun.building_id == Building.id", foreign_keys="BillingRun.building_id"
    )
    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="BillingRun.created_by_id")
    posted_by: Mapped[SystemUser | None] = relationship(foreign_keys="BillingRun.posted_by_id")
    services: Mapped[list[RunService]] = relationship(
        primaryjoin="BillingRun.id == RunService.run_id", foreign_keys="RunService.run_id", order_by="RunService.service_id"
    )

    def __str__(self) -> str:
        return f"#{self.id}"

    @property
    def place(self) -> str | Message:
        """What it bills: one building, or all."""
        return self.building.name if self.building is not None else Message("All buildings")

    @property
    def service_ids(self) -> list[int]:
        return [each.service_id for each in self.services]

    @property
    def month_name(self) -> str:
        """The month as programs write it: 2026-10."""
        return self.month.strftime("%Y-%m")

    @property
    def of_month(self) -> Month:
        """The month as the reader writes it."""
        return Month.of(self.month)


class RunService(OfficeRecord):
    """A service that a run bills."""

    __tablename__ = "run_service"
    __table_args__ = office_table(
        same_office("run_id", "billing_run"), same_office("service_id", "service"), UniqueConstraint("run_id", "service_id")
    )

    run_id: Mapped[int]
    service_id: Mapped[int] = mapped_column(index=True)

    service: Mapped[Service] = relationship(primaryjoin="RunService.service_id == Service.id", foreign_keys="RunService.service_id")


class RunResult(KeepsBill, KeepsShare, WrittenTogether, OfficeRecord):
    """What a run proposes for a part of a unit's period: a bill, or the reason why there is none (``fault``, a message id with facts).

    ``before`` is what the unit was charged for the service in the month before. ``charge_id`` is the charge that it became. With
    ``apportion_by`` it is the unit's part of the building's shared meters.
    """

    __tablename__ = "run_result"
    __table_args__ = office_table(
        same_office("run_id", "billing_run"),
        same_office("period_id", "billing_period"),
        same_office("service_id", "service"),
        same_office("unit_id", "unit"),
        same_office("customer_id", "customer"),
        same_office("charge_id", "charge"),
        CheckConstraint("(fault = '') = (total IS NOT NULL)", name="bill_or_fault"),
        CheckConstraint("fault <> '' OR customer_id IS NOT NULL", name="bill_has_a_customer"),
        CheckConstraint("total >= 0", name="total_not_negative"),
        CheckConstraint("charge_id IS NULL OR fault = ''", name="only_bills_become_charges"),
        CheckConstraint("part_end >= part_start", name="ends_after_it_starts"),
        Index(
            "uq_run_result_part",
            *("run_id", "unit_id", "service_id", "part_start", "apportion_by"),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_run_result_run_id", "run_id", "id"),
        Index("ix_run_result_waiting", "run_id", "id", postgresql_where=text("charge_id IS NULL AND fault = ''")),
    )

    run_id: Mapped[int]
    period_id: Mapped[int]
    service_id: Mapped[int]
    unit_id: Mapped[int] = mapped_column(index=True)
    customer_id: Mapped[int | None]
    part_start: Mapped[datetime.date]
    part_end: Mapped[datetime.date]
    quantity: Mapped[Quantity | None]
    facts: Mapped[Document]
    # The versions of the tariff, and the readings, by their ids.
    versions: Mapped[list[int]] = mapped_column(JSONB)
    readings: Mapped[list[int]] = mapped_column(JSONB)
    is_estimate: Mapped[bool] = mapped_column(default=False)
    bill: Mapped[Document]
    total: Mapped[Amount | None]
    before: Mapped[Amount | None]
    fault: Mapped[Text] = mapped_column(default="")
    fault_facts: Mapped[Document]
    code: Mapped[Short] = mapped_column(default="")
    charge_id: Mapped[int | None] = mapped_column(index=True)

    run: Mapped[BillingRun] = relationship(primaryjoin="RunResult.run_id == BillingRun.id", foreign_keys="RunResult.run_id", viewonly=True)
    service: Mapped[Service] = relationship(
        primaryjoin="RunResult.service_id == Service.id", foreign_keys="RunResult.service_id", viewonly=True
    )
    unit: Mapped[Unit] = relationship(primaryjoin="RunResult.unit_id == Unit.id", foreign_keys="RunResult.unit_id", viewonly=True)
    customer: Mapped[Customer | None] = relationship(
        primaryjoin="RunResult.customer_id == Customer.id", foreign_keys="RunResult.customer_id", viewonly=True
    )

    def __str__(self) -> str:
        return f"{self.unit.code} · {self.service.name}"

    @property
    def sentence(self) -> Message | None:
        """Why there is no bill, for ``say``."""
        return told(self.fault, self.fault_facts) if self.fault else None
