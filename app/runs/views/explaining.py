"""A bill as people read it: its lines and the facts it was worked out from, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from app.foundation.i18n import current_locale, say
from app.metering.choices import ApportionBy
from app.places.choices import FactName, UnitKind
from app.runs.models import RunResult, ServiceCharge
from app.tariffs.models import Service
from app.tariffs.rules.bill import label_in
from app.values import formats
from app.values.errors import N_

OTHER_FACTS = {
    "m2": N_("Billed area (m²)"),
    "days": N_("Days"),
    "mdays": N_("Days of the period"),
    "kind": N_("Kind of unit"),
    "vacant": N_("Vacant"),
}


class ShownLine(NamedTuple):
    """A line of a bill: ``tier`` is the number of the tier whose slice it is, ``part`` that of the part where the price changed.

    A line that ``is_share`` of others has their sum as its quantity and a percentage as its price.
    """

    label: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    tier: int | None
    part: int | None

    @property
    def is_share(self) -> bool:
        product = self.quantity * self.unit_price
        return abs(product - self.amount) > 1 and abs(product / 100 - self.amount) <= 1


class ShownFact(NamedTuple):
    label: str
    value: str


def bill_lines(bill: Mapping[str, Any]) -> Sequence[ShownLine]:
    """Return the lines of a kept bill."""
    locale = current_locale()
    return [
        ShownLine(
            label_in(line["label"], locale),
            Decimal(line["quantity"]),
            Decimal(line["unit_price"]),
            Decimal(line["amount"]),
            line.get("tier"),
            line.get("part"),
        )
        for line in bill.get("lines", ())
    ]


class ShownShare(NamedTuple):
    """A unit's part of a bill of shared meters: by which key, of which whole; ``days`` where another occupant bears the rest of it."""

    by: ApportionBy
    quantity: Decimal | None
    whole: Decimal
    weight: Decimal
    weights: Decimal
    of_unit: Decimal
    days: tuple[int, int] | None
    lines: Sequence[ShownLine]


def shown_share(share: Mapping[str, Any] | None) -> ShownShare | None:
    """Return a kept part of a bill of shared meters; None for a bill of the unit's own."""
    if share is None:
        return None
    days = (int(share["days"]), int(share["of_days"]))
    return ShownShare(
        ApportionBy(share["by"]),
        None if share["quantity"] is None else Decimal(share["quantity"]),
        Decimal(share["whole"]),
        Decimal(share["weight"]),
        Decimal(share["weights"]),
        Decimal(share["of_unit"]),
        None if days[0] == days[1] else days,
        bill_lines(share["bill"]),
    )


def explained(record: RunResult | ServiceCharge) -> dict[str, Any]:
    """Return what the page of a bill shows of how it was worked out."""
    return {
        "lines": bill_lines(record.bill),
        "share": shown_share(record.share),
        "facts_used": shown_facts(record.facts, record.service),
        "measure": record.service.measure,
    }


def shown_facts(facts: Mapping[str, str], service: Service) -> Sequence[ShownFact]:
    """Return the facts of a bill with their names: the consumption first."""
    labels: dict[str, str] = {**OTHER_FACTS, **{fact.value: fact.label for fact in FactName}, service.fact: N_("Consumption")}
    names = sorted(facts, key=lambda name: (name != service.fact, name))
    return [ShownFact(labels.get(name, name), _told(name, facts[name])) for name in names]


def _told(name: str, value: str) -> str:
    """Return the value of a fact as the reader writes it."""
    if name == "kind" and value in {kind.value for kind in UnitKind}:
        return say(UnitKind(value))
    if name == "vacant":
        return say(N_("Yes") if value == "y" else N_("No"))
    try:
        return formats.number(Decimal(value), current_locale())
    except InvalidOperation:
        return value
