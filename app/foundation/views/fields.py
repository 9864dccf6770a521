"""Form fields that read what people type as people of their language write it, and give it back when it was wrong.

``TextField``, ``LongTextField``, ``SecretField``, ``MoneyField``, ``NumberField``, ``WholeNumberField``, ``PercentField``,
``DayField``, ``MonthField``, ``ChoiceField``, ``RadioField``, ``FlagField``, ``LookupField``, ``LinesField``, ``UploadField``,
``KeyField``. All take ``required``, ``help`` and ``span`` (columns of the grid); labels are message ids and translated by the
template.
"""

from __future__ import annotations

import uuid
from typing import Any

from wtforms import FieldList, FormField, HiddenField

from app.foundation.views.field_base import Extras
from app.foundation.views.field_choices import ChoiceField, FlagField, LookupField, RadioField
from app.foundation.views.field_files import UploadField
from app.foundation.views.field_texts import LONGEST_LINE, LONGEST_TEXT, LongTextField, SecretField, TextField
from app.foundation.views.field_values import DayField, MoneyField, MonthField, NumberField, PercentField, WholeNumberField
from app.values.errors import Message

LONGEST_KEY = 64

__all__ = [
    "LONGEST_LINE",
    "LONGEST_TEXT",
    "ChoiceField",
    "DayField",
    "FlagField",
    "KeyField",
    "LinesField",
    "LongTextField",
    "LookupField",
    "MoneyField",
    "MonthField",
    "NumberField",
    "PercentField",
    "RadioField",
    "SecretField",
    "TextField",
    "UploadField",
    "WholeNumberField",
]


class KeyField(HiddenField):
    """The idempotency key of one opened form: sending the form twice does the thing once.

    A form that comes without a key, or with one that cannot be one, gets a new key and is not ``was_opened``: sent again at the same
    moment it would come with another one, so an operation that must happen once refuses it.
    """

    was_opened = False

    def __init__(self, label: Any = "", **kwargs: Any) -> None:
        super().__init__(label, default=new_key, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]) if valuelist else ""
        self.was_opened = is_key(text)
        self.data = text if self.was_opened else new_key()

    def renew(self) -> None:
        """Take a new key: the old one belongs to something that was done."""
        self.data = new_key()


def new_key() -> str:
    """Return a key nobody else has."""
    return uuid.uuid4().hex


def is_key(text: str) -> bool:
    """Say whether a page's text can be a key."""
    return 0 < len(text) <= LONGEST_KEY and text.isascii() and text.replace("-", "").isalnum()


class LinesField(Extras, FieldList):
    """Several lines of one inner form, e.g. the materials of a work order; each line carries its id in a hidden field.

    ``is_fixed``: the lines are given, people only answer them; the inner form says in ``title`` what each is about.
    """

    def __init__(
        self,
        inner: type[Any],
        label: Any = None,
        *,
        most: int = 50,
        span: int = 3,
        help: Any = "",
        is_fixed: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(FormField(inner), label, max_entries=most, description=help, **kwargs)
        self.inner, self.span, self.is_fixed = inner, span, is_fixed

    @property
    def own_errors(self) -> list[Any]:
        """What is wrong with the lines together; what is wrong with one stands beside its field."""
        return [error for error in self.errors if isinstance(error, str | Message)]

    @property
    def blank(self) -> Any:
        """An empty line, which the page's script copies; its name carries a mark in the place of the number."""
        mark = f"{self._separator}__line__"
        options = {"name": self.name + mark, "id": self.id + mark, "_meta": self.meta, "translations": self._translations}
        line = self.meta.bind_field(self._form, self.unbound_field, options)
        line.process(None)
        return line
