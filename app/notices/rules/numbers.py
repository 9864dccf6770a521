"""The number of a notice: its prefix, the month, the unit: TB-2611-A1203; one that replaces it ends in -2.

A second customer of the unit in the same month has a letter behind the unit: TB-2611-A1203B. The content of a transfer is the number
without hyphens, so of two numbers that give one reference only one is used. Source: printed forms §1, V4, V5; docs/rules/notices.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from itertools import count
from string import ascii_uppercase

from app.billing.rules.payment_qr import reference_of

# Longer codes of units would lose their end in the reference of a transfer.
LONGEST_UNIT = 12


def unit_part(unit: str) -> str:
    """Return the code of a unit as numbers carry it: A-1203 is A1203."""
    return reference_of(unit)[-LONGEST_UNIT:] or "0"


def next_number(prefix: str, month: date, unit: str, *, taken: Collection[str], replaces: str = "") -> tuple[str, str]:
    """Return number and reference of the next paper about ``unit`` in ``month``; ``taken`` are the references that are used already."""
    for number in _editions(replaces) if replaces else _letters(f"{prefix}-{month:%y%m}-{unit_part(unit)}"):
        reference = reference_of(number)
        if reference not in taken:
            return number, reference
    raise AssertionError("There is always another edition.")


def _editions(replaces: str) -> Iterator[str]:
    root = "-".join(replaces.split("-")[:3])
    return (f"{root}-{edition}" for edition in count(2))


def _letters(root: str) -> Iterator[str]:
    yield root
    for letter in ascii_uppercase[1:]:
        yield f"{root}{letter}"
    yield from (f"{root}-{edition}" for edition in count(2))
