"""A promise to pay 承诺缴费 / hẹn thanh toán: amount and day; while it is open, no card of the customer is proposed for locking.

Source: card rules for debts, promise; docs/rules/promise.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.billing.choices import PromiseState
from app.values.errors import Message, OperationRefused
from app.values.money import require_amount, sum_of


@dataclass(frozen=True)
class Promise:
    """Promised on ``made_on``: to pay ``amount`` of the debts by ``due_on``."""

    made_on: date
    due_on: date
    amount: Decimal


@dataclass(frozen=True)
class DebtPaid:
    """What was paid of the customer's debts on a day, after the promise was made."""

    on: date
    amount: Decimal


def require_promise(promise: Promise, *, debts: Decimal, max_days: int, earlier: Iterable[PromiseState], currency: str) -> Promise:
    """Return ``promise`` when it may be noted; ``debts`` is what the customer has open, ``earlier`` the states of his promises.

    Raises OperationRefused for a day that is past or more than ``max_days`` ahead, a second open promise, an amount of 0 or less or
    above the debts.
    """
    last = promise.made_on + timedelta(days=max_days)
    if not promise.made_on <= promise.due_on <= last:
        raise OperationRefused(
            Message("A promise is for a day from %(first)s to %(last)s.", first=promise.made_on, last=last),
            code="promise_date",
            field="due_on",
        )
    if PromiseState.OPEN in tuple(earlier):
        raise OperationRefused(Message("The customer has an open promise already. Wait for its day."), code="promise_open")
    amount = require_amount(promise.amount, currency, field="amount")
    if amount <= 0:
        raise OperationRefused(Message("The amount promised must be above 0."), code="amount", field="amount")
    if amount > debts:
        raise OperationRefused(
            Message("The customer owes %(debts)s, less than the %(amount)s promised.", debts=debts, amount=amount, currency=currency),
            code="over_open",
            field="amount",
        )
    return promise


def promise_state(promise: Promise, paid: Iterable[DebtPaid], *, on: date) -> PromiseState:
    """Return how ``promise`` stands at ``on``: kept once that much was paid by its day, open to the end of that day, else broken."""
    until = min(on, promise.due_on)
    if sum_of(each.amount for each in paid if promise.made_on <= each.on <= until) >= promise.amount:
        return PromiseState.KEPT
    return PromiseState.OPEN if on <= promise.due_on else PromiseState.BROKEN
