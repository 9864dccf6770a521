"""Amounts of money: a Decimal and the code of a currency, never a float.

``CURRENCIES`` is the only place that knows how many decimals a currency has and how it is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.values.errors import Malformed, Message, OperationRefused


@dataclass(frozen=True)
class Currency:
    """A currency of an office. ``follows`` says that the symbol stands after the number in every language (3.011.520 đ)."""

    code: str
    decimals: int
    symbol: str
    follows: bool = False


CURRENCIES: dict[str, Currency] = {
    "CNY": Currency("CNY", 2, "¥"),
    "HKD": Currency("HKD", 2, "HK$"),
    "USD": Currency("USD", 2, "US$"),
    "VND": Currency("VND", 0, "đ", follows=True),
}

ZERO = Decimal(0)

# The columns are numeric(18, 2): sixteen digits before the point.
LARGEST_AMOUNT = Decimal("9999999999999999.99")


def currency_of(code: str) -> Currency:
    """Return the currency ``code``; raises Malformed when this program does not know it."""
    try:
        return CURRENCIES[code]
    except KeyError:
        raise Malformed(Message("The currency %(code)s is not known.", code=code), code="currency_unknown") from None


def decimals(currency: str) -> int:
    """Return how many decimals amounts in ``currency`` have."""
    return currency_of(currency).decimals


def step(currency: str) -> Decimal:
    """Return the smallest amount of ``currency``: 1 for VND, 0.01 for the others."""
    return Decimal(1).scaleb(-decimals(currency))


def rounded(amount: Decimal | Fraction, currency: str) -> Decimal:
    """Return ``amount`` rounded half-up (a half goes away from zero) to the step of ``currency``.

    A ``Fraction`` comes from a division: it is rounded from its exact value, so that a price of 100 for 3 months loses nothing.
    """
    places = decimals(currency)
    exact = Fraction(amount) * 10**places
    steps = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return Decimal(steps if exact >= 0 else -steps).scaleb(-places)


def rounded_down(amount: Decimal | Fraction, currency: str) -> Decimal:
    """Return ``amount``, which is not negative, cut off at the step of ``currency``: what goes back is never more than it is worth."""
    places = decimals(currency)
    exact = Fraction(amount) * 10**places
    if exact < 0:
        raise ValueError("Only what is not negative is rounded down.")
    return Decimal(exact.numerator // exact.denominator).scaleb(-places)


def require_amount(amount: Decimal, currency: str, *, field: str | None = None) -> Decimal:
    """Return ``amount`` with exactly the decimals of ``currency``, ready to be stored.

    Raises Malformed for NaN and infinity, OperationRefused when there are more decimals than the currency has or the
    amount does not fit into its column; ``field`` names the form field to blame.
    """
    if not isinstance(amount, Decimal):
        raise TypeError("An amount is a Decimal.")
    if not amount.is_finite():
        raise Malformed(Message("An amount must be a number."), code="amount_unreadable", field=field)
    require_fitting(amount, field=field)
    exact = rounded(amount, currency)
    if exact != amount:
        raise OperationRefused(_too_many_decimals(currency), code="too_many_decimals", field=field)
    return exact


def require_fitting(amount: Decimal, *, field: str | None = None) -> None:
    """Refuse an amount, also one that was added up, which does not fit into its column; ``field`` names the form field to blame."""
    if abs(amount) > LARGEST_AMOUNT:
        raise OperationRefused(Message("The amount is too large."), code="amount_too_large", field=field)


def require_fee(amount: Decimal, currency: str, *, field: str | None = None) -> Decimal:
    """Return ``amount`` as ``require_amount`` does, and refuse a negative one."""
    exact = require_amount(amount, currency, field=field)
    if exact < 0:
        raise OperationRefused(Message("The amount must not be negative."), code="negative_amount", field=field)
    return exact


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum of ``amounts``, Decimal zero when there are none."""
    return sum(amounts, ZERO)


def _too_many_decimals(currency: str) -> Message:
    places = decimals(currency)
    if places == 0:
        return Message("An amount in %(code)s has no decimals.", code=currency)
    return Message("An amount in %(code)s has at most %(places)s decimals.", code=currency, places=places)
