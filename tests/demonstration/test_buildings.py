"""The buildings of the demonstration: their units, and who is in them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from app.foundation.database import db

pytestmark = pytest.mark.usefixtures("demonstration")


def rows(statement: str) -> list[Any]:
    return list(db.session.connection().execute(text(statement)).all())


def test_hanoi_has_a_building_of_120_units_and_shenzhen_one_of_30() -> None:
    joined = "unit JOIN building ON building.id = building_id JOIN office ON office.id = unit.office_id"
    found = rows(f"SELECT office.code, building.code, count(*) FROM {joined} GROUP BY 1, 2 ORDER BY 1")
    assert [tuple(row) for row in found] == [("HN", "A", 120), ("SZ", "QH2", 30)]


def test_every_unit_has_an_owner_and_some_a_tenant_or_another_payer() -> None:
    found = dict(tuple(row) for row in rows("SELECT role, count(*) FROM occupancy WHERE ends_on IS NULL GROUP BY role"))
    assert found["owner"] == 150
    assert found["tenant"] > 20
    assert found["payer"] > 3


def test_somebody_has_moved_out() -> None:
    assert rows("SELECT count(*) FROM occupancy WHERE ends_on IS NOT NULL")[0][0] > 5


def test_every_flat_that_is_lived_in_has_a_head_count() -> None:
    missing = """SELECT code FROM unit WHERE kind = 'apartment' AND status = 'occupied' AND NOT EXISTS (
        SELECT FROM unit_fact WHERE unit_id = unit.id AND name = 'persons' AND ends_on IS NULL)"""
    assert rows(missing) == []


def test_whoever_has_a_line_in_a_unit_owns_it() -> None:
    wrong = """SELECT unit.code FROM unit JOIN subscription ON subscription.address = unit.code AND subscription.office_id = unit.office_id
        WHERE NOT EXISTS (SELECT FROM occupancy JOIN subscription AS line ON line.customer_id = occupancy.customer_id
                          WHERE occupancy.unit_id = unit.id AND line.address = unit.code)"""
    assert rows(wrong) == []
