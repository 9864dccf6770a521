"""How units are found, and what is known of them."""

from __future__ import annotations

import datetime

from sqlalchemy import ColumnElement, Select, or_, select

from app.foundation.views.filters import escaped
from app.places.models import Building, Unit, UnitFact


def unit_matches(typed: str) -> ColumnElement[bool]:
    """Return the condition that a unit is found by what was typed: the beginning of its code or number, or its building's code.

    Spaces make no difference, since "A - 1203" is A-1203.
    """
    begins = escaped("".join(typed.split())) + "%"
    of_building = Unit.building_id.in_(select(Building.id).where(Building.name.ilike(escaped(typed.strip()) + "%", escape="\\")))
    return or_(Unit.code.ilike(begins, escape="\\"), Unit.number.ilike(begins, escape="\\"), of_building)


def units_of(building_id: int) -> Select[tuple[Unit]]:
    """Return the units of a building in floor order."""
    return select(Unit).where(Unit.building_id == building_id).order_by(Unit.position, Unit.number, Unit.id)


def facts_of(unit_id: int) -> Select[tuple[UnitFact]]:
    """Return the facts of a unit by name, the newest of each first."""
    return select(UnitFact).where(UnitFact.unit_id == unit_id).order_by(UnitFact.name, UnitFact.starts_on.desc())


def is_in_force(model: type[UnitFact], day: datetime.date) -> ColumnElement[bool]:
    """Return the condition that a row holds on ``day``."""
    return (model.starts_on <= day) & (model.ends_on.is_(None) | (model.ends_on >= day))
