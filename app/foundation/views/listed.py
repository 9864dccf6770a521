"""The list of a view: page, tabs, filters, totals, export."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import Response, request, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement, Select

from app.foundation import exports
from app.foundation.i18n import FILTERS, current_locale, listed, say
from app.foundation.views import addresses, fitting, listing
from app.foundation.views.access import needs
from app.foundation.views.addresses import address, counted_words
from app.foundation.views.columns import Cell, Column, Kind, kind_of_value, pretty, value_at
from app.foundation.views.declared import DeclaredView
from app.foundation.views.filters import Arguments, LookupFilter
from app.foundation.views.interface import GuardedInterface
from app.foundation.views.links import Action, action, address_of, file_links, present, record_address
from app.foundation.views.listing import EVERY_TAB, ActiveFilter, ListPage, Row, Tab, Wanted
from app.foundation.views.lookups import is_registered, lookup_named, lookup_record, lookup_text
from app.foundation.views.office import currency_of, office_argument
from app.values.choices import Choice
from app.values.errors import N_, Malformed, Message

EXPORT_SORTS = ("xlsx", "csv")
RELATED_ROWS = 10


class ListedView(DeclaredView):
    """The list page of an entity."""

    @expose("/list/")
    @needs("list")
    def list(self, **_: Any) -> Any:
        """Show one page of the list that the address asks for."""
        page = self.list_page(request.args)
        context = {"view": self, "page": page, "title": self.list_title, "currency": currency_of(), **self.list_extras(page)}
        return self.render_template(self.list_template, **context)

    @property
    def search_words(self) -> str:
        """Return what may be typed into the search box: as the view says it, or the names of the columns that are searched."""
        if self.search_hint:
            return say(self.search_hint)
        return listed((say(self.labels.get(name) or pretty(name)) for name in self.search_columns), current_locale())

    @expose("/export/<string:sort>")
    @needs("export")
    def export(self, sort: str) -> Response:
        """Give all rows of the current filter as an Excel or CSV file."""
        if sort not in EXPORT_SORTS:
            raise Malformed(Message("This file format is not offered."), code="bad_format")
        wanted = listing.read_wanted(self.spec, request.args)
        statement = self.filtered(wanted)
        columns = fitting.file_columns(self)
        spec = replace(self.spec, columns=columns)
        rows = exports.streamed(spec, statement, wanted, lambda record: [value_at(record, column.name) for column in columns])
        return exports.send(
            sort,
            self.list_title,
            columns,
            rows,
            count=self.datamodel.counted(statement, exports.MOST_ROWS),
            currency=currency_of(),
            totals=self._sums_of(statement) if sort == "xlsx" else None,
        )

    # Hooks of a view ------------------------------------------------------------------------------------------------------

    def list_extras(self, page: ListPage) -> dict[str, Any]:
        """Return further variables of the list's template."""
        return {}

    def page_actions(self) -> Sequence[Action]:
        """Return the buttons of the list's head; only what the person may do."""
        if not self.allowed("can_add"):
            return []
        return [action(self.add_title, url_for(f"{self.endpoint}.add", office=office_argument()), icon="plus", primary=True, key="N")]

    def row_actions(self, record: Any) -> Sequence[Action]:
        """Return the entries of a row's menu."""
        return present(self._edit_action(record))

    def is_voided(self, record: Any) -> bool:
        """Tell whether a row is struck through and left out of the sums of the page."""
        return bool(getattr(record, "is_voided", False))

    def totals_conditions(self) -> builtins.list[ColumnElement[bool]]:
        """Return which rows count in the totals of all filtered rows: the same that ``is_voided`` leaves in."""
        return []

    # The page -------------------------------------------------------------------------------------------------------------

    def filtered(self, wanted: Wanted, *, with_tab: bool = True, without: str | None = None) -> Select[Any]:
        """Return the statement of the list, ``without`` one filter or the tab."""
        conditions = [*self.office_conditions(), *self.row_conditions(), *listing.conditions_of(self.spec, wanted, without=without)]
        if wanted.text and self.can_search and without != addresses.TEXT:
            conditions.append(self.search(wanted.text))
        if with_tab:
            conditions += listing.tab_condition(self.spec, wanted.tab)
        return self.based(self.datamodel.rows(*conditions))

    def based(self, statement: Select[Any]) -> Select[Any]:
        """Return ``statement`` under the framework's ``base_filters``, which hold for every way to a row (hole H2)."""
        return self._base_filters.apply_all(statement) if self.base_filters else statement

    def list_page(self, arguments: Arguments) -> ListPage:
        """Return the page that ``arguments`` ask for. Raises Malformed."""
        wanted = listing.read_wanted(self.spec, arguments)
        return self._page(wanted)

    def _page(self, wanted: Wanted) -> ListPage:
        statement = self.filtered(wanted)
        counts = listing.tab_counts(self.spec, self.filtered(wanted, with_tab=False))
        count = counts[wanted.tab] if counts else self.datamodel.counted(statement)
        records = listing.page_rows(self.spec, statement, wanted, count) if count else []
        page = ListPage(
            rows=[self.row(record) for record in records],
            count=count,
            wanted=wanted,
            columns=self.spec.columns,
            pages=addresses.pages_of(wanted, count),
            tabs=self._tab_links(wanted, counts),
            active=self._active_filters(wanted, count),
        )
        if self.totals_columns and records:
            page.page_totals = listing.totals_of(page.rows, self.totals_columns)
            page.all_totals = self._all_totals(statement, wanted, page)
        return page

    def _all_totals(self, statement: Select[Any], wanted: Wanted, page: ListPage) -> dict[str, Decimal | None]:
        if page.count <= wanted.size and wanted.page == 1:
            return dict(page.page_totals)
        if page.is_more and not wanted.is_filtered and not wanted.tab:
            # Nobody asked for the sum of everything there ever was, and it would cost more than the page itself.
            return dict.fromkeys(self.totals_columns)
        return self._sums_of(statement)

    def _sums_of(self, statement: Select[Any]) -> dict[str, Decimal | None]:
        return listing.all_totals(self.spec, statement.where(*self.totals_conditions()), self.totals_columns)

    def row(self, record: Any, columns: Sequence[Column] | None = None) -> Row:
        """Return ``record`` as a row of the list, or of a part of its columns."""
        href = self.record_url("show", record) if self.allowed("can_show") else None
        cells = [self.cell(record, column) for column in columns or self.spec.columns]
        return Row(record, record.id, href, cells, currency_of(record), self.is_voided(record), builtins.list(self.row_actions(record)))

    def cell(self, record: Any, column: Column) -> Cell:
        """Return the cell of ``record`` in ``column``."""
        value = value_at(record, column.name)
        href = record_address(value) if column.kind is Kind.RELATION else None
        second = value_at(record, column.second_line) if column.second_line else None
        return Cell(column, value, kind_of_value(column.kind, value), href, second)

    def _tab_links(self, wanted: Wanted, counts: dict[str, int]) -> builtins.list[Action]:
        if not counts:
            return []
        everything = Tab("", N_("All"), lambda: None)  # type: ignore[arg-type,return-value]
        return [
            {
                "label": tab.label,
                "href": address(**{self.spec.tabs_argument: tab.name or (EVERY_TAB if self.spec.first_tab else None)}),
                "count": counted_words(counts[tab.name]),
                "active": wanted.tab == tab.name,
            }
            for tab in (everything, *self.spec.tabs)
        ]

    def _active_filters(self, wanted: Wanted, count: int) -> builtins.list[ActiveFilter]:
        """Return the filters in use; for an empty list also how many rows each one alone keeps away."""
        found: builtins.list[tuple[str, Any, Any, tuple[str, ...]]] = []
        if wanted.text:
            found.append((addresses.TEXT, N_("Search"), wanted.text, (addresses.TEXT,)))
        used = [flt for flt in self.spec.filters if flt.argument in wanted.values]
        found += [(flt.argument, flt.label, self._words(flt, wanted.values[flt.argument]), flt.arguments) for flt in used]
        needs_counts = count == 0 and len(found) > 1
        return [
            ActiveFilter(
                label,
                words,
                address(**dict.fromkeys(arguments)),
                argument,
                self.datamodel.counted(self.filtered(wanted, without=argument)) if needs_counts else None,
                is_typed=isinstance(words, str) and not isinstance(words, Choice),
            )
            for argument, label, words, arguments in found[:6]
        ]

    @staticmethod
    def _words(flt: Any, value: Any) -> Any:
        if isinstance(flt, LookupFilter):
            return filter_text(flt, value) or Message("This record does not exist.")
        return flt.words(value)

    def _edit_action(self, record: Any) -> Action | None:
        if not self.allowed("can_edit"):
            return None
        return action(N_("Edit"), self.record_url("edit", record), icon="pencil", key="E")

    def record_url(self, route: str, record: Any) -> str:
        """Return the address of ``route`` for a record."""
        return address_of(f"{self.endpoint}.{route}", pk=record.id)

    # Used by templates ------------------------------------------------------------------------------------------------------

    def chosen_text(self, flt: LookupFilter, page: ListPage) -> str:
        """Return the text of what a lookup filter has chosen."""
        value = page.wanted.values.get(flt.argument)
        return filter_text(flt, value) if value else ""

    def filter_texts(self, flt: Any) -> builtins.list[str]:
        """Return what stands in the inputs of a filter: the arguments as they were typed."""
        return [request.args.get(name, "") for name in flt.arguments]

    def order_link(self, column: Column, page: ListPage) -> dict[str, Any] | None:
        return addresses.order_link(column, page.wanted)

    def export_links(self) -> builtins.list[Action]:
        """Return the addresses of the files of this filter."""
        return file_links(f"{self.endpoint}.export", without=["page"]) if self.allowed("can_export") else []

    def kept_arguments(self, page: ListPage) -> builtins.list[tuple[str, str]]:
        """Return the arguments that stay when the filters change: order, size, tab, office and hidden filters."""
        kept = {addresses.ORDER, addresses.SIZE, addresses.OFFICE, self.spec.tabs_argument if self.spec.tabs else ""}
        kept |= {flt.argument for flt in self.spec.filters if not flt.is_shown}
        return [(name, value) for name, value in request.args.items(multi=True) if name in kept and value]

    def cleared(self, page: ListPage) -> str:
        """Return the address without filters and tab; order, size and office stay."""
        names = [name for flt in self.spec.filters for name in flt.arguments]
        return address(**dict.fromkeys([*names, addresses.TEXT, self.spec.tabs_argument]))

    def show_words(self, page: ListPage) -> str:
        """Return what the button says that applies the filters on a phone: how many rows will be shown."""
        return say(Message("Show %(count)s", count=page.count_words))

    def has_later_filters(self, page: ListPage, later: Sequence[Any]) -> bool:
        """Tell whether one of the filters behind "more" is in use."""
        return any(flt.argument in page.wanted.values for flt in later)

    def counted(self, count: int) -> str:
        return counted_words(count)

    def number(self, value: Any) -> str:
        return FILTERS["number"](value)


def filter_text(flt: LookupFilter, value: int) -> str:
    """Return the words of the row that a lookup filter has chosen; only its number where the person may neither search nor open it.

    A hidden filter may do without a registered lookup.
    """
    row = lookup_record(flt.lookup, value) if is_registered(flt.lookup) else GuardedInterface(flt.target).one(value)
    if row is None:
        return ""
    if is_registered(flt.lookup) and lookup_named(flt.lookup).is_allowed():
        return lookup_text(flt.lookup, value) or ""
    return str(row) if record_address(row) else f"#{value}"
