"""A building's bill of shared meters 公用表, apportioned among its units: each has a part of the amount, and who pays owes it by days.

All shared meters of a service that are apportioned by one key are one consumption and one bill, as those of a unit are. A unit whose key
fact is missing is an error, and without it nobody's part can be known: the others say so too. Nothing ever counts as zero.
Source: fee rules §3; docs/rules/apportion.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.customers.rules.occupancy import Stay
from app.metering.choices import ApportionBy
from app.metering.rules.apportion import FACTS, UnitShare, UnitWeight, apportion
from app.metering.rules.period_parts import Part, occupied_parts
from app.runs.rules.unit_bills import Outcome, PartBill, PartFault, Share, payers
from app.tariffs.rules.bill import Bill, BillLine, Label
from app.values.dates import days_of
from app.values.errors import Message, OperationRefused
from app.values.money import sum_of
from app.values.shares import shares

SHARED = "shared"


@dataclass(frozen=True)
class Sharer:
    """A unit that bears a part: ``weight`` is its area, its persons or its own consumption, None where nobody entered it."""

    unit: int
    name: str
    weight: Decimal | None
    stays: Sequence[Stay] = ()


def shared_bills(
    whole: Outcome, sharers: Sequence[Sharer], *, by: ApportionBy, currency: str, label: Label = SHARED
) -> Mapping[int, tuple[Outcome, ...]]:
    """Return each unit's part of the bill ``whole``, by occupants, or why it has none; ``sharers`` stand in the order of ties."""
    if isinstance(whole, PartFault):
        return {each.unit: (whole,) for each in sharers}
    missing = {each.unit for each in sharers if each.weight is None}
    if missing:
        return {each.unit: (_missing(whole, each, by, len(missing)),) for each in sharers}
    try:
        parts = apportion(whole.bill.total, [UnitWeight(each.unit, each.name, each.weight) for each in sharers], by=by, currency=currency)
    except OperationRefused as refusal:
        fault = PartFault(whole.starts_on, whole.ends_on, refusal.message, refusal.code)
        return {each.unit: (fault,) for each in sharers}
    weights = sum_of(part.weight for part in parts)
    return {each.unit: tuple(_of_unit(whole, each, part, weights, by, currency, label)) for each, part in zip(sharers, parts, strict=True)}


def _missing(whole: PartBill, sharer: Sharer, by: ApportionBy, count: int) -> PartFault:
    if sharer.weight is None:
        reason = Message(
            "The unit %(unit)s was not billed: the fact %(fact)s is missing. Enter it and calculate again.",
            unit=sharer.name,
            fact=Message(FACTS[by]),
        )
        return PartFault(whole.starts_on, whole.ends_on, reason, "fact_missing")
    reason = Message(
        "The shared meters were not apportioned: %(count)s units of the building have no %(fact)s.", count=count, fact=Message(FACTS[by])
    )
    return PartFault(whole.starts_on, whole.ends_on, reason, "share_unknown")


def _of_unit(
    whole: PartBill, sharer: Sharer, part: UnitShare, weights: Decimal, by: ApportionBy, currency: str, label: Label
) -> list[Outcome]:
    """Return a unit's part by occupants, each for his days. Who comes and goes needs no reading: nothing of his own was measured."""
    there = occupied_parts(whole.starts_on, whole.ends_on, payers(sharer.stays, whole.starts_on, whole.ends_on))
    of_days = days_of(whole.starts_on, whole.ends_on)
    amounts = shares(part.amount, [Decimal(each.days) for each in there], currency)
    return [
        _borne(whole, each, amount, label, Share(by, whole, part.weight, weights, part.amount, each.days, of_days))
        for each, amount in zip(there, amounts, strict=True)
        if each.customer is not None or amount
    ]


def _borne(whole: PartBill, part: Part, amount: Decimal, label: Label, share: Share) -> Outcome:
    if part.customer is None:
        reason = Message(
            "Nobody pays for the unit from %(start)s to %(end)s. Enter who occupies it.", start=part.starts_on, end=part.ends_on
        )
        return PartFault(part.starts_on, part.ends_on, reason, "nobody_pays")
    line = BillLine(SHARED, label, Decimal(1), amount, amount)
    return PartBill(
        part.starts_on,
        part.ends_on,
        part.customer,
        Bill((line,), amount),
        whole.facts,
        whole.versions,
        None,
        whole.readings,
        whole.is_estimate,
        None,
        share,
    )
