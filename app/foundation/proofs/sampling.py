"""Reading rows that only Python can check: all of a small table, of a large one another part every day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, String, func, select, type_coerce
from sqlalchemy.orm import class_mapper

from app.foundation import clock
from app.foundation.database import Record
from app.foundation.secrets import Secret

T = TypeVar("T", bound=Record)

# A table of more rows is checked in parts of about so many.
MOST_ROWS = 100_000
STREAMED = {"yield_per": 500}


def rows_of(connection: Connection, model: type[T]) -> Iterator[T]:
    """Yield the rows of ``model`` as objects of no session, through a cursor of the server. What is encrypted stays so."""
    table = model.__table__
    count = connection.execute(select(func.count()).select_from(table)).scalar_one()
    parts = -(-count // MOST_ROWS) or 1
    names = {column.name: prop.key for prop in class_mapper(model).column_attrs for column in prop.columns}
    for row in connection.execute(_part(model, parts), execution_options=STREAMED).mappings():
        yield model(**{names[column]: value for column, value in row.items()})


def _part(model: type[T], parts: int) -> Select[Any]:
    """Return the selection of today's part of ``parts``."""
    table = model.__table__
    statement = select(*(type_coerce(each, String).label(each.name) if isinstance(each.type, Secret) else each for each in table.columns))
    today = clock.real_now().toordinal() % parts
    return statement.where(table.c.id % parts == today) if parts > 1 else statement
