"""Which tariff holds for a unit 收费标准的继承 / kế thừa biểu phí: the narrower one wins: kind of unit, then building, then office.

Source: fee rules §2; docs/rules/tariffs.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from app.places.choices import UnitKind


class Place(Protocol):
    """Where a tariff holds; without a building in all of them, without a kind for all units."""

    @property
    def building_id(self) -> int | None: ...

    @property
    def unit_kind(self) -> UnitKind | None: ...


AnyPlace = TypeVar("AnyPlace", bound=Place)


def narrowest(tariffs: Iterable[AnyPlace], *, building: int, kind: UnitKind) -> AnyPlace | None:
    """Return the tariff of a unit of ``kind`` in ``building`` among those in force; None where none holds for it."""
    holding = [tariff for tariff in tariffs if tariff.building_id in (None, building) and tariff.unit_kind in (None, kind)]
    return max(holding, key=lambda tariff: (tariff.unit_kind is not None, tariff.building_id is not None), default=None)
