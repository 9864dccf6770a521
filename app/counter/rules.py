"""What the counter proposes: how many months to pay, and which banknotes a customer may hand over. Pure."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from app.values.money import rounded

MOST_PROPOSALS = 5
USUAL_MONTHS = (1, 3, 6, 12, 24, 36)
MOST_USUAL = 4
# The notes people pay with; what they hand over is the amount rounded up to some of them.
NOTES: dict[str, tuple[int, ...]] = {
    "CNY": (10, 50, 100),
    "HKD": (10, 50, 100, 500),
    "USD": (5, 10, 20, 50, 100),
    "VND": (10_000, 50_000, 100_000, 500_000),
}


def proposed_months(package: int) -> list[int]:
    """Return the months that are offered of a plan sold in steps of ``package`` months: 1, 3, 6, 12; of a yearly one 12, 24, 36."""
    usual = [months for months in USUAL_MONTHS if months % package == 0]
    return usual[:MOST_USUAL] or [package, package * 2]


def proposed_cash(total: Decimal, currency: str) -> list[Decimal]:
    """Return the exact amount and the next round amounts above it, ascending: 85 gives 85, 90, 100."""
    if total <= 0:
        return []
    amounts = {rounded(total, currency)}
    for note in NOTES.get(currency, (10, 100)):
        amounts.add((total / note).to_integral_value(ROUND_CEILING) * note)
    return [rounded(amount, currency) for amount in sorted(amounts)][:MOST_PROPOSALS]
