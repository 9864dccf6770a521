"""A percentage 百分比 of the rounded lines it names: VAT, environment and drainage fees, a discount, a power factor.

Source: fee rules §1; docs/rules/fee_lines.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from app.tariffs.rules.decimals import HUNDRED, ONE
from app.tariffs.rules.facts import number_of
from app.tariffs.rules.lines import Follow, Following, FollowingKind, Terms
from app.tariffs.rules.parameters import Parameters

_ONE_PER_CENT = ONE / HUNDRED


@dataclass(frozen=True)
class Percentage(FollowingKind):
    """The sum of the lines ``of`` × ``percent`` ÷ 100, shown as quantity = the sum, unit price = the percent; ``tax``: on the invoice."""

    of: tuple[str, ...]
    percent: Decimal | str
    tax: bool = False

    @classmethod
    def read(cls, given: Parameters) -> Self:
        return cls(given.of(), given.number_or_fact("percent"), given.yes_or_no("tax"))

    def facts(self) -> frozenset[str]:
        return frozenset({self.percent} if isinstance(self.percent, str) else set())

    def follow(self, terms: Terms) -> Follow:
        rounding, is_tax = terms.rounding, self.tax

        def of_sum(total: Decimal, percent: Decimal) -> Following:
            amount = rounding(total * percent * _ONE_PER_CENT)
            return Following(total, percent, amount, total, amount) if is_tax else Following(total, percent, amount)

        if isinstance(self.percent, str):
            percent_of = number_of(self.percent, line=terms.line)
            return lambda facts, total: of_sum(total, percent_of(facts))
        percent = self.percent
        return lambda facts, total: of_sum(total, percent)
