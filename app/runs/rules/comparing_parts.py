"""What a unit would have owed for a period by other prices: the parts of its period by both, as one difference.

Source: fee rules §2; docs/rules/tariffs.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.runs.rules.unit_bills import Outcome, PartBill, PartFault
from app.tariffs.rules.comparing import Difference
from app.values.errors import Message
from app.values.money import sum_of


def unit_difference(unit: int, code: str, before: Sequence[Outcome], after: Sequence[Outcome]) -> Difference | None:
    """Return what ``unit`` owes by both, all parts together; None where it has nothing of the service.

    One part without a bill leaves the unit without a total: half of a period is no answer.
    """
    if not after:
        return None
    new, problem = _total(after)
    old, _ = _total(before)
    facts = next((part.facts for part in after if isinstance(part, PartBill)), {})
    return Difference(unit, code, facts, None if new is None else old, new, problem)


def _total(parts: Sequence[Outcome]) -> tuple[Decimal | None, Message | None]:
    fault = next((part for part in parts if isinstance(part, PartFault)), None)
    if fault is not None:
        return None, fault.reason
    return sum_of(part.bill.total for part in parts if isinstance(part, PartBill)), None
