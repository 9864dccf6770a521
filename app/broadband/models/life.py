"""What each operation on a line says beside its event: suspension, cut, resumption, move, new owner, new plan, months and days given."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.broadband.choices import PlanChangeMode, PlanChangeStatus, StopReason
from app.broadband.models.events import LineOperation, operation_table
from app.broadband.models.plans import Plan
from app.customers.models import Customer
from app.foundation.database import Amount, Line, Short, Versioned, choice_column, same_office
from app.foundation.secrets import Secret
from app.places.models import Community


class Suspension(LineOperation):
    """A suspension on request 用戶報停 (B2.7). ``planned_resume_on`` is the day as first agreed; the line keeps the day as moved."""

    __tablename__ = "suspension"
    __table_args__ = operation_table(
        "suspended_on", "suspension", CheckConstraint("planned_resume_on > suspended_on", name="planned_after_suspension")
    )

    suspended_on: Mapped[datetime.date]
    planned_resume_on: Mapped[datetime.date]


class ForcedStop(LineOperation):
    """A forced stop 用戶強停 (B2.8)."""

    __tablename__ = "forced_stop"
    __table_args__ = operation_table("stopped_on", "forced_stop")

    stopped_on: Mapped[datetime.date]
    stop_reason: Mapped[StopReason] = choice_column(StopReason)


class Resumption(LineOperation):
    """A resumption 用戶復機 (B2.10) of a suspended or force-stopped line: the days off, and those by which the stop date moved."""

    __tablename__ = "resumption"
    __table_args__ = operation_table(
        "resumed_on",
        "resumption",
        CheckConstraint("days_off >= 0 AND days_shifted BETWEEN 0 AND days_off", name="days"),
        CheckConstraint("resumed_on = halted_on + days_off", name="days_off_counted"),
    )

    resumed_on: Mapped[datetime.date]
    halted_on: Mapped[datetime.date]
    days_off: Mapped[int]
    days_shifted: Mapped[int]
    is_extended_anyway: Mapped[bool] = mapped_column(default=False)
    # The program did it by itself on the planned day.
    is_automatic: Mapped[bool] = mapped_column(default=False)


class Relocation(LineOperation):
    """A relocation 用戶遷移 (B2.5): the old place stands in ``community`` and ``address``, the new one here."""

    __tablename__ = "relocation"
    __table_args__ = operation_table(
        "relocated_on",
        "relocation",
        same_office("new_community_id", "community"),
        same_office("work_order_id", "work_order"),
        CheckConstraint("compensation_days BETWEEN 0 AND 366", name="compensation_days_in_range"),
    )

    relocated_on: Mapped[datetime.date]
    new_community_id: Mapped[int]
    new_address: Mapped[Line]
    new_telephone: Mapped[Short] = mapped_column(default="")
    compensation_days: Mapped[int] = mapped_column(default=0)
    work_order_id: Mapped[int | None]

    new_community: Mapped[Community] = relationship(
        primaryjoin="Relocation.new_community_id == Community.id", foreign_keys="Relocation.new_community_id"
    )


class Transfer(LineOperation):
    """A transfer of ownership 用戶過戶 (B2.6): the old customer and place stand in the common columns, the new ones here."""

    __tablename__ = "transfer"
    __table_args__ = operation_table(
        "transferred_on",
        "transfer",
        same_office("new_customer_id", "customer"),
        same_office("new_community_id", "community"),
        CheckConstraint("new_customer_id <> customer_id", name="to_somebody_else"),
        Index("ix_transfer_new_customer_id", "new_customer_id"),
    )

    transferred_on: Mapped[datetime.date]
    new_customer_id: Mapped[int]
    new_community_id: Mapped[int]
    new_address: Mapped[Line]
    new_telephone: Mapped[Short] = mapped_column(default="")
    new_contact_phone: Mapped[Short] = mapped_column(default="")
    # What the old customer had and had agreed to, for the void of the transfer.
    password_before: Mapped[str | None] = mapped_column(Secret())
    renews_from_credit_before: Mapped[bool] = mapped_column(default=False)

    new_customer: Mapped[Customer] = relationship(
        primaryjoin="Transfer.new_customer_id == Customer.id", foreign_keys="Transfer.new_customer_id"
    )
    new_community: Mapped[Community] = relationship(
        primaryjoin="Transfer.new_community_id == Community.id", foreign_keys="Transfer.new_community_id"
    )


class PlanChange(Versioned, LineOperation):
    """A change of plan 套餐變更. A booked one has no amounts yet; ``applied_event`` is the operation that put it in effect.

    ``difference`` is what the customer paid (positive) or got back (negative), the fee left out. ``set_off_receipt`` settled by what came
    back what was open for the line. ``turned_by_event`` is the resumption without cover that made the change wait for the next payment.
    """

    __tablename__ = "plan_change"
    __table_args__ = operation_table(
        "asked_on",
        "plan_change",
        same_office("old_plan_id", "plan"),
        same_office("new_plan_id", "plan"),
        same_office("applied_event_id", "subscription_event"),
        same_office("turned_by_event_id", "subscription_event"),
        same_office("set_off_receipt_id", "receipt"),
        CheckConstraint("new_plan_id <> old_plan_id", name="to_another_plan"),
        CheckConstraint("difference = charge - credit", name="difference_is_counted"),
        CheckConstraint("(credit IS NULL) = (charge IS NULL) AND credit >= 0 AND charge >= 0", name="amounts"),
        CheckConstraint("(change_status = 'applied') = (changed_on IS NOT NULL)", name="applied_has_a_day"),
        Index("uq_plan_change_booked", "subscription_id", unique=True, postgresql_where="change_status = 'booked'"),
    )

    asked_on: Mapped[datetime.date]
    changed_on: Mapped[datetime.date | None]
    mode: Mapped[PlanChangeMode] = choice_column(PlanChangeMode)
    change_status: Mapped[PlanChangeStatus] = choice_column(PlanChangeStatus)
    old_plan_id: Mapped[int]
    new_plan_id: Mapped[int]
    credit: Mapped[Amount | None]
    charge: Mapped[Amount | None]
    difference: Mapped[Amount | None]
    applied_event_id: Mapped[int | None]
    set_off_receipt_id: Mapped[int | None]
    turned_by_event_id: Mapped[int | None]

    old_plan: Mapped[Plan] = relationship(primaryjoin="PlanChange.old_plan_id == Plan.id", foreign_keys="PlanChange.old_plan_id")
    new_plan: Mapped[Plan] = relationship(primaryjoin="PlanChange.new_plan_id == Plan.id", foreign_keys="PlanChange.new_plan_id")

    @property
    def is_booked(self) -> bool:
        return self.change_status is PlanChangeStatus.BOOKED


class LineGrant(LineOperation):
    """Months given 贈送月數 or days given as compensation 補償天數, with a reason."""

    __tablename__ = "line_grant"
    __table_args__ = operation_table(
        "given_on",
        "line_grant",
        CheckConstraint("gift_months BETWEEN 0 AND 120 AND compensation_days BETWEEN 0 AND 366", name="in_range"),
        CheckConstraint("(gift_months > 0) <> (compensation_days > 0)", name="one_of_both"),
        CheckConstraint("length(trim(reason)) > 0", name="has_a_reason"),
    )

    given_on: Mapped[datetime.date]
    gift_months: Mapped[int] = mapped_column(default=0)
    compensation_days: Mapped[int] = mapped_column(default=0)
