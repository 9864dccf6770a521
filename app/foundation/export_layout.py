"""How a table stands on paper: how wide each column is, what its cells say in lines, and which sheet that takes.

What must not be broken (amounts, days, numbers of documents) gets its whole width; words share what is left by their length. A table
that is too wide is written smaller, and one that is too wide for small letters lies on the larger sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from app.foundation.papers import fonts
from app.foundation.papers.lines import Unit, break_lines, may_break
from app.foundation.views.columns import Column, Kind

SIZES = (7.5, 6.5)  # of the letters, in points
HEAD_LINES = 2.2  # into as many lines a long head is broken, or into its words
PADDING = 3.5
WIDEST_WORDS = 130  # points; longer texts take several lines
MOST_LINES = 12
MOST_MEASURED = 40  # of the longest texts of a column
WHOLE = (Kind.MONEY, Kind.NUMBER, Kind.PERCENT, Kind.DAY, Kind.MOMENT, Kind.FLAG)


@dataclass(frozen=True)
class Layout:
    """The sheet (its number among those offered), the size of the letters, and the width of every column."""

    sheet: int
    size: float
    widths: Sequence[float]


@dataclass(frozen=True)
class Need:
    """The width below which a column cannot go, and the one it would like."""

    least: float
    liked: float


def laid_out(columns: Sequence[Column], table: Sequence[Sequence[str]], room: Sequence[float]) -> Layout:
    """Return how ``table`` (its first row the heads, its last perhaps the totals) fits on the first of the sheets with this ``room``."""
    for sheet, width in enumerate(room):
        for size in SIZES:
            needs = [_need(column, [row[position] for row in table], size) for position, column in enumerate(columns)]
            least = sum(need.least for need in needs)
            if least <= width:
                return Layout(sheet, size, _shared(needs, width))
    return Layout(len(room) - 1, SIZES[-1], [need.least * room[-1] / least for need in needs])


def in_lines(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Return ``text`` broken into lines no wider than a column of ``width``."""
    room = width - 2 * PADDING
    if width_of(text, size, bold=bold) <= room and "\n" not in text:
        return text
    units = [Unit("" if one == "\n" else one, _letter(one, bold) * size, ends_line=one == "\n") for one in text]
    lines = ["".join(unit.text for unit in line) for line in break_lines(units, [room])]
    return "\n".join(lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], "…"])


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide ``text`` is in one line."""
    return sum(_letter(one, bold) for one in text) * size


@lru_cache(maxsize=20_000)
def _letter(one: str, bold: bool) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(one, fonts.BOLD if bold else fonts.REGULAR, 1))


def _need(column: Column, texts: Sequence[str], size: float) -> Need:
    head, longest = texts[0], sorted(set(texts[1:]), key=len)[-MOST_MEASURED:]
    # The last row may be the totals, in bold.
    whole = max((width_of(text, size, bold=True) for text in longest), default=0.0)
    head_words = max(_longest_piece(head, size), width_of(head, size, bold=True) / HEAD_LINES)
    if column.kind in WHOLE or _are_codes(longest):
        least = max(whole, head_words)
        liked = max(whole, min(width_of(head, size, bold=True), least * 1.6))
    else:
        least = max(head_words, max((_longest_piece(text, size) for text in longest), default=0.0), min(whole, 4.5 * size))
        least = min(least, WIDEST_WORDS)
        liked = max(least, min(whole, WIDEST_WORDS))
    return Need(least + 2 * PADDING, liked + 2 * PADDING)


def _are_codes(texts: Sequence[str]) -> bool:
    """Tell whether a column holds numbers of documents, accounts, telephones: short, and nothing but ASCII."""
    return all(text.isascii() and len(text) <= 22 for text in texts)


def _longest_piece(text: str, size: float) -> float:
    """Return the width of the longest piece of ``text`` that no line breaks."""
    widest, piece = 0.0, 0.0
    for before, one in pairwise(f" {text}"):
        if may_break(before, one):
            piece = 0.0
        piece += 0.0 if one == " " else _letter(one, True) * size
        widest = max(widest, piece)
    return widest


def _shared(needs: Sequence[Need], width: float) -> list[float]:
    """Give every column its least, then what it would like as far as there is room, then the rest by size."""
    spare = width - sum(need.least for need in needs)
    wishes = [need.liked - need.least for need in needs]
    granted = min(1.0, spare / sum(wishes)) if sum(wishes) else 0.0
    widths = [need.least + wish * granted for need, wish in zip(needs, wishes, strict=True)]
    return [one * width / sum(widths) for one in widths]
