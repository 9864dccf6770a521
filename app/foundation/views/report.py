"""``ReportView``: a named report over a period or a day, on screen and as a file."""

from __future__ import annotations

import builtins
import calendar
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask import Response, request
from flask_appbuilder import BaseView, expose

from app.foundation import exports
from app.foundation.clock import now
from app.foundation.i18n import say
from app.foundation.views.access import allowed, needs
from app.foundation.views.addresses import address
from app.foundation.views.columns import Cell, Column, Kind, kind_of_value
from app.foundation.views.filters import Arguments, office_time_zone
from app.foundation.views.interface import record_id
from app.foundation.views.links import Action, file_links
from app.foundation.views.lookups import lookup_text, use_lookup
from app.foundation.views.office import chosen_office, currency_of
from app.foundation.views.state import SharedObject
from app.foundation.views.texts import parse_day
from app.values.choices import Choice
from app.values.errors import N_, Malformed, Message, OperationRefused

MOST_ON_PAGE = 2_000
LONGEST_PERIOD = 366 * 5  # days
EXPORT_SORTS = ("xlsx", "csv")


class Span(StrEnum):
    """What a report is about in time."""

    PERIOD = "period"
    DAY = "day"
    NONE = "none"


@dataclass(frozen=True)
class ReportColumn:
    """A column of a report; ``link(row, terms)`` leads from a figure to its rows."""

    name: str
    label: Any
    kind: Kind = Kind.TEXT
    link: Callable[[Any, Terms], str | None] | None = None
    is_summed: bool = False


@dataclass(frozen=True)
class ReportFilter:
    """A lookup or a choice beside the period; its value goes to the query under ``name``."""

    name: str
    label: Any
    lookup: str = ""
    choices: type[Choice] | None = None

    @property
    def kind(self) -> str:
        return "lookup" if self.lookup else "choice"


@dataclass(frozen=True)
class Terms:
    """What a report is asked for."""

    offices: tuple[int, ...]
    start: datetime.date
    end: datetime.date
    values: dict[str, Any] = field(default_factory=dict)
    preset: str = ""


@dataclass(frozen=True)
class ReportRow:
    """A row with its cells and whether it is struck through."""

    record: Any
    cells: Sequence[Cell]
    is_voided: bool = False


class ReportView(SharedObject, BaseView):
    """The base of every report.

    ``query(offices=…, start=…, end=…, **filters)`` returns rows: mappings or objects with the columns' names. It is called with the
    one chosen office, so that all amounts have one currency. Wrap it in ``staticmethod`` in the class body.
    """

    default_view = "list"
    title: Any = ""
    help: Any = ""
    icon = "report"
    columns: Sequence[ReportColumn] = ()
    filters: Sequence[ReportFilter] = ()
    span: Span = Span.PERIOD
    default_preset = "this_month"
    empty_text: Any = ""
    template = "feehouse/report.html"
    query: Callable[..., Sequence[Any]]

    def __init__(self) -> None:
        super().__init__()
        for flt in self.filters:
            if flt.lookup:
                use_lookup(flt.lookup, "can_list", str(self.class_permission_name))

    # --- routes -------------------------------------------------------------------------------------------------------------

    @expose("/list/")
    @needs("list")
    def list(self) -> Any:
        """Show the report."""
        terms = self.terms(request.args)
        records = self.records(terms)
        shown = [self.row(record, terms) for record in records[:MOST_ON_PAGE]]
        return self.render_template(
            self.template,
            view=self,
            title=self.title,
            terms=terms,
            rows=shown,
            count=len(records),
            is_cut=len(records) > MOST_ON_PAGE,
            totals=self.totals(records),
            currency=currency_of(),
            **self.extras(terms, records),
        )

    @expose("/export/<string:sort>")
    @needs("export")
    def export(self, sort: str) -> Response:
        """Give the whole report as a file."""
        if sort not in EXPORT_SORTS:
            raise Malformed(Message("This file format is not offered."), code="bad_format")
        records = self.records(self.terms(request.args))
        columns = [Column(column.name, column.label, column.kind) for column in self.columns]
        values = ([value_of(record, column.name) for column in columns] for record in records)
        return exports.send(sort, self.title, columns, values, count=len(records), currency=currency_of())

    # --- hooks --------------------------------------------------------------------------------------------------------------

    def extras(self, terms: Terms, records: Sequence[Any]) -> dict[str, Any]:
        """Return further variables of the template: tiles, a chart."""
        return {}

    def is_voided(self, record: Any) -> bool:
        """Tell whether a row is struck through and left out of the sums."""
        return bool(value_of(record, "is_voided", None))

    def records(self, terms: Terms) -> Sequence[Any]:
        """Return the rows of the report; none where the person has no office."""
        if not terms.offices:
            return []
        span = {Span.PERIOD: {"start": terms.start, "end": terms.end}, Span.DAY: {"day": terms.end}, Span.NONE: {}}[self.span]
        return builtins.list(self.query(offices=terms.offices, **span, **terms.values))

    # --- reading the address --------------------------------------------------------------------------------------------------

    def terms(self, arguments: Arguments) -> Terms:
        """Return what the address asks for. Raises Malformed."""
        office = chosen_office()
        start, end, preset = self._period(arguments)
        values = {flt.name: self._value(flt, arguments.get(flt.name)) for flt in self.filters}
        return Terms((office,) if office is not None else (), start, end, values, preset)

    def _period(self, arguments: Arguments) -> tuple[datetime.date, datetime.date, str]:
        today = office_today()
        typed = arguments.get("from"), arguments.get("to")
        if not any(typed):
            preset = arguments.get("period") or self.default_preset
            if preset not in PRESETS:
                raise Malformed(Message("The period cannot be read."), code="bad_period")
            return (*PRESETS[preset][1](today), preset)
        try:
            end = parse_day(typed[1]) if typed[1] else today
            start = parse_day(typed[0]) if typed[0] else min(end, today.replace(day=1))
        except Malformed:
            raise Malformed(Message("The period cannot be read."), code="bad_period") from None
        if start > end:
            raise OperationRefused(Message("The period ends before it begins."), code="bad_period", field="to")
        if (end - start).days > LONGEST_PERIOD:
            raise OperationRefused(Message("A report covers at most five years."), code="bad_period", field="from")
        return start, end, ""

    @staticmethod
    def _value(flt: ReportFilter, text: str | None) -> Any:
        unreadable = Malformed(Message("The filter %(name)s cannot be read.", name=Message(flt.label)), code="bad_filter")
        if not text:
            return None
        if flt.lookup:
            number = record_id(text)
            if number is None:
                raise unreadable
            return number
        members = {member.value: member for member in flt.choices or ()}
        if text not in members:
            raise unreadable
        return members[text]

    # --- for the template -----------------------------------------------------------------------------------------------------

    def row(self, record: Any, terms: Terms) -> ReportRow:
        """Return ``record`` as the template writes it."""
        cells = []
        for column in self.columns:
            value = value_of(record, column.name)
            href = column.link(record, terms) if column.link else None
            cells.append(Cell(Column(column.name, column.label, column.kind), value, kind_of_value(column.kind, value), href))
        return ReportRow(record, cells, self.is_voided(record))

    def totals(self, records: Sequence[Any]) -> dict[str, Decimal]:
        """Return the sums of the summed columns over all rows, voided ones left out."""
        counted = [record for record in records if not self.is_voided(record)]
        names = [column.name for column in self.columns if column.is_summed]
        return {name: sum((Decimal(value_of(record, name) or 0) for record in counted), Decimal()) for name in names}

    def preset_links(self, terms: Terms) -> builtins.list[Action]:
        """Return the chips that choose a usual period."""
        return [
            {"label": label, "href": address(period=name, **{"from": None, "to": None}), "active": terms.preset == name}
            for name, (label, _) in PRESETS.items()
        ]

    def export_links(self) -> builtins.list[Action]:
        """Return the addresses of the files of this report."""
        if "can_export" not in self.base_permissions or not allowed("can_export", self.class_permission_name):
            return []
        return file_links(f"{self.endpoint}.export")

    def chosen_text(self, flt: ReportFilter, terms: Terms) -> str:
        """Return the words of what a filter has chosen."""
        value = terms.values.get(flt.name)
        if value is None:
            return ""
        return (lookup_text(flt.lookup, value) or "") if flt.lookup else say(value)


def value_of(record: Any, name: str, default: Any = None) -> Any:
    """Return the value of a row that is a mapping or an object."""
    if isinstance(record, Mapping):
        return record.get(name, default)
    value = getattr(record, name, default)
    return value() if callable(value) and not isinstance(value, Choice) else value


def office_today() -> datetime.date:
    """Return the date in the zone of the chosen office."""
    from zoneinfo import ZoneInfo

    return now().astimezone(ZoneInfo(office_time_zone())).date()


def _month_of(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


PRESETS: dict[str, tuple[str, Callable[[datetime.date], tuple[datetime.date, datetime.date]]]] = {
    "today": (N_("Today"), lambda today: (today, today)),
    "yesterday": (N_("Yesterday"), lambda today: (today - datetime.timedelta(days=1),) * 2),
    "this_month": (N_("This month"), _month_of),
    "last_month": (N_("Last month"), lambda today: _month_of(today.replace(day=1) - datetime.timedelta(days=1))),
}
