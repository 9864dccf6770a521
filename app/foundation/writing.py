"""New rows of the books, stored together: one statement for what an operation made, instead of one for every table.

A payment makes a dozen rows in nine tables. Written table by table they are most of its time, and the receipt's number stays locked
meanwhile (docs/performance.md). A table whose rows are only ever added says ``WrittenTogether``; operations add their records to the
session as ever, and the flush begins with this. The same statement gives the documents their numbers, so that only the commit is left
while the counter is locked. What cannot be stored this way is left to the flush's own.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper, RelationshipDirection, RelationshipProperty, Session, class_mapper
from sqlalchemy.orm.attributes import instance_state

from app.foundation.numbering import TAKE, TAKE_PRINTED, NumberToCome, SequenceToCome, document_number, number_stem


class WrittenTogether:
    """A table whose rows are added and hardly ever changed: no default made by the database, no version."""


class _Cell(NamedTuple):
    """A column: its name, the attribute that holds its value, and what it is where nobody set it."""

    name: str
    key: str
    default: Callable[[], Any]


class _Tie(NamedTuple):
    """A relationship along which the key of one record, ``given``, is copied to another's column, ``kept``."""

    key: str
    kept: str
    given: str
    is_to_one: bool


@dataclass(frozen=True, eq=False)
class _Shape:
    """How the records of one class are written."""

    table: Table
    cells: tuple[_Cell, ...]
    ties: tuple[_Tie, ...]


class _Place(NamedTuple):
    """Where a number is to stand: ``values[key]``, in the attribute ``inside`` of a record where that is a document."""

    values: dict[str, Any]
    key: str
    inside: str
    to_come: NumberToCome | SequenceToCome

    @property
    def number(self) -> NumberToCome:
        return self.to_come.number if isinstance(self.to_come, SequenceToCome) else self.to_come


# Which columns of a table take a number from the statement: (attribute, key inside its document, expression).
_Filled = tuple[tuple[str, str, str], ...]


@event.listens_for(Session, "before_flush")
def write_new_records(session: Session, context: object, instances: object) -> None:
    """Store the session's new records of the books by one statement, which gives them their numbers too."""
    records = give_keys(session)
    if not records:
        return
    connection = session.connection()
    shapes = [_shape_of(record.__class__) for record in records]
    is_left_to_the_flush = _waits_for_others(session, records, shapes)
    places = {record: found for record in (*session.new, *session.dirty) if (found := _places(vars(record)))}
    numbers = list(dict.fromkeys(place.number for found in places.values() for place in found))
    filled = _filled(records, shapes, places, numbers)
    if numbers and (is_left_to_the_flush or filled is None):
        _fill(places, _taken(connection, numbers))
        places, numbers = {}, []
    if is_left_to_the_flush:
        return
    for record, shape in zip(records, shapes, strict=True):
        _copy_keys(vars(record), shape)
    _fill(places, _insert(connection, records, shapes, filled or {}, numbers))
    # What the flush itself says at its end: they are stored, and a rollback to a savepoint takes them out of the session again. No
    # public call says both; the version of SQLAlchemy is pinned, and tests/foundation/test_writing.py asks for each.
    session._register_persistent({instance_state(record) for record in records})


def give_keys(session: Session) -> list[Any]:
    """Return the new records of the books, each with the key it will be stored under."""
    records: list[Any] = [record for record in session.new if isinstance(record, WrittenTogether)]
    keyless = [record for record in records if vars(record).get("id") is None]
    if keyless:
        sequences = [f"{_shape_of(record.__class__).table.name}_id_seq" for record in keyless]
        found = session.connection().exec_driver_sql("SELECT nextval(name::regclass) FROM unnest(%s::text[]) AS name", (sequences,))
        for record, row in zip(keyless, found, strict=True):
            vars(record)["id"] = row[0]
    return records


def _waits_for_others(session: Session, records: Sequence[Any], shapes: Sequence[_Shape]) -> bool:
    """Say whether a record needs the key of a new record that is not written here."""
    new = set(session.new)
    for record, shape in zip(records, shapes, strict=True):
        for tie in shape.ties:
            related = vars(record).get(tie.key) if tie.is_to_one else None
            if related is not None and not isinstance(related, WrittenTogether) and related in new:
                return True
    return False


def _copy_keys(values: dict[str, Any], shape: _Shape) -> None:
    """Copy the keys along the relationships that were set, as a flush would."""
    for tie in shape.ties:
        related = values.get(tie.key)
        if not related:
            continue
        if tie.is_to_one:
            values[tie.kept] = getattr(related, tie.given)
        else:
            for child in related:
                vars(child)[tie.kept] = values[tie.given]


# Numbers ------------------------------------------------------------------------------------------------------------------------


def _places(values: dict[str, Any]) -> list[_Place]:
    """Return where numbers are to stand in a record and in the documents it stores."""
    found = []
    for key, value in values.items():
        if isinstance(value, NumberToCome | SequenceToCome):
            found.append(_Place(values, key, "", value))
        elif isinstance(value, dict):
            found += [_Place(value, inner, key, to_come) for inner, to_come in value.items() if isinstance(to_come, NumberToCome)]
    return found


def _filled(
    records: Sequence[Any], shapes: Sequence[_Shape], places: Mapping[Any, Sequence[_Place]], numbers: Sequence[NumberToCome]
) -> dict[_Shape, _Filled] | None:
    """Return what the statement fills in by itself; None where it cannot, since rows of one table or one counter need several numbers."""
    if len({number.counter for number in numbers}) < len(numbers):
        return None
    filled: dict[_Shape, _Filled] = {}
    for record, shape in zip(records, shapes, strict=True):
        of_record = tuple(
            (place.inside or place.key, place.key if place.inside else "", _given(place, numbers)) for place in places.get(record, ())
        )
        if filled.setdefault(shape, of_record) != of_record:
            return None
    return filled


def _given(place: _Place, numbers: Sequence[NumberToCome]) -> str:
    wanted = "last" if isinstance(place.to_come, SequenceToCome) else "printed"
    return f"(SELECT {wanted} FROM number_{numbers.index(place.number)})"  # noqa: S608 (a position)


def _values_of(number: NumberToCome) -> tuple[Any, ...]:
    return (*number.counter, 1, number_stem(number.prefix, number.year))


def _taken(connection: Connection, numbers: Sequence[NumberToCome]) -> dict[NumberToCome, Sequence[Any]]:
    """Take the numbers of each counter at once, in the order of the documents, and return them."""
    waiting: dict[tuple[int, str, int], list[NumberToCome]] = {}
    for number in numbers:
        waiting.setdefault(number.counter, []).append(number)
    given: dict[NumberToCome, Sequence[Any]] = {}
    for counter, together in waiting.items():
        last = connection.exec_driver_sql(TAKE, (*counter, len(together))).scalar_one()
        for sequence, number in enumerate(together, start=last - len(together) + 1):
            given[number] = (sequence, document_number(number.prefix, number.year, sequence))
    return given


def _fill(places: Mapping[Any, Sequence[_Place]], given: Mapping[NumberToCome, Sequence[Any]]) -> None:
    """Put the numbers that were given where they are to stand."""
    for place in (place for found in places.values() for place in found):
        last, printed = given[place.number]
        place.values[place.key] = last if isinstance(place.to_come, SequenceToCome) else printed


# The statement ------------------------------------------------------------------------------------------------------------------


def _insert(
    connection: Connection,
    records: Sequence[Any],
    shapes: Sequence[_Shape],
    filled: Mapping[_Shape, _Filled],
    numbers: Sequence[NumberToCome],
) -> dict[NumberToCome, Sequence[Any]]:
    """Write the records, give the numbers and return them."""
    rows: dict[_Shape, list[dict[str, Any]]] = {}
    for record, shape in zip(records, shapes, strict=True):
        rows.setdefault(shape, []).append(_row(vars(record), shape))
    statement = _statement(tuple((shape, filled.get(shape, ())) for shape in rows), len(numbers))
    of_numbers = [value for number in numbers for value in _values_of(number)]
    answer = connection.exec_driver_sql(statement, (*of_numbers, *(_JSON.encode(of_table) for of_table in rows.values())))
    given = answer.one() if numbers else ()
    return {number: given[2 * position : 2 * position + 2] for position, number in enumerate(numbers)}


def _row(values: dict[str, Any], shape: _Shape) -> dict[str, Any]:
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
def _statement(written: tuple[tuple[_Shape, _Filled], ...], numbers: int) -> str:
    """Return the statement that gives the numbers and inserts the rows.

    The foreign keys are checked at its end: the order of the tables does not matter.
    """
    parts = [f"number_{position} AS ({TAKE_PRINTED})" for position in range(numbers)]
    parts += [f"new_{shape.table.name} AS ({_inserting(shape, filled)})" for shape, filled in written]
    given = [f"number_{position}" for position in range(numbers)]
    answer = f"SELECT {', '.join(f'{name}.*' for name in given)} FROM {', '.join(given)}" if given else "SELECT"  # noqa: S608 (positions)
    return f"WITH {', '.join(parts)} {answer}"


def _inserting(shape: _Shape, filled: _Filled) -> str:
    values = {cell.key: f'"{cell.name}"' for cell in shape.cells}
    for attribute, inner, number in filled:
        values[attribute] = f"{values[attribute]} || jsonb_build_object('{inner}', {number})" if inner else number
    names = ", ".join(f'"{cell.name}"' for cell in shape.cells)
    rows = f'json_populate_recordset(NULL::"{shape.table.name}", %s)'
    return f'INSERT INTO "{shape.table.name}" ({names}) SELECT {", ".join(values.values())} FROM {rows}'  # noqa: S608 (names of our own tables)


@lru_cache(maxsize=256)
def _shape_of(model: type) -> _Shape:
    mapper: Mapper[Any] = class_mapper(model)
    table = mapper.local_table
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is no table of its own.")
    cells = tuple(_Cell(column.name, mapper.get_property_by_column(column).key, _default_of(column)) for column in table.columns)
    return _Shape(table, cells, tuple(tie for relationship in mapper.relationships for tie in _ties_of(relationship)))


def _default_of(column: Column[Any]) -> Callable[[], Any]:
    if column.server_default is not None:
        raise TypeError(f"{column} gets its default from the database: its table cannot be written together.")
    default: Any = column.default
    if default is None:
        return lambda: None
    return (lambda: default.arg(None)) if default.is_callable else (lambda: default.arg)


def _ties_of(relationship: RelationshipProperty[Any]) -> list[_Tie]:
    if relationship.viewonly:
        return []
    is_to_one = relationship.direction is RelationshipDirection.MANYTOONE
    here, there = relationship.parent, relationship.mapper
    ties = []
    for local, remote in relationship.local_remote_pairs or ():
        at_here, at_there = here.get_property_by_column(local).key, there.get_property_by_column(remote).key
        ties.append(_Tie(relationship.key, *((at_here, at_there) if is_to_one else (at_there, at_here)), is_to_one))
    return ties
