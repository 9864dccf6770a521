"""The facts of a unit 计费参数: a fact that reads as a decimal is a number, else text.

What is missing or of the wrong type makes the unit unbillable, with a sentence; nothing ever counts as zero.

Source: fee rules §1 rule 4; docs/rules/fee_formula.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from app.tariffs.rules.decimals import read_decimal
from app.values.errors import Message, OperationRefused

# Texts and decimals as they come from JSON, forms and records; anything else is refused when a line asks for it.
Facts = Mapping[str, object]
NumberOf = Callable[[Facts], Decimal]

LONGEST_SHOWN = 40
LONGEST_VALUE = 60


class NotBillable(OperationRefused):
    """A unit cannot be billed with these facts; ``line`` and ``fact`` say where, so that a run can list units by their reason."""

    def __init__(self, message: Message, *, code: str, line: str, fact: str | None = None) -> None:
        super().__init__(message, code)
        self.line = line
        self.fact = fact


def value_of(facts: Facts, name: str, line: str) -> Decimal | str:
    """Return the fact ``name`` as a number where it reads as one, else as text. Raises NotBillable."""
    value = facts.get(name)
    if isinstance(value, str):
        number = read_decimal(value)
        return value if number is None else number
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if value is None:
        raise NotBillable(
            Message("Line %(line)s: the fact %(fact)s is missing.", line=line, fact=name), code="fact_missing", line=line, fact=name
        )
    raise NotBillable(
        Message("Line %(line)s: the fact %(fact)s must be a number or a text.", line=line, fact=name),
        code="fact_type",
        line=line,
        fact=name,
    )


def number_of(name: str, *, line: str) -> NumberOf:
    """Return what reads the fact ``name`` as a number for ``line``."""

    def number(facts: Facts) -> Decimal:
        value = value_of(facts, name, line)
        if isinstance(value, str):
            message = Message(
                "Line %(line)s: the fact %(fact)s must be a number, but it is “%(value)s”.", line=line, fact=name, value=shown(value)
            )
            raise NotBillable(message, code="fact_no_number", line=line, fact=name)
        return value

    return number


def quantity_of(name: str, *, line: str) -> NumberOf:
    """Return what reads the fact ``name`` as a quantity: a number that is not negative."""
    number = number_of(name, line=line)

    def quantity(facts: Facts) -> Decimal:
        value = number(facts)
        if value < 0:
            message = Message("Line %(line)s: the fact %(fact)s is %(value)s; it must not be negative.", line=line, fact=name, value=value)
            raise NotBillable(message, code="fact_negative", line=line, fact=name)
        return value

    return quantity


def count_of(name: str, *, line: str, least: int = 0) -> NumberOf:
    """Return what reads the fact ``name`` as a whole number of at least ``least``."""
    number = number_of(name, line=line)

    def count(facts: Facts) -> Decimal:
        value = number(facts)
        if value < least or value != value.to_integral_value():
            message = Message(
                "Line %(line)s: the fact %(fact)s is %(value)s; it must be a whole number of at least %(least)s.",
                line=line,
                fact=name,
                value=value,
                least=least,
            )
            raise NotBillable(message, code="fact_no_count", line=line, fact=name)
        return value

    return count


def can_be_a_value(text: str) -> bool:
    """Whether ``text`` may be what a fact says: short, and of characters that databases and pages hold."""
    return len(text) <= LONGEST_VALUE and text.isprintable()


def shown(text: str) -> str:
    """Return ``text`` short enough for a sentence."""
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
