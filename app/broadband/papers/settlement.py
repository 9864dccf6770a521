"""The closure settlement 销户结算单 (C7), from frozen content: what goes back, what is deducted, which equipment came back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.billing.captions import CAPTIONS
from app.billing.papers.chinese import spaced
from app.billing.papers.sheet import Print, Signer, amount_head, day_of, figures, frame, money, period
from app.billing.papers.words import Pair, Words
from app.broadband.papers import captions as captions
from app.broadband.papers import settlement_captions as settlement_captions
from app.broadband.papers.two_copies import NONE, LinePaper
from app.values import formats

BOUGHT = ("paid", "plan_change")
FATES = ("good", "damaged", "lost")


def context(content: Mapping[str, Any], words: Words, print_: Print) -> dict[str, Any]:
    """Return everything the template prints."""
    sheet, currency = content["settlement"], content["currency"]
    net = Decimal(sheet["due_back"]) - Decimal(sheet["owed"])
    closing = "settlement_with_debt" if net < 0 else "settlement_done"
    return {
        **frame(content, words, print_, paper="a4"),
        "heading": spaced(words("title_settlement"), words),
        "customer": content["customer"],
        "login": content["broadband_account"],
        "plan": content["plan"],
        "days": {name: _day(sheet[name], words) for name in ("activated_on", "closed_on")} | {"stops_on": _day(content["stops_on"], words)},
        "refund_head": amount_head(words, currency, key="refund_of_row"),
        "amount_head": amount_head(words, currency, key="deducted_amount"),
        "compensation_head": amount_head(words, currency, key="compensation_amount"),
        "due_back": _due_back(sheet, currency, words),
        "debts": [_debt(debt, currency, words) for debt in sheet["debts"]],
        "equipment": [_piece(piece, currency, words) for piece in sheet["equipment"]],
        "total_due_back": money(sheet["due_back"], currency, words),
        "total_owed": money(sheet["owed"], currency, words),
        "net": money(str(abs(net)), currency, words),
        "net_caption": words.pair("net_owed" if net < 0 else "net_back"),
        "in_words": sheet["in_words"],
        "papers": {"vouchers": ", ".join(sheet["vouchers"]) or NONE, "receipt": sheet["receipt"] or NONE},
        "policy": words.pair(f"refund_{sheet['refund_policy']}"),
        "closing": words.pair(closing, amount=money(str(abs(net)), currency, words)),
        "remark": content.get("note", ""),
        "signers": [
            Signer(words.pair("signed_by_customer")),
            Signer(words.pair("received_by_office"), name=content["handled_by"]),
            Signer(words.pair("application_approved_by")),
            Signer(words.pair("treasurer")),
        ],
        "space": "\u00a0\u00a0\u00a0",
    }


def _due_back(sheet: Mapping[str, Any], currency: str, words: Words) -> list[dict[str, Any]]:
    """Return the rows of what goes back, the newest period first, as the settlement counted them."""
    unused = [(words.pair("unused_maintenance", months=line["months"]), line["amount"]) for line in sheet["maintenance"]]
    rows = [_row(row, currency, words) for row in sheet["plan"]]
    rows += [_line(text, amount, currency, words) for text, amount in unused]
    others = {"before_installation": sheet["before_installation"], "deposit_back": sheet["deposits"]}
    return rows + [_line(words.pair(key), amount, currency, words) for key, amount in others.items() if Decimal(amount)]


def _row(row: Mapping[str, Any], currency: str, words: Words) -> dict[str, Any]:
    what = "plan_fee_of" if row["kind"] in BOUGHT else f"{row['kind']}_row"
    months = row.get("months")
    unused = words.pair("quantity_days", n=row["days"]) if months is None else words.pair("quantity_months", n=months)
    return {
        "text": words.pair(what),
        "period": period(day_of(row["start"]), day_of(row["stop"]), words),
        "price": figures(row["price"], currency, words),
        "days": str(row["of_days"]),
        "unused": unused,
        "amount": figures(row["amount"], currency, words),
    }


def _line(text: Pair, amount: str, currency: str, words: Words) -> dict[str, Any]:
    return {"text": text, "period": "", "price": "", "days": "", "unused": Pair(""), "amount": figures(amount, currency, words)}


def _debt(debt: Mapping[str, str], currency: str, words: Words) -> dict[str, Any]:
    key = f"line_{debt['code']}"
    text = words.pair(key if key in CAPTIONS else "line_other")
    detail = debt["detail"] if debt["code"] in ("damage", "other", "deposit") else ""
    return {
        "text": Pair(f"{text.text}{words.colon}{detail}", text.second) if detail else text,
        "due_on": formats.paper_day(day_of(debt["due_on"]), words.locale),
        "amount": figures(debt["amount"], currency, words),
    }


def _piece(piece: Mapping[str, str], currency: str, words: Words) -> dict[str, Any]:
    return {
        "name": piece["name"],
        "serial": piece["serial"],
        "fates": _fates(piece["state"], words),
        "compensation": figures(piece["compensation"], currency, words) if Decimal(piece["compensation"]) else "",
    }


def _fates(state: str, words: Words) -> Pair:
    """Return the three boxes, the one of ``state`` filled, each with its word."""
    boxes = [("■" if fate == state else "□", words.pair(f"fate_{fate}")) for fate in FATES]
    return Pair(
        "\u00a0\u00a0".join(f"{box}\u00a0{word.text}" for box, word in boxes),
        "\u00a0\u00a0".join(f"{box}\u00a0{word.second}" for box, word in boxes) if words.second else "",
    )


def _day(text: str | None, words: Words) -> str:
    return formats.paper_day(day_of(text), words.locale) if text else NONE


settlement_pdf = LinePaper("settlement", lambda content, words: words("title_settlement"), context, always_laser=True)
