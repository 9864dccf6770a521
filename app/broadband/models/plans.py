"""What is sold, and the office's policy."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.broadband.choices import LatePolicy, RefundPolicy
from app.broadband.rules.status import FURTHEST_STEP, MOST_STEPS, USUAL_STEPS
from app.foundation.database import (
    Amount,
    Created,
    Line,
    OfficeRecord,
    Rate,
    Text,
    Versioned,
    choice_column,
    office_table,
)


class Plan(Versioned, Created, OfficeRecord):
    """A plan 套餐 (B1.5): ``fee`` is the price of one package of ``months`` months."""

    __tablename__ = "plan"
    __table_args__ = office_table(
        UniqueConstraint("office_id", "name"),
        CheckConstraint("fee >= 0", name="fee_not_negative"),
        CheckConstraint("months BETWEEN 1 AND 120", name="months_in_range"),
    )

    name: Mapped[Line]
    fee: Mapped[Amount]
    months: Mapped[int]
    note: Mapped[Text] = mapped_column(default="")

    def __str__(self) -> str:
        return self.name


class BroadbandPolicy(Versioned, OfficeRecord):
    """How an office treats late payments, suspensions, refunds and backdating 寬帶業務規則; one row per office."""

    __tablename__ = "broadband_policy"
    __table_args__ = office_table(
        UniqueConstraint("office_id"),
        CheckConstraint("grace_days BETWEEN 0 AND 365", name="grace_days"),
        CheckConstraint("late_fee_rate BETWEEN 0 AND 1 AND late_fee_cap BETWEEN 0 AND 100", name="late_fee"),
        CheckConstraint("suspension_min_days >= 0 AND suspension_max_days >= suspension_min_days", name="suspension_days"),
        CheckConstraint("backdate_max_days BETWEEN 0 AND 366", name="backdate_max_days"),
        CheckConstraint(
            f"cardinality(reminder_days) BETWEEN 1 AND {MOST_STEPS} "
            f"AND 0 <= ALL (reminder_days) AND {FURTHEST_STEP} >= ALL (reminder_days)",
            name="reminder_days",
        ),
    )

    grace_days: Mapped[int] = mapped_column(default=0)
    late_policy: Mapped[LatePolicy] = choice_column(LatePolicy, default=LatePolicy.RESTART)
    late_fee_rate: Mapped[Rate] = mapped_column(default=Decimal("0.003"))
    late_fee_cap: Mapped[Rate] = mapped_column(default=Decimal("1.00"))
    suspension_min_days: Mapped[int] = mapped_column(default=30)
    suspension_max_days: Mapped[int] = mapped_column(default=180)
    backdate_max_days: Mapped[int] = mapped_column(default=31)
    refund_policy: Mapped[RefundPolicy] = choice_column(RefundPolicy, default=RefundPolicy.BY_DAY)
    # 提醒天數: the steps before a stop date on which customers are reminded, the largest first.
    reminder_days: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=lambda: list(USUAL_STEPS))

    @property
    def warning_days(self) -> int:
        """So long before its stop date an active line is shown as expiring: the largest of the reminder steps."""
        return max(self.reminder_days)
