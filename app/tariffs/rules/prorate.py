"""A share of the period 按比例折算 / tính theo tỷ lệ: moving in, a card issued in mid-month. A correcting line beside the whole amount.

Source: fee rules §1; docs/rules/fee_lines.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from app.tariffs.rules.decimals import ONE
from app.tariffs.rules.facts import Facts, NotBillable, quantity_of
from app.tariffs.rules.lines import Follow, Following, FollowingKind, Terms
from app.tariffs.rules.parameters import Parameters
from app.values.errors import Message


@dataclass(frozen=True)
class Prorate(FollowingKind):
    """Sum × (``numerator`` ÷ ``denominator``) − sum, so that line and correction together are the share."""

    of: tuple[str, ...]
    numerator: str
    denominator: str

    @classmethod
    def read(cls, given: Parameters) -> Self:
        return cls(given.of(), given.fact("numerator"), given.fact("denominator"))

    def facts(self) -> frozenset[str]:
        return frozenset({self.numerator, self.denominator})

    def follow(self, terms: Terms) -> Follow:
        numerator, denominator = quantity_of(self.numerator, line=terms.line), quantity_of(self.denominator, line=terms.line)
        rounding, line, name = terms.rounding, terms.line, self.denominator

        def share(facts: Facts, total: Decimal) -> Following:
            days, of_days = numerator(facts), denominator(facts)
            if not of_days:
                message = Message("Line %(line)s: the fact %(fact)s is 0, and nothing can be divided by 0.", line=line, fact=name)
                raise NotBillable(message, code="division_by_zero", line=line, fact=name)
            amount = rounding.ratio(total * (days - of_days), of_days)
            return Following(ONE, amount, amount)

        return share
