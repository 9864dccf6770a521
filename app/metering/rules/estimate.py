"""An estimate 估抄 / tạm tính where a meter could not be read, and the next real reading, which prices both periods as one.

Source: building services S2.2; docs/rules/estimate.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from app.metering.rules.consumption import Dial, Segment, Usual, consumption
from app.metering.rules.unusual import Usage, mean_for
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO


@dataclass(frozen=True)
class Estimate:
    """What is taken for read: the ``value`` on the dial, the ``quantity`` used, and whether the dial ``rolled_over``."""

    value: Decimal
    quantity: Decimal
    rolled_over: bool = False


@dataclass(frozen=True)
class Rerating:
    """A real reading after estimates: the ``quantity`` since the last real one, to be priced with limits for so many ``periods``."""

    quantity: Decimal
    periods: int


@dataclass(frozen=True)
class RatedAgain:
    """What a rerating still bills, or gives back as an adjustment; one of them is 0."""

    billed: Decimal
    adjustment: Decimal


def estimate(old: Decimal, *, days: int, history: Iterable[Usage], dial: Dial) -> Estimate:
    """Return the estimate for ``days`` after the reading ``old``, by the mean of the last real periods, up to three.

    The dial moves by whole units, half-up, so that the quantity is its difference times the factor, as for a real reading.
    Raises OperationRefused where no period was read yet.
    """
    mean = mean_for(days, history, at_least=1)
    if mean is None:
        raise OperationRefused(
            Message("There is no earlier consumption to estimate from. Read the meter."), code="nothing_to_estimate_from", field="value"
        )
    units = Decimal(floor(mean / Fraction(dial.factor) + Fraction(1, 2)))
    value = old + units
    rolled_over = value >= dial.circle
    return Estimate(value % dial.circle, units * dial.factor, rolled_over)


def rerating(segments: Iterable[Segment], *, estimated_periods: int, usual: Usual | None = None) -> Rerating:
    """Return both periods as one: ``segments`` run from the last real reading to the new real one, over the estimates between.

    So a real reading below the estimate is no mistake; only one below the last real reading is refused, as in ``consumption``.
    """
    if estimated_periods < 1:
        raise ValueError("Only a reading after an estimate is rated again.")
    return Rerating(consumption(segments, usual=usual).quantity, estimated_periods + 1)


def rated_again(total: Decimal, *, charged: Decimal) -> RatedAgain:
    """Return what is billed for both periods as one, ``total``, after ``charged`` was billed for the estimates."""
    return RatedAgain(billed=max(total - charged, ZERO), adjustment=max(charged - total, ZERO))
