"""Files of readings by program: the same reading, checking and importing as on the page of imports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import FileStorage

from app.foundation.api import Answer, Day, Given, Number, Query, Reference, Routes, Rows, Text, Whole, office_or_first, ready
from app.foundation.database import db
from app.foundation.i18n import current_locale, say
from app.foundation.imports.checking import CheckedBatch, checked
from app.foundation.imports.choices import STANDING, ImportState
from app.foundation.imports.models import ImportBatch
from app.foundation.imports.operations import AT_ONCE, begin, import_rows, reserve, set_columns, start
from app.foundation.imports.reading import CHARSETS, read_table, taken_in
from app.foundation.transactions import found, locked, run
from app.foundation.uploads import SPREADSHEETS
from app.foundation.views.integrity import explained_violation
from app.metering.imports import READINGS
from app.metering.operations.walks import plain
from app.values.errors import Malformed, Message, NotFound

routes = Routes("Files of readings")

MAY = ("ImportView", "can_add")
SHOWN = ("unit", "service", "serial", "read_on", "value")


class FileQuery(Query):
    """Whose readings, and how the file is written where that cannot be seen: the sheet of a workbook, the character set of a text."""

    office = Reference(text=True)
    sheet = Text()
    charset = Text()


class ReadingFaultAnswer(Answer):
    row = Whole()
    column = Text()
    message = Text()


class ReadingRowAnswer(Answer):
    row = Whole()
    state = Text()
    unit = Text(allow_none=True)
    service = Text(allow_none=True)
    serial = Text(allow_none=True)
    read_on = Day(allow_none=True)
    value = Number(allow_none=True)


class ReadingPreviewAnswer(Answer):
    """What would become of a file: its rows, and what is wrong with which cell. ``wanted`` rows become readings by its commit."""

    id = Reference()
    state = Text()
    rows = Rows(ReadingRowAnswer)
    faults = Rows(ReadingFaultAnswer)
    wanted = Whole()


class ReadingImportAnswer(Answer):
    """What became of a file; ``job`` while a large one is imported in the background."""

    id = Reference()
    state = Text()
    imported = Whole()
    wrong = Whole()
    left_out = Whole()
    job = Reference(allow_none=True)


@routes.post("/reading_imports", may=MAY, query=FileQuery, takes_file=True, gives=ReadingPreviewAnswer)
def preview(query: Mapping[str, Any], file: FileStorage) -> Given:
    """Read a file of readings (xlsx, csv) and tell what would become of every row; nothing is read in yet.

    A file that cannot be read at all is refused with `422` and its reason. What is wrong with single rows stands under `faults`; they are
    left out by `POST /reading_imports/{id}/commit`.
    """
    charset = query.get("charset", "")
    if charset and charset not in CHARSETS:
        raise Malformed(Message("This must be one of: %(allowed)s.", allowed=", ".join(CHARSETS)), code="bad_charset", field="charset")
    taken = taken_in(file.filename or "", file.stream.read(SPREADSHEETS.most_bytes + 1))
    table = read_table(taken, sheet=query.get("sheet", ""), charset=charset)
    office = office_or_first(query.get("office"))
    batch = run(_begun, office=office, file=taken, table=table, locale=current_locale()).record
    return ready(_described(batch, checked(batch)), 201)


def _begun(**terms: Any) -> ImportBatch:
    """Keep the file and fix its columns, both or neither: a file whose headings are not known leaves nothing behind."""
    batch = begin(kind=READINGS.name, **terms)
    return set_columns(batch=batch.id, columns=batch.columns)


def _described(batch: ImportBatch, judged: CheckedBatch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "state": batch.state.value,
        "rows": [{"row": row.number, "state": row.state.value, **_values(row.values)} for row in judged.rows],
        "faults": [
            {"row": row.number, "column": column, "message": say(problem)}
            for row in judged.rows
            for column, problem in row.problems.items()
        ],
        "wanted": len(judged.wanted),
    }


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    on, value = values.get("read_on"), values.get("value")
    texts = {name: values.get(name) or None for name in ("unit", "service", "serial")}
    return texts | {"read_on": on.isoformat() if on else None, "value": plain(value) if value is not None else None}


@routes.post(
    "/reading_imports/<int:record>/commit",
    may=MAY,
    gives=ReadingImportAnswer,
    status=200,
    other_statuses={202: "A large file is imported in the background; ask for it again"},
    also_gives={202: ReadingImportAnswer},
)
def commit(record: int) -> Given:
    """Import the good rows of a file, all of them or none; asked again it gives what became of it, and imports nothing twice."""
    batch = _of_readings(record)
    if batch.state in STANDING or batch.state is ImportState.RUNNING:
        return _answered(batch)
    if batch.row_count > AT_ONCE:
        return _answered(run(_started, batch=batch.id).record)
    try:
        return _answered(run(_imported, batch=batch.id).record)
    except DBAPIError as error:
        raise explained_violation(error) from error


def _imported(*, batch: int) -> ImportBatch:
    """Import the rows; somebody who asked at the same moment finds them imported."""
    one = locked(ImportBatch, batch)
    if one.state in STANDING:
        return one
    reserve(batch=batch)
    return import_rows(batch=batch)


def _started(*, batch: int) -> ImportBatch:
    one = locked(ImportBatch, batch)
    return one if one.state in STANDING or one.state is ImportState.RUNNING else start(batch=batch)


@routes.get("/reading_imports/<int:record>", may=MAY, gives=ReadingImportAnswer)
def show(record: int) -> Given:
    """Show what became of a file."""
    return Given(_answered(_of_readings(record)).record, 200, is_ready=True)


def _of_readings(record: int) -> ImportBatch:
    batch = found(ImportBatch, record)
    if batch.kind != READINGS.name:
        raise NotFound(Message("This record does not exist."), code="not_found")
    db.session.refresh(batch)
    return batch


def _answered(batch: ImportBatch) -> Given:
    is_running = batch.state is ImportState.RUNNING
    body = {
        "id": batch.id,
        "state": batch.state.value,
        "imported": batch.made or 0,
        "wrong": batch.wrong or 0,
        "left_out": batch.left_out or 0,
        "job": batch.job_id if is_running else None,
    }
    return ready(body, 202 if is_running else 200)
