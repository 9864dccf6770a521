"""The application for a transfer of ownership 用户过户申请表 (C5), the old customer beside the new one, from its frozen content."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from app.billing.papers.chinese import spaced
from app.billing.papers.masking import masked_content
from app.billing.papers.sheet import DENSITIES, Logo, Print, Signer, day_of, frame, mark, money, words_of
from app.billing.papers.words import Words
from app.broadband.papers import captions as captions
from app.broadband.papers.application import COPIES, LASER, NONE
from app.foundation.documents import render_paper
from app.values import formats

# What stands of either customer, in its order: caption, and name in the snapshot.
ROWS = (
    ("customer_no", "customer_no"),
    ("customer_name", "name"),
    ("id_number", "id_number"),
    ("community_name", "community"),
    ("address", "address"),
    ("telephone_number", "telephone"),
    ("contact_phone_number", "contact_phone"),
)
TERMS = ("transfer_term_1", "transfer_term_2", "transfer_term_3", "transfer_term_4")


def transfer_pdf(
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
    """Return the application frozen in ``content`` as PDF: a page for each of its two copies, or one where ``copies`` is single."""
    content = masked_content(content)
    words = words_of(content)
    print_ = Print(printing, printed_at, printed_by, masked_content(voided) if voided else None, training, Logo.of(logo))
    style = copies or content.get("copies") or LASER
    numbers = COPIES if style == LASER else COPIES[1:]
    return render_paper(
        "transfer",
        context(content, words, print_),
        copies=[{"copy_lines": [words.pair(f"application_copy_{number}")]} for number in numbers],
        densities=[{"d": density} for density in DENSITIES],
        pages=1,
        mark=mark(words, print_),
        title=f"{words('title_transfer')} {content['broadband_account']}",
    )


def context(content: Mapping[str, Any], words: Words, print_: Print) -> dict[str, Any]:
    """Return everything the template prints."""
    old = {**content["customer"], "contact_phone": content["contact_phone"]}
    day, fee, receipt = content["facts"]
    credit = money(content["credit"], content["currency"], words)
    return {
        **frame(content, words, print_, paper="a4"),
        "heading": spaced(words("title_transfer"), words),
        "people": [(words.pair(caption), old[name] or NONE, content["new_customer"][name] or NONE) for caption, name in ROWS],
        "business": [
            ("login", content["broadband_account"]),
            ("plan", content["plan_then"]),
            ("stops_on", formats.paper_day(day_of(content["stops_on"]), words.locale) if content["stops_on"] else NONE),
            ("days_left", words("quantity_days", n=content["days_left"]) if content["days_left"] is not None else NONE),
            ("arrears", words("no_arrears")),
            ("transferred_on", formats.paper_day(day_of(day["day"]), words.locale)),
            ("transfer_fee", money(fee["money"], content["currency"], words)),
            ("receipt_no", receipt["text"] or NONE),
        ],
        "terms": [words.pair(term, credit=credit) for term in TERMS],
        "remark": content.get("note", ""),
        "signers": [
            Signer(words.pair("old_customer_signs")),
            Signer(words.pair("new_customer_signs")),
            Signer(words.pair("received_by_office"), name=content["handled_by"]),
            Signer(words.pair("application_approved_by")),
        ],
    }
