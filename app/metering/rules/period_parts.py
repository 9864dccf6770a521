"""Parts of a period: where the occupant changes inside it, the reading of that day ends one part and begins the next.

A period runs from the day of its old reading to the day before its new one. Each part has its own charge, keyed by its first day.
Source: building services S1.2, S2.2; docs/rules/period_parts.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
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
    read = {(each.serial, each.until) for each in measured}
    owners = [_part_of(each, parts, read) for each in measured]
    return tuple(
        replace(part, quantity=sum_of(each.quantity for each, owner in zip(measured, owners, strict=True) if owner == number))
        for number, part in enumerate(parts)
    )


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


def _part_of(each: Measured, parts: Sequence[Part], read: Collection[tuple[str, date]]) -> int:
    """Return the place of the part to which ``each`` belongs: the first that was over, or ended that day, when it was read.

    What was measured from the eve of a part to its last evening is that part's, where the meter was not ``read`` on the morning after: a
    part of one day begins and ends with readings of two days, and both may be of evenings.
    """
    number = next((place for place, part in enumerate(parts[:-1]) if each.until <= part.ends_on + ONE_DAY), len(parts) - 1)
    for later in parts[number + 1 :]:
        is_of_evenings = each.since >= later.starts_on - ONE_DAY and each.until >= later.ends_on
        if not is_of_evenings or (each.serial, later.ends_on + ONE_DAY) in read:
            break
        number += 1
    return number


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
