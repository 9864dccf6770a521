"""What every kind of file writes alike: a value in the reader's words, and what no file can hold."""

from __future__ import annotations

import re
from typing import Any

from app.foundation.i18n import month_in_words, say
from app.values.choices import Choice
from app.values.errors import Message
from app.values.months import Month

# What XML cannot hold.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def worded(value: Any) -> str:
    """Return a value in the reader's words."""
    if isinstance(value, bool):
        return say(Message("Yes") if value else Message("No"))
    if isinstance(value, Choice | Message):
        return say(value)
    if isinstance(value, Month):
        return month_in_words(value)
    if isinstance(value, tuple | list):
        return ", ".join(worded(item) for item in value)
    return str(value)
