"""Regular payments and the days they bought."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.choices import DocumentStatus
from app.billing.models import Charge, Receipt, Reversal
from app.broadband.choices import PeriodKind, StopReason, SubscriptionState
from app.broadband.models.plans import Plan
from app.broadband.models.subscriptions import Subscription
from app.customers.models import Customer
from app.foundation.database import (
    Amount,
    Created,
    Line,
    OfficeRecord,
    Short,
    Text,
    choice_column,
    office_table,
    same_office,
)
from app.foundation.writing import WrittenTogether
from app.offices.models import SystemUser

# What reports add up: the index by day holds it, so that a year of payments need not be read for its sums.
SUMMED = (
    "reversal_id",
    "months",
    "gift_months",
    "plan_total",
    "maintenance_total",
    "other_fee",
    "discount",
    "arrears",
    "late_fee",
    "total",
)


class RegularPayment(WrittenTogether, Created, OfficeRecord):
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
        Index("ix_regular_payment_office_id_paid_on", "office_id", "paid_on", "id", postgresql_include=SUMMED),
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
    periods: Mapped[list[ServicePeriod]] = relationship(
        primaryjoin="RegularPayment.id == ServicePeriod.regular_payment_id",
        foreign_keys="ServicePeriod.regular_payment_id",
        order_by="ServicePeriod.start",
        back_populates="regular_payment",
    )

    def __str__(self) -> str:
        return self.number

    @property
    def is_voided(self) -> bool:
        return self.reversal_id is not None

    @property
    def knows_its_periods(self) -> bool:
        """Whether the periods it sold were read, or made, with it."""
        return "periods" not in inspect(self).unloaded

    @property
    def status(self) -> DocumentStatus:
        return DocumentStatus.VOIDED if self.is_voided else DocumentStatus.VALID


class ServicePeriod(WrittenTogether, Created, OfficeRecord):
    """A service period 服務期 as sold: ``start … stop``, both days inclusive. Only what took it out of force ever changes.

    ``anchor`` is the first day of the continuous run and ``anchor_months`` the months of that run sold when this row is: from them
    and the stop date the next row follows (docs/rules/service_period.md). A plan change cuts rows: ``cut_from_days`` is the length of
    the row as first sold, None for a row that is whole.
    """

    __tablename__ = "service_period"
    __table_args__ = office_table(
        same_office("subscription_id", "subscription"),
        same_office("regular_payment_id", "regular_payment"),
        same_office("sold_by_event_id", "subscription_event"),
        same_office("ended_by_reversal_id", "reversal"),
        same_office("ended_by_event_id", "subscription_event"),
        CheckConstraint("regular_payment_id IS NULL OR sold_by_event_id IS NULL", name="sold_once"),
        CheckConstraint("cut_from_days > of_days", name="cut_is_shorter"),
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
    cut_from_days: Mapped[int | None]
    regular_payment_id: Mapped[int | None] = mapped_column(index=True)
    sold_by_event_id: Mapped[int | None] = mapped_column(index=True)
    ended_by_reversal_id: Mapped[int | None]
    ended_by_event_id: Mapped[int | None] = mapped_column(index=True)

    regular_payment: Mapped[RegularPayment | None] = relationship(
        primaryjoin="ServicePeriod.regular_payment_id == RegularPayment.id",
        foreign_keys="ServicePeriod.regular_payment_id",
        back_populates="periods",
    )
