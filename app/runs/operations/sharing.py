"""A billing run apportions the shared meters of its buildings, after all units: each unit's part is a proposal of its own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import chain

from app.customers.choices import OccupancyRole
from app.customers.rules.occupancy import Stay
from app.foundation.database import db
from app.foundation.i18n import LANGUAGES, say
from app.foundation.transactions import found, locked
from app.foundation.writing import one_sheet
from app.metering.choices import ApportionBy
from app.offices.models import Office
from app.places.choices import FactName, UnitKind, UnitStatus
from app.places.models import Building, Unit
from app.places.rules.unit_facts import Fact, facts_on
from app.runs.choices import RunState
from app.runs.models import BillingPeriod, BillingRun
from app.runs.operations.calculating import keep, terms_of
from app.runs.operations.periods import ensure_period
from app.runs.queries.gathering import Chunk, gathered
from app.runs.queries.prices import Prices
from app.runs.queries.sharing import SharedMeters, next_building, shared_meters, sharers_of
from app.runs.rules.charged_before import before, still_to_charge
from app.runs.rules.sharing import Sharer, shared_bills
from app.runs.rules.unit_bills import Outcome, PartFault, UnitPeriod, unit_bills
from app.tariffs.models import Service
from app.values.dates import ONE_DAY
from app.values.errors import Message
from app.values.money import sum_of

# Whoever it is that the whole bill is worked out for: nobody owes it, its parts are owed.
EVERYBODY = Stay(0, OccupancyRole.OWNER, datetime.date.min, None)
CHARGED_ALREADY = Message(
    "Other units were charged their parts of these shared meters on other readings or facts. Void those charges first."
)


def apportion_next(*, run: int) -> int:
    """Apportion the shared meters of the run's next building; return how many buildings there were, 0 at the end."""
    one = locked(BillingRun, run)
    if one.run_state is not RunState.CALCULATING:
        return 0
    building = next_building(one)
    if building is None:
        return 0
    services = {each.service_id: each.service for each in one.services}
    period = ensure_period(building=building.id, month=one.month)
    groups = shared_meters(period, list(services))
    units = sharers_of(building.id) if groups else ()
    with one_sheet() as sheet:
        for group in groups:
            _apportion(one, period, building, units, services[group.service], group)
        sheet.write(db.session())
    one.shared_reached = building.id
    return 1


def _apportion(
    run: BillingRun, period: BillingPeriod, building: Building, units: Sequence[Unit], service: Service, group: SharedMeters
) -> None:
    chunk = gathered(units, [service], period)
    day = max((each.until - ONE_DAY for each in group.readings), default=period.ends_on)
    facts = {unit.id: _facts(unit, chunk, day) for unit in units}
    prices = Prices(building.id, [service]).of(service, UnitKind.COMMON)
    (whole,) = unit_bills(terms_of(service), _whole(group, period, facts), prices.from_to)
    sharers = [
        Sharer(unit.id, unit.code, _weight(unit, service, group.by, chunk, facts[unit.id]), chunk.stays.get(unit.id, ()))
        for unit in units
        if group.by is not ApportionBy.CONSUMPTION or (unit.id, service.id) in chunk.metered
    ]
    currency = found(Office, run.office_id).currency.value
    found_parts = shared_bills(whole, sharers, by=group.by, currency=currency, label=_labels(service.name))
    for unit in units:
        for outcome in found_parts.get(unit.id, ()):
            proposed = still_to_charge(outcome, [days for days, _ in group.charged.get(unit.id, ())], list(group.earlier.values()))
            if proposed is not None:
                keep(run, period, unit, service, _agreeing(proposed, group), before=group.before.get(unit.id), by=group.by)


def _agreeing(outcome: Outcome, group: SharedMeters) -> Outcome:
    """Return the outcome, or a fault where parts that stand charged are of another whole: together they would not sum to it."""
    if isinstance(outcome, PartFault) or outcome.share is None:
        return outcome
    share = outcome.share
    for _days, other in chain.from_iterable(group.charged.values()):
        if (Decimal(other["whole"]), Decimal(other["weights"])) != (share.whole.bill.total, share.weights):
            return PartFault(outcome.starts_on, outcome.ends_on, CHARGED_ALREADY, "share_changed", outcome.customer)
    return outcome


def _whole(group: SharedMeters, period: BillingPeriod, facts: Mapping[int, Mapping[str, str]]) -> UnitPeriod:
    """Return the building as one unit: its readings are those of the shared meters, its persons those of all units."""
    known = UnitPeriod(period.starts_on, period.ends_on, UnitKind.COMMON.value, UnitStatus.OCCUPIED, stays=[EVERYBODY])
    sums = [
        Fact(name, str(sum_of(counts)), datetime.date.min, None)
        for name in (FactName.PERSONS, FactName.HOUSEHOLDS, FactName.M2)
        if (counts := _all(name.value, facts))
    ]
    earlier = before(list(group.earlier.values()), group.readings)
    return replace(
        known,
        facts=sums,
        readings=group.readings,
        used=earlier.used,
        charged_for_estimates=earlier.charged,
        charged_until=earlier.until,
    )


def _all(name: str, facts: Mapping[int, Mapping[str, str]]) -> list[Decimal]:
    """Return the values of a fact that every unit has; nothing where one lacks it."""
    values = [_number(of_unit.get(name)) for of_unit in facts.values()]
    known = [value for value in values if value is not None]
    return known if len(known) == len(values) else []


def _facts(unit: Unit, chunk: Chunk, day: datetime.date) -> Mapping[str, str]:
    return facts_on(chunk.facts.get(unit.id, ()), day, area=unit.area, kind=unit.kind.value, status=unit.status)


def _weight(unit: Unit, service: Service, by: ApportionBy, chunk: Chunk, facts: Mapping[str, str]) -> Decimal | None:
    """Return what a unit counts for; None where nobody entered it, or its own meter was not read or waits."""
    if by is not ApportionBy.CONSUMPTION:
        return _number(facts.get(FactName.M2.value if by is ApportionBy.AREA else FactName.PERSONS.value))
    readings = chunk.readings.get((unit.id, service.id), ())
    if not readings or any(each.waits for each in readings):
        return None
    return sum_of(each.quantity for each in readings)


def _number(value: str | None) -> Decimal | None:
    try:
        return None if value is None else Decimal(value)
    except InvalidOperation:
        return None


@lru_cache(maxsize=256)
def _labels(service: str) -> dict[str, str]:
    return {locale: say(Message("Shared meters: %(service)s", service=service), locale) for locale in LANGUAGES}
