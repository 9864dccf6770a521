"""What is done with buildings, units and their facts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint, found, locked
from app.foundation.views.saving import Values, saving
from app.places.choices import FactName, UnitKind, UnitStatus
from app.places.models import Building, Unit, UnitFact
from app.places.rules.floor_order import walking_order
from app.places.rules.unit_facts import Fact, fact_value, require_apart
from app.values.dates import ONE_DAY
from app.values.errors import Message

# Two people at the same moment: the rule of both has passed, the database keeps the second one out.
explain_constraint(
    "ex_unit_fact_in_force", Message("This fact has a value on some of these days already. End that one first."), "starts_on"
)
explain_constraint("uq_unit_building_id_number", Message("The building has a unit with this number already."), "number")


@dataclass(frozen=True, kw_only=True)
class NewUnit:
    """A unit as it is registered with others; without a ``position`` floor and number tell it."""

    building: int
    number: str
    floor: str = ""
    position: int | None = None
    area: Decimal | None = None
    kind: UnitKind = UnitKind.APARTMENT
    status: UnitStatus = UnitStatus.OCCUPIED
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class NewFact:
    """A fact of a unit as it is entered with others."""

    unit: int
    name: FactName
    value: str
    starts_on: datetime.date
    ends_on: datetime.date | None = None
    document: str = ""


def unit_code(building: Building, number: str) -> str:
    """Return how a unit is called in the whole office: A-1203."""
    return f"{building.code}-{number}"


def save_building(*, record: int | None, office: int | None, version: str | None, values: Values) -> Building:
    """Add or change a building; with its code the codes of its units change. Raises OperationRefused."""
    before = locked(Building, record).code if record is not None else None
    building: Building = saving(Building)(record=record, office=office, version=version, values=values)
    if before is not None and before != building.code:
        renamed = update(Unit).where(Unit.building_id == building.id)
        db.session.execute(
            renamed.values(code=building.code + "-" + Unit.number, version=Unit.version + 1),
            execution_options={"synchronize_session": False},
        )
    return building


def save_unit(*, record: int | None, office: int | None, version: str | None, values: Values) -> Unit:
    """Add or change a unit; its code follows from building and number, its place from floor and number where none is given.

    Raises OperationRefused.
    """
    given = dict(values)
    # The building before the unit: so does a change of the building's code, which names the units anew.
    building = _locked_building(_of(given, "building", found(Unit, record).building_id if record is not None else None))
    before = locked(Unit, record) if record is not None else None
    number = str(_of(given, "number", before.number if before else ""))
    given["code"] = unit_code(building, number)
    if given.get("position") is None and (before is None or "position" in given):
        given["position"] = walking_order(str(_of(given, "floor", before.floor if before else "") or ""), number)
    unit: Unit = saving(Unit)(record=record, office=office, version=version, values=tuple(given.items()))
    return unit


def add_units(*, office: int, units: Sequence[NewUnit]) -> list[Unit]:
    """Add many units at once; part of a larger operation. Raises NotFound for a building that is not the office's."""
    codes = {key: _locked_building(key) for key in sorted({unit.building for unit in units})}
    rows = [
        Unit(
            office_id=office,
            building_id=unit.building,
            number=unit.number,
            code=unit_code(codes[unit.building], unit.number),
            floor=unit.floor,
            position=walking_order(unit.floor, unit.number) if unit.position is None else unit.position,
            area=unit.area,
            kind=unit.kind,
            status=unit.status,
            note=unit.note,
            created_by_id=current_scope().user_id,
        )
        for unit in units
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def save_unit_fact(*, record: int | None, office: int | None, version: str | None, values: Values) -> UnitFact:
    """Enter a fact of a unit, or correct one; with ``ends_earlier`` the value before it ends on the day before.

    Raises OperationRefused for a value that is not possible, or days that overlap.
    """
    given: dict[str, Any] = dict(values)
    ends_earlier = given.pop("ends_earlier", False)
    # The unit is locked, so that two people do not enter the same fact at once; and before its facts, of which others may end.
    now_of = found(UnitFact, record).unit_id if record is not None else None
    unit = locked(Unit, found(Unit, _of(given, "unit", now_of), "unit").id)
    before = locked(UnitFact, record) if record is not None else None
    name = FactName(_of(given, "name", before.name if before else None))
    given["value"] = fact_value(name, str(_of(given, "value", before.value if before else "") or ""))
    starts_on = _of(given, "starts_on", before.starts_on if before else None)
    new = Fact(name, given["value"], starts_on, _of(given, "ends_on", before.ends_on if before else None))
    others = [fact for fact in _facts_of(unit.id, name) if fact.id != record]
    for other in others if ends_earlier else ():
        if other.starts_on < starts_on and (other.ends_on is None or other.ends_on >= starts_on):
            other.ends_on = starts_on - ONE_DAY
    require_apart([new, *(Fact(other.name, other.value, other.starts_on, other.ends_on) for other in others)])
    db.session.flush()
    saved: UnitFact = saving(UnitFact)(record=record, office=office, version=version, values=tuple(given.items()))
    return saved


def add_facts(*, office: int, facts: Sequence[NewFact]) -> list[UnitFact]:
    """Enter many facts of units that have none yet; part of a larger operation. Raises OperationRefused."""
    rows = [
        UnitFact(
            office_id=office,
            unit_id=fact.unit,
            name=fact.name,
            value=fact_value(fact.name, fact.value),
            starts_on=fact.starts_on,
            ends_on=fact.ends_on,
            document=fact.document,
            created_by_id=current_scope().user_id,
        )
        for fact in facts
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _locked_building(key: int | None) -> Building:
    """Lock a building: while its code is changed, no unit is called by the old one."""
    return locked(Building, found(Building, key, "building").id)


def _of(given: dict[str, Any], name: str, otherwise: Any) -> Any:
    """Return what is asked for, or what stands there already where it was not named."""
    return given.get(name, otherwise)


def _facts_of(unit_id: int, name: FactName) -> list[UnitFact]:
    statement = select(UnitFact).where(UnitFact.unit_id == unit_id, UnitFact.name == name).order_by(UnitFact.starts_on)
    return list(db.session.scalars(statement))
