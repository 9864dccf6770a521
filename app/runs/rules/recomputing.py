"""A stored bill is computed again from its stored facts, days and versions of the tariff: it must come to the same (invariant 17).

Source: fee rules §1 rule 7; docs/rules/unit_bills.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from app.runs.rules.pricing import Price, PriceList, Pricing
from app.runs.rules.unit_bills import Rated, rated_bill
from app.tariffs.rules.bill import Bill
from app.tariffs.rules.lines import Recipe


class Recomputing:
    """The recipes of all versions by which bills were made; each is compiled once, however many bills there are."""

    def __init__(self, recipes: Mapping[int, Recipe]) -> None:
        self._prices = {version: Price(version, recipe, date.min) for version, recipe in recipes.items()}
        self._lists: dict[Decimal, PriceList] = {}

    def bill(self, facts: Mapping[str, object], rated: Rated) -> Bill:
        """Return the bill on ``facts``. Raises OperationRefused, and KeyError for a version that is not there."""
        if rated.step not in self._lists:
            self._lists[rated.step] = PriceList((), quantity_step=rated.step)
        parts = tuple((self._prices[version], days) for version, days in rated.versions)
        return rated_bill(Pricing(self._lists[rated.step], parts), facts, rated)
