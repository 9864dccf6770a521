"""Which characters a text may have to be stored."""

from __future__ import annotations

from app.values.errors import Message

CANNOT_BE_STORED = Message("The text contains a character that cannot be stored.")
NUL = "\x00"
BROKEN = "\ufffd"  # what stands where bytes were no UTF-8


def can_be_stored(text: str) -> bool:
    """Tell whether PostgreSQL can store ``text`` as it was meant: no NUL, no half of a surrogate pair, no broken UTF-8."""
    return NUL not in text and BROKEN not in text and not any("\ud800" <= character <= "\udfff" for character in text)
