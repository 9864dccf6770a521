"""Fields for numbers, amounts and dates: read as people of the reader's language write them, and given back when they were wrong."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wtforms import Field
from wtforms.widgets import DateInput, MonthInput, TextInput

from app.foundation.views.field_base import Extras, refused, rules
from app.foundation.views.texts import locale, parse_day, parse_number
from app.values import formats, money
from app.values.errors import Malformed, Message, OperationRefused

LARGEST_WHOLE_NUMBER = 2**31 - 1
HUNDRED = Decimal(100)
LARGEST_NUMBER = Decimal(10) ** 12


class ReadField(Extras, Field, ABC):
    """A field whose text is read into a value; a text that cannot be read stays in the field beside its error."""

    widget = TextInput()

    def __init__(
        self,
        label: Any = None,
        *,
        required: bool = False,
        help: Any = "",
        span: int | None = None,
        validators: Sequence[Any] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, rules(required, validators), description=help, **kwargs)
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

    @abstractmethod
    def read(self, text: str) -> Any:
        """Return what ``text`` means. Raises OperationRefused for a text that means nothing here."""

    def written(self, value: Any) -> str:
        return str(value)

    def _value(self) -> str:
        typed = self.typed()
        if typed is not None and (self.data is None or self.errors):
            return typed
        return "" if self.data is None else self.written(self.data)


class NumberField(ReadField):
    """A number with decimals, read and written in the reader's way."""

    def __init__(
        self, label: Any = None, *, least: Decimal | int | None = None, most: Decimal | int | None = None, places: int = 4, **kwargs: Any
    ) -> None:
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


class PercentField(NumberField):
    """A fraction, read and written as so many of a hundred: 0.003 is 0.3."""

    suffix = "%"

    def __init__(
        self, label: Any = None, *, least: Decimal | int = 0, most: Decimal | int = HUNDRED, places: int = 4, **kwargs: Any
    ) -> None:
        super().__init__(label, least=least, most=most, places=places, **kwargs)

    def read(self, text: str) -> Decimal:
        return super().read(text.strip().rstrip("%％")) / HUNDRED

    def written(self, value: Any) -> str:
        return super().written(value * HUNDRED)


class MoneyField(ReadField):
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


class DayField(ReadField):
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


class MonthField(ReadField):
    """A month, as its first day."""

    widget = MonthInput()

    def read(self, text: str) -> datetime.date:
        return parse_day(text.strip() + "-01")

    def written(self, value: Any) -> str:
        return str(value.strftime("%Y-%m"))
