"""Columns as people see them: where a value comes from, what kind of value it is, how it is called."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, get_type_hints

from sqlalchemy import Boolean, Date, DateTime, Enum, Integer, Numeric
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.orm import ColumnProperty, RelationshipProperty, joinedload, selectinload
from sqlalchemy.orm.attributes import QueryableAttribute
from sqlalchemy.orm.interfaces import ORMOption

from app.values.choices import Choice
from app.values.errors import Message

MONEY_SCALE = 2


class Kind(StrEnum):
    """What a cell holds, and so how it is written and aligned."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"  # a fraction, written as so many of a hundred
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"
    CHOICE = "choice"
    FLAG = "flag"
    RELATION = "relation"

    @property
    def is_right_aligned(self) -> bool:
        return self in {Kind.NUMBER, Kind.PERCENT, Kind.MONEY}


@dataclass(frozen=True)
class Column:
    """A declared column of a list or a record page."""

    name: str
    label: str
    kind: Kind
    second_line: str | None = None
    order: str | None = None  # the name by which the list may be ordered, where it may


@dataclass(slots=True)  # a list makes hundreds; frozen ones take three times as long
class Cell:
    """A value of a row, ready for a template: the template only writes it in the reader's language."""

    column: Column
    value: Any
    kind: Kind
    href: str | None = None
    second: Any = None


@dataclass(frozen=True)
class Leaf:
    """Where a dotted name ends: the relations on the way, the class at the end and its attribute."""

    relations: tuple[QueryableAttribute[Any], ...]
    model: type[Any]
    name: str
    mapped: ColumnProperty[Any] | RelationshipProperty[Any] | None

    @property
    def attribute(self) -> Any:
        return getattr(self.model, self.name)


def leaf_of(model: type[Any], path: str) -> Leaf:
    """Return where ``path`` (``"customer.name"``) leads from ``model``. Raises AttributeError for a name that is not there."""
    relations: list[QueryableAttribute[Any]] = []
    *steps, name = path.split(".")
    for step in steps:
        relation = getattr(model, step)
        relations.append(relation)
        model = relation.property.mapper.class_
    getattr(model, name)
    properties = inspect_mapping(model).attrs
    found = properties.get(name)
    return Leaf(tuple(relations), model, name, found if isinstance(found, ColumnProperty | RelationshipProperty) else None)


def kind_of(model: type[Any], path: str) -> Kind:
    """Return the kind of the values at ``path``, from the column's type or the property's annotation."""
    leaf = leaf_of(model, path)
    if isinstance(leaf.mapped, RelationshipProperty):
        return Kind.RELATION
    if isinstance(leaf.mapped, ColumnProperty):
        return _kind_of_type(leaf.mapped.columns[0].type)
    return _kind_of_annotation(leaf.attribute)


def _kind_of_type(stored: Any) -> Kind:
    if isinstance(stored, Numeric):
        return Kind.MONEY if stored.scale == MONEY_SCALE else Kind.NUMBER
    kinds: tuple[tuple[type[Any], Kind], ...] = (
        (DateTime, Kind.MOMENT),
        (Date, Kind.DAY),
        (Enum, Kind.CHOICE),
        (Boolean, Kind.FLAG),
        (Integer, Kind.NUMBER),
    )
    return next((kind for sort, kind in kinds if isinstance(stored, sort)), Kind.TEXT)


def _kind_of_annotation(member: Any) -> Kind:
    getter = getattr(member, "fget", member)
    try:
        returned = get_type_hints(getter).get("return")
    except (NameError, TypeError):
        returned = None
    named = str(returned if returned is not None else getattr(getter, "__annotations__", {}).get("return", ""))
    if isinstance(returned, type) and issubclass(returned, Choice):
        return Kind.CHOICE
    for word, kind in (
        ("Decimal", Kind.MONEY),
        ("datetime.datetime", Kind.MOMENT),
        ("date", Kind.DAY),
        ("bool", Kind.FLAG),
        ("int", Kind.NUMBER),
    ):
        if word in named:
            return kind
    return Kind.TEXT


def kind_of_value(declared: Kind, value: Any) -> Kind:
    """Return the kind to write ``value`` with: what a property without an annotation gives is seen only here."""
    if declared is not Kind.TEXT or type(value) is str:
        return declared
    kinds: tuple[tuple[Any, Kind], ...] = (
        (Choice, Kind.CHOICE),
        (Message, Kind.TEXT),
        (bool, Kind.FLAG),
        (datetime.datetime, Kind.MOMENT),
        (datetime.date, Kind.DAY),
        ((int, Decimal), Kind.NUMBER),
    )
    return next((kind for sort, kind in kinds if isinstance(value, sort)), declared)


def value_at(record: Any, path: str) -> Any:
    """Return the value at ``path``; nothing where a relation on the way is empty."""
    for step in _steps_of(path):
        if record is None:
            return None
        record = getattr(record, step)
        if callable(record) and not isinstance(record, enum.Enum | Message):
            record = record()
    return record


@lru_cache(maxsize=4096)
def _steps_of(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def loading_of(model: type[Any], paths: list[str] | tuple[str, ...]) -> list[ORMOption]:
    """Return the options that load every relation named in ``paths`` with one more query each, never one per row."""
    options: dict[tuple[str, ...], ORMOption] = {}
    for path in paths:
        leaf = leaf_of(model, path)
        chain = leaf.relations
        if isinstance(leaf.mapped, RelationshipProperty):
            chain = (*chain, leaf.attribute)
        if not chain:
            continue
        option = selectinload(chain[0])
        for relation in chain[1:]:
            option = option.selectinload(relation)
        options[tuple(relation.key for relation in chain)] = option
    return list(options.values())


@dataclass
class _Joined:
    """A relation of a page: what is shown of its row, and the relations shown through it."""

    attribute: QueryableAttribute[Any]
    is_whole: bool = False
    columns: set[str] = field(default_factory=set)
    further: dict[str, _Joined] = field(default_factory=dict)

    def option(self) -> Any:
        """Return the option that loads it and what is below."""
        option = selectinload(self.attribute) if self.attribute.property.uselist else joinedload(self.attribute)
        if not self.is_whole:
            mapper = self.attribute.property.mapper
            # The keys as well, where something is loaded through it.
            keys = {column for each in self.further.values() for column in each.attribute.property.local_columns}
            names = sorted(self.columns | {mapper.get_property_by_column(column).key for column in keys})
            option = option.load_only(*(getattr(mapper.class_, name) for name in names))
        return option.options(*(each.option() for each in self.further.values()))


def joining_of(model: Any, paths: Sequence[str]) -> list[ORMOption]:
    """Return the options that load what a page shows at ``paths`` with the rows themselves, and of the joined rows only what is shown.

    Collections take one more question each. Of a joined row only the columns are read that are shown; the whole row where the name of
    a relation is given, or of something computed.
    """
    return list(_joining_of(model, tuple(paths)))


@lru_cache(maxsize=1024)
def _joining_of(model: Any, paths: tuple[str, ...]) -> tuple[ORMOption, ...]:
    # What is declared stays the same while the program runs; an office's own fields make other paths.
    roots: dict[str, _Joined] = {}
    for path in paths:
        leaf = leaf_of(model, path)
        is_relation = isinstance(leaf.mapped, RelationshipProperty)
        below = roots
        for relation in (*leaf.relations, leaf.attribute) if is_relation else leaf.relations:
            found = below.setdefault(relation.key, _Joined(relation))
            found.is_whole |= is_relation
            below = found.further
        if leaf.relations and not is_relation:
            found.columns.add(leaf.name)
            found.is_whole |= leaf.mapped is None
    return tuple(each.option() for each in roots.values())


def pretty(name: str) -> str:
    """Return a last-resort label; the checks of the views report every column that needs it."""
    return name.rpartition(".")[2].replace("_", " ").capitalize()
