"""A fee below the office's price list 業務價目表: where prices are firm, with the right to give discounts and a reason.

Source: money rules §4, discounts and waivers; docs/rules/fees.md.
"""

from __future__ import annotations

from decimal import Decimal

from app.values.errors import Message, NotAllowed, OperationRefused
from app.values.money import require_fee


def agreed_fee(
    *, asked: Decimal | None, listed: Decimal, is_firm: bool, may_lower: bool, reason: str, currency: str, field: str = "fee"
) -> Decimal:
    """Return the fee to charge: the one ``asked`` for, or the ``listed`` one where nothing was asked. More than listed is always possible.

    Less is possible too, unless the prices of the office are firm: then it raises OperationRefused without a reason, and NotAllowed when
    it is asked by somebody who may not lower a price.
    """
    if asked is None:
        return listed
    fee = require_fee(asked, currency, field=field)
    if fee >= listed or not is_firm:
        return fee
    if not may_lower:
        raise NotAllowed(
            Message("You may not go below the price of %(listed)s in the list. Ask a manager to do it.", listed=listed, currency=currency),
            code="fee_below_price",
            field=field,
        )
    if not reason.strip():
        raise OperationRefused(
            Message("The price in the list is %(listed)s. Give a reason for taking less.", listed=listed, currency=currency),
            code="fee_below_price",
            field="reason",
        )
    return fee
