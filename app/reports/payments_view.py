"""The pages of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import url_for

from app.billing.choices import DocumentStatus
from app.foundation.views import ReportFilter, Terms
from app.reports import payments_in_period
from app.reports.paged_view import PagedReportView, Window
from app.reports.payments_in_period import COLUMNS, TITLE
from app.reports.period import Period, Summary
from app.values.errors import N_


def _link_to_receipt(row: Any, terms: Terms) -> str:
    return url_for("ReceiptView.show", pk=row["receipt_id"])


class PaymentsReportView(PagedReportView):
    """Payments in a period 繳費期間查詢 (B3.2), with the sums that B4.2 asks for; page by page, since a month may have 200,000."""

    title = TITLE
    icon = "report-money"
    default_preset = "today"
    empty_text = N_("No payment was taken in this period.")
    columns = [replace(column, link=_link_to_receipt) if column.name == "number" else column for column in COLUMNS]
    filters = [
        ReportFilter("plan", N_("Plan type"), lookup="plan"),
        ReportFilter("status", N_("Status"), choices=DocumentStatus),
    ]

    summary = staticmethod(payments_in_period.summary)
    every_row = staticmethod(payments_in_period.every_row)

    def read(self, period: Period, window: Window) -> tuple[Summary, Sequence[Mapping[str, Any]], dict[str, Any]]:
        found = payments_in_period.summary(period)
        rows = payments_in_period.page(period, first=window.first, size=window.size) if found.count else []
        return found, rows, {}
