"""The pages of reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request, url_for
from flask_appbuilder import expose

from app.billing.choices import DocumentStatus
from app.foundation import exports
from app.foundation.views import ReportFilter, ReportView, Terms, currency_of
from app.foundation.views.access import needs
from app.foundation.views.addresses import PAGE, SIZE, pages_of
from app.foundation.views.columns import Column
from app.foundation.views.interface import page_number, page_size
from app.foundation.views.report import EXPORT_SORTS
from app.reports import payments_in_period
from app.reports.payments_in_period import COLUMNS, TITLE
from app.reports.period import Period
from app.values.errors import N_, Malformed, Message


@dataclass
class Window:
    """Which page of the rows is shown."""

    page: int
    size: int

    @property
    def first(self) -> int:
        return (self.page - 1) * self.size


def _link_to_receipt(row: Any, terms: Terms) -> str:
    return url_for("ReceiptView.show", pk=row["receipt_id"])


class PaymentsReportView(ReportView):
    """Payments in a period 繳費期間查詢 (B3.2), with the sums that B4.2 asks for; page by page, since a month may have 200,000."""

    title = TITLE
    icon = "report-money"
    default_preset = "today"
    template = "reports/payments_in_period.html"
    empty_text = N_("No payment was taken in this period.")
    columns = [replace(column, link=_link_to_receipt) if column.name == "number" else column for column in COLUMNS]
    filters = [
        ReportFilter("plan", N_("Plan type"), lookup="plan"),
        ReportFilter("status", N_("Status"), choices=DocumentStatus),
    ]

    def shown(self, terms: Terms) -> Any:
        """Show one page of the payments and the sums of all of them."""
        period = _period(terms)
        found = payments_in_period.summary(period)
        window = Window(page_number(request.args.get(PAGE)), page_size(request.args.get(SIZE)))
        pages = pages_of(window, found.count)
        rows = payments_in_period.page(period, first=window.first, size=window.size) if found.count else []
        shown = [self.row(row, terms) for row in rows]
        return self.page(terms, shown, count=found.count, is_cut=False, pages=pages, totals=found.totals)

    @expose("/export/<string:sort>")
    @needs("export")
    def export(self, sort: str) -> Response:
        """Give all payments of the period as a file, row by row."""
        if sort not in EXPORT_SORTS:
            raise Malformed(Message("This file format is not offered."), code="bad_format")
        terms = self.terms(request.args)
        period = _period(terms)
        columns = [Column(column.name, column.label, column.kind) for column in self.columns]
        values = (_values(row, columns) for row in payments_in_period.every_row(period))
        summary = payments_in_period.summary(period)
        return exports.send(
            sort,
            self.title,
            columns,
            values,
            count=summary.count,
            currency=currency_of(),
            period=self.span_text(terms),
            totals=summary.totals,
        )


def _values(row: Any, columns: Sequence[Column]) -> Sequence[Any]:
    return [row[column.name] for column in columns]


def _period(terms: Terms) -> Period:
    return Period(terms.offices, terms.start, terms.end, **terms.values)
