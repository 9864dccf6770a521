"""Lists as PDF for the binder: a table over lying pages, its head repeated, page numbers, the office and the title on every page.

reportlab's ``LongTable`` and not the papers' HTML: a thousand rows take a quarter of a second instead of thirteen.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from app.foundation import clock
from app.foundation.export_layout import PADDING, Layout, in_lines, laid_out
from app.foundation.export_words import UNWRITABLE, worded
from app.foundation.i18n import FILTERS, say
from app.foundation.papers import fonts
from app.foundation.views.columns import Column, Kind
from app.values.choices import Choice
from app.values.errors import Message, OperationRefused

MOST_ROWS = 5_000
LONGEST_CELL = 300
MARGIN, HEAD, FOOT = 28, 44, 18  # points
SMALL, TITLE_SIZE = 7, 13
INK, LINE, STRIPE = "#18202b", "#c9ced6", "#f4f5f7"


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
    totals: Mapping[str, Decimal | None] | None = None,
) -> None:
    """Write ``rows`` under the heads of ``columns``, and a line of ``totals`` (by column name) below them.

    Raises OperationRefused beyond ``MOST_ROWS`` rows: so much paper helps nobody.
    """
    from reportlab.lib.pagesizes import A3, A4, landscape
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    fonts.register()
    table = [[say(column.label) for column in columns]]
    for values in rows:
        if len(table) > MOST_ROWS:
            raise OperationRefused(
                Message("A PDF holds at most %(most)s rows. Narrow the period, or take the Excel file.", most=Decimal(MOST_ROWS)),
                code="too_many_rows",
            )
        table.append([_clean(_written(value, column, currency)) for value, column in zip(values, columns, strict=True)])
    if totals:
        table.append([_total(column, position, totals, currency) for position, column in enumerate(columns)])
    sheets = [landscape(A4), landscape(A3)]
    layout = laid_out(columns, table, [width - 2 * MARGIN for width, _height in sheets])
    width, height = sheets[layout.sheet]
    frame = Frame(MARGIN, MARGIN + FOOT, width - 2 * MARGIN, height - 2 * MARGIN - HEAD - FOOT, 0, 0, 0, 0)
    document = BaseDocTemplate(target, pagesize=(width, height), title=heading.title, author=heading.office)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    has_money = currency if any(column.kind is Kind.MONEY for column in columns) else ""
    document.build([_table(table, columns, layout, has_totals=bool(totals))], canvasmaker=_paged(heading, has_money))


def _table(table: Sequence[Sequence[str]], columns: Sequence[Column], layout: Layout, *, has_totals: bool) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import LongTable, TableStyle

    bold = {0, len(table) - 1} if has_totals else {0}
    cells = [
        [in_lines(text, width, layout.size, bold=number in bold) for text, width in zip(row, layout.widths, strict=True)]
        for number, row in enumerate(table)
    ]
    style = [
        ("FONT", (0, 0), (-1, -1), fonts.REGULAR, layout.size, layout.size * 1.35),
        ("FONT", (0, 0), (-1, 0), fonts.BOLD, layout.size, layout.size * 1.35),
        ("TEXTCOLOR", (0, 0), (-1, -1), HexColor(INK)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(INK)),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, HexColor(LINE)),
        ("ROWBACKGROUNDS", (0, 1), (-1, -1), [HexColor("#ffffff"), HexColor(STRIPE)]),
        *((side, (0, 0), (-1, -1), PADDING) for side in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")),
        *(("ALIGN", (at, 0), (at, -1), "RIGHT") for at, column in enumerate(columns) if column.kind.is_right_aligned),
    ]
    if has_totals:
        last = ((0, -1), (-1, -1))
        style += [("FONT", *last, fonts.BOLD, layout.size, layout.size * 1.35), ("LINEABOVE", *last, 0.8, HexColor(INK))]
        # The totals never stand on a page of their own.
        style.append(("NOSPLIT", (0, max(1, len(table) - 3)), (-1, -1)))
    return LongTable(cells, colWidths=list(layout.widths), repeatRows=1, style=TableStyle(style))


def _clean(text: str) -> str:
    return UNWRITABLE.sub("", text)[:LONGEST_CELL]


def _written(value: Any, column: Column, currency: str) -> str:
    """Return a value as it stands in a cell; amounts without their currency, which stands at the head of the page."""
    if value is None:
        return ""
    if isinstance(value, bool | Choice | Message):
        return worded(value)
    if isinstance(value, datetime.datetime):
        return str(FILTERS["moment"](value))
    if isinstance(value, datetime.date):
        return str(FILTERS["day"](value))
    if isinstance(value, Decimal | int):
        if column.kind is Kind.MONEY:
            return str(FILTERS["money"](Decimal(value), currency, symbol=False))
        return str(FILTERS["percent" if column.kind is Kind.PERCENT else "number"](value))
    return worded(value)


def _total(column: Column, position: int, totals: Mapping[str, Decimal | None], currency: str) -> str:
    if (total := totals.get(column.name)) is not None:
        return _written(total, column, currency)
    return say(Message("Total")) if position == 0 else ""


def _paged(heading: Heading, currency: str) -> Any:
    """Return a canvas that knows at the end how many pages there are, and writes the head and the foot of each."""
    from reportlab.pdfgen.canvas import Canvas

    printed = say(Message("Printed %(moment)s", moment=FILTERS["moment"](clock.now())))

    class Paged(Canvas):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self.finished: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self.finished.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self.finished, start=1):
                self.__dict__.update(page)
                self._frame(number, len(self.finished))
                super().showPage()
            super().save()

        def _frame(self, number: int, pages: int) -> None:
            width, height = self._pagesize
            top = height - MARGIN - TITLE_SIZE
            self.setFont(fonts.BOLD, TITLE_SIZE)
            self.drawString(MARGIN, top, heading.title)
            self.setFont(fonts.REGULAR, SMALL + 1)
            self.drawString(MARGIN, top - 15, heading.period)
            self.drawRightString(width - MARGIN, top, heading.office)
            self.drawRightString(width - MARGIN, top - 15, currency)
            self.setFont(fonts.REGULAR, SMALL)
            self.drawString(MARGIN, MARGIN, printed)
            words = Message("Page %(page)s of %(pages)s", page=str(number), pages=str(pages))
            self.drawRightString(width - MARGIN, MARGIN, say(words))

    return Paged
