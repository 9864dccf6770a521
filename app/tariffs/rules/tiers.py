"""Tiers 阶梯 / bậc thang, typed as one column "up to": intervals are (previous, up_to], the last is open.

Gaps and overlaps cannot be written. Limits grow with persons, households or days: each is multiplied by every factor of ``scale_by`` and
then rounded to ``limit_step``.

Source: fee rules §1 rules 1 and 5; docs/rules/block_prices.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.tariffs.rules.decimals import ONE
from app.tariffs.rules.facts import Facts, NumberOf, quantity_of
from app.tariffs.rules.lines import Terms
from app.tariffs.rules.parameters import Parameters
from app.tariffs.rules.rounding import Rounding
from app.values.errors import Message


@dataclass(frozen=True)
class Tier:
    """What lies above the tier before, up to and with ``up_to``, has this price; None is the open end."""

    up_to: Decimal | None
    price: Decimal


LimitsOf = Callable[[Facts], Sequence[Decimal]]


def read_tiers(given: Parameters) -> tuple[Tier, ...]:
    """Return the parameter ``tiers``; tiers that fall, repeat or have no open end are noted as faults."""
    found = tuple(_read_tier(each) for each in given.objects("tiers"))
    last_limit = Decimal(0)
    for number, tier in enumerate(found, start=1):
        is_last = number == len(found)
        if tier.up_to is None and not is_last:
            given.fault(
                "tiers", Message("Line %(line)s: tier %(number)s is open, but only the last may be.", line=given.line, number=number)
            )
        elif tier.up_to is not None and is_last:
            given.fault("tiers", Message("Line %(line)s: the last tier must be open, with up_to null.", line=given.line))
        if tier.up_to is not None:
            if not tier.up_to > last_limit:
                given.fault("tiers", _not_rising(given.line, number))
            last_limit = tier.up_to
    return found


def limits_of(
    tiers: Sequence[Tier], scale_by: Sequence[Decimal | str], limit_step: Decimal | None, terms: Terms, *, span_scales: bool
) -> LimitsOf:
    """Return what computes the limits of all tiers but the open one; ``span_scales`` says that they are those of one period."""
    own_step = Rounding(limit_step) if limit_step is not None else None
    limits = [tier.up_to for tier in tiers if tier.up_to is not None]
    factor = ONE
    facts_of: list[NumberOf] = []
    for each in scale_by:
        if isinstance(each, Decimal):
            factor = factor * each
        else:
            facts_of.append(quantity_of(each, line=terms.line))

    def scaled(factor: Decimal) -> tuple[Decimal, ...]:
        found = [limit * factor for limit in limits]
        if own_step is not None:
            found = [own_step(limit) for limit in found]
        # The limits of one period first, as a bill for it would have them; then those of the days or periods billed.
        return tuple(terms.span.scaled(limit) for limit in found) if span_scales else tuple(found)

    if not facts_of:
        always = scaled(factor)
        return lambda facts: always

    def by_facts(facts: Facts) -> Sequence[Decimal]:
        product = factor
        for fact_of in facts_of:
            product = product * fact_of(facts)
        return scaled(product)

    return by_facts


def facts_among(scale_by: Sequence[Decimal | str]) -> set[str]:
    """Return the factors that are facts."""
    return {each for each in scale_by if isinstance(each, str)}


def _read_tier(given: Parameters) -> Tier:
    up_to = given.raw("up_to")
    tier = Tier(given.number("up_to") if up_to is not None else None, given.number("price"))
    given.refuse_unknown()
    return tier


def _not_rising(line: str, number: int) -> Message:
    if number == 1:
        return Message("Line %(line)s: the limit of the first tier must be above 0.", line=line)
    return Message("Line %(line)s: the limit of tier %(number)s must be above the limit before it.", line=line, number=number)
