"""The Chinese papers, for Hong Kong and in English too: 收款收据, 付款凭证 and 退费单."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.billing.papers.rows import credit_after, methods, pages_of
from app.billing.papers.sheet import COPIES, Print, Signer
from app.billing.papers.words import Words

LINES, VOUCHER_LINES = 8, 6
WIDE = "\u00a0\u00a0\u00a0"


def receipt(content: Mapping[str, Any], words: Words, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what C1 prints beside the common values."""
    credit = credit_after(content, words)
    notes = [f"{words('credit_after')}{words.colon}{credit}" if credit else "", content.get("note", ""), values["void_line"]]
    pages = pages_of(values["rows"], LINES)
    return {
        "heading": spaced(words("title_receipt"), words),
        "pages": pages,
        "page_count": len(pages),
        "methods": [WIDE.join(parts) for parts in methods(content, words)],
        "notes": [note for note in notes if note],
        "signers": [
            Signer(words.pair("receiving_office")),
            Signer(words.pair("checked_by")),
            Signer(words.pair("cashier"), name=content["cashier"]),
            Signer(words.pair("payer")),
        ],
        "legend": _legend("receipt", words),
        "legal": words("not_an_invoice") if content["currency"] == "CNY" else "",
        "space": WIDE,
    }


def voucher(content: Mapping[str, Any], words: Words, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what C2 prints beside the common values."""
    pages = pages_of(values["rows"], VOUCHER_LINES)
    notes = [content.get("note", ""), values["void_line"]]
    return {
        "heading": spaced(words("title_voucher" if content["kind"] == "expense" else "title_refund"), words),
        "pages": pages,
        "page_count": len(pages),
        "detailed": any(row.original or row.used for row in values["rows"]),
        "methods": [WIDE.join(parts) for parts in methods(content, words)],
        "purpose": content.get("reason") or words(f"kind_{content['kind']}"),
        "original_number": content.get("original_number", ""),
        "calculation": content.get("calculation", ""),
        "notes": [note for note in notes if note],
        "signers": [
            Signer(words.pair("approved_by"), name=content.get("approved_by", "")),
            Signer(words.pair("accountant")),
            Signer(words.pair("treasurer"), name=content["cashier"]),
            Signer(words.pair("payee")),
            Signer(words.pair("received_on")),
        ],
        "legend": _legend("voucher", words),
        "legal": words("taken_back") if content.get("original_number") else "",
        "space": WIDE,
    }


def reversal(content: Mapping[str, Any], words: Words, values: Mapping[str, Any], print_: Print) -> dict[str, Any]:
    """Return what C8 prints beside the common values; the lines are the mirror of the original's."""
    pages = pages_of(values["rows"], VOUCHER_LINES)
    return {
        "heading": spaced(words("title_reversal"), words),
        "pages": pages,
        "page_count": len(pages),
        "signers": [
            Signer(words.pair("handled_by"), name=content["cashier"]),
            Signer(words.pair("approved_by"), name=content.get("approved_by", "")),
        ],
        "legend": [words("reversal_copies")],
        "legal": "",
        "space": WIDE,
        "printing": print_.printing,
    }


def spaced(title: str, words: Words) -> str:
    """Return a Chinese title with space between its characters, as offices print it."""
    return "\u00a0".join(title) if words.is_chinese else title


def _legend(kind: str, words: Words) -> list[str]:
    return [words(f"{kind}_copy_{number}") for number in COPIES]
