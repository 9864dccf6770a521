"""Payments in a period 繳費期間查詢 (B3.2, B4.2): every field of the regular payments (B2.4), from a day to a day, with sums.

Core statements over the offices they are given; the rows stream from a cursor of the server, so that a year of payments makes no
object each and fits in memory.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.billing.choices import DocumentStatus
from app.broadband.models import Plan, RegularPayment, Subscription
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.views.columns import Kind
from app.foundation.views.report import ReportColumn
from app.offices.models import SystemUser
from app.reports.period import Period, Summary
from app.values.errors import N_

TITLE = N_("Payments in a period")
BATCH = 1_000

COLUMNS = (
    ReportColumn("number", N_("Payment number")),
    ReportColumn("customer_no", N_("Customer number")),
    ReportColumn("customer_name", N_("Customer name")),
    ReportColumn("broadband_account", N_("Broadband account")),
    ReportColumn("plan_name", N_("Plan type")),
    ReportColumn("plan_fee", N_("Plan fee"), Kind.MONEY),
    ReportColumn("months", N_("Months paid"), Kind.NUMBER, is_summed=True),
    ReportColumn("gift_months", N_("Gift months"), Kind.NUMBER, is_summed=True, hides_zero=True),
    ReportColumn("plan_total", N_("Plan fee total"), Kind.MONEY, is_summed=True),
    ReportColumn("maintenance_fee", N_("Maintenance fee"), Kind.MONEY, hides_zero=True),
    ReportColumn("maintenance_total", N_("Maintenance total"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("other_item", N_("Other item")),
    ReportColumn("other_fee", N_("Other fee"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("discount", N_("Discount"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("arrears", N_("Arrears"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("late_fee", N_("Late fee"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("total", N_("Total"), Kind.MONEY, is_summed=True),
    ReportColumn("total_in_words", N_("Total in words")),
    ReportColumn("cashier", N_("Taken by")),
    ReportColumn("paid_on", N_("Paid on"), Kind.DAY),
    ReportColumn("booked_on", N_("Booked on"), Kind.DAY),
    ReportColumn("period_start", N_("Period start"), Kind.DAY),
    ReportColumn("period_end", N_("Period end"), Kind.DAY),
    ReportColumn("note", N_("Note")),
    ReportColumn("status", N_("Status"), Kind.CHOICE),
)
SUMMED = tuple(column.name for column in COLUMNS if column.is_summed)

_payment: Any = RegularPayment.__table__
_customer: Any = Customer.__table__
_line: Any = Subscription.__table__
_plan: Any = Plan.__table__
_cashier: Any = SystemUser.__table__


def summary(period: Period) -> Summary:
    """Return the count and the sums of all payments of ``period``."""
    stands = _payment.c.reversal_id.is_(None)
    sums = [func.coalesce(func.sum(_payment.c[name]).filter(stands), 0) for name in SUMMED]
    statement = select(func.count(), *sums).select_from(_payment).where(*_conditions(period))
    count, *totals = db.session.connection().execute(statement).one()
    return Summary(count, {name: Decimal(total) for name, total in zip(SUMMED, totals, strict=True)})


def page(period: Period, *, first: int, size: int) -> Sequence[Mapping[str, Any]]:
    """Return ``size`` payments of ``period`` after the ``first`` ones, in the order of their days."""
    statement = _rows(period).offset(first).limit(size)
    return [_row(found) for found in db.session.connection().execute(statement).mappings()]


def every_row(period: Period) -> Iterator[Mapping[str, Any]]:
    """Yield all payments of ``period`` in the order of their days, in batches from the server's cursor."""
    streaming = _rows(period).execution_options(yield_per=BATCH)
    for found in db.session.connection().execute(streaming).mappings():
        yield _row(found)


def payments_in_period(*, offices: Sequence[int], start: datetime.date, end: datetime.date) -> list[Mapping[str, Any]]:
    """Return all payments of a period, oldest first; voided ones are marked ``is_voided``. The cashier stands by his user name."""
    return [{**row, "cashier": row["username"]} for row in every_row(Period(offices, start, end))]


def _rows(period: Period) -> Select[Any]:
    own = [column for column in _payment.c if column.name not in ("created_by_id", "cashier_id")]
    named = (
        _customer.c.customer_no,
        _customer.c.name.label("customer_name"),
        _line.c.broadband_account,
        _plan.c.name.label("plan_name"),
        func.trim(_cashier.c.first_name + " " + _cashier.c.last_name).label("cashier"),
        _cashier.c.username,
    )
    joined = (
        _payment.join(_customer, _customer.c.id == _payment.c.customer_id)
        .join(_line, _line.c.id == _payment.c.subscription_id)
        .join(_plan, _plan.c.id == _payment.c.plan_id)
        .join(_cashier, _cashier.c.id == _payment.c.cashier_id)
    )
    ordered = select(*own, *named).select_from(joined).where(*_conditions(period))
    return ordered.order_by(_payment.c.paid_on, _payment.c.id)


def _conditions(period: Period) -> list[ColumnElement[bool]]:
    conditions = [_payment.c.office_id.in_(period.offices), _payment.c.paid_on.between(period.start, period.end)]
    if period.plan is not None:
        conditions.append(_payment.c.plan_id == period.plan)
    if period.status is not None:
        is_voided = _payment.c.reversal_id.is_not(None)
        conditions.append(is_voided if period.status is DocumentStatus.VOIDED else ~is_voided)
    return conditions


def _row(found: Mapping[str, Any]) -> dict[str, Any]:
    is_voided = found["reversal_id"] is not None
    status = DocumentStatus.VOIDED if is_voided else DocumentStatus.VALID
    return {**found, "is_voided": is_voided, "status": status}
