"""Tiered prices, slice by slice 阶梯分段计价 / bậc thang lũy tiến: each slice of the quantity at the price of its tier, a line per tier.

``used`` is the quantity already charged in the pool, for annual ladders 年阶梯: the slices then lie between it and it + quantity.

Source: fee rules §1; docs/rules/block_prices.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from app.tariffs.rules.decimals import ZERO
from app.tariffs.rules.facts import quantity_of
from app.tariffs.rules.lines import QuantityKind, Slice, Slices, Terms
from app.tariffs.rules.parameters import Parameters
from app.tariffs.rules.tiers import Tier, facts_among, limits_of, read_tiers


@dataclass(frozen=True)
class Graduated(QuantityKind):
    """Electricity of households, water by head, ladders of a year."""

    quantity: str
    tiers: tuple[Tier, ...]
    scale_by: tuple[Decimal | str, ...] = ()
    used: str | None = None
    limit_step: Decimal | None = None

    @classmethod
    def read(cls, given: Parameters) -> Self:
        return cls(
            quantity=given.fact("quantity"),
            tiers=read_tiers(given),
            scale_by=given.factors("scale_by"),
            used=given.fact_if_given("used"),
            limit_step=given.step("limit_step"),
        )

    def facts(self) -> frozenset[str]:
        return frozenset({self.quantity} | facts_among(self.scale_by) | ({self.used} if self.used is not None else set()))

    def quantity_fact(self) -> str | None:
        return self.quantity

    def slices(self, terms: Terms) -> Slices:
        quantity = quantity_of(self.quantity, line=terms.line)
        prices = [tier.price for tier in self.tiers]
        # The limits of a pool are those of its whole year, whatever part of it is billed.
        is_scaled = self.used is None and self.quantity in terms.span.metered
        limits = limits_of(self.tiers, self.scale_by, self.limit_step, terms, span_scales=is_scaled)
        if self.used is None:
            return lambda facts: slices_between(ZERO, quantity(facts), limits(facts), prices)
        used = quantity_of(self.used, line=terms.line)
        return lambda facts: slices_between(used(facts), quantity(facts), limits(facts), prices)


def slices_between(start: Decimal, quantity: Decimal, limits: Sequence[Decimal], prices: Sequence[Decimal]) -> list[Slice]:
    """Return the slices of ``quantity`` above ``start``; a quantity of 0 is one slice of 0 in the tier of ``start``."""
    found: list[Slice] = []
    low, end = start, start + quantity
    for number, limit in enumerate(limits):
        if end <= limit:
            break
        if limit > low:
            part, price = limit - low, prices[number]
            found.append((part, price, part * price, number + 1))
            low = limit
    else:
        number = len(limits)
    part, price = end - low, prices[number]
    found.append((part, price, part * price, number + 1))
    return found
