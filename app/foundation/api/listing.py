"""Lists: a page of the rows that the caller may see, filtered by what the list allows, always in the order of their ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.foundation.api.fields import Code, Day, Reference, Text, Value
from app.foundation.api.schemas import ListQuery, Look
from app.foundation.database import OfficeItself, db
from app.foundation.scope import current_scope
from app.values.choices import Choice
from app.values.errors import Message, NotFound

Condition = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True)
class Filter:
    """One argument of a list's address and the condition it makes."""

    field: Value
    condition: Condition


def same_record(column: Any) -> Filter:
    """Return the filter for rows that belong to a record, by its id."""
    return Filter(Reference(text=True), lambda record: column == record)


def same_text(column: Any) -> Filter:
    """Return the filter for rows with exactly this text."""
    return Filter(Text(), lambda text: column == text)


def same_code(column: Any, choices: type[Choice]) -> Filter:
    """Return the filter for rows with this value of a choice."""
    return Filter(Code(choices), lambda code: column == code)


def same_day(column: Any) -> Filter:
    return Filter(Day(), lambda day: column == day)


def days(name: str, column: Any) -> dict[str, Filter]:
    """Return the three filters of a day: the day itself, from, to (both included)."""
    return {
        name: same_day(column),
        f"{name}_from": Filter(Day(), lambda day: column >= day),
        f"{name}_to": Filter(Day(), lambda day: column <= day),
    }


@dataclass(frozen=True)
class Listing:
    """What a list is made of; ``visible`` gives conditions that hold for this caller beside his offices."""

    model: type[Any]
    look: Look
    filters: Mapping[str, Filter]
    loads: Sequence[Any] = ()
    visible: Callable[[], Sequence[ColumnElement[bool]]] = lambda: ()

    def query_schema(self) -> type[ListQuery]:
        """Return the schema of the list's address."""
        fields = {name: flt.field for name, flt in self.filters.items()}
        schema: type[ListQuery] = type(f"{self.model.__name__}Query", (ListQuery,), fields)
        return schema

    def answer(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """Return one page of the list."""
        conditions = [*self.visible(), *self._asked(query)]
        rows = self.rows(conditions).order_by(self.model.id).limit(query["page_size"]).offset((query["page"] - 1) * query["page_size"])
        total = db.session.execute(select(func.count(self.model.id)).where(*conditions)).scalar_one()
        items = self.look.many(db.session.scalars(rows).all())
        return {"items": items, "total": total, "page": query["page"]}

    def one(self, record: int) -> Any:
        """Return the record. Raises NotFound where it is not there for this caller."""
        found = db.session.scalars(self.rows([*self.visible(), self.model.id == record])).one_or_none()
        if found is None:
            raise NotFound(Message("This record does not exist."), code="not_found")
        return found

    def rows(self, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
        return select(self.model).where(*conditions).options(*self.loads)

    def _asked(self, query: Mapping[str, Any]) -> list[ColumnElement[bool]]:
        conditions = [flt.condition(query[name]) for name, flt in self.filters.items() if name in query]
        if "office" in query:
            require_office(query["office"])
            of_office = self.model.id if issubclass(self.model, OfficeItself) else self.model.office_id
            conditions.append(of_office == query["office"])
        return conditions


def require_office(office: int) -> int:
    """Return ``office``; raises NotFound where it is not one of the caller's."""
    scope = current_scope()
    if office not in scope.office_ids and not scope.unlimited:
        raise NotFound(Message("This record does not exist."), code="not_found", field="office")
    return office


def office_or_first(office: int | None) -> int:
    """Return the office asked for, or the caller's first one. Raises NotFound."""
    if office is not None:
        return require_office(office)
    own = sorted(current_scope().office_ids)
    if not own:
        raise NotFound(Message("Choose an office first."), code="no_office", field="office")
    return own[0]
