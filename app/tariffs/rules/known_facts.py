"""The facts that billing gives to formulas, and the faults of a formula that asks for another.

Source: fee rules §1 and §3; docs/rules/tariffs.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.places.choices import FactName
from app.tariffs.rules.facts import shown
from app.tariffs.rules.faults import Fault
from app.tariffs.rules.lines import Recipe
from app.values.errors import N_, Message

# What billing works out itself, beside the consumption of the service and the facts that are entered for a unit.
COMPUTED: Mapping[str, str] = {
    "kind": N_("Kind of unit"),
    "vacant": N_("Whether the unit is vacant (y or n)"),
    "days": N_("Days billed"),
    "mdays": N_("Days of the period"),
    "months": N_("Months billed"),
    "ytd": N_("Charged since the year began"),
    "quota": N_("Members entitled to preferential water"),
}


def known_facts(consumption: str, measure: str) -> dict[str, Message]:
    """Return what a formula of a service may ask for: name -> what people call it; the consumption first."""
    return {
        consumption: Message("Consumption (%(measure)s)", measure=measure),
        **{name.value: Message(name.label) for name in FactName if name.value != consumption},
        **{name: Message(label) for name, label in COMPUTED.items() if name != consumption},
    }


def unknown_facts(recipe: Recipe, known: Collection[str]) -> list[Fault]:
    """Return a fault for every line that asks for a fact that no unit has."""
    return [
        Fault(
            Message(
                "Line %(line)s: no unit has a fact %(fact)s. Known are: %(known)s.",
                line=f"{place + 1} ({line.code})",
                fact=shown(fact),
                known=", ".join(known),
            ),
            place,
            "fact",
        )
        for place, line in enumerate(recipe.lines)
        for fact in sorted(line.facts() - set(known))
    ]
