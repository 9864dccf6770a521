"""The slip of 80 mm."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from app.billing.papers.rows import is_cash_only
from app.billing.papers.sheet import Print, day_of, figures, moment
from app.billing.papers.words import Words
from app.values import formats


def receipt(content: Mapping[str, Any], words: Words, values: Mapping[str, Any], print_: Print) -> dict[str, Any]:
    """Return what S1 prints beside the common values."""
    stops = content.get("stops_on")
    printed_at = moment(print_.at, content["office"], words)
    return {
        "heading": words("title_cash_slip" if is_cash_only(content) else "title_slip"),
        # A slip has no foot: its last lines say what a footer says.
        "footer": [],
        "page_count": 1,
        "head": _head(content, words, values["payer"]),
        "methods": _methods(content, words),
        "until": f"{words('used_until')}{words.colon}{formats.paper_day(day_of(stops), words.locale)}" if stops else "",
        "legal": words("slip_not_an_invoice") if content["currency"] in ("CNY", "VND") else "",
        "void_word": words("void_mark") if print_.voided else "",
        "printed": f"{words('printed', at=printed_at, n=print_.printing)} {print_.by}",
        "thanks": words("thanks"),
    }


def _head(content: Mapping[str, Any], words: Words, payer: str) -> list[tuple[str, str, bool]]:
    """Return caption, value and whether it is bold; what is not known is left out."""
    customer = content["customer"]
    lines = [
        (words("slip_number"), content["number"], True),
        (words("slip_time"), _taken_at(content, words), False),
        (words("customer"), f"{payer}\u00a0({customer['customer_no']})", True),
        (words("slip_login"), customer.get("broadband_account", ""), False),
        (words("unit"), customer.get("unit", ""), False),
        (words("address"), customer.get("address", ""), False),
    ]
    return [line for line in lines if line[1]]


def _taken_at(content: Mapping[str, Any], words: Words) -> str:
    """Return the business day; with the minute, unless the payment was entered on a later day."""
    on, created = content["on"], content.get("created_at")
    if not created or content.get("backdated"):
        return formats.paper_day(day_of(on), words.locale)
    return moment(datetime.datetime.fromisoformat(created), content["office"], words)


def _methods(content: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    currency = content["currency"]
    entries = []
    for one in content["methods"]:
        entries.append((words("method_" + one["method"]), figures(one.get("tendered") or one["amount"], currency, words)))
        if one.get("tendered"):
            entries.append((words("change"), figures(one.get("change") or "0", currency, words)))
        if one.get("reference"):
            entries.append((words("reference"), one["reference"]))
    return entries
