"""What the addresses and forms of the counter name by number."""

from __future__ import annotations

from typing import Any

from flask import request

from app.foundation.views.interface import record_id
from app.values.errors import Malformed, Message


def number_in(name: str, source: Any = None) -> int | None:
    """Return an id of the address or the form. Raises Malformed for what is none."""
    text = (source if source is not None else request.args).get(name)
    if text is None or text == "":
        return None
    number = record_id(text)
    if number is None:
        raise Malformed(Message("The address cannot be read."), code=f"bad_{name}")
    return number
