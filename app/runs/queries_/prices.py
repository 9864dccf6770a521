"""The approved prices of a building's services, by kind of unit: the narrower tariff wins on each day."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import or_, select

from app.foundation.database import db
from app.places.choices import UnitKind
from app.runs.rules.narrowest import Valid, day_by_day
from app.runs.rules.pricing import Price, PriceList
from app.tariffs.choices import VersionState
from app.tariffs.models import Service, Tariff, TariffVersion
from app.tariffs.rules.lines import Recipe
from app.tariffs.rules.recipe import read_recipe


class _Found(NamedTuple):
    unit_kind: UnitKind | None
    valid: Valid


class Prices:
    """The prices of one building for the bills of a run; each recipe is read once, each formula compiled once."""

    def __init__(self, building_id: int, services: Sequence[Service]) -> None:
        self._services = {service.id: service for service in services}
        self._recipes: dict[int, Recipe] = {}
        self._lists: dict[tuple[int, UnitKind], PriceList] = {}
        self._found: dict[int, list[_Found]] = defaultdict(list)
        self._read(building_id)

    def of(self, service: Service, kind: UnitKind) -> PriceList:
        """Return the prices of ``service`` for units of ``kind``."""
        key = (service.id, kind)
        if key not in self._lists:
            wanted = [found.valid for found in self._found[service.id] if found.unit_kind in (None, kind)]
            prices = [Price(piece.version, self._recipes[piece.version], piece.starts_on, piece.ends_on) for piece in day_by_day(wanted)]
            self._lists[key] = PriceList(prices, quantity_step=Decimal(1).scaleb(-service.decimals))
        return self._lists[key]

    def _read(self, building_id: int) -> None:
        statement = (
            select(
                Tariff.service_id, Tariff.unit_kind, Tariff.building_id, TariffVersion.id, TariffVersion.recipe,
                TariffVersion.valid_from, TariffVersion.valid_to,
            )
            .join(Tariff, Tariff.id == TariffVersion.tariff_id)
            .where(
                Tariff.service_id.in_(self._services),
                or_(Tariff.building_id.is_(None), Tariff.building_id == building_id),
                TariffVersion.state == VersionState.APPROVED,
            )
        )  # fmt: skip
        for row in db.session.execute(statement):
            if row.id not in self._recipes:
                self._recipes[row.id] = read_recipe(row.recipe)
            starts_on: datetime.date = row.valid_from
            narrowness = (row.unit_kind is not None, row.building_id is not None)
            self._found[row.service_id].append(_Found(row.unit_kind, Valid(row.id, starts_on, row.valid_to, narrowness)))
