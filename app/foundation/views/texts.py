"""Typed text on its way in: cleaned, bounded, and read in the reader's way of writing numbers and dates."""

from __future__ import annotations

import datetime
import unicodedata
from decimal import Decimal

from app.foundation.i18n import current_locale
from app.values import formats
from app.values.characters import CANNOT_BE_STORED, can_be_stored
from app.values.errors import Malformed, Message

locale = current_locale


def clean_text(text: str | None, longest: int | None = None) -> str:
    """Return ``text`` in composed Unicode (NFC), without blanks around it. Raises Malformed for odd characters and longer texts.

    A NUL byte cannot be stored by PostgreSQL; decomposed Vietnamese letters would print as boxes and never be found again.
    """
    if not text:
        return ""
    if not can_be_stored(text):
        raise Malformed(CANNOT_BE_STORED, code="bad_text")
    cleaned = unicodedata.normalize("NFC", text).strip()
    if longest is not None and len(cleaned) > longest:
        raise Malformed(Message("The text is longer than %(longest)s characters.", longest=longest), code="too_long")
    return cleaned


def parse_day(text: str) -> datetime.date:
    """Return the date typed: ISO as date fields send it, else as people of the reader's language write it. Raises Malformed."""
    cleaned = clean_text(text, 40)
    try:
        return datetime.date.fromisoformat(cleaned) if len(cleaned) == len("2026-05-14") else formats.parse_day(cleaned, locale())
    except ValueError:
        return formats.parse_day(cleaned, locale())


def parse_number(text: str) -> Decimal:
    """Return the number typed in the reader's way of writing (1.234,5 in Vietnamese). Raises Malformed."""
    return formats.parse_decimal(clean_text(text, 40), locale())
