"""Lists as files: Excel and CSV, row by row from the database's cursor, in constant memory.

User text is never a formula: Excel cells get it by ``write_string``, CSV cells that begin like one get an apostrophe.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import IO, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import xlsxwriter
from flask import Response, send_file
from sqlalchemy import Select

from app.foundation.database import db
from app.foundation.export_pdf import Heading, write_pdf
from app.foundation.export_words import UNWRITABLE, worded
from app.foundation.i18n import current_time_zone, say
from app.foundation.log import LogKind, note
from app.foundation.views.columns import Column, Kind, loading_of
from app.foundation.views.listing import order_of
from app.foundation.views.office import chosen_office, office_facts
from app.values import money
from app.values.choices import Choice
from app.values.errors import Message, OperationRefused
from app.values.months import Month

MOST_ROWS = 200_000
BATCH = 1_000
IN_MEMORY = 4 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MIME_TYPES = {"xlsx": XLSX, "csv": "text/csv", "pdf": "application/pdf"}
WIDTHS = {
    Kind.TEXT: 24,
    Kind.RELATION: 24,
    Kind.MONEY: 16,
    Kind.NUMBER: 12,
    Kind.PERCENT: 12,
    Kind.DAY: 12,
    Kind.MOMENT: 18,
    Kind.CHOICE: 16,
    Kind.FLAG: 8,
}
LONGEST_CELL = 32_000
# A spreadsheet takes these at the start of a cell, also behind a tab or a line break, as the beginning of a formula.
FORMULA = re.compile(r"^[\s\t\r\n]*[=+\-@\t\r＝＋－＠]")


def streamed(spec: Any, statement: Select[Any], wanted: Any, values: Callable[[Any], Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """Yield the values of every row in the order of the list, in batches from a cursor of the server."""
    ordered = statement.order_by(*order_of(spec, wanted)).options(*loading_of(spec.datamodel.obj, spec.shown_paths)).limit(MOST_ROWS)
    result = db.session.execute(ordered, execution_options={"yield_per": BATCH})
    for batch in result.scalars().partitions():
        for record in batch:
            yield values(record)
        # The rows are written; the session need not keep them.
        for record in batch:
            db.session.expunge(record)


def send(
    sort: str,
    title: Any,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    count: int,
    currency: str,
    heads: Sequence[str] = (),
    period: str = "",
    totals: Mapping[str, Decimal | None] | None = None,
) -> Response:
    """Return the file as an answer: ``totals`` (by column name) below the rows of a sheet or a PDF, which tells its ``period`` too.

    Raises OperationRefused for too many rows.
    """
    if count > MOST_ROWS:
        raise OperationRefused(
            Message("The list has more than %(most)s rows. Narrow the filter and export again.", most=Decimal(MOST_ROWS)),
            code="too_many_rows",
        )
    _note(sort, title, count)
    name = file_name(say(title), sort)
    response = send_file(
        _written(_writer(sort, period, totals), say(title), columns, rows, currency),
        mimetype=MIME_TYPES[sort],
        as_attachment=True,
        download_name=name,
        max_age=0,
    )
    # The plain name is for programs that cannot read the other one; of a Chinese title nothing but ".xlsx" would be left in it.
    response.headers.set("Content-Disposition", "attachment", filename=f"list.{sort}", **{"filename*": f"UTF-8''{quote(name)}"})
    response.headers["Cache-Control"] = "no-store"
    return response


def _writer(sort: str, period: str, totals: Mapping[str, Decimal | None] | None) -> Callable[..., None]:
    if sort == "pdf":

        def write(target: IO[bytes], title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, currency: str) -> None:
            write_pdf(target, Heading(title, str(office_facts().get("name", "")), period), columns, rows, currency=currency, totals=totals)

        return write
    return partial(write_xlsx, totals=totals) if sort == "xlsx" else write_csv


def _note(sort: str, title: Any, count: int) -> None:
    """Log that the list leaves the house; without the entry it does not."""
    office = chosen_office()
    sentence = Message("%(list)s: %(count)s rows as %(format)s", list=Message(str(title)), count=Decimal(count), format=sort.upper())
    note(LogKind.EXPORTED, sentence, offices=(office,) if office is not None else ())
    db.session.commit()


def _written(write: Callable[..., None], title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], currency: str) -> Any:
    """Return the file written by ``write``: in memory where it is small, else on the disk until the answer closes it."""
    made = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    try:
        write(made, title, columns, rows, currency=currency)
        size = made.tell()
        made.seek(0)
        if size > IN_MEMORY:
            return made
        content = io.BytesIO(made.read())
    except BaseException:
        made.close()
        raise
    made.close()
    return content


def file_name(title: str, sort: str) -> str:
    """Return a name for the file that every system takes."""
    kept = re.sub(r"[^\w\- ]+", " ", title).strip() or "list"
    return f"{kept[:80]}.{sort}"


# Excel ------------------------------------------------------------------------------------------------------------------------


def write_xlsx(
    target: IO[bytes],
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    currency: str,
    totals: Mapping[str, Decimal | None] | None = None,
) -> None:
    """Write ``rows`` under the heads of ``columns``: numbers and dates as such, the head frozen.

    ``totals`` stand below an empty row, so that sorting and filtering leave them where they are.
    """
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
        },
    )
    sheet = book.add_worksheet(sheet_name(title))
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    formats = _formats(book, currency)
    number = 0
    for position, column in enumerate(columns):
        label = say(column.label)
        sheet.set_column(position, position, max(WIDTHS[column.kind], min(40, len(label) + 4)))
    sheet.freeze_panes(1, 0)
    for position, column in enumerate(columns):
        sheet.write_string(0, position, headed(column, currency), head)
    for number, values in enumerate(rows, start=1):
        for position, value in enumerate(values):
            _write_cell(sheet, number, position, value, columns[position].kind, formats)
    if totals:
        _write_totals(sheet, number + 2, columns, totals, _formats(book, currency, bold=True))
    book.close()


def _write_totals(sheet: Any, row: int, columns: Sequence[Column], totals: Mapping[str, Decimal | None], formats: dict[str, Any]) -> None:
    for position, column in enumerate(columns):
        if (total := totals.get(column.name)) is not None:
            sheet.write_number(row, position, total, formats.get(column.kind, formats["plain"]))
        elif position == 0:
            sheet.write_string(row, 0, say(Message("Total, without what was voided")), formats["plain"])


def headed(column: Column, currency: str) -> str:
    """Return the head of a column; amounts name their currency there."""
    label = say(column.label)
    return f"{label} ({currency})" if column.kind is Kind.MONEY and currency else label


def sheet_name(title: str) -> str:
    """Return a name that Excel takes for a sheet."""
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "1"


def _formats(book: Any, currency: str, *, bold: bool = False) -> dict[str, Any]:
    places = money.CURRENCIES[currency].decimals if currency in money.CURRENCIES else 2
    written = {
        "money": "#,##0" + ("." + "0" * places if places else ""),
        "percent": "0.######%",
        "day": "yyyy-mm-dd",
        "moment": "yyyy-mm-dd hh:mm",
        "plain": "General",
    }
    return {name: book.add_format({"num_format": form, "bold": bold}) for name, form in written.items()}


def _write_cell(sheet: Any, row: int, position: int, value: Any, kind: Kind, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, Month):
        sheet.write_string(row, position, str(value))  # sorts, and is a month in every language
    elif isinstance(value, bool | Choice | Message) or not isinstance(value, int | Decimal | datetime.date):
        sheet.write_string(row, position, UNWRITABLE.sub("", worded(value))[:LONGEST_CELL])
    elif isinstance(value, datetime.datetime):
        sheet.write_datetime(row, position, _local(value), formats["moment"])
    elif isinstance(value, datetime.date):
        _write_day(sheet, row, position, value, formats)
    else:
        sheet.write_number(row, position, value, formats.get(kind))


def _write_day(sheet: Any, row: int, position: int, day: datetime.date, formats: dict[str, Any]) -> None:
    # Excel's calendar begins in 1900.
    if day.year < 1900:
        sheet.write_string(row, position, day.isoformat())
    else:
        sheet.write_datetime(row, position, day, formats["day"])


# CSV --------------------------------------------------------------------------------------------------------------------------


def write_csv(target: IO[bytes], title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, currency: str) -> None:
    """Write ``rows`` as CSV with a byte order mark, so that Excel reads Chinese and Vietnamese; dates ISO, numbers plain."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)  # type: ignore[type-var]
    writer = csv.writer(text)
    writer.writerow([harmless(headed(column, currency)) for column in columns])
    for values in rows:
        writer.writerow([_csv_cell(value) for value in values])
    text.flush()
    text.detach()


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | Choice | Message):
        return harmless(worded(value))
    if isinstance(value, datetime.datetime):
        return _local(value).isoformat(" ", "minutes")
    if isinstance(value, Month):
        return str(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return harmless(worded(value))


def harmless(text: str) -> str:
    """Return ``text`` with an apostrophe before it where a spreadsheet would take it for a formula."""
    cleaned = text.replace("\x00", "")
    return "'" + cleaned if FORMULA.match(cleaned) else cleaned


def _local(moment: datetime.datetime) -> datetime.datetime:
    """Return ``moment`` on the wall clock of the office, without a zone, as spreadsheets want it."""
    return moment.astimezone(ZoneInfo(current_time_zone())).replace(tzinfo=None) if moment.tzinfo else moment
