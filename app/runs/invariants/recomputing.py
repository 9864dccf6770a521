"""Stored charges of services are computed again: of many, another part every day, through a cursor of the server."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, func, select

from app.foundation import clock
from app.foundation.proofs import Findings, Violation
from app.foundation.proofs.sampling import MOST_ROWS, STREAMED
from app.offices.models import Office
from app.places.models import Unit
from app.runs.documents import kept_bill, read_rated
from app.runs.models import ServiceCharge
from app.runs.rules.recomputing import Recomputing
from app.tariffs.models import TariffVersion
from app.tariffs.rules.decimals import plain
from app.tariffs.rules.recipe import read_recipe
from app.values.errors import OperationRefused
from app.values.money import step

# What of a line is computed; its label is a text.
COMPUTED = ("code", "quantity", "unit_price", "amount", "tier", "part")


def computed_again(connection: Connection, findings: Findings) -> None:
    """Compute every charge again from its facts, its days and its versions; those from before these were kept have nothing to go by."""
    charges, versions = ServiceCharge.__table__, TariffVersion.__table__
    used = select(func.jsonb_array_elements(charges.c.versions).cast(versions.c.id.type)).distinct()
    recipes = {
        row.id: read_recipe(row.recipe)
        for row in connection.execute(select(versions.c.id, versions.c.recipe).where(versions.c.id.in_(used)))
    }
    recomputing = Recomputing(recipes)
    count = connection.execute(select(func.count()).select_from(charges)).scalar_one()
    for row in connection.execute(_part(-(-count // MOST_ROWS) or 1), execution_options=STREAMED):
        findings.examined += 1
        kept = row.bill if row.share is None else row.share["bill"]
        found = _again(recomputing, kept, row.facts)
        expected = found if row.share is None or found is not None else _part_of(row.share, row.total, step(row.currency))
        if expected is not None:
            findings.add(Violation(row.office_id, "charge", row.charge_id, row.code, expected, plain(row.total)))


def _part(parts: int) -> Select[Any]:
    charges, units, offices = ServiceCharge.__table__, Unit.__table__, Office.__table__
    own = (charges.c.office_id, charges.c.charge_id, charges.c.facts, charges.c.bill, charges.c.share, charges.c.total)
    statement = select(*own, units.c.code, offices.c.currency)
    statement = statement.join(units, units.c.id == charges.c.unit_id).join(offices, offices.c.id == charges.c.office_id)
    today = clock.real_now().toordinal() % parts
    return statement.where(charges.c.id % parts == today) if parts > 1 else statement


def _again(recomputing: Recomputing, kept: Mapping[str, Any], facts: Mapping[str, str]) -> str | None:
    """Return what a kept bill comes to where that is something else."""
    rated = read_rated(kept)
    if rated is None:
        return None
    try:
        again = kept_bill(recomputing.bill(facts, rated))
    except (OperationRefused, KeyError) as problem:
        return str(getattr(problem, "code", problem))
    return None if _computed(again) == _computed(kept) else str(again["total"])


def _computed(kept: Mapping[str, Any]) -> tuple[Any, ...]:
    return kept["total"], *(tuple(line.get(name) for name in COMPUTED) for line in kept["lines"])


def _part_of(share: Mapping[str, Any], total: Decimal, size: Decimal) -> str | None:
    """Return a unit's part of shared meters where it is further than a step from its share of the whole."""
    whole, weights, of_unit = Decimal(share["whole"]), Decimal(share["weights"]), Decimal(share["of_unit"])
    exact = whole * Decimal(share["weight"]) / weights
    of_days = of_unit * share["days"] / share["of_days"]
    if Decimal(share["bill"]["total"]) != whole or abs(exact - of_unit) >= size or abs(of_days - total) >= size:
        return plain(of_days)
    return None
