"""Numbers of formulas in the reader's way of writing: 1.984 in Hà Nội is 1984 in the recipe."""

from __future__ import annotations

from app.tariffs.rules.decimals import plain, read_decimal
from app.values import formats
from app.values.errors import Malformed


def read_number(typed: str, locale: str) -> str | None:
    """Return what was typed as the recipe writes numbers, None where it is none."""
    try:
        return plain(formats.parse_decimal(typed.strip(), locale))
    except Malformed:
        return None


def written_number(text: str, locale: str) -> str:
    """Return a number of a recipe as people write it; what is no number (the name of a fact) stays as it is."""
    number = read_decimal(text)
    return text if number is None else formats.number(number, locale)
