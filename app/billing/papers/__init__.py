"""The papers of billing: frozen content in, PDF out. Nothing here reads the database.

``copies`` of every paper is laser (a page per copy), carbon (one page of multi-part paper), single (the customer's copy) or, for
receipts, slip (80 mm); without it the office's setting in ``content`` holds. ``printing`` counts from 1; from the second on the
paper says so. ``printed_at`` is in the office's time. ``logo`` is the letterhead's picture as PNG.
``voided`` is {number, date, reason, approved_by} of the reversal: a voided
paper is printed with it or not at all.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from app.billing.papers import receipt, sheet, voucher
from app.billing.papers.masking import masked_content
from app.billing.papers.sheet import Logo, Print
from app.foundation.documents import render_paper

__all__ = ["receipt_pdf", "reversal_pdf", "voucher_pdf"]

LASER = "laser"


def receipt_pdf(
    content: Mapping[str, Any],
    *,
    printing: int,
    printed_at: datetime.datetime,
    printed_by: str,
    copies: str | None = None,
    voided: Mapping[str, Any] | None = None,
    training: bool = False,
    logo: bytes = b"",
) -> bytes:
    """Return the receipt frozen in ``content`` as PDF."""
    content = masked_content(content)
    print_ = Print(printing, printed_at, printed_by, masked_content(voided) if voided else None, training, Logo.of(logo))
    style = copies or content.get("copies") or LASER
    return _rendered("receipt", content, receipt.context(content, print_, style=style), print_, style)


def voucher_pdf(
    content: Mapping[str, Any],
    *,
    printing: int,
    printed_at: datetime.datetime,
    printed_by: str,
    copies: str | None = None,
    voided: Mapping[str, Any] | None = None,
    training: bool = False,
    logo: bytes = b"",
) -> bytes:
    """Return the payment voucher frozen in ``content`` as PDF; vouchers have no slip, where receipts do the receiver's copy is printed."""
    content = masked_content(content)
    print_ = Print(printing, printed_at, printed_by, masked_content(voided) if voided else None, training, Logo.of(logo))
    style = copies or content.get("copies") or LASER
    style = "single" if style == "slip" else style
    return _rendered("voucher", content, voucher.context(content, print_, style=style), print_, style)


def reversal_pdf(
    content: Mapping[str, Any],
    *,
    printing: int,
    printed_at: datetime.datetime,
    printed_by: str,
    training: bool = False,
    logo: bytes = b"",
) -> bytes:
    """Return the reversal in ``content`` as PDF.

    ``content`` has the keys of a receipt's (lines and total negative, total in words with 负 or âm) and besides
    ``original`` {number, on, total}, ``reason``, ``effect`` and ``approved_by``.
    """
    content = masked_content(content)
    print_ = Print(printing, printed_at, printed_by, None, training, Logo.of(logo))
    return _rendered("reversal", content, voucher.reversal_context(content, print_), print_, "single")


def _rendered(kind: str, content: Mapping[str, Any], values: Mapping[str, Any], print_: Print, style: str) -> bytes:
    words, is_slip = sheet.words_of(content), values["sheet"] == "slip"
    return render_paper(
        kind,
        values,
        copies=sheet.copies_of(words, style, kind),
        densities=sheet.densities_of(values["sheet"], values.get("layout", "")),
        pages=values["page_count"],
        # A slip has no room for a diagonal mark: it bears the word between two rules.
        mark=None if is_slip else sheet.mark(words, print_),
        cropped=is_slip,
        title=f"{values['heading']} {content['number']}".replace("\u00a0", ""),
    )
