"""The debt policy of an office, interest that was counted, promises, steps of collection, and the digest."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Numeric, UniqueConstraint, and_, bindparam, case, cast, func, or_, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.billing.choices import FeeKind, PromiseState
from app.billing.models import Allocation, Charge, Receipt, Reversal
from app.customers.models import Customer
from app.debts.choices import CollectionKind, DigestRhythm
from app.foundation import clock
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
    same_office,
)
from app.offices.models import Office, SystemUser
from app.places.models import Unit
from app.reminders.choices import LetterKind
from app.reminders.models import OutboxLetter, keep_of_kind
from app.values.errors import Message

# Balance with two decimals times a rate with eight: the sum of unrounded days stays exact.
EXACT = Numeric(30, 10)


class DebtPolicy(Versioned, OfficeRecord):
    """How an office treats debts 欠费规则: late interest, promises, locking, limits, and who is told of them; one row per office."""

    __tablename__ = "debt_policy"
    __table_args__ = office_table(
        UniqueConstraint("office_id"),
        CheckConstraint("interest_rate BETWEEN 0 AND 1 AND interest_cap BETWEEN 0 AND 100", name="interest"),
        CheckConstraint("interest_grace BETWEEN 0 AND 365", name="interest_grace"),
        CheckConstraint("promise_max_days BETWEEN 1 AND 366", name="promise_max_days"),
        CheckConstraint("lock_after_days BETWEEN 0 AND 3660 AND lock_min_debt >= 0", name="locking"),
        CheckConstraint("adjustment_limit >= 0", name="adjustment_limit"),
        CheckConstraint("remind_min_debt >= 0", name="reminding"),
    )

    interest_rate: Mapped[Rate] = mapped_column(default=Decimal("0.0005"))
    interest_grace: Mapped[int] = mapped_column(default=5)
    interest_cap: Mapped[Rate] = mapped_column(default=Decimal("1.00"))
    promise_max_days: Mapped[int] = mapped_column(default=30)
    lock_after_days: Mapped[int] = mapped_column(default=30)
    lock_min_debt: Mapped[Amount] = mapped_column(default=Decimal(0))
    # Nobody is reminded of less.
    remind_min_debt: Mapped[Amount] = mapped_column(default=Decimal(0))
    # Above it another person approves an adjustment; none means no limit.
    adjustment_limit: Mapped[Amount | None]
    digest_rhythm: Mapped[DigestRhythm] = choice_column(DigestRhythm, default=DigestRhythm.NEVER)
    # Addresses with commas between them.
    digest_to: Mapped[Text] = mapped_column(default="")

    office: Mapped[Office] = relationship(primaryjoin="DebtPolicy.office_id == Office.id", foreign_keys="DebtPolicy.office_id")


class LateInterest(Created, OfficeRecord):
    """Days of a service charge whose late interest 逾期利息 was counted: the watermark, the exact sum, and what was posted of it.

    ``charge_id`` is the charge of the interest; none where the exact sum so far gave no whole step of the currency. Its days are final.
    """

    __tablename__ = "late_interest"
    __table_args__ = office_table(
        same_office("source_charge_id", "charge"),
        same_office("charge_id", "charge"),
        same_office("reversal_id", "reversal"),
        UniqueConstraint("charge_id"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("exact > 0 AND amount >= 0", name="amounts"),
        CheckConstraint("(amount = 0) = (charge_id IS NULL)", name="charged_where_posted"),
        Index("ix_late_interest_source_charge_id", "source_charge_id", "ends_on"),
        Index("ix_late_interest_office_id_ends_on", "office_id", "ends_on"),
    )

    source_charge_id: Mapped[int]
    charge_id: Mapped[int | None]
    starts_on: Mapped[datetime.date]
    ends_on: Mapped[datetime.date]
    exact: Mapped[Decimal] = mapped_column(EXACT)
    amount: Mapped[Amount]
    # The reversal of the service charge takes its interest with it.
    reversal_id: Mapped[int | None]

    source: Mapped[Charge] = relationship(
        primaryjoin="LateInterest.source_charge_id == Charge.id", foreign_keys="LateInterest.source_charge_id", viewonly=True
    )
    charge: Mapped[Charge | None] = relationship(primaryjoin="LateInterest.charge_id == Charge.id", foreign_keys="LateInterest.charge_id")


class PaymentPromise(Created, OfficeRecord):
    """A customer's promise 承诺缴费 to pay so much by a day; whether it was kept is computed from the payments since."""

    __tablename__ = "payment_promise"
    __table_args__ = office_table(
        same_office("customer_id", "customer"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("due_on >= made_on", name="due_after_it_was_made"),
        Index("ix_payment_promise_customer_id", "customer_id", "due_on"),
        Index("ix_payment_promise_office_id_due_on", "office_id", "due_on"),
    )

    customer_id: Mapped[int]
    made_on: Mapped[datetime.date]
    due_on: Mapped[datetime.date]
    amount: Mapped[Amount]
    note: Mapped[Text] = mapped_column(default="")

    customer: Mapped[Customer] = relationship(
        primaryjoin="PaymentPromise.customer_id == Customer.id", foreign_keys="PaymentPromise.customer_id"
    )
    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="PaymentPromise.created_by_id", viewonly=True)

    if TYPE_CHECKING:
        standing: Mapped[str]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def state(self) -> PromiseState:
        """How it stands today; as ``promise_state`` says it, by the database, so that lists are narrowed by it."""
        return PromiseState(self.standing)


def _standing() -> Any:
    """Return how a promise stands on the office's day of now: what was paid by its day, of what was owed when it was made."""
    gone = select(Reversal.id).where(Reversal.receipt_id == Receipt.id).exists()
    was_owed = or_(Charge.created_at <= PaymentPromise.created_at, Charge.fee_kind == FeeKind.LATE_INTEREST)
    paid = (
        select(func.coalesce(func.sum(Allocation.amount), 0))
        .join(Receipt, Receipt.id == Allocation.receipt_id)
        .join(Charge, and_(Charge.id == Allocation.charge_id, was_owed))
        .where(
            Receipt.customer_id == PaymentPromise.customer_id,
            Receipt.created_at > PaymentPromise.created_at,
            Receipt.booked_on.between(PaymentPromise.made_on, PaymentPromise.due_on),
            ~gone,
        )
        .correlate(PaymentPromise)
        .scalar_subquery()
    )
    # The moment is asked for whenever the statement runs: training installations move their clock.
    now = bindparam("moment_of_asking", callable_=clock.now, type_=DateTime(timezone=True), unique=True)
    zone = select(Office.time_zone).where(Office.id == PaymentPromise.office_id).correlate(PaymentPromise).scalar_subquery()
    is_open = PaymentPromise.due_on >= cast(func.timezone(zone, now), Date)
    return case(
        (paid >= PaymentPromise.amount, PromiseState.KEPT.value), (is_open, PromiseState.OPEN.value), else_=PromiseState.BROKEN.value
    )


PaymentPromise.standing = column_property(_standing())


class CollectionStep(Created, OfficeRecord):
    """What was done to collect a debt 催缴记录: a call, a visit, a reminder of some level; never changed, so that the history stays."""

    __tablename__ = "collection_step"
    __table_args__ = office_table(
        same_office("customer_id", "customer"),
        same_office("unit_id", "unit"),
        CheckConstraint("level BETWEEN 1 AND 9", name="level"),
        Index("ix_collection_step_customer_id", "customer_id", "id"),
        Index("ix_collection_step_unit_id", "unit_id", "id"),
        Index("ix_collection_step_office_id_on", "office_id", "on"),
    )

    customer_id: Mapped[int]
    unit_id: Mapped[int | None]
    kind: Mapped[CollectionKind] = choice_column(CollectionKind)
    # The level of a reminder letter: first, second, third.
    level: Mapped[int | None]
    on: Mapped[datetime.date]
    # What was owed on that day, as far as somebody looked.
    debt: Mapped[Amount | None]
    reference: Mapped[Line] = mapped_column(default="")
    note: Mapped[Text] = mapped_column(default="")

    customer: Mapped[Customer] = relationship(
        primaryjoin="CollectionStep.customer_id == Customer.id", foreign_keys="CollectionStep.customer_id"
    )
    unit: Mapped[Unit | None] = relationship(primaryjoin="CollectionStep.unit_id == Unit.id", foreign_keys="CollectionStep.unit_id")
    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="CollectionStep.created_by_id", viewonly=True)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def title(self) -> Message:
        """What was done, in words."""
        if self.level is None:
            return Message(str(self.kind.label))
        return Message("%(what)s, level %(level)s", what=self.kind, level=self.level)


class DebtDigest(OutboxLetter):
    """The digest of debts 欠费汇总 for one member of the managing staff and a day: a letter of the outbox."""

    __mapper_args__: Any = {"polymorphic_identity": LetterKind.DIGEST, "polymorphic_load": "inline"}

    day: Mapped[datetime.date | None]


keep_of_kind(
    UniqueConstraint("office_id", "day", "recipient"),
    CheckConstraint("(kind = 'digest') = (day IS NOT NULL)", name="digest_is_of_a_day"),
)
