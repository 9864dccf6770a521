"""A price change inside a period: the quantity is split by days, limits are scaled by days, both versions stand on one bill.

Quantity: S ÷ T × N for S of T days, rounded to the quantity step, the rest to the last part. Limits: × S ÷ T, rounded to the same step;
those of an annual ladder stay, its pool grows by the parts before. Amounts that do not hang on consumption are charged by days.

A line that is the same in all versions stands on the bill once, for the whole period, after the parts: so VAT is one line on the sum of
both, and a minimum charge is that of the month. A line to which a changed line refers goes with that line into the parts.

Source: fee rules §3 (the method of EVNCPC); docs/rules/price_change.md.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from app.tariffs.rules.bill import Bill
from app.tariffs.rules.decimals import EXACT, ONE, ZERO
from app.tariffs.rules.evaluate import Draft, steps_of
from app.tariffs.rules.facts import Facts, NotBillable, quantity_of
from app.tariffs.rules.graduated import Graduated
from app.tariffs.rules.lines import FollowingKind, Line, Recipe
from app.tariffs.rules.rounding import Rounding
from app.tariffs.rules.span import Span


@dataclass(frozen=True)
class PricePart:
    """``days`` of the period at the prices of one version."""

    recipe: Recipe
    days: int


class ChangingFormula:
    """The parts of a period, compiled once for all units of a run; called with the facts of a unit it returns its bill."""

    def __init__(self, parts: Sequence[PricePart], *, metered: Collection[str], quantity_step: Decimal, of_days: int | None = None) -> None:
        """``metered`` names the facts that are consumption, ``quantity_step`` is the step in which they are counted.

        ``of_days`` are the days of the whole period, where ``parts`` are those of one occupant in it.
        """
        if not parts or any(part.days < 1 for part in parts):
            raise ValueError("A period has parts, and each part has days.")
        self._parts = tuple(parts)
        self._metered = frozenset(metered)
        self._quantity_step = quantity_step
        shared = shared_codes([part.recipe for part in parts])
        days = sum(part.days for part in parts)
        whole = of_days or days
        self._own = [
            steps_of(
                [line for line in part.recipe.lines if line.code not in shared],
                part.recipe.rounding,
                Span(part.days, whole, self._metered, quantity_step),
            )
            for part in parts
        ]
        last = parts[-1].recipe
        span = Span(days, whole, self._metered, quantity_step)
        self._shared = steps_of([line for line in last.lines if line.code in shared], last.rounding, span)
        self._zero = Rounding(last.rounding).zero
        self._pools = _pools([part.recipe for part in parts], self._metered)
        self.facts = frozenset().union(*(part.recipe.facts() for part in parts))

    def __call__(self, facts: Facts) -> Bill:
        """Return the bill of the whole period. Raises NotBillable."""
        bill = Draft()
        with localcontext(EXACT):
            for number, (steps, own_facts) in enumerate(zip(self._own, self._facts_by_part(facts), strict=True), start=1):
                part = Draft(number, facts)
                for step in steps:
                    step(own_facts, part)
                _add(bill, part)
            for step in self._shared:
                step(facts, bill)
            return bill.finished(self._zero)

    def _facts_by_part(self, facts: Facts) -> list[dict[str, object]]:
        """Return the facts of each part: its consumption, and what the pools of annual ladders have taken before it."""
        found = [dict(facts) for _ in self._parts]
        days = [part.days for part in self._parts]
        for name in self._metered:
            quantity = _readable(facts, name)
            if quantity is not None:
                for own, share in zip(found, split_by_days(quantity, days, step=self._quantity_step), strict=True):
                    own[name] = share
        for pool, names in self._pools.items():
            taken = _readable(facts, pool)
            for own in found:
                if taken is not None:
                    own[pool] = taken
                    taken += sum((_readable(own, name) or ZERO for name in names), ZERO)
        return found


def _pools(recipes: Sequence[Recipe], metered: Collection[str]) -> dict[str, set[str]]:
    """Return the pools of annual ladders, each with the consumption that fills it."""
    pools: dict[str, set[str]] = {}
    for kind in (line.kind for recipe in recipes for line in recipe.lines):
        if isinstance(kind, Graduated) and kind.used is not None and kind.quantity in metered:
            pools.setdefault(kind.used, set()).add(kind.quantity)
    return pools


def _readable(facts: Facts, name: str) -> Decimal | None:
    """Return a fact that can be split; the line that needs another one refuses it in its own words."""
    try:
        return quantity_of(name, line="")(facts)
    except NotBillable:
        return None


def price_change(parts: Sequence[PricePart], facts: Facts, *, metered: Collection[str], quantity_step: Decimal = ONE) -> Bill:
    """Return the bill of a period whose days are ``parts``, in order; a run compiles a ``ChangingFormula`` instead. Raises NotBillable."""
    return ChangingFormula(parts, metered=metered, quantity_step=quantity_step)(facts)


def split_by_days(quantity: Decimal, days: Sequence[int], *, step: Decimal) -> tuple[Decimal, ...]:
    """Return ``quantity`` split by ``days``, each part rounded half-up to ``step``, the rest in the last; no part is negative."""
    rounding, whole = Rounding(step), Decimal(sum(days))
    found: list[Decimal] = []
    with localcontext(EXACT):
        left = quantity
        for each in days[:-1]:
            part = min(rounding.ratio(quantity * each, whole), left)
            found.append(part)
            left -= part
        return (*found, left)


def shared_codes(recipes: Sequence[Recipe]) -> frozenset[str]:
    """Return the codes of the lines that stand on the bill once: the same in all recipes, and nothing that differs refers to them."""
    by_code = [{line.code: line for line in recipe.lines} for recipe in recipes]
    shared = {code for code, line in by_code[0].items() if all(lines.get(code) == line for lines in by_code[1:])}
    if len({recipe.rounding for recipe in recipes}) > 1:
        shared = {code for code in shared if by_code[0][code].step is not None}
    while referred := {code for lines in by_code for line in lines.values() if line.code not in shared for code in _of(line)} & shared:
        shared -= referred
    return frozenset(shared)


def _of(line: Line) -> tuple[str, ...]:
    return line.kind.of if isinstance(line.kind, FollowingKind) else ()


def _add(bill: Draft, part: Draft) -> None:
    bill.lines += part.lines
    bill.taxes += part.taxes
    for code, amount in part.sums.items():
        bill.sums[code] = bill.sums.get(code, ZERO) + amount
