"""What a period would have been by a version of a tariff: the bill's own path with the new formula, and nothing is written.

Source: fee rules §2; docs/rules/tariffs.md.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.foundation.transactions import found
from app.places.models import Building
from app.runs.models import BillingPeriod
from app.runs.operations.calculating import terms_of
from app.runs.queries.gathering import gathered
from app.runs.queries.previewing import PreviewedPrices, period_named, units_in_turn
from app.runs.queries.prices import Prices
from app.runs.rules.comparing_parts import unit_difference
from app.runs.rules.unit_bills import unit_bills
from app.tariffs.models import TariffVersion
from app.tariffs.rules.comparing import Difference, Summary, summary
from app.values.errors import Message, OperationRefused
from app.values.months import Month

# So many units without a total are named; all of them are counted, by reason.
MOST_NAMED = 50


@dataclass(frozen=True)
class Preview:
    """What a period of a building would have been; ``elsewhere`` counts units that a narrower tariff bills."""

    version: TariffVersion
    period: BillingPeriod
    summary: Summary
    elsewhere: int

    @property
    def named(self) -> Sequence[Difference]:
        """The first units that cannot be computed; a building may have thousands."""
        return self.summary.not_computed[:MOST_NAMED]

    @property
    def reasons(self) -> Sequence[tuple[Message, int]]:
        """Why units cannot be computed, and how many: a sentence for each reason, the commonest first."""
        counted = Counter(row.problem.message_id for row in self.summary.not_computed if row.problem is not None)
        examples = {row.problem.message_id: row.problem for row in reversed(self.summary.not_computed) if row.problem is not None}
        return [(examples[reason], number) for reason, number in counted.most_common()]


def preview_version(*, version: int, building: int, month: datetime.date) -> Preview:
    """Return what ``month`` would have been in ``building`` by ``version``. Raises OperationRefused, RecipeRefused and NotFound."""
    row, place = found(TariffVersion, version), found(Building, building, field="building")
    _require_holds(row, place)
    period = period_named(place.id, month)
    if period is None:
        raise OperationRefused(
            Message("%(building)s has no billing period %(period)s yet.", building=place.name, period=Month.of(month)),
            code="no_period",
            field="period",
        )
    rows, elsewhere = _compared(row, period)
    return Preview(row, period, summary(rows), elsewhere)


def _require_holds(version: TariffVersion, building: Building) -> None:
    tariff = version.tariff
    if building.office_id != tariff.office_id or tariff.building_id not in (None, building.id):
        raise OperationRefused(Message("This tariff does not hold in this building."), code="other_building", field="building")


def _compared(version: TariffVersion, period: BillingPeriod) -> tuple[list[Difference], int]:
    service = version.tariff.service
    terms, building = terms_of(service), period.building_id
    old, new = Prices(building, [service]), PreviewedPrices(building, version)
    rows: list[Difference] = []
    elsewhere = 0
    for units in units_in_turn(building):
        chunk = gathered(units, [service], period)
        for unit in units:
            if not new.holds_for(unit.kind, period):
                elsewhere += 1
                continue
            known = chunk.of(unit, service, period)
            before = unit_bills(terms, known, old.of(service, unit.kind).from_to)
            after = unit_bills(terms, known, new.of(service, unit.kind).from_to)
            difference = unit_difference(unit.id, unit.code, before, after)
            if difference is not None:
                rows.append(difference)
    return rows, elsewhere
