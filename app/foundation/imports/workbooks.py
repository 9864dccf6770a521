"""The files that an import hands out: an empty template, and the rows of a batch with what is wrong beside them.

A corrected file has the same columns as the file it comes from and one more at the end, which the program knows and passes over: it can
be uploaded again as it is.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from app.foundation.export_words import UNWRITABLE
from app.foundation.exports import LONGEST_CELL, sheet_name
from app.foundation.i18n import say
from app.foundation.imports.cells import Cell, Hidden, is_empty, text_of
from app.foundation.imports.checking import CheckedBatch
from app.foundation.imports.declared import WHOLE_ROW, ImportedRow, ImportKind
from app.foundation.imports.recognising import WRONG_LABEL
from app.values.choices import Choice
from app.values.errors import Message

# Excel's own colours for a bad cell, readable on paper too.
BAD = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
AMBER = {"bg_color": "#FFEB9C", "font_color": "#7F6000"}
NOT_READ = "?"
WIDTH, WRONG_WIDTH, EMPTY_ROWS = 18, 60, 200
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


class _Sheet:
    """A sheet written cell by cell; texts stay texts, whatever they begin with."""

    def __init__(self, title: str) -> None:
        self.target = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.target, OPTIONS)
        self.page = self.book.add_worksheet(sheet_name(title))
        self.head = self.book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        self.formats: dict[tuple[str, str], Any] = {}

    def look(self, kind: str, tone: str = "") -> Any:
        """Return the format of a cell of ``kind`` (text, day, moment, plain) in a ``tone`` (bad, amber or none)."""
        if (kind, tone) not in self.formats:
            number = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "text": "@"}.get(kind)
            colours = {"bad": BAD, "amber": AMBER}.get(tone, {})
            self.formats[kind, tone] = self.book.add_format({**({"num_format": number} if number else {}), **colours})
        return self.formats[kind, tone]

    def write(self, row: int, column: int, value: Any, tone: str = "") -> None:
        if is_empty(value):
            if tone:
                self.page.write_blank(row, column, None, self.look("text", tone))
        elif isinstance(value, datetime) and value.year >= 1900:
            self.page.write_datetime(row, column, value.replace(tzinfo=None), self.look("moment", tone))
        elif isinstance(value, date) and value.year >= 1900:
            self.page.write_datetime(row, column, value, self.look("day", tone))
        elif isinstance(value, bool):
            self.page.write_boolean(row, column, value, self.look("plain", tone))
        elif isinstance(value, int | float):
            self.page.write_number(row, column, value, self.look("plain", tone))
        else:
            self.page.write_string(row, column, UNWRITABLE.sub("", str(value))[:LONGEST_CELL], self.look("text", tone))

    def closed(self) -> bytes:
        self.book.close()
        return self.target.getvalue()


def template_workbook(kind: ImportKind) -> bytes:
    """Return an empty workbook for an import: headings in the reader's language, notes at them, one row as an example."""
    sheet = _Sheet(say(kind.title))
    for at, column in enumerate(kind.columns):
        sheet.page.set_column(at, at, WIDTH, sheet.look("day" if isinstance(column.example, date) else "text"))
    sheet.page.freeze_panes(1, 0)
    for at, column in enumerate(kind.columns):
        sheet.page.write_string(0, at, say(column.label) + (" *" if column.required else ""), sheet.head)
        sheet.page.write_comment(0, at, note_of(column.note, required=column.required))
    for at, column in enumerate(kind.columns):
        sheet.write(1, at, say(column.example) if isinstance(column.example, Choice) else column.example)
    return sheet.closed()


def note_of(note: str, *, required: bool) -> str:
    """Return what is said of a column: whether it is needed, and what belongs there."""
    return " ".join(filter(None, [say(Message("Required")) if required else say(Message("Can be left empty.")), say(note)]))


def corrected_workbook(found: CheckedBatch, title: str, *, only_wrong: bool) -> bytes:
    """Return the rows of a batch as they were uploaded, wrong cells coloured, and a last column that says what is wrong."""
    sheet = _Sheet(title)
    width = len(found.headings)
    sheet.page.set_column(0, max(width - 1, 0), WIDTH)
    sheet.page.set_column(width, width, WRONG_WIDTH)
    sheet.page.freeze_panes(1, 0)
    kept = [at for at in range(width) if text_of(found.headings[at]) != say(WRONG_LABEL)]
    for position, at in enumerate(kept):
        sheet.page.write_string(0, position, UNWRITABLE.sub("", text_of(found.headings[at])), sheet.head)
    sheet.page.write_string(0, len(kept), say(WRONG_LABEL), sheet.head)
    rows = [row for row in found.rows if row.problems or not only_wrong]
    for number, row in enumerate(rows, start=1):
        _write_row(sheet, number, row, kept, found)
    return sheet.closed()


def _write_row(sheet: _Sheet, number: int, row: ImportedRow, kept: Sequence[int], found: CheckedBatch) -> None:
    filled_in = found.columns.get(found.kind.left_out_without)
    tones = {at: "bad" for name, at in found.columns.items() if name in row.problems}
    if row.duplicate is not None and not row.problems and row.duplicate.column in found.columns:
        tones[found.columns[row.duplicate.column]] = "amber"
    for position, at in enumerate(kept):
        cell: Cell = row.cells[at] if at < len(row.cells) else None
        if at == filled_in and isinstance(cell, Hidden):
            # Left empty, it would say of the next upload that nobody has filled it in.
            cell = NOT_READ
        sheet.write(number, position, cell, tones.get(at, ""))
    sheet.write(number, len(kept), wrong_words(found.kind, row), "bad" if row.problems else ("amber" if row.duplicate else ""))


def wrong_words(kind: ImportKind, row: ImportedRow) -> str:
    """Return everything that is wrong with a row, in the reader's language; of a duplicate, what it repeats."""
    if not row.problems:
        return say(row.duplicate.message) if row.duplicate is not None else ""
    labels = {column.name: say(column.label) for column in kind.columns}
    words = [
        say(message) if name == WHOLE_ROW else say(Message("%(field)s: %(problem)s", field=labels[name], problem=message))
        for name, message in row.problems.items()
    ]
    return " ".join(words)
