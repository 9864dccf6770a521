"""The billing periods of a building."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.database import (
    Created,
    Line,
    Moment,
    OfficeRecord,
    Versioned,
    choice_column,
    office_table,
    same_office,
)
from app.foundation.i18n import month_in_words
from app.offices.models import SystemUser
from app.places.models import Building
from app.runs.choices import PeriodState
from app.values.months import Month

IS_FIRST_OF_MONTH = "extract(day FROM month) = 1"


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
        return f"{self.building.name} · {month_in_words(self.month)}"

    @property
    def name(self) -> str:
        """The month as programs write it: 2026-10."""
        return self.month.strftime("%Y-%m")

    @property
    def of_month(self) -> Month:
        """The month as the reader writes it."""
        return Month.of(self.month)

    @property
    def is_open(self) -> bool:
        return self.period_state is PeriodState.OPEN
