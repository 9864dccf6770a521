"""How the records of a table of the books become rows: columns, defaults, and the keys that go from one record to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Table
from sqlalchemy.orm import Mapper, RelationshipDirection, RelationshipProperty, class_mapper


class WrittenTogether:
    """A table whose rows are added and hardly ever changed: no default made by the database, no version."""


class Cell(NamedTuple):
    """A column: its name, the attribute that holds its value, and what it is where nobody set it."""

    name: str
    key: str
    default: Callable[[], Any]


class Tie(NamedTuple):
    """A relationship along which the key of one record, ``given``, is copied to another's column, ``kept``."""

    key: str
    kept: str
    given: str
    is_to_one: bool


@dataclass(frozen=True, eq=False)
class Shape:
    """How the records of one class are written."""

    table: Table
    cells: tuple[Cell, ...]
    ties: tuple[Tie, ...]

    @property
    def sequence(self) -> str:
        """Where the keys of its rows come from."""
        return f"{self.table.name}_id_seq"


@lru_cache(maxsize=256)
def shape_of(model: type) -> Shape:
    """Return how the records of ``model`` are written."""
    mapper: Mapper[Any] = class_mapper(model)
    table = mapper.local_table
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is no table of its own.")
    cells = tuple(Cell(column.name, mapper.get_property_by_column(column).key, _default_of(column)) for column in table.columns)
    return Shape(table, cells, tuple(tie for relationship in mapper.relationships for tie in _ties_of(relationship)))


def _default_of(column: Column[Any]) -> Callable[[], Any]:
    if column.server_default is not None:
        raise TypeError(f"{column} gets its default from the database: its table cannot be written together.")
    default: Any = column.default
    if default is None:
        return lambda: None
    return (lambda: default.arg(None)) if default.is_callable else (lambda: default.arg)


def _ties_of(relationship: RelationshipProperty[Any]) -> list[Tie]:
    if relationship.viewonly:
        return []
    is_to_one = relationship.direction is RelationshipDirection.MANYTOONE
    here, there = relationship.parent, relationship.mapper
    ties = []
    for local, remote in relationship.local_remote_pairs or ():
        at_here, at_there = here.get_property_by_column(local).key, there.get_property_by_column(remote).key
        ties.append(Tie(relationship.key, *((at_here, at_there) if is_to_one else (at_there, at_here)), is_to_one))
    return ties


def copy_keys(values: dict[str, Any], shape: Shape) -> None:
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
