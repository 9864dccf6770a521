"""The apportionment 公摊 / phân bổ phần dùng chung of a shared meter: its amount, shared by area, head count or own consumption.

It is the amount that is shared, not the quantity, so that tiers apply once and the parts sum to the whole.
Source: building services S2.1; docs/rules/apportion.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.metering.choices import ApportionBy
from app.values.errors import N_, Message, OperationRefused
from app.values.shares import shares

FACTS = {
    ApportionBy.AREA: N_("Area"),
    ApportionBy.HEAD: N_("Head count"),
    ApportionBy.CONSUMPTION: N_("Consumption"),
}


@dataclass(frozen=True)
class UnitWeight:
    """What a unit counts for: its area in m², its persons, or its own consumption; None where nobody entered it."""

    unit: int
    name: str
    weight: Decimal | None


@dataclass(frozen=True)
class UnitShare:
    """The part of the amount that one unit bears."""

    unit: int
    weight: Decimal
    amount: Decimal


def apportion(amount: Decimal, units: Sequence[UnitWeight], *, by: ApportionBy, currency: str) -> tuple[UnitShare, ...]:
    """Return the part of ``amount`` for each of ``units``, in their order, by largest remainder; ties go to the earlier unit.

    Raises OperationRefused for a unit whose weight is missing or negative, and where all weights are 0: never a silent zero.
    """
    weights = [_weight(unit, by) for unit in units]
    if not any(weights):
        raise OperationRefused(
            Message(
                "The amount %(amount)s cannot be apportioned: %(fact)s is 0 for every unit.",
                amount=amount,
                fact=Message(FACTS[by]),
                currency=currency,
            ),
            code="nothing_to_apportion_by",
        )
    parts = shares(amount, weights, currency)
    return tuple(UnitShare(unit.unit, weight, part) for unit, weight, part in zip(units, weights, parts, strict=True))


def _weight(unit: UnitWeight, by: ApportionBy) -> Decimal:
    if unit.weight is None:
        raise OperationRefused(
            Message(
                "The unit %(unit)s was not billed: the fact %(fact)s is missing. Enter it and calculate again.",
                unit=unit.name,
                fact=Message(FACTS[by]),
            ),
            code="fact_missing",
        )
    if unit.weight < 0:
        raise OperationRefused(
            Message("The unit %(unit)s was not billed: %(fact)s is negative.", unit=unit.name, fact=Message(FACTS[by])),
            code="fact_negative",
        )
    return unit.weight
