"""Importing units of buildings and who occupies them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.customers.choices import OccupancyRole
from app.customers.models import Customer, Occupancy
from app.foundation.database import db
from app.foundation.imports.checking import CheckedBatch, checked
from app.foundation.imports.declared import RowState
from app.foundation.imports.models import ImportBatch
from app.foundation.imports.operations import begin, import_rows, reserve, set_columns, undo
from app.foundation.imports.reading import read_table, taken_in
from app.foundation.transactions import run
from app.places.choices import UnitKind, UnitStatus
from app.places.models import Building, Unit
from tests import factories
from tests.foundation.imports.files import xlsx

UNIT_HEADINGS = ("Tòa nhà", "Mặt bằng", "Tầng", "Diện tích", "Loại", "Tình trạng")
STAY_HEADINGS = ("Mặt bằng", "Mã khách hàng", "Họ tên", "Điện thoại", "Vai trò", "Ngày vào", "Ngày chuyển đi")
MAY = datetime.date(2026, 5, 1)
NEW = ("A-1203", "", "Nguyễn Thị Mai", "0900 000 123", "chủ hộ", MAY, None)


@pytest.fixture(autouse=True)
def building(app: Flask) -> Iterator[Building]:
    there = factories.a_building("HN", called="A")
    with factories.acting("binh"), factories.on_day("2026-05-14", "Asia/Ho_Chi_Minh"):
        yield there


def batch_of(kind: str, headings: tuple[str, ...], *rows: tuple[Any, ...], locale: str = "vi") -> ImportBatch:
    file = taken_in("list.xlsx", xlsx(headings, *rows))
    terms = {"office": factories.office("HN").id, "kind": kind, "file": file, "table": read_table(file), "locale": locale}
    batch = run(begin, **terms).record
    return run(set_columns, batch=batch.id, columns=batch.columns).record


def imported(batch: ImportBatch) -> ImportBatch:
    run(reserve, batch=batch.id)
    return run(import_rows, batch=batch.id).record


def units(*rows: tuple[Any, ...]) -> CheckedBatch:
    return checked(batch_of("units", UNIT_HEADINGS, *rows))


def stays(*rows: tuple[Any, ...]) -> CheckedBatch:
    return checked(batch_of("occupancies", STAY_HEADINGS, *rows))


def count(model: type) -> int:
    return int(db.session.execute(select(func.count(model.id))).scalar_one())


def test_rows_become_units_with_code_and_place() -> None:
    imported(batch_of("units", UNIT_HEADINGS, ("A", "1203", "12", 68.53, "Căn hộ", "Trống"), ("a", "0101", 1, "45,5 m2", "ki ốt", "")))
    first, second = db.session.scalars(select(Unit).order_by(Unit.id))
    assert (first.code, first.floor, first.position, first.area) == ("A-1203", "12", 12_003, Decimal("68.530"))
    assert (first.kind, first.status) == (UnitKind.APARTMENT, UnitStatus.VACANT)
    assert (second.code, second.area, second.kind, second.status) == ("A-0101", Decimal("45.500"), UnitKind.SHOP, UnitStatus.OCCUPIED)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("Z", "1203", "12", 68.53, "", ""), "building"),
        (("A", "", "12", 68.53, "", ""), "number"),
        (("A", "1203", "12", 0, "", ""), "area"),
        (("A", "1203", "12", "rộng", "", ""), "area"),
        (("A", "1203", "12", 2_000_000, "", ""), "area"),
        (("A", "1203", "12", 0.0004, "", ""), "area"),
        (("A", "1203", "12", 68.5005, "", ""), "area"),
        (("A", "1203", "12", 68.53, "lâu đài", ""), "kind"),
        (("A", "=1+1", "12", 68.53, "", ""), "number"),
    ],
)
def test_a_wrong_cell_says_what_is_wrong(row: tuple[Any, ...], column: str) -> None:
    (checked_row,) = units(row).rows
    assert list(checked_row.problems) == [column]


def test_a_unit_that_is_there_is_left_out_and_one_twice_in_the_file_is_wrong() -> None:
    factories.a_unit("1203", "HN", building=db.session.scalars(select(Building)).one())
    states = [row.state for row in units(("A", "1203", "", "", "", ""), ("A", "5", "", "", "", ""), ("A", "5", "", "", "", "")).rows]
    assert states == [RowState.DUPLICATE, RowState.NEW, RowState.WRONG]


def test_the_places_of_the_hyphens_tell_units_apart() -> None:
    rows = units(("A", "1-1201", "", "", "", ""), ("A", "11-201", "", "", "", ""), ("A", "1–1201", "", "", "", "")).rows
    assert [row.state for row in rows] == [RowState.NEW, RowState.NEW, RowState.WRONG]


class TestOccupants:
    @pytest.fixture(autouse=True)
    def unit(self, building: Building) -> Unit:
        return factories.a_unit("1203", "HN", building=building)

    def test_a_row_registers_the_customer_and_lets_him_in(self) -> None:
        imported(batch_of("occupancies", STAY_HEADINGS, NEW))
        (there,) = db.session.scalars(select(Occupancy))
        assert (there.unit.code, there.customer.name, there.customer.mobile) == ("A-1203", "Nguyễn Thị Mai", "0900 000 123")
        assert (there.role, there.starts_on, there.ends_on) == (OccupancyRole.OWNER, MAY, None)

    def test_one_person_in_two_units_is_one_customer(self) -> None:
        factories.a_unit("1204", "HN", building=db.session.scalars(select(Building)).one())
        imported(batch_of("occupancies", STAY_HEADINGS, NEW, ("A-1204", *NEW[1:])))
        assert (count(Customer), count(Occupancy)) == (1, 2)

    def test_a_customer_who_is_there_is_found_by_number_or_by_name_and_telephone(self) -> None:
        person = factories.a_customer("HN", name="Nguyễn Thị Mai", mobile="0900000123")
        imported(batch_of("occupancies", STAY_HEADINGS, NEW, ("A-1203", person.customer_no, "", "", "người thuê", MAY, None)))
        assert (count(Customer), {each.customer_id for each in db.session.scalars(select(Occupancy))}) == (1, {person.id})

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            (("Z-1", *NEW[1:]), "unit"),
            (("A-1203", "KH-999", *NEW[2:]), "customer_no"),
            (("A-1203", "", "", *NEW[3:]), "name"),
            ((*NEW[:5], None, None), "starts_on"),
            ((*NEW[:5], MAY, datetime.date(2026, 4, 30)), "ends_on"),
            ((*NEW[:4], "vua", MAY, None), "role"),
        ],
    )
    def test_a_wrong_cell_says_what_is_wrong(self, row: tuple[Any, ...], column: str) -> None:
        (checked_row,) = stays(row).rows
        assert list(checked_row.problems) == [column]

    def test_a_second_owner_on_a_day_is_wrong_in_the_file_and_against_the_database(self) -> None:
        other = ("A-1203", "", "Trần Văn Nam", "0900 000 456", "chủ hộ", datetime.date(2026, 6, 1), None)
        assert [row.state for row in stays(NEW, other).rows] == [RowState.NEW, RowState.WRONG]
        imported(batch_of("occupancies", STAY_HEADINGS, NEW))
        assert [row.state for row in stays(NEW, other).rows] == [RowState.DUPLICATE, RowState.WRONG]

    def test_an_import_is_taken_back_whole(self) -> None:
        batch = imported(batch_of("occupancies", STAY_HEADINGS, NEW))
        run(undo, batch=batch.id)
        assert (count(Customer), count(Occupancy)) == (0, 0)

    def test_units_whose_codes_differ_by_a_hyphen_are_not_mixed_up(self) -> None:
        other = factories.a_unit("203", "HN", building=factories.a_building("HN", called="A1"))
        imported(batch_of("occupancies", STAY_HEADINGS, ("A1-203", *NEW[1:]), NEW))
        (first, second) = db.session.scalars(select(Occupancy).order_by(Occupancy.id))
        assert (first.unit_id, second.unit.code) == (other.id, "A-1203")
        assert [list(row.problems) for row in stays(("A1203", *NEW[1:])).rows] == [["unit"]]

    def test_a_code_that_two_units_have_is_asked_for(self, building: Building) -> None:
        factories.a_unit("1-2", "HN", building=building)
        factories.a_unit("2", "HN", building=factories.a_building("HN", called="A-1"))
        assert [list(row.problems) for row in stays(("A-1-2", *NEW[1:])).rows] == [["unit"]]

    def test_two_customers_of_one_name_and_telephone_are_asked_for(self) -> None:
        person, _ = [factories.a_customer("HN", name="Nguyễn Thị Mai", mobile="0900 000 123") for _ in range(2)]
        assert [list(row.problems) for row in stays(NEW, ("A-1203", person.customer_no, *NEW[2:])).rows] == [["name"], []]

    def test_a_name_in_capitals_is_the_same_customer(self) -> None:
        person = factories.a_customer("HN", name="Nguyễn Thị Mai", mobile="+84 900 000 123")
        imported(batch_of("occupancies", STAY_HEADINGS, ("A-1203", "", "NGUYỄN THỊ MAI", *NEW[3:])))
        assert (count(Customer), db.session.scalars(select(Occupancy)).one().customer_id) == (1, person.id)
