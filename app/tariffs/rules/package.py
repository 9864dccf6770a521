"""A price per started pack 按包计价 / theo lô: booklets of visits, started months.

Source: fee rules §1; docs/rules/fee_lines.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from app.tariffs.rules.decimals import ONE
from app.tariffs.rules.facts import Facts, quantity_of
from app.tariffs.rules.lines import QuantityKind, Slice, Slices, Terms
from app.tariffs.rules.parameters import Parameters


@dataclass(frozen=True)
class Package(QuantityKind):
    """``quantity`` ÷ ``size``, rounded up, × ``price``."""

    quantity: str
    size: Decimal
    price: Decimal

    @classmethod
    def read(cls, given: Parameters) -> Self:
        return cls(given.fact("quantity"), given.positive("size"), given.number("price"))

    def facts(self) -> frozenset[str]:
        return frozenset({self.quantity})

    def quantity_fact(self) -> str | None:
        return self.quantity

    def slices(self, terms: Terms) -> Slices:
        quantity = quantity_of(self.quantity, line=terms.line)
        size, price = self.size, self.price

        def packs(facts: Facts) -> Sequence[Slice]:
            full, rest = divmod(quantity(facts), size)
            number = full + ONE if rest else full
            return ((number, price, number * price, None),)

        return packs
