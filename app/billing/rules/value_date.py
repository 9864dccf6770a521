"""The business date 业务日期 of an operation and backdating 補錄.

The value date decides period and late fee; the booking day, number and shift are always today's.
Source: broadband-rules, backdating; docs/rules/value_date.md.
"""

from __future__ import annotations

from datetime import date

from app.values.errors import Message, NotAllowed, OperationRefused


def value_date(asked: date | None, *, today: date, may_backdate: bool, max_days: int, reason: str) -> date:
    """Return the day on which the operation counts: ``asked``, or today where nothing was asked.

    Raises NotAllowed without the permission to backdate, OperationRefused for a day in the future, too far back, or without a reason.
    """
    if asked is None or asked == today:
        return today
    if asked > today:
        raise OperationRefused(
            Message("The business date %(date)s is in the future. Today is %(today)s.", date=asked, today=today),
            code="future_date",
            field="on",
        )
    if not may_backdate:
        raise NotAllowed(Message("You may not enter a past business date. Ask a manager to do it."), code="backdate", field="on")
    if (today - asked).days > max_days:
        raise OperationRefused(
            Message("The business date %(date)s is more than %(days)s days ago.", date=asked, days=max_days),
            code="backdate_too_far",
            field="on",
        )
    if not reason.strip():
        raise OperationRefused(Message("Give a reason for the past business date."), code="backdate_reason", field="reason")
    return asked
