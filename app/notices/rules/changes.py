"""Whether what stood on a notice has changed since, other than by being paid. Pure.

A payment is no change: the notice says itself that whoever has paid may disregard it. What was lowered, raised, written off or voided is
one, and so is a payment that was taken back: the resident would be asked for too much or too little. Source: docs/rules/notices.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


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
