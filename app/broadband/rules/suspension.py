"""The suspension on request 報停: the line rests and its clock stands still until the resumption 復機.

Only a line with cover can rest: on the stop date at the latest, even where days of grace follow. The day of the request is a used day.

Source: broadband specification 用戶報停; docs/rules/suspension.md.
"""

from __future__ import annotations

from datetime import date, timedelta

from app.values.errors import Message, OperationRefused


def require_cover(stops_on: date, on: date) -> None:
    """Refuse a suspension ``on`` a day after the stop date: there are no days left to keep."""
    if on > stops_on:
        raise OperationRefused(
            Message("The line stopped on %(date)s and has no days left to keep. Take the payment first.", date=stops_on),
            code="after_stop_date",
            field="on",
        )


def planned_resumption(suspended_on: date, planned: date | None, *, max_days: int) -> date:
    """Return the planned day of the resumption 計劃復機日期: the ``planned`` one, or the latest that the policy allows.

    On that day the program resumes the line by itself.
    Raises OperationRefused when it is not after the day of the suspension, or more than ``max_days`` after it.
    """
    latest = suspended_on + timedelta(days=max_days)
    day = latest if planned is None else planned
    if day > latest:
        raise OperationRefused(
            Message("A suspension lasts at most %(days)s days. The latest resume date is %(date)s.", days=max_days, date=latest),
            code="suspension_too_long",
            field="planned_resume_on",
        )
    if day <= suspended_on:
        raise OperationRefused(
            Message("The planned resume date must be after the suspension on %(date)s.", date=suspended_on),
            code="planned_before_suspension",
            field="planned_resume_on",
        )
    return day


def moved_resumption(suspended_on: date, planned: date, *, max_days: int, today: date) -> date:
    """Return the ``planned`` day moved while the line rests: within the maximum counted from the suspension, and still to come."""
    if planned <= today:
        raise OperationRefused(
            Message("The planned resume date must be after today. To resume the line today, use the resumption."),
            code="planned_not_ahead",
            field="planned_resume_on",
        )
    return planned_resumption(suspended_on, planned, max_days=max_days)
