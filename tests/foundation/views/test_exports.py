"""Files of a list: all rows of the filter, real numbers and dates, and never a formula."""

from __future__ import annotations

import csv
import datetime
import io

import openpyxl
import pytest

from app.foundation import exports
from tests.foundation.views.toy import HERE, ToyLine, ToyState, ToyStreet


@pytest.fixture
def street(store):
    return store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))[0]


@pytest.fixture
def lines(store, street):
    return store(
        ToyLine(office_id=HERE, name="李小明", street_id=street, fee="1250.50", stops_on=datetime.date(2026, 8, 14)),
        ToyLine(office_id=HERE, name='=HYPERLINK("http://evil")', street_id=street, status=ToyState.CLOSED),
    )


def rows_of(answer):
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    return list(sheet.iter_rows(values_only=True)), sheet


def test_excel_holds_real_numbers_and_dates(wang, lines):
    answer = wang.get("/toylineview/export/xlsx")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == exports.XLSX
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    rows, sheet = rows_of(answer)
    assert rows[0][:2] == ("Customer name", "Community name")
    assert rows[0][-1] == "Fee (CNY)"
    assert rows[2][0] == "李小明"
    assert rows[2][3].date() == datetime.date(2026, 8, 14)
    assert rows[2][-1] == 1250.5
    assert rows[2][5] == "Active"
    assert sheet.freeze_panes == "A2"


def test_text_is_never_a_formula(wang, lines):
    _, sheet = rows_of(wang.get("/toylineview/export/xlsx"))
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value == '=HYPERLINK("http://evil")'
    text = wang.get("/toylineview/export/csv").data.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][0] == '\'=HYPERLINK("http://evil")'


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n+1", " =1", "＝1", "－1", "\t", "＠x"])
def test_formulas_get_an_apostrophe(text):
    assert exports.harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["1=1", "a-b", "", "3-2-501", "李"])
def test_plain_text_stays(text):
    assert exports.harmless(text) == text


def test_csv_begins_with_a_mark_for_excel(wang, lines):
    answer = wang.get("/toylineview/export/csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[2][3] == "2026-08-14"
    assert rows[2][-1] == "1250.50"


def test_a_file_holds_all_rows_of_the_filter(wang, store, street, lines):
    store(*[ToyLine(office_id=HERE, name=f"Zhao {number}", street_id=street) for number in range(60)])
    text = wang.get("/toylineview/export/csv?q=Zhao&order=name").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 61
    assert rows[1][0] == "Zhao 0"


def test_too_many_rows_are_refused_with_the_way_out(wang, lines, monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 1)
    answer = wang.get("/toylineview/export/csv")
    assert answer.status_code == 422
    assert "Narrow the filter" in answer.text


def test_only_the_formats_offered(wang, lines):
    assert wang.get("/toylineview/export/exe").status_code == 400


def test_control_characters_do_not_break_the_file(wang, store, street):
    store(ToyLine(office_id=HERE, name="a\x07b\x1bc", street_id=street))
    rows, _ = rows_of(wang.get("/toylineview/export/xlsx"))
    assert rows[1][0] == "abc"


def test_long_titles_make_valid_names():
    assert exports.sheet_name("a/b:c*d?" * 10) == "a b c d a b c d a b c d a b c d"[:31].strip()
    assert exports.file_name('x"/\\\r\n;y', "csv") == "x y.csv"


def test_sums_stand_below_an_empty_row_in_excel_and_not_in_csv(wang, lines):
    rows, sheet = rows_of(wang.get("/toylineview/export/xlsx"))
    assert set(rows[-2]) == {None}
    assert rows[-1][0] == "Total, without what was voided"
    assert rows[-1][-1] == 1250.5
    assert sheet.cell(len(rows), 1).font.bold
    assert "Total" not in wang.get("/toylineview/export/csv").data.decode("utf-8-sig")
