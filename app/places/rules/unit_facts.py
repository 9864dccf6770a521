"""The facts of a unit 计费参数 / tham số tính phí: which values are possible, and which facts a tariff finds on a day.

Source: fee rules §1; requirements S2.3 and S2.7; docs/rules/unit_facts.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.places.choices import FactName, UnitStatus
from app.values.errors import Message, OperationRefused
from app.values.spans import covers, first_overlap

# Facts that count something, with the least that makes sense.
COUNTS = {FactName.PERSONS: 0, FactName.HOUSEHOLDS: 1, FactName.CARS: 0, FactName.BIKES: 0}
MOST = 9999
LARGEST_AREA = Decimal(1_000_000)
_COUNT = re.compile(r"\d{1,6}", re.ASCII)
_AREA = re.compile(r"\d{1,7}(\.\d{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Fact:
    """``name`` had ``value`` from ``starts_on`` to ``ends_on``, without an end until further notice."""

    name: FactName
    value: str
    starts_on: date
    ends_on: date | None


def fact_value(name: FactName, typed: str) -> str:
    """Return the value of the fact ``name`` as it is stored: counts and areas as decimals, the rest as text.

    Raises OperationRefused for what no tariff could use.
    """
    text = typed.strip()
    if not text:
        raise _refused(Message("Enter the value."), "fact_missing")
    if name in COUNTS:
        return _count(text, COUNTS[name])
    if name is FactName.M2:
        return _area(text)
    return text


def _count(text: str, least: int) -> str:
    if not _COUNT.fullmatch(text) or not least <= int(text) <= MOST:
        raise _refused(Message("Enter a whole number from %(least)s to %(most)s.", least=least, most=MOST), "fact_no_count")
    return str(int(text))


def _area(text: str) -> str:
    # In Hà Nội the decimals stand behind a comma.
    plain = text.replace(",", ".") if "." not in text else text
    if not _AREA.fullmatch(plain) or not 0 < Decimal(plain) <= LARGEST_AREA:
        raise _refused(Message("Enter an area in m², above 0, with at most 3 decimals."), "fact_no_area")
    return format(Decimal(plain).normalize(), "f")


def require_apart(facts: Sequence[Fact]) -> None:
    """Raise OperationRefused where two facts of one name and unit share a day, or one ends before it starts."""
    for fact in facts:
        if fact.ends_on is not None and fact.ends_on < fact.starts_on:
            raise OperationRefused(Message("The end date is before the start date."), code="ends_before_start", field="ends_on")
    overlap = first_overlap(facts)
    if overlap is not None:
        earlier, later = overlap
        raise OperationRefused(
            Message(
                "%(fact)s: the value from %(later)s overlaps the one from %(earlier)s. End that one first.",
                fact=earlier.name,
                later=later.starts_on,
                earlier=earlier.starts_on,
            ),
            code="facts_overlap",
            field="starts_on",
        )


def facts_on(facts: Sequence[Fact], day: date, *, area: Decimal | None, kind: str, status: UnitStatus) -> dict[str, str]:
    """Return what a tariff finds of a unit on ``day``: what the unit itself says, and over it the facts in force.

    A fact that is not there is left out, never zero: a recipe that asks for it lists the unit (fee rules §1 rule 4).
    """
    own = {"kind": kind, "vacant": "y" if status is UnitStatus.VACANT else "n"}
    if area is not None:
        own["m2"] = format(area.normalize(), "f")
    return own | {fact.name.value: fact.value for fact in facts if covers(fact, day)}


def _refused(message: Message, code: str) -> OperationRefused:
    return OperationRefused(message, code=code, field="value")
