"""The journal: one balanced entry per document that posts, append-only.

A posting's ``amount`` is positive for a debit, negative for a credit; the database refuses an entry that does not balance.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.choices import FeeKind, LedgerAccount
from app.billing.models import Adjustment, Charge, Receipt, Reversal, Voucher
from app.foundation.database import Amount, Created, OfficeRecord, choice_column, office_table, same_office
from app.foundation.writing import WrittenTogether, enter, new
from app.values.errors import Message

if TYPE_CHECKING:
    from app.workorders.models import Handover


class JournalEntry(WrittenTogether, Created, OfficeRecord):
    """The entry of one document."""

    __tablename__ = "journal_entry"
    __table_args__ = office_table(
        same_office("charge_id", "charge"),
        same_office("receipt_id", "receipt"),
        same_office("voucher_id", "voucher"),
        same_office("reversal_id", "reversal"),
        same_office("handover_id", "handover"),
        same_office("adjustment_id", "adjustment"),
        UniqueConstraint("charge_id"),
        UniqueConstraint("receipt_id"),
        UniqueConstraint("voucher_id"),
        UniqueConstraint("reversal_id"),
        UniqueConstraint("handover_id"),
        UniqueConstraint("adjustment_id"),
        CheckConstraint(
            "num_nonnulls(charge_id, receipt_id, voucher_id, reversal_id, handover_id, adjustment_id) = 1", name="one_document"
        ),
        Index("ix_journal_entry_office_id_booked_on", "office_id", "booked_on"),
    )

    booked_on: Mapped[datetime.date]
    charge_id: Mapped[int | None]
    receipt_id: Mapped[int | None]
    voucher_id: Mapped[int | None]
    reversal_id: Mapped[int | None]
    # The one document of a domain above: an installer's money that came into a drawer.
    handover_id: Mapped[int | None]
    adjustment_id: Mapped[int | None]

    postings: Mapped[list[Posting]] = relationship(
        primaryjoin="JournalEntry.id == Posting.entry_id", foreign_keys="Posting.entry_id", order_by="Posting.id"
    )
    charge: Mapped[Charge | None] = relationship(primaryjoin="JournalEntry.charge_id == Charge.id", foreign_keys="JournalEntry.charge_id")
    receipt: Mapped[Receipt | None] = relationship(
        primaryjoin="JournalEntry.receipt_id == Receipt.id", foreign_keys="JournalEntry.receipt_id"
    )
    voucher: Mapped[Voucher | None] = relationship(
        primaryjoin="JournalEntry.voucher_id == Voucher.id", foreign_keys="JournalEntry.voucher_id"
    )
    reversal: Mapped[Reversal | None] = relationship(
        primaryjoin="JournalEntry.reversal_id == Reversal.id", foreign_keys="JournalEntry.reversal_id"
    )
    handover: Mapped[Handover | None] = relationship(
        primaryjoin="JournalEntry.handover_id == Handover.id", foreign_keys="JournalEntry.handover_id"
    )

    adjustment: Mapped[Adjustment | None] = relationship(
        primaryjoin="JournalEntry.adjustment_id == Adjustment.id", foreign_keys="JournalEntry.adjustment_id"
    )

    @property
    def document(self) -> Message:
        """What the entry is for."""
        if self.charge_id is not None:
            return Message("Charge %(number)s", number=str(self.charge_id))
        if self.receipt is not None:
            return Message("Receipt %(number)s", number=self.receipt.number)
        if self.voucher is not None:
            return Message("Payment voucher %(number)s", number=self.voucher.number)
        if self.handover is not None:
            return Message("Hand-over of money %(number)s", number=str(self.handover))
        if self.adjustment is not None:
            return self.adjustment.name
        return Message("Reversal %(number)s", number=self.reversal.number if self.reversal else "")

    @property
    def sides(self) -> tuple[LedgerAccount, ...]:
        """The accounts, debits first."""
        return tuple(dict.fromkeys(posting.account for posting in sorted(self.postings, key=lambda posting: -posting.amount)))

    @property
    def debit(self) -> Decimal:
        """The sum of one side."""
        return sum((posting.amount for posting in self.postings if posting.amount > 0), Decimal(0))


class Posting(WrittenTogether, OfficeRecord):
    """One side of an entry: an account, and the customer and fee kind it concerns."""

    __tablename__ = "posting"
    __table_args__ = office_table(
        same_office("entry_id", "journal_entry"),
        same_office("customer_id", "customer"),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        Index("ix_posting_credit", "office_id", "customer_id", postgresql_where="account = 'credit'"),
    )

    entry_id: Mapped[int] = mapped_column(index=True)
    account: Mapped[LedgerAccount] = choice_column(LedgerAccount)
    fee_kind: Mapped[FeeKind | None] = choice_column(FeeKind, nullable=True)
    customer_id: Mapped[int | None]
    amount: Mapped[Amount]


@dataclass(frozen=True)
class Side:
    """A posting to be written: positive debits ``account``, negative credits it."""

    account: LedgerAccount
    amount: Decimal
    customer_id: int | None = None
    fee_kind: FeeKind | None = None


def post(
    document: Charge | Receipt | Voucher | Reversal | Handover | Adjustment, sides: Iterable[Side], *, booked_on: datetime.date
) -> JournalEntry | None:
    """Write the entry of ``document`` with the next flush; nothing where no side has an amount (a charge of 0).

    The entry is tied to the document itself, so that both are stored by one flush: a payment needs as few of them as possible.
    """
    postings = [side for side in sides if side.amount]
    if not postings:
        return None
    if sum(side.amount for side in postings) != 0:
        raise AssertionError(f"The entry of {document!r} does not balance: {postings}")
    entry = new(JournalEntry, office_id=document.office_id, booked_on=booked_on, created_by_id=document.created_by_id)
    setattr(entry, document.__tablename__, document)
    entry.postings = [
        new(
            Posting,
            office_id=document.office_id,
            account=side.account,
            amount=side.amount,
            customer_id=side.customer_id,
            fee_kind=side.fee_kind,
        )
        for side in postings
    ]
    enter(entry)
    return entry
