"""How long the file of an import is kept, in what form, and what the log says of it."""

from __future__ import annotations

import datetime

from flask import Flask
from sqlalchemy import select, text

from app.foundation.database import db
from app.foundation.imports.choices import ImportState
from app.foundation.imports.jobs import forget_import_files
from app.foundation.imports.models import ImportBatch, ImportFile
from app.foundation.imports.operations import begin, import_rows, reserve, set_columns
from app.foundation.imports.reading import read_table, taken_in
from app.foundation.log import LogEntry, LogKind
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.offices.choices import Gender
from app.offices.models import Employee
from app.workorders.models import Material
from tests import factories
from tests.foundation.imports.files import xlsx

TODAY = datetime.date(2026, 11, 22)
EMPLOYEES = xlsx(
    ["工号", "姓名", "性别", "出生日期", "身份证"],
    ["E1", "李娜", "女", datetime.date(1990, 5, 14), "110101199005140026"],
    ["E2", "王芳", "?", "tomorrow", ""],
)


def batch_of(content: bytes, kind: str) -> ImportBatch:
    file = taken_in("list.xlsx", content)
    office = factories.office().id
    batch = run(begin, office=office, kind=kind, file=file, table=read_table(file), locale="zh_Hans").record
    return run(set_columns, batch=batch.id, columns=batch.columns).record


def imported(content: bytes, kind: str) -> ImportBatch:
    batch = batch_of(content, kind)
    run(reserve, batch=batch.id)
    return run(import_rows, batch=batch.id).record


def night(day: datetime.date) -> None:
    with factories.on_day(day), everything("the night"):
        forget_import_files(factories.office().id, day)


def files() -> list[ImportFile]:
    with everything("a test's own files"):
        return list(db.session.scalars(select(ImportFile)))


def test_employees_are_imported_with_what_is_known_of_them(app: Flask) -> None:
    with factories.acting("chen"), factories.on_day(TODAY):
        batch = imported(EMPLOYEES, "employees")
        (lina,) = db.session.scalars(select(Employee)).all()
        assert (lina.code, lina.name, lina.gender, lina.id_number) == ("E1", "李娜", Gender.FEMALE, "110101199005140026")
        assert (batch.made, batch.wrong) == (1, 1)


def test_materials_are_imported_with_their_prices(app: Flask) -> None:
    with factories.acting("chen"), factories.on_day(TODAY):
        imported(xlsx(["料号", "品名", "单价"], ["CL-1", "RJ45", "¥2.50"], ["CL-2", "Cat 6", ""], ["CL-3", "?", "-1"]), "materials")
        found = {each.code: str(each.unit_price) for each in db.session.scalars(select(Material))}
        assert found == {"CL-1": "2.50", "CL-2": "0.00"}


def test_a_code_that_is_there_already_is_left_out_and_twice_in_the_file_is_wrong(app: Flask) -> None:
    with factories.acting("chen"), factories.on_day(TODAY):
        imported(xlsx(["料号", "品名"], ["CL-1", "RJ45"]), "materials")
        batch = imported(xlsx(["料号", "品名"], ["cl-1", "again"], ["CL-2", "a"], ["CL-2", "b"]), "materials")
        assert (batch.made, batch.left_out, batch.wrong) == (1, 1, 1)


def test_the_file_is_encrypted_in_the_database(app: Flask) -> None:
    with factories.acting("chen"), factories.on_day(TODAY):
        batch_of(EMPLOYEES, "employees")
        kept = db.session.execute(text("SELECT content || cells FROM import_file")).scalar_one()
        assert "110101199005140026" not in kept
        assert kept.partition(":")[0] == app.config["DATA_KEY_ID"]


def test_the_batch_and_the_log_hold_no_personal_data(app: Flask) -> None:
    with factories.acting("chen"), factories.on_day(TODAY):
        imported(EMPLOYEES, "employees")
        rows = db.session.execute(
            text("SELECT row_to_json(b)::text FROM import_batch b UNION SELECT row_to_json(r)::text FROM import_row r")
        )
        everything_kept = " ".join(rows.scalars())
        assert not [word for word in ("李娜", "110101199005140026", "1990") if word in everything_kept]
        entry = db.session.scalars(select(LogEntry).where(LogEntry.kind == LogKind.IMPORTED)).one()
        assert (entry.of_table, entry.facts["count"]) == ("import_batch", 1)


def test_a_file_that_nobody_imported_goes_after_a_week(app: Flask) -> None:
    with factories.acting("chen"), factories.on_day(TODAY):
        batch = batch_of(EMPLOYEES, "employees")
    night(TODAY + datetime.timedelta(days=6))
    assert len(files()) == 1
    night(TODAY + datetime.timedelta(days=7))
    assert files() == []
    assert factories.reloaded(batch).state is ImportState.GIVEN_UP


def test_a_file_that_was_imported_goes_after_a_month_and_what_it_made_stays(app: Flask) -> None:
    with factories.acting("chen"), factories.on_day(TODAY):
        batch = imported(EMPLOYEES, "employees")
    night(TODAY + datetime.timedelta(days=29))
    assert len(files()) == 1
    night(TODAY + datetime.timedelta(days=30))
    assert files() == []
    assert factories.reloaded(batch).state is ImportState.DONE
    with everything("a test's own employees"):
        assert len(db.session.scalars(select(Employee)).all()) == 1
