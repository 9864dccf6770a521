"""The allocation 核销 / đối trừ công nợ of a payment to charges, and the credit 预存余额 / số dư có that is left over.

Source: card rules for debts, order, chosen, credit; docs/rules/allocation.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.values.errors import Message, OperationRefused
from app.values.money import require_amount, sum_of


@dataclass(frozen=True)
class OpenCharge:
    """What is still open of a charge."""

    id: int
    due_on: date
    open: Decimal


@dataclass(frozen=True)
class Allocated:
    """So much of a payment for one charge."""

    charge: int
    amount: Decimal


@dataclass(frozen=True)
class Allocation:
    """Where a payment goes: the ``parts`` for charges and the rest as ``credit``."""

    parts: tuple[Allocated, ...]
    credit: Decimal


def allocation(amount: Decimal, charges: Iterable[OpenCharge], *, currency: str, chosen: Sequence[Allocated] | None = None) -> Allocation:
    """Return where ``amount`` goes among the open ``charges``: oldest first by due date, then id, or only to those ``chosen``.

    Charges that are not due yet are paid too; what is left over is credit. Raises OperationRefused for an amount of 0 or less, and for
    what cannot be chosen.
    """
    payment = _require_payment(amount, currency)
    each = tuple(charges)
    parts = _oldest_first(payment, each) if chosen is None else _require_chosen(payment, each, chosen, currency)
    return Allocation(parts, payment - sum_of(part.amount for part in parts))


def require_credit(used: Decimal, *, balance: Decimal, currency: str) -> Decimal:
    """Return the credit ``used`` as a method of a payment. Raises OperationRefused for more than the customer has."""
    amount = _require_payment(used, currency)
    if amount > balance:
        raise OperationRefused(
            Message("The customer has %(balance)s of credit, less than %(amount)s.", balance=balance, amount=amount, currency=currency),
            code="credit_short",
            field="amount",
        )
    return amount


def _oldest_first(payment: Decimal, charges: Iterable[OpenCharge]) -> tuple[Allocated, ...]:
    parts, left = [], payment
    for charge in sorted(charges, key=lambda charge: (charge.due_on, charge.id)):
        part = min(left, charge.open)
        if part > 0:
            parts.append(Allocated(charge.id, part))
            left -= part
    return tuple(parts)


def _require_chosen(payment: Decimal, charges: Iterable[OpenCharge], chosen: Sequence[Allocated], currency: str) -> tuple[Allocated, ...]:
    open_of = {charge.id: charge.open for charge in charges}
    if len({part.charge for part in chosen}) < len(chosen):
        raise OperationRefused(Message("Each charge may be chosen once."), code="charge_twice", field="charges")
    for part in chosen:
        _require_part(part, open_of, currency)
    together = sum_of(part.amount for part in chosen)
    if together > payment:
        raise OperationRefused(
            Message(
                "The chosen charges take %(chosen)s, more than the payment of %(payment)s.",
                chosen=together,
                payment=payment,
                currency=currency,
            ),
            code="over_payment",
            field="charges",
        )
    return tuple(chosen)


def _require_part(part: Allocated, open_of: dict[int, Decimal], currency: str) -> None:
    if part.charge not in open_of:
        raise OperationRefused(Message("A chosen charge is not open any more. Choose again."), code="charge_not_open", field="charges")
    amount = _require_payment(part.amount, currency)
    if amount > open_of[part.charge]:
        raise OperationRefused(
            Message(
                "Of the chosen charge %(open)s is open, less than %(amount)s.",
                open=open_of[part.charge],
                amount=amount,
                currency=currency,
            ),
            code="over_open",
            field="charges",
        )


def _require_payment(amount: Decimal, currency: str) -> Decimal:
    exact = require_amount(amount, currency, field="amount")
    if exact <= 0:
        raise OperationRefused(Message("The amount of a payment must be above 0."), code="amount", field="amount")
    return exact
