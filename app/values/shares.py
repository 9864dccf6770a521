"""A whole that is divided by weights so that the parts sum to it exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from app.values.money import step


def shares(amount: Decimal, weights: Sequence[Decimal], currency: str) -> tuple[Decimal, ...]:
    """Return the parts of ``amount`` by ``weights``, in their order, in steps of ``currency``: they always sum to ``amount``.

    Largest remainder: every part is cut off to the step, and the steps left over go to the parts that lost most, one each; of equal
    losses the earlier part comes first. A negative amount is shared as its positive mirror.
    """
    size = step(currency)
    whole = Fraction(amount) / Fraction(size)
    total = sum((Fraction(weight) for weight in weights), Fraction(0))
    if whole.denominator != 1:
        raise ValueError("Only an amount in whole steps of its currency can be shared exactly.")
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("Weights are not negative, and one of them is above zero.")
    exact = [abs(whole) * Fraction(weight) / total for weight in weights]
    steps = [part.numerator // part.denominator for part in exact]
    left_over = abs(whole.numerator) - sum(steps)
    for place in sorted(range(len(exact)), key=lambda place: (steps[place] - exact[place], place))[:left_over]:
        steps[place] += 1
    sign = -1 if whole < 0 else 1
    return tuple(sign * part * size if part else 0 * size for part in steps)
