"""Files of readings by program: what a preview tells, what a commit does, and that it does it once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.foundation.database import db
from app.foundation.imports import operations
from app.foundation.imports.models import ImportBatch
from app.foundation.scope import everything
from app.metering.models import Meter, Reading
from app.offices.sessions import API, open_session
from tests import factories
from tests.foundation.imports.files import replaced, xlsx, zipped
from tests.metering.test_imports import HEADINGS, row
from tests.pages.conftest import signed_in

CSV = "Số chế tạo,Ngày ghi chỉ số,Chỉ số mới\nE1,2026-05-14,{value}\n"


@pytest.fixture(autouse=True)
def day_in_hanoi(app: Flask) -> Iterator[None]:
    with factories.on_day("2026-05-14", "Asia/Ho_Chi_Minh"):
        yield


@pytest.fixture
def meter(app: Flask) -> Meter:
    unit = factories.a_unit("1203", "HN", building=factories.a_building("HN", called="A"))
    return factories.a_read_meter(unit, 100, 100, 100, serial="E1")


@pytest.fixture
def token(app: Flask) -> str:
    return open_session(factories.user("binh"), API, "127.0.0.1", "tests")[0]


def posted(app: Flask, token: str, path: str, content: bytes | None = None, name: str = "chi-so.csv", **fields: Any) -> TestResponse:
    data = {**fields, "file": (io.BytesIO(content), name)} if content is not None else fields
    headers = {"Authorization": f"Bearer {token}"}
    answer = app.test_client().post(f"/api/v1/reading_imports{path}", data=data, headers=headers, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()
    return answer


def book_of(pages: dict[str, list[tuple[Any, ...]]], *, merging: str = "") -> bytes:
    """Return a workbook of several sheets, with cells of the last one merged under its first value."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for name, rows in pages.items():
        page = book.add_worksheet(name)
        for at, cells in enumerate(rows):
            page.write_row(at, 0, cells)
    if merging:
        page.merge_range(merging, 345)
    book.close()
    return target.getvalue()


def count(model: Any = Reading) -> int:
    with everything("reading a test's own record"):
        return int(db.session.execute(select(func.count(model.id))).scalar_one())


@pytest.mark.parametrize(
    ("name", "content"),
    [("chi-so.csv", CSV.format(value=345).encode()), ("chi-so.xlsx", xlsx(HEADINGS, row("E1", 345)))],
    ids=["csv", "xlsx"],
)
def test_a_preview_writes_nothing_and_its_commit_writes_once(app: Flask, meter: Meter, token: str, name: str, content: bytes) -> None:
    before = count()
    preview = posted(app, token, "", content, name)
    assert (preview.status_code, preview.json["wanted"], preview.json["faults"], count()) == (201, 1, [], before)
    assert [(each["serial"], each["read_on"], each["value"], each["state"]) for each in preview.json["rows"]] == [
        ("E1", "2026-05-14", "345", "new")
    ]
    first, again = (posted(app, token, f"/{preview.json['id']}/commit") for _ in range(2))
    assert (first.status_code, first.json["imported"], first.json["wrong"], again.json) == (200, 1, 0, first.json)
    assert count() == before + 1
    shown = app.test_client().get(f"/api/v1/reading_imports/{preview.json['id']}", headers={"Authorization": f"Bearer {token}"})
    assert shown.json == first.json


def test_the_same_file_sent_again_imports_nothing_again(app: Flask, meter: Meter, token: str) -> None:
    for imported in (1, 0):
        preview = posted(app, token, "", CSV.format(value=345).encode())
        answer = posted(app, token, f"/{preview.json['id']}/commit")
        assert (preview.json["wanted"], answer.status_code) == (imported, 200 if imported else 422)
    assert count() == 5


def test_faults_name_row_column_and_reason(app: Flask, meter: Meter, token: str) -> None:
    preview = posted(app, token, "", CSV.format(value=299).encode())
    (fault,) = preview.json["faults"]
    assert (fault["row"], fault["column"], preview.json["wanted"]) == (2, "value", 0)
    assert "299" in fault["message"]
    before = count()
    assert posted(app, token, f"/{preview.json['id']}/commit").status_code == 422
    assert count() == before


def test_a_file_without_the_columns_leaves_nothing_behind(app: Flask, meter: Meter, token: str) -> None:
    answer = posted(app, token, "", b"a,b\n1,2\n")
    assert (answer.status_code, answer.json["error"]["code"], count(ImportBatch)) == (422, "columns_missing", 0)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>", "bomb": b"0" * 60_000_000}), "unpacks_too_large"),
        ("a.xlsx", replaced(xlsx(HEADINGS, row("E1", 345)), "xl/workbook.xml", b"<broken"), "damaged"),
        ("a.csv", b"\x00\x01\x02" * 500, "wrong_type"),
        ("a.exe", b"MZ" + b"0" * 500, "wrong_type"),
        ("a.csv", b"", "empty_file"),
    ],
    ids=["bomb", "broken", "binary", "program", "empty"],
)
def test_an_evil_file_is_refused_with_its_reason_and_nothing_kept(
    app: Flask, meter: Meter, token: str, name: str, content: bytes, code: str
) -> None:
    answer = posted(app, token, "", content, name)
    assert (answer.status_code, answer.json["error"]["code"], count(ImportBatch)) == (422, code, 0)


@pytest.mark.parametrize("charset", ["gb18030", "big5"])
def test_a_text_of_another_charset_is_read_when_it_is_named(app: Flask, meter: Meter, token: str, charset: str) -> None:
    content = "表號,抄錶日期,讀數\nE1,2026-05-14,345\n".encode(charset)
    answer = posted(app, token, f"?charset={charset}", content)
    assert (answer.status_code, answer.json["wanted"]) == (201, 1)


@pytest.mark.parametrize("charset", ["klingon", "rot13"])
def test_an_unknown_charset_is_refused(app: Flask, meter: Meter, token: str, charset: str) -> None:
    answer = posted(app, token, f"?charset={charset}", CSV.encode())
    assert (answer.status_code, answer.json["error"]["code"], count(ImportBatch)) == (400, "bad_charset", 0)


def test_the_sheet_can_be_named(app: Flask, meter: Meter, token: str) -> None:
    book = book_of({"Hướng dẫn": [("Xin chào",)], "Chỉ số": [HEADINGS, row("E1", 345)]})
    assert posted(app, token, "", book, "a.xlsx").json["error"]["code"] == "columns_missing"
    assert posted(app, token, "?sheet=Chỉ số", book, "a.xlsx").json["wanted"] == 1


def test_a_row_below_a_merged_cell_is_told_so_and_not_taken_for_one_nobody_filled_in(app: Flask, meter: Meter, token: str) -> None:
    rows = [HEADINGS, row("E1", 345), row("E1", None)]
    book = book_of({"Chỉ số": rows}, merging="G2:G3")
    preview = posted(app, token, "", book, "a.xlsx").json
    assert ([each["state"] for each in preview["rows"]], preview["wanted"]) == (["new", "wrong"], 1)
    assert [(each["row"], each["column"]) for each in preview["faults"]] == [(3, "value")]


def test_the_corrected_file_does_not_call_a_merged_reading_one_nobody_filled_in(app: Flask, meter: Meter, token: str) -> None:
    book = book_of({"Chỉ số": [HEADINGS, row("E1", 345), row("E1", None)]}, merging="G2:G3")
    batch = posted(app, token, "", book, "a.xlsx").json["id"]
    corrected = signed_in(app, "binh").get(f"/importview/corrected/{batch}?rows=all").data
    again = posted(app, token, "", corrected, "a.xlsx").json
    assert [each["state"] for each in again["rows"]] == ["new", "wrong"]


def test_two_million_rows_are_refused(app: Flask, meter: Meter, token: str) -> None:
    answer = posted(app, token, "", b"a\n" * 2_000_000)
    assert (answer.status_code, answer.json["error"]["code"], count(ImportBatch)) == (422, "too_many_rows", 0)


def test_a_large_file_is_imported_in_the_background(app: Flask, meter: Meter, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.metering.api.imports.AT_ONCE", 0)
    preview = posted(app, token, "", CSV.format(value=345).encode())
    first, again = (posted(app, token, f"/{preview.json['id']}/commit") for _ in range(2))
    assert (first.status_code, first.json["state"], again.status_code, again.json["job"]) == (202, "running", 202, first.json["job"])


def test_without_a_file_or_with_more_than_one_it_cannot_be_read(app: Flask, token: str) -> None:
    assert posted(app, token, "").status_code == 400
    assert posted(app, token, "", b"a", more="b").status_code == 400
    assert app.test_client().post("/api/v1/reading_imports", json={}, headers={"Authorization": f"Bearer {token}"}).status_code == 400


def test_another_offices_file_is_not_there(app: Flask, meter: Meter, token: str) -> None:
    preview = posted(app, token, "", CSV.format(value=345).encode())
    foreign, before = open_session(factories.user("chen"), API, "127.0.0.1", "tests")[0], count()
    assert posted(app, foreign, f"/{preview.json['id']}/commit").status_code == 404
    assert count() == before


def test_an_import_of_something_else_is_not_there(app: Flask, token: str) -> None:
    with factories.acting("binh"):
        file = operations_file()
        batch = operations_run(file)
    assert posted(app, token, f"/{batch.id}/commit").status_code == 404


def operations_file() -> Any:
    from app.foundation.imports.reading import taken_in

    return taken_in("a.csv", "Mã,Tên\nX1,Hồ Xanh\n".encode())


def operations_run(file: Any) -> ImportBatch:
    from app.foundation.imports.reading import read_table
    from app.foundation.transactions import run

    terms = {"office": factories.office("HN").id, "kind": "communities", "file": file, "table": read_table(file), "locale": "vi"}
    return run(operations.begin, **terms).record


def test_a_reader_imports_nothing(app: Flask, meter: Meter) -> None:
    reader = open_session(factories.user("minh"), API, "127.0.0.1", "tests")[0]
    assert posted(app, reader, "", CSV.format(value=345).encode()).status_code == 403
