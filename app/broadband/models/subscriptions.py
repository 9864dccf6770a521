"""The lines, and their work orders."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, event, inspect
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from app.broadband.choices import Attention, StopReason, SubscriptionState, SubscriptionStatus
from app.broadband.models.plans import BroadbandPolicy, Plan
from app.broadband.rules.status import days_left, is_expiring, status
from app.customers.models import Customer
from app.customers.rules.search_terms import address_terms, code_terms, phone_terms
from app.foundation import clock
from app.foundation.database import (
    Amount,
    Created,
    Line,
    OfficeRecord,
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

if TYPE_CHECKING:
    from app.broadband.models.life import PlanChange
    from app.broadband.models.payments import ServicePeriod


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
        CheckConstraint("planned_resume_on IS NULL OR state = 'suspended'", name="planned_while_suspended"),
        CheckConstraint("NOT renews_from_credit OR renewal_agreed_by_id IS NOT NULL", name="renewal_was_agreed"),
        CheckConstraint("fee >= 0", name="fee_not_negative"),
        Index("ix_subscription_renewing", "office_id", "stops_on", postgresql_where="renews_from_credit AND state = 'active'"),
        Index("ix_subscription_stops_on", "office_id", "state", "stops_on"),
        Index("ix_subscription_office_id_stops_on", "office_id", "stops_on"),
        Index("ix_subscription_office_id_applied_on", "office_id", "applied_on"),
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
    # While suspended: the day on which the line resumes by itself.
    planned_resume_on: Mapped[datetime.date | None]
    # The customer agreed that due months are paid from his credit balance, and who noted that: his receipts are in that name.
    renews_from_credit: Mapped[bool] = mapped_column(default=False)
    renewal_agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    renewal_agreed_on: Mapped[datetime.date | None]
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
        primaryjoin=(
            "and_(Subscription.id == ServicePeriod.subscription_id, ServicePeriod.ended_by_reversal_id.is_(None), "
            "ServicePeriod.ended_by_event_id.is_(None))"
        ),
        foreign_keys="ServicePeriod.subscription_id",
        order_by="ServicePeriod.start",
        viewonly=True,
    )
    # The change of plan that waits for the next period or for the resumption; a line has one at most.
    booked_change: Mapped[PlanChange | None] = relationship(
        primaryjoin="and_(Subscription.id == PlanChange.subscription_id, PlanChange.change_status == 'booked')",
        foreign_keys="PlanChange.subscription_id",
        viewonly=True,
        uselist=False,
    )
    office: Mapped[Office] = relationship(foreign_keys="Subscription.office_id", viewonly=True)
    renewal_agreed_by: Mapped[SystemUser | None] = relationship(foreign_keys="Subscription.renewal_agreed_by_id", viewonly=True)
    policy: Mapped[BroadbandPolicy] = relationship(
        primaryjoin="Subscription.office_id == BroadbandPolicy.office_id",
        foreign_keys="BroadbandPolicy.office_id",
        viewonly=True,
        uselist=False,
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
    def is_whole(self) -> bool:
        """Whether the office and its policy were read with the line, so that its status needs no question to the database."""
        return inspect(self).unloaded.isdisjoint({"office", "policy"})

    @property
    def plan_sold(self) -> Plan:
        """The plan whose months a payment buys: the booked one where a change is booked, which no line waiting for its installation has."""
        booked = None if self.state is SubscriptionState.PENDING else self.booked_change
        return booked.new_plan if booked is not None else self.plan

    @property
    def status(self) -> SubscriptionStatus:
        """用戶狀態 as people see it today: the stored state, or 到期 expired."""
        today = clock.today(self.office)
        return status(state=self.state, stops_on=self.stops_on, today=today, grace_days=self.policy.grace_days)

    @property
    def shown_status(self) -> SubscriptionStatus | Attention:
        """The status as lists show it: an active line that stops within the reminder days is expiring."""
        found = self.status
        is_short = found is SubscriptionStatus.ACTIVE and is_expiring(
            state=self.state, stops_on=self.stops_on, today=clock.today(self.office), reminder_days=self.policy.warning_days
        )
        return Attention.EXPIRING if is_short else found

    @property
    def days_left(self) -> int | None:
        """剩餘天數: stop date − today; while frozen the frozen days; None where there is no cover to count."""
        frozen = self.halted_on if self.state is SubscriptionState.SUSPENDED or self.stop_reason is StopReason.OPERATOR else None
        return days_left(state=self.state, stops_on=self.stops_on, today=clock.today(self.office), frozen_on=frozen)

    @property
    def masked_password(self) -> str:
        """A sign that a password is stored; never how long it is."""
        return "********" if self.password else ""

    @property
    def place(self) -> str:
        """Where the line is."""
        return f"{self.community.name} {self.address}"


def search_terms_of(subscription: Subscription) -> list[str]:
    """Return the terms by which a line is found, from what stands in its row."""
    terms = address_terms(subscription.address)
    # A MAC address is typed with hyphens or with colons.
    bound_number = (subscription.bound_number or "").replace(":", "-")
    for code in (subscription.broadband_account, subscription.access_order_no or "", bound_number):
        terms |= code_terms(code)
    for phone in (subscription.telephone, subscription.contact_phone):
        terms |= phone_terms(phone or "")
    return sorted(terms)


@event.listens_for(Subscription, "before_insert")
@event.listens_for(Subscription, "before_update")
def _fill_search_terms(mapper: Mapper[Any], connection: Any, subscription: Subscription) -> None:
    found = search_terms_of(subscription)
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
