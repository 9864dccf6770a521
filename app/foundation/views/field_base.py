"""What all form fields share: being needed, being refused, and what the templates read of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms.validators import Optional, StopValidation

from app.values.errors import Message, OperationRefused

REQUIRED = Message("This field is required.")


class Needed:
    """The value must be there; nothing else of the field is complained about before."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        if field.errors:
            raise StopValidation
        if field.data is None or field.data == "" or (isinstance(field.data, str) and not field.data.strip()):
            raise StopValidation(REQUIRED)  # type: ignore[arg-type]


def rules(required: bool, validators: Iterable[Any]) -> list[Any]:
    return [Needed() if required else Optional(), *validators]


class Extras:
    """What the field macro of the templates reads besides WTForms' own."""

    span: int | None = None
    prefix: str = ""
    suffix: str = ""
    locked: Any = None
    is_needed_here: bool = False  # needed together with another field, which shows it
    only_with: str = ""  # "other=value": the page shows the field only while the other has that value
    warning: Any = None
    hint: Any = None
    errors: Any
    raw_data: Any
    data: Any
    render_kw: Any

    def typed(self) -> str | None:
        """Return what the person typed, to be shown again; nothing where the form was not sent."""
        raw = self.raw_data
        return str(raw[0]).replace("\x00", "") if raw else None


def refused(error: OperationRefused) -> ValueError:
    """Return ``error`` as WTForms takes it; the message stays untranslated until the page is written."""
    return ValueError(error.message)
