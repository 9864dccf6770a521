"""Tables of billing: the periods of a building, runs with what they propose, and the charges of services."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.models import Charge
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
from app.foundation.kept_sentences import told
from app.foundation.writing import WrittenTogether
from app.offices.models import SystemUser
from app.places.models import Building, Unit
from app.runs.choices import PeriodState, RunState
from app.tariffs.models import Service
from app.values.errors import Message

IS_FIRST_OF_MONTH = "extract(day FROM month) = 1"
UNDER_WAY = "run_state IN ('calculating', 'review', 'posting')"


class BillingPeriod(Versioned, Created, OfficeRecord):
    """A billing period 账期 / kỳ thu of a building: which month, and the days whose readings belong to it.

    Periods of one building never overlap; the constraint ``ex_billing_period_days`` stands in the database behind the rule. A closed one
    takes no charges.
    """

    __tablename__ = "billing_period"
    __table_args__ = office_table(
        same_office("building_id", "building"),
        UniqueConstraint("building_id", "month"),
        CheckConstraint(IS_FIRST_OF_MONTH, name="month_by_its_first_day"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("(period_state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_a_time"),
        Index("ix_billing_period_month", "office_id", "month"),
    )

    building_id: Mapped[int]
    month: Mapped[datetime.date]
    starts_on: Mapped[datetime.date]
    ends_on: Mapped[datetime.date]
    period_state: Mapped[PeriodState] = choice_column(PeriodState, default=PeriodState.OPEN)
    closed_at: Mapped[Moment | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    reopened_reason: Mapped[Line] = mapped_column(default="")

    building: Mapped[Building] = relationship(
        primaryjoin="BillingPeriod.building_id == Building.id", foreign_keys="BillingPeriod.building_id"
    )
    closed_by: Mapped[SystemUser | None] = relationship(foreign_keys="BillingPeriod.closed_by_id")

    def __str__(self) -> str:
        return f"{self.building.name} · {self.name}"

    @property
    def name(self) -> str:
        """The month as programs and people write it: 2026-10."""
        return self.month.strftime("%Y-%m")

    @property
    def is_open(self) -> bool:
        return self.period_state is PeriodState.OPEN


class BillingRun(Created, OfficeRecord):
    """A billing run: some services of one building, or of all, for one month; first calculated, then reviewed, then posted.

    Only one of a building is under way at a time. ``billed``, ``faulty`` and ``total`` count what it proposes, ``posted`` what became
    charges.
    """

    __tablename__ = "billing_run"
    __table_args__ = office_table(
        same_office("building_id", "building"),
        CheckConstraint(IS_FIRST_OF_MONTH, name="month_by_its_first_day"),
        CheckConstraint("least(billed, faulty, posted) >= 0 AND posted <= billed", name="counts"),
        CheckConstraint("(run_state = 'posted') = (posted_at IS NOT NULL)", name="posted_has_a_time"),
        Index(
            "uq_billing_run_under_way",
            "office_id",
            "month",
            "building_id",
            unique=True,
            postgresql_where=text(UNDER_WAY),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_billing_run_created_at", "office_id", "created_at"),
    )

    building_id: Mapped[int | None] = mapped_column(index=True)
    month: Mapped[datetime.date]
    run_state: Mapped[RunState] = choice_column(RunState, default=RunState.CALCULATING)
    units: Mapped[int] = mapped_column(default=0)
    # The last unit, by its id, whose results stand: a calculation that was killed goes on behind it.
    reached: Mapped[int] = mapped_column(default=0)
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
    def month_name(self) -> str:
        """The month as programs and people write it: 2026-10."""
        return self.month.strftime("%Y-%m")


class RunService(OfficeRecord):
    """A service that a run bills."""

    __tablename__ = "run_service"
    __table_args__ = office_table(
        same_office("run_id", "billing_run"), same_office("service_id", "service"), UniqueConstraint("run_id", "service_id")
    )

    run_id: Mapped[int]
    service_id: Mapped[int] = mapped_column(index=True)

    service: Mapped[Service] = relationship(primaryjoin="RunService.service_id == Service.id", foreign_keys="RunService.service_id")


class RunResult(WrittenTogether, OfficeRecord):
    """What a run proposes for a part of a unit's period: a bill, or the reason why there is none (``fault``, a message id with facts).

    ``before`` is what the unit was charged for the service in the month before. ``charge_id`` is the charge that it became.
    """

    __tablename__ = "run_result"
    __table_args__ = office_table(
        same_office("run_id", "billing_run"),
        same_office("period_id", "billing_period"),
        same_office("service_id", "service"),
        same_office("unit_id", "unit"),
        same_office("customer_id", "customer"),
        same_office("charge_id", "charge"),
        UniqueConstraint("run_id", "unit_id", "service_id", "part_start"),
        CheckConstraint("(fault = '') = (total IS NOT NULL)", name="bill_or_fault"),
        CheckConstraint("fault <> '' OR customer_id IS NOT NULL", name="bill_has_a_customer"),
        CheckConstraint("total >= 0", name="total_not_negative"),
        CheckConstraint("charge_id IS NULL OR fault = ''", name="only_bills_become_charges"),
        CheckConstraint("part_end >= part_start", name="ends_after_it_starts"),
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


class ServiceCharge(WrittenTogether, Created, OfficeRecord):
    """What a charge of a service was worked out from: unit, period, facts, readings, versions of the tariff, and the bill line by line.

    At most one stands for a unit, a service and a part of a period; ``reversal_id`` is the reversal that withdrew it.
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
        Index(
            "uq_service_charge_live",
            "unit_id",
            "service_id",
            "part_start",
            unique=True,
            postgresql_where=text("reversal_id IS NULL"),
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
        return f"{self.unit.code} · {self.service.name} · {self.period.name}"

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
