"""Plans 套餐 and the office's broadband policy."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.broadband.choices import LatePolicy, RefundPolicy
from app.broadband.models import BroadbandPolicy, Plan
from app.foundation.api import (
    Answer,
    Body,
    Code,
    Filter,
    ListQuery,
    Look,
    Money,
    Number,
    OfficeBody,
    Reference,
    Routes,
    Text,
    Whole,
    kept,
    records,
    require_office,
    same_text,
)
from app.foundation.api.fields import TEXT
from app.foundation.api.listing import Listing
from app.foundation.api.resource import patch_of, written
from app.foundation.database import db
from app.foundation.views.saving import saving, version_of
from app.values.errors import Message, NotFound

routes = Routes("Plans and policies")


class PlanBody(OfficeBody):
    name = Text(required=True)
    fee = Money(required=True)
    months = Whole(1, 120, required=True)
    note = Text(TEXT)


class PlanAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    name = Text()
    fee = Money()
    months = Whole()
    note = Text()
    version = Whole()


plans = records(
    routes,
    "plans",
    Plan,
    view="PlanView",
    look=Look(PlanAnswer),
    filters={"name": same_text(Plan.name), "months": Filter(Whole(text=True), lambda months: Plan.months == months)},
)
kept(routes, "plans", plans, view="PlanView", body=PlanBody)


class BroadbandPolicyBody(Body):
    grace_days = Whole(0, 365)
    late_policy = Code(LatePolicy)
    late_fee_rate = Number(Decimal(0), Decimal(1))
    late_fee_cap = Number(Decimal(0), Decimal(100))
    suspension_min_days = Whole(0, 3660)
    suspension_max_days = Whole(0, 3660)
    backdate_max_days = Whole(0, 366)
    refund_policy = Code(RefundPolicy)


class BroadbandPolicyAnswer(Answer):
    office = Reference(attribute="office_id")
    grace_days = Whole()
    late_policy = Code(LatePolicy)
    late_fee_rate = Number()
    late_fee_cap = Number()
    suspension_min_days = Whole()
    suspension_max_days = Whole()
    backdate_max_days = Whole()
    refund_policy = Code(RefundPolicy)
    version = Whole()


POLICY = Look(BroadbandPolicyAnswer)
policies = Listing(BroadbandPolicy, POLICY, {})


@routes.get("/broadband_policies", may=("BroadbandPolicyView", "can_list"), gives=POLICY, query=ListQuery, is_list=True)
def list_policies(query: dict[str, Any]) -> Any:
    """List the broadband policies of the caller's offices."""
    return policies.answer(query)


@routes.get("/broadband_policies/<int:office>", may=("BroadbandPolicyView", "can_show"), gives=POLICY)
def show_policy(office: int) -> BroadbandPolicy:
    """Show the broadband policy of an office."""
    return _policy(office)


@routes.patch(
    "/broadband_policies/<int:office>", may=("BroadbandPolicyView", "can_edit"), takes=patch_of(BroadbandPolicyBody), gives=POLICY
)
def change_policy(office: int, body: dict[str, Any]) -> Any:
    """Change settings of the broadband policy of an office."""
    policy = _policy(office)
    version = str(body.pop("version", "")) or version_of(policy)
    return written(saving(BroadbandPolicy), record=policy.id, office=None, version=version, values=tuple(sorted(body.items()))).record


def _policy(office: int) -> BroadbandPolicy:
    found: BroadbandPolicy | None = db.session.scalars(
        select(BroadbandPolicy).where(BroadbandPolicy.office_id == require_office(office))
    ).one_or_none()
    if found is None:
        raise NotFound(Message("This record does not exist."), code="not_found")
    return found
