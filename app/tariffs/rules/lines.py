"""What every kind of line has in common: it is read from its parameters, and compiled to a function that computes its slices."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from app.tariffs.choices import LineKind
from app.tariffs.rules.bill import Label
from app.tariffs.rules.conditions import Condition
from app.tariffs.rules.facts import Facts
from app.tariffs.rules.parameters import Parameters
from app.tariffs.rules.rounding import Rounding
from app.tariffs.rules.span import WHOLE, Span

# Quantity, unit price, the amount before it is rounded, and the number of the tier where the slice is one. A plain tuple: 400,000 bills of
# a run make millions of them.
Slice = tuple[Decimal, Decimal, Decimal, int | None]
Slices = Callable[[Facts], Sequence[Slice]]


@dataclass(frozen=True)
class Terms:
    """What a line is compiled with besides its own parameters."""

    line: str
    rounding: Rounding
    span: Span = WHOLE


@dataclass(frozen=True, slots=True)
class Following:
    """What a line makes of the sum of other lines; ``amount`` is rounded.

    ``tax`` is what the invoice shows as tax on ``base``; where it ``is_included`` in the prices, the amount is 0.
    """

    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    base: Decimal | None = None
    tax: Decimal | None = None
    is_included: bool = False


Follow = Callable[[Facts, Decimal], Following]


class Kind(ABC):
    """A kind of line with its parameters."""

    @classmethod
    @abstractmethod
    def read(cls, given: Parameters) -> Self:
        """Return the line with the parameters ``given``; faults are noted there."""

    @abstractmethod
    def facts(self) -> frozenset[str]:
        """Return the names of the facts it needs."""


class QuantityKind(Kind):
    """A kind that computes from facts alone."""

    @abstractmethod
    def slices(self, terms: Terms) -> Slices:
        """Return what computes the line's slices; amounts are exact."""

    def quantity_fact(self) -> str | None:
        """Return the name of the fact that the line counts or measures, where it is one."""
        return None


class FollowingKind(Kind):
    """A kind that computes from the sum of the lines ``of``, which come before it."""

    of: tuple[str, ...]

    @abstractmethod
    def follow(self, terms: Terms) -> Follow:
        """Return what computes the line from that sum."""


@dataclass(frozen=True)
class Line:
    """A formula line 计费行."""

    code: str
    label: Label
    name: LineKind
    kind: QuantityKind | FollowingKind
    when: Condition | None = None
    step: Decimal | None = None
    keep_zero: bool = False

    def facts(self) -> frozenset[str]:
        """Return the names of the facts it needs."""
        return self.kind.facts() | ({self.when.fact} if self.when is not None else frozenset())


@dataclass(frozen=True)
class Recipe:
    """A fee formula 计费公式: lines in order, and the step to which their amounts are rounded."""

    rounding: Decimal
    lines: tuple[Line, ...]

    def facts(self) -> frozenset[str]:
        """Return the names of all facts that a unit may need."""
        return frozenset().union(*(line.facts() for line in self.lines))
