"""The office's own fields in the JSON of the API: ``"own_fields": {"Contract": "A-17"}``, by the names that the office gave them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.foundation.api.fields import Resolve, Value
from app.foundation.api.problems import problem
from app.foundation.own_fields.models import LONGEST_OWN_TEXT
from app.foundation.own_fields.reading import own_values
from app.foundation.views.fitting import office_fields
from app.values.errors import Message, OperationRefused

ARGUMENT = "own_fields"


class OwnTextsValue(Value):
    """The texts of an office's own fields, by name; of those in use only. An empty text or null empties a field."""

    def __init__(self, model: Any, **options: Any) -> None:
        self.model = model
        super().__init__(**options)

    def shape(self, resolve: Resolve) -> dict[str, Any]:
        text = {"type": "string", "nullable": True, "maxLength": LONGEST_OWN_TEXT}
        return {"type": "object", "additionalProperties": text, "description": "name of the office's own field -> text"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> dict[str, str | None]:
        if not isinstance(value, dict):
            raise problem(Message("This must be an object."))
        for text in value.values():
            if text is not None and not isinstance(text, str):
                raise problem(Message("This must be a text."))
            if text is not None and len(text.strip()) > LONGEST_OWN_TEXT:
                message = Message("The text is too long: at most %(most)s characters.", most=LONGEST_OWN_TEXT)
                raise problem(message, "too_long", OperationRefused)
        return dict(value)

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **options: Any) -> dict[str, str | None]:
        """Return the texts of the record by the names of its own office."""
        fields = office_fields(obj.office_id).own.get(self.model.__tablename__, ())
        return {each.name: getattr(obj, each.column) for each in fields}


def with_own_columns(values: Mapping[str, Any], model: Any, office: int, *, is_new: bool) -> dict[str, Any]:
    """Return ``values`` with the texts under their columns in the place of ``own_fields``. Raises OperationRefused."""
    given = dict(values)
    texts = given.pop(ARGUMENT, None)
    if texts is None and not is_new:
        return given
    fields = office_fields(office).own.get(model.__tablename__, ())
    return {**given, **own_values(texts or {}, fields, is_new=is_new)}
