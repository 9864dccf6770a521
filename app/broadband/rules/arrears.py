"""Arrears 欠費: what must be settled before a suspension, a transfer or a plan change. A closure never waits for it.

Source: broadband specification 欠費; docs/rules/arrears.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from app.broadband.rules.late_fee import LateFee
from app.values.errors import Message, OperationRefused
from app.values.money import sum_of


def arrears(charges_past_due: Iterable[Decimal], late: LateFee) -> Decimal:
    """Return what is owed for a line: the rest of its charges past their due date, the days used without cover, and the late fee."""
    return sum_of(charges_past_due) + late.base + late.amount


def require_settled(owed: Decimal, *, currency: str) -> None:
    """Refuse an operation while anything is ``owed`` for the line."""
    if owed > 0:
        raise OperationRefused(
            Message("The customer owes %(amount)s. Settle the arrears before this operation.", amount=owed, currency=currency),
            code="arrears_open",
        )
