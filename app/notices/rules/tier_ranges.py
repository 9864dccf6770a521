"""From where to where a tier of a fee formula reaches, for the bill of one period: "Bậc 2: 51–100", "trên 10 đến 20 m³".

A notice names the limits only where they are those of one period and one price list: not for a pool of a year, and not where the price
changed or several periods were billed as one. Source: printed forms V4; docs/rules/notices.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any


@dataclass(frozen=True)
class TierRange:
    """What lies above ``low``, up to and with ``high``; None is the open end."""

    low: Decimal
    high: Decimal | None


@dataclass(frozen=True)
class Quota:
    """The limit of the first tier for one person, and the persons it was multiplied by."""

    persons: Decimal
    limit: Decimal


def tier_ranges(line: Mapping[str, Any], facts: Mapping[str, str]) -> Sequence[TierRange]:
    """Return the tiers of ``line`` of a recipe on ``facts``; none where its limits are not those of the period alone."""
    if line.get("kind") not in ("graduated", "volume") or line.get("used"):
        return ()
    factor = Decimal(1)
    for each in line.get("scale_by", ()):
        value = _number(facts.get(each, each) if isinstance(each, str) else each)
        if value is None:
            return ()
        factor *= value
    step = _number(line.get("limit_step"))
    ranges: list[TierRange] = []
    low = Decimal(0)
    for tier in line["tiers"]:
        limit = _number(tier.get("up_to"))
        high = None if limit is None else _to_step(limit * factor, step)
        ranges.append(TierRange(low, high))
        low = high if high is not None else low
    return ranges


def quota_of(line: Mapping[str, Any], facts: Mapping[str, str]) -> Quota | None:
    """Return the quota that scales the limits of ``line``; nothing where persons have no part in them."""
    persons = _number(facts.get("persons"))
    if "persons" not in line.get("scale_by", ()) or persons is None or not line.get("tiers"):
        return None
    limit = _number(line["tiers"][0].get("up_to"))
    return None if limit is None else Quota(persons, limit)


def _to_step(value: Decimal, step: Decimal | None) -> Decimal:
    return value if not step else (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def _number(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except ArithmeticError:
        return None
