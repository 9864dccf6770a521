"""The kinds of values in the JSON of the API: how each is read, checked and written.

Money and quantities are decimal strings (whole numbers are read too, floats never); days are ``2026-05-14``; times are ISO with offset.
A field with ``text=True`` stands in the address and reads its value from text.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, fields

from app.foundation.api.problems import Problem, problem
from app.foundation.i18n import say
from app.foundation.views.office import currency_of, office_fact
from app.values import money
from app.values.choices import Choice
from app.values.errors import Message, NotFound, OperationRefused

LARGEST_ID = 2**31 - 1
SHORT, LINE, TEXT = 64, 200, 2000
HIDDEN = "********"
_AMOUNT = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,12})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,10}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_MISSING = [Problem(Message("This field is required."), "required")]
# marshmallow hands these on as they are; its types expect plain texts.
SENTENCES: Any = {"required": _MISSING, "null": _MISSING, "validator_failed": [Problem(Message("This value is not possible here."))]}

NOT_AN_OBJECT: Any = {**SENTENCES, "type": [Problem(Message("This must be an object."))]}
NOT_A_LIST: Any = {**SENTENCES, "invalid": [Problem(Message("This must be a list."))]}

Resolve = Callable[[type[Schema]], dict[str, Any]]


class Value(fields.Field):
    """The base: its refusals are sentences of ours, and an empty value is one that was left out."""

    default_error_messages = SENTENCES

    def __init__(self, *, text: bool = False, **options: Any) -> None:
        self.text = text
        super().__init__(**options)

    def shape(self, resolve: Resolve) -> dict[str, Any]:
        """Return what the OpenAPI document says of such a value; ``resolve`` gives the reference of a schema."""
        return {"type": "string"}


class Text(Value):
    """A text; blanks around it are taken off, except where they count (``is_exact``). A required one is not empty.

    A sentence of the program is written in the language of who asks.
    """

    def __init__(self, longest: int = LINE, *, is_exact: bool = False, **options: Any) -> None:
        self.longest, self.is_exact = longest, is_exact
        super().__init__(**options)

    def shape(self, resolve: Resolve) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        if not isinstance(value, str):
            raise problem(Message("This must be a text."))
        kept = value if self.is_exact else value.strip()
        if self.required and not kept:
            raise problem(Message("This field is required."), "required", OperationRefused)
        if len(kept) > self.longest:
            raise problem(Message("The text is too long: at most %(most)s characters.", most=self.longest), "too_long", OperationRefused)
        return kept

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str | None:
        return None if value is None else say(value) if isinstance(value, Message) else str(value)


class Secret(Text):
    """Personal data: taken as text, given back masked or hidden; a masked value is never taken."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if "***" in text:
            raise problem(Message("This is the masked value. Leave the field out to keep what is stored."), "masked", OperationRefused)
        return text


class Whole(Value):
    """A whole number between ``least`` and ``most``."""

    def __init__(self, least: int = -LARGEST_ID, most: int = LARGEST_ID, **options: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**options)

    def shape(self, resolve: Resolve) -> dict[str, Any]:
        least = {"minimum": self.least} if self.least > -LARGEST_ID else {}
        most = {"maximum": self.most} if self.most < LARGEST_ID else {}
        return {"type": "integer", **least, **most}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if self.text and isinstance(value, str) and _WHOLE.fullmatch(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise problem(Message("This must be a whole number."))
        if not self.least <= value <= self.most:
            message = Message("The number must be from %(least)s to %(most)s.", least=self.least, most=self.most)
            raise problem(message, "out_of_range", OperationRefused)
        return value


class Reference(Value):
    """The id of another record. One that cannot exist is not found, like one that does not."""

    def shape(self, resolve: Resolve) -> dict[str, Any]:
        return {"type": "integer", "description": "id"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if self.text and isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value, re.ASCII):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise problem(Message("This must be the number (id) of a record."))
        if not 0 < value <= LARGEST_ID:
            raise problem(Message("This record does not exist."), "not_found", NotFound)
        return value


class Flag(Value):
    """Yes or no."""

    def shape(self, resolve: Resolve) -> dict[str, Any]:
        return {"type": "boolean"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if self.text and value in ("true", "false"):
            value = value == "true"
        if not isinstance(value, bool):
            raise problem(Message("This must be true or false."))
        return value


class Number(Value):
    """A decimal number, written as a string and without needless zeros."""

    def __init__(self, least: Decimal | None = None, most: Decimal | None = None, **options: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**options)

    def shape(self, resolve: Resolve) -> dict[str, Any]:
        return {"type": "string", "format": "decimal", "example": "0.003"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Decimal:
        number = _decimal(value)
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            message = Message("The number must be from %(least)s to %(most)s.", least=self.least, most=self.most)
            raise problem(message, "out_of_range", OperationRefused)
        return number

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str | None:
        if value is None:
            return None
        number = Decimal(value).normalize()
        return format(number if number else Decimal(0), "f")


class Money(Value):
    """An amount in the currency of the record's office, with exactly that currency's decimals."""

    def shape(self, resolve: Resolve) -> dict[str, Any]:
        return {"type": "string", "format": "decimal", "example": "50.00"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Decimal:
        return _decimal(value)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str | None:
        if value is None:
            return None
        currency = obj.get("currency") if isinstance(obj, dict) else currency_of(obj)
        return format(money.rounded(Decimal(value), currency) if currency else Decimal(value), "f")


def _decimal(value: Any) -> Decimal:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise problem(Message("This must be a decimal number in quotes, such as “12.50”."))
    return Decimal(value)


class Day(Value):
    """A day of the calendar: 2026-05-14."""

    def shape(self, resolve: Resolve) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime.date:
        if isinstance(value, str) and _DAY.fullmatch(value) and _FIRST_YEAR <= int(value[:4]) <= _LAST_YEAR:
            try:
                return datetime.date.fromisoformat(value)
            except ValueError:
                pass
        raise problem(Message("This must be a date that exists, written like 2026-05-14."))

    def _serialize(self, value: datetime.date | str | None, attr: str | None, obj: Any, **options: Any) -> str | None:
        return value.isoformat() if isinstance(value, datetime.date) else value


class Moment(Value):
    """A time with its offset, given in the time zone of the record's office."""

    def shape(self, resolve: Resolve) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime.datetime:
        try:
            moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise problem(Message("This must be a time with its offset, written like 2026-05-14T10:00:00+08:00."))
        return moment

    def _serialize(self, value: datetime.datetime | None, attr: str | None, obj: Any, **options: Any) -> str | None:
        if value is None:
            return None
        zone = office_fact("time_zone", getattr(obj, "office_id", None))
        return value.astimezone(ZoneInfo(zone) if zone else datetime.UTC).isoformat(timespec="seconds")


class Code(Value):
    """One of the values of a ``Choice``, by its code."""

    def __init__(self, choices: type[Choice], **options: Any) -> None:
        self.choices = choices
        super().__init__(**options)

    def shape(self, resolve: Resolve) -> dict[str, Any]:
        return {"type": "string", "enum": [choice.value for choice in self.choices] + ([None] if self.allow_none else [])}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Choice:
        known: dict[str, Choice] = {choice.value: choice for choice in self.choices}
        if not isinstance(value, str) or value not in known:
            raise problem(Message("This must be one of: %(allowed)s.", allowed=", ".join(known)))
        return known[value]

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str | None:
        return None if value is None else str(value)


class Inner(fields.Nested):
    """An object inside the object."""

    default_error_messages = NOT_AN_OBJECT


class Rows(fields.List):
    """A list of objects, at most ``most`` of them."""

    default_error_messages = NOT_A_LIST

    def __init__(self, row: Any, *, most: int = 200, **options: Any) -> None:
        self.most = most
        super().__init__(row if isinstance(row, fields.Field) else Inner(row), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self.most:
            raise problem(Message("The list is too long: at most %(most)s entries.", most=self.most), "too_long", OperationRefused)
        # A change may leave out the list, but what stands in it is whole.
        found: list[Any] = super()._deserialize(value, attr, data, **{**options, "partial": False})
        return found
