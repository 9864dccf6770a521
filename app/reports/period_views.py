"""The pages of the other reports: operations of a period, communities, openings, takings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from app.foundation.i18n import FILTERS
from app.foundation.views import ReportView, Terms
from app.foundation.views.columns import Cell, Column, kind_of_value
from app.foundation.views.report import ReportColumn
from app.reports import daily_takings, openings_in_period, operations_in_period, subscribers_by_community
from app.reports.paged_view import PagedReportView, Window
from app.reports.period import Period, Summary, summed
from app.values.errors import N_

MOST_BARS = 31  # more cannot be told from each other


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: what it is, how long, and its figure."""

    label: str
    value: int


def _to_line(row: Any, terms: Terms) -> str:
    return url_for("SubscriptionView.show", pk=row["subscription_id"])


def _on_day(argument: str) -> Callable[[Any, Terms], str]:
    """Return the link from a day's figure to the lines behind it."""

    def link(row: Any, terms: Terms) -> str:
        day = row["day"].isoformat()
        days: dict[str, Any] = {f"{argument}_from": day, f"{argument}_to": day}
        return url_for("SubscriptionView.list", **days)

    return link


def _receipts_of(row: Any, terms: Terms) -> str | None:
    """Return the link from what a customer paid to his receipts of the period."""
    if row["customer_id"] is None:
        return None
    days: dict[str, Any] = {"booked_on_from": terms.start.isoformat(), "booked_on_to": terms.end.isoformat()}
    return url_for("ReceiptView.list", customer=row["customer_id"], **days)


def _linked(columns: Sequence[ReportColumn], name: str, link: Any) -> list[ReportColumn]:
    return [replace(column, link=link) if column.name == name else column for column in columns]


class SuspensionsReportView(ReportView):
    """Suspensions in a period 報停期間查詢 (B3.3)."""

    title, icon = operations_in_period.SUSPENSIONS, "player-pause"
    empty_text = N_("No line was suspended in this period.")
    columns = _linked(operations_in_period.SUSPENSION_COLUMNS, "broadband_account", _to_line)
    query = staticmethod(operations_in_period.suspensions_in_period)


class ClosuresReportView(ReportView):
    """Closures in a period 銷戶期間查詢 (B3.4)."""

    title, icon = operations_in_period.CLOSURES, "archive"
    empty_text = N_("No line was closed in this period.")
    columns = _linked(operations_in_period.CLOSURE_COLUMNS, "broadband_account", _to_line)
    query = staticmethod(operations_in_period.closures_in_period)


class CommunityReportView(ReportView):
    """Subscribers by community 按小區期間統計 (B4.1), as of the end of the period."""

    title, icon = subscribers_by_community.TITLE, "building-community"
    help = N_("As of the end of the period, from the history of every line.")
    empty_text = N_("No community had a subscriber in this period.")
    template = "reports/with_bars.html"
    columns = _linked(
        subscribers_by_community.COLUMNS, "community", lambda row, terms: url_for("SubscriptionView.list", community=row["community_id"])
    )
    query = staticmethod(subscribers_by_community.subscribers_by_community)

    def extras(self, terms: Terms, records: Sequence[Any]) -> dict[str, Any]:
        largest = sorted(records, key=lambda row: -row["subscribers"])[:MOST_BARS]
        return {"bars": [Bar(row["community"], int(row["subscribers"])) for row in largest if row["subscribers"]]}


class OpeningsReportView(ReportView):
    """Openings in a period 開戶期間統計 (B4.3)."""

    title, icon = openings_in_period.TITLE, "user-plus"
    empty_text = N_("No account was opened in this period.")
    template = "reports/with_bars.html"
    columns = _linked(_linked(openings_in_period.COLUMNS, "openings", _on_day("applied_on")), "activations", _on_day("activated_on"))
    query = staticmethod(openings_in_period.openings_in_period)

    def extras(self, terms: Terms, records: Sequence[Any]) -> dict[str, Any]:
        shown = records if len(records) <= MOST_BARS else []
        return {"bars": [Bar(FILTERS["day"](row["day"]), int(row["openings"])) for row in shown if row["openings"]]}


class TakingsReportView(PagedReportView):
    """Today's takings 當天交費統計 (B4.4): equal to the journal's money of the day, and the same by method."""

    title, icon = daily_takings.TITLE, "cash-banknote"
    default_preset = "today"
    empty_text = N_("No money moved in this period.")
    template = "reports/takings.html"
    columns = _linked(
        _linked(daily_takings.COLUMNS, "total", _receipts_of),
        "customer_name",
        lambda row, terms: url_for("CustomerView.show", pk=row["customer_id"]) if row["customer_id"] else None,
    )
    summary = staticmethod(daily_takings.summary)
    every_row = staticmethod(daily_takings.every_row)

    def read(self, period: Period, window: Window) -> tuple[Summary, Sequence[Any], dict[str, Any]]:
        found = daily_takings.takings(period, first=window.first, size=window.size)
        columns = daily_takings.METHOD_COLUMNS
        methods = {
            "methods": [_cells(columns, row) for row in found.by_method],
            "method_columns": columns,
            "method_totals": summed(found.by_method, columns).totals,
        }
        return found.summary, found.rows, methods


def _cells(columns: Sequence[ReportColumn], row: Any) -> list[Cell]:
    return [
        Cell(Column(each.name, each.label, each.kind), _shown(each, row), kind_of_value(each.kind, row[each.name]), None)
        for each in columns
    ]


def _shown(column: ReportColumn, row: Any) -> Any:
    return None if column.hides_zero and row[column.name] == 0 else row[column.name]
