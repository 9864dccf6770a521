"""A recipe, compiled once, computes bills: a run has hundreds of thousands of them.

Lines stand in the recipe's order; a line whose condition does not hold, or whose amount is 0, is left out and counts 0 for later lines.

Source: fee rules §1; docs/rules/fee_formula.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal, Inexact, InvalidOperation, Overflow, localcontext

from app.tariffs.rules.bill import Bill, BillLine, Tax
from app.tariffs.rules.decimals import EXACT, ROUNDING, ZERO
from app.tariffs.rules.facts import Facts, NotBillable
from app.tariffs.rules.lines import FollowingKind, Line, QuantityKind, Recipe, Terms
from app.tariffs.rules.rounding import Rounding
from app.tariffs.rules.span import WHOLE, Span
from app.values.errors import Message
from app.values.money import LARGEST_AMOUNT

# The decimals with which a share of a quantity is shown; its amount is computed without them.
_SHOWN_SHARE = Rounding(Decimal("0.000001"))


class Draft:
    """A bill while its lines are added; ``sums`` has the sum of each line that is on it.

    In a ``part`` of a period conditions look at the facts of the ``period``, not at the part of its consumption.
    """

    __slots__ = ("lines", "part", "period", "sums", "taxes")

    def __init__(self, part: int | None = None, period: Facts | None = None) -> None:
        self.period = period
        self.lines: list[BillLine] = []
        self.taxes: list[Tax] = []
        self.sums: dict[str, Decimal] = {}
        self.part = part

    def finished(self, zero: Decimal) -> Bill:
        """Return the bill; ``zero`` has the decimals of a total. Raises NotBillable for a total that no column holds."""
        total = sum((line.amount for line in self.lines), zero)
        if not -LARGEST_AMOUNT <= total <= LARGEST_AMOUNT:
            raise _too_large(self.lines[-1].code)
        return Bill(tuple(self.lines), total, tuple(self.taxes))


Step = Callable[[Facts, Draft], None]


class Formula:
    """A compiled recipe: called with the facts of a unit it returns its bill, or raises NotBillable."""

    __slots__ = ("_steps", "_zero", "facts", "recipe")

    def __init__(self, recipe: Recipe, span: Span = WHOLE) -> None:
        self.recipe = recipe
        self.facts = recipe.facts()
        self._steps = steps_of(recipe.lines, recipe.rounding, span)
        self._zero = Rounding(recipe.rounding).zero

    def __call__(self, facts: Facts) -> Bill:
        draft = Draft()
        with localcontext(EXACT):
            for step in self._steps:
                step(facts, draft)
            return draft.finished(self._zero)


def compiled(recipe: Recipe, *, span: Span = WHOLE) -> Formula:
    """Return the recipe as a function from facts to a bill, for one period or another ``span``."""
    return Formula(recipe, span)


def steps_of(lines: Iterable[Line], rounding: Decimal, span: Span = WHOLE) -> list[Step]:
    """Return what adds each line to a draft; called within the context EXACT."""
    with localcontext(ROUNDING):
        return [_step(line, Terms(line.code, Rounding(line.step or rounding), span)) for line in lines]


def _step(line: Line, terms: Terms) -> Step:
    kind = line.kind
    add = _quantity_line(line, kind, terms) if isinstance(kind, QuantityKind) else _following_line(line, kind, terms)
    holds = line.when.compiled(line.code) if line.when is not None else None

    def step(facts: Facts, draft: Draft) -> None:
        try:
            if holds is None or holds(facts if draft.period is None else draft.period):
                add(facts, draft)
        except (Inexact, InvalidOperation, Overflow):
            raise _too_large(line.code) from None

    return step


def _quantity_line(line: Line, kind: QuantityKind, terms: Terms) -> Step:
    slices, rounding, span = kind.slices(terms), terms.rounding, terms.span
    code, label, keep_zero = line.code, line.label, line.keep_zero
    # Consumption is given for the span; anything else is charged for its share of the period.
    is_shared = not span.is_whole and kind.quantity_fact() not in span.metered

    def add(facts: Facts, draft: Draft) -> None:
        total = ZERO
        for quantity, price, exact, tier in slices(facts):
            if is_shared:
                quantity, amount = span.share_of(quantity, _SHOWN_SHARE), span.share_of(exact, rounding)
            else:
                amount = rounding(exact)
            if amount or keep_zero:
                draft.lines.append(BillLine(code, label, quantity, price, amount, tier, draft.part))
                total += amount
        _keep(draft, code, total)

    return add


def _following_line(line: Line, kind: FollowingKind, terms: Terms) -> Step:
    follow, of = kind.follow(terms), kind.of
    code, label, keep_zero = line.code, line.label, line.keep_zero

    def add(facts: Facts, draft: Draft) -> None:
        sums = draft.sums
        base = ZERO
        for each in of:
            base += sums.get(each, ZERO)
        found = follow(facts, base)
        if found.tax is not None and found.base is not None and (found.tax or keep_zero):
            draft.taxes.append(Tax(code, label, of, found.unit_price, found.base, found.tax, found.is_included))
        if found.amount or keep_zero:
            draft.lines.append(
                BillLine(code, label, found.quantity, found.unit_price, found.amount, None, draft.part, found.tax is not None)
            )
        _keep(draft, code, found.amount)

    return add


def _keep(draft: Draft, code: str, amount: Decimal) -> None:
    if not -LARGEST_AMOUNT <= amount <= LARGEST_AMOUNT:
        raise _too_large(code)
    draft.sums[code] = amount


def _too_large(line: str) -> NotBillable:
    return NotBillable(Message("Line %(line)s: the amount is too large.", line=line), code="amount_too_large", line=line)
