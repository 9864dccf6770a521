"""One event per operation on a line, and what every operation says beside it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.billing.choices import DocumentStatus
from app.billing.models import Charge, Receipt, Reversal, Voucher
from app.broadband.choices import StopReason, SubscriptionOperation, SubscriptionState
from app.broadband.models.subscriptions import Subscription
from app.customers.models import Customer
from app.foundation.database import Amount, Created, Document, Line, OfficeRecord, Short, Text, choice_column, office_table, same_office
from app.offices.models import SystemUser
from app.places.models import Community
from app.values.errors import Message


class SubscriptionEvent(Created, OfficeRecord):
    """One operation on a line, in the order of ``id``: how the line stood before and after, and its papers.

    ``after_payment_id`` is the newest regular payment of the line at that moment, voided ones too, None for none: by it payments and
    events stand in one order. ``shift_days`` are the days by which the operation moved the stop date without selling a row
    (docs/rules/stop_date.md).
    """

    __tablename__ = "subscription_event"
    __table_args__ = office_table(
        same_office("subscription_id", "subscription"),
        same_office("customer_id", "customer"),
        same_office("community_id", "community"),
        same_office("plan_id", "plan"),
        same_office("after_payment_id", "regular_payment"),
        same_office("charge_id", "charge"),
        same_office("receipt_id", "receipt"),
        same_office("voucher_id", "voucher"),
        same_office("reversal_id", "reversal"),
        UniqueConstraint("receipt_id"),
        CheckConstraint("receipt_id IS NULL OR charge_id IS NOT NULL", name="receipt_pays_a_charge"),
        Index("ix_subscription_event_subscription_id", "subscription_id", "id"),
        Index("ix_subscription_event_charge_id", "charge_id"),
        Index("ix_subscription_event_office_id_operation", "office_id", "operation", "on"),
    )

    subscription_id: Mapped[int]
    operation: Mapped[SubscriptionOperation] = choice_column(SubscriptionOperation)
    on: Mapped[datetime.date]
    booked_on: Mapped[datetime.date]
    after_payment_id: Mapped[int | None]
    # Whose the line was, where, on which plan, and how it stood before.
    customer_id: Mapped[int] = mapped_column(index=True)
    community_id: Mapped[int]
    address: Mapped[Line]
    plan_id: Mapped[int]
    state_before: Mapped[SubscriptionState] = choice_column(SubscriptionState)
    stops_on_before: Mapped[datetime.date | None]
    halted_on_before: Mapped[datetime.date | None]
    stop_reason_before: Mapped[StopReason | None] = choice_column(StopReason, nullable=True)
    planned_resume_on_before: Mapped[datetime.date | None]
    state_after: Mapped[SubscriptionState] = choice_column(SubscriptionState, check="subscriptionstate_after")
    stops_on_after: Mapped[datetime.date | None]
    shift_days: Mapped[int] = mapped_column(default=0)
    charge_id: Mapped[int | None]
    receipt_id: Mapped[int | None]
    voucher_id: Mapped[int | None]
    reversal_id: Mapped[int | None]

    subscription: Mapped[Subscription] = relationship(
        primaryjoin="SubscriptionEvent.subscription_id == Subscription.id", foreign_keys="SubscriptionEvent.subscription_id"
    )
    charge: Mapped[Charge | None] = relationship(
        primaryjoin="SubscriptionEvent.charge_id == Charge.id", foreign_keys="SubscriptionEvent.charge_id"
    )
    receipt: Mapped[Receipt | None] = relationship(
        primaryjoin="SubscriptionEvent.receipt_id == Receipt.id", foreign_keys="SubscriptionEvent.receipt_id"
    )
    voucher: Mapped[Voucher | None] = relationship(
        primaryjoin="SubscriptionEvent.voucher_id == Voucher.id", foreign_keys="SubscriptionEvent.voucher_id"
    )
    reversal: Mapped[Reversal | None] = relationship(
        primaryjoin="SubscriptionEvent.reversal_id == Reversal.id", foreign_keys="SubscriptionEvent.reversal_id"
    )
    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="SubscriptionEvent.created_by_id")

    # An operation by itself is no paper: it moved no money in anybody's shift, only charges are withdrawn with it.
    total: ClassVar[Decimal] = Decimal(0)
    shift: ClassVar[None] = None

    @property
    def is_voided(self) -> bool:
        return self.reversal_id is not None

    @property
    def name(self) -> Message:
        """The operation and its line, as a void names them."""
        return Message("%(operation)s of the line %(number)s", operation=self.operation, number=self.subscription.broadband_account)

    @property
    def document(self) -> Receipt | Voucher | SubscriptionEvent:
        """What is voided to undo the operation: the receipt of its fee, the voucher of what came back, else the operation itself."""
        return self.receipt or self.voucher or self

    def __str__(self) -> str:
        return self.on.isoformat()


class LineOperation(Created, OfficeRecord):
    """What every operation on a line keeps beside its event: whose line it was, where, and what was said."""

    __abstract__ = True

    event_id: Mapped[int] = mapped_column(sort_order=-8)
    subscription_id: Mapped[int] = mapped_column(index=True, sort_order=-7)
    customer_id: Mapped[int] = mapped_column(index=True, sort_order=-6)
    community_id: Mapped[int] = mapped_column(sort_order=-5)
    address: Mapped[Line] = mapped_column(sort_order=-4)
    telephone: Mapped[Short] = mapped_column(default="", sort_order=-3)
    contact_phone: Mapped[Short] = mapped_column(default="", sort_order=-2)
    booked_on: Mapped[datetime.date] = mapped_column(sort_order=80)
    fee: Mapped[Amount] = mapped_column(default=Decimal(0), sort_order=81)
    reason: Mapped[Text] = mapped_column(default="", sort_order=82)
    note: Mapped[Text] = mapped_column(default="", sort_order=83)
    # What its paper prints, as everything stood when it was done; an operation without a paper has none, nor has one of before 0017.
    paper: Mapped[Document | None] = mapped_column(deferred=True, sort_order=84)

    @declared_attr
    def event(cls) -> Mapped[SubscriptionEvent]:
        return relationship(primaryjoin=f"{cls.__name__}.event_id == SubscriptionEvent.id", foreign_keys=f"{cls.__name__}.event_id")

    @declared_attr
    def subscription(cls) -> Mapped[Subscription]:
        return relationship(
            primaryjoin=f"{cls.__name__}.subscription_id == Subscription.id", foreign_keys=f"{cls.__name__}.subscription_id"
        )

    @declared_attr
    def customer(cls) -> Mapped[Customer]:
        return relationship(primaryjoin=f"{cls.__name__}.customer_id == Customer.id", foreign_keys=f"{cls.__name__}.customer_id")

    @declared_attr
    def community(cls) -> Mapped[Community]:
        return relationship(primaryjoin=f"{cls.__name__}.community_id == Community.id", foreign_keys=f"{cls.__name__}.community_id")

    @declared_attr
    def created_by(cls) -> Mapped[SystemUser | None]:
        return relationship(foreign_keys=f"{cls.__name__}.created_by_id")

    def __str__(self) -> str:
        return f"{self.subscription} {self.booked_on}"

    @property
    def is_voided(self) -> bool:
        return self.event.is_voided

    @property
    def status(self) -> DocumentStatus:
        return DocumentStatus.VOIDED if self.is_voided else DocumentStatus.VALID


def operation_table(day: str, name: str, *extra: Any) -> tuple[Any, ...]:
    """Return ``__table_args__`` of a ``LineOperation`` named ``name``, listed by its column ``day``."""
    return office_table(
        same_office("event_id", "subscription_event"),
        same_office("subscription_id", "subscription"),
        same_office("customer_id", "customer"),
        same_office("community_id", "community"),
        UniqueConstraint("event_id"),
        CheckConstraint("fee >= 0", name="fee_not_negative"),
        Index(f"ix_{name}_office_id_{day}", "office_id", day, "id"),
        *extra,
    )
