"""Renewal notices 續費通知單 (C3) as PDF: frozen content in, one file out, however many notices. Nothing here reads the database."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.billing.papers.masking import masked_content
from app.billing.papers.sheet import DENSITIES, Logo, Print, day_of, frame, mark, words_of
from app.foundation.documents import render_paper
from app.reminders.captions import words as said
from app.values import formats

A5 = "a5"


def notices_pdf(
    notices: Sequence[tuple[Mapping[str, Any], int]],
    *,
    printed_at: datetime.datetime,
    printed_by: str,
    training: bool = False,
    logos: Mapping[int, bytes] | None = None,
) -> bytes:
    """Return the notices, each frozen content with the number of its printing, as one PDF, a sheet for each."""
    sheets = []
    for content, printing in notices:
        logo = (logos or {}).get(content["office"].get("logo") or 0, b"")
        print_ = Print(printing, printed_at, printed_by, None, training, Logo.of(logo))
        sheets.append(context(masked_content(content), print_))
    # Printed together in whatever languages: the mark of a training installation is in that of the first.
    first = Print(1, printed_at, printed_by, None, training)
    title = " ".join([sheets[0]["heading"], *(sheet["number"] for sheet in sheets[:2]), *(["…"] if len(sheets) > 2 else [])])
    return render_paper(
        "renewal_notice",
        {},
        copies=sheets,
        densities=[{"d": density} for density in DENSITIES],
        mark=mark(words_of(notices[0][0]), first),
        title=title.replace("\u00a0", ""),
    )


def context(content: Mapping[str, Any], print_: Print) -> dict[str, Any]:
    """Return everything the template of a notice prints."""
    words, locale, currency = words_of(content), content["locale"], content["currency"]
    customer = content["customer"]
    stops_on = formats.paper_day(day_of(content["stops_on"]), locale)
    has_stopped = content["days_left"] < 0
    sentence = said("has_stopped" if has_stopped else "will_stop", locale, account=customer["broadband_account"], stops_on=stops_on)
    phone = content["office"]["phone"]
    return {
        **frame(content, words, print_, paper=A5),
        "heading": said("title_renewal", locale),
        "dear": said("dear", locale, name=customer["name"]),
        "sentence": sentence,
        "customer": customer,
        "stops_on": stops_on,
        "days_left": content["days_left"] if not has_stopped else "",
        "offers": [
            {
                "months": said("months_1", locale) if offer["months"] == 1 else said("months_n", locale, n=offer["months"]),
                "amount": formats.paper_money(Decimal(offer["amount"]), currency, locale),
            }
            for offer in content["offers"]
        ],
        "ways_to_pay": content["ways_to_pay"].splitlines() + [line for line in [_call_us(content, phone)] if line],
        "said": {name: said(name, locale) for name in ("days_left", "renew_for", "ways_to_pay", "stamp_of_office")},
    }


def _call_us(content: Mapping[str, Any], phone: str) -> str:
    """Return the sentence with the telephone number, unless the office's own words name it already."""
    return said("call_us", content["locale"], phone=phone) if phone and phone not in content["ways_to_pay"] else ""
