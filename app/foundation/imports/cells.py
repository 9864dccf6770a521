"""The cells of a sheet as plain values, and how they are kept: a table of them, packed.

A cell is None, a text, a whole number, a number, yes or no, a day or a moment, or is hidden. Numbers beyond fifteen digits stay
a ``float``: a spreadsheet has lost the rest of them already.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any


class Hidden(Enum):
    """A cell that is empty in the file though whoever sees the sheet takes a value for its own.

    One that was merged with another one; or one with a formula, saved by a program that did not work it out.
    """

    MERGED = "merged"
    FORMULA = "formula"


Cell = str | int | float | bool | date | datetime | Hidden | None

# A double holds every whole number up to fifteen digits.
EXACT_BELOW = 10**15


@dataclass(frozen=True)
class Context:
    """What the meaning of a cell depends on: the language in which its dates and numbers are written, the office's money and today."""

    locale: str
    currency: str
    today: date


@dataclass(frozen=True)
class Table:
    """A sheet as it was read: all its rows, the heading among them; the names of the file's sheets; the charset of a text file."""

    rows: list[list[Cell]]
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    charset: str = ""


def text_of(cell: Cell) -> str:
    """Return the text of a cell as a person would type it; a telephone number kept as a number has no decimals."""
    if cell is None or isinstance(cell, Hidden):
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return number_text(cell)
    return str(cell)


def number_text(value: float) -> str:
    """Return a number without what binary arithmetic has added at its end: 12.5, not 12.500000000000002."""
    if abs(value) >= EXACT_BELOW:
        return f"{value:.5E}"
    return format(Decimal(repr(round(value, 9))).normalize(), "f")


def is_empty(cell: Cell) -> bool:
    return cell is None or isinstance(cell, Hidden) or (isinstance(cell, str) and not cell.strip())


def packed(table: Table) -> str:
    """Return the table as a text that ``unpacked`` reads."""
    content = {"rows": [[_kept(cell) for cell in row] for row in table.rows], "sheet": table.sheet, "sheets": table.sheets}
    plain = json.dumps({**content, "charset": table.charset}, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(plain.encode("utf-8", "surrogatepass"), 1)).decode()


def unpacked(text: str) -> Table:
    """Return the table that was packed."""
    content = json.loads(zlib.decompress(base64.b64decode(text)).decode("utf-8", "surrogatepass"))
    return table_from(content)


def table_from(content: dict[str, Any]) -> Table:
    """Return a table from its JSON."""
    rows = [[_cell(kept) for kept in row] for row in content["rows"]]
    return Table(rows, content["sheet"], tuple(content["sheets"]), content.get("charset", ""))


def _kept(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return {"moment": cell.isoformat()}
    if isinstance(cell, Hidden):
        return {"hidden": cell.value}
    return {"day": cell.isoformat()} if isinstance(cell, date) else cell


def _cell(kept: Any) -> Cell:
    if isinstance(kept, dict):
        if "hidden" in kept:
            return Hidden(kept["hidden"])
        return date.fromisoformat(kept["day"]) if "day" in kept else datetime.fromisoformat(kept["moment"])
    cell: Cell = kept
    return cell
