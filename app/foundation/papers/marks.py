"""The diagonal mark over a whole page: a voided paper, a training paper, a draft.

The word is drawn as an outline in the papers' own font, 20° upwards, 26 % of the page's height, and laid over the finished page,
so that neither a cell's fill nor a picture can hide it and the text below stays readable.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from app.foundation.papers import fonts

COLOURS = {"red": (0.85, 0.1, 0.1), "grey": (0.5, 0.5, 0.5)}
ANGLE = 20
SHARE_OF_HEIGHT = 0.26
SHARE_OF_WIDTH = 0.88


@dataclass(frozen=True, slots=True)
class Mark:
    """The word and its colour: ``red`` for void papers, ``grey`` for training and drafts."""

    text: str
    colour: str = "red"


def lay_over(pages: list[Any], mark: Mark) -> None:
    """Draw ``mark`` on each of ``pages`` (pypdf pages), in their own sizes."""
    from pypdf import PdfReader

    drawn: dict[tuple[float, float], Any] = {}
    for page in pages:
        size = (float(page.mediabox.width), float(page.mediabox.height))
        if size not in drawn:
            drawn[size] = PdfReader(io.BytesIO(_drawn(mark, *size))).pages[0]
        page.merge_page(drawn[size])


def _drawn(mark: Mark, width: float, height: float) -> bytes:
    """Return a PDF of one transparent page with the outline in its middle."""
    from reportlab.pdfbase.pdfmetrics import stringWidth
    from reportlab.pdfgen.canvas import Canvas

    fonts.register()
    longest = SHARE_OF_WIDTH * width
    size = min(SHARE_OF_HEIGHT * height, longest / max(stringWidth(mark.text, fonts.BOLD, 1), 0.1))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(width, height))
    canvas.translate(width / 2, height / 2)
    canvas.rotate(ANGLE)
    canvas.setStrokeColorRGB(*COLOURS[mark.colour], alpha=0.65)
    canvas.setLineWidth(max(size / 42, 0.6))
    text = canvas.beginText(-stringWidth(mark.text, fonts.BOLD, size) / 2, -size * 0.36)
    text.setFont(fonts.BOLD, size)
    text.setTextRenderMode(1)
    text.textOut(mark.text)
    canvas.drawText(text)
    canvas.save()
    return target.getvalue()
