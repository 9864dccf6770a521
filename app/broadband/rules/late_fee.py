"""The late fee 滞纳金 and, after a cut, the arrears 欠费 under the policy ``backfill``; under ``restart`` there is neither.

Source: broadband specification 正常繳費 滯納金; docs/rules/late_fee.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.broadband.choices import LatePolicy
from app.broadband.rules.standing import Standing
from app.values.errors import Message, NotAllowed, OperationRefused
from app.values.money import ZERO, require_fee, rounded

# 365 in leap years too.
DAYS_OF_A_YEAR = 365
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True)
class LateFee:
    """The proposed late fee and how it came about.

    ``base`` is what the days used without cover are worth; ``arrears`` is the part of it that is charged as a line of its own:
    all of it after a cut, nothing where the months bought cover those days.
    """

    days_used: int = 0
    days_late: int = 0
    base: Decimal = ZERO
    arrears: Decimal = ZERO
    amount: Decimal = ZERO


def late_fee(
    standing: Standing,
    *,
    on: date,
    plan_fee: Decimal,
    plan_months: int,
    late_policy: LatePolicy,
    grace_days: int,
    daily_rate: Decimal,
    cap: Decimal,
    currency: str,
) -> LateFee:
    """Return the late fee proposed for a payment on ``on``.

    ``plan_fee`` is the price of one package of ``plan_months`` months, ``daily_rate`` a fraction per day (Decimal("0.003") is
    three in a thousand), ``cap`` the most that may be charged as a fraction of the base.
    """
    stops_on = standing.stops_on
    if stops_on is None or late_policy is LatePolicy.RESTART or not standing.is_late(on, grace_days):
        return LateFee()
    used = days_used(stops_on, on=on, cut_on=standing.cut_on)
    late = ((standing.frozen_on or on) - stops_on).days - grace_days
    base = price_of_days(used, plan_fee=plan_fee, plan_months=plan_months, currency=currency)
    share = min(Fraction(daily_rate) * late, Fraction(cap))
    return LateFee(
        days_used=used,
        days_late=late,
        base=base,
        arrears=base if standing.cut_on is not None else rounded(ZERO, currency),
        amount=rounded(Fraction(base) * share, currency),
    )


def days_used(stops_on: date, *, on: date, cut_on: date | None = None) -> int:
    """Return the days with service and without cover: from the day after the stop date to the day before the payment or the cut."""
    until = min(on, cut_on) if cut_on is not None else on
    return max((until - stops_on).days - 1, 0)


def price_of_days(days: int, *, plan_fee: Decimal, plan_months: int, currency: str) -> Decimal:
    """Return what ``days`` used cost by the monthly price: days × price × 12 ÷ 365, rounded once at the end."""
    monthly = Fraction(plan_fee) / plan_months
    return rounded(monthly * days * MONTHS_OF_A_YEAR / DAYS_OF_A_YEAR, currency)


def agreed_late_fee(*, asked: Decimal | None, proposed: Decimal, may_waive: bool, reason: str, currency: str) -> Decimal:
    """Return the late fee to charge: the one ``asked`` for, or the ``proposed`` one where nothing was asked.

    Raises OperationRefused when more than the proposed fee is asked, or less without a reason, and NotAllowed when less is
    asked by somebody who may not waive it.
    """
    if asked is None:
        return proposed
    fee = require_fee(asked, currency, field="late_fee")
    if fee > proposed:
        raise OperationRefused(
            Message("The late fee %(fee)s is higher than the proposed %(proposed)s.", fee=fee, proposed=proposed, currency=currency),
            code="late_fee_above_proposed",
            field="late_fee",
        )
    if fee < proposed and not may_waive:
        raise NotAllowed(
            Message("You may not lower the late fee of %(proposed)s. Ask a manager to do it.", proposed=proposed, currency=currency),
            code="late_fee_waiver",
            field="late_fee",
        )
    if fee < proposed and not reason.strip():
        raise OperationRefused(
            Message("Give a reason for lowering the late fee."),
            code="late_fee_waiver",
            field="reason",
        )
    return fee
