"""The papers of billing: frozen content in, PDF out. Nothing here reads the database."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from app.billing.papers import receipt, sheet
from app.billing.papers.sheet import Print
from app.foundation.documents import render_paper

__all__ = ["receipt_pdf"]


def receipt_pdf(
    content: Mapping[str, Any],
    *,
    printing: int,
    printed_at: datetime.datetime,
    printed_by: str,
    copies: str | None = None,
    voided: Mapping[str, Any] | None = None,
    training: bool = False,
) -> bytes:
    """Return the receipt frozen in ``content`` as PDF.

    ``printing`` counts from 1; from the second on the paper says so. ``copies`` is laser (a page per copy), carbon (one page of
    multi-part paper), single (the customer's copy) or slip (80 mm); without it the office's setting in ``content`` holds. ``voided``
    is {number, date, reason, approved_by} of the reversal: a voided receipt cannot be printed without it.
    """
    print_ = Print(printing, printed_at, printed_by, voided, training)
    style = copies or content.get("copies") or "laser"
    words = sheet.words_of(content)
    values = receipt.context(content, print_, style=style)
    is_slip = values["layout"] == "slip"
    return render_paper(
        "receipt",
        values,
        copies=sheet.copies_of(content, words, style, "receipt"),
        densities=sheet.densities_of(values["sheet"]),
        pages=values["page_count"],
        mark=None if is_slip else sheet.mark(words, print_),
        cropped=is_slip,
        title=f"{values['heading']} {content['number']}".replace("\u00a0", ""),
    )
