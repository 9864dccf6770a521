"""Prices by rank 按次序计价 / theo thứ tự: the second car dearer than the first. Later items cost what the last price says.

Source: fee rules §1, card rules §3; docs/rules/fee_lines.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from app.tariffs.rules.decimals import ONE, ZERO
from app.tariffs.rules.facts import Facts, count_of
from app.tariffs.rules.lines import QuantityKind, Slice, Slices, Terms
from app.tariffs.rules.parameters import Parameters


@dataclass(frozen=True)
class Ranked(QuantityKind):
    """Either ``quantity`` items, a line for each distinct price, or the one item whose place the fact ``rank`` is."""

    prices: tuple[Decimal, ...]
    quantity: str | None = None
    rank: str | None = None

    @classmethod
    def read(cls, given: Parameters) -> Self:
        prices = given.numbers("prices")
        name = given.either("quantity", "rank")
        fact = given.fact_if_given(name)
        return cls(prices, quantity=fact) if name == "quantity" else cls(prices, rank=fact)

    def facts(self) -> frozenset[str]:
        return frozenset(fact for fact in (self.quantity, self.rank) if fact is not None)

    def quantity_fact(self) -> str | None:
        return self.quantity

    def slices(self, terms: Terms) -> Slices:
        prices = self.prices
        if self.quantity is not None:
            count = count_of(self.quantity, line=terms.line)
            return lambda facts: slices_by_price(count(facts), prices)
        place, last = count_of(self.rank or "", line=terms.line, least=1), Decimal(len(prices))

        def of_one(facts: Facts) -> Sequence[Slice]:
            price = prices[int(min(place(facts), last)) - 1]
            return ((ONE, price, price, None),)

        return of_one


def slices_by_price(count: Decimal, prices: Sequence[Decimal]) -> list[Slice]:
    """Return a slice for each distinct price of the first ``count`` items, in the order in which the prices first come."""
    items: dict[Decimal, Decimal] = {prices[0]: ZERO}
    left = count
    for price in prices[:-1]:
        if left <= 0:
            break
        items[price] = items.get(price, ZERO) + ONE
        left -= ONE
    if left > 0:
        items[prices[-1]] = items.get(prices[-1], ZERO) + left
    return [(number, price, number * price, None) for price, number in items.items()]
