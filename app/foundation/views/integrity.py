"""What the database refuses, in words and at the field: no SQL reaches a page (hole H11)."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Table
from sqlalchemy.exc import DataError, DBAPIError

from app.foundation.database import Record
from app.foundation.transactions import explained
from app.values.errors import Conflict, Message, OperationRefused

UNIQUE, FOREIGN_KEY, CHECK, NOT_NULL, EXCLUSION = "23505", "23503", "23514", "23502", "23P01"
# PostgreSQL 18 tells ON DELETE RESTRICT apart from a foreign key checked at the end.
RESTRICTED = "23001"
TOO_LONG, OUT_OF_RANGE = "22001", "22003"

_SENTENCES = {
    UNIQUE: Message("Another record has this value already. Enter another one."),
    FOREIGN_KEY: Message("This record does not exist."),
    CHECK: Message("This value is not possible here."),
    NOT_NULL: Message("This field is required."),
    EXCLUSION: Message("This overlaps with another record of the same time."),
    TOO_LONG: Message("The text is too long."),
    OUT_OF_RANGE: Message("The number is too large."),
}
STILL_USED = Message("Other records use this one, so it cannot be deleted.")
UNREADABLE = Message("The database cannot store one of these values. Check what you typed.")


def explained_violation(error: DBAPIError, model: type[Any] | None = None) -> OperationRefused:
    """Return the refusal that stands for ``error``: the sentence a domain registered, else one by its kind, at its field."""
    ready = explained(error)
    if isinstance(ready, OperationRefused):
        return ready
    code = str(getattr(error.orig, "sqlstate", "") or "")
    diagnosis = getattr(error.orig, "diag", None)
    if code == RESTRICTED or (code == FOREIGN_KEY and "still referenced" in str(getattr(diagnosis, "message_detail", "") or "")):
        return Conflict(STILL_USED, code="still_used")
    message = _SENTENCES.get(code, UNREADABLE)
    names = _columns(diagnosis, _table(diagnosis, model))
    fields = {_field_name(name, model): message for name in names}
    refusal = OperationRefused if isinstance(error, DataError) or code in _SENTENCES else Conflict
    return refusal(message, code={UNIQUE: "not_unique"}.get(code, "refused_by_database"), fields=fields)


def _table(diagnosis: Any, model: type[Any] | None) -> Table | None:
    name = getattr(diagnosis, "table_name", None)
    if model is not None and (not name or model.__tablename__ == name):
        table: Table = model.__table__
        return table
    return Record.registry.metadata.tables.get(name) if name else None


def _columns(diagnosis: Any, table: Table | None) -> list[str]:
    """Return the columns to blame; of a key over the office and a code, the code."""
    single = getattr(diagnosis, "column_name", None)
    if single:
        return [str(single)]
    name = getattr(diagnosis, "constraint_name", None)
    if not name or table is None:
        return []
    keys: list[Any] = [*table.constraints, *table.indexes]
    for constraint in keys:
        if constraint.name is not None and str(constraint.name) == name:
            found = [str(column.name) for column in getattr(constraint, "columns", [])]
            return [column for column in found if column != "office_id"][-1:]
    return [column.name for column in table.columns if re.search(rf"_{column.name}(_|$)", name)][:1]


def _field_name(column: str, model: type[Any] | None) -> str:
    """Return the form's name of a column: the relation where it holds one."""
    if model is None:
        return column
    for relation in model.__mapper__.relationships:
        if any(local.name == column for local in relation.local_columns) and relation.direction.name == "MANYTOONE":
            return str(relation.key)
    return column
