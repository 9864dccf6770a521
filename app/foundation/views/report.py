"""``ReportView``: a named report over a period or a day, on screen and as a file."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask import Response, request
from flask_appbuilder import BaseView, expose
from werkzeug.datastructures import MultiDict

from app.foundation import exports
from app.foundation.guards import wants_json
from app.foundation.i18n import FILTERS, say
from app.foundation.views.access import allowed, needs
from app.foundation.views.addresses import address
from app.foundation.views.columns import Cell, Column, Kind, kind_of_value
from app.foundation.views.links import Action, file_links
from app.foundation.views.lookups import lookup_text, use_lookup
from app.foundation.views.office import currency_of
from app.foundation.views.report_reading import PRESETS, ReportReading, Terms
from app.foundation.views.state import SharedObject
from app.values.characters import NUL
from app.values.choices import Choice
from app.values.errors import N_, Malformed, Message, NotFound, OperationRefused

MOST_ON_PAGE = 2_000
BAD_REQUEST, UNPROCESSABLE = 400, 422
PERIOD = {"from", "to", "period"}
EXPORT_SORTS = ("xlsx", "csv", "pdf")


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
    hides_zero: bool = False  # a column that is empty for most rows: nothing is written instead of nought


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
class ReportRow:
    """A row with its cells and whether it is struck through."""

    record: Any
    cells: Sequence[Cell]
    is_voided: bool = False


class ReportView(ReportReading, SharedObject, BaseView):
    """The base of every report.

    ``query(offices=…, start=…, end=…, **filters)`` returns rows: mappings or objects with the columns' names. It is called with the
    one chosen office, so that all amounts have one currency. Wrap it in ``staticmethod`` in the class body.
    """

    default_view = "list"
    title: Any = ""
    help: Any = ""
    icon = "report"
    columns: Sequence[ReportColumn] = ()
    span: Span = Span.PERIOD
    empty_text: Any = ""
    template = "feehouse/report.html"
    wrapped: Sequence[str] = ("address", "note", "total_in_words")  # texts that take several lines
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
        """Show the report, or what of the address cannot be read."""
        wrong = self.misread(request.args)
        if wrong and wants_json():
            raise Malformed(next(iter(wrong.values())), code="bad_filter", fields=wrong)
        if wrong:
            return self._explained(wrong), BAD_REQUEST
        try:
            terms = self.terms(request.args)
        except (Malformed, NotFound):
            raise
        except OperationRefused as refusal:
            if wants_json():
                raise
            return self._explained(refusal.fields), UNPROCESSABLE
        return self.shown(terms)

    def shown(self, terms: Terms) -> Any:
        """Return the page of a report whose address can be read."""
        records = self.records(terms)
        shown = [self.row(record, terms) for record in records[:MOST_ON_PAGE]]
        return self.page(
            terms, shown, count=len(records), is_cut=len(records) > MOST_ON_PAGE, totals=self.totals(records), **self.extras(terms, records)
        )

    def page(self, terms: Terms, rows: Sequence[ReportRow], **context: Any) -> Any:
        """Return the page with ``rows``."""
        given = {"view": self, "title": self.title, "terms": terms, "rows": rows, "currency": currency_of(), "wrong": {}, **context}
        return self.render_template(self.template, **given)

    def _explained(self, wrong: Mapping[str, Message]) -> Any:
        """Return the page with what was typed and a sentence beside each wrong field; rows of the others would look like the answer."""
        # Half of a period is no period.
        left_out = {*wrong, *(PERIOD if PERIOD & set(wrong) else ())}
        terms = self.terms(MultiDict((name, text) for name, text in request.args.items(multi=True) if name not in left_out))
        return self.page(terms, [], count=0, is_cut=False, totals={}, wrong=wrong, sentences=self._sentences(wrong))

    def _sentences(self, wrong: Mapping[str, Message]) -> builtins.list[Message]:
        labels = {"from": N_("From"), "to": N_("To"), "period": N_("Period")} | {flt.name: flt.label for flt in self.filters}
        return [
            Message("%(field)s: %(problem)s", field=Message(labels[name]), problem=problem) if name in labels else problem
            for name, problem in wrong.items()
        ]

    @expose("/export/<string:sort>")
    @needs("export")
    def export(self, sort: str) -> Response:
        """Give the whole report as a file."""
        if sort not in EXPORT_SORTS:
            raise Malformed(Message("This file format is not offered."), code="bad_format")
        terms = self.terms(request.args)
        records = self.records(terms)
        columns = [Column(column.name, column.label, column.kind) for column in self.columns]
        values = ([value_of(record, column.name) for column in columns] for record in records)
        return exports.send(
            sort,
            self.title,
            columns,
            values,
            count=len(records),
            currency=currency_of(),
            period=self.span_text(terms),
            totals=self.totals(records),
        )

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

    # --- for the template -----------------------------------------------------------------------------------------------------

    def row(self, record: Any, terms: Terms) -> ReportRow:
        """Return ``record`` as the template writes it."""
        cells = []
        for column in self.columns:
            value = value_of(record, column.name)
            if column.hides_zero and value == 0:
                value = None
            href = column.link(record, terms) if column.link and value is not None else None
            cells.append(Cell(Column(column.name, column.label, column.kind), value, kind_of_value(column.kind, value), href))
        return ReportRow(record, cells, self.is_voided(record))

    def totals(self, records: Sequence[Any]) -> dict[str, Decimal]:
        """Return the sums of the summed columns over all rows, voided ones left out."""
        counted = [record for record in records if not self.is_voided(record)]
        names = [column.name for column in self.columns if column.is_summed]
        return {name: sum((Decimal(value_of(record, name) or 0) for record in counted), Decimal()) for name in names}

    def span_text(self, terms: Terms) -> str:
        """Return the days that a paper names: the period, or the day."""
        day = FILTERS["day"]
        if self.span is Span.NONE:
            return ""
        return str(day(terms.end)) if self.span is Span.DAY or terms.start == terms.end else f"{day(terms.start)} – {day(terms.end)}"

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
        return file_links(f"{self.endpoint}.export", sorts=EXPORT_SORTS)

    def typed(self, name: str, otherwise: Any, wrong: Mapping[str, Message]) -> str:
        """Return what stands in an input of the filters: what was typed, as far as a page can show it, where something was wrong."""
        typed = request.args.get(name) if wrong else None
        return otherwise.isoformat() if typed is None else typed.replace(NUL, "")

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
