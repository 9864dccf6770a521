"""Filters of a list: each reads its simple arguments from the address, checks them, and gives a condition.

    ?status=active&paid_on_from=2026-01-01&community=3&amount_from=100&q=wxm

An argument that cannot be read is ``Malformed`` (400), never a server error. Related rows are never listed: a relation is chosen
by a lookup, and only from what the person may see.
"""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, ColumnElement, Date, DateTime, Enum, Integer, Numeric, and_, true
from sqlalchemy.orm import ColumnProperty, RelationshipProperty
from werkzeug.datastructures import MultiDict

from app.foundation import clock
from app.foundation.views.addresses import RESERVED
from app.foundation.views.columns import leaf_of, pretty
from app.foundation.views.interface import LARGEST_ID, record_id
from app.foundation.views.texts import clean_text, parse_day, parse_number
from app.values.choices import Choice
from app.values.errors import Malformed, Message

LONGEST_TEXT = 100
Arguments = MultiDict[str, str]


def unreadable(label: str) -> Malformed:
    """Return the refusal of an argument of the address."""
    return Malformed(Message("The filter %(name)s cannot be read.", name=Message(label)), code="bad_filter")


@dataclass
class ListFilter:
    """A filter on ``name``, an attribute of the listed table; ``argument`` is its name in the address."""

    name: str
    label: str = ""
    argument: str = ""
    is_shown: bool = True  # a hidden filter works when the address names it, e.g. in the link of a related list
    is_first: bool = True  # the others stand behind "more"
    kind: str = field(default="text", init=False)
    model: type[Any] = field(default=object, init=False)

    def attach(self, model: type[Any], labels: Mapping[str, str]) -> ListFilter:
        """Bind the filter to ``model``; raises AttributeError for an attribute that is not there."""
        leaf_of(model, self.name)
        self.model = model
        self.label = self.label or labels.get(self.name) or pretty(self.name)
        self.argument = self.argument or self.name.replace(".", "_")
        if self.argument in RESERVED:
            raise ValueError(f"The argument {self.argument} of the address is taken; give the filter on {self.name} another one.")
        return self

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names this filter reads from the address."""
        return (self.argument,)

    def read(self, arguments: Arguments) -> Any:
        """Return the value, or nothing where the filter is not used."""
        return clean_text(arguments.get(self.argument), LONGEST_TEXT) or None

    def condition(self, value: Any) -> ColumnElement[bool]:
        """Return the condition on the listed table."""
        return self._through(lambda column: column.ilike(escaped(value) + "%", escape="\\"))

    def words(self, value: Any) -> Any:
        """Return what the person chose, for the chip and for the sentence of an empty list."""
        return value

    def _through(self, on_column: Any) -> ColumnElement[bool]:
        """Apply ``on_column`` to the attribute, through EXISTS where it belongs to a related table."""
        leaf = leaf_of(self.model, self.name)
        condition: ColumnElement[bool] = on_column(leaf.attribute)
        for relation in reversed(leaf.relations):
            condition = relation.has(condition)
        return condition


def escaped(text: str) -> str:
    """Return ``text`` for LIKE, its own wildcards taken literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@dataclass
class TextFilter(ListFilter):
    """Rows whose text starts with what was typed; ``contains`` only for small tables, since no index serves it."""

    contains: bool = False

    def condition(self, value: str) -> ColumnElement[bool]:
        pattern = ("%" if self.contains else "") + escaped(value) + "%"
        return self._through(lambda column: column.ilike(pattern, escape="\\"))


@dataclass
class ChoiceFilter(ListFilter):
    """Rows with one of the chosen values: ``?status=active&status=expired``."""

    choices: type[Choice] | None = None

    def __post_init__(self) -> None:
        self.kind = "choice"

    def attach(self, model: type[Any], labels: Mapping[str, str]) -> ListFilter:
        super().attach(model, labels)
        if self.choices is None:
            self.choices = leaf_of(model, self.name).attribute.type.enum_class
        return self

    @property
    def options(self) -> Sequence[Choice]:
        return list(self.choices or ())

    def read(self, arguments: Arguments) -> list[Choice] | None:
        known = {choice.value: choice for choice in self.options}
        wanted = [text for text in arguments.getlist(self.argument) if text]
        if any(text not in known for text in wanted):
            raise unreadable(self.label)
        return [known[text] for text in dict.fromkeys(wanted)] or None

    def condition(self, value: list[Choice]) -> ColumnElement[bool]:
        return self._through(lambda column: column.in_(value))

    def words(self, value: list[Choice]) -> Any:
        return value


@dataclass
class FlagFilter(ListFilter):
    """Rows with a yes or a no: ``?is_closed=yes``."""

    def __post_init__(self) -> None:
        self.kind = "flag"

    def read(self, arguments: Arguments) -> bool | None:
        text = arguments.get(self.argument) or ""
        if text not in {"", "yes", "no"}:
            raise unreadable(self.label)
        return None if text == "" else text == "yes"

    def condition(self, value: bool) -> ColumnElement[bool]:
        return self._through(lambda column: column.is_(value))

    def words(self, value: bool) -> Any:
        return Message("Yes") if value else Message("No")


@dataclass
class RangeFilter(ListFilter, ABC):
    """Rows from … to …, both included; either end may be left open."""

    @property
    def arguments(self) -> tuple[str, ...]:
        return (f"{self.argument}_from", f"{self.argument}_to")

    def read(self, arguments: Arguments) -> tuple[Any, Any] | None:
        ends = [self._end(arguments.get(name)) for name in self.arguments]
        return None if ends == [None, None] else (ends[0], ends[1])

    @abstractmethod
    def _end(self, text: str | None) -> Any:
        """Return one end of the range, or nothing where it is open. Raises Malformed."""

    def condition(self, value: tuple[Any, Any]) -> ColumnElement[bool]:
        start, end = value
        return self._through(lambda column: and_(true(), *self._ends(column, start, end)))

    def _ends(self, column: Any, start: Any, end: Any) -> list[ColumnElement[bool]]:
        return [
            condition
            for condition in (
                column >= start if start is not None else None,
                column <= end if end is not None else None,
            )
            if condition is not None
        ]

    def words(self, value: tuple[Any, Any]) -> Any:
        start, end = value
        if end is None:
            return Message("from %(start)s", start=start)
        if start is None:
            return Message("to %(end)s", end=end)
        return Message("%(start)s to %(end)s", start=start, end=end)


@dataclass
class DayFilter(RangeFilter):
    """Rows of a span of days, of a date or of a moment (the days of ``time_zone``)."""

    time_zone: str = ""

    def __post_init__(self) -> None:
        self.kind = "days"

    def is_past(self, value: tuple[Any, Any] | None) -> bool:
        """Say whether ``value`` ends before today."""
        return value is not None and value[1] is not None and value[1] < clock.now().date()

    def newest_day_first(self) -> ColumnElement[Any] | None:
        """Return the order of the days, the newest first; nothing where no index has the days of an office together."""
        leaf = leaf_of(self.model, self.name)
        if leaf.relations or not any([*index.columns.keys()][:2] == ["office_id", self.name] for index in self.model.__table__.indexes):
            return None
        descending: ColumnElement[Any] = leaf.attribute.desc()
        return descending

    def _end(self, text: str | None) -> datetime.date | None:
        if not text:
            return None
        try:
            return parse_day(text)
        except Malformed as error:
            raise Malformed(error.message, code="bad_filter") from None

    def _ends(self, column: Any, start: Any, end: Any) -> list[ColumnElement[bool]]:
        if not isinstance(column.type, DateTime):
            return super()._ends(column, start, end)
        zone = ZoneInfo(self.time_zone or office_time_zone())
        conditions = []
        if start is not None:
            conditions.append(column >= datetime.datetime.combine(start, datetime.time(), zone))
        if end is not None and end < datetime.date.max:
            conditions.append(column < datetime.datetime.combine(end + datetime.timedelta(days=1), datetime.time(), zone))
        return conditions


@dataclass
class NumberFilter(RangeFilter):
    """Rows of a span of numbers or amounts, typed in the reader's way of writing numbers."""

    def __post_init__(self) -> None:
        self.kind = "numbers"

    def _end(self, text: str | None) -> Decimal | None:
        if not text:
            return None
        try:
            number = parse_number(text)
        except Malformed as error:
            raise Malformed(error.message, code="bad_filter") from None
        if abs(number) > LARGEST_ID * Decimal(10) ** 6:
            raise unreadable(self.label)
        return number


@dataclass
class LookupFilter(ListFilter):
    """Rows of one related row, chosen by a lookup: ``?community=3``."""

    lookup: str = ""

    def __post_init__(self) -> None:
        self.kind = "lookup"

    @property
    def target(self) -> type[Any]:
        """The class of the related rows."""
        target: type[Any] = leaf_of(self.model, self.name).attribute.property.mapper.class_
        return target

    def attach(self, model: type[Any], labels: Mapping[str, str]) -> ListFilter:
        super().attach(model, labels)
        self.lookup = self.lookup or self.target.__tablename__
        return self

    def read(self, arguments: Arguments) -> int | None:
        text = arguments.get(self.argument) or ""
        if not text:
            return None
        number = record_id(text)
        if number is None:
            raise unreadable(self.label)
        return number

    def condition(self, value: int) -> ColumnElement[bool]:
        (column,) = leaf_of(self.model, self.name).attribute.property.local_columns
        leaf = leaf_of(self.model, self.name)
        condition: ColumnElement[bool] = column == value
        for relation in reversed(leaf.relations):
            condition = relation.has(condition)
        return condition


def filter_for(model: type[Any], name: str) -> ListFilter:
    """Return the filter that suits the column or relation ``name`` of ``model``."""
    leaf = leaf_of(model, name)
    if isinstance(leaf.mapped, RelationshipProperty):
        return LookupFilter(name)
    if not isinstance(leaf.mapped, ColumnProperty):
        raise TypeError(f"{model.__name__}.{name} is computed and cannot be filtered by the database; give a filter of its own.")
    stored = leaf.mapped.columns[0].type
    kinds: tuple[tuple[Any, type[ListFilter]], ...] = (
        (Enum, ChoiceFilter),
        (Boolean, FlagFilter),
        ((Date, DateTime), DayFilter),
        ((Integer, Numeric), NumberFilter),
    )
    return next((made for sort, made in kinds if isinstance(stored, sort)), TextFilter)(name)


def office_time_zone() -> str:
    """Return the time zone of the office of this request; UTC where there is none."""
    from app.foundation.views.office import office_fact

    return str(office_fact("time_zone") or "UTC")
