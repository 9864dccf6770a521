"""Importing readings from a sheet: what becomes of its rows, and that a file with faults leaves nothing behind."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.foundation.database import db
from app.foundation.imports.checking import CheckedBatch, checked
from app.foundation.imports.declared import RowState
from app.foundation.imports.models import ImportBatch
from app.foundation.imports.operations import begin, import_rows, reserve, set_columns, undo
from app.foundation.imports.reading import read_table, taken_in
from app.foundation.transactions import run
from app.metering.choices import ReadingSource, ReadingState
from app.metering.models import Meter, Reading
from app.metering.queries import readings_of
from app.values.errors import OperationRefused
from tests import factories
from tests.cast import PASSWORD
from tests.foundation.imports.files import replaced, xlsx, zipped

HEADINGS = ("Mặt bằng", "Dịch vụ", "Số chế tạo", "Ngày ghi chỉ số cũ", "Chỉ số cũ", "Ngày ghi chỉ số", "Chỉ số mới")
DAY = datetime.date(2026, 5, 14)


@pytest.fixture(autouse=True)
def office_at_work(app: Flask) -> Iterator[None]:
    with factories.acting("binh"), factories.on_day("2026-05-14", "Asia/Ho_Chi_Minh"):
        yield


@pytest.fixture
def meter(app: Flask) -> Meter:
    unit = factories.a_unit("1203", "HN", building=factories.a_building("HN", called="A"))
    return factories.a_read_meter(unit, 100, 100, 100, serial="E1")


def row(serial: str, value: Any, *, unit: str = "A-1203", day: Any = DAY, service: str = "") -> tuple[Any, ...]:
    return (unit, service, serial, None, None, day, value)


def batch_of(*rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS) -> ImportBatch:
    file = taken_in("chi-so.xlsx", xlsx(headings, *rows))
    terms = {"office": factories.office("HN").id, "kind": "readings", "file": file, "table": read_table(file), "locale": "vi"}
    batch = run(begin, **terms).record
    return run(set_columns, batch=batch.id, columns=batch.columns).record


def imported(batch: ImportBatch) -> ImportBatch:
    run(reserve, batch=batch.id)
    return run(import_rows, batch=batch.id).record


def judged(*rows: tuple[Any, ...]) -> CheckedBatch:
    return checked(batch_of(*rows))


def newest(meter: Meter) -> Reading:
    return db.session.scalars(readings_of(meter.id)).first()


def count() -> int:
    return int(db.session.execute(select(func.count(Reading.id))).scalar_one())


def test_a_row_becomes_a_reading_with_its_colour(meter: Meter) -> None:
    imported(batch_of(row("E1", 345)))
    found = newest(meter)
    assert (found.value, found.consumption, found.source, found.read_on) == (Decimal(345), Decimal(45), ReadingSource.IMPORTED, DAY)


def test_the_page_of_an_import_leads_to_the_grid_once_it_is_done(app: Flask, meter: Meter) -> None:
    client = app.test_client()
    client.post("/login/", data={"username": "binh", "password": PASSWORD})
    batch = batch_of(row("E1", 345))
    page, way = f"/importview/show/{batch.id}", 'href="/readinggrid/?office='
    assert way not in client.get(page).text
    imported(batch)
    assert way in client.get(page).text


def test_a_row_with_a_service_that_is_not_there_says_only_that(meter: Meter) -> None:
    (found,) = judged(row("E1", 345, service="Steam")).rows
    assert list(found.problems) == ["service"]


def test_a_red_row_waits_to_be_checked(meter: Meter) -> None:
    imported(batch_of(row("E1", 900)))
    assert newest(meter).state is ReadingState.WAITING


@pytest.mark.parametrize(
    ("given", "column"),
    [
        (row("E1", 299), "value"),
        (row("E1", "12a"), "value"),
        (row("E1", "1" * 20), "value"),
        (row("E1", -1), "value"),
        (row("E1", 400, day=datetime.date(2026, 4, 30)), "read_on"),
        (row("E1", 400, day=datetime.date(2026, 5, 1)), "read_on"),
        (row("E1", 400, day=datetime.date(2026, 5, 15)), "read_on"),
        (row("E1", 400, unit="A-1204"), "unit"),
        (row("E1", 400, service="Gas"), "serial"),
        (row("E9", 400), "serial"),
    ],
    ids=["below", "letters", "twenty", "negative", "before", "twice", "future", "unit", "service", "unknown"],
)
def test_a_row_that_cannot_be_is_named_with_its_cell_and_nothing_is_written(meter: Meter, given: tuple[Any, ...], column: str) -> None:
    before = count()
    batch = batch_of(given)
    (found,) = checked(batch).rows
    assert (found.state, list(found.problems)) == (RowState.WRONG, [column])
    assert count() == before


def test_the_rows_of_one_meter_follow_each_other(meter: Meter) -> None:
    found = judged(row("E1", 320, day=datetime.date(2026, 5, 7)), row("E1", 319), row("E1", 340))
    assert [each.state for each in found.rows] == [RowState.NEW, RowState.WRONG, RowState.WRONG]


def test_a_reading_that_is_there_already_is_left_out(meter: Meter) -> None:
    imported(batch_of(row("E1", 345)))
    (found,) = judged(row("E1", 345)).rows
    assert found.state is RowState.DUPLICATE


def test_a_row_that_nobody_has_filled_in_is_left_out(meter: Meter) -> None:
    found = judged(row("E1", ""), row("E1", 345))
    assert [each.state for each in found.rows] == [RowState.LEFT_OUT, RowState.NEW]
    assert [each.number for each in found.wanted] == [3]


def test_a_removed_meter_takes_no_row(meter: Meter) -> None:
    from app.metering.operations.meters import remove_meter

    run(remove_meter, meter=meter.id, on=datetime.date(2026, 5, 10), final_value=Decimal(310))
    (found,) = judged(row("E1", 345)).rows
    assert list(found.problems) == ["read_on"] or list(found.problems) == ["value"]
    assert newest(meter).value == 310


def test_imported_readings_are_not_taken_back_as_a_whole(meter: Meter) -> None:
    batch = imported(batch_of(row("E1", 345)))
    with pytest.raises(OperationRefused) as refusal:
        run(undo, batch=batch.id)
    assert (refusal.value.code, newest(meter).value) == ("nothing_to_undo", Decimal(345))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("chi-so.xlsx", zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>", "bomb": b"0" * 60_000_000})),
        ("chi-so.xlsx", replaced(xlsx(HEADINGS, row("E1", 345)), "xl/workbook.xml", b"<broken")),
        ("chi-so.xlsx", b"MZ" + b"0" * 500),
        ("chi-so.csv", b"\x00\x01\x02" * 500),
    ],
    ids=["bomb", "broken", "program", "binary"],
)
def test_an_evil_file_is_refused_and_nothing_is_written(meter: Meter, name: str, content: bytes) -> None:
    before = count()
    with pytest.raises(OperationRefused):
        read_table(taken_in(name, content))
    assert count() == before


@pytest.mark.parametrize("charset", ["gb18030", "big5"])
def test_a_text_file_of_another_charset_is_read(meter: Meter, charset: str) -> None:
    content = "表號,抄錶日期,本期讀數\nE1,2026-05-14,345\n".encode(charset)
    table = read_table(taken_in("chi-so.csv", content), charset=charset)
    assert table.rows[0][0] == "表號"


def test_a_formula_counts_by_its_stored_result(meter: Meter) -> None:
    """The sheet keeps 42 as the result of its formula: below the last reading, so nothing is taken."""
    (found,) = judged(row("E1", "{=300+42}")).rows
    assert (found.values["value"], found.state, newest(meter).value) == (Decimal(42), RowState.WRONG, Decimal(300))


def test_a_reading_typed_while_the_file_is_checked_is_not_passed_over(meter: Meter) -> None:
    """The file was judged against a last reading of 300; until its rows are written somebody types 350."""
    found = judged(row("E1", 345))
    factories.a_reading(meter, "2026-05-13", "350", by="binh")
    before = count()
    with pytest.raises(OperationRefused) as refusal:
        run(lambda: found.target.make(found.wanted, {}))
    assert (refusal.value.code, count()) == ("reading_below_last", before)


def test_rows_follow_a_reading_typed_while_the_file_is_checked(meter: Meter) -> None:
    found = judged(row("E1", 360))
    typed = factories.a_reading(meter, "2026-05-13", "350", by="binh")
    run(lambda: found.target.make(found.wanted, {}))
    assert (newest(meter).previous_value, newest(meter).consumption) == (typed.value, Decimal(10))


def test_the_same_day_typed_while_the_file_is_checked_is_refused(meter: Meter) -> None:
    found = judged(row("E1", 345))
    factories.a_reading(meter, "2026-05-14", "346", by="binh")
    before = count()
    with pytest.raises(OperationRefused) as refusal:
        run(lambda: found.target.make(found.wanted, {}))
    assert (refusal.value.code, count()) == ("reading_twice", before)
