"""What a notice offers: 1, 3 and 12 months with their amounts, as far as the plan's package allows.

Source: printed forms C3 续费通知单; docs/rules/reminders.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.broadband.rules.payment_amount import MOST_MONTHS, payment_amount

USUAL_MONTHS = (1, 3, 12)


@dataclass(frozen=True)
class Offer:
    """So many months cost so much, maintenance included."""

    months: int
    amount: Decimal


def offered_months(package: int) -> tuple[int, ...]:
    """Return the months that are offered: those of the usual ones that are whole packages, and one package where that is none of them."""
    fitting = [months for months in USUAL_MONTHS if months % package == 0]
    return tuple(sorted({package, *fitting})) if package <= MOST_MONTHS else ()


def offers(*, plan: str, plan_fee: Decimal, plan_months: int, maintenance_fee: Decimal, currency: str) -> tuple[Offer, ...]:
    """Return what the months of a plan cost today, without discount, late fee or arrears."""
    return tuple(
        Offer(
            months,
            payment_amount(
                plan=plan, plan_fee=plan_fee, plan_months=plan_months, months=months, maintenance_fee=maintenance_fee, currency=currency
            ).total,
        )
        for months in offered_months(plan_months)
    )
