"""A maximum charge 最高收费 / mức thu tối đa: a correcting line where the lines it names come to more.

Source: fee rules §1; docs/rules/fee_lines.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from app.tariffs.rules.decimals import ONE
from app.tariffs.rules.facts import Facts
from app.tariffs.rules.lines import Follow, Following, FollowingKind, Terms
from app.tariffs.rules.parameters import Parameters


@dataclass(frozen=True)
class Maximum(FollowingKind):
    """``amount`` − sum where the sum of the lines ``of`` is above it, else 0."""

    of: tuple[str, ...]
    amount: Decimal

    @classmethod
    def read(cls, given: Parameters) -> Self:
        return cls(given.of(), given.number("amount"))

    def facts(self) -> frozenset[str]:
        return frozenset()

    def follow(self, terms: Terms) -> Follow:
        rounding = terms.rounding
        limit = terms.span.share_of(self.amount, rounding)

        def corrected(facts: Facts, total: Decimal) -> Following:
            amount = rounding(limit - total) if total > limit else rounding.zero
            return Following(ONE, amount, amount)

        return corrected
