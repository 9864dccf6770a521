"""The price of the tier reached 按所达档位计价 / theo bậc đạt được: the whole quantity at one price, as for shops.

Source: fee rules §1; docs/rules/block_prices.md.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from app.tariffs.rules.facts import Facts, quantity_of
from app.tariffs.rules.lines import QuantityKind, Slice, Slices, Terms
from app.tariffs.rules.parameters import Parameters
from app.tariffs.rules.tiers import Tier, facts_among, limits_of, read_tiers


@dataclass(frozen=True)
class Volume(QuantityKind):
    """The whole ``quantity`` × the price of the tier in which it ends."""

    quantity: str
    tiers: tuple[Tier, ...]
    scale_by: tuple[Decimal | str, ...] = ()
    limit_step: Decimal | None = None

    @classmethod
    def read(cls, given: Parameters) -> Self:
        return cls(given.fact("quantity"), read_tiers(given), given.factors("scale_by"), given.step("limit_step"))

    def facts(self) -> frozenset[str]:
        return frozenset({self.quantity} | facts_among(self.scale_by))

    def quantity_fact(self) -> str | None:
        return self.quantity

    def slices(self, terms: Terms) -> Slices:
        quantity = quantity_of(self.quantity, line=terms.line)
        prices = [tier.price for tier in self.tiers]
        limits = limits_of(self.tiers, self.scale_by, self.limit_step, terms, span_scales=self.quantity in terms.span.metered)

        def at_one_price(facts: Facts) -> Sequence[Slice]:
            whole = quantity(facts)
            # A limit belongs to the tier below it.
            number = bisect_left(limits(facts), whole)
            price = prices[number]
            return ((whole, price, whole * price, number + 1),)

        return at_one_price
