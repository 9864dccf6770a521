"""The debt policy 欠费规则 of an office."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.debts.choices import DigestRhythm
from app.debts.models import DebtPolicy
from app.debts.operations.policies import save_debt_policy
from app.debts.queries.policies import policy
from app.foundation.api import Answer, Body, Code, ListQuery, Look, Money, Number, Reference, Routes, Text, Whole, require_office
from app.foundation.api.fields import TEXT
from app.foundation.api.listing import Listing
from app.foundation.api.resource import patch_of, written
from app.foundation.views.saving import version_of

routes = Routes("Debt policies")


class DebtPolicyBody(Body):
    interest_rate = Number(Decimal(0), Decimal(1))
    interest_grace = Whole(0, 365)
    interest_cap = Number(Decimal(0), Decimal(100))
    promise_max_days = Whole(1, 366)
    lock_after_days = Whole(0, 3660)
    lock_min_debt = Money()
    remind_min_debt = Money()
    adjustment_limit = Money(allow_none=True)
    digest_rhythm = Code(DigestRhythm)
    digest_to = Text(TEXT)


class DebtPolicyAnswer(Answer):
    office = Reference(attribute="office_id")
    interest_rate = Number()
    interest_grace = Whole()
    interest_cap = Number()
    promise_max_days = Whole()
    lock_after_days = Whole()
    lock_min_debt = Money()
    remind_min_debt = Money()
    adjustment_limit = Money()
    digest_rhythm = Code(DigestRhythm)
    digest_to = Text()
    version = Whole()


POLICY = Look(DebtPolicyAnswer)
policies = Listing(DebtPolicy, POLICY, {})


@routes.get("/debt_policies", may=("DebtPolicyView", "can_list"), gives=POLICY, query=ListQuery, is_list=True)
def list_policies(query: dict[str, Any]) -> Any:
    """List the debt policies of the caller's offices."""
    return policies.answer(query)


@routes.get("/debt_policies/<int:office>", may=("DebtPolicyView", "can_show"), gives=POLICY)
def show_policy(office: int) -> DebtPolicy:
    """Show the debt policy of an office."""
    return policy(require_office(office))


@routes.patch("/debt_policies/<int:office>", may=("DebtPolicyView", "can_edit"), takes=patch_of(DebtPolicyBody), gives=POLICY)
def change_policy(office: int, body: dict[str, Any]) -> Any:
    """Change settings of the debt policy of an office."""
    rules = policy(require_office(office))
    version = str(body.pop("version", "")) or version_of(rules)
    return written(save_debt_policy, record=rules.id, office=None, version=version, values=tuple(sorted(body.items()))).record
