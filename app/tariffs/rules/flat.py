"""A fixed amount 固定金额 / cố định, times a fact where one is named: a monthly card, the fixed share of a plant.

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
class Flat(QuantityKind):
    """``amount``, as many times as the fact ``times`` says; below zero it is a rebate."""

    amount: Decimal
    times: str | None = None

    @classmethod
    def read(cls, given: Parameters) -> Self:
        return cls(given.number("amount"), given.fact_if_given("times"))

    def facts(self) -> frozenset[str]:
        return frozenset() if self.times is None else frozenset({self.times})

    def quantity_fact(self) -> str | None:
        return self.times

    def slices(self, terms: Terms) -> Slices:
        amount = self.amount
        if self.times is None:
            once = ((ONE, amount, amount, None),)
            return lambda facts: once
        times = quantity_of(self.times, line=terms.line)

        def several(facts: Facts) -> Sequence[Slice]:
            number = times(facts)
            return ((number, amount, number * amount, None),)

        return several
