"""What holds for one office: its own fields with the names of the reader's language, and what it hides. One statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import Table, bindparam, literal, select, union_all

from app.foundation.database import db
from app.foundation.own_fields.models import HiddenField, OwnField, column_of
from app.values.errors import Message, OperationRefused

NO_SLOT = 0


@dataclass(frozen=True)
class NamedText:
    """A field of an office's own: its column, its name as the reader knows it, and where it appears."""

    column: str
    name: str
    label: str
    is_required: bool
    is_listed: bool


@dataclass(frozen=True)
class OfficeFields:
    """The fields of one office. ``own``: those in use, in their order; ``labels`` also names those switched off."""

    own: Mapping[str, tuple[NamedText, ...]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hidden: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def entities(self) -> frozenset[str]:
        """The tables for which this office differs from what the program comes with."""
        return frozenset([*self.own, *self.labels, *(entity for entity, _ in self.hidden)])


def read_fields(office_id: int, locale: str) -> OfficeFields:
    """Return the fields of the office, named in ``locale`` where it gave such a name. The caller may see the office."""
    own: dict[str, list[NamedText]] = {}
    labels: dict[str, dict[str, str]] = {}
    hidden = set()
    for row in db.session.connection().execute(_statement(), {"office": office_id}):
        if row.slot == NO_SLOT:
            hidden.add((row.entity, row.name))
            continue
        label = getattr(row, f"name_{locale.lower()}", "") or row.name
        labels.setdefault(row.entity, {})[column_of(row.slot)] = label
        if row.is_on:
            text = NamedText(column_of(row.slot), row.name, label, row.is_required, row.is_listed)
            own.setdefault(row.entity, []).append(text)
    return OfficeFields({entity: tuple(texts) for entity, texts in own.items()}, labels, frozenset(hidden))


@lru_cache(maxsize=1)
def _statement() -> Any:
    # Every page asks this; putting it together took longer than the answer.
    named: Table = OwnField.__table__  # type: ignore[assignment]
    hidden: Table = HiddenField.__table__  # type: ignore[assignment]
    languages = [named.c.name_en, named.c.name_zh_hans, named.c.name_zh_hant, named.c.name_vi]
    marks = [named.c.is_on, named.c.is_required, named.c.is_listed]
    nothing = [literal("").label(column.name) for column in languages] + [literal(False).label(column.name) for column in marks]
    office: Any = bindparam("office")
    both = union_all(
        select(named.c.entity, named.c.slot, named.c.name, *languages, *marks, named.c.position).where(named.c.office_id == office),
        select(hidden.c.entity, literal(NO_SLOT), hidden.c.field, *nothing, literal(0)).where(hidden.c.office_id == office),
    ).subquery()
    return select(both).order_by(both.c.entity, both.c.position, both.c.slot)


def own_values(given: Mapping[str, Any], fields: tuple[NamedText, ...], *, is_new: bool) -> dict[str, str | None]:
    """Return column -> text of what a program sent by the names of the fields.

    Raises OperationRefused for a name that the office does not use, and where a required field is missing or emptied.
    """
    by_name = {each.name: each for each in fields}
    unknown = [name for name in given if name not in by_name]
    if unknown:
        message = Message("The office has no field “%(name)s” of its own.", name=unknown[0])
        raise OperationRefused(message, code="unknown_field", field="own_fields")
    values = {by_name[name].column: (text or "").strip() or None for name, text in given.items()}
    missing = [each for each in fields if each.is_required and not values.get(each.column) and (is_new or each.column in values)]
    if missing:
        raise OperationRefused(Message("Fill in “%(name)s”.", name=missing[0].label), code="required", field="own_fields")
    return values
