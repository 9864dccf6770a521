"""Decimal numbers as recipes and facts write them, and the arithmetic in which none of their digits is lost.

A number is plain: digits, at most one point, at most one sign. Exponents, NaN, Infinity, group separators and spaces are text.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)

LONGEST = 40
_plain_number = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)").fullmatch

# Sums and products are exact or fail: Python's own context would silently round them to 28 digits.
EXACT = Context(prec=400, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])
# Only rounding to a step may drop digits.
ROUNDING = Context(prec=400, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])


def read_decimal(text: str) -> Decimal | None:
    """Return the number that ``text`` is, None where it is none."""
    return Decimal(text) if len(text) <= LONGEST and _plain_number(text) else None


def plain(value: Decimal) -> str:
    """Return ``value`` with all its digits, without an exponent and without zeros that say nothing: 254.7, 1200000, 0."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
