"""Form fields that read what people type as people of their language write it, and give it back when it was wrong.

``TextField``, ``LongTextField``, ``SecretField``, ``MoneyField``, ``NumberField``, ``WholeNumberField``, ``DayField``, ``MonthField``,
``ChoiceField``, ``RadioField``, ``FlagField``, ``LookupField``, ``KeyField``. All take ``required``, ``help`` and ``span`` (columns of
the grid); labels are message ids and translated by the template.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, Field, FieldList, FormField, HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms import RadioField as PlainRadioField
from wtforms.fields.choices import Choice as ShownChoice
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import DateInput, MonthInput, TextInput

from app.foundation.i18n import say
from app.foundation.views.interface import record_id
from app.foundation.views.texts import clean_text, locale, parse_day, parse_number
from app.values import formats, money
from app.values.choices import Choice
from app.values.errors import Malformed, Message, OperationRefused

LONGEST_LINE = 200
LONGEST_TEXT = 2000
LONGEST_KEY = 64
LARGEST_WHOLE_NUMBER = 2**31 - 1
LARGEST_NUMBER = Decimal(10) ** 12

REQUIRED = Message("This field is required.")


class Needed:
    """The value must be there; nothing else of the field is complained about before."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        if field.errors:
            raise StopValidation
        if field.data is None or field.data == "" or (isinstance(field.data, str) and not field.data.strip()):
            raise StopValidation(REQUIRED)  # type: ignore[arg-type]


def _rules(required: bool, validators: Iterable[Any]) -> list[Any]:
    return [Needed() if required else Optional(), *validators]


class _Extras:
    """What the field macro of the templates reads besides WTForms' own."""

    span: int | None = None
    prefix: str = ""
    suffix: str = ""
    locked: Any = None
    warning: Any = None
    hint: Any = None
    errors: Any
    raw_data: Any
    data: Any

    def typed(self) -> str | None:
        """Return what the person typed, to be shown again; nothing where the form was not sent."""
        raw = self.raw_data
        return str(raw[0]).replace("\x00", "") if raw else None


def refused(error: OperationRefused) -> ValueError:
    """Return ``error`` as WTForms takes it; the message stays untranslated until the page is written."""
    return ValueError(error.message)


class TextField(_Extras, StringField):
    """One line of text, at most ``longest`` characters; an empty one is ``empty`` ("" or None)."""

    def __init__(
        self,
        label: Any = None,
        *,
        required: bool = False,
        longest: int = LONGEST_LINE,
        empty: str | None = "",
        help: Any = "",  # noqa: A002
        span: int | None = None,
        validators: Sequence[Any] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, _rules(required, validators), description=help, **kwargs)
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


class SecretField(_Extras, PasswordField):
    """A password: never written back into a page."""

    reveal = True

    def __init__(self, label: Any = None, *, required: bool = False, longest: int = LONGEST_LINE, help: Any = "", span: int | None = None,  # noqa: A002
                 validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, _rules(required, validators), description=help, **kwargs)
        self.longest, self.span = longest, span
        self.render_kw = {"maxlength": longest, "autocomplete": "new-password", **(self.render_kw or {})}

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0] if valuelist else ""
        if "\x00" in text or len(text) > self.longest:
            self.data = None
            raise ValueError(Message("The text contains a character that cannot be stored."))
        self.data = text or None


class _ReadField(_Extras, Field):
    """A field whose text is read into a value; a text that cannot be read stays in the field beside its error."""

    widget = TextInput()

    def __init__(self, label: Any = None, *, required: bool = False, help: Any = "", span: int | None = None,  # noqa: A002
                 validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, _rules(required, validators), description=help, **kwargs)
        self.span = span
        self.render_kw = {"autocomplete": "off", **(self.render_kw or {})}

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]) if valuelist else ""
        self.data = None
        if not text.strip():
            return
        try:
            self.data = self.read(text)
        except OperationRefused as error:
            raise refused(error) from None

    def read(self, text: str) -> Any:
        raise NotImplementedError

    def written(self, value: Any) -> str:
        return str(value)

    def _value(self) -> str:
        typed = self.typed()
        if typed is not None and (self.data is None or self.errors):
            return typed
        return "" if self.data is None else self.written(self.data)


class NumberField(_ReadField):
    """A number with decimals, read and written in the reader's way."""

    def __init__(self, label: Any = None, *, least: Decimal | int | None = None, most: Decimal | int | None = None, places: int = 4, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.least, self.most, self.places = least, most, places
        self.render_kw = {**(self.render_kw or {}), "inputmode": "decimal"}

    def read(self, text: str) -> Decimal:
        number = parse_number(text)
        return self.checked(number)

    def checked(self, number: Decimal) -> Decimal:
        """Return ``number`` when it lies within the bounds. Raises Malformed."""
        most = LARGEST_NUMBER if self.most is None else self.most
        if number > most:
            raise Malformed(Message("The number must be at most %(most)s.", most=Decimal(most)), code="too_large")
        least = -LARGEST_NUMBER if self.least is None else self.least
        if number < least:
            raise Malformed(Message("The number must be at least %(least)s.", least=Decimal(least)), code="too_small")
        if -int(number.as_tuple().exponent) > self.places and number != round(number, self.places):
            raise Malformed(Message("At most %(places)s decimals are possible here.", places=self.places), code="too_many_decimals")
        return number

    def written(self, value: Any) -> str:
        return formats.number(Decimal(value), locale())


class WholeNumberField(NumberField):
    """A whole number: months, a count."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, places=0, **kwargs)
        self.render_kw = {**(self.render_kw or {}), "inputmode": "numeric"}

    def read(self, text: str) -> Any:
        number = super().read(text)
        if abs(number) > LARGEST_WHOLE_NUMBER:
            raise Malformed(Message("The number must be at most %(most)s.", most=Decimal(LARGEST_WHOLE_NUMBER)), code="too_large")
        return int(number)


class MoneyField(_ReadField):
    """An amount in the currency of the form's office; ``is_signed`` where a negative one makes sense."""

    def __init__(self, label: Any = None, *, currency: str = "", is_signed: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.own_currency, self.is_signed = currency, is_signed
        self.render_kw = {**(self.render_kw or {}), "inputmode": "decimal", "data-money": ""}

    @property
    def currency(self) -> str:
        from app.foundation.views.office import currency_of

        return self.own_currency or currency_of()

    @property
    def prefix(self) -> str:  # type: ignore[override]
        known = money.CURRENCIES.get(self.currency)
        return known.symbol if known and not known.follows else ""

    @property
    def suffix(self) -> str:  # type: ignore[override]
        known = money.CURRENCIES.get(self.currency)
        return known.symbol if known and known.follows else ""

    def read(self, text: str) -> Decimal:
        amount = parse_number(text)
        require = money.require_amount if self.is_signed else money.require_fee
        return require(amount, self.currency) if self.currency else amount

    def written(self, value: Any) -> str:
        places = money.decimals(self.currency) if self.currency else None
        return plain_amount(Decimal(value), places)


def plain_amount(amount: Decimal, places: int | None) -> str:
    """Return ``amount`` as it is typed in the reader's language: its decimals, no currency."""
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * places if places else "") if places is not None else "#,##0.####"
    return format_decimal(amount, format=pattern, locale=locale())


class DayField(_ReadField):
    """A date. Browsers send ISO; dates typed in the reader's way of writing are read as well."""

    widget = DateInput()

    def __init__(self, label: Any = None, *, least: datetime.date | None = None, most: datetime.date | None = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.least, self.most = least, most

    def read(self, text: str) -> datetime.date:
        day = parse_day(text)
        if self.least and day < self.least:
            raise Malformed(Message("The date must not be before %(day)s.", day=self.least), code="too_early")
        if self.most and day > self.most:
            raise Malformed(Message("The date must not be after %(day)s.", day=self.most), code="too_late")
        return day

    def written(self, value: Any) -> str:
        return str(value.isoformat())


class MonthField(_ReadField):
    """A month, as its first day."""

    widget = MonthInput()

    def read(self, text: str) -> datetime.date:
        return parse_day(text.strip() + "-01")

    def written(self, value: Any) -> str:
        return str(value.strftime("%Y-%m"))


class FlagField(_Extras, BooleanField):
    """A yes or a no."""

    def __init__(self, label: Any = None, *, help: Any = "", span: int | None = None, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(label, description=help, **kwargs)
        self.span = span


class _Chooses(_Extras):
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
        return self.choice_class(value) if self.choice_class else value

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

    def __init__(self, label: Any = None, *, options: type[Choice] | Sequence[Any] = (), required: bool = False, help: Any = "", span: int | None = None,  # noqa: A002
                 validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, _rules(required, validators), choices=self._options(options), description=help, **kwargs)
        self.span = span


class RadioField(_Chooses, PlainRadioField):
    """One of few, all in sight: payment methods."""

    def __init__(self, label: Any = None, *, options: type[Choice] | Sequence[Any] = (), required: bool = False, help: Any = "", span: int | None = None,  # noqa: A002
                 validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, _rules(required, validators), choices=self._options(options), description=help, **kwargs)
        self.span = span


class LookupField(_Extras, Field):
    """A related row chosen by typing: the hidden id, and the text of the chosen row. Only what the person may see can be chosen."""

    widget = TextInput()

    def __init__(self, label: Any = None, *, lookup: str, required: bool = False, help: Any = "", span: int | None = None,  # noqa: A002
                 validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, _rules(required, validators), description=help, **kwargs)
        self.lookup, self.span = lookup, span

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


class KeyField(HiddenField):
    """The idempotency key of one opened form: sending the form twice does the thing once."""

    def __init__(self, label: Any = "", **kwargs: Any) -> None:
        super().__init__(label, default=new_key, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]) if valuelist else ""
        good = 0 < len(text) <= LONGEST_KEY and text.isascii() and text.replace("-", "").isalnum()
        self.data = text if good else new_key()

    def renew(self) -> None:
        """Take a new key: the old one belongs to something that was done."""
        self.data = new_key()


def new_key() -> str:
    """Return a key nobody else has."""
    return uuid.uuid4().hex


class LinesField(_Extras, FieldList):
    """Several lines of one inner form, e.g. the materials of a work order; each line carries its id in a hidden field."""

    def __init__(self, inner: type[Any], label: Any = None, *, most: int = 50, span: int = 3, help: Any = "", **kwargs: Any) -> None:  # noqa: A002
        super().__init__(FormField(inner), label, max_entries=most, description=help, **kwargs)
        self.inner, self.span = inner, span

    @property
    def blank(self) -> Any:
        """An empty line, which the page's script copies; its name carries a mark in the place of the number."""
        return self.unbound_field.bind(
            form=None, name=f"{self.name}-__line__", id=f"{self.id}-__line__", prefix=self._prefix, _meta=self.meta, translations=self._translations
        )
