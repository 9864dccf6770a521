"""Buildings, units and their facts as the operations keep them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.foundation.views.saving import Stale
from app.places.choices import FactName
from app.places.models import Building, Unit, UnitFact
from app.places.operations import save_building, save_unit, save_unit_fact
from app.values.errors import NotFound, OperationRefused
from tests.broadband.test_locks_in_order import assert_in_order, locks
from tests.factories import a_building, a_fact, a_unit, acting, office, reloaded

pytestmark = pytest.mark.usefixtures("app")


def save(operation: Any, record: Any = None, *, version: str | None = None, **values: Any) -> Any:
    with acting("chen"):
        key = record.id if record is not None else None
        now = version or (str(record.version) if record is not None else None)
        return run(operation, record=key, office=office().id, version=now, values=tuple(values.items())).record


def count(model: Any) -> int:
    with everything("counting"):
        return int(db.session.execute(select(func.count(model.id))).scalar_one())


def test_a_unit_is_called_by_building_and_number() -> None:
    unit = a_unit("1203", building=a_building(called="A"), floor="12")
    assert (unit.code, unit.position, str(unit)) == ("A-1203", 12_003, "A-1203")


def test_a_unit_moved_to_another_number_is_called_anew() -> None:
    unit = a_unit("1203", building=a_building(called="A"))
    save(save_unit, unit, number="1204", position=None)
    assert (reloaded(unit).code, reloaded(unit).position) == ("A-1204", 12_004)


def test_a_place_that_somebody_typed_stays() -> None:
    unit = a_unit("1203", building=a_building(called="A"), position=5)
    save(save_unit, unit, number="1204")
    assert reloaded(unit).position == 5


def test_the_units_of_a_building_follow_its_code() -> None:
    building = a_building(called="A")
    unit, other = a_unit("1203", building=building), a_unit("101", building=a_building(called="C"))
    save(save_building, building, code="T1")
    assert (reloaded(unit).code, reloaded(other).code) == ("T1-1203", "C-101")


def test_a_number_is_there_once_in_a_building() -> None:
    building = a_building(called="A")
    a_unit("1203", building=building)
    with pytest.raises(OperationRefused) as refusal:
        save(save_unit, building=building.id, number="1203")
    assert (list(refusal.value.fields), count(Unit)) == (["number"], 1)


def test_two_buildings_may_have_the_same_number() -> None:
    assert a_unit("1203", building=a_building()).number == a_unit("1203", building=a_building()).number


def test_a_building_of_another_office_is_not_there() -> None:
    foreign = a_building("HN")
    with pytest.raises(NotFound):
        save(save_unit, building=foreign.id, number="1203")
    assert count(Unit) == 0


def test_a_unit_changed_by_somebody_else_is_not_overwritten() -> None:
    unit = a_unit()
    with pytest.raises(Stale):
        save(save_unit, unit, version="99", note="x")
    assert reloaded(unit).note == ""


def test_a_value_ends_the_day_before_the_next_one_begins() -> None:
    unit = a_unit()
    before = a_fact(unit, FactName.PERSONS, "2", "2026-01-01")
    fact = save(
        save_unit_fact, unit=unit.id, name=FactName.PERSONS, value="3", starts_on=datetime.date(2026, 5, 1), ends_on=None, ends_earlier=True
    )
    assert (reloaded(before).ends_on, fact.ends_on) == (datetime.date(2026, 4, 30), None)


def test_values_that_overlap_are_refused_and_nothing_is_written() -> None:
    unit = a_unit()
    before = a_fact(unit, FactName.PERSONS, "2", "2026-01-01")
    with pytest.raises(OperationRefused) as refusal:
        a_fact(unit, FactName.PERSONS, "3", "2026-05-01")
    assert (refusal.value.code, count(UnitFact), reloaded(before).ends_on) == ("facts_overlap", 1, None)


def test_another_fact_may_hold_at_the_same_time() -> None:
    unit = a_unit()
    a_fact(unit, FactName.PERSONS, "2")
    assert a_fact(unit, FactName.HOUSEHOLDS, "1").value == "1"


def test_a_correction_is_not_compared_with_itself() -> None:
    fact = a_fact(a_unit(), FactName.PERSONS, "2")
    save(save_unit_fact, fact, value="3")
    assert reloaded(fact).value == "3"


def test_the_database_itself_refuses_two_values_on_a_day() -> None:
    fact = a_fact(a_unit(), FactName.PERSONS, "2")
    columns = "office_id, unit_id, name, value, starts_on, ends_on, document, note, created_at, version"
    with pytest.raises(DBAPIError, match="ex_unit_fact_in_force"), db.session.begin_nested():
        db.session.connection().execute(
            text(f"INSERT INTO unit_fact ({columns}) SELECT {columns} FROM unit_fact WHERE id = :id"), {"id": fact.id}
        )


def test_a_building_with_units_cannot_be_deleted(app: Flask) -> None:
    building = a_building()
    a_unit(building=building)
    with pytest.raises(DBAPIError, match="fk_unit"), db.session.begin_nested():
        db.session.connection().execute(text("DELETE FROM building WHERE id = :id"), {"id": building.id})
    assert count(Building) == 1


def test_a_building_is_locked_before_its_unit_and_that_before_its_facts() -> None:
    unit = a_unit("1203", building=a_building(called="A"))
    fact = a_fact(unit, FactName.PERSONS, "3")
    with locks() as taken:
        save(save_unit, reloaded(unit), number="1204")
        save(save_unit_fact, reloaded(fact), value="4")
    assert_in_order(taken, "building", "unit", "unit_fact")
