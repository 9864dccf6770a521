"""Checking a batch: every cell read by its parser, then every row judged by its target. The same check stands before the import itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.foundation import clock
from app.foundation.imports.cells import Cell, Context, Hidden, Table, is_empty, unpacked
from app.foundation.imports.declared import Decision, ImportedRow, ImportKind, RowState, Target, kind_named
from app.foundation.imports.models import ImportBatch, file_of
from app.foundation.views.office import office_facts
from app.values.errors import Conflict, Message, OperationRefused

DEFAULT = "default"
HIDDEN = {
    Hidden.MERGED: Message("The cell is merged with another one. Divide them and give each its own value."),
    Hidden.FORMULA: Message("The cell holds a formula without its result. Enter the value itself."),
}


@dataclass(frozen=True)
class CheckedBatch:
    """All rows of a batch, judged, with the target that judged them."""

    kind: ImportKind
    target: Target
    headings: Sequence[Cell]
    columns: Mapping[str, int]
    rows: Sequence[ImportedRow]

    @property
    def counts(self) -> Mapping[RowState, int]:
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in RowState}

    @property
    def wanted(self) -> list[ImportedRow]:
        """The rows that an import makes records of."""
        return [row for row in self.rows if row.is_wanted]


def table_of(batch: ImportBatch) -> Table:
    """Return the table read from the batch's file. Raises Conflict where the file is deleted already."""
    file = file_of(batch)
    if file is None:
        raise Conflict(Message("The file of this import has been deleted. Upload it again."), code="file_deleted")
    return unpacked(file.cells)


def context_of(batch: ImportBatch) -> Context:
    """Return what the meaning of the batch's cells depends on."""
    office = office_facts(batch.office_id)
    today = clock.now().astimezone(ZoneInfo(office["time_zone"])).date()
    return Context(batch.locale, str(office["currency"]), today)


def checked(batch: ImportBatch, table: Table | None = None) -> CheckedBatch:
    """Return every row of the batch as it stands against the database now."""
    found = table or table_of(batch)
    kind, context = kind_named(batch.kind), context_of(batch)
    target = kind.target(batch.office_id, context)
    rows = [_read_row(kind, batch, context, number, cells) for number, cells in _data_rows(found, batch.heading)]
    target.learn(rows)
    for row in rows:
        if not row.is_left_out:
            target.judge(row)
        row.decision = _decision(batch, row)
    return CheckedBatch(kind, target, found.rows[batch.heading], batch.columns, rows)


def count_rows(table: Table, heading: int) -> int:
    """Return how many rows stand below the line of headings."""
    return sum(1 for _ in _data_rows(table, heading))


def _data_rows(table: Table, heading: int) -> Sequence[tuple[int, list[Cell]]]:
    return [
        (number, cells)
        for number, cells in enumerate(table.rows[heading + 1 :], start=heading + 2)
        if not all(is_empty(cell) for cell in cells)
    ]


def _read_row(kind: ImportKind, batch: ImportBatch, context: Context, number: int, cells: list[Cell]) -> ImportedRow:
    row = ImportedRow(number, cells)
    for column in kind.columns:
        at = batch.columns.get(column.name)
        cell = cells[at] if at is not None and at < len(cells) else None
        if is_empty(cell):
            row.values[column.name] = kind.empty.get(column.name)
            if isinstance(cell, Hidden):
                row.blame(column.name, HIDDEN[cell])
            elif column.name == kind.left_out_without:
                row.is_left_out = True
            elif column.required:
                row.blame(column.name, Message("This field is required."))
            continue
        try:
            row.values[column.name] = column.parse(cell, context)
        except OperationRefused as refusal:
            row.values[column.name] = None
            row.blame(column.name, refusal.message)
    if row.is_left_out:
        row.problems.clear()
    return row


def _decision(batch: ImportBatch, row: ImportedRow) -> Decision:
    """Return what the person has chosen for this duplicate, else for all of them, as far as it is possible here."""
    if row.duplicate is None:
        return Decision.ADD
    for chosen in (batch.decisions.get(str(row.number)), batch.decisions.get(DEFAULT)):
        if chosen in row.duplicate.options:
            return Decision(chosen)
    return row.duplicate.options[0]
