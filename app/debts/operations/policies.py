"""The debt policy: of a new office, and as people change it."""

from __future__ import annotations

import re
from decimal import Decimal

from app.debts.models import DebtPolicy
from app.foundation.database import db
from app.foundation.transactions import explain_constraint
from app.foundation.views.saving import Values, saving
from app.offices.choices import Currency
from app.offices.models import Office
from app.values.email_addresses import is_email
from app.values.errors import Message, OperationRefused
from app.values.money import require_fee

# Below it nobody is proposed for locking.
LEAST_DEBT = {Currency.VND: Decimal(500_000)}
# Nobody is reminded of less: what a letter costs.
LEAST_REMINDER = {Currency.VND: Decimal(10_000), Currency.USD: Decimal(1)}
LEAST_REMINDER_ELSEWHERE = Decimal(5)
MOST_ADDRESSES = 20
for _name, _field in (("interest", "interest_rate"), ("interest_grace", "interest_grace"), ("promise_max_days", "promise_max_days")):
    explain_constraint(f"ck_debt_policy_{_name}", Message("This value is outside what a debt policy allows."), _field)
explain_constraint("ck_debt_policy_reminding", Message("The amount must not be negative."), "remind_min_debt")
explain_constraint("ck_debt_policy_locking", Message("This value is outside what a debt policy allows."), "lock_after_days")


def make_debt_policy(office: Office) -> None:
    """Give a new office its debt policy with the defaults."""
    db.session.add(
        DebtPolicy(
            office_id=office.id,
            lock_min_debt=LEAST_DEBT.get(office.currency, Decimal(0)),
            remind_min_debt=LEAST_REMINDER.get(office.currency, LEAST_REMINDER_ELSEWHERE),
        )
    )


def save_debt_policy(*, record: int | None, office: int | None, version: str | None, values: Values) -> DebtPolicy:
    """Change settings of an office's debt policy. Raises OperationRefused for an e-mail address that is none, and for a negative amount."""
    given = dict(values)
    if given.get("digest_to"):
        given["digest_to"] = ", ".join(addresses_of(given["digest_to"]))
    saved: DebtPolicy = saving(DebtPolicy)(record=record, office=office, version=version, values=tuple(given.items()))
    currency = saved.office.currency.value
    for field in ("lock_min_debt", "remind_min_debt", "adjustment_limit"):
        amount = getattr(saved, field)
        if field in given and amount is not None:
            require_fee(amount, currency, field=field)
    return saved


def addresses_of(text: str) -> list[str]:
    """Return the e-mail addresses in ``text``, each once. Raises OperationRefused for one that cannot be written to."""
    found = list(dict.fromkeys(part for part in re.split(r"[\s,;，；、]+", text) if part))
    for address in found:
        if not is_email(address):
            raise OperationRefused(Message("%(text)s is no e-mail address.", text=address), code="bad_email", field="digest_to")
    if len(found) > MOST_ADDRESSES:
        raise OperationRefused(Message("At most %(most)s addresses.", most=MOST_ADDRESSES), code="too_many", field="digest_to")
    return found
