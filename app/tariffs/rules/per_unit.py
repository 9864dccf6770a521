"""A price per unit of measure 按量计价 / theo đơn giá: m², m³, kg, cards by floor band.

Source: fee rules §1; docs/rules/fee_lines.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from app.tariffs.rules.decimals import ONE, ZERO, plain, read_decimal
from app.tariffs.rules.facts import LONGEST_VALUE, Facts, NotBillable, can_be_a_value, quantity_of, shown, value_of
from app.tariffs.rules.lines import QuantityKind, Slice, Slices, Terms
from app.tariffs.rules.parameters import Parameters
from app.tariffs.rules.rounding import Rounding
from app.values.errors import Message

MOST_PRICES = 500


@dataclass(frozen=True)
class PriceBy:
    """A price for each value of a fact; numbers are compared as numbers, so that "1" has the price of "1.0"."""

    fact: str
    prices: tuple[tuple[Decimal | str, Decimal], ...]

    @classmethod
    def read(cls, given: Parameters) -> Self:
        fact = given.fact("fact")
        table = given.raw("prices")
        is_short = not isinstance(table, Mapping) or len(table) <= MOST_PRICES
        prices = _prices(given, given.inside(table, "prices")) if given.has("prices") and is_short else ()
        if isinstance(table, Mapping) and len(table) > MOST_PRICES:
            given.fault("prices", Message("Line %(line)s: prices has more than %(most)s prices.", line=given.line, most=MOST_PRICES))
        if table == {}:
            given.fault("prices", Message("Line %(line)s: prices needs at least one price.", line=given.line))
        given.refuse_unknown()
        return cls(fact, prices)

    def compiled(self, line: str) -> Callable[[Facts], Decimal]:
        """Return what finds the price; a value without a price is refused for that unit: NotBillable."""
        fact, prices = self.fact, dict(self.prices)

        def price(facts: Facts) -> Decimal:
            value = value_of(facts, fact, line)
            if value not in prices:
                text = plain(value) if isinstance(value, Decimal) else shown(value)
                message = Message("Line %(line)s: there is no price for %(fact)s = “%(value)s”.", line=line, fact=fact, value=text)
                raise NotBillable(message, code="no_price", line=line, fact=fact)
            return prices[value]

        return price


def _prices(price_by: Parameters, given: Parameters) -> tuple[tuple[Decimal | str, Decimal], ...]:
    found: dict[Decimal | str, Decimal] = {}
    if not all(can_be_a_value(str(name)) for name in given.names()):
        sentence = Message("Line %(line)s: prices hang on texts of at most %(most)s characters.", line=given.line, most=LONGEST_VALUE)
        price_by.fault("prices", sentence)
        return ()
    for text in given.names():
        number = read_decimal(text)
        value = text if number is None else number
        if value in found:
            given.fault(text, Message("Line %(line)s: prices has the value %(value)s twice.", line=given.line, value=shown(text)))
        found[value] = given.number(text)
    return tuple(found.items())


@dataclass(frozen=True)
class PerUnit(QuantityKind):
    """(``quantity`` × ``factor`` − ``free``, at least 0), rounded to ``quantity_step``, × ``price``."""

    quantity: str
    price: Decimal | PriceBy
    factor: Decimal = ONE
    free: Decimal = ZERO
    quantity_step: Decimal | None = None

    @classmethod
    def read(cls, given: Parameters) -> Self:
        return cls(
            quantity=given.fact("quantity"),
            price=_price(given),
            factor=given.positive("factor") if given.has("factor") else ONE,
            free=given.not_negative("free") if given.has("free") else ZERO,
            quantity_step=given.step("quantity_step"),
        )

    def facts(self) -> frozenset[str]:
        return frozenset({self.quantity} | ({self.price.fact} if isinstance(self.price, PriceBy) else set()))

    def quantity_fact(self) -> str | None:
        return self.quantity

    def slices(self, terms: Terms) -> Slices:
        quantity = quantity_of(self.quantity, line=terms.line)
        price_of = self.price.compiled(terms.line) if isinstance(self.price, PriceBy) else _always(self.price)
        factor = self.factor
        free = terms.span.scaled(self.free) if self.quantity in terms.span.metered else self.free
        rounding = Rounding(self.quantity_step) if self.quantity_step is not None else None

        def measured(facts: Facts) -> Sequence[Slice]:
            charged = max(quantity(facts) * factor - free, ZERO)
            if rounding is not None:
                charged = rounding(charged)
            price = price_of(facts)
            return ((charged, price, charged * price, None),)

        return measured


def _price(given: Parameters) -> Decimal | PriceBy:
    if given.either("price", "price_by") == "price_by" and given.has("price_by"):
        return PriceBy.read(given.inside(given.raw("price_by"), "price_by"))
    return given.number("price") if given.has("price") else ONE


def _always(price: Decimal) -> Callable[[Mapping[str, object]], Decimal]:
    return lambda facts: price
