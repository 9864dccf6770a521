"""What a new version changes 调价影响 / ảnh hưởng khi đổi giá: bills of units by the version before and by the new one.

``previewed`` takes the facts of units from whoever knows them: places for what is entered, metering for what was read.

Source: fee rules §2; docs/rules/tariffs.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.tariffs.rules.decimals import HUNDRED, ZERO, read_decimal
from app.tariffs.rules.evaluate import Formula
from app.tariffs.rules.facts import NotBillable
from app.tariffs.rules.rounding import Rounding
from app.values.errors import Message

# Units whose bill moves by more than so many per cent are counted.
MUCH = Decimal(20)
BIGGEST = 10
_TENTH = Rounding(Decimal("0.1"))


@dataclass(frozen=True)
class UnitFacts:
    """The facts of a unit, by the names that formulas ask for."""

    unit: int
    code: str
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Difference:
    """The totals of one unit by both versions; None, with the ``problem``, where it cannot be computed. ``before`` is None without one."""

    unit: int
    code: str
    facts: Mapping[str, object]
    before: Decimal | None
    after: Decimal | None
    problem: Message | None = None

    def quantity_of(self, fact: str) -> Decimal:
        """Return the fact ``fact`` of the unit as a number; 0 where it is none."""
        return read_decimal(str(self.facts.get(fact, ""))) or ZERO

    @property
    def change(self) -> Decimal | None:
        """By how much the total rises; below zero it falls."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def moves_much(self) -> bool:
        """Whether the total moves by more than 20 %, exactly; every rise from nothing is more."""
        return self.change is not None and self.before is not None and abs(self.change) * HUNDRED > abs(self.before) * MUCH

    @property
    def percent(self) -> Decimal | None:
        """The rise in per cent, to a tenth; None of nothing."""
        change = self.change
        return _TENTH.ratio(change * HUNDRED, self.before) if change is not None and self.before is not None and self.before > 0 else None


@dataclass(frozen=True)
class Summary:
    """What a preview of many units says; the totals ``before`` and ``after`` are of the units that both versions can compute.

    ``new`` counts the units that only the new version can compute, and ``new_total`` is what they come to.
    """

    units: int
    before: Decimal
    after: Decimal
    up: int
    down: int
    new: int
    new_total: Decimal
    biggest: Sequence[Difference]
    not_computed: Sequence[Difference]

    @property
    def change(self) -> Decimal:
        return self.after - self.before

    @property
    def computed(self) -> int:
        """How many units both versions can compute."""
        return self.units - self.new - len(self.not_computed)

    @property
    def percent(self) -> Decimal | None:
        """The rise of the total in per cent, to a tenth; None of nothing."""
        return _TENTH.ratio(self.change * HUNDRED, self.before) if self.before > 0 else None


def previewed(before: Formula | None, after: Formula, units: Iterable[UnitFacts]) -> list[Difference]:
    """Return the bill of every unit by both formulas, in the order of ``units``."""
    return [_difference(before, after, unit) for unit in units]


def _difference(before: Formula | None, after: Formula, unit: UnitFacts) -> Difference:
    try:
        new = after(unit.facts).total
    except NotBillable as refusal:
        return Difference(unit.unit, unit.code, unit.facts, None, None, refusal.message)
    try:
        old = before(unit.facts).total if before is not None else None
    except NotBillable:
        # A fact that only the new version needs no longer, or not yet: the new total stands alone.
        old = None
    return Difference(unit.unit, unit.code, unit.facts, old, new)


def summary(rows: Sequence[Difference]) -> Summary:
    """Return the totals, how many units move much, the biggest differences first, and the units that cannot be computed."""
    both = [row for row in rows if row.change is not None]
    new = [row for row in rows if row.after is not None and row.before is None]
    ordered = sorted(both, key=lambda row: abs(row.change or ZERO), reverse=True)
    return Summary(
        units=len(rows),
        before=sum((row.before or ZERO for row in both), ZERO),
        after=sum((row.after or ZERO for row in both), ZERO),
        up=sum(1 for row in both if row.moves_much and (row.change or ZERO) > 0),
        down=sum(1 for row in both if row.moves_much and (row.change or ZERO) < 0),
        new=len(new),
        new_total=sum((row.after or ZERO for row in new), ZERO),
        biggest=[row for row in ordered if row.change][:BIGGEST],
        not_computed=[row for row in rows if row.problem is not None],
    )
