"""What stands in the way of undoing a batch: rows of other tables that point at its records, found by the foreign keys themselves.

So a table that is added later is asked too, without anybody thinking of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import Column, Table, and_, func, or_, select

from app.foundation.database import Record, db
from app.foundation.imports.models import ImportBatch, ImportRow
from app.values.errors import N_, Message


@dataclass(frozen=True)
class Blocked:
    """A row of the file whose records must stay: a name for it without personal data, and why."""

    row: int
    label: str
    reason: Message


def blocked_rows(batch: ImportBatch) -> list[Blocked]:
    """Return the rows of the batch on which something was built since, and those that such rows need in turn, in the order of the file."""
    found: dict[int, Blocked] = {}
    for table in _made_tables(batch):
        for pointing, column in _pointing_at(table):
            for row, label, count in _uses(batch, table, pointing, column):
                reason = Message("In use since the import: %(what)s (%(count)s)", what=_name_of(pointing), count=count)
                # The last word stands: a line says more of a row than its customer.
                found[row] = Blocked(row, label, reason)
    if found:
        _spread(batch, found)
    return [found[row] for row in sorted(found)]


def _made_tables(batch: ImportBatch) -> list[Table]:
    names = select(ImportRow.of_table).where(ImportRow.batch_id == batch.id, ImportRow.removed_at.is_(None)).distinct()
    return [Record.metadata.tables[name] for name in sorted(db.session.scalars(names))]


def _pointing_at(table: Table) -> Iterator[tuple[Table, Column[Any]]]:
    """Yield every table with the column by which its rows point at rows of ``table``."""
    for other in Record.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table and key.column.name == "id":
                yield other, key.parent


def _uses(batch: ImportBatch, table: Table, pointing: Table, column: Column[Any]) -> list[tuple[int, str, int]]:
    """Return row, label and number of uses by rows that the batch itself has not made."""
    marks = Record.metadata.tables["import_row"]
    own = marks.alias()
    is_own = and_(own.c.batch_id == batch.id, own.c.of_table == pointing.name, own.c.record_id == pointing.c.id, own.c.removed_at.is_(None))
    statement = (
        select(marks.c.row_number, func.max(marks.c.label), func.count())
        .join(pointing, column == marks.c.record_id)
        .outerjoin(own, is_own)
        .where(marks.c.batch_id == batch.id, marks.c.of_table == table.name, marks.c.removed_at.is_(None), own.c.id.is_(None))
        .group_by(marks.c.row_number)
        .order_by(marks.c.row_number)
    )
    return [(row, label, count) for row, label, count in db.session.connection().execute(statement)]


def _spread(batch: ImportBatch, found: dict[int, Blocked]) -> None:
    """Add the rows whose records a blocked row needs: the customer of row 5 when the line of row 9 is his and stays."""
    needed = defaultdict(set)
    for row, by in _needs(batch):
        needed[by].add(row)
    waiting = list(found)
    while waiting:
        by = waiting.pop()
        for row in needed[by] - set(found):
            found[row] = Blocked(row, "", Message("Row %(row)s needs it and stays.", row=str(by)))
            waiting.append(row)


def _needs(batch: ImportBatch) -> Iterator[tuple[int, int]]:
    """Yield (row, other row of the batch whose record points at a record of the first)."""
    marks = Record.metadata.tables["import_row"]
    for table in _made_tables(batch):
        for pointing, column in _pointing_at(table):
            other = marks.alias()
            statement = (
                select(marks.c.row_number, other.c.row_number)
                .join(pointing, column == marks.c.record_id)
                .join(other, and_(other.c.of_table == pointing.name, other.c.record_id == pointing.c.id))
                .where(
                    marks.c.batch_id == batch.id,
                    marks.c.of_table == table.name,
                    other.c.batch_id == batch.id,
                    or_(marks.c.row_number < other.c.row_number, marks.c.row_number > other.c.row_number),
                )
            )
            yield from ((row, by) for row, by in db.session.connection().execute(statement))


def _name_of(table: Table) -> Message:
    """Return what people call a row of ``table``: the title of its page."""
    for view in current_app.appbuilder.baseviews:  # type: ignore[attr-defined]
        model = getattr(getattr(view, "datamodel", None), "obj", None)
        if model is not None and model.__table__ is table and not getattr(view, "is_only_a_page", False):
            return Message(str(getattr(view, "show_title", "") or view.list_title))
    return Message(N_("Another record"))
