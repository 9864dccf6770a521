"""The approved prices of a building's services, by kind of unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from app.places.choices import UnitKind
from app.runs.rules.pricing import Price, PriceList
from app.tariffs.models import Service
from app.tariffs.queries import approved_here, days_of_version
from app.tariffs.rules.day_by_day import Valid, day_by_day
from app.tariffs.rules.lines import Recipe
from app.tariffs.rules.recipe import read_recipe


class Prices:
    """The prices of one building for the bills of a run; each recipe is read once, each formula compiled once."""

    def __init__(self, building_id: int, services: Sequence[Service]) -> None:
        self._building = building_id
        self._recipes: dict[int, Recipe] = {}
        self._lists: dict[tuple[int, UnitKind], PriceList] = {}
        self._valid: dict[int, list[Valid]] = defaultdict(list)
        self._read([service.id for service in services])

    def of(self, service: Service, kind: UnitKind) -> PriceList:
        """Return the prices of ``service`` for units of ``kind``."""
        key = (service.id, kind)
        if key not in self._lists:
            stretches = day_by_day(self._valid[service.id], building=self._building, kind=kind)
            prices = [Price(version, self._recipes[version], starts_on, ends_on) for version, starts_on, ends_on in stretches]
            self._lists[key] = PriceList(prices, quantity_step=Decimal(1).scaleb(-service.decimals))
        return self._lists[key]

    def _read(self, services: Sequence[int]) -> None:
        for version in approved_here(services, self._building):
            self._recipes[version.id] = read_recipe(version.recipe)
            self._valid[version.tariff.service_id].append(days_of_version(version))
