"""The Vietnamese forms: phiếu thu 01-TT and phiếu chi 02-TT for cash, biên nhận thanh toán and phiếu hoàn tiền for everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.billing.papers.rows import Row, cash_aside, credit_after, is_cash_only, methods
from app.billing.papers.sheet import Field, Signer
from app.billing.papers.words import Words

LINES = 4


def receipt(content: Mapping[str, Any], words: Words, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what V1 and V3 print beside the common values."""
    cash = is_cash_only(content)
    listed = len(values["rows"]) > LINES
    return {
        **_frame(content, words, official="form_01" if cash else "", listed=listed),
        "heading": words("title_cash_receipt" if cash else "title_payment_receipt"),
        "person_fields": _payer_fields(content, words, values, listed=listed),
        "sum_fields": _sum_fields(content, words, values, cash=cash),
        "signers": _receipt_signers(content, words, values["payer"], cash=cash),
        "list_signers": [_signer(words, "payer", values["payer"]), _signer(words, "prepared_by", content["cashier"])],
        "confirmation": f"{words('received_in_full')}{words.colon}{content['total_in_words']}" if cash else "",
        "legal": "" if cash else words("not_an_invoice"),
    }


def voucher(content: Mapping[str, Any], words: Words, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what V2 prints beside the common values."""
    cash = is_cash_only(content)
    listed = len(values["rows"]) > LINES
    title = "title_voucher" if cash or content["kind"] == "expense" else "title_refund"
    payee, cashier = values["payee"], content["cashier"]
    return {
        **_frame(content, words, official="form_02" if cash else "", listed=listed),
        "heading": words(title),
        "person_fields": _payee_fields(content, words, values, listed=listed),
        "sum_fields": _sum_fields(content, words, values, cash=cash),
        "signers": [
            _signer(words, "director", content.get("director", ""), hint="stamp_hint"),
            _signer(words, "chief_accountant"),
            _signer(words, "treasurer", cashier if cash else ""),
            _signer(words, "prepared_by", cashier),
            _signer(words, "payee", payee),
        ],
        "list_signers": [_signer(words, "prepared_by", cashier), _signer(words, "payee", payee)],
        "confirmation": f"{words('received_in_full')}{words.colon}{content['total_in_words']}",
        "legal": "",
    }


def _frame(content: Mapping[str, Any], words: Words, *, official: str, listed: bool) -> dict[str, Any]:
    return {
        "official": official_form(official, content, words) if official else [],
        "head_fields": _head_fields(content, words, cash=bool(official)),
        "item_head": words.pair("item" if content["template"] == "receipt" else "refund_item"),
        "head_label": "42%" if words.second else "34%" if official else "22%",
        "is_cash": bool(official),
        "listed": listed,
        "page_count": 2 if listed else 1,
    }


def official_form(key: str, content: Mapping[str, Any], words: Words) -> list[str]:
    """Return the reference of the official form and its circular; nothing for a form of the office's own."""
    form = content.get("form", "own")
    return [] if form == "own" else [words(key), words(f"form_{form}")]


def _head_fields(content: Mapping[str, Any], words: Words, *, cash: bool) -> list[Field]:
    number = Field(words.pair("number"), [content["number"]], strong=True)
    if not cash:
        return [number]
    return [
        Field(words.pair("book"), [content["number"].rpartition("-")[0]]),
        number,
        Field(words.pair("debit"), [content.get("debit", "")]),
        Field(words.pair("credited_account"), [content.get("credit", "")]),
    ]


def _payer_fields(content: Mapping[str, Any], words: Words, values: Mapping[str, Any], *, listed: bool) -> list[Field]:
    return [
        Field(words.pair("payer_name"), [_with_code(values["payer"], content, words)], strong=True),
        Field(words.pair("address"), [(content["customer"] or {}).get("address", "")]),
        Field(words.pair("reason_of_payment"), [_reason(content, words, values["rows"], listed=listed)]),
    ]


def _payee_fields(content: Mapping[str, Any], words: Words, values: Mapping[str, Any], *, listed: bool) -> list[Field]:
    return [
        Field(words.pair("payee_name"), [_with_code(values["payee"], content, words)], strong=True),
        Field(words.pair("address"), [(content["customer"] or {}).get("address", "")]),
        Field(words.pair("reason_of_payout"), [_reason(content, words, values["rows"], listed=listed)]),
    ]


def _with_code(name: str, content: Mapping[str, Any], words: Words) -> str:
    customer = content["customer"]
    return words("code_of", name=name, code=customer["customer_no"]) if customer else name


def _reason(content: Mapping[str, Any], words: Words, lines: Sequence[Row], *, listed: bool) -> str:
    if listed:
        return words("as_listed")
    return content.get("reason") or "; ".join(dict.fromkeys(row.text for row in lines))


def _sum_fields(content: Mapping[str, Any], words: Words, values: Mapping[str, Any], *, cash: bool) -> list[Field]:
    fields = [
        Field(words.pair("sum"), [values["total"]], strong=True, aside=cash_aside(content, words) if cash else ""),
        Field(words.pair("sum_in_words"), [content["total_in_words"]]),
    ]
    if not cash:
        fields.append(Field(words.pair("method"), [", ".join(parts) for parts in methods(content, words)]))
        if credit := credit_after(content, words):
            fields.append(Field(words.pair("credit_after"), [credit]))
    if content.get("calculation"):
        fields.append(Field(words.pair("calculation"), [content["calculation"]]))
    if content.get("note"):
        fields.append(Field(words.pair("note"), [content["note"]]))
    if cash or content.get("original_number"):
        fields.append(Field(words.pair("attachments"), [_attachments(content, words)]))
    return fields


def _attachments(content: Mapping[str, Any], words: Words) -> str:
    original = content.get("original_number")
    count = int(content.get("attachments") or bool(original))
    text = words("originals", count=f"{count:02}")
    return f"{text} {words('original_receipt')}{words.colon}{original}" if original else text


def _receipt_signers(content: Mapping[str, Any], words: Words, payer: str, *, cash: bool) -> list[Signer]:
    cashier = content["cashier"]
    if not cash:
        return [_signer(words, "payer", payer), _signer(words, "cashier", cashier)]
    return [
        _signer(words, "director", hint="stamp_hint"),
        _signer(words, "chief_accountant"),
        _signer(words, "payer", payer),
        _signer(words, "prepared_by", cashier),
        _signer(words, "treasurer", cashier),
    ]


def _signer(words: Words, key: str, name: str = "", *, hint: str = "sign_hint") -> Signer:
    return Signer(words.pair(key), words(hint), name)
