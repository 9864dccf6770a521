"""Months given 贈送月數 and days given as compensation 補償天數.

Months given are a row of their own with the price 0 that continues the run; nothing is ever refunded for it. Days given are no row:
they shift the stop date.

Source: broadband specification 贈送 and 補償; docs/rules/compensation.md.
"""

from __future__ import annotations

from datetime import date, timedelta

from app.broadband.choices import LatePolicy
from app.broadband.rules.payment_amount import FEWEST_MONTHS, MOST_MONTHS
from app.broadband.rules.service_period import LAST_YEAR, Period, periods_sold, require_end
from app.broadband.rules.standing import Standing
from app.values.errors import Message, OperationRefused

MOST_COMPENSATION_DAYS = 366


def gift_period(standing: Standing, *, on: date, gift_months: int, reason: str, grace_days: int = 0) -> Period:
    """Return the row of ``gift_months`` months given to a line that is active or suspended.

    Raises OperationRefused for months outside 1 … 120, without a reason, and for a line that has no cover to continue.
    """
    if not FEWEST_MONTHS <= gift_months <= MOST_MONTHS:
        raise OperationRefused(
            Message("Enter %(fewest)s to %(most)s months.", fewest=FEWEST_MONTHS, most=MOST_MONTHS),
            code="gift_months_out_of_range",
            field="gift_months",
        )
    _require_reason(reason)
    if standing.is_late(on, grace_days):
        raise OperationRefused(
            Message("The line stopped on %(date)s: months given continue its cover. Take the payment first.", date=standing.stops_on),
            code="after_stop_date",
            field="on",
        )
    # In time the policy for late payments has no say.
    (period,) = periods_sold(standing, on=on, months=0, gift_months=gift_months, late_policy=LatePolicy.BACKFILL, grace_days=grace_days)
    require_end(period.stop)
    return period


def compensation_shift(days: int, *, stops_on: date, reason: str) -> int:
    """Return the ``days`` by which a compensation shifts the stop date. Raises OperationRefused outside 1 … 366 or without a reason."""
    if not 1 <= days <= MOST_COMPENSATION_DAYS:
        raise OperationRefused(
            Message("Enter %(fewest)s to %(most)s days of compensation.", fewest=1, most=MOST_COMPENSATION_DAYS),
            code="compensation_out_of_range",
            field="compensation_days",
        )
    _require_reason(reason)
    if (stops_on + timedelta(days=days)).year > LAST_YEAR:
        raise OperationRefused(
            Message("The days reach beyond the year %(year)s.", year=str(LAST_YEAR)), code="days_too_far", field="compensation_days"
        )
    return days


def relocation_shift(days: int, *, stops_on: date, reason: str) -> int:
    """Return the days by which a relocation 遷移 shifts the stop date: none, or days of compensation with a reason."""
    return compensation_shift(days, stops_on=stops_on, reason=reason) if days else 0


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise OperationRefused(Message("Give a reason for what is given."), code="reason_missing", field="reason")
