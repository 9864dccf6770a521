"""The application for a transfer of ownership 用户过户申请表 (C5), the old customer beside the new one, from its frozen content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.billing.papers.chinese import spaced
from app.billing.papers.sheet import Print, Signer, day_of, frame, money
from app.billing.papers.words import Words
from app.broadband.papers import captions as captions
from app.broadband.papers.two_copies import NONE, LinePaper
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


transfer_pdf = LinePaper("transfer", lambda content, words: words("title_transfer"), context)
