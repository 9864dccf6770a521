"""Parts of a period: where the occupant changes inside it, the reading of that day ends one part and begins the next.

A period runs from the day of its old reading to the day before its new one. Each part has its own charge, keyed by its first day.
Source: building services S1.2, S2.2; docs/rules/period_parts.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.values.dates import ONE_DAY, days_of
from app.values.errors import Message, OperationRefused
from app.values.money import sum_of


@dataclass(frozen=True)
class Occupancy:
    """A customer who bears the consumption of a unit from ``starts_on`` to ``ends_on``, or until further notice."""

    customer: int
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class Measured:
    """What one meter counted between two of its readings, on the days ``since`` and ``until``."""

    serial: str
    since: date
    until: date
    quantity: Decimal


@dataclass(frozen=True)
class Part:
    """A part of a period with one occupant; ``customer`` is None while the unit stood empty."""

    starts_on: date
    ends_on: date
    customer: int | None
    quantity: Decimal = Decimal(0)

    @property
    def days(self) -> int:
        return days_of(self.starts_on, self.ends_on)


def period_parts(starts_on: date, ends_on: date, *, occupancies: Iterable[Occupancy], measured: Sequence[Measured]) -> tuple[Part, ...]:
    """Return the period ``starts_on`` … ``ends_on`` by occupants, each part with what its readings measured.

    The day of the change is the new occupant's first; the reading may be of that day or of the evening before. Raises OperationRefused
    where a meter was not read at a change: its consumption would have to be guessed.
    """
    parts = occupied_parts(starts_on, ends_on, occupancies)
    for part in parts[1:]:
        _require_reading(part.starts_on, measured)
    return tuple(replace(part, quantity=sum_of(each.quantity for each in measured if _belongs(each, part, parts))) for part in parts)


def occupied_parts(starts_on: date, ends_on: date, occupancies: Iterable[Occupancy]) -> tuple[Part, ...]:
    """Return the period by occupants, days between two of them as a part without one; nothing is measured yet."""
    parts: list[Part] = []
    free_from = starts_on
    for each in sorted(occupancies, key=lambda occupancy: occupancy.starts_on):
        first, last = max(each.starts_on, free_from), min(each.ends_on or ends_on, ends_on)
        if last < first:
            continue
        if first > free_from:
            parts.append(Part(free_from, first - ONE_DAY, None))
        if parts and parts[-1].customer == each.customer:
            # The same customer under another contract: nothing changes hands.
            parts[-1] = replace(parts[-1], ends_on=last)
        else:
            parts.append(Part(first, last, each.customer))
        free_from = last + ONE_DAY
    if free_from <= ends_on:
        parts.append(Part(free_from, ends_on, None))
    return tuple(parts)


def _belongs(each: Measured, part: Part, parts: Sequence[Part]) -> bool:
    """Say whether what was ``measured`` ended after this part began and not after the next one did."""
    is_first, is_last = part == parts[0], part == parts[-1]
    return (is_first or each.until > part.starts_on) and (is_last or each.until <= part.ends_on + ONE_DAY)


def _require_reading(changed_on: date, measured: Sequence[Measured]) -> None:
    eve = changed_on - ONE_DAY
    for each in measured:
        if each.since < eve and each.until > changed_on:
            raise OperationRefused(
                Message(
                    "The occupant changed on %(date)s, but the meter %(serial)s was not read on that day. Enter a reading of that day.",
                    date=changed_on,
                    serial=each.serial,
                ),
                code="handover_unread",
            )
    if not any(day in (eve, changed_on) for each in measured for day in (each.since, each.until)):
        raise OperationRefused(
            Message("The occupant changed on %(date)s, but no meter was read on that day. Enter a reading of that day.", date=changed_on),
            code="handover_unread",
        )
