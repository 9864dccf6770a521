"""The receipt 收款收据 · phiếu thu · biên nhận thanh toán, from the content that was frozen when it was issued.

Vietnamese offices print form 01-TT for money taken wholly in cash and a payment receipt for everything else (the cash book takes
cash only); offices of other currencies print the Chinese receipt. A slip of 80 mm is the office's choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.billing.papers import chinese, form, slip
from app.billing.papers.rows import rows
from app.billing.papers.sheet import Print, amount_head, frame, money, paper_of, words_of


def layout_of(content: Mapping[str, Any], style: str) -> str:
    """Return slip, form (Vietnamese) or sheet (Chinese)."""
    if style == "slip":
        return "slip"
    return "form" if content["currency"] == "VND" else "sheet"


def context(content: Mapping[str, Any], print_: Print, *, style: str) -> dict[str, Any]:
    """Return everything the template prints."""
    words, layout = words_of(content), layout_of(content, style)
    values = {
        **frame(content, words, print_, paper=paper_of(style)),
        "layout": layout,
        # Papers of before units were named say nothing of them.
        "customer": {"unit": "", **content["customer"]},
        "rows": rows(content, words),
        "total": money(content["total"], content["currency"], words),
        "in_words": content["total_in_words"],
        "amount_head": amount_head(words, content["currency"]),
        "payer": content.get("payer_name") or content["customer"]["name"],
        "cashier": content["cashier"],
        "shift": content.get("shift", ""),
        "note": content.get("note", ""),
    }
    if layout == "slip":
        return values | slip.receipt(content, words, values, print_)
    if layout == "form":
        return values | form.receipt(content, words, values)
    return values | chinese.receipt(content, words, values)
