"""The prices of a stretch of days: one version of a tariff, or several where the price changes inside.

Source: fee rules §2, §3; docs/rules/unit_bills.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from app.tariffs.rules.bill import Bill
from app.tariffs.rules.evaluate import Formula, compiled
from app.tariffs.rules.graduated import Graduated
from app.tariffs.rules.lines import Recipe
from app.tariffs.rules.price_change import ChangingFormula, PricePart
from app.tariffs.rules.re_rating import re_rating
from app.values.dates import ONE_DAY, days_of
from app.values.errors import Message, OperationRefused

# Facts that count the days of a part: a recipe that asks for them shares its amounts out itself.
OF_DAYS = frozenset({"days", "mdays"})


@dataclass(frozen=True)
class Price:
    """A version of a tariff that is valid from ``starts_on`` to ``ends_on``, or until further notice."""

    version: int
    recipe: Recipe
    starts_on: date
    ends_on: date | None = None


class PriceList:
    """The prices of a service for one kind of unit in one building, day by day; formulas are compiled once and kept."""

    def __init__(self, prices: Sequence[Price], *, quantity_step: Decimal) -> None:
        self._prices = sorted(prices, key=lambda price: price.starts_on)
        self._step = quantity_step
        self._formulas: dict[int, Formula] = {}
        self._changing: dict[tuple[object, ...], ChangingFormula] = {}

    def from_to(self, first: date, last: date) -> Pricing:
        """Return the prices of the days ``first`` … ``last``. Raises OperationRefused where a day has none."""
        parts: list[tuple[Price, int]] = []
        day = first
        while day <= last:
            price = next((each for each in self._prices if each.starts_on <= day and (each.ends_on is None or day <= each.ends_on)), None)
            if price is None:
                raise OperationRefused(Message("No approved tariff is valid on %(date)s.", date=day), code="no_tariff")
            until = last if price.ends_on is None else min(last, price.ends_on)
            parts.append((price, days_of(day, until)))
            day = until + ONE_DAY
        return Pricing(self, tuple(parts))

    def formula(self, price: Price) -> Formula:
        """Return the recipe of ``price`` as a function."""
        if price.version not in self._formulas:
            self._formulas[price.version] = compiled(price.recipe)
        return self._formulas[price.version]

    @property
    def quantity_step(self) -> Decimal:
        """The step in which consumption is counted."""
        return self._step

    def changing(self, parts: Sequence[tuple[Price, int]], metered: frozenset[str], whole: int) -> ChangingFormula:
        """Return the recipes of ``parts`` as one function, for a stretch of ``whole`` days."""
        key = (metered, whole, *((price.version, days) for price, days in parts))
        if key not in self._changing:
            terms = [PricePart(price.recipe, days) for price, days in parts]
            self._changing[key] = ChangingFormula(terms, metered=metered, quantity_step=self._step, of_days=whole)
        return self._changing[key]


class Pricing:
    """The prices of a stretch of days."""

    def __init__(self, prices: PriceList, parts: tuple[tuple[Price, int], ...]) -> None:
        self._list = prices
        self._parts = parts

    @property
    def versions(self) -> tuple[int, ...]:
        return tuple(price.version for price, _ in self._parts)

    @property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """The versions with the days for which each is valid, in order."""
        return tuple((price.version, days) for price, days in self._parts)

    @cached_property
    def facts(self) -> frozenset[str]:
        """The names of the facts that the recipes ask for."""
        return frozenset().union(*(self._list.formula(price).facts for price, _ in self._parts))

    @cached_property
    def pools(self) -> frozenset[str]:
        """The names of the facts that say what was used before of a year's pool."""
        kinds = (line.kind for price, _ in self._parts for line in price.recipe.lines)
        return frozenset(kind.used for kind in kinds if isinstance(kind, Graduated) and kind.used is not None)

    @property
    def quantity_step(self) -> Decimal:
        return self._list.quantity_step

    def bill(self, facts: Mapping[str, object], metered: frozenset[str], days: int, whole: int) -> Bill:
        """Return the bill of ``days`` of a stretch of ``whole`` days. Raises NotBillable.

        ``metered`` names the facts that are consumption.
        """
        if len(self._parts) == 1 and (days == whole or self.facts & OF_DAYS):
            return self._list.formula(self._parts[0][0])(facts)
        return self._list.changing(self._parts, metered, whole)(facts)

    def periods_as_one(self, facts: Mapping[str, object], metered: frozenset[str], periods: int) -> Bill:
        """Return the bill of ``periods`` periods as one, all at the first version's prices. Raises NotBillable."""
        return re_rating(self._parts[0][0].recipe, facts, metered=metered, periods=periods, charged=Decimal(0)).bill
