"""The water quota 用水定额 / định mức nước: how many members entitled to preferential water (số thành viên hưởng ưu đãi nước) a period has.

Source: building services S2.7; docs/rules/water_quota.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from app.values.dates import days_of
from app.values.errors import Message, OperationRefused
from app.values.spans import covered_days, first_overlap

# A third of a person is 0.333333: times any limit of a tier it is nearer than a meter can read.
DECIMALS = 6


@dataclass(frozen=True)
class Quota:
    """So many ``members`` of a unit were entitled by a ``document`` from ``starts_on`` to ``ends_on``, without one until further notice."""

    starts_on: date
    ends_on: date | None
    members: int
    document: str = ""


def entitled_members(quotas: Sequence[Quota], *, starts_on: date, ends_on: date) -> Decimal | None:
    """Return the entitled members of the period ``starts_on`` … ``ends_on``, weighted by days: one figure, one quantity.

    A day without a quota counts nobody; None where no day of the period has one: then the fact is missing.
    """
    covered = [(covered_days(quota, starts_on, ends_on), quota.members) for quota in quotas]
    if not any(days for days, _ in covered):
        return None
    weighted = Fraction(sum(days * members for days, members in covered), days_of(starts_on, ends_on))
    return _plain(Decimal(floor(weighted * 10**DECIMALS + Fraction(1, 2))).scaleb(-DECIMALS))


def require_quotas(quotas: Sequence[Quota]) -> None:
    """Raise OperationRefused where quotas of one unit overlap, end before they start, or have fewer than no members."""
    for quota in quotas:
        if quota.members < 0:
            raise OperationRefused(Message("The number of members must not be negative."), code="members", field="members")
        if quota.ends_on is not None and quota.ends_on < quota.starts_on:
            raise OperationRefused(Message("The end date is before the start date."), code="ends_before_start", field="ends_on")
    overlap = first_overlap(quotas)
    if overlap is not None:
        earlier, later = overlap
        raise OperationRefused(
            Message(
                "The water quota from %(later)s overlaps the one from %(earlier)s. End that one first.",
                later=later.starts_on,
                earlier=earlier.starts_on,
            ),
            code="quotas_overlap",
            field="starts_on",
        )


def _plain(value: Decimal) -> Decimal:
    """Return ``value`` without zeros at its end: 2.5, and 20 rather than 2E+1."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
