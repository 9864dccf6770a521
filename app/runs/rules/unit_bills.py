"""What a unit owes for a service in a period 账期 / kỳ thu: its parts by occupant, each with one bill, or the reason why it has none.

Consumption is what the readings of the period say, all meters of the service together; it runs from the day of the old reading to the
day before the new one. Where the occupant changes inside, a reading of that day ends a part. Where the price changes inside, both
versions stand on one bill. A real reading after estimates is rated with them as one, and what they were charged is taken off.

What is missing makes the unit unbillable, with a sentence; nothing ever counts as zero.
Source: fee rules §1 rule 4, §3, §5; docs/rules/unit_bills.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.customers.rules.occupancy import Stay, payer_on
from app.metering.choices import ApportionBy
from app.metering.rules.period_parts import Measured, Occupancy, Part, occupied_parts, period_parts
from app.metering.rules.water_quota import Quota, entitled_members
from app.places.choices import UnitStatus
from app.places.rules.unit_facts import Fact, facts_on
from app.runs.rules.pricing import Pricing
from app.tariffs.rules.bill import Bill, BillLine, Label
from app.values.dates import ONE_DAY, days_of
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, sum_of

# The line that takes off what estimates were charged.
CHARGED_BEFORE = "charged_before"


@dataclass(frozen=True)
class ServiceTerms:
    """A service as bills need it: ``fact`` is the name of its consumption; ``has_quota`` says that preferential members are its persons."""

    name: str
    fact: str
    is_metered: bool
    has_quota: bool = False
    charged_before: Label = CHARGED_BEFORE

    @property
    def metered(self) -> frozenset[str]:
        """The facts that are consumption; the others are charged for their days."""
        return frozenset({self.fact}) if self.is_metered else frozenset()


@dataclass(frozen=True)
class ReadingTaken:
    """A reading of the period: what its meter counted between the days ``since`` and ``until``.

    ``estimated_periods`` are the estimates before a real reading, over which ``quantity`` goes.
    """

    reading: int
    serial: str
    since: date
    until: date
    quantity: Decimal
    is_estimate: bool = False
    estimated_periods: int = 0
    waits: bool = False


@dataclass(frozen=True)
class UnitPeriod:
    """What is known of a unit for one service and period.

    ``used`` is what was charged of the year's pool before; ``charged_for_estimates`` what the estimates were charged that a reading of
    this period replaces, up to the day ``charged_until``. A unit without a meter of a metered service does not have that service.
    """

    starts_on: date
    ends_on: date
    kind: str
    status: UnitStatus
    area: Decimal | None = None
    facts: Sequence[Fact] = ()
    quotas: Sequence[Quota] = ()
    stays: Sequence[Stay] = ()
    readings: Sequence[ReadingTaken] = ()
    has_meter: bool = True
    used: Decimal = ZERO
    charged_for_estimates: Decimal = ZERO
    charged_until: date | None = None


@dataclass(frozen=True)
class Rated:
    """How a bill was computed besides its facts, so that it can be computed again: its days of those of the whole period, the days of each
    version of the tariff, what is consumption and in which step it is counted.

    ``periods`` were rated as one, of which ``charged`` had been charged before.
    """

    days: int
    of_days: int
    versions: tuple[tuple[int, int], ...]
    metered: frozenset[str]
    step: Decimal
    periods: int = 1
    charged: Decimal = ZERO


@dataclass(frozen=True)
class PartBill:
    """The bill of a part of a period: who owes it, for which days, on which facts and versions of the tariff."""

    starts_on: date
    ends_on: date
    customer: int
    bill: Bill
    facts: Mapping[str, object]
    versions: tuple[int, ...]
    quantity: Decimal | None = None
    readings: tuple[int, ...] = ()
    is_estimate: bool = False
    rated: Rated | None = None
    share: Share | None = None


@dataclass(frozen=True)
class Share:
    """A part of a bill of shared meters: ``weight`` of all ``weights`` makes ``of_unit``, and that is for ``days`` of ``of_days``."""

    by: ApportionBy
    whole: PartBill
    weight: Decimal
    weights: Decimal
    of_unit: Decimal
    days: int
    of_days: int


@dataclass(frozen=True)
class PartFault:
    """A part of a period that cannot be billed, and why."""

    starts_on: date
    ends_on: date
    reason: Message
    code: str
    customer: int | None = None


Outcome = PartBill | PartFault
PriceOf = Callable[[date, date], Pricing]


def unit_bills(service: ServiceTerms, unit: UnitPeriod, pricing: PriceOf) -> tuple[Outcome, ...]:
    """Return the parts of the period with their bills or faults; none where the unit has nothing of the service.

    ``pricing`` gives the versions that are valid from a day to a day. It raises OperationRefused where a day has none.
    """
    if unit.status is UnitStatus.CLOSED or (service.is_metered and not unit.has_meter and not unit.readings):
        return ()
    try:
        parts = _parts(service, unit)
    except OperationRefused as refusal:
        return (PartFault(unit.starts_on, unit.ends_on, refusal.message, refusal.code),)
    return tuple(outcome for part in parts if (outcome := _outcome(service, unit, part, parts, pricing)) is not None)


def _parts(service: ServiceTerms, unit: UnitPeriod) -> tuple[Part, ...]:
    if not service.is_metered:
        return occupied_parts(unit.starts_on, unit.ends_on, payers(unit.stays, unit.starts_on, unit.ends_on))
    for each in unit.readings:
        if each.waits:
            raise OperationRefused(
                Message(
                    "The reading %(serial)s of %(date)s is red. Accept, correct or estimate it first.", serial=each.serial, date=each.until
                ),
                code="reading_waits",
            )
    if not unit.readings:
        raise OperationRefused(
            Message(
                "There is no reading from %(start)s to %(end)s. Read the meter or estimate it.", start=unit.starts_on, end=unit.ends_on
            ),
            code="no_reading",
        )
    measured = [Measured(each.serial, each.since, each.until, each.quantity) for each in unit.readings]
    first, last = min(each.since for each in measured), max(each.until for each in measured) - ONE_DAY
    return period_parts(first, max(first, last), occupancies=payers(unit.stays, first, max(first, last)), measured=measured)


def payers(stays: Sequence[Stay], first: date, last: date) -> list[Occupancy]:
    """Return who pays from when to when: the payer, else the tenant, else the owner, asked anew on each day that somebody comes or goes."""
    days = {first} | {stay.starts_on for stay in stays} | {stay.ends_on + ONE_DAY for stay in stays if stay.ends_on is not None}
    turns = sorted(day for day in days if first <= day <= last)
    found: list[Occupancy] = []
    for turn, following in zip(turns, [*turns[1:], last + ONE_DAY], strict=True):
        payer = payer_on(stays, turn)
        if payer is not None:
            found.append(Occupancy(payer.customer, turn, following - ONE_DAY))
    return found


def _outcome(service: ServiceTerms, unit: UnitPeriod, part: Part, parts: Sequence[Part], pricing: PriceOf) -> Outcome | None:
    if part.customer is None:
        if service.is_metered and part.quantity == 0:
            # An empty unit that used nothing owes nothing.
            return None
        return PartFault(
            part.starts_on,
            part.ends_on,
            Message("Nobody pays for the unit from %(start)s to %(end)s. Enter who occupies it.", start=part.starts_on, end=part.ends_on),
            "nobody_pays",
        )
    try:
        return _billed(service, unit, part, parts, pricing)
    except OperationRefused as refusal:
        return PartFault(part.starts_on, part.ends_on, refusal.message, refusal.code, part.customer)


def _billed(service: ServiceTerms, unit: UnitPeriod, part: Part, parts: Sequence[Part], pricing: PriceOf) -> PartBill:
    assert part.customer is not None
    prices = pricing(part.starts_on, part.ends_on)
    whole = days_of(parts[0].starts_on, parts[-1].ends_on)
    of_part = [each for each in unit.readings if len(parts) == 1 or part.starts_on < each.until <= part.ends_on + ONE_DAY]
    facts = _facts(service, unit, part, whole, prices)
    estimated = max((each.estimated_periods for each in of_part), default=0)
    charged = unit.charged_for_estimates if estimated else ZERO
    rated = Rated(part.days, whole, prices.parts, service.metered, prices.quantity_step, estimated + 1, charged)
    if estimated:
        _require_one_stretch(prices, parts)
    until = unit.charged_until if estimated else None
    return PartBill(
        # The days of the estimates are charged already.
        part.starts_on if until is None else min(until + ONE_DAY, part.ends_on),
        part.ends_on,
        part.customer or 0,
        rated_bill(prices, facts, rated, service.charged_before),
        {name: facts[name] for name in sorted(prices.facts) if name in facts},
        prices.versions,
        part.quantity if service.is_metered else None,
        tuple(each.reading for each in of_part),
        any(each.is_estimate for each in of_part),
        rated,
    )


def _facts(service: ServiceTerms, unit: UnitPeriod, part: Part, whole: int, prices: Pricing) -> dict[str, object]:
    """Return the facts of a part: the unit's on its last day, its days, the quota, the consumption and what was used of the year's pool."""
    facts: dict[str, object] = dict(facts_on(unit.facts, part.ends_on, area=unit.area, kind=unit.kind, status=unit.status))
    facts |= {"days": Decimal(part.days), "mdays": Decimal(whole), "months": Decimal(1)}
    if service.has_quota:
        members = entitled_members(unit.quotas, starts_on=part.starts_on, ends_on=part.ends_on)
        if members is not None:
            facts |= {"persons": members, "quota": members}
    if service.is_metered:
        facts[service.fact] = part.quantity
        earlier = _quantity_before(unit, part)
        facts |= dict.fromkeys(prices.pools, unit.used + earlier)
    return facts


def _quantity_before(unit: UnitPeriod, part: Part) -> Decimal:
    """Return what earlier parts of the same period used: they fill the year's pool too."""
    return sum_of(each.quantity for each in unit.readings if each.until <= part.starts_on)


def rated_bill(prices: Pricing, facts: Mapping[str, object], rated: Rated, charged_before: Label = CHARGED_BEFORE) -> Bill:
    """Return the bill on ``facts``; of several periods as one, less what the estimates were charged. Raises OperationRefused."""
    if rated.periods == 1:
        return _not_below_zero(prices.bill(facts, rated.metered, rated.days, rated.of_days))
    bill, charged = _not_below_zero(prices.periods_as_one(facts, rated.metered, rated.periods)), rated.charged
    if charged > bill.total:
        raise OperationRefused(
            Message(
                "The estimates were charged more than the reading gives: %(charged)s instead of %(total)s. Void those charges first.",
                charged=charged,
                total=bill.total,
            ),
            code="estimate_overcharged",
        )
    if not charged:
        return bill
    line = BillLine(CHARGED_BEFORE, charged_before, Decimal(rated.periods - 1), -charged, -charged)
    return replace(bill, lines=(*bill.lines, line), total=bill.total - charged)


def _not_below_zero(bill: Bill) -> Bill:
    """Return ``bill``; rebates above the prices are a mistake of the formula, and nobody is paid out by a run. Raises OperationRefused."""
    if bill.total < 0:
        raise OperationRefused(
            Message("The bill comes to %(total)s, which is below 0. Check the rebates of the formula.", total=bill.total),
            code="bill_below_zero",
        )
    return bill


def _require_one_stretch(prices: Pricing, parts: Sequence[Part]) -> None:
    if len(parts) > 1 or len(prices.versions) > 1:
        raise OperationRefused(
            Message("Estimates were charged before this reading, and price or occupant changed since. Void those charges first."),
            code="estimate_over_change",
        )
