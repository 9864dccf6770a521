"""Consumption 用量 / mức tiêu thụ: the new reading 本期读数 / chỉ số mới against the old 上期读数 / chỉ số cũ, times the multiplier 倍率.

A dial that passes its last figure begins again at 0 (表码回零 rollover, qua vòng). A meter replaced inside the period (换表) leaves two
segments, whose consumption is summed before any price is applied.
Source: building services S2.2; docs/rules/consumption.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction

from app.metering.choices import Anomaly, ReadingExplanation
from app.metering.rules.unusual import Thresholds, compared
from app.values.errors import Message, OperationRefused
from app.values.money import sum_of

# More figures than any product of a reading and a multiplier has.
EXACT = 60

# Without a mean a rollover is likely where the dial would have moved by at most this part of its circle.
LIKELY_PART_OF_A_CIRCLE = Fraction(1, 10)

# What is offered where the likely explanations end.
ALWAYS_OFFERED = (ReadingExplanation.REPLACEMENT, ReadingExplanation.CORRECTION, ReadingExplanation.ESTIMATE)


@dataclass(frozen=True)
class Dial:
    """The face of a meter: how many ``digits`` it shows before the point, and the ``factor`` of its current transformer."""

    digits: int
    factor: Decimal = Decimal(1)

    @property
    def circle(self) -> Decimal:
        """The reading at which the dial begins again: 100,000 with five digits."""
        return Decimal(10) ** self.digits


@dataclass(frozen=True)
class Segment:
    """One meter between two readings; ``rolled_over`` says that somebody confirmed that the dial passed its last figure."""

    old: Decimal
    new: Decimal
    dial: Dial
    rolled_over: bool = False


@dataclass(frozen=True)
class Usual:
    """What is known of a unit's use, to weigh explanations: the exact ``mean`` of this period, what is unusual, the reading before last.

    ``mean_with_last`` is the mean for this period and the last one together.
    """

    mean: Fraction
    thresholds: Thresholds
    before_last: Decimal | None = None
    mean_with_last: Fraction | None = None


@dataclass(frozen=True)
class Offered:
    """An explanation offered to the reader, with the consumption that it gives where that is known already."""

    explanation: ReadingExplanation
    is_likely: bool
    quantity: Decimal | None = None


class ReadingBelowLast(OperationRefused):
    """The new reading is below the old one and nobody said why; ``offered`` are the explanations, likely ones first."""

    def __init__(self, message: Message, offered: tuple[Offered, ...]) -> None:
        super().__init__(message, code="reading_below_last", field="value")
        self.offered = offered


@dataclass(frozen=True)
class Consumption:
    """What a period used, and the segments that add up to it."""

    quantity: Decimal
    segments: tuple[Segment, ...] = field(default=())


def consumption(segments: Iterable[Segment], *, usual: Usual | None = None) -> Consumption:
    """Return the consumption of a period: the sum over its ``segments``, one where no meter was replaced.

    Raises ReadingBelowLast where a new reading is below the old one without a confirmed rollover, OperationRefused for a rollover that
    the readings contradict. ``usual`` only helps to choose what is offered.
    """
    each = tuple(segments)
    return Consumption(sum_of(segment_quantity(segment, usual=usual) for segment in each), each)


def segment_quantity(segment: Segment, *, usual: Usual | None = None) -> Decimal:
    """Return what one meter counted between two readings: difference × factor; an equal reading is 0."""
    if segment.rolled_over:
        if segment.new >= segment.old:
            raise OperationRefused(
                Message(
                    "The new reading %(new)s is not below the old reading %(old)s: the meter did not roll over.",
                    new=segment.new,
                    old=segment.old,
                ),
                code="no_rollover",
                field="value",
            )
        return _times(segment.dial.circle - segment.old + segment.new, segment.dial.factor)
    if segment.new < segment.old:
        raise ReadingBelowLast(
            Message(
                "The new reading %(new)s is below the old reading %(old)s. "
                "Choose: rollover, meter replacement, or correct the last reading.",
                new=segment.new,
                old=segment.old,
            ),
            explanations(segment, usual=usual),
        )
    return _times(segment.new - segment.old, segment.dial.factor)


def explanations(segment: Segment, *, usual: Usual | None = None) -> tuple[Offered, ...]:
    """Return what may explain a new reading below the old one, likely explanations first.

    A rollover is offered only where its consumption is near the mean of 3 months; a correction of the last reading is likely where this
    one fits the reading before the last.
    """
    likely = []
    rolled = _times(segment.dial.circle - segment.old + segment.new, segment.dial.factor)
    if _is_likely_rollover(rolled, segment.dial, usual):
        likely.append(Offered(ReadingExplanation.ROLLOVER, is_likely=True, quantity=rolled))
    if _fits_before_last(segment, usual):
        likely.append(Offered(ReadingExplanation.CORRECTION, is_likely=True))
    known = {offer.explanation for offer in likely}
    return (*likely, *(Offered(each, is_likely=False) for each in ALWAYS_OFFERED if each not in known))


def _is_likely_rollover(quantity: Decimal, dial: Dial, usual: Usual | None) -> bool:
    if usual is None:
        return Fraction(quantity) <= Fraction(dial.circle) * Fraction(dial.factor) * LIKELY_PART_OF_A_CIRCLE
    return _is_near(quantity, usual.mean, usual.thresholds)


def _fits_before_last(segment: Segment, usual: Usual | None) -> bool:
    """Say whether the last reading looks mistyped: without it the consumption of both periods would be as usual."""
    if usual is None or usual.before_last is None or usual.mean_with_last is None or segment.new < usual.before_last:
        return False
    return _is_near(_times(segment.new - usual.before_last, segment.dial.factor), usual.mean_with_last, usual.thresholds)


def _is_near(quantity: Decimal, mean: Fraction, thresholds: Thresholds) -> bool:
    return compared(quantity, mean, thresholds) not in (Anomaly.HIGH, Anomaly.LOW)


def _times(units: Decimal, factor: Decimal) -> Decimal:
    with localcontext(prec=EXACT):
        return units * factor
