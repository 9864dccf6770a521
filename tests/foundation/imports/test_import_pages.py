"""The pages of an import: four steps, who may open them, whose batches they show."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.foundation import log
from app.foundation.database import db
from app.foundation.imports.choices import ImportState
from app.foundation.imports.models import ImportBatch, ImportFile
from app.foundation.scope import everything
from app.places.models import Community
from tests.foundation.imports.files import read, xlsx
from tests.pages.conftest import signed_in

COMMUNITIES = xlsx(["小区代码", "Tên khu", "負責人"], ["XQ1", "翠湖花园", "王芳"], ["XQ2", "", "李娜"], ["XQ3", "阳光小区", ""])


def uploaded(client: FlaskClient, content: bytes = COMMUNITIES, kind: str = "communities", name: str = "list.xlsx") -> Any:
    data = {"kind": kind, "file": (io.BytesIO(content), name)}
    return client.post("/importview/new", data=data, content_type="multipart/form-data")


def the_batch() -> ImportBatch:
    with everything("a test's own batch"):
        db.session.expire_all()
        return db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)).one()


def communities() -> list[str]:
    with everything("a test's own communities"):
        return list(db.session.scalars(select(Community.code).where(Community.code.like("XQ_")).order_by(Community.code)))


@pytest.fixture
def chen(app: Flask) -> FlaskClient:
    return signed_in(app, "chen", "en")


def test_a_file_becomes_records_in_four_steps(chen: FlaskClient) -> None:
    assert "Customers with their lines" in chen.get("/importview/new").text
    sent = uploaded(chen)
    batch = the_batch()
    assert sent.headers["Location"].endswith(f"/importview/columns/{batch.id}")
    columns = chen.get(f"/importview/columns/{batch.id}").text
    assert '<option value="name" selected>' in columns
    answer = chen.post(f"/importview/columns/{batch.id}", data={"column-0": "code", "column-1": "name", "column-2": "person_in_charge"})
    assert answer.headers["Location"].endswith(f"/importview/check/{batch.id}")
    check = chen.get(f"/importview/check/{batch.id}").text
    assert "One row is wrong and stays out." in check
    assert "This field is required." in check
    assert "Import 2 rows" in check
    only_wrong = chen.get(f"/importview/check/{batch.id}?only=wrong").text
    assert "李娜" in only_wrong
    assert "阳光小区" not in only_wrong
    answer = chen.post(f"/importview/check/{batch.id}", data={"deed": "import"})
    assert answer.headers["Location"].endswith(f"/importview/show/{batch.id}")
    assert communities() == ["XQ1", "XQ3"]
    page = chen.get(f"/importview/show/{batch.id}").text
    assert "One row was wrong and stayed out." in page
    assert "list.xlsx" in chen.get("/importview/list/").text


def test_the_corrected_file_says_what_is_wrong_and_can_be_uploaded_again(chen: FlaskClient) -> None:
    uploaded(chen)
    batch = the_batch()
    chen.post(f"/importview/columns/{batch.id}", data={"column-0": "code", "column-1": "name"})
    corrected = chen.get(f"/importview/corrected/{batch.id}?rows=wrong").data
    table = read("again.xlsx", corrected)
    assert table.rows == [
        ["小区代码", "Tên khu", "負責人", "What is wrong"],
        ["XQ2", None, "李娜", "Community name: This field is required."],
    ]
    uploaded(chen, corrected)
    again = the_batch()
    assert again.id != batch.id
    assert again.columns == {"code": 0, "name": 1}, "the third column was left out before, the last is never data"
    assert len(read("all.xlsx", chen.get(f"/importview/corrected/{batch.id}?rows=all").data).rows) == 4


def test_the_template_can_be_filled_and_uploaded(chen: FlaskClient) -> None:
    for kind in ("subscriptions", "communities", "employees", "materials"):
        table = read("template.xlsx", chen.get(f"/importview/template/{kind}").data)
        uploaded(chen, xlsx(*table.rows), kind=kind)
        batch = the_batch()
        assert len(batch.columns) == len(table.rows[0]), f"every heading of {kind} is recognised"


def test_files_named_in_chinese_reach_the_browser_under_their_names(app: Flask) -> None:
    chen = signed_in(app, "chen", "zh_Hans")
    uploaded(chen, name="名单.xlsx")
    for address, begin in (("template/communities", "小区"), (f"corrected/{the_batch().id}?rows=all", "名单")):
        header = chen.get(f"/importview/{address}").headers["Content-Disposition"]
        assert header.isascii(), "servers refuse to send any other letter in a header"
        assert f"filename*=UTF-8''{quote(begin)}" in header


def test_an_import_is_undone_from_its_page(chen: FlaskClient) -> None:
    uploaded(chen)
    batch = the_batch()
    chen.post(f"/importview/columns/{batch.id}", data={"column-0": "code", "column-1": "name"})
    chen.post(f"/importview/check/{batch.id}", data={"deed": "import"})
    assert "Undo 2 rows" in chen.get(f"/importview/undo/{batch.id}").text
    chen.post(f"/importview/undo/{batch.id}")
    assert communities() == []
    assert the_batch().state is ImportState.UNDONE
    assert chen.post(f"/importview/undo/{batch.id}").status_code == 422, "it is undone already"


def test_a_file_that_is_refused_keeps_the_page_and_stores_nothing(chen: FlaskClient) -> None:
    answer = uploaded(chen, b"MZ\x90", name="list.xlsx")
    assert answer.status_code == 422
    assert "The file was not taken." in answer.text
    with everything("a test's own batches"):
        assert db.session.scalars(select(ImportBatch)).all() == []


def test_columns_that_are_needed_are_asked_for(chen: FlaskClient) -> None:
    uploaded(chen)
    batch = the_batch()
    answer = chen.post(f"/importview/columns/{batch.id}", data={"column-0": "code"})
    assert answer.status_code == 422
    assert "Community name" in answer.text
    answer = chen.post(f"/importview/columns/{batch.id}", data={"column-0": "code", "column-1": "code"})
    assert answer.status_code == 422
    assert the_batch().state is ImportState.READ


def test_another_line_can_be_the_headings(chen: FlaskClient) -> None:
    uploaded(chen, xlsx(["Communities of the office"], ["Community code", "Community name"], ["XQ1", "翠湖花园"]))
    batch = the_batch()
    assert batch.heading == 1, "the line with the most known headings"
    chen.post(f"/importview/columns/{batch.id}", data={"deed": "read", "heading": "0"})
    assert the_batch().heading == 0
    assert the_batch().row_count == 2


def test_another_character_set_is_chosen(chen: FlaskClient) -> None:
    uploaded(chen, "Community code,Community name\nXQ1,海景花園\n".encode("big5"), name="list.csv")
    batch = the_batch()
    chen.post(f"/importview/columns/{batch.id}", data={"deed": "read", "charset": "big5", "heading": "0"})
    assert "海景花園" in chen.get(f"/importview/columns/{batch.id}").text


def test_a_batch_of_another_office_does_not_exist(app: Flask, chen: FlaskClient) -> None:
    uploaded(chen)
    batch = the_batch()
    binh = signed_in(app, "binh")
    for address in ("columns", "check", "show", "corrected", "undo", "progress"):
        assert binh.get(f"/importview/{address}/{batch.id}").status_code == 404, address
    for address in ("columns", "check", "undo", "end"):
        assert binh.post(f"/importview/{address}/{batch.id}").status_code == 404, address
    assert "list.xlsx" not in binh.get("/importview/list/").text


@pytest.mark.parametrize(("person", "status"), [("wang", 403), ("mei", 403), ("shen", 403), ("zhou", 200)])
def test_managers_and_above_import(app: Flask, person: str, status: int) -> None:
    assert signed_in(app, person).get("/importview/new").status_code == status


def test_an_auditor_sees_the_list_but_no_row(app: Flask, chen: FlaskClient) -> None:
    uploaded(chen)
    batch = the_batch()
    shen = signed_in(app, "shen")
    assert "list.xlsx" in shen.get("/importview/list/").text
    assert shen.get(f"/importview/show/{batch.id}").status_code == 200
    for address in ("columns", "check", "corrected"):
        assert shen.get(f"/importview/{address}/{batch.id}").status_code == 403


def test_an_import_that_is_given_up_loses_its_file(chen: FlaskClient) -> None:
    uploaded(chen)
    batch = the_batch()
    chen.post(f"/importview/end/{batch.id}")
    assert the_batch().state is ImportState.GIVEN_UP
    with everything("a test's own file"):
        assert db.session.scalars(select(ImportFile)).all() == []
    assert chen.get(f"/importview/check/{batch.id}").status_code == 302
    assert chen.post(f"/importview/check/{batch.id}", data={"deed": "import"}).status_code == 409


def test_rows_with_full_values_do_not_leave_the_house_without_their_entry(chen: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> Any:
        raise OperationalError("INSERT", {}, Exception("the log cannot be written"))

    uploaded(chen)
    address = f"/importview/corrected/{the_batch().id}?rows=all"
    assert chen.get(address).status_code == 200
    monkeypatch.setattr(log, "_entry", refuse)
    assert chen.get(address).status_code == 503


@pytest.mark.parametrize("query", ["?page=x", "?page=-1", "?page=99999999999", "?only=everything", "?only=", "?page=2"])
def test_odd_addresses_of_the_check_show_a_page(chen: FlaskClient, query: str) -> None:
    uploaded(chen)
    assert chen.get(f"/importview/check/{the_batch().id}{query}").status_code == 200


def test_a_file_without_a_good_row_offers_no_import(chen: FlaskClient) -> None:
    uploaded(chen, xlsx(["小区代码", "Tên khu", "負責人"], ["XQ2", "", "李娜"]))
    batch = the_batch()
    chen.post(f"/importview/columns/{batch.id}", data={"column-0": "code", "column-1": "name", "column-2": "person_in_charge"})
    check = chen.get(f"/importview/check/{batch.id}").text
    assert 'value="import"' not in check
    assert "No row can be imported." in check
