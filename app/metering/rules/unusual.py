"""Unusual consumption 用量异常 / mức tiêu thụ cao hoặc thấp bất thường: the colour against the mean of 3 months 三个月平均用量.

Source: building services S2.6; docs/rules/unusual.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil, floor

from app.metering.choices import Anomaly, WarningColour
from app.values.errors import N_, Message, OperationRefused

# The mean is taken from so many periods; with fewer nothing can be said.
PERIODS_OF_THE_MEAN = 3

COLOURS = {
    Anomaly.HIGH: WarningColour.RED,
    Anomaly.LOW: WarningColour.RED,
    Anomaly.RAISED: WarningColour.AMBER,
    Anomaly.LOWERED: WarningColour.AMBER,
    Anomaly.NORMAL: WarningColour.GREEN,
    Anomaly.UNKNOWN: WarningColour.GREY,
}

REASONS = {
    Anomaly.HIGH: N_("%(quantity)s %(measure)s is abnormally high: %(ratio)s times the mean of 3 months, %(mean)s %(measure)s."),
    Anomaly.LOW: N_("%(quantity)s %(measure)s is abnormally low: %(ratio)s times the mean of 3 months, %(mean)s %(measure)s."),
    Anomaly.RAISED: N_("%(quantity)s %(measure)s is higher than usual: %(ratio)s times the mean of 3 months, %(mean)s %(measure)s."),
    Anomaly.LOWERED: N_("%(quantity)s %(measure)s is lower than usual: %(ratio)s times the mean of 3 months, %(mean)s %(measure)s."),
    Anomaly.NORMAL: N_("%(quantity)s %(measure)s is normal: %(ratio)s times the mean of 3 months, %(mean)s %(measure)s."),
    Anomaly.UNKNOWN: N_("There are fewer than three periods to compare %(quantity)s %(measure)s with."),
    Anomaly.ZERO: N_("Nothing was used although the unit is occupied; the mean of 3 months is %(mean)s %(measure)s."),
}

# Where nothing was used in three months there is no ratio to name.
REASONS_WITHOUT_MEAN = {
    Anomaly.HIGH: N_("%(quantity)s %(measure)s was used; in the 3 months before nothing was used."),
    Anomaly.RAISED: N_("%(quantity)s %(measure)s was used; in the 3 months before nothing was used."),
    Anomaly.NORMAL: N_("%(quantity)s %(measure)s is too little to warn of: in the 3 months before nothing was used."),
}


@dataclass(frozen=True)
class Usage:
    """What was used in one accepted period that ended on ``ends_on``."""

    ends_on: date
    days: int
    quantity: Decimal
    is_estimate: bool = False


@dataclass(frozen=True)
class Counted:
    """What one meter counted between two readings; a final reading is carried into the next one of the meter in its place 换表."""

    ends_on: date
    days: int
    quantity: Decimal
    is_estimate: bool = False
    is_final: bool = False


@dataclass(frozen=True)
class Thresholds:
    """From where on a consumption is unusual; a setting per service and building.

    The ratios are multiples of the mean; ``limit`` is the least difference, in units of the service, that turns a figure red, half of
    it the least that turns it amber. Raises OperationRefused where they contradict each other.
    """

    limit: Decimal
    high: Decimal = Decimal("2.0")
    raised: Decimal = Decimal("1.5")
    lowered: Decimal = Decimal("0.6")
    low: Decimal = Decimal("0.4")

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.lowered < 1 < self.raised <= self.high:
            raise OperationRefused(
                Message("The limits must rise: red below, amber below, 1, amber above, red above."), code="thresholds", field="high"
            )
        if self.limit <= 0:
            raise OperationRefused(Message("The least difference must be above 0."), code="thresholds", field="limit")


@dataclass(frozen=True)
class Verdict:
    """What is said of a consumption: the colour with its figures and the reason in words.

    ``mean`` and ``difference`` are None without enough history, ``ratio`` also where the mean is 0. They are rounded for people: a
    ratio that has not reached a limit is not shown as if it had.
    """

    anomaly: Anomaly
    colour: WarningColour
    reason: Message
    ratio: Decimal | None = None
    mean: Decimal | None = None
    difference: Decimal | None = None

    @property
    def must_be_settled(self) -> bool:
        """Red readings are accepted, corrected or estimated before they can be billed."""
        return self.colour is WarningColour.RED


def verdict(
    quantity: Decimal,
    *,
    days: int,
    history: Iterable[Usage],
    measure: str,
    thresholds: Thresholds,
    is_occupied: bool = False,
) -> Verdict:
    """Return the warning for ``quantity`` used in a period of ``days``, compared with the accepted periods of ``history``.

    Of the history the newest three that are not estimated count. Nothing used while the unit ``is_occupied`` is a warning of its own:
    amber at least, red where the fall itself is.
    """
    mean = mean_for(days, history)
    anomaly = compared(quantity, mean, thresholds)
    colour = COLOURS[anomaly]
    if quantity == 0 and is_occupied:
        anomaly, colour = Anomaly.ZERO, WarningColour.RED if colour is WarningColour.RED else WarningColour.AMBER
    if mean is None:
        return Verdict(anomaly, colour, reason_of(anomaly, quantity, None, None, measure))
    ratio = _shown_ratio(Fraction(quantity) / mean) if mean else None
    shown = _to_hundredths(mean)
    difference = _to_hundredths(Fraction(quantity) - mean)
    return Verdict(anomaly, colour, reason_of(anomaly, quantity, shown, ratio, measure), ratio, shown, difference)


def usages_of(counted: Iterable[Counted]) -> tuple[tuple[Usage, ...], Usage | None]:
    """Return the periods of a place in their order, and what a removed meter counted that no later reading carries yet.

    Segments of a period in which the meter was replaced are summed, as they are before any price is applied.
    """
    found: list[Usage] = []
    carried: Usage | None = None
    for each in counted:
        days, quantity = (each.days, each.quantity) if carried is None else (carried.days + each.days, carried.quantity + each.quantity)
        whole = Usage(each.ends_on, days, quantity, each.is_estimate)
        if each.is_final:
            carried = whole
        else:
            found.append(whole)
            carried = None
    return tuple(found), carried


def mean_for(days: int, history: Iterable[Usage], *, at_least: int = PERIODS_OF_THE_MEAN) -> Fraction | None:
    """Return what ``days`` use by the mean day of the last three accepted, not estimated periods; None with fewer than ``at_least``."""
    real = last_real(history)
    if len(real) < at_least:
        return None
    return sum((Fraction(usage.quantity) for usage in real), Fraction(0)) * days / sum(usage.days for usage in real)


def last_real(history: Iterable[Usage]) -> list[Usage]:
    """Return the periods of which the mean is taken: the last three accepted ones that are not estimated, fewer where there are fewer."""
    return sorted((usage for usage in history if not usage.is_estimate), key=lambda usage: usage.ends_on)[-PERIODS_OF_THE_MEAN:]


def shown_mean(mean: Decimal, decimals: int) -> Decimal:
    """Return a mean as people read it, half-up to what the service is counted in, at least to a tenth: 33,404.667 is 33,404.7."""
    return mean.quantize(Decimal(1).scaleb(-max(decimals, 1)), ROUND_HALF_UP).normalize()


def compared(quantity: Decimal, mean: Fraction | None, thresholds: Thresholds) -> Anomaly:
    """Return how ``quantity`` stands to the exact ``mean``; any consumption is infinitely many times a mean of 0."""
    if mean is None:
        return Anomaly.UNKNOWN
    used = Fraction(quantity)
    difference, limit = abs(used - mean), Fraction(thresholds.limit)
    if difference >= limit:
        if used >= Fraction(thresholds.high) * mean:
            return Anomaly.HIGH
        if used <= Fraction(thresholds.low) * mean:
            return Anomaly.LOW
    if difference >= limit / 2:
        if used >= Fraction(thresholds.raised) * mean:
            return Anomaly.RAISED
        if used <= Fraction(thresholds.lowered) * mean:
            return Anomaly.LOWERED
    return Anomaly.NORMAL


def _shown_ratio(ratio: Fraction) -> Decimal:
    # Towards 1: 1.996 is not shown as 2.00, which would be red.
    hundredths = floor(ratio * 100) if ratio >= 1 else ceil(ratio * 100)
    return Decimal(hundredths).scaleb(-2)


def _to_hundredths(value: Fraction) -> Decimal:
    nearest = floor(abs(value) * 100 + Fraction(1, 2))
    return Decimal(nearest if value >= 0 else -nearest).scaleb(-2)


def reason_of(anomaly: Anomaly, quantity: Decimal, mean: Decimal | None, ratio: Decimal | None, measure: str) -> Message:
    """Return in words why a consumption has its colour; ``measure`` is how people write the unit of measure."""
    figures = {"quantity": quantity, "mean": mean, "ratio": ratio, "measure": measure}
    if anomaly is Anomaly.ZERO and mean is None:
        return Message("Nothing was used although the unit is occupied.")
    if ratio is None and anomaly in REASONS_WITHOUT_MEAN:
        return Message(REASONS_WITHOUT_MEAN[anomaly], **figures)
    return Message(REASONS[anomaly], **figures)
