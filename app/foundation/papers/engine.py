"""HTML sheets to one PDF. Runs in the child process only: see ``pool``."""

from __future__ import annotations

import io
import logging
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from app.foundation.papers import fonts, lines
from app.foundation.papers.marks import Mark, lay_over

MILLIMETRE = 72 / 25.4
BELOW_A_SLIP = 8 * MILLIMETRE
# The places for the number of pages, as templates write them. What people typed is escaped and is never one.
PAGE_COUNT = "<pdf:pagecount>"
# A sheet that may run on over many pages mostly has so many.
MOST_GUESSED = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """One copy of a paper, as HTML in one or several densities: the first that needs no more than ``pages`` is printed."""

    alternatives: list[str]
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Job:
    """What the parent asks for: its sheets, a mark over every page, and whether the page is cut below its last line."""

    sheets: list[Sheet]
    mark: Mark | None = None
    cropped: bool = False
    title: str = ""


@dataclass(slots=True)
class Made:
    """A finished PDF and what the engine complained about on the way."""

    pdf: bytes
    warnings: list[str] = field(default_factory=list)


def prepare() -> None:
    """Load what every render needs: the libraries, the fonts, the line breaker."""
    import xhtml2pdf.document  # noqa: F401

    fonts.register()
    lines.install()


def make(job: Job) -> Made:
    """Return the PDF of ``job``: every sheet numbers its own pages, and all are bound in one file."""
    from pypdf import PdfWriter

    prepare()
    with _complaints() as warnings:
        made = [_fitting(sheet) for sheet in job.sheets]
    writer = PdfWriter()
    for reader in made:
        writer.append(reader)
    if job.cropped:
        for page in writer.pages:
            _crop(page)
    if job.mark:
        lay_over(list(writer.pages), job.mark)
    writer.add_metadata({"/Title": job.title, "/Producer": "Feehouse"})
    if len(made) > 1 or job.mark:
        # Each sheet brings its own copy of the fonts; identical objects are kept once.
        writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    target = io.BytesIO()
    writer.write(target)
    return Made(target.getvalue(), warnings)


def _fitting(sheet: Sheet) -> Any:
    """Return the loosest alternative that keeps to its pages, so that no signature is left alone on a page of its own.

    The engine would set a sheet twice, only to learn how many pages its foot has to name. So the number is guessed, and the sheet set once
    more where the guess was wrong.
    """
    guess = min(sheet.pages, MOST_GUESSED)
    for html in sheet.alternatives:
        reader = _numbered(html, guess)
        if len(reader.pages) <= sheet.pages:
            break
    return reader if len(reader.pages) == guess or PAGE_COUNT not in html else _numbered(html, len(reader.pages))


def _numbered(html: str, pages: int) -> Any:
    """Return one sheet as pages whose foot says that there are ``pages`` of them."""
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(_rendered(html.replace(PAGE_COUNT, str(pages)))))


def _rendered(html: str) -> bytes:
    """Return one sheet as PDF. Nothing outside the fonts' folder is readable and nothing is fetched."""
    from xhtml2pdf.config.resources import ResourceAccessPolicy
    from xhtml2pdf.document import pisaDocument

    # Decomposed Vietnamese has no glyphs of its own and would print as boxes.
    composed = unicodedata.normalize("NFC", html)
    policy = ResourceAccessPolicy.server(fonts.FOLDER, allow_remote=False)
    target = io.BytesIO()
    status = pisaDocument(composed, dest=target, resource_policy=policy)
    if status.err:
        raise ValueError("; ".join(str(entry[2]) for entry in status.log if entry[0] == "error") or "unknown error")
    return target.getvalue()


def _crop(page: Any) -> None:
    """Cut a slip 8 mm below its last line: its length follows what is on it."""
    from pypdf.generic import RectangleObject

    heights: list[float] = []

    def visit(text: str, outer: Any, inner: Any, _font: Any, _size: Any) -> None:
        if text.strip():
            heights.append(float(inner[4]) * float(outer[1]) + float(inner[5]) * float(outer[3]) + float(outer[5]))

    page.extract_text(visitor_text=visit)
    box = page.mediabox
    bottom = max(min(heights, default=0.0) - BELOW_A_SLIP, 0.0)
    page.mediabox = page.cropbox = RectangleObject((float(box.left), bottom, float(box.right), float(box.top)))


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Collect the warnings of xhtml2pdf, above all "No font … can draw"."""
    collected: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            collected.append(record.getMessage())

    logger, handler = logging.getLogger("xhtml2pdf"), Collector(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield collected
    finally:
        logger.removeHandler(handler)
