"""The resumption 復機 of a line that was suspended 報停 or force-stopped 強停: how many days its stop date moves.

The day of the halt and the day of the resumption both have service, so the days off are resume day − day of the halt.

Source: broadband specification 用戶復機; docs/rules/resumption.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.broadband.choices import StopReason
from app.broadband.rules.forced_stop import freezes
from app.values.errors import Message, NotAllowed, OperationRefused


@dataclass(frozen=True)
class Shift:
    """The line was off for ``days_off`` days and its stop date moves by ``days`` of them: by all or by none."""

    days_off: int
    days: int
    extended_anyway: bool = False


def resumption_shift(
    halted_on: date,
    resumed_on: date,
    *,
    cut_for: StopReason | None,
    stops_on: date,
    min_days: int,
    extend_anyway: bool = False,
    may_extend_anyway: bool = False,
    reason: str = "",
) -> Shift:
    """Return the shift of a line that was halted on ``halted_on`` and resumes on ``resumed_on``.

    ``cut_for`` is the reason of a forced stop, None for a suspension on request. A suspension gives its days back from ``min_days``
    on, a shorter one only where somebody who may do so extends it anyway, with a reason. A stop by the network operator's fault always
    gives them back, one for arrears or a violation never.
    Raises OperationRefused when the line would resume before it was halted or, cut, without cover; NotAllowed without the right.
    """
    days_off = (resumed_on - halted_on).days
    if days_off < 0:
        raise OperationRefused(
            Message("The line cannot resume on %(date)s: it was halted on %(halted)s.", date=resumed_on, halted=halted_on),
            code="before_halt",
            field="on",
        )
    if cut_for is not None:
        return _after_cut(days_off, resumed_on, cut_for=cut_for, stops_on=stops_on)
    if days_off >= min_days:
        return Shift(days_off, days_off)
    if not extend_anyway:
        return Shift(days_off, 0)
    _require_extension(days_off, min_days=min_days, may_extend_anyway=may_extend_anyway, reason=reason)
    return Shift(days_off, days_off, extended_anyway=True)


def _after_cut(days_off: int, resumed_on: date, *, cut_for: StopReason, stops_on: date) -> Shift:
    days = days_off if freezes(cut_for) else 0
    stops_on += timedelta(days=days)
    if stops_on < resumed_on:
        raise OperationRefused(
            Message("The line stopped on %(date)s and cannot be resumed without cover. Take the payment first.", date=stops_on),
            code="stop_before_day",
            field="on",
        )
    return Shift(days_off, days)


def _require_extension(days_off: int, *, min_days: int, may_extend_anyway: bool, reason: str) -> None:
    if not may_extend_anyway:
        raise NotAllowed(
            Message(
                "The suspension lasted %(days)s of at least %(fewest)s days, so the stop date stays. Ask a manager to extend it anyway.",
                days=days_off,
                fewest=min_days,
            ),
            code="extend_anyway",
            field="extend_anyway",
        )
    if not reason.strip():
        raise OperationRefused(
            Message("Give a reason for extending the stop date anyway."),
            code="extend_anyway",
            field="reason",
        )
