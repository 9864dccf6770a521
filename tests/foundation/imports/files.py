"""Files for the tests of imports, made as people's programs make them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

from app.foundation.imports.cells import Table
from app.foundation.imports.reading import read_table, taken_in


def xlsx(*rows: Sequence[Any], sheet: str = "Sheet1") -> bytes:
    """Return a workbook with the rows; a text that begins with "{=" is a formula."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    page = book.add_worksheet(sheet)
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(rows):
        for at, cell in enumerate(row):
            if isinstance(cell, date):
                page.write_datetime(number, at, cell, days)  # type: ignore[arg-type]
            elif isinstance(cell, str) and cell.startswith("{="):
                page.write_formula(number, at, cell[1:], None, 42)
            else:
                page.write(number, at, cell)
    book.close()
    return target.getvalue()


def read(name: str, content: bytes, **how: str) -> Table:
    """Return the table of a file, checked and read as an upload is."""
    return read_table(taken_in(name, content), **how)


def zipped(parts: dict[str, bytes]) -> bytes:
    """Return a zip of the parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def replaced(content: bytes, part: str, by: bytes) -> bytes:
    """Return the zip with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, part: by})


def replaced_cell(content: bytes, old: bytes, new: bytes) -> bytes:
    """Return a workbook with a piece of its first sheet replaced."""
    part = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read(part)
    if old not in sheet:
        raise AssertionError("The workbook has no such cell.")
    return replaced(content, part, sheet.replace(old, new))
