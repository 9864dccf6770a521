"""How columns, cells and rows of an import are shown on its pages: private ones masked, wrong ones with their sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.foundation.i18n import FILTERS, say
from app.foundation.imports.cells import Cell, Table, is_empty, text_of
from app.foundation.imports.checking import CheckedBatch
from app.foundation.imports.declared import WHOLE_ROW, Decision, ImportColumn, ImportedRow, ImportKind, RowState
from app.foundation.imports.models import ImportBatch
from app.foundation.secrets import masked
from app.foundation.views.links import Action
from app.values.choices import Choice
from app.values.errors import N_, Message

SAMPLES, LONGEST_SAMPLE = 3, 60
PAGE = 50
STEPS = (N_("File"), N_("Columns"), N_("Check"), N_("Done"))


@dataclass(frozen=True)
class FileColumn:
    """A column of the file with its first values, and what it means."""

    at: int
    heading: str
    samples: Sequence[str]
    meaning: str


@dataclass(frozen=True)
class ShownCell:
    """A cell of a row, ready to be written."""

    label: str
    text: str
    problem: Message | None = None
    doubt: Message | None = None


@dataclass(frozen=True)
class ShownRow:
    """A row of the file, ready to be written."""

    number: int
    state: RowState
    cells: Sequence[ShownCell]
    wrong: Sequence[str]
    problem: Message | None
    doubt: Message | None
    options: Sequence[Decision]
    decision: Decision


@dataclass(frozen=True)
class CheckPage:
    """A page of checked rows."""

    rows: Sequence[ShownRow]
    columns: Sequence[ImportColumn]
    counts: Mapping[RowState, int]
    wanted: int
    total: int
    only: str
    number: int
    pages: int
    options: Sequence[Decision] = field(default_factory=tuple)


def file_columns(batch: ImportBatch, table: Table, kind: ImportKind) -> list[FileColumn]:
    """Return the columns of the file for the step in which their meanings are chosen."""
    meanings = {at: name for name, at in batch.columns.items()}
    headings, below = table.rows[batch.heading], table.rows[batch.heading + 1 :]
    shown = []
    for at, heading in enumerate(headings):
        cells = [row[at] for row in below[:200] if at < len(row) and not is_empty(row[at])][:SAMPLES]
        meaning = meanings.get(at, "")
        if not cells and is_empty(heading):
            continue
        is_private = bool(meaning) and kind.column(meaning).private
        shown.append(FileColumn(at, text_of(heading), [_sample(cell, is_private) for cell in cells], meaning))
    return shown


def _sample(cell: Cell, is_private: bool) -> str:
    text = text_of(cell)[:LONGEST_SAMPLE]
    return masked(text) if is_private else text


def check_page(found: CheckedBatch, only: str, number: int) -> CheckPage:
    """Return one page of the rows, all of them or those of one state."""
    rows = [row for row in found.rows if not only or row.state == only]
    pages = max(1, -(-len(rows) // PAGE))
    number = min(max(number, 1), pages)
    columns = [column for column in found.kind.columns if column.name in found.columns or _is_blamed(found, column)]
    offered = {option for row in found.rows if row.duplicate and not row.problems for option in row.duplicate.options}
    return CheckPage(
        rows=[_row(columns, row, found.columns) for row in rows[(number - 1) * PAGE : number * PAGE]],
        columns=columns,
        counts=found.counts,
        wanted=len(found.wanted),
        total=len(found.rows),
        only=only,
        number=number,
        pages=pages,
        options=[option for option in Decision if option in offered],
    )


def _is_blamed(found: CheckedBatch, column: ImportColumn) -> bool:
    return any(column.name in row.problems for row in found.rows)


def _row(columns: Sequence[ImportColumn], row: ImportedRow, places: Mapping[str, int]) -> ShownRow:
    names = {column.name for column in columns}
    doubt = row.duplicate if not row.problems else None
    whole = doubt.message if doubt is not None and doubt.column not in names else None
    return ShownRow(
        number=row.number,
        state=row.state,
        cells=[_cell(column, row, places.get(column.name)) for column in columns],
        wrong=[column.label for column in columns if column.name in row.problems],
        problem=row.problems.get(WHOLE_ROW),
        doubt=whole,
        options=doubt.options if doubt is not None else (),
        decision=row.decision,
    )


def _cell(column: ImportColumn, row: ImportedRow, at: int | None) -> ShownCell:
    problem = row.problems.get(column.name)
    doubt = row.duplicate.message if row.duplicate and not row.problems and row.duplicate.column == column.name else None
    written = shown_value(column, row)
    if not written and at is not None and at < len(row.cells):
        written = _sample(row.cells[at], column.private)
    return ShownCell(column.label, written, problem, doubt)


def shown_value(column: ImportColumn, row: ImportedRow) -> str:
    """Return the value of a cell as it was understood, else as it stands in the file."""
    value: Any = row.values.get(column.name)
    if value is None or value == "":
        return ""
    if column.private:
        return masked(str(value)) if column.name != "password" else "********"
    if isinstance(value, Choice):
        return say(value)
    if isinstance(value, date):
        return str(FILTERS["day"](value))
    return str(FILTERS["number"](value)) if isinstance(value, Decimal) else str(value)


def steps(current: int, links: Sequence[str | None] = ()) -> list[Action]:
    """Return the bar of steps; those before the current one can be gone back to."""
    return [
        {
            "label": label,
            "number": number,
            "active": number == current,
            "done": number < current,
            "href": links[number - 1] if number < current and number <= len(links) else None,
        }
        for number, label in enumerate(STEPS, start=1)
    ]
