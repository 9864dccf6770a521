"""A bill: lines that explain themselves, the total, and the taxes an invoice shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

# One text, or one for each language.
Label = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line: ``quantity`` × ``unit_price`` explain ``amount``, which is rounded.

    ``tier`` is the number of the tier (1, 2, …) whose slice the line is. ``part`` is the number of the part of the period, where a price
    changed inside it. A line that ``is_tax`` is a tax line of the invoice.
    """

    code: str
    label: Label
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    tier: int | None = None
    part: int | None = None
    is_tax: bool = False


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax as the invoice shows it: ``percent`` of the lines ``of``.

    Where it ``is_included`` in their prices, ``amount`` is not in the total again, and ``base`` is the sum without it.
    """

    code: str
    label: Label
    of: tuple[str, ...]
    percent: Decimal
    base: Decimal
    amount: Decimal
    is_included: bool = False


@dataclass(frozen=True, slots=True)
class Bill:
    """What a unit owes; a bill of 0 without lines is still a bill."""

    lines: tuple[BillLine, ...]
    total: Decimal
    taxes: tuple[Tax, ...] = ()


def label_in(label: Label, locale: str) -> str:
    """Return ``label`` in ``locale``, else in English, else in the first language it is written in."""
    if isinstance(label, str):
        return label
    return label.get(locale) or label.get("en") or next(iter(label.values()))
