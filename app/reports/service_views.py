"""The pages of the reports of services: consumption, revenue, collection, what was not read, what is unusual."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask import url_for

from app.foundation.i18n import FILTERS, current_locale
from app.foundation.views import ReportFilter, ReportView, Terms
from app.foundation.views.links import action_to
from app.foundation.views.report import ReportColumn, Span
from app.reports.services import ageing, collection, consumption, revenue, unread, unusual
from app.values import formats
from app.values.errors import N_

MOST_CHARTS = 4
MONTHS_OF_A_YEAR = 12
BUILDING = ReportFilter("building", N_("Building"), lookup="building")
SERVICE = ReportFilter("service", N_("Service"), lookup="service")
UNIT = ReportFilter("unit", N_("Unit"), lookup="unit")


@dataclass(frozen=True)
class Chart:
    """The consumption of a service by month, with the means as the line of comparison."""

    service: str
    measure: str
    columns: Sequence[Mapping[str, Any]]
    means: Sequence[Decimal | None]
    total: Decimal


def _linked(columns: Sequence[ReportColumn], **links: Any) -> list[ReportColumn]:
    return [replace(column, link=links[column.name]) if column.name in links else column for column in columns]


def _to_unit(row: Any, terms: Terms) -> str | None:
    way = action_to("UnitView", "", route="show", pk=row["unit_id"]) if row["unit_id"] else None
    return str(way["href"]) if way is not None else None


def _to_reading(row: Any, terms: Terms) -> str | None:
    way = action_to("ReadingView", "", route="show", pk=row["reading_id"])
    return str(way["href"]) if way is not None else None


def _to_grid(row: Any, terms: Terms) -> str | None:
    """Return the grid in which the meter is read."""
    way = action_to(
        "ReadingGridView", "", route="list", building=row["building_id"], service=row["service_id"], month=terms.end.strftime("%Y-%m")
    )
    return str(way["href"]) if way is not None else None


def _to_debts(row: Any, terms: Terms) -> str | None:
    """Return the list of the debts behind a sum, where it is of a building."""
    if row["building_id"] is None:
        return None
    way = action_to("DebtsView", "", route="list", building=row["building_id"], to=terms.end.isoformat())
    return str(way["href"]) if way is not None else None


class ConsumptionReportView(ReportView):
    """Consumption by month 用量月报 (S2.4): of an office, a building, a service or a unit, beside the mean of three months."""

    title, icon = consumption.TITLE, "chart-bar"
    help = N_("What meters counted, month by month, beside the mean of the three months before.")
    default_preset = "twelve_months"
    empty_text = N_("No meter was read in this period.")
    template = "reports/consumption.html"
    filters = [BUILDING, SERVICE, UNIT]
    columns = consumption.COLUMNS
    query = staticmethod(consumption.consumption_by_month)

    def extras(self, terms: Terms, records: Sequence[Any]) -> dict[str, Any]:
        return {"charts": charts_of(records)[:MOST_CHARTS]}


def charts_of(rows: Sequence[Mapping[str, Any]]) -> list[Chart]:
    """Return a chart for every service of which there is more than one month; buildings are added up."""
    services: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        services[row["service_id"]].append(row)
    return [_chart(found) for found in services.values() if len({row["month"] for row in found}) > 1]


def _chart(rows: Sequence[Mapping[str, Any]]) -> Chart:
    used: dict[str, Decimal] = defaultdict(Decimal)
    means: dict[str, list[Decimal | None]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: str(row["month"])):
        used[str(row["month"])] += row["consumption"]
        means[str(row["month"])].append(row["mean"])
    # A mean that one of the buildings has not got yet would be one of fewer buildings.
    together = [sum((each or Decimal() for each in found), Decimal()) if None not in found else None for found in means.values()]
    # A year's months stand side by side on a phone without their year.
    short = len(used) <= MONTHS_OF_A_YEAR
    columns = [_column(month, value, mean, is_short=short) for (month, value), mean in zip(used.items(), together, strict=True)]
    return Chart(rows[0]["service"], rows[0]["measure"], columns, together, sum(used.values(), Decimal()))


def _column(month: str, value: Decimal, mean: Decimal | None, *, is_short: bool) -> Mapping[str, Any]:
    """Return the column of a month: its label as the reader writes months, its figure above, both beside its mean in the table."""
    first, locale, number = datetime.date.fromisoformat(f"{month}-01"), current_locale(), FILTERS["number"]
    name = formats.month(first, locale)
    label = formats.month_of_year(first, locale) if is_short else name
    figure = number(value)
    return {
        "label": label,
        "name": name,
        "values": [value],
        "text": figure,
        "cells": [figure, number(mean) if mean is not None else formats.NOTHING],
    }


class RevenueReportView(ReportView):
    """Revenue by service and building 服务收入."""

    title, icon = revenue.TITLE, "report-money"
    help = N_("By the day of the charge. Voided charges are left out.")
    empty_text = N_("No service was charged in this period.")
    filters = [BUILDING, SERVICE]
    columns = _linked(
        revenue.COLUMNS,
        building=lambda row, terms: url_for("BuildingView.show", pk=row["building_id"]),
    )
    query = staticmethod(revenue.revenue_by_service)


class CollectionReportView(ReportView):
    """Collection rate 收缴率: what was charged for a month, and how much of it is paid."""

    title, icon = collection.TITLE, "percentage"
    help = N_("Charges of the billing periods, and what of them is paid by now.")
    default_preset = "twelve_months"
    empty_text = N_("No service was charged for this period.")
    template = "reports/collection.html"
    filters = [BUILDING, SERVICE]
    columns = _linked(
        collection.COLUMNS,
        building=lambda row, terms: url_for("BuildingView.show", pk=row["building_id"]),
    )
    query = staticmethod(collection.collection_rate)

    def extras(self, terms: Terms, records: Sequence[Any]) -> dict[str, Any]:
        charged = sum((row["charged"] for row in records), Decimal())
        collected = sum((row["collected"] for row in records), Decimal())
        return {"charged": charged, "collected": collected, "rate": collected / charged if charged else None}


class UnreadReportView(ReportView):
    """Units without a reading 未抄表."""

    title, icon = unread.TITLE, "gauge"
    help = N_("Meters that hang in a building and were not read on the days of the period. Nothing can be billed for them.")
    empty_text = N_("Every meter was read in this period.")
    filters = [BUILDING, SERVICE]
    columns = _linked(unread.COLUMNS, unit=_to_unit, serial=_to_grid)
    query = staticmethod(unread.units_without_a_reading)


class UnusualReportView(ReportView):
    """Unusual consumption 异常用量 (S2.6)."""

    title, icon = unusual.TITLE, "alert-triangle"
    help = N_("Readings that were red or amber, with the reason and how they were settled.")
    empty_text = N_("No reading of this period was red or amber.")
    wrapped = ("reason", "settled_reason")
    filters = [BUILDING, SERVICE, ReportFilter("colour", N_("Warning"), choices=unusual.Loud)]
    columns = _linked(unusual.COLUMNS, unit=_to_unit, read_on=_to_reading)
    query = staticmethod(unusual.unusual_readings)


class AgeingReportView(ReportView):
    """Debts by age 账龄分析表: what is open as of a day, by building and service."""

    title, icon = ageing.TITLE, "coins"
    help = N_("What is open as of a day, by building and service and by how late it is.")
    span, default_preset = Span.DAY, "today"
    empty_text = N_("Nothing is owed.")
    filters = [BUILDING, SERVICE]
    columns = _linked(ageing.COLUMNS, total=_to_debts)

    @staticmethod
    def query(*, day: datetime.date, **terms: Any) -> Sequence[Any]:
        return ageing.debts_by_age(start=day, end=day, **terms)


SERVICE_REPORTS = (
    ConsumptionReportView,
    RevenueReportView,
    CollectionReportView,
    AgeingReportView,
    UnreadReportView,
    UnusualReportView,
)
