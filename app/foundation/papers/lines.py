"""Line breaking for Chinese, Vietnamese and English in one line.

xhtml2pdf breaks either at spaces only (Chinese runs off the page) or anywhere (Vietnamese words and numbers are cut, lines begin
with a comma). Here a Latin word or a number stays whole, a Chinese character may end a line, and the rules of kinsoku hold: no
closing mark begins a line and no opening mark ends one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

NEVER_FIRST = frozenset("，。、；：？！）】》〉」』〕］｝”’…—～·・％‰℃°々〻ー,.;:?!)]}%»›")
NEVER_LAST = frozenset("（【《〈「『〔［｛“‘([{¥￥$€₫№#«‹")
GLUE = frozenset("\u00a0\u2060\u202f")
OBJECT = "\ufffc"
SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Unit:
    """One character, inline object or forced break, with its width in points and the fragment it belongs to."""

    text: str
    width: float
    fragment: Any = None
    ends_line: bool = False


def is_ideographic(character: str) -> bool:
    """Tell whether a line may be broken beside ``character`` without a space."""
    return unicodedata.east_asian_width(character) in "WF"


def may_break(before: str, after: str) -> bool:
    """Tell whether a line may end between these two neighbours, neither of them at a line's edge."""
    if after == " " or before in GLUE or after in GLUE:
        return False
    if before == " ":
        return True
    if after in NEVER_FIRST or before in NEVER_LAST:
        return False
    return is_ideographic(before) or is_ideographic(after)


def break_lines(units: Sequence[Unit], widths: Sequence[float]) -> list[list[Unit]]:
    """Return ``units`` as lines no wider than ``widths`` (the last one counts for all later lines), spaces trimmed at the edges."""
    lines: list[list[Unit]] = []
    for forced, paragraph in groupby(_with_breaks(units), key=lambda pair: pair[0]):
        del forced
        rest = [unit for _, unit in paragraph if not unit.ends_line]
        while True:
            end = _fitting(rest, widths[min(len(lines), len(widths) - 1)])
            lines.append(_trimmed(rest[:end]))
            rest = rest[end:]
            if not any(unit.text != " " for unit in rest):
                break
    return lines


def _with_breaks(units: Sequence[Unit]) -> list[tuple[int, Unit]]:
    """Number the stretches between forced breaks; a break belongs to the stretch it ends."""
    numbered, stretch = [], 0
    for unit in units:
        numbered.append((stretch, unit))
        stretch += unit.ends_line
    return numbered


def _fitting(units: Sequence[Unit], width: float) -> int:
    """Return how many of ``units`` the first line takes; at least one, and a word cut only where it is longer than a line."""
    used, allowed = 0.0, 0
    for index, unit in enumerate(units):
        if index and may_break(units[index - 1].text, unit.text):
            allowed = index
        used += unit.width
        # A space at the end of a line hangs into the margin.
        if used > width + SLACK and unit.text != " ":
            return allowed or max(index, 1)
    return len(units)


def _trimmed(line: Sequence[Unit]) -> list[Unit]:
    start, end = 0, len(line)
    while start < end and line[start].text == " ":
        start += 1
    while end > start and line[end - 1].text == " ":
        end -= 1
    return list(line[start:end])


def install() -> None:
    """Put this breaker into xhtml2pdf, in the place where ``-pdf-word-wrap: CJK`` calls it."""
    from xhtml2pdf import reportlab_paragraph

    def broken(self: Any, width: Any) -> Any:
        widths = list(width) if isinstance(width, list | tuple) else [width]
        reportlab_paragraph._handleBulletWidth(self.bulletText, self.style, widths, rtl=self.dir == "rtl")
        lines = break_lines(_units(self.frags), widths)
        made = [_made_line(line, widths[min(index, len(widths) - 1)], self) for index, line in enumerate(lines)]
        return reportlab_paragraph.ParaLines(kind=1, lines=made)

    reportlab_paragraph.Paragraph.breakLinesCJK = broken


def _units(fragments: Sequence[Any]) -> list[Unit]:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    units: list[Unit] = []
    for fragment in fragments:
        if hasattr(fragment, "lineBreak"):
            units.append(Unit("", 0, fragment, ends_line=True))
        elif hasattr(fragment, "cbDefn"):
            units.append(Unit(OBJECT, getattr(fragment.cbDefn, "width", 0) or 0, fragment))
        else:
            name, size = fragment.fontName, fragment.fontSize
            units.extend(Unit(one, stringWidth(one, name, size), fragment) for one in str(fragment.text))
    return units


def _made_line(line: Sequence[Unit], width: float, paragraph: Any) -> Any:
    """Return a line as xhtml2pdf draws it: one fragment per run of the same style."""
    from reportlab.pdfbase.pdfmetrics import getAscentDescent
    from xhtml2pdf.reportlab_paragraph import FragLine, imgVRange

    words, bounds = [], []
    for _, run in groupby(line, key=lambda unit: id(unit.fragment)):
        units = list(run)
        fragment = units[0].fragment
        words.append(fragment if units[0].text == OBJECT else fragment.clone(text="".join(unit.text for unit in units)))
        ascent, descent = getAscentDescent(fragment.fontName, fragment.fontSize)
        if units[0].text == OBJECT and units[0].width:
            descent, ascent = imgVRange(fragment.cbDefn.height, fragment.cbDefn.valign, fragment.fontSize)
        bounds.append((fragment.fontSize, ascent, descent))
    if not bounds:
        style = paragraph.style
        bounds = [(style.fontSize, *getAscentDescent(style.fontName, style.fontSize))]
    sizes, ascents, descents = zip(*bounds, strict=True)
    return FragLine(
        kind=1,
        extraSpace=width - sum(unit.width for unit in line),
        wordCount=1 + sum(unit.text == " " for unit in line),
        words=words,
        fontSize=max(sizes),
        ascent=max(ascents),
        descent=min(descents),
    )
