"""Promises to pay, with the payments since that keep them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.billing.choices import FeeKind, PromiseState
from app.billing.models import Allocation, Charge, Receipt, Reversal
from app.billing.rules.promise import DebtPaid, Promise, promise_state
from app.debts.models import PaymentPromise
from app.foundation.database import db
from app.values.money import sum_of


@dataclass(frozen=True)
class StatedPromise:
    """A promise with how it stands on a day, and how much of it was paid."""

    promise: PaymentPromise
    state: PromiseState
    paid: Decimal


def debts_of(customer_id: int) -> Decimal:
    """Return what a customer has open, due or not."""
    open_amount = Charge.total + Charge.adjusted - Charge.written_off - Charge.paid
    statement = select(func.coalesce(func.sum(open_amount), 0)).where(Charge.customer_id == customer_id, Charge.is_open())
    return Decimal(db.session.execute(statement).scalar_one())


def promises_of(customer_id: int) -> Select[tuple[PaymentPromise]]:
    """Return a customer's promises, the newest first."""
    return (
        select(PaymentPromise)
        .where(PaymentPromise.customer_id == customer_id)
        .options(joinedload(PaymentPromise.customer), joinedload(PaymentPromise.created_by))
        .order_by(PaymentPromise.id.desc())
    )


def promises_due(office_id: int, start: datetime.date, end: datetime.date) -> Select[tuple[PaymentPromise]]:
    """Return the promises of an office whose day lies between two days."""
    return (
        select(PaymentPromise)
        .where(PaymentPromise.office_id == office_id, PaymentPromise.due_on.between(start, end))
        .options(joinedload(PaymentPromise.customer))
        .order_by(PaymentPromise.due_on, PaymentPromise.id)
    )


def stated(promises: Sequence[PaymentPromise], on: datetime.date) -> list[StatedPromise]:
    """Return promises with how they stand ``on`` a day; one statement reads the payments of all of them.

    A payment counts when it was taken after the promise was made, also on the same day, and what of it settled what was owed then, or
    the interest on debts. What was bought since is no debt that was promised.
    """
    gone = select(Reversal.id).where(Reversal.receipt_id == Receipt.id).exists()
    since = and_(
        Receipt.customer_id == PaymentPromise.customer_id,
        Receipt.created_at > PaymentPromise.created_at,
        Receipt.booked_on <= PaymentPromise.due_on,
    )
    was_owed = or_(Charge.created_at <= PaymentPromise.created_at, Charge.fee_kind == FeeKind.LATE_INTEREST)
    statement = (
        select(PaymentPromise.id, Receipt.booked_on, Allocation.amount)
        .join(Receipt, since)
        .join(Allocation, Allocation.receipt_id == Receipt.id)
        .join(Charge, and_(Charge.id == Allocation.charge_id, was_owed))
        .where(PaymentPromise.id.in_([each.id for each in promises]), ~gone)
    )
    paid: dict[int, list[DebtPaid]] = {}
    for number, day, amount in db.session.execute(statement) if promises else ():
        paid.setdefault(number, []).append(DebtPaid(day, amount))
    return [_stated(each, paid.get(each.id, []), on) for each in promises]


def _stated(promise: PaymentPromise, paid: Sequence[DebtPaid], on: datetime.date) -> StatedPromise:
    terms = Promise(promise.made_on, promise.due_on, promise.amount)
    return StatedPromise(promise, promise_state(terms, paid, on=on), sum_of(each.amount for each in paid if each.on <= on))
