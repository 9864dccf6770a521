"""New rows of the books, stored together: one statement for what an operation made, instead of one for every table.

A payment makes a dozen rows in nine tables. Written table by table they are most of its time, and the receipt's number stays locked
meanwhile (docs/performance.md). A table whose rows are only ever added says ``WrittenTogether``; operations add their records to the
session as ever, and the flush begins with this. What cannot be stored this way is left to the flush's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import Mapper, RelationshipDirection, RelationshipProperty, Session, class_mapper
from sqlalchemy.orm.attributes import instance_state

from app.foundation.numbering import TAKE_PRINTED, NumberToCome, SequenceToCome, number_stem

# A statement takes 65,535 values; more of them are left to the flush's own.
MOST_CELLS = 65_000


class WrittenTogether:
    """A table whose rows are added and hardly ever changed: no default made by the database, no version."""


class _Cell(NamedTuple):
    """A column as its value is written."""

    key: str
    default: Callable[[], Any]
    adapted: Callable[[Any], Any] | None


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
    row: str


class _Place(NamedTuple):
    """Where a number is to stand: ``values[key]``."""

    values: dict[str, Any]
    key: str
    to_come: NumberToCome | SequenceToCome


@event.listens_for(Session, "before_flush")
def write_new_records(session: Session, context: object, instances: object) -> None:
    """Store the session's new records of the books by one statement, which gives them their numbers too."""
    records = give_keys(session)
    if not records:
        return
    connection = session.connection()
    shapes = _shapes_of(records, connection)
    is_left = sum(len(shape.cells) for shape in shapes) > MOST_CELLS or _waits_for_others(session, records, shapes)
    places = [place for record in (*session.new, *session.dirty) for place in _places(vars(record))]
    numbers = list(dict.fromkeys(_number_of(place.to_come) for place in places))
    if is_left or len({number.counter for number in numbers}) < len(numbers):
        # Rows that are not written here, or two numbers of one counter, which no single statement gives: they are taken at once.
        _fill(places, {number: connection.exec_driver_sql(TAKE_PRINTED, _values_of(number)).one() for number in numbers})
        places, numbers = [], []
    if is_left:
        return
    for record, shape in zip(records, shapes, strict=True):
        _copy_keys(vars(record), shape)
    _fill(places, _insert(connection, records, shapes, numbers))
    # What the flush itself says at its end: they are stored, and a rollback to a savepoint takes them out of the session again. No
    # public call says both; the version of SQLAlchemy is pinned, and tests/foundation/test_writing.py asks for each.
    session._register_persistent({instance_state(record) for record in records})


def give_keys(session: Session) -> list[Any]:
    """Return the new records of the books, each with the key it will be stored under."""
    records = [record for record in session.new if isinstance(record, WrittenTogether)]
    keyless = [record for record in records if vars(record).get("id") is None]
    if keyless:
        connection = session.connection()
        for record, key in zip(keyless, _new_keys(connection, _shapes_of(keyless, connection)), strict=True):
            vars(record)["id"] = key
    return records


def _shapes_of(records: Sequence[Any], connection: Connection) -> list[_Shape]:
    return [_shape_of(type(record), connection.dialect) for record in records]  # type: ignore[arg-type]  # a dialect is what it is


def _waits_for_others(session: Session, records: Sequence[Any], shapes: Sequence[_Shape]) -> bool:
    """Say whether a record needs the key of a new record that is not written here."""
    for record, shape in zip(records, shapes, strict=True):
        for tie in shape.ties:
            related = vars(record).get(tie.key) if tie.is_to_one else None
            if related is not None and not isinstance(related, WrittenTogether) and related in session.new:
                return True
    return False


def _new_keys(connection: Connection, shapes: Sequence[_Shape]) -> list[int]:
    sequences = [f"{shape.table.name}_id_seq" for shape in shapes]
    found = connection.exec_driver_sql("SELECT nextval(name::regclass) FROM unnest(%s::text[]) AS name", (sequences,))
    return [row[0] for row in found]


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


def _places(values: dict[str, Any]) -> list[_Place]:
    """Return where numbers are to stand in a record and in the documents it stores."""
    found = []
    for key, value in values.items():
        if isinstance(value, NumberToCome | SequenceToCome):
            found.append(_Place(values, key, value))
        elif isinstance(value, dict):
            found += [_Place(value, inner, to_come) for inner, to_come in value.items() if isinstance(to_come, NumberToCome)]
    return found


def _number_of(to_come: NumberToCome | SequenceToCome) -> NumberToCome:
    return to_come.number if isinstance(to_come, SequenceToCome) else to_come


def _values_of(number: NumberToCome) -> tuple[Any, ...]:
    return (*number.counter, 1, number_stem(number.prefix, number.year))


def _fill(places: Sequence[_Place], given: Mapping[NumberToCome, tuple[int, str]]) -> None:
    """Put the numbers that were given where they are to stand."""
    for values, key, to_come in places:
        sequence, printed = given[_number_of(to_come)]
        values[key] = sequence if isinstance(to_come, SequenceToCome) else printed


def _insert(
    connection: Connection, records: Sequence[Any], shapes: Sequence[_Shape], numbers: Sequence[NumberToCome]
) -> dict[NumberToCome, tuple[int, str]]:
    """Write the records, give the numbers and return them."""
    rows: dict[_Shape, list[dict[str, Any]]] = {}
    for record, shape in zip(records, shapes, strict=True):
        rows.setdefault(shape, []).append(vars(record))
    position_of = {number: position for position, number in enumerate(numbers)}
    written = [value for number in numbers for value in _values_of(number)]
    signs: dict[_Shape, tuple[str, ...]] = {}
    for shape, of_table in rows.items():
        signs[shape] = tuple(_row(values, shape, position_of, written) for values in of_table)
    given = connection.exec_driver_sql(_statement(tuple(signs.items()), len(numbers)), tuple(written))
    flat = given.one() if numbers else ()
    return dict(zip(numbers, zip(flat[::2], flat[1::2], strict=True), strict=True))


def _row(values: dict[str, Any], shape: _Shape, position_of: Mapping[NumberToCome, int], written: list[Any]) -> str:
    """Return a row as it stands in the statement; what is to be sent with it is added to ``written``."""
    if not (position_of and _places(values)):
        written += [_written(values, cell) for cell in shape.cells]
        return shape.row
    signs = []
    for cell in shape.cells:
        value = values.get(cell.key)
        if isinstance(value, NumberToCome | SequenceToCome):
            signs.append(_given(value, position_of))
        elif isinstance(value, dict) and cell.adapted is not None:
            to_come = {key: each for key, each in value.items() if isinstance(each, NumberToCome)}
            written.append(cell.adapted({key: each for key, each in value.items() if key not in to_come}))
            written += to_come
            pairs = ", ".join(f"%s::text, {_given(each, position_of)}" for each in to_come.values())
            signs.append(f"%s::jsonb || jsonb_build_object({pairs})")
        else:
            signs.append("%s")
            written.append(_written(values, cell))
    return f"({', '.join(signs)})"


def _given(to_come: NumberToCome | SequenceToCome, position_of: Mapping[NumberToCome, int]) -> str:
    wanted = "last" if isinstance(to_come, SequenceToCome) else "printed"
    return f"(SELECT {wanted} FROM number_{position_of[_number_of(to_come)]})"  # noqa: S608 (a position)


def _written(values: dict[str, Any], cell: _Cell) -> Any:
    """Return the value for the database; what was not set gets its default, in the record too."""
    try:
        value = values[cell.key]
    except KeyError:
        value = values[cell.key] = cell.default()
    return value if value is None or cell.adapted is None else cell.adapted(value)


# A payment with one line, with two, with a gift: a few statements, again and again.
@lru_cache(maxsize=512)
def _statement(written: tuple[tuple[_Shape, tuple[str, ...]], ...], numbers: int) -> str:
    """Return the statement that gives the numbers and inserts the rows.

    The foreign keys are checked at its end: the order of the tables does not matter.
    """
    parts = [f"number_{position} AS ({TAKE_PRINTED})" for position in range(numbers)]
    for shape, rows in written:
        names = ", ".join(f'"{column.name}"' for column in shape.table.columns)
        parts.append(f'new_{shape.table.name} AS (INSERT INTO "{shape.table.name}" ({names}) VALUES {", ".join(rows)})')  # noqa: S608 (names of our own tables)
    given = ", ".join(f"number_{position}.*" for position in range(numbers))
    answer = f"SELECT {given} FROM {', '.join(f'number_{position}' for position in range(numbers))}" if numbers else "SELECT"  # noqa: S608
    return f"WITH {', '.join(parts)} {answer}"


@lru_cache(maxsize=256)
def _shape_of(model: type, dialect: Dialect) -> _Shape:
    mapper: Mapper[Any] = class_mapper(model)
    table = mapper.local_table
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is no table of its own.")
    cells = tuple(
        _Cell(mapper.get_property_by_column(column).key, _default_of(column), column.type.dialect_impl(dialect).bind_processor(dialect))
        for column in table.columns
    )
    ties = tuple(tie for relationship in mapper.relationships for tie in _ties_of(relationship))
    return _Shape(table, cells, ties, f"({', '.join(['%s'] * len(cells))})")


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
