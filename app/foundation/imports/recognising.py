"""Which column of a file is which: the line of headings, and each heading by its name in any language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from app.foundation.i18n import LANGUAGES, say
from app.foundation.imports.cells import Cell, Hidden, is_empty, text_of
from app.foundation.imports.declared import ImportKind, import_kinds
from app.foundation.imports.parsers import folded
from app.values.errors import N_

# The column that a corrected file has more than the first one; it is never data.
WRONG_LABEL = N_("What is wrong")
LINES_SEARCHED = 10
# A remembered heading that stands for nothing.
LEFT_OUT = ""
# Of a telephone, an identity number, an account; no heading holds one.
LONG_NUMBER = re.compile(r"\d{6}")


def heading_line(kind: ImportKind, rows: Sequence[Sequence[Cell]], remembered: Mapping[str, str]) -> int:
    """Return the index of the line of headings: that of the first ten in which most headings are known, else the first not empty."""
    filled = [at for at, row in enumerate(rows[:LINES_SEARCHED]) if not all(is_empty(cell) for cell in row)]
    return max(filled, key=lambda at: (len(recognised(kind, rows[at], remembered)), -at), default=0)


def recognised(kind: ImportKind, headings: Sequence[Cell], remembered: Mapping[str, str]) -> dict[str, int]:
    """Return column name -> index for every heading that is known: as the office has chosen before, else by name in any language."""
    known, found = names_of(kind.name), {}
    columns = {column.name for column in kind.columns}
    for at, heading in enumerate(headings):
        name = folded(text_of(heading))
        column = remembered.get(name, known.get(name, LEFT_OUT)) if name else LEFT_OUT
        if column in columns and column not in found:
            found[column] = at
    return found


def learnt(headings: Sequence[Cell], columns: Mapping[str, int]) -> dict[str, str]:
    """Return what to remember of a choice of columns: folded heading -> column name, or nothing for one left out.

    Of a line that holds numbers or dates nothing: it is a row of the file, and its people must not be remembered.
    """
    if not all(_is_a_heading(cell) for cell in headings):
        return {}
    chosen = {at: name for name, at in columns.items()}
    written = {at: folded(text_of(heading)) for at, heading in enumerate(headings)}
    return {name[:100]: chosen.get(at, LEFT_OUT) for at, name in written.items() if name and name not in wrong_labels()}


def _is_a_heading(cell: Cell) -> bool:
    return not LONG_NUMBER.search(cell) if isinstance(cell, str) else cell is None or isinstance(cell, Hidden)


@lru_cache(maxsize=32)
def names_of(kind_name: str) -> Mapping[str, str]:
    """Return folded heading -> column name: labels in all languages first, then aliases; the first to claim a name keeps it."""
    kind = import_kinds()[kind_name]
    names: dict[str, str] = {}
    for column in kind.columns:
        for locale in LANGUAGES:
            names.setdefault(folded(say(column.label, locale)), column.name)
    for column in kind.columns:
        for alias in (column.name, *column.aliases):
            names.setdefault(folded(alias), column.name)
    for label in wrong_labels():
        names.pop(label, None)
    return names


@lru_cache(maxsize=1)
def wrong_labels() -> frozenset[str]:
    """Return the heading of the extra column of a corrected file in every language."""
    return frozenset(folded(say(WRONG_LABEL, locale)) for locale in LANGUAGES)
