"""Lists as PDF for the binder: a table over A4 pages lying, its head repeated, page numbers, the office and the title on every page.

reportlab's ``LongTable`` and not the papers' HTML: a thousand rows take a quarter of a second instead of thirteen.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from app.foundation import clock
from app.foundation.exports import UNWRITABLE, headed, worded
from app.foundation.i18n import FILTERS, say
from app.foundation.papers import fonts, lines
from app.foundation.views.columns import Column, Kind
from app.values.choices import Choice
from app.values.errors import Message, OperationRefused

if TYPE_CHECKING:
    from reportlab.platypus import Paragraph

MOST_ROWS = 5_000
LONGEST_CELL = 300
MARGIN, HEAD, FOOT = 28, 46, 24  # points
TEXT_SIZE, SMALL, TITLE_SIZE = 7.5, 7, 13
# How wide a column is beside the others, by its kind.
WEIGHTS = {
    Kind.TEXT: 3.0,
    Kind.RELATION: 3.0,
    Kind.MONEY: 2.2,
    Kind.NUMBER: 1.6,
    Kind.DAY: 2.0,
    Kind.MOMENT: 2.6,
    Kind.CHOICE: 2.0,
    Kind.FLAG: 1.2,
}
LINE, STRIPE = "#c9ced6", "#f4f5f7"


@dataclass(frozen=True)
class Heading:
    """What stands on every page: title, whose list, over which time."""

    title: str
    office: str = ""
    period: str = ""


def write_pdf(
    target: IO[bytes],
    heading: Heading,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    currency: str,
    totals: Mapping[str, Decimal] | None = None,
) -> None:
    """Write ``rows`` under the heads of ``columns``, and a line of ``totals`` (by column name) below them.

    Raises OperationRefused beyond ``MOST_ROWS`` rows: so much paper helps nobody.
    """
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    fonts.register()
    lines.install()
    table = [[_cell(headed(column, currency), column, bold=True) for column in columns]]
    for values in rows:
        if len(table) > MOST_ROWS:
            raise OperationRefused(
                Message("A PDF holds at most %(most)s rows. Narrow the period, or take the Excel file.", most=Decimal(MOST_ROWS)),
                code="too_many_rows",
            )
        table.append([_cell(_written(value, currency), column) for value, column in zip(values, columns, strict=True)])
    if totals:
        table.append([_cell(_total(column, position, totals, currency), column, bold=True) for position, column in enumerate(columns)])
    width, height = landscape(A4)
    frame = Frame(MARGIN, MARGIN + FOOT, width - 2 * MARGIN, height - 2 * MARGIN - HEAD - FOOT, 0, 0, 0, 0)
    document = BaseDocTemplate(target, pagesize=(width, height), title=heading.title, author=heading.office)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=lambda canvas, page: _page(canvas, page, heading)))
    document.build([_table(table, columns, width - 2 * MARGIN, has_totals=bool(totals))])


def _table(cells: list[list[Paragraph]], columns: Sequence[Column], width: float, *, has_totals: bool) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import LongTable, TableStyle

    weights = [WEIGHTS[column.kind] for column in columns]
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor("#18202b")),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, HexColor(LINE)),
        ("ROWBACKGROUNDS", (0, 1), (-1, -1), [HexColor("#ffffff"), HexColor(STRIPE)]),
        *((side, (0, 0), (-1, -1), 3) for side in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")),
    ]
    if has_totals:
        style.append(("LINEABOVE", (0, -1), (-1, -1), 0.8, HexColor("#18202b")))
    return LongTable(cells, colWidths=[width * weight / sum(weights) for weight in weights], repeatRows=1, style=TableStyle(style))


def _cell(text: str, column: Column, *, bold: bool = False) -> Paragraph:
    from reportlab.platypus import Paragraph

    # What a person typed is text, never markup.
    shown = escape(UNWRITABLE.sub("", text)[:LONGEST_CELL])
    return Paragraph(shown, _style(bold, column.kind.is_right_aligned))


@lru_cache(maxsize=4)
def _style(bold: bool, right: bool) -> Any:
    from reportlab.lib.enums import TA_LEFT, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(
        f"{bold}{right}",
        fontName=fonts.BOLD if bold else fonts.REGULAR,
        fontSize=TEXT_SIZE,
        leading=TEXT_SIZE * 1.35,
        alignment=TA_RIGHT if right else TA_LEFT,
        wordWrap="CJK",
    )


def _written(value: Any, currency: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | Choice | Message):
        return worded(value)
    if isinstance(value, datetime.datetime):
        return str(FILTERS["moment"](value))
    if isinstance(value, datetime.date):
        return str(FILTERS["day"](value))
    if isinstance(value, Decimal):
        return str(FILTERS["money"](value, currency))
    return worded(value)


def _total(column: Column, position: int, totals: Mapping[str, Decimal], currency: str) -> str:
    if column.name in totals:
        kind = "money" if column.kind is Kind.MONEY else "number"
        return str(FILTERS[kind](totals[column.name], currency) if kind == "money" else FILTERS[kind](totals[column.name]))
    return say(Message("Total")) if position == 0 else ""


def _page(canvas: Any, page: Any, heading: Heading) -> None:
    width, height = page.pagesize
    canvas.saveState()
    canvas.setFont(fonts.BOLD, TITLE_SIZE)
    canvas.drawString(MARGIN, height - MARGIN - TITLE_SIZE, heading.title)
    canvas.setFont(fonts.REGULAR, SMALL + 1)
    canvas.drawString(MARGIN, height - MARGIN - TITLE_SIZE - 15, heading.period)
    canvas.drawRightString(width - MARGIN, height - MARGIN - TITLE_SIZE, heading.office)
    canvas.setFont(fonts.REGULAR, SMALL)
    canvas.drawString(MARGIN, MARGIN, say(Message("Printed %(moment)s", moment=FILTERS["moment"](clock.now()))))
    canvas.drawRightString(width - MARGIN, MARGIN, say(Message("Page %(number)s", number=str(canvas.getPageNumber()))))
    canvas.restoreState()
