"""What was done to lines: one event per operation, what each operation says beside it, equipment lent, and proposals of the night."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.billing.choices import DocumentStatus
from app.billing.models import Charge, Receipt, Reversal, Voucher
from app.broadband.choices import (
    EquipmentState,
    PlanChangeMode,
    PlanChangeStatus,
    ProposalStatus,
    RefundPolicy,
    StopReason,
    SubscriptionOperation,
    SubscriptionState,
)
from app.broadband.models.plans import Plan
from app.broadband.models.subscriptions import Subscription
from app.customers.models import Customer
from app.foundation.database import (
    Amount,
    Created,
    Document,
    Line,
    Moment,
    OfficeRecord,
    Short,
    Text,
    Versioned,
    choice_column,
    office_table,
    same_office,
)
from app.foundation.secrets import Secret
from app.offices.models import SystemUser
from app.places.models import Community


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

    @property
    def is_voided(self) -> bool:
        return self.reversal_id is not None


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

    ``difference`` is what the customer paid (positive) or got back (negative), the fee left out.
    """

    __tablename__ = "plan_change"
    __table_args__ = operation_table(
        "asked_on",
        "plan_change",
        same_office("old_plan_id", "plan"),
        same_office("new_plan_id", "plan"),
        same_office("applied_event_id", "subscription_event"),
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


class Closure(LineOperation):
    """A closure 用戶銷戶 (B2.9) with its settlement 銷戶結算: what goes back, what is set off against it, what is paid out.

    ``settlement`` holds the lines of the settlement sheet as printed.
    """

    __tablename__ = "closure"
    __table_args__ = operation_table(
        "closed_on",
        "closure",
        same_office("set_off_receipt_id", "receipt"),
        same_office("deposit_voucher_id", "voucher"),
        CheckConstraint("least(plan_refund, maintenance_refund, deposits, owed, set_off, refund) >= 0", name="amounts"),
        CheckConstraint("refund = plan_refund + maintenance_refund + deposits - set_off", name="refund_is_the_rest"),
        CheckConstraint("set_off <= owed", name="set_off_within_debts"),
    )

    closed_on: Mapped[datetime.date]
    refund_policy: Mapped[RefundPolicy] = choice_column(RefundPolicy)
    plan_refund: Mapped[Amount]
    maintenance_refund: Mapped[Amount]
    deposits: Mapped[Amount]
    owed: Mapped[Amount]
    set_off: Mapped[Amount]
    refund: Mapped[Amount]
    settlement: Mapped[Document]
    set_off_receipt_id: Mapped[int | None]
    deposit_voucher_id: Mapped[int | None]


class Equipment(Versioned, Created, OfficeRecord):
    """Equipment of the office at a customer's 設備, with its serial number and perhaps a deposit 押金; settled when the line closes."""

    __tablename__ = "equipment"
    __table_args__ = office_table(
        same_office("subscription_id", "subscription"),
        same_office("charge_id", "charge"),
        same_office("closure_id", "closure"),
        UniqueConstraint("office_id", "serial"),
        CheckConstraint("deposit >= 0 AND compensation >= 0", name="amounts"),
        CheckConstraint("(state = 'lent') = (returned_on IS NULL)", name="returned_has_a_day"),
        Index("ix_equipment_subscription_id", "subscription_id"),
    )

    subscription_id: Mapped[int]
    name: Mapped[Line]
    serial: Mapped[Short]
    deposit: Mapped[Amount] = mapped_column(default=Decimal(0))
    lent_on: Mapped[datetime.date]
    charge_id: Mapped[int | None]
    state: Mapped[EquipmentState] = choice_column(EquipmentState, default=EquipmentState.LENT)
    returned_on: Mapped[datetime.date | None]
    compensation: Mapped[Amount] = mapped_column(default=Decimal(0))
    closure_id: Mapped[int | None]
    note: Mapped[Text] = mapped_column(default="")

    subscription: Mapped[Subscription] = relationship(
        primaryjoin="Equipment.subscription_id == Subscription.id", foreign_keys="Equipment.subscription_id"
    )
    charge: Mapped[Charge | None] = relationship(primaryjoin="Equipment.charge_id == Charge.id", foreign_keys="Equipment.charge_id")

    def __str__(self) -> str:
        return f"{self.name} {self.serial}"


class LineProposal(Versioned, Created, OfficeRecord):
    """What the night proposes for a line, a forced stop or a closure: nothing happens until a manager confirms it."""

    __tablename__ = "line_proposal"
    __table_args__ = office_table(
        same_office("subscription_id", "subscription"),
        same_office("event_id", "subscription_event"),
        CheckConstraint("operation IN ('force_stop', 'close')", name="operation_is_proposed"),
        CheckConstraint("(proposal_status = 'waiting') = (decided_at IS NULL)", name="decided_at_some_time"),
        CheckConstraint("event_id IS NULL OR proposal_status = 'confirmed'", name="only_confirmed_is_done"),
        UniqueConstraint("subscription_id", "operation", "since"),
        Index("ix_line_proposal_office_id_proposal_status", "office_id", "proposal_status", "id"),
    )

    subscription_id: Mapped[int]
    operation: Mapped[SubscriptionOperation] = choice_column(SubscriptionOperation)
    proposed_on: Mapped[datetime.date]
    # The stop date that has passed, or the day of the cut: once decided, the same is not proposed again.
    since: Mapped[datetime.date]
    proposal_status: Mapped[ProposalStatus] = choice_column(ProposalStatus, default=ProposalStatus.WAITING)
    decided_at: Mapped[Moment | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    decision_note: Mapped[Text] = mapped_column(default="")
    event_id: Mapped[int | None]

    subscription: Mapped[Subscription] = relationship(
        primaryjoin="LineProposal.subscription_id == Subscription.id", foreign_keys="LineProposal.subscription_id"
    )
    decided_by: Mapped[SystemUser | None] = relationship(foreign_keys="LineProposal.decided_by_id")
    event: Mapped[SubscriptionEvent | None] = relationship(
        primaryjoin="LineProposal.event_id == SubscriptionEvent.id", foreign_keys="LineProposal.event_id"
    )
