"""Tax included in the price 价内税 / thuế đã gồm trong giá: nothing is added to the total, the invoice shows what part of it is tax.

Source: fee rules §1; docs/rules/fee_lines.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from app.tariffs.rules.decimals import HUNDRED
from app.tariffs.rules.facts import Facts
from app.tariffs.rules.lines import Follow, Following, FollowingKind, Terms
from app.tariffs.rules.parameters import Parameters


@dataclass(frozen=True)
class IncludedTax(FollowingKind):
    """Amount 0 on the bill; tax = sum − sum ÷ (1 + ``percent`` ÷ 100), rounded half-up."""

    of: tuple[str, ...]
    percent: Decimal

    @classmethod
    def read(cls, given: Parameters) -> Self:
        return cls(given.of(), given.not_negative("percent"))

    def facts(self) -> frozenset[str]:
        return frozenset()

    def follow(self, terms: Terms) -> Follow:
        rounding, percent = terms.rounding, self.percent

        def inside(facts: Facts, total: Decimal) -> Following:
            tax = rounding.ratio(total * percent, HUNDRED + percent)
            return Following(total, percent, rounding.zero, total - tax, tax, is_included=True)

        return inside
