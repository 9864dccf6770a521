"""Cells as HTML: one place writes a value as people read it, for lists, reports and record pages.

A list writes hundreds of cells; nested template macros were two thirds of its time (docs/performance.md). What every cell of a page has in
common (language, time zone, the words for yes, no and nothing) is found once a request.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from jinja2 import Undefined
from markupsafe import Markup, escape

from app.foundation.i18n import current_locale, current_time_zone, listed, say
from app.foundation.pieces import icon_of, in_pieces
from app.foundation.views.columns import Cell, Kind
from app.foundation.views.state import once_per_request
from app.values import formats
from app.values.errors import Message
from app.values.months import Month

if TYPE_CHECKING:
    from app.foundation.views.listing import Row

NO_TONE = "neutral"
SMALL_ICON = 14


@dataclass
class CellWriter:
    """Writes values in one reader's language."""

    locale: str
    time_zone: str
    sprite: str
    nothing: Markup
    words: dict[bool, str]
    badges: dict[Any, Markup] = field(default_factory=dict)
    heads: dict[str, Markup] = field(default_factory=dict)
    known: dict[tuple[Any, ...], Markup] = field(default_factory=dict)
    looks: dict[tuple[Kind, Kind, bool], str] = field(default_factory=dict)

    def written(self, kind: str, value: Any, currency: str = "", is_voided: bool = False) -> Markup:
        """Return ``value`` as a cell of ``kind`` shows it; voided amounts are struck through."""
        if value is None or isinstance(value, Undefined):
            return self.nothing
        if kind == Kind.CHOICE:
            return self.badge(value)
        if kind == Kind.MONEY:
            # A page repeats the same few fees and days.
            return self._remembered((value, currency, is_voided), lambda: self._money(value, currency, is_voided))
        if isinstance(value, str) and not value:
            return self.nothing
        by_kind = _BY_KIND.get(kind)
        # A month equals its first day, and is written otherwise.
        return self._remembered((kind, type(value), value), lambda: by_kind(self, value)) if by_kind else self._text(value)

    def _remembered(self, key: tuple[Any, ...], write: Callable[[], Markup]) -> Markup:
        known = self.known.get(key)
        if known is None:
            known = self.known[key] = write()
        return known

    def badge(self, choice: Any) -> Markup:
        """Return a state with its colour and icon."""
        # Two kinds of states may share a value: "active" line, "active" card.
        kind = type(choice), choice
        known = self.badges.get(kind)
        if known is None:
            icon = getattr(choice, "icon", None)
            picture = self._icon(icon) if icon else ""
            tone = getattr(choice, "colour", None) or NO_TONE
            known = Markup('<span class="fh-badge tone-{}">{}<span>{}</span></span>').format(tone, picture, say(choice, self.locale))
            self.badges[kind] = known
        return known

    def cell(self, cell: Cell, currency: str = "", is_voided: bool = False) -> Markup:
        """Return a cell with its link and its second line."""
        words = escape(str(cell.value)) if self._is_running_number(cell) else self.written(cell.kind, cell.value, currency, is_voided)
        if cell.href:
            words = _html(f'<a href="{escape(cell.href)}">{words}</a>')
        return words if cell.second is None or cell.second == "" else words + self._second(cell)

    def cells(self, row: Row, heads: Sequence[str]) -> Markup:
        """Return all cells of a list's row: the first is its key and leads to the record, each names its head for the phone's card."""
        parts = []
        for position, (cell, head) in enumerate(zip(row.cells, heads, strict=True)):
            if position == 0 and row.href:
                key = self._key(cell, row)
                words = _html(f'<a class="fh-key" href="{escape(row.href)}">{key}</a>') + self._second(cell)
            else:
                words = self.cell(cell, row.currency, row.is_voided)
            parts.append(f'<td data-label="{self._head(head)}" class="{self._look(cell, position == 0)}">{words}</td>')
        return _html("".join(parts))

    @staticmethod
    def _is_running_number(cell: Cell) -> bool:
        """Tell whether the number names its row: it is written without groups, as people type it into the search."""
        return cell.kind is Kind.NUMBER and isinstance(cell.value, int) and cell.column.name == "id"

    def _key(self, cell: Cell, row: Row) -> Markup:
        """Return a row's key. A running number is written without groups: people type it into the search as it stands."""
        if cell.kind is Kind.NUMBER and isinstance(cell.value, int):
            return escape(str(cell.value))
        if isinstance(cell.value, str) and cell.kind is not Kind.CHOICE and cell.value:
            return escape(cell.value)
        return self.written(cell.kind, cell.value, row.currency, row.is_voided)

    @staticmethod
    def look(cell: Cell, is_first: bool = False) -> str:
        """Return the classes of a cell: how it is aligned, and where it stands on a phone's card."""
        # The number of a row is its name, and names stand left.
        classes = ["fh-number"] if cell.column.kind.is_right_aligned and not is_first else []
        if cell.column.kind is Kind.MONEY:
            classes.append("fh-amount-cell")
        if is_first:
            classes.append("fh-card-title")
        elif cell.kind is Kind.CHOICE:
            classes.append("fh-card-state")
        return " ".join(classes)

    def _look(self, cell: Cell, is_first: bool) -> str:
        key = cell.column.kind, cell.kind, is_first
        known = self.looks.get(key)
        if known is None:
            known = self.looks[key] = self.look(cell, is_first)
        return known

    def _head(self, head: str) -> Markup:
        # Each stands in every row.
        known = self.heads.get(head)
        if known is None:
            known = self.heads[head] = escape(head)
        return known

    def _money(self, amount: Decimal, currency: str, is_voided: bool) -> Markup:
        words = formats.money(amount, str(currency), self.locale) if currency else formats.number(amount, self.locale)
        if is_voided:
            return _html(f'<s class="fh-money fh-voided">{escape(words)}</s>')
        return _html(f'<span class="fh-money{" text-good" if amount < 0 else ""}">{escape(words)}</span>')

    def _day(self, day: datetime.date) -> Markup:
        if isinstance(day, Month):
            return _html(f'<span class="fh-nowrap">{escape(formats.month(day, self.locale))}</span>')
        return self._time(day, formats.day(day, self.locale))

    def _moment(self, moment: datetime.datetime) -> Markup:
        return self._time(moment, formats.moment(moment, self.locale, self.time_zone))

    @staticmethod
    def _time(value: datetime.date, words: str) -> Markup:
        return _html(f'<time class="fh-nowrap" datetime="{value.isoformat()}">{escape(words)}</time>')

    def _number(self, value: Decimal | int) -> Markup:
        return escape(formats.number(value, self.locale))

    def _percent(self, value: Decimal) -> Markup:
        return escape(formats.percent(value, self.locale))

    def _flag(self, value: object) -> Markup:
        return escape(self.words[bool(value)])

    def _text(self, value: Any) -> Markup:
        if isinstance(value, Message):
            return in_pieces(escape(say(value, self.locale)))
        if isinstance(value, Sequence) and not isinstance(value, str):
            return escape(listed((say(one, self.locale) for one in value), self.locale)) if value else self.nothing
        return in_pieces(escape(value))

    def _second(self, cell: Cell) -> Markup:
        if cell.second is None or cell.second == "":
            return Markup()
        return _html(f' <span class="fh-sub">{in_pieces(escape(cell.second))}</span>')

    def _icon(self, name: str) -> Markup:
        return icon_of(self.sprite, name, SMALL_ICON)


_BY_KIND: dict[str, Callable[[CellWriter, Any], Markup]] = {
    Kind.DAY: CellWriter._day,
    Kind.MOMENT: CellWriter._moment,
    Kind.NUMBER: CellWriter._number,
    Kind.PERCENT: CellWriter._percent,
    Kind.FLAG: CellWriter._flag,
}


def _html(escaped: str) -> Markup:
    """Return what was put together from escaped parts, without escaping it once more part by part."""
    return Markup(escaped)  # noqa: S704


def cell_writer() -> CellWriter:
    """Return the writer of this request's reader."""
    return once_per_request("cell writer", _new_writer)


def _new_writer() -> CellWriter:
    from app.foundation.shell import asset

    nothing = Markup('<span class="fh-none"><span aria-hidden="true">—</span><span class="visually-hidden">{}</span></span>').format(
        _("None")
    )
    return CellWriter(current_locale(), current_time_zone(), asset("icons.svg"), nothing, {True: _("Yes"), False: _("No")})
