"""A report whose rows may be thousands: shown page by page, with the sums of all of them, and given whole as a file, row by row."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from flask_appbuilder import expose

from app.foundation import exports
from app.foundation.views import ReportView, Terms, currency_of
from app.foundation.views.access import needs
from app.foundation.views.addresses import PAGE, SIZE, pages_of
from app.foundation.views.columns import Column
from app.foundation.views.interface import page_number, page_size
from app.foundation.views.report import EXPORT_SORTS
from app.reports.period import Period, Summary
from app.values.errors import Malformed, Message


@dataclass
class Window:
    """Which page of the rows is shown."""

    page: int
    size: int

    @property
    def first(self) -> int:
        return (self.page - 1) * self.size


class PagedReportView(ReportView):
    """The base of such a report. ``read`` returns the sums of all rows, the rows of the window, and further variables of the template."""

    template = "reports/paged.html"
    summary: Callable[[Period], Summary]
    every_row: Callable[[Period], Iterable[Mapping[str, Any]]]

    @abstractmethod
    def read(self, period: Period, window: Window) -> tuple[Summary, Sequence[Mapping[str, Any]], dict[str, Any]]:
        """Return what one page shows."""

    def shown(self, terms: Terms) -> Any:
        """Show one page of the rows and the sums of all of them."""
        window = Window(page_number(request.args.get(PAGE)), page_size(request.args.get(SIZE)))
        summary, rows, more = self.read(_period(terms), window)
        shown = [self.row(row, terms) for row in rows]
        pages = pages_of(window, summary.count)
        return self.page(terms, shown, count=summary.count, is_cut=False, pages=pages, totals=summary.totals, **more)

    @expose("/export/<string:sort>")
    @needs("export")
    def export(self, sort: str) -> Response:
        """Give all rows of the period as a file, row by row."""
        if sort not in EXPORT_SORTS:
            raise Malformed(Message("This file format is not offered."), code="bad_format")
        terms = self.terms(request.args)
        period = _period(terms)
        columns = [Column(column.name, column.label, column.kind) for column in self.columns]
        values = ([row[column.name] for column in columns] for row in self.every_row(period))
        summary = self.summary(period)
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


def _period(terms: Terms) -> Period:
    return Period(terms.offices, terms.start, terms.end, **terms.values)
