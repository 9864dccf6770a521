"""The bases of the schemas: what an endpoint takes (``Body``), what stands in its address (``Query``), what it gives (``Answer``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load

from app.foundation.api.fields import Reference, Rows, Whole
from app.foundation.api.problems import Problem, refusal_of
from app.values.errors import Malformed, Message

LARGEST_PAGE = 200
USUAL_PAGE = 50
LAST_PAGE = 1_000_000
# marshmallow hands these on as they are; its types expect plain texts.
SENTENCES: Any = {
    "unknown": [Problem(Message("This field does not exist."), "unknown_field")],
    "type": [Problem(Message("This must be an object."))],
}


class Face(Schema):
    """The base of all schemas of the API."""

    error_messages = SENTENCES


class Body(Face):
    """What an endpoint takes as JSON. Unknown fields are refused; null is the same as left out, except where a value may be emptied."""

    class Meta:
        unknown = RAISE

    @pre_load
    def _leave_out_nulls(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, dict):
            return data
        keep = {name for name, field in self.fields.items() if field.allow_none}
        return {name: value for name, value in data.items() if value is not None or name in keep or name not in self.fields}


class OfficeBody(Body):
    """What a new record of an office takes; without ``office`` it belongs to the first office of the caller."""

    office = Reference()


class Query(Face):
    """What an endpoint takes in its address."""

    class Meta:
        unknown = RAISE


class ListQuery(Query):
    """What every list takes in its address."""

    page = Whole(1, LAST_PAGE, text=True, load_default=1)
    page_size = Whole(1, LARGEST_PAGE, text=True, load_default=USUAL_PAGE)
    office = Reference(text=True)


class Answer(Face):
    """What an endpoint gives: always all of these fields; everything but the id and lists may be null."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field) -> None:
        field_obj.required = True
        if "." in (field_obj.attribute or ""):
            # The name of an installer where there is none.
            field_obj.dump_default = None
        field_obj.allow_none = field_name != "id" and not isinstance(field_obj, Rows)


def loaded(schema: Schema, data: Any) -> dict[str, Any]:
    """Return ``data`` read by ``schema``; raises the refusal that names everything wrong with it."""
    try:
        values: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        raise refusal_of(error) from None
    return values


def queried(schema: Schema, arguments: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the address's arguments read by ``schema``: whatever is wrong with them, they cannot be read."""
    try:
        if any(len(values) > 1 for values in arguments.values()):
            twice = {name: [Problem(Message("This stands in the address twice."))] for name, values in arguments.items() if len(values) > 1}
            raise ValidationError(twice)
        values: dict[str, Any] = schema.load({name: values[0] for name, values in arguments.items()})
    except ValidationError as error:
        refusal = refusal_of(error)
        raise Malformed(refusal.message, code=refusal.code, fields=refusal.fields) from None
    return values


class Shown:
    """A record with what was computed about it: the extras stand before the record's own attributes."""

    __slots__ = ("_extras", "_record")

    def __init__(self, record: Any, **extras: Any) -> None:
        self._record, self._extras = record, extras

    def __getattr__(self, name: str) -> Any:
        return self._extras[name] if name in self._extras else getattr(self._record, name)


def _as_they_are(records: Sequence[Any]) -> Sequence[Any]:
    return records


@dataclass(frozen=True)
class Look:
    """How records are given: by a schema, after ``prepare`` has computed, for all of them at once, what it shows besides columns."""

    schema: type[Answer]
    prepare: Callable[[Sequence[Any]], Sequence[Any]] = _as_they_are

    @cached_property
    def _rows(self) -> Schema:
        return self.schema(many=True)

    def one(self, record: Any) -> dict[str, Any]:
        return self.many([record])[0]

    def many(self, records: Sequence[Any]) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = self._rows.dump(self.prepare(records))
        return shown
