"""Sentences for people, and the one exception by which a rule refuses an operation.

A sentence is kept as its message id and its parameters until a page or the API knows the reader's language.
"""

from __future__ import annotations

from typing import Any


def N_(message_id: str) -> str:
    """Return ``message_id`` unchanged; marks a text for extraction into the catalogues."""
    return message_id


class Message:
    """A translatable sentence with named parameters, e.g. ``Message("The plan %(plan)s …", plan=name)``.

    Parameters may be Decimal, date, datetime, a ``Choice`` or another ``Message``: ``foundation.i18n.say`` formats each in the
    reader's language. ``currency`` among the parameters formats every Decimal as money of that currency.
    """

    def __init__(self, message_id: str, **parameters: Any) -> None:
        self.message_id = message_id
        self.parameters = parameters

    def __str__(self) -> str:
        return self.message_id % self.parameters if self.parameters else self.message_id

    def __repr__(self) -> str:
        return f"Message({self.message_id!r}, {self.parameters!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.message_id, self.parameters) == (other.message_id, other.parameters)

    def __hash__(self) -> int:
        return hash(self.message_id)


class OperationRefused(Exception):
    """A rule says no; nothing is written. ``code`` names the rule, ``field`` the form field to blame, where there is one."""

    def __init__(self, message: Message, code: str = "refused", field: str | None = None, fields: dict[str, Message] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field
        self.fields = fields or ({field: message} if field else {})

    def __str__(self) -> str:
        return str(self.message)


class Conflict(OperationRefused):
    """The request contradicts what is stored already (idempotency key with other content, a clock set back): HTTP 409."""


class NotFound(OperationRefused):
    """The record does not exist, or belongs to an office outside the scope, which must look the same: HTTP 404."""


class NotAllowed(OperationRefused):
    """The user lacks the permission for what was asked: HTTP 403."""


class Malformed(OperationRefused):
    """The input cannot be read at all (letters in an amount, a date that does not exist): HTTP 400."""
