"""What a regular payment 正常缴费 costs, as lines whose amounts add up to the total 合计.

合計 = 套餐費 × 交費月數 ÷ 使用月數 + 維護費 × 交費月數 + 其它費用 − 優惠金 + 滯納金 + 欠費

Source: broadband specification 正常繳費; docs/rules/payment_amount.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, require_fee, require_fitting, rounded, sum_of

FEWEST_MONTHS = 1
MOST_MONTHS = 120


class LineCode(StrEnum):
    """What a line of a payment is for; the document writes the text."""

    PLAN = "plan"
    MAINTENANCE = "maintenance"
    OTHER = "other"
    DISCOUNT = "discount"
    LATE_FEE = "late_fee"
    ARREARS = "arrears"


@dataclass(frozen=True)
class AmountLine:
    """A line whose ``amount`` is exactly ``quantity`` × ``unit_price``; that of a discount is negative."""

    code: LineCode
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class PaymentAmount:
    """The lines of a payment; those of zero are left out, but never the plan's."""

    lines: tuple[AmountLine, ...]

    @property
    def total(self) -> Decimal:
        """合计: the sum of the rounded lines."""
        return sum_of(line.amount for line in self.lines)

    @property
    def cover_price(self) -> Decimal:
        """The price of the period sold: the plan fee less the discount, at least 0; no maintenance, other or late fee."""
        return max(self.of(LineCode.PLAN) + self.of(LineCode.DISCOUNT), ZERO)

    def of(self, code: LineCode) -> Decimal:
        """Return the amount of the line ``code``, 0 where there is none."""
        return sum_of(line.amount for line in self.lines if line.code is code)


def payment_amount(
    *,
    plan: str,
    plan_fee: Decimal,
    plan_months: int,
    months: int,
    maintenance_fee: Decimal = ZERO,
    other_fee: Decimal = ZERO,
    discount: Decimal = ZERO,
    late_fee: Decimal = ZERO,
    arrears: Decimal = ZERO,
    currency: str,
    may_sell_parts: bool = False,
    discount_limit: Decimal | None = None,
) -> PaymentAmount:
    """Return the lines of a payment of ``months`` months.

    ``plan_fee`` is the price of one package of ``plan_months`` months, ``maintenance_fee`` is per month; ``plan`` is the name of the
    plan for the refusals. ``discount_limit`` is the most the role may grant, None for no limit.
    Raises OperationRefused for months out of range or not a multiple of the package, for negative fees, and for a discount
    above the fees or above the limit.
    """
    require_months(months, plan=plan, plan_months=plan_months, may_sell_parts=may_sell_parts)
    maintenance_fee = require_fee(maintenance_fee, currency, field="maintenance_fee")
    other_fee = require_fee(other_fee, currency, field="other_fee")
    discount = require_fee(discount, currency, field="discount")
    late_fee = require_fee(late_fee, currency, field="late_fee")
    fees = [
        _plan_line(plan_fee, plan_months, months, currency),
        _line(LineCode.MAINTENANCE, Decimal(months), maintenance_fee),
        _line(LineCode.OTHER, Decimal(1), other_fee),
    ]
    _require_fitting(fees)
    _require_discount(discount, fees=sum_of(line.amount for line in fees), limit=discount_limit, currency=currency)
    extras = [
        _line(LineCode.DISCOUNT, Decimal(1), -discount),
        _line(LineCode.LATE_FEE, Decimal(1), late_fee),
        _line(LineCode.ARREARS, Decimal(1), arrears),
    ]
    return PaymentAmount(tuple(line for line in fees + extras if line.amount or line.code is LineCode.PLAN))


def require_months(months: int, *, plan: str, plan_months: int, may_sell_parts: bool = False) -> None:
    """Refuse ``months`` outside 1 … 120, and parts of a package unless the role may sell them."""
    if not FEWEST_MONTHS <= months <= MOST_MONTHS:
        raise OperationRefused(
            Message("Enter %(fewest)s to %(most)s months.", fewest=FEWEST_MONTHS, most=MOST_MONTHS),
            code="months_out_of_range",
            field="months",
        )
    if months % plan_months and not may_sell_parts:
        raise OperationRefused(
            Message("The plan %(plan)s is sold in steps of %(months)s months. Enter a multiple of it.", plan=plan, months=plan_months),
            code="months_not_multiple",
            field="months",
        )


def require_gift_months(gift_months: int) -> None:
    """Refuse gift months outside 0 … 120."""
    if not 0 <= gift_months <= MOST_MONTHS:
        raise OperationRefused(
            Message("Enter at most %(most)s gift months.", most=MOST_MONTHS),
            code="gift_months_out_of_range",
            field="gift_months",
        )


_FIELD_OF = {LineCode.PLAN: "months", LineCode.MAINTENANCE: "maintenance_fee", LineCode.OTHER: "other_fee"}


def _plan_line(plan_fee: Decimal, plan_months: int, months: int, currency: str) -> AmountLine:
    packages, part = divmod(months, plan_months)
    if not part:
        return _line(LineCode.PLAN, Decimal(packages), rounded(plan_fee, currency))
    # A part of a package has no price per piece that multiplies to the rounded amount, so it is sold as one piece.
    return _line(LineCode.PLAN, Decimal(1), rounded(Fraction(plan_fee) * months / plan_months, currency))


def _line(code: LineCode, quantity: Decimal, unit_price: Decimal) -> AmountLine:
    return AmountLine(code, quantity, unit_price, quantity * unit_price)


def _require_fitting(fees: Sequence[AmountLine]) -> None:
    """Refuse fees that add up to more than an amount can be, at the field of the one that is too much."""
    total = ZERO
    for line in fees:
        total += line.amount
        require_fitting(total, field=_FIELD_OF[line.code])


def _require_discount(discount: Decimal, *, fees: Decimal, limit: Decimal | None, currency: str) -> None:
    if discount > fees:
        raise OperationRefused(
            Message("The discount %(discount)s is higher than the fees %(fees)s.", discount=discount, fees=fees, currency=currency),
            code="discount_above_fees",
            field="discount",
        )
    if limit is not None and discount > limit:
        raise OperationRefused(
            Message(
                "The discount %(discount)s is above your limit of %(limit)s. Ask a manager to approve it.",
                discount=discount,
                limit=limit,
                currency=currency,
            ),
            code="discount_above_limit",
            field="discount",
        )
