"""What must be settled before a line is changed; docs/rules/arrears.md."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.broadband.rules.arrears import arrears, require_settled
from app.broadband.rules.late_fee import LateFee
from app.values.errors import OperationRefused


def test_arrears_are_open_charges_and_days_used_without_cover() -> None:
    late = LateFee(days_used=19, days_late=20, base=Decimal("31.23"), amount=Decimal("1.87"))
    assert arrears([Decimal("30.00"), Decimal("12.50")], late) == Decimal("75.60")
    assert arrears([], LateFee()) == 0


def refuses(owed: str) -> bool:
    try:
        require_settled(Decimal(owed), currency="CNY")
    except OperationRefused:
        return True
    return False


def test_a_line_may_be_changed_once_the_last_fen_is_settled() -> None:
    assert [refuses(owed) for owed in ("1.00", "0.01", "0.00")] == [True, True, False]


def test_arrears_are_settled_first() -> None:
    with pytest.raises(OperationRefused) as refusal:
        require_settled(Decimal("0.01"), currency="CNY")
    assert refusal.value.code == "arrears_open"
    assert refusal.value.message.parameters == {"amount": Decimal("0.01"), "currency": "CNY"}
