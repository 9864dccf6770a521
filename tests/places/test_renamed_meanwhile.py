"""Somebody renames a building while somebody else adds a unit to it, on connections of their own: the unit has the new code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import select, text

from app.foundation.database import db
from app.foundation.scope import everything, set_scope
from app.foundation.transactions import run
from app.places.models import Building, Unit
from app.places.operations import save_building, save_unit
from tests.factories import a_building, acting
from tests.stories.test_two_counters import office_at_work

__all__ = ["office_at_work"]

WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def adding_a_unit(app: Flask, building: int, office: int) -> None:
    with app.app_context():
        try:
            with acting("chen"):
                run(save_unit, record=None, office=office, version=None, values=(("building", building), ("number", "1203")))
        finally:
            db.session.remove()
            set_scope(None)


def test_a_unit_added_while_its_building_is_renamed_has_the_new_code(office_at_work: Flask) -> None:
    building = a_building(called="A")
    key, office = building.id, building.office_id
    with acting("chen"), ThreadPoolExecutor(1) as threads:
        save_building(record=key, office=None, version=str(building.version), values=(("code", "B"),))
        added = threads.submit(adding_a_unit, office_at_work, key, office)
        with db.engine.connect() as looking:
            while not looking.execute(WAITS).scalar() and not added.done():
                looking.rollback()
        db.session.commit()
        added.result()
    with everything("looking"):
        codes = db.session.execute(select(Building.code, Unit.code).join(Unit, Unit.building_id == Building.id)).all()
    assert [tuple(each) for each in codes] == [("B", "B-1203")]
