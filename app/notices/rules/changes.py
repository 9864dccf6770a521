"""Whether what stood on a notice has changed since, other than by being paid. Pure.

A payment is no change: the notice says itself that whoever has paid may disregard it. What was lowered, raised, written off or voided is
one, and so is a payment that was taken back: the resident would be asked for too much or too little. So is credit that a notice took off
and that went elsewhere. Source: docs/rules/notices.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.values.money import ZERO, sum_of


@dataclass(frozen=True)
class Counted:
    """What a charge asks for after its adjustments, nothing where it was voided, and what of it is paid."""

    asked: Decimal | None
    paid: Decimal


def has_changed(then: Mapping[int, Counted], now: Mapping[int, Counted]) -> bool:
    """Say whether one of the charges asks for something else now, or had a payment taken back."""
    return any(
        charge not in now or now[charge].asked != counted.asked or now[charge].paid < counted.paid for charge, counted in then.items()
    )


def still_covered(credit: Decimal, charges: Iterable[int], now: Mapping[int, Counted]) -> Decimal:
    """Return what of the ``credit`` that a notice took off is still needed for its charges: no more than is open of them."""
    there = [now[charge] for charge in charges if charge in now]
    return min(credit, sum_of(each.asked - each.paid for each in there if each.asked is not None))


def broken_promises(balance: Decimal, needed: Mapping[int, Decimal]) -> set[int]:
    """Return which of a customer's notices count on credit, where there is less of it than they need together."""
    if sum_of(needed.values()) <= balance:
        return set()
    return {notice for notice, amount in needed.items() if amount > ZERO}
