"""The first real reading after estimates rates all their periods as one; what was charged already is taken off.

The quantity is real − last real reading, limits are × the number of periods. Amounts that do not hang on consumption, and minimum and
maximum charges, are × the number of periods too, because each of those periods has them. The limits of an annual ladder stay; its pool
is what was used before the first of these periods.

Source: fee rules §3; docs/rules/re_rating.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from app.tariffs.rules.bill import Bill
from app.tariffs.rules.evaluate import compiled
from app.tariffs.rules.facts import Facts
from app.tariffs.rules.lines import Recipe
from app.tariffs.rules.span import Span


@dataclass(frozen=True)
class ReRating:
    """The bill of all periods as one, and what of it was ``charged`` before."""

    bill: Bill
    charged: Decimal

    @property
    def billed(self) -> Decimal:
        """What is still to be billed; below zero it is an adjustment in the customer's favour."""
        return self.bill.total - self.charged


def re_rating(recipe: Recipe, facts: Facts, *, metered: Collection[str], periods: int, charged: Decimal) -> ReRating:
    """Return the re-rating of ``periods`` periods; ``facts`` has the quantity of all of them together. Raises NotBillable.

    ``metered`` names the facts that are consumption, ``charged`` is what the estimated periods were charged, taxes included.
    """
    return ReRating(compiled(recipe, span=Span(share=periods, metered=frozenset(metered)))(facts), charged)
