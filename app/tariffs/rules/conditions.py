"""The condition ``when`` of a line: a fact compared with a value, numbers as numbers and texts as texts."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.tariffs.choices import Comparison
from app.tariffs.rules.facts import Facts, number_of, value_of

_COMPARE: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQUAL: operator.eq,
    Comparison.UNEQUAL: operator.ne,
    Comparison.ABOVE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
    Comparison.BELOW: operator.lt,
    Comparison.AT_MOST: operator.le,
}


@dataclass(frozen=True)
class Condition:
    """The line stands on the bill when the fact compares so with the value; a number never equals a text."""

    fact: str
    comparison: Comparison
    value: Decimal | str

    def compiled(self, line: str) -> Callable[[Facts], bool]:
        """Return what says whether the condition holds. More or less of a text is refused for that unit: NotBillable."""
        compare, fact, value = _COMPARE[self.comparison], self.fact, self.value
        if self.comparison.orders:
            number = number_of(fact, line=line)
            return lambda facts: compare(number(facts), value)
        return lambda facts: compare(value_of(facts, fact, line), value)
