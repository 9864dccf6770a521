"""The debt policy of an office."""

from __future__ import annotations

from sqlalchemy import Select, select

from app.billing.rules.late_interest import InterestTerms
from app.debts.models import DebtPolicy
from app.foundation.database import db
from app.values.errors import Message, NotFound


def policy_of(office_id: int) -> Select[tuple[DebtPolicy]]:
    """Return the office's debt policy."""
    return select(DebtPolicy).where(DebtPolicy.office_id == office_id)


def policy(office_id: int) -> DebtPolicy:
    """Return the debt policy of an office; every office has one."""
    found: DebtPolicy | None = db.session.scalars(policy_of(office_id)).one_or_none()
    if found is None:
        raise NotFound(Message("This record does not exist."), code="not_found")
    return found


def interest_terms(rules: DebtPolicy) -> InterestTerms:
    """Return what a policy says of late interest."""
    return InterestTerms(rules.interest_rate, rules.interest_grace, rules.interest_cap)
