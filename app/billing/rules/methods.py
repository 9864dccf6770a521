"""How the methods of a payment add up: what each takes, what cash was tendered and given back (找零)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.billing.choices import Method
from app.values.errors import Message, OperationRefused
from app.values.money import require_amount, sum_of


@dataclass(frozen=True)
class MethodAmount:
    """One way of paying as it was asked for. ``amount`` None means all of it (the short form ``"method": "cash"``)."""

    method: Method
    amount: Decimal | None = None
    tendered: Decimal | None = None
    reference: str = ""


@dataclass(frozen=True)
class Paid:
    """One way of paying with its amount settled; ``change`` is given back in cash."""

    method: Method
    amount: Decimal
    tendered: Decimal | None
    reference: str

    @property
    def change(self) -> Decimal:
        return Decimal(0) if self.tendered is None else self.tendered - self.amount


def settled_methods(
    asked: Sequence[MethodAmount], *, total: Decimal, currency: str, exact: bool = True, at_door: bool = False
) -> tuple[Paid, ...]:
    """Return the methods with their amounts.

    With ``exact`` they must add up to ``total``; otherwise they may be more (the rest becomes credit) but never less. Only ``at_door``,
    for the work order that he completes, an installer collects money: at a counter there is nobody who would hold it.
    Raises OperationRefused for no method, one used twice, an amount of 0 or less, a sum that differs, cash tendered below its amount.
    """
    if not asked:
        raise OperationRefused(Message("Choose how the payment is made."), code="payment_missing", field="method")
    if not at_door and any(each.method is Method.DOOR for each in asked):
        raise OperationRefused(
            Message("Only the completion of a work order is paid to an installer. Choose another payment method."),
            code="method_not_offered",
            field="method",
        )
    if len({each.method for each in asked}) < len(asked):
        raise OperationRefused(Message("Each payment method may be used once."), code="method_twice", field="method")
    paid = tuple(_settled(each, total, currency, alone=len(asked) == 1) for each in asked)
    together = sum_of(each.amount for each in paid)
    if together < total or (exact and together != total):
        raise OperationRefused(
            Message("The payment of %(paid)s does not match the total of %(total)s.", paid=together, total=total, currency=currency),
            code="payment_differs",
            field="method",
        )
    return paid


def _settled(asked: MethodAmount, total: Decimal, currency: str, *, alone: bool) -> Paid:
    if asked.amount is None and not alone:
        raise OperationRefused(Message("Give the amount of each payment method."), code="amount_missing", field="method")
    amount = total if asked.amount is None else require_amount(asked.amount, currency, field="amount")
    if amount < 0 or (amount == 0 and not (alone and total == 0)):
        raise OperationRefused(Message("The amount of a payment must be above 0."), code="amount_not_positive", field="amount")
    return Paid(asked.method, amount, _tendered(asked, amount, currency), asked.reference)


def _tendered(asked: MethodAmount, amount: Decimal, currency: str) -> Decimal | None:
    if asked.tendered is None:
        return None
    if asked.method is not Method.CASH:
        raise OperationRefused(Message("Only cash is tendered and changed."), code="tendered_without_cash", field="tendered")
    tendered = require_amount(asked.tendered, currency, field="tendered")
    if tendered < amount:
        raise OperationRefused(
            Message("The cash tendered %(tendered)s is below %(amount)s.", tendered=tendered, amount=amount, currency=currency),
            code="tendered_too_little",
            field="tendered",
        )
    return tendered
