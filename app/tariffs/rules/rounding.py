"""Rounding half-up to whole steps 舍入单位: a half goes away from zero, for negative amounts too.

Source: fee rules §1 rule 2; docs/rules/fee_formula.md.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from app.tariffs.rules.decimals import ONE, ROUNDING, ZERO


class Rounding:
    """Rounds to multiples of ``step``: 1 for VND, 0.01 for CNY, 1000 for cards."""

    __slots__ = ("_quantum", "step", "zero")

    def __init__(self, step: Decimal) -> None:
        if not step > 0:
            raise ValueError("A rounding step is above zero.")
        normal = step.normalize(ROUNDING)
        exponent = int(normal.as_tuple().exponent)
        self.step = step
        # What is rounded has the decimals of its step, 0.50 for 0.01, and no exponent.
        self.zero = ZERO.scaleb(min(exponent, 0))
        # Steps of 0.01 or 1 are quantised at once; 5, 1000 and 0.05 are counted.
        self._quantum = normal if normal == ONE.scaleb(exponent) and exponent <= 0 else None

    def __call__(self, amount: Decimal) -> Decimal:
        """Return ``amount`` rounded."""
        if self._quantum is not None:
            return amount.quantize(self._quantum, ROUND_HALF_UP, ROUNDING) or self.zero
        return self.ratio(amount, ONE)

    def ratio(self, dividend: Decimal, divisor: Decimal) -> Decimal:
        """Return ``dividend`` ÷ ``divisor`` (above zero), rounded once, from its exact value."""
        unit = ROUNDING.multiply(divisor, self.step)
        steps, rest = ROUNDING.divmod(dividend.copy_abs(), unit)
        if ROUNDING.add(rest, rest) >= unit:
            steps = ROUNDING.add(steps, ONE)
        if not steps:
            return self.zero
        result = ROUNDING.add(ROUNDING.multiply(steps, self.step), self.zero)
        return result.copy_negate() if dividend < 0 else result
