"""The receipt 收款收据 · phiếu thu · biên nhận thanh toán, from the content that was frozen when it was issued.

Vietnamese offices print form 01-TT for money taken wholly in cash and a payment receipt for everything else (the cash book takes
cash only); offices of other currencies print the Chinese receipt. A slip of 80 mm is the office's choice.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.billing.captions import line_text
from app.billing.papers import sheet
from app.billing.papers.sheet import Field, Print, Signer
from app.billing.papers.words import Pair, Words
from app.foundation.papers import formats

FORM_LINES, SHEET_LINES = 4, 8
CASH = "cash"
WIDE = "\u00a0\u00a0\u00a0"


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line, every value as text."""

    position: int
    text: str
    second: str
    period: str
    quantity: str
    unit_price: str
    amount: str


def layout_of(content: Mapping[str, Any], style: str) -> str:
    """Return slip, form (Vietnamese) or sheet (Chinese)."""
    if style == "slip":
        return "slip"
    return "form" if content["currency"] == "VND" else "sheet"


def is_cash_only(content: Mapping[str, Any]) -> bool:
    """Tell whether the receipt is a paper of the cash book."""
    return bool(content["methods"]) and all(one["method"] == CASH for one in content["methods"])


def context(content: Mapping[str, Any], print_: Print, *, style: str) -> dict[str, Any]:
    """Return everything the template prints."""
    words = sheet.words_of(content)
    layout = layout_of(content, style)
    paper = {"slip": "slip", "carbon": "carbon"}.get(style, "a5")
    values = sheet.frame(content, words, print_, sheet=paper, kind="receipt")
    values |= {
        "layout": layout,
        "customer": content["customer"],
        "rows": rows(content, words),
        "total": formats.money(Decimal(content["total"]), content["currency"], words.locale),
        "in_words": content["total_in_words"],
        "amount_head": _pair_of(words, "amount_in", "unit_", content["currency"]),
        "payer": content.get("payer_name") or content["customer"]["name"],
        "cashier": content["cashier"],
        "note": content.get("note", ""),
        "shift": content.get("shift", ""),
        "legal": words("not_an_invoice") if content["currency"] in ("CNY", "VND") else "",
        "space": WIDE,
    }
    return values | {"form": _form, "sheet": _sheet, "slip": _slip}[layout](content, words, values, print_)


def rows(content: Mapping[str, Any], words: Words) -> list[Row]:
    """Return the printed lines; what they leave open against the total is a line of its own, so that the sum is always true."""
    lines = list(content["lines"])
    missing = Decimal(content["total"]) - sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    if missing:
        code = "advance" if missing > 0 else "still_owed"
        lines.append({"code": code, "amount": str(missing)})
    return [_row(position, line, content["currency"], words) for position, line in enumerate(lines, 1)]


def _row(position: int, line: Mapping[str, Any], currency: str, words: Words) -> Row:
    code = line["code"]
    price, quantity = line.get("unit_price"), line.get("quantity")
    first, last = line.get("period_start"), line.get("period_end")
    second = words.second and words.second != words.locale
    return Row(
        position=position,
        text=line.get("text") or line_text(code, words.locale, line.get("detail", "")),
        second=line_text(code, words.second) if second and words.second else "",
        period=formats.period(sheet.day_of(first), sheet.day_of(last), words.locale) if first and last else "",
        quantity=_quantity(code, Decimal(quantity), line.get("unit"), words) if quantity else "",
        unit_price=formats.amount(Decimal(price), currency, words.locale) if price else "",
        amount=formats.amount(Decimal(line["amount"]), currency, words.locale),
    )


def _quantity(code: str, quantity: Decimal, unit: str | None, words: Words) -> str:
    count = formats.number(quantity, words.locale)
    if unit:
        return f"{count}\u00a0{unit}"
    if code in ("plan", "maintenance"):
        return words("quantity_months", n=count)
    return words("quantity_days", n=count) if code == "late_fee" else count


def methods(content: Mapping[str, Any], words: Words) -> list[list[str]]:
    """Return, per way of paying, its name with the amount and what belongs to it: cash and change, or the reference."""
    return [_method(one, content["currency"], words) for one in content["methods"]]


def _method(one: Mapping[str, Any], currency: str, words: Words) -> list[str]:
    shown = formats.money if currency == "VND" else formats.amount
    parts = [f"{words('method_' + one['method'])} {shown(Decimal(one['amount']), currency, words.locale)}"]
    if one.get("tendered"):
        parts.append(f"{words('tendered')} {formats.amount(Decimal(one['tendered']), currency, words.locale)}")
        parts.append(f"{words('change')} {formats.amount(Decimal(one.get('change') or 0), currency, words.locale)}")
    if one.get("reference"):
        parts.append(f"{words('reference')}{words.colon if words.locale in ('vi', 'en') else ' '}{one['reference']}")
    return parts


def _credit_after(content: Mapping[str, Any], words: Words) -> str:
    credit = content.get("credit_after")
    return formats.money(Decimal(credit), content["currency"], words.locale) if credit and Decimal(credit) else ""


def _pair_of(words: Words, key: str, prefix: str, code: str) -> Pair:
    """Return a caption with a unit inside, each language with its own word for it."""
    first = words(key, unit=words(prefix + code))
    if not words.second or words.second == words.locale:
        return Pair(first)
    other = Words(words.second)
    return Pair(first, other(key, unit=other(prefix + code)))


# --- the Chinese receipt -----------------------------------------------------------------------------------------------------------


def _sheet(content: Mapping[str, Any], words: Words, values: Mapping[str, Any], print_: Print) -> dict[str, Any]:
    title = words("title_receipt")
    pages = pages_of(values["rows"], SHEET_LINES)
    notes = [part for part in (values["note"], values["void_line"]) if part]
    credit = _credit_after(content, words)
    if credit:
        notes.insert(0, f"{words('credit_after')}{words.colon}{credit}")
    return {
        "heading": "\u00a0".join(title) if words.is_chinese else title,
        "pages": pages,
        "page_count": len(pages),
        "methods": [WIDE.join(parts) for parts in methods(content, words)],
        "notes": notes,
        "signers": [
            Signer(words.pair("receiving_office")),
            Signer(words.pair("checked_by")),
            Signer(words.pair("cashier"), name=content["cashier"]),
            Signer(words.pair("payer")),
        ],
        "legend": [words(f"receipt_copy_{number}") for number in sheet.COPIES],
    }


def pages_of(lines: Sequence[Row], limit: int) -> list[Sequence[Row]]:
    """Return the lines page by page; a receipt without lines still has one page."""
    return [lines[start : start + limit] for start in range(0, len(lines), limit)] or [[]]


# --- the Vietnamese forms ----------------------------------------------------------------------------------------------------------


def _form(content: Mapping[str, Any], words: Words, values: Mapping[str, Any], print_: Print) -> dict[str, Any]:
    cash = is_cash_only(content)
    listed = len(values["rows"]) > FORM_LINES
    return {
        "heading": words("title_cash_receipt" if cash else "title_payment_receipt"),
        "official": official_form("form_01", content, words) if cash else [],
        "head_fields": _head_fields(content, words, cash=cash),
        "head_label": "42%" if words.second else "34%" if cash else "22%",
        "page_count": 2 if listed else 1,
        "person_fields": _person_fields(content, words, values, listed=listed),
        "sum_fields": _sum_fields(content, words, values, cash=cash),
        "listed": listed,
        "signers": _form_signers(content, words, values, cash=cash),
        "list_signers": [
            Signer(words.pair("payer"), words("sign_hint"), values["payer"]),
            Signer(words.pair("prepared_by"), words("sign_hint"), content["cashier"]),
        ],
        "is_cash": cash,
    }


def official_form(key: str, content: Mapping[str, Any], words: Words) -> list[str]:
    """Return the reference of the official form and the circular's line; nothing for a form of the office's own."""
    form = content.get("form", "own")
    return [] if form == "own" else [words(key), words(f"form_{form}")]


def _head_fields(content: Mapping[str, Any], words: Words, *, cash: bool) -> list[Field]:
    number = content["number"]
    fields = [Field(words.pair("number"), [number], strong=True, ruled=False)]
    if cash:
        fields.insert(0, Field(words.pair("book"), [number.rpartition("-")[0]], ruled=False))
        fields.append(Field(words.pair("debit"), [content.get("debit", "")], ruled=False))
        fields.append(Field(words.pair("credited_account"), [content.get("credit", "")], ruled=False))
    return fields


def _person_fields(content: Mapping[str, Any], words: Words, values: Mapping[str, Any], *, listed: bool) -> list[Field]:
    customer = content["customer"]
    payer = words("code_of", name=values["payer"], code=customer["customer_no"])
    reason = content.get("reason") or "; ".join(dict.fromkeys(row.text for row in values["rows"]))
    if listed:
        reason = f"{reason} ({words('as_listed')})" if content.get("reason") else words("as_listed")
    return [
        Field(words.pair("payer_name"), [payer], strong=True),
        Field(words.pair("address"), [customer.get("address", "")]),
        Field(words.pair("reason_of_payment"), [reason]),
    ]


def _sum_fields(content: Mapping[str, Any], words: Words, values: Mapping[str, Any], *, cash: bool) -> list[Field]:
    fields = [Field(words.pair("sum"), [values["total"]], strong=True, aside=_cash_aside(content, words) if cash else "")]
    fields.append(Field(words.pair("sum_in_words"), [values["in_words"]]))
    if not cash:
        fields.append(Field(words.pair("method"), [", ".join(parts) for parts in methods(content, words)]))
    credit = "" if cash else _credit_after(content, words)
    if credit:
        fields.append(Field(words.pair("credit_after"), [credit]))
    if values["note"]:
        fields.append(Field(words.pair("note"), [values["note"]]))
    if not cash:
        return fields
    count = f"{int(content.get('attachments') or 0):02}"
    fields.append(Field(words.pair("attachments"), [words("originals", count=count)]))
    return fields


def _cash_aside(content: Mapping[str, Any], words: Words) -> str:
    tendered = [one for one in content["methods"] if one.get("tendered")]
    if not tendered:
        return f"({words('cash_details')})"
    first = tendered[0]
    given, back = (formats.amount(Decimal(first.get(key) or 0), content["currency"], words.locale) for key in ("tendered", "change"))
    return f"({words('cash_details')}; {words('tendered').lower()} {given}, {words('change').lower()} {back})"


def _form_signers(content: Mapping[str, Any], words: Words, values: Mapping[str, Any], *, cash: bool) -> list[Signer]:
    hint, stamp = words("sign_hint"), words("stamp_hint")
    payer = Signer(words.pair("payer"), hint, values["payer"])
    if not cash:
        return [payer, Signer(words.pair("cashier"), hint, content["cashier"])]
    return [
        Signer(words.pair("director"), stamp),
        Signer(words.pair("chief_accountant"), hint),
        payer,
        Signer(words.pair("prepared_by"), hint, content["cashier"]),
        Signer(words.pair("treasurer"), hint, content["cashier"]),
    ]


# --- the slip ----------------------------------------------------------------------------------------------------------------------


def _slip(content: Mapping[str, Any], words: Words, values: Mapping[str, Any], print_: Print) -> dict[str, Any]:
    customer = content["customer"]
    at = sheet.local(print_.at, content["office"])
    head = [
        (words("slip_number"), content["number"], True),
        (words("slip_time"), _taken_at(content, words), False),
        (words("customer"), f"{values['payer']}\u00a0({customer['customer_no']})", True),
        (words("slip_login"), customer.get("broadband_account", ""), False),
        (words("address"), customer.get("address", ""), False),
    ]
    stops = content.get("stops_on")
    legal = words("slip_not_an_invoice") if content["currency"] in ("CNY", "VND") else ""
    return {
        "heading": words("title_cash_slip" if is_cash_only(content) else "title_slip"),
        "footer": [],
        "page_count": 1,
        "head": [entry for entry in head if entry[1]],
        "methods": _slip_methods(content, words),
        "until": f"{words('used_until')}{words.colon}{formats.short_day(sheet.day_of(stops), words.locale)}" if stops else "",
        "legal": legal,
        "void_word": words("void_mark") if print_.voided else "",
        "printed": f"{words('printed', at=formats.moment(at, words.locale), n=print_.printing)} {print_.by}",
        "thanks": words("thanks"),
    }


def _taken_at(content: Mapping[str, Any], words: Words) -> str:
    """Return the business day; with the minute, unless the payment was entered on a later day."""
    on, created = content["on"], content.get("created_at")
    if not created or content.get("backdated"):
        return formats.short_day(sheet.day_of(on), words.locale)
    return formats.moment(sheet.local(datetime.datetime.fromisoformat(created), content["office"]), words.locale)


def _slip_methods(content: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    entries = []
    for one in content["methods"]:
        shown = one.get("tendered") or one["amount"]
        entries.append((words("method_" + one["method"]), formats.amount(Decimal(shown), content["currency"], words.locale)))
        if one.get("tendered"):
            change = formats.amount(Decimal(one.get("change") or 0), content["currency"], words.locale)
            entries.append((words("change"), change))
        if one.get("reference"):
            entries.append((words("reference"), one["reference"]))
    return entries
