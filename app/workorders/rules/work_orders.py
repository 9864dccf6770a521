"""What a work order costs: every material's amount is rounded once, and the total adds what is printed (docs/rules/work_orders.md)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, require_fee, rounded, sum_of

# Two visits of one installer that begin closer to each other than this overlap.
VISIT = datetime.timedelta(hours=2)
# Quantities have four decimals in the database.
QUANTITY_PLACES = 4
LARGEST_QUANTITY = Decimal(1_000_000)


@dataclass(frozen=True)
class Fees:
    """The fees of an order besides its materials: 初裝費, 手續費, 工料費, 其他."""

    installation_fee: Decimal = ZERO
    handling_fee: Decimal = ZERO
    labour_material_fee: Decimal = ZERO
    other_fee: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return sum_of((self.installation_fee, self.handling_fee, self.labour_material_fee, self.other_fee))

    def checked(self, currency: str) -> Fees:
        """Return the fees with exactly the decimals of ``currency``. Raises OperationRefused for a negative one or too many decimals."""
        return Fees(**{name: require_fee(getattr(self, name), currency, field=name) for name in FEES})


FEES = ("installation_fee", "handling_fee", "labour_material_fee", "other_fee")


def require_quantity(quantity: Decimal, *, field: str = "materials") -> Decimal:
    """Return ``quantity`` if it can be used. Raises OperationRefused for 0, less, too much or more than four decimals."""
    if not quantity.is_finite() or quantity <= 0:
        raise OperationRefused(Message("The quantity of a material must be above 0."), code="quantity_not_positive", field=field)
    if quantity > LARGEST_QUANTITY or round(quantity, QUANTITY_PLACES) != quantity:
        raise OperationRefused(
            Message("A quantity is at most %(most)s, with at most %(places)s decimals.", most=LARGEST_QUANTITY, places=QUANTITY_PLACES),
            code="quantity_unusable",
            field=field,
        )
    return quantity


def material_amount(quantity: Decimal, unit_price: Decimal, currency: str) -> Decimal:
    """Return quantity × price, rounded half-up once to the step of ``currency``."""
    return rounded(quantity * unit_price, currency)


def order_total(fees: Fees, amounts: Iterable[Decimal]) -> Decimal:
    """Return 合計: the fees and the amounts of the materials."""
    return fees.total + sum_of(amounts)


def overlap(one: datetime.datetime, other: datetime.datetime) -> bool:
    """Tell whether two appointments of one installer are too close to each other."""
    return abs(one - other) < VISIT
