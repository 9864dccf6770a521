"""The JSON face of the reports: rows and totals over a period, or the same as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from flask import Response

from app.foundation import clock, exports
from app.foundation.api import Answer, Code, Day, Inner, Look, Money, Number, Query, Reference, Routes, Rows, Text, Whole, office_or_first
from app.foundation.api.fields import Value
from app.foundation.transactions import found
from app.foundation.views.access import allowed
from app.foundation.views.columns import Column, Kind
from app.foundation.views.report import ReportColumn
from app.foundation.views.report_reading import LONGEST_PERIOD
from app.offices.models import Office
from app.reports import daily_takings, openings_in_period, operations_in_period, payments_in_period, subscribers_by_community
from app.reports.period import Period, Summary, summed
from app.reports.services import ageing, collection, consumption, revenue, unread, unusual
from app.values.choices import Choice
from app.values.errors import Message, NotAllowed, OperationRefused

routes = Routes("Reports")
ROUTES = (routes,)
MOST_ROWS = 20_000


class Format(Choice):
    """How a report is given."""

    JSON = "json", "JSON"
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    PDF = "pdf", "PDF"


@dataclass(frozen=True)
class Report:
    """A report that the API gives: its page (for the permission), its columns, its count and sums, its rows.

    One ``of_a_day`` is of today where no period is asked for, the others of the month until today. ``filters`` may be asked for besides.
    """

    name: str
    view: str
    title: str
    columns: Sequence[ReportColumn]
    summary: Callable[[Period], Summary]
    rows: Callable[[Period], Iterable[Mapping[str, Any]]]
    of_a_day: bool = False
    filters: Mapping[str, Value] = field(default_factory=dict)


RowsQuery = Callable[..., Sequence[Mapping[str, Any]]]


def _small(name: str, view: str, title: str, columns: Sequence[ReportColumn], query: RowsQuery, **filters: Value) -> Report:
    """Return a report whose rows are few enough to be there at once."""

    def rows(period: Period) -> Sequence[Mapping[str, Any]]:
        return query(offices=period.offices, start=period.start, end=period.end, **period.chosen)

    return Report(name, view, title, columns, lambda period: summed(rows(period), columns), rows, filters=filters)


def _of_services(name: str, view: str, module: Any, query: RowsQuery, **filters: Value) -> Report:
    """Return a report of services, of a building or service where one is asked for."""
    by_place = {"building": Reference(text=True), "service": Reference(text=True)}
    return _small(name, view, module.TITLE, module.COLUMNS, query, **by_place, **filters)


REPORTS = (
    Report(
        "payments",
        "PaymentsReportView",
        payments_in_period.TITLE,
        payments_in_period.COLUMNS,
        payments_in_period.summary,
        payments_in_period.every_row,
    ),
    _small(
        "suspensions",
        "SuspensionsReportView",
        operations_in_period.SUSPENSIONS,
        operations_in_period.SUSPENSION_COLUMNS,
        operations_in_period.suspensions_in_period,
    ),
    _small(
        "closures",
        "ClosuresReportView",
        operations_in_period.CLOSURES,
        operations_in_period.CLOSURE_COLUMNS,
        operations_in_period.closures_in_period,
    ),
    _small(
        "subscribers_by_community",
        "CommunityReportView",
        subscribers_by_community.TITLE,
        subscribers_by_community.COLUMNS,
        subscribers_by_community.subscribers_by_community,
    ),
    _small("openings", "OpeningsReportView", openings_in_period.TITLE, openings_in_period.COLUMNS, openings_in_period.openings_in_period),
    Report(
        "daily_takings",
        "TakingsReportView",
        daily_takings.TITLE,
        daily_takings.COLUMNS,
        daily_takings.summary,
        daily_takings.every_row,
        of_a_day=True,
    ),
    _of_services("consumption", "ConsumptionReportView", consumption, consumption.consumption_by_month, unit=Reference(text=True)),
    _of_services("service_revenue", "RevenueReportView", revenue, revenue.revenue_by_service),
    _of_services("collection_rate", "CollectionReportView", collection, collection.collection_rate),
    _of_services("debts_by_age", "AgeingReportView", ageing, ageing.debts_by_age),
    _of_services("unread_meters", "UnreadReportView", unread, unread.units_without_a_reading),
    _of_services("unusual_consumption", "UnusualReportView", unusual, unusual.unusual_readings, colour=Code(unusual.Loud)),
)


class ReportQuery(Query):
    """The period, both days included; without them the month until today, of the day's takings today.

    A report is of one office, in its currency.
    """

    locals().update({"from": Day(attribute="start")})
    to = Day(attribute="end")
    office = Reference(text=True)
    format = Code(Format, load_default=Format.JSON)


class NumberCell(Whole):
    """A count, which the database may have summed as a decimal."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> int | None:
        return None if value is None else int(value)


def row_schema(report: Report, name: str, columns: Iterable[ReportColumn]) -> type[Answer]:
    """Return the schema of a row with these columns of the report."""
    fields = {column.name: Number() if column.name in _MEASURED else _FIELDS.get(column.kind, Text)() for column in columns}
    schema: type[Answer] = type(f"{report.name.title().replace('_', '')}{name}Answer", (Answer,), fields)
    return schema


_FIELDS: Mapping[Kind, type[Value]] = {Kind.MONEY: Money, Kind.NUMBER: NumberCell, Kind.PERCENT: Number, Kind.DAY: Day}
# Numbers that are measured and not counted.
_MEASURED = frozenset({"consumption", "mean", "last_value"})


def report_schema(report: Report) -> type[Answer]:
    """Return the schema of the whole report: its rows, and the totals of those columns that can be added."""
    rows, sums = (
        row_schema(report, "Row", report.columns),
        row_schema(report, "Totals", (each for each in report.columns if each.is_summed)),
    )
    fields = {
        "report": Text(),
        "office": Reference(),
        "currency": Text(),
        "from": Day(attribute="start"),
        "to": Day(attribute="end"),
        "items": Rows(rows),
        "totals": Inner(sums),
        "total": Whole(),
    }
    schema: type[Answer] = type(f"{report.name.title().replace('_', '')}ReportAnswer", (Answer,), fields)
    return schema


def _declare(report: Report) -> None:
    def given(query: dict[str, Any]) -> Any:
        office = found(Office, office_or_first(query.get("office")), "office")
        period = _period(query, office, of_a_day=report.of_a_day)
        period = replace(period, chosen={name: query.get(name) for name in report.filters})
        return _as_json(report, office, period) if query["format"] is Format.JSON else _as_file(report, office, period, query["format"])

    given.__doc__ = (
        f"Give the report of {report.name} over a period, as JSON or as a file.\nVoided rows are marked and left out of the totals."
    )
    media = ("application/json", *exports.MIME_TYPES.values())
    look = Look(report_schema(report))
    query_schema: type[Query] = type(f"{report.name.title().replace('_', '')}Query", (ReportQuery,), dict(report.filters))
    routes.get(f"/reports/{report.name}", may=(report.view, "can_list"), query=query_schema, gives=look, media_types=media)(given)


def _period(query: Mapping[str, Any], office: Office, *, of_a_day: bool) -> Period:
    today = clock.today(office)
    end = query.get("end", today)
    start = query.get("start", end if of_a_day else min(end, today.replace(day=1)))
    if start > end:
        raise OperationRefused(Message("The period ends before it begins."), code="bad_period", field="to")
    if (end - start).days > LONGEST_PERIOD:
        raise OperationRefused(Message("A report covers at most five years."), code="bad_period", field="from")
    return Period((office.id,), start, end)


def _as_json(report: Report, office: Office, period: Period) -> dict[str, Any]:
    summary, currency = report.summary(period), office.currency.value
    if summary.count > MOST_ROWS:
        message = Message("The list has more than %(most)s rows. Narrow the filter and export again.", most=Decimal(MOST_ROWS))
        raise OperationRefused(message, code="too_many_rows")
    return {
        "report": report.name,
        "office": office.id,
        "currency": currency,
        "start": period.start,
        "end": period.end,
        "items": [{**row, "currency": currency} for row in report.rows(period)],
        "totals": {**summary.totals, "currency": currency},
        "total": summary.count,
    }


def _as_file(report: Report, office: Office, period: Period, wanted: Format) -> Response:
    if not allowed("can_export", report.view):
        raise NotAllowed(Message("You do not have the permission for this. Ask a manager."), code="not_allowed")
    summary = report.summary(period)
    columns = [Column(column.name, column.label, column.kind) for column in report.columns]
    values = ([row[column.name] for column in columns] for row in report.rows(period))
    return exports.send(
        wanted.value,
        report.title,
        columns,
        values,
        count=summary.count,
        currency=office.currency.value,
        period=f"{period.start.isoformat()} – {period.end.isoformat()}",
        # A sheet that a program asked for has rows and nothing else.
        totals=summary.totals if wanted.value == "pdf" else None,
    )


for _report in REPORTS:
    _declare(_report)
