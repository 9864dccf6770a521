"""Fields for text and passwords."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import PasswordField, StringField, TextAreaField
from wtforms.widgets import PasswordInput

from app.foundation.views.field_base import Extras, refused, rules
from app.foundation.views.texts import clean_text
from app.values.characters import CANNOT_BE_STORED, can_be_stored
from app.values.errors import Malformed, Message

LONGEST_LINE = 200
LONGEST_TEXT = 2000


class TextField(Extras, StringField):
    """One line of text, at most ``longest`` characters; an empty one is ``empty`` ("" or None)."""

    def __init__(
        self,
        label: Any = None,
        *,
        required: bool = False,
        longest: int = LONGEST_LINE,
        empty: str | None = "",
        help: Any = "",
        span: int | None = None,
        validators: Sequence[Any] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, rules(required, validators), description=help, **kwargs)
        self.longest, self.empty, self.span = longest, empty, span
        self.render_kw = {"maxlength": longest, "autocomplete": "off", **(self.render_kw or {})}

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            self.data = clean_text(valuelist[0], self.longest) or self.empty if valuelist else self.empty
        except Malformed as error:
            self.data = None
            raise refused(error) from None

    def _value(self) -> str:
        typed = self.typed()
        return typed if typed is not None else str(self.data or "")


class LongTextField(TextField):
    """Several lines of text."""

    widget = TextAreaField.widget

    def __init__(self, label: Any = None, *, longest: int = LONGEST_TEXT, **kwargs: Any) -> None:
        super().__init__(label, longest=longest, **kwargs)
        self.render_kw = {**(self.render_kw or {}), "rows": 3}


class SecretField(Extras, PasswordField):
    """A password: not written back into a page, unless it is ``kept``: what staff just typed for a line, in a refused form."""

    reveal = True

    def __init__(
        self,
        label: Any = None,
        *,
        required: bool = False,
        longest: int = LONGEST_LINE,
        help: Any = "",
        span: int | None = None,
        kept: bool = False,
        validators: Sequence[Any] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, rules(required, validators), description=help, **kwargs)
        self.longest, self.span = longest, span
        if kept:
            self.widget = PasswordInput(hide_value=False)
        self.render_kw = {"maxlength": longest, "autocomplete": "new-password", **(self.render_kw or {})}

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = None
        if not can_be_stored(text):
            raise ValueError(CANNOT_BE_STORED)
        if len(text) > self.longest:
            raise ValueError(Message("The text is longer than %(longest)s characters.", longest=self.longest))
        self.data = text or None
