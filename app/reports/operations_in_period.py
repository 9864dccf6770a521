"""Suspensions 報停期間查詢 (B3.3) and closures 銷戶期間查詢 (B3.4) in a period: every field of B2.7 and B2.9, voided ones marked."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select

from app.broadband.models import Closure, LineOperation, Subscription, SubscriptionEvent, Suspension
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.views.columns import Kind
from app.foundation.views.report import ReportColumn
from app.places.models import Community
from app.values.errors import N_

SUSPENSIONS, CLOSURES = N_("Suspensions in a period"), N_("Closures in a period")

_WHO = (
    ReportColumn("customer_no", N_("Customer number")),
    ReportColumn("customer_name", N_("Customer name")),
    ReportColumn("broadband_account", N_("Broadband account")),
    ReportColumn("community", N_("Community name")),
    ReportColumn("address", N_("Address")),
    ReportColumn("telephone", N_("Telephone")),
    ReportColumn("mobile", N_("Mobile")),
    ReportColumn("id_number", N_("ID number")),
)
SUSPENSION_COLUMNS = (
    *_WHO,
    ReportColumn("fee", N_("Suspension fee"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("suspended_on", N_("Suspended on"), Kind.DAY),
    ReportColumn("planned_resume_on", N_("Planned resume date"), Kind.DAY),
    ReportColumn("note", N_("Note")),
)
CLOSURE_COLUMNS = (
    *_WHO,
    ReportColumn("closed_on", N_("Closed on"), Kind.DAY),
    ReportColumn("refund", N_("Refund"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("status", N_("Subscription status"), Kind.CHOICE),
    ReportColumn("note", N_("Note")),
)


def suspensions_in_period(*, offices: Sequence[int], start: datetime.date, end: datetime.date) -> list[Mapping[str, Any]]:
    """Return the suspensions of a period, oldest first; voided ones are marked ``is_voided``."""
    return _rows(Suspension, Suspension.suspended_on, offices, start, end, ("fee", "suspended_on", "planned_resume_on", "note"))


def closures_in_period(*, offices: Sequence[int], start: datetime.date, end: datetime.date) -> list[Mapping[str, Any]]:
    """Return the closures of a period, oldest first, with the state of their lines."""
    rows = _rows(Closure, Closure.closed_on, offices, start, end, ("closed_on", "refund", "note"))
    return [{**row, "status": row["state"]} for row in rows]


def _rows(
    model: type[LineOperation], day: Any, offices: Sequence[int], start: datetime.date, end: datetime.date, own: Sequence[str]
) -> list[Mapping[str, Any]]:
    found = db.session.execute(_statement(model, day, offices, start, end))
    return [_row(operation, customer, own, *rest) for operation, customer, *rest in found]


def _statement(model: Any, day: Any, offices: Sequence[int], start: datetime.date, end: datetime.date) -> Select[Any]:
    return (
        select(model, Customer, Community.name, Subscription.broadband_account, Subscription.state, SubscriptionEvent.reversal_id)
        .join(Customer, Customer.id == model.customer_id)
        .join(Community, Community.id == model.community_id)
        .join(Subscription, Subscription.id == model.subscription_id)
        .join(SubscriptionEvent, SubscriptionEvent.id == model.event_id)
        .where(model.office_id.in_(offices), day.between(start, end))
        .order_by(day, model.id)
    )


def _row(
    operation: Any, customer: Customer, own: Sequence[str], community: str, account: str, state: Any, reversal: int | None
) -> Mapping[str, Any]:
    return {
        "id": operation.id,
        "subscription_id": operation.subscription_id,
        "customer_no": customer.customer_no,
        "customer_name": customer.name,
        "broadband_account": account,
        "community": community,
        "address": operation.address,
        "telephone": operation.telephone,
        "mobile": customer.mobile,
        "id_number": customer.masked_id_number,
        "state": state,
        "is_voided": reversal is not None,
        **{name: getattr(operation, name) for name in own},
    }
