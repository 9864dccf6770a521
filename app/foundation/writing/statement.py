"""The statement that stores new records and gives their documents the numbers."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy.engine import Connection

from app.foundation.numbering import TAKE_PRINTED, NumberToCome, SequenceToCome
from app.foundation.writing.numbers import values_of
from app.foundation.writing.shapes import Shape

# Which columns of a table take a number from the statement: (attribute, key inside its document, expression).
Filled = tuple[tuple[str, str, str], ...]

# Some keys of each of several sequences.
NEXT_KEYS = """SELECT nextval(named.sequence) FROM
(SELECT name::regclass AS sequence, many FROM unnest(%s::text[], %s::integer[]) AS asked (name, many) OFFSET 0) AS named,
generate_series(1, named.many)"""


def insert(
    connection: Connection,
    records: Sequence[Any],
    shapes: Sequence[Shape],
    filled: Mapping[Shape, Filled],
    numbers: Sequence[NumberToCome],
) -> dict[NumberToCome, Sequence[Any]]:
    """Write the records, give the numbers and return them."""
    rows: dict[Shape, list[dict[str, Any]]] = {}
    for record, shape in zip(records, shapes, strict=True):
        rows.setdefault(shape, []).append(_row(vars(record), shape))
    statement = _statement(tuple((shape, filled.get(shape, ())) for shape in rows), len(numbers))
    of_numbers = [value for number in numbers for value in values_of(number)]
    answer = connection.exec_driver_sql(statement, (*of_numbers, *(as_json(of_table) for of_table in rows.values())))
    given = answer.one() if numbers else ()
    return {number: given[2 * position : 2 * position + 2] for position, number in enumerate(numbers)}


def give_keys_to(connection: Connection, records: Sequence[Any], shapes: Sequence[Shape]) -> None:
    """Give the records the keys that they will be stored under, those of each table in order."""
    waiting: dict[str, list[Any]] = {}
    for record, shape in zip(records, shapes, strict=True):
        waiting.setdefault(shape.sequence, []).append(record)
    if waiting:
        given = connection.exec_driver_sql(NEXT_KEYS, (list(waiting), [len(each) for each in waiting.values()]))
        for record, row in zip((record for each in waiting.values() for record in each), given, strict=True):
            vars(record)["id"] = row[0]


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the rows as the database reads them."""
    return _JSON.encode(rows)


def _row(values: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """Return the row for the database; what was not set gets its default, in the record too."""
    row = {}
    for name, key, default in shape.cells:
        try:
            row[name] = values[key]
        except KeyError:
            row[name] = values[key] = default()
    return row


def _plain(value: Any) -> str | None:
    """Return what JSON does not know as the database reads it."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, NumberToCome | SequenceToCome):
        return None
    raise TypeError(f"A row of the books holds a {type(value).__name__}.")


_JSON = json.JSONEncoder(default=_plain, ensure_ascii=False, check_circular=False)


# One value for each table: a payment with one line and one with two are the same statement, and few values are quickly sent.
@lru_cache(maxsize=512)
def _statement(written: tuple[tuple[Shape, Filled], ...], numbers: int) -> str:
    """Return the statement that gives the numbers and inserts the rows.

    The foreign keys are checked at its end: the order of the tables does not matter.
    """
    parts = [f"number_{position} AS ({TAKE_PRINTED})" for position in range(numbers)]
    parts += [f"new_{shape.table.name} AS ({_inserting(shape, filled)})" for shape, filled in written]
    given = [f"number_{position}" for position in range(numbers)]
    answer = f"SELECT {', '.join(f'{name}.*' for name in given)} FROM {', '.join(given)}" if given else "SELECT"  # noqa: S608 (positions)
    return f"WITH {', '.join(parts)} {answer}"


def _inserting(shape: Shape, filled: Filled) -> str:
    values = {cell.key: f'"{cell.name}"' for cell in shape.cells}
    for attribute, inner, number in filled:
        values[attribute] = f"{values[attribute]} || jsonb_build_object('{inner}', {number})" if inner else number
    names = ", ".join(f'"{cell.name}"' for cell in shape.cells)
    rows = f'json_populate_recordset(NULL::"{shape.table.name}", %s)'
    return f'INSERT INTO "{shape.table.name}" ({names}) SELECT {", ".join(values.values())} FROM {rows}'  # noqa: S608 (names of our own tables)
