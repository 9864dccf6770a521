"""One page of a list: what the address asks for, the rows, counts, totals and links that answer it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, or_, select

from app.foundation.views.addresses import ORDER, PAGE, SIZE, TEXT, counted_words
from app.foundation.views.columns import Cell, Column, joining_of, leaf_of
from app.foundation.views.filters import LONGEST_TEXT, Arguments, DayFilter, ListFilter, escaped, unreadable
from app.foundation.views.interface import COUNT_LIMIT, GuardedInterface, page_number, page_size
from app.foundation.views.texts import clean_text
from app.values.errors import Malformed, Message

# Sums stop where counting them would cost more than a page may; the line then shows a dash, never a wrong total.
TOTALS_LIMIT = 100_000


# What the address says for all rows, where the list opens on one of its tabs.
EVERY_TAB = "all"


@dataclass(frozen=True)
class Tab:
    """A state of the list with its count: ``Tab("open", N_("Open"), lambda: Order.closed_on.is_(None))``."""

    name: str
    label: Any
    condition: Callable[[], ColumnElement[bool]]


@dataclass(frozen=True)
class Order:
    """The order of a list: ``-paid_on`` in the address is the newest first."""

    column: str
    is_descending: bool = False

    def __str__(self) -> str:
        return ("-" if self.is_descending else "") + self.column


@dataclass
class ListSpec:
    """What a view declared about its list, checked once at the start."""

    datamodel: GuardedInterface
    columns: list[Column]
    filters: list[ListFilter]
    tabs: list[Tab]
    tabs_argument: str
    first_tab: str
    order_columns: tuple[str, ...]
    base_order: Order
    totals_columns: tuple[str, ...]
    nulls_first: frozenset[str]
    page_size: int
    loads: tuple[str, ...]

    @property
    def shown_paths(self) -> tuple[str, ...]:
        paths = [column.name for column in self.columns] + [column.second_line for column in self.columns if column.second_line]
        return (*paths, *self.loads)


@dataclass
class Wanted:
    """What the address asks for, checked."""

    text: str
    tab: str
    values: dict[str, Any]
    order: Order
    page: int
    size: int

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.values)


@dataclass(frozen=True)
class ActiveFilter:
    """A filter in use: its words, and the address without it."""

    label: Any
    words: Any
    without: str
    argument: str
    count_without: int | None = None
    is_typed: bool = False  # words that a person typed are not translated


@dataclass(frozen=True)
class Row:
    """A row of the list."""

    record: Any
    id: int
    href: str | None
    cells: list[Cell]
    currency: str
    is_voided: bool
    actions: list[dict[str, Any]]


@dataclass
class ListPage:
    """Everything the template of a list shows."""

    rows: list[Row]
    count: int
    wanted: Wanted
    columns: list[Column]
    pages: dict[str, Any]
    tabs: list[dict[str, Any]] = field(default_factory=list)
    active: list[ActiveFilter] = field(default_factory=list)
    page_totals: dict[str, Decimal] = field(default_factory=dict)
    all_totals: dict[str, Decimal | None] = field(default_factory=dict)

    @property
    def is_more(self) -> bool:
        return self.count > COUNT_LIMIT

    @property
    def count_words(self) -> str:
        return counted_words(self.count)


# Reading the address -------------------------------------------------------------------------------------------------------


def read_wanted(spec: ListSpec, arguments: Arguments) -> Wanted:
    """Return what ``arguments`` ask for. Raises Malformed for anything that cannot be read or is not offered."""
    text = clean_text(arguments.get(TEXT), LONGEST_TEXT)
    values = {}
    for flt in spec.filters:
        value = flt.read(arguments)
        if value is not None:
            values[flt.argument] = value
    return Wanted(
        text=text,
        tab=_read_tab(spec, arguments),
        values=values,
        order=_read_order(spec, arguments.get(ORDER)),
        page=page_number(arguments.get(PAGE)),
        size=page_size(arguments.get(SIZE), spec.page_size),
    )


def _read_tab(spec: ListSpec, arguments: Arguments) -> str:
    name = arguments.get(spec.tabs_argument) or spec.first_tab
    if not spec.tabs or name in ("", EVERY_TAB):
        return ""
    if name not in {tab.name for tab in spec.tabs}:
        raise unreadable("Status")
    return name


def _read_order(spec: ListSpec, text: str | None) -> Order:
    if not text:
        return spec.base_order
    order = Order(text.removeprefix("-"), text.startswith("-"))
    if order.column not in spec.order_columns and order.column != spec.base_order.column:
        raise Malformed(Message("The list cannot be ordered by this column."), code="bad_order")
    return order


# Asking the database -------------------------------------------------------------------------------------------------------


def conditions_of(spec: ListSpec, wanted: Wanted, *, without: str | None = None) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters in use, ``without`` one of them."""
    by_argument = {flt.argument: flt for flt in spec.filters}
    return [by_argument[name].condition(value) for name, value in wanted.values.items() if name != without]


def tab_condition(spec: ListSpec, name: str) -> list[ColumnElement[bool]]:
    """Return the condition of the tab ``name``; none for "all"."""
    return [tab.condition() for tab in spec.tabs if tab.name == name]


def prefix_condition(model: type[Any], columns: Sequence[str], text: str) -> ColumnElement[bool]:
    """Return the condition that one of ``columns`` starts with ``text``; for small tables and columns with a fitting index.

    In a name it may stand anywhere: people look for a plan by its speed and for a place by the end of its name.
    """
    found = []
    for name in columns:
        leaf = leaf_of(model, name)
        anywhere = "%" if leaf.name == "name" else ""
        condition = leaf.attribute.ilike(f"{anywhere}{escaped(text)}%", escape="\\")
        for relation in reversed(leaf.relations):
            condition = relation.has(condition)
        found.append(condition)
    return or_(*found)


def order_of(spec: ListSpec, wanted: Wanted) -> list[Any]:
    """Return the ORDER BY of what is wanted.

    A list of the newest rows that is narrowed to days of the past goes by those days first: rows of a day lie together in the index
    of days, while by their keys the database would walk past everything that came later.
    """
    order = spec.datamodel.ordering(wanted.order.column, wanted.order.is_descending, wanted.order.column in spec.nulls_first)
    if len(order) > 1 or wanted.order != spec.base_order or not wanted.order.is_descending:
        return order
    past = [flt.newest_day_first() for flt in spec.filters if isinstance(flt, DayFilter) and flt.is_past(wanted.values.get(flt.argument))]
    return [*(first for first in past[:1] if first is not None), *order]


def page_rows(spec: ListSpec, statement: Select[Any], wanted: Wanted, count: int) -> list[Any]:
    """Return the records of the wanted page; a page beyond the last is the last."""
    reachable = min(count, COUNT_LIMIT)
    wanted.page = min(wanted.page, max(1, -(-reachable // wanted.size)))
    ordered = statement.order_by(*order_of(spec, wanted)).options(*joining_of(spec.datamodel.obj, spec.shown_paths))
    window = ordered.limit(_as_written(wanted.size))
    if wanted.page > 1:
        window = window.offset(_as_written((wanted.page - 1) * wanted.size))
    return list(spec.datamodel.session.execute(window).scalars())


def _as_written(number: int) -> BindParameter[int]:
    """Return ``number`` to stand in the statement itself instead of beside it.

    The database then knows how few rows are wanted and keeps its plan; else it would plan the joins anew for every page (0.9 ms).
    """
    return bindparam(None, number, literal_execute=True)


def tab_counts(spec: ListSpec, statement: Select[Any]) -> dict[str, int]:
    """Return the bounded count of every tab by one statement; ``""`` is "all"."""
    if not spec.tabs:
        return {}
    counts = {"": spec.datamodel.counting(statement).scalar_subquery().label("all")}
    for number, tab in enumerate(spec.tabs):
        counts[tab.name] = spec.datamodel.counting(statement.where(tab.condition())).scalar_subquery().label(f"tab_{number}")
    row = spec.datamodel.session.execute(select(*counts.values())).one()
    return dict(zip(counts, row, strict=True))


def all_totals(spec: ListSpec, statement: Select[Any], names: Sequence[str]) -> dict[str, Decimal | None]:
    """Return the sums over all filtered rows; nothing where they are too many to add up for a page."""
    if not names:
        return {}
    columns = [leaf_of(spec.datamodel.obj, name).attribute for name in names]
    limited = statement.with_only_columns(*columns, maintain_column_froms=True).order_by(None).limit(TOTALS_LIMIT + 1).subquery()
    sums = [func.coalesce(func.sum(column), 0) for column in limited.c]
    count, *found = spec.datamodel.session.execute(select(func.count(), *sums).select_from(limited)).one()
    return {name: Decimal(total) if count <= TOTALS_LIMIT else None for name, total in zip(names, found, strict=True)}


def totals_of(rows: Sequence[Row], names: Sequence[str]) -> dict[str, Decimal]:
    """Return the sums of the rows on this page, voided ones left out."""
    totals = dict.fromkeys(names, Decimal())
    for row in rows:
        if row.is_voided:
            continue
        for cell in row.cells:
            if cell.column.name in totals and cell.value is not None:
                totals[cell.column.name] += Decimal(cell.value)
    return totals
