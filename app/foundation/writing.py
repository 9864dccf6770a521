"""New rows of the books, stored together: one statement for what an operation made, instead of one for every table.

A payment makes a dozen rows in nine tables. Written table by table they are most of its time, and the receipt's number stays locked
meanwhile (docs/performance.md). A table whose rows are only ever added says ``WrittenTogether``; operations add their records to the
session as ever, and the flush begins with this. What cannot be stored this way is left to the flush's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import Mapper, RelationshipDirection, RelationshipProperty, Session, class_mapper
from sqlalchemy.orm.attributes import instance_state

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


@event.listens_for(Session, "before_flush")
def write_new_records(session: Session, context: object, instances: object) -> None:
    """Store the session's new records of the books by one statement."""
    records = [record for record in session.new if isinstance(record, WrittenTogether)]
    if not records:
        return
    connection = session.connection()
    shapes = [_shape_of(type(record), connection.dialect) for record in records]  # type: ignore[arg-type]  # a dialect is what it is
    if sum(len(shape.cells) for shape in shapes) > MOST_CELLS or _waits_for_others(session, records, shapes):
        return
    for record, key in zip(records, _new_keys(connection, shapes), strict=True):
        vars(record)["id"] = key
    for record, shape in zip(records, shapes, strict=True):
        _copy_keys(vars(record), shape)
    _insert(connection, records, shapes)
    # What the flush itself says at its end: they are stored, and a rollback to a savepoint takes them out of the session again. No
    # public call says both; the version of SQLAlchemy is pinned, and tests/foundation/test_writing.py asks for each.
    session._register_persistent({instance_state(record) for record in records})


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


def _insert(connection: Connection, records: Sequence[Any], shapes: Sequence[_Shape]) -> None:
    rows: dict[_Shape, list[dict[str, Any]]] = {}
    for record, shape in zip(records, shapes, strict=True):
        rows.setdefault(shape, []).append(vars(record))
    written = tuple(_written(values, cell) for shape, of_table in rows.items() for values in of_table for cell in shape.cells)
    connection.exec_driver_sql(_statement(tuple((shape, len(of_table)) for shape, of_table in rows.items())), written)


def _written(values: dict[str, Any], cell: _Cell) -> Any:
    """Return the value for the database; what was not set gets its default, in the record too."""
    try:
        value = values[cell.key]
    except KeyError:
        value = values[cell.key] = cell.default()
    return value if value is None or cell.adapted is None else cell.adapted(value)


# A payment with one line, with two, with a gift: a few statements, again and again.
@lru_cache(maxsize=512)
def _statement(written: tuple[tuple[_Shape, int], ...]) -> str:
    """Return the statement that inserts so many rows of each. The foreign keys are checked at its end: the order does not matter."""
    inserts = []
    for shape, count in written:
        names = ", ".join(f'"{column.name}"' for column in shape.table.columns)
        row = f"({', '.join(['%s'] * len(shape.cells))})"
        inserts.append(f'new_{shape.table.name} AS (INSERT INTO "{shape.table.name}" ({names}) VALUES {", ".join([row] * count)})')  # noqa: S608 (names of our own tables)
    return f"WITH {', '.join(inserts)} SELECT"


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
