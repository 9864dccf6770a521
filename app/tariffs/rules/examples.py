"""Saved examples 算例 / ví dụ mẫu: facts of a unit and the total that a formula must give; a version is checked by them.

Source: fee rules §2; docs/rules/tariffs.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.tariffs.rules.bill import Bill
from app.tariffs.rules.decimals import read_decimal
from app.tariffs.rules.evaluate import Formula
from app.tariffs.rules.facts import NotBillable, can_be_a_value
from app.values.errors import Message, OperationRefused

MOST_EXAMPLES = 50
MOST_FACTS = 50


@dataclass(frozen=True)
class Example:
    """The facts of a unit and its total, worked out by hand."""

    facts: Mapping[str, str]
    total: Decimal


@dataclass(frozen=True)
class Tried:
    """What became of an example: its bill, or why there is none."""

    example: Example
    bill: Bill | None
    problem: Message | None = None

    @property
    def passes(self) -> bool:
        """Whether the formula gives the total that was expected."""
        return self.bill is not None and self.bill.total == self.example.total


def read_examples(given: object) -> tuple[Example, ...]:
    """Return the examples that the JSON value ``given`` is. Raises OperationRefused, with the first that cannot be read."""
    if not isinstance(given, list | tuple) or len(given) > MOST_EXAMPLES:
        raise _refused(Message("Examples are a list of at most %(most)s.", most=MOST_EXAMPLES))
    return tuple(_read(item, number) for number, item in enumerate(given, start=1))


def _read(given: object, number: int) -> Example:
    if not isinstance(given, Mapping) or set(given) != {"facts", "total"} or not isinstance(given["facts"], Mapping):
        raise _refused(Message("Example %(number)s must have facts and a total.", number=number))
    total = read_decimal(given["total"]) if isinstance(given["total"], str) else None
    if total is None:
        raise _refused(Message("Example %(number)s: the expected total must be a number.", number=number))
    facts = given["facts"]
    if len(facts) > MOST_FACTS:
        raise _refused(Message("Example %(number)s has more than %(most)s facts.", number=number, most=MOST_FACTS))
    for name, value in facts.items():
        if not _is_kept(name) or not _is_kept(value):
            raise _refused(Message("Example %(number)s: facts must be texts of 1 to 60 characters.", number=number))
    return Example(dict(facts), total)


def _is_kept(text: object) -> bool:
    """Whether a name or value of a fact is a text that can be kept and shown."""
    return isinstance(text, str) and bool(text.strip()) and can_be_a_value(text)


def tried(formula: Formula, examples: Sequence[Example]) -> list[Tried]:
    """Return what the formula makes of each example."""
    found = []
    for example in examples:
        try:
            found.append(Tried(example, formula(example.facts)))
        except NotBillable as refusal:
            found.append(Tried(example, None, refusal.message))
    return found


def require_passing(formula: Formula, examples: Sequence[Example]) -> None:
    """Raise OperationRefused unless there are examples and the formula gives the total of each."""
    if not examples:
        raise OperationRefused(
            Message("Save at least one example: facts of a unit and the total that they must give."), code="no_example", field="examples"
        )
    for number, each in enumerate(tried(formula, examples), start=1):
        if each.problem is not None:
            message = Message("Example %(number)s cannot be billed: %(reason)s", number=number, reason=each.problem)
            raise OperationRefused(message, code="example_fails", field="examples")
        if not each.passes and each.bill is not None:
            message = Message(
                "Example %(number)s gives %(found)s and not the expected %(expected)s.",
                number=number,
                found=each.bill.total,
                expected=each.example.total,
            )
            raise OperationRefused(message, code="example_fails", field="examples")


def _refused(message: Message) -> OperationRefused:
    return OperationRefused(message, code="bad_example", field="examples")
