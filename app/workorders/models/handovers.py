"""Money that an installer took at the door and brings to the cash desk."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.choices import DocumentStatus, ReceiptStanding
from app.billing.models import Approval, Reversal, Shift
from app.foundation.database import Amount, Created, OfficeRecord, Short, Text, office_table, same_office
from app.offices.models import SystemUser
from app.values.errors import Message
from app.workorders.models.lists import Installer


class Handover(Created, OfficeRecord):
    """An installer's money counted into a cashier's drawer 代收款交接: what he held is less by it, the cash is more."""

    __tablename__ = "handover"
    __table_args__ = office_table(
        same_office("installer_id", "installer"),
        same_office("shift_id", "shift"),
        UniqueConstraint("office_id", "number"),
        UniqueConstraint("office_id", "year", "sequence"),
        Index("ix_handover_office_id_booked_on", "office_id", "booked_on"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    number: Mapped[Short]
    year: Mapped[int]
    sequence: Mapped[int]
    installer_id: Mapped[int] = mapped_column(index=True)
    booked_on: Mapped[datetime.date]
    amount: Mapped[Amount]
    cashier_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    shift_id: Mapped[int]
    note: Mapped[Text] = mapped_column(default="")

    installer: Mapped[Installer] = relationship(primaryjoin="Handover.installer_id == Installer.id", foreign_keys="Handover.installer_id")
    cashier: Mapped[SystemUser] = relationship(foreign_keys="Handover.cashier_id")
    shift: Mapped[Shift] = relationship(primaryjoin="Handover.shift_id == Shift.id", foreign_keys="Handover.shift_id")
    reversal: Mapped[Reversal | None] = relationship(
        primaryjoin="Handover.id == Reversal.handover_id", foreign_keys="Reversal.handover_id", viewonly=True, uselist=False
    )
    # Who asked for its void, while that waits for a second person.
    waiting_void: Mapped[Approval | None] = relationship(
        primaryjoin="and_(Handover.id == Approval.handover_id, Approval.status == 'waiting')",
        foreign_keys="Approval.handover_id",
        viewonly=True,
        uselist=False,
    )

    # What he brings was taken from several customers; a void of it moves no customer's money.
    customer_id: ClassVar[None] = None

    @property
    def is_voided(self) -> bool:
        return self.reversal is not None

    @property
    def status(self) -> DocumentStatus:
        return DocumentStatus.VOIDED if self.reversal else DocumentStatus.VALID

    @property
    def standing(self) -> ReceiptStanding:
        """The status, and whether a void is asked for: it stands until that is approved."""
        return ReceiptStanding.VOID_ASKED if self.waiting_void is not None else ReceiptStanding(self.status.value)

    @property
    def name(self) -> Message:
        """The hand-over, as a void names it."""
        return Message("Hand-over of money %(number)s", number=self.number)

    @property
    def total(self) -> Decimal:
        """Its amount, by the name that every document has."""
        return self.amount

    def __str__(self) -> str:
        return self.number
