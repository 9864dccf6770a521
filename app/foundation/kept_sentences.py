"""Sentences that are kept and said later, to every reader in his language: the message id in one column, its facts in another.

A fact that is not plain text says what it is: {"text": message id, "facts": {…}}, {"number": "12.50"}, {"day": "2026-11-22"},
{"moment": …}, {"month": "2026-11-01"}, {"list": […]}.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.values.choices import Choice
from app.values.errors import Message
from app.values.months import Month


def kept_facts(message: Message) -> dict[str, Any]:
    """Return the facts of a sentence as JSON keeps them."""
    return {name: _plain(value) for name, value in message.parameters.items()}


def told(message_id: str, facts: Mapping[str, Any]) -> Message:
    """Return a kept sentence for ``say``, which formats its facts for the reader."""
    return Message(message_id, **{name: _fact(kept) for name, kept in facts.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, Message):
        return {"text": value.message_id, "facts": kept_facts(value)} if value.parameters else {"text": value.message_id}
    if isinstance(value, Choice):
        return {"text": value.label}
    if isinstance(value, Decimal):
        return {"number": format(value, "f")}
    if isinstance(value, datetime.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, Month):
        return {"month": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"day": value.isoformat()}
    if isinstance(value, list | tuple | set | frozenset):
        return {"list": [_plain(each) for each in value]}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


_READERS: dict[str, Callable[[str], Any]] = {
    "number": Decimal,
    "moment": datetime.datetime.fromisoformat,
    "day": datetime.date.fromisoformat,
    "month": Month.fromisoformat,
}


def _fact(kept: Any) -> Any:
    if not isinstance(kept, dict):
        return kept
    if "text" in kept:
        return told(kept["text"], kept.get("facts", {}))
    if "list" in kept:
        return [_fact(each) for each in kept["list"]]
    ((sort, value),) = kept.items()
    return _READERS[sort](value)
