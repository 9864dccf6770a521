"""How much of a period a bill is for: the whole, some of its days, or several periods as one.

Consumption is given for the span itself; its limits and free amounts are scaled. What does not hang on consumption (a fixed amount, a
price per m²) is charged for its share of the period.

Source: fee rules §3; docs/rules/price_change.md, docs/rules/re_rating.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.tariffs.rules.decimals import ONE
from app.tariffs.rules.rounding import Rounding


@dataclass(frozen=True)
class Span:
    """``share`` ÷ ``of`` of a period: 15 of 30 days, or 2 periods of 1.

    ``metered`` names the facts that are consumption, ``limit_step`` is the step to which scaled limits are rounded; without one they are
    exact, which needs ``of`` to be 1.
    """

    share: int = 1
    of: int = 1
    metered: frozenset[str] = frozenset()
    limit_step: Decimal | None = None

    def __post_init__(self) -> None:
        if self.share < 1 or self.of < 1 or (self.of > 1 and self.limit_step is None):
            raise ValueError("A span is a positive share, and a part of a period has a step for its limits.")

    @property
    def is_whole(self) -> bool:
        """Whether it is exactly one period."""
        return self.share == self.of

    def scaled(self, limit: Decimal) -> Decimal:
        """Return ``limit`` for this span, rounded half-up to the step of limits."""
        if self.is_whole:
            return limit
        scaled = limit * self.share
        return scaled if self.limit_step is None else Rounding(self.limit_step).ratio(scaled, ONE * self.of)

    def share_of(self, amount: Decimal, rounding: Rounding) -> Decimal:
        """Return the share of ``amount`` that falls to this span, rounded; the amount of one whole period is left as it is."""
        if self.is_whole:
            return amount
        # Two periods are charged what each of them would have been charged.
        return rounding(amount) * self.share if self.of == 1 else rounding.ratio(amount * self.share, ONE * self.of)


WHOLE = Span()
