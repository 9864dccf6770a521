"""The payment voucher 付款凭证 · 退费单 · phiếu chi · phiếu hoàn tiền, and the reversal 冲正单, from their frozen content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.billing.papers import chinese, form
from app.billing.papers.rows import rows
from app.billing.papers.sheet import Print, amount_head, day_of, frame, money, paper_of, words_of
from app.values import formats


def context(content: Mapping[str, Any], print_: Print, *, style: str) -> dict[str, Any]:
    """Return everything the template of a voucher prints."""
    words = words_of(content)
    is_form = content["currency"] == "VND"
    customer = content.get("customer")
    values = {
        **frame(content, words, print_, paper=paper_of(style)),
        "layout": "form" if is_form else "sheet",
        "customer": customer,
        "rows": rows(content, words),
        "total": money(content["total"], content["currency"], words),
        "in_words": content["total_in_words"],
        "amount_head": amount_head(words, content["currency"], key="amount_in" if is_form else "refund_amount"),
        "payee": content.get("payee_name") or (customer["name"] if customer else ""),
    }
    if is_form:
        return values | form.voucher(content, words, values)
    return values | chinese.voucher(content, words, values)


def reversal_context(content: Mapping[str, Any], print_: Print) -> dict[str, Any]:
    """Return everything the template of a reversal prints; its layout is the same in every country."""
    words = words_of(content)
    original = content["original"]
    values = {
        **frame(content, words, print_, paper="a5"),
        "customer": content["customer"],
        "rows": rows(content, words),
        "total": money(content["total"], content["currency"], words),
        "in_words": content["total_in_words"],
        "amount_head": amount_head(words, content["currency"]),
        "original": {
            "number": original["number"],
            "date": formats.paper_day(day_of(original["on"]), words.locale),
            "amount": money(original["total"], content["currency"], words),
        },
        "reason": content["reason"],
        "reversed_on": formats.paper_day(day_of(content["on"]), words.locale),
        "effect": content.get("effect", ""),
    }
    return values | chinese.reversal(content, words, values, print_)
