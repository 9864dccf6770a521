"""Reading a checked file into a table of cells: workbooks in a child process, text files here.

The limits of an import stand here. Nothing of a file is run: of a formula only the value it had when the file was saved is read.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from charset_normalizer import from_bytes

from app.foundation.imports.cells import Cell, Table, is_empty, table_from
from app.foundation.uploads import SPREADSHEETS, CheckedFile, FileType, checked
from app.values.errors import Message, OperationRefused

log = logging.getLogger(__name__)

MOST_ROWS = 20_000
MOST_COLUMNS = 100
# Above the rows stand a heading and perhaps a title.
MOST_LINES = MOST_ROWS + 10
SECONDS = 20
# What an interpreter needs; the passwords among the variables of this process are nothing for somebody else's workbook.
NEEDED = ("PATH", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LANG", "LC_ALL")
READER = Path(__file__).with_name("sheet_reader.py")
# Whatever is signed in by an office's password begins as an old Excel file and holds this name.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
# What a text file can be written in, in the order in which the selector offers it. "" lets the program find out.
CHARSETS = ("utf-8", "gb18030", "big5", "cp1258", "cp1252", "utf-16")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
DELIMITERS = (",", ";", "\t", "|")

_REFUSALS = {
    "too_many_rows": Message("The file has more than %(most)s rows. Divide it into several files.", most=MOST_ROWS),
    "too_many_columns": Message("The file has more than %(most)s columns. Delete those that are not needed.", most=MOST_COLUMNS),
    "password": Message("The file is protected by a password. Save it without one."),
    "empty": Message("The file has no rows."),
    "no_sheet": Message("The file has no sheet of this name. Choose one of its sheets."),
    "damaged": Message("The file cannot be read: it is damaged, or its cells lie too far apart. Copy its rows into a new file."),
    "charset": Message("The text cannot be read with this character set. Choose another one."),
}


def taken_in(name: str, content: bytes) -> CheckedFile:
    """Return the uploaded file if it may be read at all. Raises OperationRefused at ``file``."""
    if content.startswith(OLD_EXCEL) and ENCRYPTED in content:
        raise _refused("password")
    return checked(name, content, SPREADSHEETS)


def read_table(file: CheckedFile, *, sheet: str = "", charset: str = "") -> Table:
    """Return the table of the file. Raises OperationRefused with the code of the limit or fault."""
    table = _read_text(file.content, charset) if file.kind is FileType.CSV else _read_workbook(file.content, sheet)
    if not any(not is_empty(cell) for row in table.rows for cell in row):
        raise _refused("empty")
    return table


def _refused(code: str) -> OperationRefused:
    return OperationRefused(_REFUSALS[code], code=code, field="file")


# Workbooks ----------------------------------------------------------------------------------------------------------------------


def _read_workbook(content: bytes, sheet: str) -> Table:
    asked = json.dumps({"sheet": sheet, "most_rows": MOST_LINES, "most_columns": MOST_COLUMNS}).encode()
    try:
        # -P: the folder of the reader is not a place to import from.
        done = subprocess.run(
            [sys.executable, "-P", str(READER)],
            input=asked + b"\n" + content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={name: os.environ[name] for name in NEEDED if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise _refused("damaged") from None
    if done.returncode != 0 or not done.stdout:
        log.info("A workbook could not be opened: the reader ended with %s.", done.returncode)
        raise _refused("damaged")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise _refused(answer["refused"])
    return table_from(answer)


# Text files ---------------------------------------------------------------------------------------------------------------------


def _read_text(content: bytes, charset: str) -> Table:
    text, found = decoded(content, charset)
    if "\x00" in text:
        raise _refused("charset")
    rows = list(_lines(text))
    width = max((at + 1 for row in rows for at, cell in enumerate(row) if cell is not None), default=0)
    if width > MOST_COLUMNS:
        raise _refused("too_many_columns")
    return Table([row[:width] + [None] * (width - len(row)) for row in rows], charset=found)


def decoded(content: bytes, charset: str = "") -> tuple[str, str]:
    """Return the text and its charset: the chosen one, else that of its mark, else UTF-8, else the likeliest."""
    for candidate in _candidates(content, charset):
        try:
            return content.decode(candidate), "utf-8" if candidate == "utf-8-sig" else candidate
        except (UnicodeDecodeError, UnicodeError):
            continue
    raise _refused("charset")


def _candidates(content: bytes, charset: str) -> Iterator[str]:
    if charset in CHARSETS:
        yield "utf-8-sig" if charset == "utf-8" else charset
        return
    yield from (name for mark, name in MARKS if content.startswith(mark))
    yield "utf-8"
    best = from_bytes(content[:200_000], cp_isolation=["gb18030", "big5", "cp1258", "cp1252"]).best()
    if best is not None:
        yield best.encoding
    yield "gb18030"


def _lines(text: str) -> Iterator[list[Cell]]:
    first = text[:10_000].splitlines()[:5]
    delimiter = max(DELIMITERS, key=lambda sign: sum(line.count(sign) for line in first))
    # A quotation mark without its partner would make one cell of the rest of the file.
    csv.field_size_limit(100_000)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if number > MOST_LINES:
                raise _refused("too_many_rows")
            yield [_unescaped(cell) or None for cell in row]
    except csv.Error:
        raise _refused("damaged") from None


def _unescaped(cell: str) -> str:
    """Return the cell without what keeps spreadsheets from reading it as a number or formula: ="0138", '=1."""
    if len(cell) > 3 and cell.startswith('="') and cell.endswith('"') and '"' not in cell[2:-1]:
        return cell[2:-1]
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@" else cell
