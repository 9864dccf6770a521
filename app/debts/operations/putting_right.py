"""What a charge asks for is put right by a difference: a correction of its readings came after it was paid, or its period was closed."""

from __future__ import annotations

from decimal import Decimal

from app.billing.choices import AdjustmentKind
from app.billing.models import Adjustment, Approval
from app.debts.operations.adjusting import adjust_charge


def adjust_by(charge: int, difference: Decimal, reason: str) -> Adjustment | Approval:
    """Raise a charge by a difference, or lower it by one below 0, or ask for it. Raises as ``adjust_charge`` does."""
    kind = AdjustmentKind.RAISE if difference > 0 else AdjustmentKind.LOWER
    return adjust_charge(charge=charge, kind=kind, amount=abs(difference), reason=reason)
