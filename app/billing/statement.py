"""A customer's statement: every charge and payment with a running balance, read from the journal like every other figure."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from app.billing.choices import FeeKind, LedgerAccount
from app.billing.journal import JournalEntry, Posting
from app.billing.models import Adjustment, Receipt, Reversal, Voucher
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.transactions import found
from app.offices.models import Office
from app.values.money import ZERO, sum_of

# What the customer owes, and what the office holds for him.
ACCOUNTS = (LedgerAccount.RECEIVABLE, LedgerAccount.CREDIT)


@dataclass(frozen=True)
class StatementDocument:
    """The document that posted; a charge has no number."""

    kind: str
    id: int
    number: str | None


@dataclass(frozen=True)
class StatementLine:
    """One document's part: what it charged, what it paid, and what is owed after it."""

    on: datetime.date
    document: StatementDocument
    fee_kind: FeeKind | None
    charge: Decimal
    payment: Decimal
    balance: Decimal
    currency: str


@dataclass(frozen=True)
class Statement:
    """A statement over some days; balances above 0 are owed, below 0 held for the customer."""

    customer: int
    customer_no: str
    customer_name: str
    currency: str
    opening_balance: Decimal
    lines: Sequence[StatementLine]
    closing_balance: Decimal


def statement_of(customer: Customer, start: datetime.date | None = None, stop: datetime.date | None = None) -> Statement:
    """Return the statement of ``customer`` for the booking days ``start`` … ``stop``, both included, where given."""
    currency = found(Office, customer.office_id).currency.value
    opening = balance = _balance_before(customer, start)
    lines = []
    for entry, postings in _entries(customer, start, stop):
        charge, payment = _sides(entry, postings)
        balance += charge - payment
        lines.append(StatementLine(entry.booked_on, _document(entry), _kind(postings), charge, payment, balance, currency))
    return Statement(customer.id, customer.customer_no, customer.name, currency, opening, _numbered(lines), balance)


def _kind(postings: Sequence[Posting]) -> FeeKind | None:
    """Return what a document was for, nothing where it was for several kinds: a receipt may pay all services of a month."""
    kinds = {posting.fee_kind for posting in postings}
    return kinds.pop() if len(kinds) == 1 else None


def _of(customer: Customer) -> tuple[Any, ...]:
    return (Posting.customer_id == customer.id, Posting.account.in_(ACCOUNTS))


def _balance_before(customer: Customer, start: datetime.date | None) -> Decimal:
    if start is None:
        return ZERO
    statement = select(func.coalesce(func.sum(Posting.amount), 0)).join(JournalEntry, JournalEntry.id == Posting.entry_id)
    return Decimal(db.session.execute(statement.where(*_of(customer), JournalEntry.booked_on < start)).scalar_one())


def _entries(customer: Customer, start: datetime.date | None, stop: datetime.date | None) -> list[tuple[JournalEntry, list[Posting]]]:
    statement = select(JournalEntry, Posting).join(Posting, JournalEntry.id == Posting.entry_id).where(*_of(customer))
    if start is not None:
        statement = statement.where(JournalEntry.booked_on >= start)
    if stop is not None:
        statement = statement.where(JournalEntry.booked_on <= stop)
    rows = db.session.execute(statement.order_by(JournalEntry.booked_on, JournalEntry.id, Posting.id)).all()
    return [(entry, [posting for _entry, posting in group]) for entry, group in groupby(rows, key=lambda row: row[0])]


def _sides(entry: JournalEntry, postings: Sequence[Posting]) -> tuple[Decimal, Decimal]:
    """Return what an entry charged and paid. In a reversal both are undone: a debt taken away, a payment given back."""
    debts = [posting.amount for posting in postings if posting.account is LedgerAccount.RECEIVABLE]
    credit = sum_of(posting.amount for posting in postings if posting.account is LedgerAccount.CREDIT)
    added, settled = sum_of(amount for amount in debts if amount > 0), sum_of(amount for amount in debts if amount < 0)
    return (settled, -added - credit) if entry.reversal_id else (added, -settled - credit)


def _document(entry: JournalEntry) -> StatementDocument:
    kinds = {
        "charge": entry.charge_id,
        "receipt": entry.receipt_id,
        "voucher": entry.voucher_id,
        "reversal": entry.reversal_id,
        "adjustment": entry.adjustment_id,
    }
    kind, number = next((kind, number) for kind, number in kinds.items() if number is not None)
    return StatementDocument(kind, number, None)


def _numbered(lines: Sequence[StatementLine]) -> list[StatementLine]:
    """Return the lines with the numbers of their documents, read at once."""
    numbers = {
        kind: _numbers(model, [line.document.id for line in lines if line.document.kind == kind]) for kind, model in _NUMBERED.items()
    }
    return [_with_number(line, numbers.get(line.document.kind, {})) for line in lines]


_NUMBERED: dict[str, Any] = {"receipt": Receipt, "voucher": Voucher, "reversal": Reversal, "adjustment": Adjustment}


def _numbers(model: Any, ids: Sequence[int]) -> dict[int, str]:
    rows = db.session.execute(select(model.id, model.number).where(model.id.in_(ids))) if ids else ()
    return {row[0]: row[1] for row in rows}


def _with_number(line: StatementLine, numbers: dict[int, str]) -> StatementLine:
    return replace(line, document=replace(line.document, number=numbers.get(line.document.id)))
