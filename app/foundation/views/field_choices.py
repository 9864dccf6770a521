"""Fields that choose: a yes or no, one of few, one row of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from wtforms import BooleanField, Field, SelectField
from wtforms import RadioField as PlainRadioField
from wtforms.fields.choices import Choice as ShownChoice
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from app.foundation.i18n import say
from app.foundation.views.field_base import Extras, rules
from app.foundation.views.interface import record_id
from app.values.choices import Choice
from app.values.errors import Message


class FlagField(Extras, BooleanField):
    """A yes or a no."""

    def __init__(self, label: Any = None, *, help: Any = "", span: int | None = None, **kwargs: Any) -> None:
        super().__init__(label, description=help, **kwargs)
        self.span = span


class _Chooses(Extras):
    """What the two fields over a ``Choice`` share: values become members, labels are translated when the page is written."""

    choice_class: type[Choice] | None = None
    has_blank = False
    choices: Any

    def offer(self, options: type[Choice] | Sequence[Any]) -> None:
        """Offer ``options``: a ``Choice`` class, some of its members, or (value, label) pairs."""
        self.choices = self._options(options)

    def _options(self, options: type[Choice] | Sequence[Any]) -> list[SelectChoice]:
        pairs = [(option.value, option) if isinstance(option, Choice) else option for option in options]
        members = [option for option in options if isinstance(option, Choice)]
        self.choice_class = options if isinstance(options, type) else (type(members[0]) if members else None)
        blank = [("", Message("Please choose"))] if self.has_blank else []
        return [SelectChoice(value, label) for value, label in blank + pairs]

    def _member(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        # Calling an enumeration looks its member up.
        return self.choice_class(value) if self.choice_class else value  # type: ignore[call-arg]

    def iter_choices(self) -> Iterator[ShownChoice]:
        for value, label, *_ in self.choices:
            is_chosen = self.data == value or (self.data is None and value == "")
            yield ShownChoice(value, say(label), is_chosen, {})

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in [value for value, *_ in self.choices]:
            raise StopValidation(Message("Please choose"))  # type: ignore[arg-type]

    def process_data(self, value: Any) -> None:
        self.data = self._member(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            self.data = self._member(valuelist[0]) if valuelist else None
        except ValueError:
            self.data = None
            raise ValueError(Message("Please choose")) from None


class ChoiceField(_Chooses, SelectField):
    """One of a ``Choice`` class, or of (value, label) pairs; a select."""

    has_blank = True

    def __init__(
        self,
        label: Any = None,
        *,
        options: type[Choice] | Sequence[Any] = (),
        required: bool = False,
        help: Any = "",
        span: int | None = None,
        only_with: str = "",
        validators: Sequence[Any] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, rules(required, validators), choices=self._options(options), description=help, **kwargs)
        self.span, self.only_with = span, only_with


class RadioField(_Chooses, PlainRadioField):
    """One of few, all in sight: payment methods."""

    def __init__(
        self,
        label: Any = None,
        *,
        options: type[Choice] | Sequence[Any] = (),
        required: bool = False,
        help: Any = "",
        span: int | None = None,
        validators: Sequence[Any] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, rules(required, validators), choices=self._options(options), description=help, **kwargs)
        self.span = span


class LookupField(Extras, Field):
    """A related row chosen by typing: the hidden id, and the text of the chosen row. Only what the person may see can be chosen.

    ``narrowed_by`` names the field of the form whose value goes with every question; ``renews`` names lines of the form that the page gets
    anew when another row is chosen, and fields that are asked for only with some rows.
    """

    widget = TextInput()

    def __init__(
        self,
        label: Any = None,
        *,
        lookup: str,
        required: bool = False,
        help: Any = "",
        span: int | None = None,
        narrowed_by: str = "",
        renews: str = "",
        validators: Sequence[Any] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, rules(required, validators), description=help, **kwargs)
        self.lookup, self.span, self.narrowed_by, self.renews = lookup, span, narrowed_by, renews

    @property
    def lookup_url(self) -> str:
        from app.foundation.views.lookups import lookup_address

        return lookup_address(self.lookup)

    @property
    def lookup_value(self) -> Any:
        return self.data if self.data is not None else ""

    @property
    def chosen(self) -> str:
        """The text of the chosen row; empty where there is none or it is not the person's to see."""
        from app.foundation.views.lookups import lookup_text

        return lookup_text(self.lookup, self.data) or ""

    def process_data(self, value: Any) -> None:
        self.data = getattr(value, "id", value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not text:
            return
        self.data = record_id(text)
        if self.data is None:
            raise ValueError(Message("This record does not exist."))

    def pre_validate(self, form: Any) -> None:
        from app.foundation.views.lookups import lookup_text

        if self.data is not None and lookup_text(self.lookup, self.data) is None:
            # A posted id of another office looks exactly like one that does not exist.
            self.data = None
            raise StopValidation(Message("This record does not exist."))  # type: ignore[arg-type]

    def _value(self) -> str:
        return self.chosen
