"""Reading tables: workbooks of several programs, text in several character sets."""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path

import pytest
import xlsxwriter

from app.foundation.imports import reading
from app.foundation.imports.cells import Hidden, Table, packed, text_of, unpacked
from app.foundation.imports.recognising import learnt
from app.values.errors import OperationRefused
from tests.foundation.imports.files import read, replaced_cell, xlsx, zipped

PEOPLE = "编号,名称\r\nXQ1,翠湖花园\r\n"
ODS = """<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.2"><office:body><office:spreadsheet><table:table table:name="S"><table:table-row>
 <table:table-cell office:value-type="string"><text:p>code</text:p></table:table-cell></table:table-row><table:table-row>
 <table:table-cell office:value-type="string"><text:p>Hồ Tây</text:p></table:table-cell></table:table-row></table:table>
 </office:spreadsheet></office:body></office:document-content>"""


def test_numbers_and_dates_keep_their_kind() -> None:
    table = read("a.xlsx", xlsx(["a", "b", "c"], [13800002618, datetime.date(2026, 5, 14), 12.5]))
    assert table.rows[1] == [13800002618, datetime.date(2026, 5, 14), 12.5]
    assert text_of(table.rows[1][0]) == "13800002618"


def test_the_first_sheet_with_rows_is_read_and_another_can_be_chosen() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    book.add_worksheet("Empty")
    for name in ("First", "Second"):
        book.add_worksheet(name).write(0, 0, name)
    book.close()
    assert read("a.xlsx", target.getvalue()).sheet == "First"
    assert read("a.xlsx", target.getvalue(), sheet="Second").rows == [["Second"]]


def test_a_sheet_that_the_file_does_not_have_is_refused() -> None:
    with pytest.raises(OperationRefused) as refused:
        read("a.xlsx", xlsx(["a"], ["b"]), sheet="Others")
    assert (refused.value.code, refused.value.field) == ("no_sheet", "file")


@pytest.mark.parametrize("name", ["Sheet1", "Điện & nước <1>"])
def test_a_formula_that_nobody_worked_out_is_no_empty_cell(name: str) -> None:
    content = replaced_cell(xlsx(["a", "b"], ["x", "{=1+1"], ["y", None], sheet=name), b"<v>42</v>", b"<v></v>")
    assert read("a.xlsx", content).rows == [["a", "b"], ["x", Hidden.FORMULA], ["y", None]]


def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell() -> None:
    content = replaced_cell(xlsx(["a", "b"], ["x", "{=1+1"]), b'r="B2"><f>1+1</f><v>42</v>', b'r="B2" t="str"><f>1+1</f><v></v>')
    assert read("a.xlsx", content).rows == [["a", "b"], ["x", None]]


def test_an_open_document_is_read() -> None:
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    content = zipped({"mimetype": mimetype, "content.xml": re.sub(r">\s+<", "><", ODS).encode(), "META-INF/manifest.xml": manifest})
    assert read("a.ods", content).rows == [["code"], ["Hồ Tây"]]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_text_is_read_whatever_it_is_written_in(charset: str) -> None:
    text = PEOPLE + "XQ2,阳光小区一期\r\nXQ3,世纪大道花园\r\n"
    assert read("a.csv", text.encode(charset)).rows[1] == ["XQ1", "翠湖花园"]


def test_a_character_set_that_cannot_be_told_is_chosen() -> None:
    content = "代碼,名稱\r\nXQ1,海景花園\r\n".encode("big5")
    assert read("a.csv", content, charset="big5").rows[1] == ["XQ1", "海景花園"]


def test_a_wrong_character_set_is_refused() -> None:
    with pytest.raises(OperationRefused) as refused:
        read("a.csv", "名,翠".encode("gb18030"), charset="utf-8")
    assert refused.value.code == "charset"


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_the_sign_between_cells_is_found(sign: str) -> None:
    assert read("a.csv", f"code{sign}name{sign}note\nA{sign}B{sign}C\n".encode()).rows[1] == ["A", "B", "C"]


def test_what_protects_a_cell_from_a_spreadsheet_is_taken_off() -> None:
    assert read("a.csv", b'code,name,note\n"=""0138""",\'+84 91,x\n').rows[1] == ["0138", "+84 91", "x"]


def test_a_packed_table_is_the_same_again() -> None:
    moment = datetime.datetime(2026, 5, 14, 8, 30)  # noqa: DTZ001  (a workbook knows no zone)
    table = Table([["a", None, 1, 1.5, True, datetime.date(2026, 5, 14), moment, Hidden.MERGED]], "S", ("S", "T"), "utf-8")
    assert unpacked(packed(table)) == table


def test_the_process_that_opens_a_workbook_holds_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text("import json, os; print(json.dumps({'rows': [[' '.join(os.environ)]], 'sheet': '', 'sheets': []}))")
    monkeypatch.setattr(reading, "READER", spy)
    monkeypatch.setenv("FEEHOUSE_BACKUP_PASSPHRASE", "four quiet green lamps")
    monkeypatch.setenv("DATABASE_URL", "postgresql://owner:secret@localhost/feehouse")
    names = str(read("a.xlsx", xlsx(["code"])).rows[0][0]).split()
    assert "PATH" in names
    assert not [name for name in names if "FEEHOUSE" in name or "DATABASE" in name or "PASS" in name]


def test_headings_beside_merged_cells_are_remembered() -> None:
    learned = learnt(["Serial", Hidden.MERGED, "Value"], {"serial": 0, "value": 2})
    assert learned == {"serial": "serial", "value": "value"}
