"""Trying a formula 试算 / tính thử: the bill of some facts, the saved examples, what changes against the version before, the staircase."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.foundation.database import db
from app.places.models import Unit
from app.tariffs.forms.sheet import facts_as_json
from app.tariffs.models import Service, TariffVersion
from app.tariffs.queries import entered_facts, formula_of
from app.tariffs.rules.bill import Bill, BillLine, Label, label_in
from app.tariffs.rules.comparing import Difference, UnitFacts, previewed
from app.tariffs.rules.decimals import read_decimal
from app.tariffs.rules.evaluate import Formula
from app.tariffs.rules.examples import Tried, read_examples, tried
from app.tariffs.rules.facts import NotBillable
from app.tariffs.rules.faults import Fault
from app.tariffs.rules.known_facts import known_facts
from app.tariffs.views.staircase import Stairs, draw_stairs, tiers_of
from app.values.errors import Message, OperationRefused

# Consumptions at which two versions without tiers are compared.
SAMPLES = tuple(Decimal(number) for number in (0, 10, 50, 100, 200, 500))
MOST_SAMPLES = 9


@dataclass
class Trial:
    """What a formula gives; ``faults`` says why it gives nothing at all."""

    service: Service
    faults: Sequence[Fault] = ()
    facts: dict[str, str] = field(default_factory=dict)
    bill: Bill | None = None
    before: Bill | None = None
    problem: Message | None = None
    examples: Sequence[Tried] = ()
    samples: Sequence[Difference] = ()
    stairs: Stairs | None = None
    names: dict[str, Message] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    examples_problem: Message | None = None

    def faults_of(self, place: int | None) -> list[Message]:
        """Return the sentences about the line at ``place``, or about no line."""
        return [fault.message for fault in self.faults if fault.line == place]

    @property
    def passed(self) -> int:
        return sum(1 for each in self.examples if each.passes)


def names_of(service: Service) -> dict[str, Message]:
    """Return what formulas of a service may ask for, by name."""
    return known_facts(service.fact, service.measure)


def try_formula(
    formula: Formula,
    service: Service,
    *,
    typed: Mapping[str, str],
    unit: Unit | None,
    examples: object,
    before: TariffVersion | None,
    day: datetime.date,
    locale: str,
) -> Trial:
    """Return the trial of ``formula`` with what was typed, and for the rest with what is entered of ``unit`` on ``day``."""
    names = names_of(service)
    asked = [*(name for name in names if name in formula.facts), *sorted(formula.facts - set(names))]
    of_unit = entered_facts(unit, day) if unit is not None else {}
    facts = of_unit | facts_as_json(typed, locale)
    earlier = formula_of(before) if before is not None else None
    trial = Trial(service, facts={name: facts[name] for name in asked if name in facts}, names=names, asked=asked)
    if trial.facts or not asked:
        trial.bill, trial.problem = _billed(formula, facts)
        trial.before, _problem = _billed(earlier, facts) if earlier is not None else (None, None)
    try:
        trial.examples = tried(formula, read_examples(examples))
    except OperationRefused as refusal:
        trial.examples_problem = refusal.message
    quantity = read_decimal(facts.get(service.fact, ""))
    tiers, tiers_before = tiers_of(formula.recipe), tiers_of(earlier.recipe if earlier is not None else None)
    trial.stairs = draw_stairs(tiers, tiers_before, quantity)
    if earlier is not None and service.fact in formula.facts:
        trial.samples = _samples(formula, earlier, service.fact, facts | _first_facts(trial))
    return trial


def _billed(formula: Formula, facts: Mapping[str, object]) -> tuple[Bill | None, Message | None]:
    try:
        return formula(facts), None
    except NotBillable as refusal:
        return None, refusal.message


def _first_facts(trial: Trial) -> dict[str, str]:
    """Return the facts of the first example: what people leave open is filled by them."""
    return {name: value for name, value in (trial.examples[0].example.facts if trial.examples else {}).items() if name not in trial.facts}


def _samples(formula: Formula, earlier: Formula, fact: str, facts: Mapping[str, str]) -> list[Difference]:
    limits = sorted({tier.up_to for each in (formula, earlier) for tier in tiers_of(each.recipe) if tier.up_to is not None})
    quantities = _spread(limits) if limits else list(SAMPLES)
    units = [UnitFacts(0, "", {**facts, fact: f"{quantity:f}"}) for quantity in quantities]
    return previewed(earlier, formula, units)


def _spread(limits: Sequence[Decimal]) -> list[Decimal]:
    """Return quantities in and at the tiers: half of the first, each limit, and twice the last."""
    found = [(limits[0] / 2).quantize(Decimal(1)), *limits, limits[-1] * 2]
    return sorted(set(found))[:MOST_SAMPLES]


def unit_of(key: str) -> Unit | None:
    """Return the unit chosen for a trial, if it is the person's to see."""
    return db.session.get(Unit, int(key)) if key.isdigit() and len(key) < 10 else None


def line_label(label: Label, locale: str) -> str:
    """Return what a line is called in the reader's language."""
    return label_in(label, locale)


def explained(line: BillLine, formula_kinds: Mapping[str, str], measure: str) -> Message:
    """Return how the amount of a line comes about, in words."""
    kind = formula_kinds.get(line.code, "")
    terms = {"quantity": line.quantity, "price": line.unit_price, "measure": measure, "amount": line.amount}
    if kind == "percentage":
        return Message("%(price)s %% of %(quantity)s", **terms)
    if kind in ("minimum", "maximum", "prorate"):
        return Message("correction by %(amount)s", **terms)
    if kind == "graduated" and line.tier is not None:
        return Message("tier %(tier)s: %(quantity)s %(measure)s × %(price)s", tier=line.tier, **terms)
    if kind == "volume" and line.tier is not None:
        return Message("tier %(tier)s is reached: %(quantity)s %(measure)s × %(price)s", tier=line.tier, **terms)
    return Message("%(quantity)s × %(price)s", **terms)
