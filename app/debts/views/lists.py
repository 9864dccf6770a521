"""The debts of an office with their ages, and how the collection stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import url_for

from app.billing.choices import AgeingBucket, FeeKind
from app.debts.choices import DebtGroup
from app.debts.queries.collection import collection_status
from app.debts.queries.open_debts import DebtFilter, debts_by
from app.foundation.i18n import current_locale, say
from app.foundation.views import Kind, ReportColumn, ReportFilter, ReportView, Span, Terms, action_to
from app.foundation.views.addresses import address
from app.foundation.views.links import address_of, may_open, view_named
from app.offices.menu import today_here
from app.values import formats
from app.values.errors import N_

# How a query names the month at the end of what a row stands for: 2026-06.
WITHOUT_UNIT, WITHOUT_SERVICE, WITHOUT_PERIOD = N_("No unit"), N_("No service"), N_("No billing period")
# The record that a row stands for.
PAGES = {DebtGroup.CUSTOMER: "CustomerView", DebtGroup.UNIT: "UnitView", DebtGroup.CHARGE: "ChargeView"}
# What a row leads on to: its group -> the group below, and the filter that the row sets.
BELOW = {
    DebtGroup.BUILDING: (DebtGroup.UNIT, "building"),
    DebtGroup.SERVICE: (DebtGroup.CUSTOMER, "service"),
    DebtGroup.CUSTOMER: (DebtGroup.CHARGE, "customer"),
    DebtGroup.UNIT: (DebtGroup.CHARGE, "unit"),
}
PLACES = [
    ReportFilter("building", N_("Building"), lookup="building"),
    ReportFilter("service", N_("Service"), lookup="service"),
    ReportFilter("period", N_("Billing period"), lookup="billing_period"),
    ReportFilter("customer", N_("Customer"), lookup="customer"),
    ReportFilter("unit", N_("Unit"), lookup="unit"),
]


def debt_filter(given: dict[str, Any]) -> DebtFilter:
    """Return what the filters of a page ask for."""
    return DebtFilter(
        building=given.get("building"),
        unit=given.get("unit"),
        service=given.get("service"),
        period=given.get("period"),
        customer=given.get("customer"),
        age=given.get("age"),
    )


def debt_rows(*, offices: Sequence[int], day: Any, **given: Any) -> list[dict[str, Any]]:
    """Return the rows of the debts as the page and its files show them."""
    group = given.get("group") or DebtGroup.CUSTOMER
    return [_named(dict(row), group) for row in debts_by(group, offices, day, today_here(), debt_filter(given))]


def _named(row: dict[str, Any], group: DebtGroup) -> dict[str, Any]:
    without = {
        DebtGroup.UNIT: WITHOUT_UNIT,
        DebtGroup.BUILDING: WITHOUT_UNIT,
        DebtGroup.PERIOD: WITHOUT_PERIOD,
        DebtGroup.SERVICE: WITHOUT_SERVICE,
    }
    kind = row.get("fee_kind") or (row["detail"] if group is DebtGroup.SERVICE else None)
    if isinstance(kind, FeeKind):
        row["detail"] = say(kind) if group is DebtGroup.SERVICE else row["detail"]
        row["name"] = row["name"] or say(kind)
    return row | {"group": group, "name": _with_month(row["name"], group) or say(without.get(group, N_("Other fee")))}


def _with_month(name: str | None, group: DebtGroup) -> str | None:
    """Return the name of a row with its month as the reader writes it."""
    if name is None or group not in (DebtGroup.PERIOD, DebtGroup.CHARGE):
        return name
    return formats.with_month(name, current_locale())


def _to_record(row: Any, terms: Terms) -> str | None:
    """Return the page of what a row stands for, else the rows below it."""
    view = PAGES.get(row["group"])
    if view is None or row["key"] is None:
        return _below(row)
    found = view_named(view)
    return address_of(f"{view}.show", pk=row["key"]) if found is not None and may_open(found, "show") else None


def _below(row: Any) -> str | None:
    group, name = BELOW.get(row["group"], (None, ""))
    return None if group is None or row["key"] is None else address(group=group.value, **{name: str(row["key"])})


def _to_rows(row: Any, terms: Terms) -> str | None:
    """Return the address of the rows behind the number of a row's charges."""
    return _below(row)


AGES = [ReportColumn(bucket.value, bucket.label, Kind.MONEY, is_summed=True, hides_zero=True) for bucket in AgeingBucket]


class DebtsView(ReportView):
    """Debts 欠费 / công nợ (S1.3): what is open, since when, as it stood on any day, by whom or where."""

    title, icon = N_("Debts"), "coins"
    help = N_("What is open as of a day, by the booking days of charges and payments.")
    span, default_preset = Span.DAY, "today"
    empty_text = N_("Nothing is owed.")
    columns = [
        ReportColumn("name", N_("Name"), link=_to_record),
        ReportColumn("detail", N_("Detail")),
        ReportColumn("since", N_("Oldest due date"), Kind.DAY),
        ReportColumn("charges", N_("Charges"), Kind.NUMBER, link=_to_rows, is_summed=True),
        *AGES,
        ReportColumn("overdue", N_("Overdue"), Kind.MONEY, is_summed=True, hides_zero=True),
        ReportColumn("total", N_("Total"), Kind.MONEY, is_summed=True),
    ]
    filters = [
        ReportFilter("group", N_("Shown"), choices=DebtGroup),
        *PLACES,
        ReportFilter("age", N_("Age"), choices=AgeingBucket),
    ]
    query = staticmethod(debt_rows)


def status_rows(*, offices: Sequence[int], day: Any, **given: Any) -> list[dict[str, Any]]:
    """Return how the collection stands with every customer who is late."""
    return collection_status(offices, day, today_here(), debt_filter(given))


def _to_customer(row: Any, terms: Terms) -> str | None:
    opened = action_to("CustomerView", "", route="show", pk=row["customer_id"])
    return opened["href"] if opened is not None else None


def _to_history(row: Any, terms: Terms) -> str:
    return url_for("CollectionStepView.list", customer=row["customer_id"])


class CollectionStatusView(ReportView):
    """How the collection stands (S2.4): who is late, with how much, what was done last, and whether a promise is open."""

    title, icon = N_("Collection status"), "speakerphone"
    help = N_("Every customer with something overdue, and what was done last.")
    span, default_preset = Span.DAY, "today"
    empty_text = N_("Nobody is late.")
    columns = [
        ReportColumn("customer", N_("Customer"), link=_to_customer),
        ReportColumn("customer_no", N_("Customer number")),
        ReportColumn("since", N_("Oldest due date"), Kind.DAY),
        ReportColumn("overdue", N_("Overdue"), Kind.MONEY, is_summed=True),
        replace(AGES[-1]),
        ReportColumn("step", N_("Last step"), link=_to_history),
        ReportColumn("step_on", N_("Done on"), Kind.DAY),
        ReportColumn("promise", N_("Promise to pay"), Kind.CHOICE),
        ReportColumn("promised_by", N_("Promised by"), Kind.DAY),
        ReportColumn("paid_on", N_("Last payment"), Kind.DAY),
    ]
    filters = PLACES[:2] + PLACES[3:]
    query = staticmethod(status_rows)
