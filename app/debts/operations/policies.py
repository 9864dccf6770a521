"""The debt policy of a new office."""

from __future__ import annotations

from decimal import Decimal

from app.debts.models import DebtPolicy
from app.foundation.database import db
from app.offices.choices import Currency
from app.offices.models import Office

# Below it nobody is proposed for locking.
LEAST_DEBT = {Currency.VND: Decimal(500_000)}


def make_debt_policy(office: Office) -> None:
    """Give a new office its debt policy with the defaults."""
    db.session.add(DebtPolicy(office_id=office.id, lock_min_debt=LEAST_DEBT.get(office.currency, Decimal(0))))
