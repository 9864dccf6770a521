"""Plans, the office's policy, subscriptions, their service periods and payments."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from app.billing.choices import DocumentStatus
from app.billing.models import Charge, Receipt, Reversal
from app.broadband.choices import LatePolicy, PeriodKind, RefundPolicy, StopReason, SubscriptionState, SubscriptionStatus
from app.broadband.rules.status import days_left, status
from app.customers.models import Customer
from app.customers.rules.search_terms import address_terms, code_terms, phone_terms
from app.foundation import clock
from app.foundation.database import (
    Amount,
    Created,
    Line,
    OfficeRecord,
    Rate,
    Short,
    Text,
    Versioned,
    choice_column,
    office_table,
    same_office,
)
from app.foundation.secrets import Secret
from app.offices.models import Employee, Office, SystemUser
from app.places.models import Community
from app.workorders.models import BusinessType, WorkOrder


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
    )

    grace_days: Mapped[int] = mapped_column(default=0)
    late_policy: Mapped[LatePolicy] = choice_column(LatePolicy, default=LatePolicy.RESTART)
    late_fee_rate: Mapped[Rate] = mapped_column(default=Decimal("0.003"))
    late_fee_cap: Mapped[Rate] = mapped_column(default=Decimal("1.00"))
    suspension_min_days: Mapped[int] = mapped_column(default=30)
    suspension_max_days: Mapped[int] = mapped_column(default=180)
    backdate_max_days: Mapped[int] = mapped_column(default=31)
    refund_policy: Mapped[RefundPolicy] = choice_column(RefundPolicy, default=RefundPolicy.BY_DAY)


class Subscription(Versioned, Created, OfficeRecord):
    """One broadband line 寬帶用戶 of a customer (B2.1).

    ``stops_on`` follows from the service periods in force; the operations write it and ``verify`` proves it. Nobody types it.
    """

    __tablename__ = "subscription"
    __table_args__ = office_table(
        same_office("customer_id", "customer"),
        same_office("community_id", "community"),
        same_office("business_type_id", "business_type"),
        same_office("plan_id", "plan"),
        same_office("salesperson_id", "employee"),
        Index(
            "uq_subscription_broadband_account",
            "office_id",
            "broadband_account",
            unique=True,
            postgresql_where="state <> 'closed'",
        ),
        CheckConstraint("state IN ('pending', 'closed') OR activated_on IS NOT NULL", name="active_was_activated"),
        CheckConstraint("(state IN ('suspended', 'forced')) = (halted_on IS NOT NULL)", name="halted_has_a_day"),
        CheckConstraint("(state = 'forced') = (stop_reason IS NOT NULL)", name="forced_has_a_reason"),
        CheckConstraint("fee >= 0", name="fee_not_negative"),
        Index("ix_subscription_stops_on", "office_id", "state", "stops_on"),
        Index("ix_subscription_search_terms", "search_terms", postgresql_using="gin"),
    )

    customer_id: Mapped[int] = mapped_column(index=True)
    community_id: Mapped[int] = mapped_column(index=True)
    address: Mapped[Line]
    contact_phone: Mapped[Short] = mapped_column(default="")
    telephone: Mapped[Short] = mapped_column(default="")
    business_type_id: Mapped[int]
    plan_id: Mapped[int] = mapped_column(index=True)
    fee: Mapped[Amount] = mapped_column(default=Decimal(0))
    access_order_no: Mapped[Short] = mapped_column(default="")
    broadband_account: Mapped[Short]
    password: Mapped[str | None] = mapped_column(Secret())
    bound_number: Mapped[Short] = mapped_column(default="")
    salesperson_id: Mapped[int | None]
    note: Mapped[Text] = mapped_column(default="")
    state: Mapped[SubscriptionState] = choice_column(SubscriptionState, default=SubscriptionState.PENDING)
    applied_on: Mapped[datetime.date]
    activated_on: Mapped[datetime.date | None]
    stops_on: Mapped[datetime.date | None]
    # Since when the line is suspended or cut, and why it was cut.
    halted_on: Mapped[datetime.date | None]
    stop_reason: Mapped[StopReason | None] = choice_column(StopReason, nullable=True)
    search_terms: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)

    customer: Mapped[Customer] = relationship(
        primaryjoin="Subscription.customer_id == Customer.id", foreign_keys="Subscription.customer_id"
    )
    community: Mapped[Community] = relationship(
        primaryjoin="Subscription.community_id == Community.id", foreign_keys="Subscription.community_id"
    )
    business_type: Mapped[BusinessType] = relationship(
        primaryjoin="Subscription.business_type_id == BusinessType.id", foreign_keys="Subscription.business_type_id"
    )
    plan: Mapped[Plan] = relationship(primaryjoin="Subscription.plan_id == Plan.id", foreign_keys="Subscription.plan_id")
    salesperson: Mapped[Employee | None] = relationship(
        primaryjoin="Subscription.salesperson_id == Employee.id", foreign_keys="Subscription.salesperson_id"
    )
    periods: Mapped[list[ServicePeriod]] = relationship(
        primaryjoin="and_(Subscription.id == ServicePeriod.subscription_id, ServicePeriod.ended_by_reversal_id.is_(None))",
        foreign_keys="ServicePeriod.subscription_id",
        order_by="ServicePeriod.start",
        viewonly=True,
    )
    office: Mapped[Office] = relationship(foreign_keys="Subscription.office_id", viewonly=True)
    policy: Mapped[BroadbandPolicy] = relationship(
        primaryjoin="Subscription.office_id == BroadbandPolicy.office_id", foreign_keys="BroadbandPolicy.office_id", viewonly=True, uselist=False
    )
    work_orders: Mapped[list[WorkOrder]] = relationship(
        secondary="subscription_work_order",
        primaryjoin="Subscription.id == SubscriptionWorkOrder.subscription_id",
        secondaryjoin="SubscriptionWorkOrder.work_order_id == WorkOrder.id",
        order_by="WorkOrder.id",
        viewonly=True,
    )

    def __str__(self) -> str:
        return self.broadband_account

    @property
    def status(self) -> SubscriptionStatus:
        """用戶狀態 as people see it today: the stored state, or 到期 expired."""
        today = clock.today(self.office)
        return status(state=self.state, stops_on=self.stops_on, today=today, grace_days=self.policy.grace_days)

    @property
    def days_left(self) -> int | None:
        """剩餘天數: stop date − today; while frozen the frozen days; None where there is no cover to count."""
        frozen = self.halted_on if self.state is SubscriptionState.SUSPENDED or self.stop_reason is StopReason.OPERATOR else None
        return days_left(state=self.state, stops_on=self.stops_on, today=clock.today(self.office), frozen_on=frozen)

    @property
    def place(self) -> str:
        """Where the line is."""
        return f"{self.community.name} {self.address}"


@event.listens_for(Subscription, "before_insert")
@event.listens_for(Subscription, "before_update")
def _fill_search_terms(mapper: Mapper[Any], connection: Any, subscription: Subscription) -> None:
    terms = address_terms(subscription.address) | code_terms(subscription.broadband_account)
    for phone in (subscription.telephone, subscription.contact_phone):
        terms |= phone_terms(phone or "")
    found = sorted(terms)
    if subscription.search_terms != found:
        subscription.search_terms = found


class SubscriptionWorkOrder(OfficeRecord):
    """Which work order is done for which subscription."""

    __tablename__ = "subscription_work_order"
    __table_args__ = office_table(
        same_office("subscription_id", "subscription"),
        same_office("work_order_id", "work_order"),
        UniqueConstraint("work_order_id"),
        Index("ix_subscription_work_order_subscription_id", "subscription_id"),
    )

    subscription_id: Mapped[int]
    work_order_id: Mapped[int]


class RegularPayment(Created, OfficeRecord):
    """A regular payment 正常繳費 (B2.4) with every amount as taken; its number is its receipt's."""

    __tablename__ = "regular_payment"
    __table_args__ = office_table(
        same_office("customer_id", "customer"),
        same_office("subscription_id", "subscription"),
        same_office("plan_id", "plan"),
        same_office("charge_id", "charge"),
        same_office("receipt_id", "receipt"),
        same_office("reversal_id", "reversal"),
        UniqueConstraint("receipt_id"),
        CheckConstraint("months BETWEEN 1 AND 120", name="months_in_range"),
        CheckConstraint("gift_months BETWEEN 0 AND 120", name="gift_months_in_range"),
        CheckConstraint("total = plan_total + maintenance_total + other_fee - discount + arrears + late_fee", name="total_is_the_sum"),
        CheckConstraint("discount >= 0 AND discount <= plan_total + maintenance_total + other_fee", name="discount_within_fees"),
        CheckConstraint("late_fee >= 0 AND late_fee <= late_fee_proposed", name="late_fee_within_proposed"),
        CheckConstraint("(period_start IS NULL) = (period_end IS NULL) AND period_start <= period_end", name="period"),
        Index("ix_regular_payment_office_id_paid_on", "office_id", "paid_on", "id"),
        Index("ix_regular_payment_office_id_number", "office_id", "number"),
        Index("ix_regular_payment_subscription_id", "subscription_id", "id"),
        Index("ix_regular_payment_customer_id", "customer_id"),
    )

    number: Mapped[Short]
    customer_id: Mapped[int]
    subscription_id: Mapped[int]
    plan_id: Mapped[int]
    plan_fee: Mapped[Amount]
    plan_months: Mapped[int]
    months: Mapped[int]
    plan_total: Mapped[Amount]
    maintenance_fee: Mapped[Amount]
    maintenance_total: Mapped[Amount]
    other_item: Mapped[Line] = mapped_column(default="")
    other_fee: Mapped[Amount]
    discount: Mapped[Amount]
    arrears: Mapped[Amount]
    late_fee: Mapped[Amount]
    late_fee_proposed: Mapped[Amount]
    total: Mapped[Amount]
    total_in_words: Mapped[Text]
    gift_months: Mapped[int] = mapped_column(default=0)
    cashier_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    note: Mapped[Text] = mapped_column(default="")
    reason: Mapped[Text] = mapped_column(default="")
    paid_on: Mapped[datetime.date]
    booked_on: Mapped[datetime.date]
    # Empty while the line is pending: the months start with the work order's billing date.
    period_start: Mapped[datetime.date | None]
    period_end: Mapped[datetime.date | None]
    # What a void puts back.
    stops_on_before: Mapped[datetime.date | None]
    state_before: Mapped[SubscriptionState] = choice_column(SubscriptionState)
    halted_on_before: Mapped[datetime.date | None]
    stop_reason_before: Mapped[StopReason | None] = choice_column(StopReason, nullable=True)
    charge_id: Mapped[int]
    receipt_id: Mapped[int]
    reversal_id: Mapped[int | None]

    customer: Mapped[Customer] = relationship(
        primaryjoin="RegularPayment.customer_id == Customer.id", foreign_keys="RegularPayment.customer_id"
    )
    subscription: Mapped[Subscription] = relationship(
        primaryjoin="RegularPayment.subscription_id == Subscription.id", foreign_keys="RegularPayment.subscription_id"
    )
    plan: Mapped[Plan] = relationship(primaryjoin="RegularPayment.plan_id == Plan.id", foreign_keys="RegularPayment.plan_id")
    charge: Mapped[Charge] = relationship(primaryjoin="RegularPayment.charge_id == Charge.id", foreign_keys="RegularPayment.charge_id")
    receipt: Mapped[Receipt] = relationship(primaryjoin="RegularPayment.receipt_id == Receipt.id", foreign_keys="RegularPayment.receipt_id")
    reversal: Mapped[Reversal | None] = relationship(
        primaryjoin="RegularPayment.reversal_id == Reversal.id", foreign_keys="RegularPayment.reversal_id"
    )
    cashier: Mapped[SystemUser] = relationship(foreign_keys="RegularPayment.cashier_id")

    def __str__(self) -> str:
        return self.number

    @property
    def is_voided(self) -> bool:
        return self.reversal_id is not None

    @property
    def status(self) -> DocumentStatus:
        return DocumentStatus.VOIDED if self.is_voided else DocumentStatus.VALID


class ServicePeriod(Created, OfficeRecord):
    """A service period 服務期 as sold: ``start … stop``, both days inclusive. Only ``ended_by`` ever changes.

    ``anchor`` is the first day of the continuous run and ``anchor_months`` the months of that run sold when this row is: from them
    and the stop date the next row follows (docs/rules/service_period.md).
    """

    __tablename__ = "service_period"
    __table_args__ = office_table(
        same_office("subscription_id", "subscription"),
        same_office("regular_payment_id", "regular_payment"),
        same_office("ended_by_reversal_id", "reversal"),
        CheckConstraint("start <= stop", name="start_before_stop"),
        CheckConstraint("of_days = stop - start + 1", name="of_days"),
        CheckConstraint("price >= 0 AND (kind <> 'gift' OR price = 0)", name="price"),
        Index("ix_service_period_subscription_id", "subscription_id", "start"),
    )

    subscription_id: Mapped[int]
    kind: Mapped[PeriodKind] = choice_column(PeriodKind)
    start: Mapped[datetime.date]
    stop: Mapped[datetime.date]
    months: Mapped[int]
    price: Mapped[Amount]
    of_days: Mapped[int]
    anchor: Mapped[datetime.date]
    anchor_months: Mapped[int]
    regular_payment_id: Mapped[int | None] = mapped_column(index=True)
    ended_by_reversal_id: Mapped[int | None]

    regular_payment: Mapped[RegularPayment | None] = relationship(
        primaryjoin="ServicePeriod.regular_payment_id == RegularPayment.id", foreign_keys="ServicePeriod.regular_payment_id"
    )
