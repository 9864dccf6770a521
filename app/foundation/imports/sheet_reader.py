"""The child process that opens one workbook: bytes on its standard input, a table as JSON on its standard output.

A workbook is somebody else's program text: one cell at the far corner of a sheet makes a reader ask for hundreds of gigabytes. So it is
opened by a process of its own that holds nothing, has little memory and time, and may die. Started by ``reading``.
"""

from __future__ import annotations

import datetime
import html
import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

MEMORY = 700 * 1024 * 1024
SECONDS = 10
EXACT_BELOW = 10**15
# What is read of the parts of a workbook when they are searched for formulas.
MOST_BYTES = 200_000_000
FORMULA = re.compile(rb"<f[\s/>]")
PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
# How far before a formula the beginning of its cell is looked for.
NEAR = 300


def limit() -> None:
    """Bound memory and time of this process, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    for kind, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def read(content: bytes, sheet: str, most_rows: int, most_columns: int) -> dict[str, Any]:
    """Return the sheet of that name, else the first that is not empty; ``refused`` says why there is none."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [one.name for one in book.sheets_metadata if str(one.typ).endswith("WorkSheet")][:50]
        if sheet and sheet not in names:
            return {"refused": "no_sheet"}
        for name in [sheet] if sheet else names:
            page = book.get_sheet_by_name(name)
            if page.height == 0 or page.end is None:
                continue
            if page.end[0] + 1 > most_rows:
                return {"refused": "too_many_rows"}
            if page.end[1] + 1 > most_columns:
                return {"refused": "too_many_columns"}
            rows = trimmed([[plain(cell) for cell in row] for row in page.to_python(skip_empty_area=False)])
            if rows:
                mark_hidden(rows, page.merged_cell_ranges or [])
                mark_formulas(rows, content, name)
                return {"rows": rows, "sheet": name, "sheets": names}
    except PasswordError:
        return {"refused": "password"}
    except (CalamineError, MemoryError, ValueError, OverflowError, OSError):
        return {"refused": "damaged"}
    return {"refused": "empty"}


def plain(cell: Any) -> Any:
    """Return a cell as JSON holds it."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime.datetime):
        is_day = cell.time() == datetime.time()
        return {"day": cell.date().isoformat()} if is_day else {"moment": cell.replace(microsecond=0).isoformat()}
    if isinstance(cell, datetime.date):
        return {"day": cell.isoformat()}
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < EXACT_BELOW else cell
    return cell if isinstance(cell, str | int | bool) else str(cell)


def trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    """Return the rows without the empty ones at the end and without the empty columns on the right."""
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    width = max((at + 1 for row in rows for at, cell in enumerate(row) if cell is not None), default=0)
    return [row[:width] for row in rows] if width else []


def mark_hidden(rows: list[list[Any]], merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Mark the empty cells that lie in a range of merged cells: only the first of them holds the value that a person sees in all."""
    for first, last in merged:
        for row in rows[first[0] : last[0] + 1]:
            for at in range(first[1], min(last[1] + 1, len(row))):
                row[at] = {"hidden": "merged"} if row[at] is None else row[at]


def mark_formulas(rows: list[list[Any]], content: bytes, sheet: str) -> None:
    """Mark the empty cells that hold a formula: the program that saved the file did not work it out."""
    for row, column in formulas_without_result(part_of(content, sheet)):
        if row < len(rows) and column < len(rows[row]) and rows[row][column] is None:
            rows[row][column] = {"hidden": "formula"}


def part_of(content: bytes, sheet: str) -> bytes:
    """Return the part of an Excel workbook that holds the sheet; nothing for other files."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            book, ways = (archive.open(name).read(MOST_BYTES).decode() for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
            (key,) = (_value(tag, "r:id") for tag in re.findall(r"<sheet [^>]*>", book) if _value(tag, "name") == sheet)
            (target,) = (_value(tag, "Target") for tag in re.findall(r"<Relationship [^>]*>", ways) if _value(tag, "Id") == key)
            with archive.open(target.removeprefix("/") if target.startswith("/") else f"xl/{target}") as part:
                return part.read(MOST_BYTES)
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, NotImplementedError):
        return b""


def _value(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


def formulas_without_result(part: bytes) -> Iterator[tuple[int, int]]:
    """Give row and column, from 0, of the cells that hold a formula and no value; an empty text is a value too."""
    for found in FORMULA.finditer(part):
        begins = part.rfind(b"<c ", max(0, found.start() - NEAR), found.start())
        place = PLACE.search(part, begins, found.start()) if begins >= 0 else None
        ends = part.find(b"</c>", found.start())
        is_worked_out = b"<v>" in part[found.start() : ends].replace(b"<v></v>", b"") or b't="str"' in part[begins : found.start()]
        if place is not None and not is_worked_out:
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - ord("A") + 1
            yield int(place[2]) - 1, column - 1


def main() -> None:
    limit()
    asked = json.loads(sys.stdin.buffer.readline())
    answer = read(sys.stdin.buffer.read(), asked["sheet"], asked["most_rows"], asked["most_columns"])
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
