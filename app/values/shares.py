"""A whole that is divided by weights so that the parts sum to it exactly: largest remainder."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from app.values.money import step


def shares(amount: Decimal, weights: Sequence[Decimal], currency: str) -> tuple[Decimal, ...]:
    """Return the parts of ``amount`` by ``weights``, in their order, in steps of ``currency``: they always sum to ``amount``.

    A negative amount is shared as its positive mirror. Raises ValueError for an amount that has parts of a step.
    """
    size = step(currency)
    steps = Fraction(amount) / Fraction(size)
    if steps.denominator != 1:
        raise ValueError("Only an amount in whole steps of its currency can be shared exactly.")
    sign = -1 if steps < 0 else 1
    # Without a sign on nothing: −0 and 0 are one amount.
    return tuple(sign * part * size if part else 0 * size for part in whole_shares(abs(steps.numerator), weights))


def whole_shares(total: int, weights: Sequence[Decimal | float]) -> tuple[int, ...]:
    """Return whole numbers by ``weights`` that sum to ``total``, which is not negative.

    Every part is cut off to a whole number, and what is left over goes to the parts that lost most, one each; of equal losses the
    earlier part comes first. Raises ValueError for negative weights, and where none is above zero.
    """
    exact_weights = [Fraction(weight) for weight in weights]
    together = sum(exact_weights, Fraction(0))
    if together <= 0 or min(exact_weights) < 0:
        raise ValueError("Weights are not negative, and one of them is above zero.")
    exact = [total * weight / together for weight in exact_weights]
    parts = [part.numerator // part.denominator for part in exact]
    by_loss = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_loss[: total - sum(parts)]:
        parts[place] += 1
    return tuple(parts)
