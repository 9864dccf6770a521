"""What all papers about units print alike: letterhead, number, signature, payment code, ways to pay."""

from __future__ import annotations

import base64
import datetime
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import segno

from app.billing.papers.sheet import Logo, Print, day_of, frame, words_of
from app.billing.papers.words import Words
from app.notices.captions import words as said
from app.values import formats

A4 = "a4"
QUIET_ZONE = 4
# Millimetres that the picture of a collection code may take.
WIDEST_CODE, HIGHEST_CODE = 40.0, 48.0


def code_picture(text: str) -> str:
    """Return a payment code as a picture inside the page: error level M, a quiet zone of four modules."""
    made = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(made, kind="png", scale=6, border=QUIET_ZONE)
    return f"data:image/png;base64,{base64.b64encode(made.getvalue()).decode()}"


class Said:
    """The captions of one paper, those that receipts have too among them."""

    def __init__(self, locale: str) -> None:
        self.locale = locale

    def __call__(self, key: str, **values: object) -> str:
        return said(key, self.locale, **values)


def collection_picture(content: Mapping[str, Any], collection: Logo | None, s: Said) -> dict[str, Any] | None:
    """Return the picture of the office's collection code with its size in millimetres, and what to enter after scanning it."""
    if collection is None:
        return None
    width = min(WIDEST_CODE, HIGHEST_CODE / collection.ratio)
    amount = formats.paper_money(Decimal(content["total"]), content["currency"], s.locale)
    return {
        "data": collection.data,
        "width": round(width, 1),
        "height": round(width * collection.ratio, 1),
        "hint": s("collect_hint", amount=amount, reference=content["reference"]),
    }


def common(content: Mapping[str, Any], print_: Print, collection: Logo | None = None) -> tuple[dict[str, Any], Words, Said]:
    """Return what every paper prints, with the captions of receipts and its own."""
    words, s = words_of(content), Said(content["locale"])
    values = {
        **frame(content, words, print_, paper=A4),
        "s": s,
        "customer": content["customer"],
        "unit": content["unit"],
        "day": formats.paper_day(day_of(content["on"]), s.locale),
        "total": money_of(content["total"], content, words),
        "in_words": content["total_in_words"],
        "is_paid": Decimal(content["total"]) <= 0,
        "code": code_picture(content["code"]) if content["code"] else "",
        "collection": collection_picture(content, collection, s),
        "signed_at": _signed_at(content, s),
        "signer": content["signer"],
    }
    return values, words, s


def _signed_at(content: Mapping[str, Any], s: Said) -> str:
    day = formats.paper_heading_day(day_of(content["on"]), s.locale)
    if not content["city"]:
        return day
    return s("at_city", city=content["city"], day=day[0].lower() + day[1:] if s.locale == "vi" else day)


def money_of(amount: str, content: Mapping[str, Any], words: Words) -> str:
    """Return an amount as notices write it: 3.199.896 đ, ¥1,250.00."""
    return formats.paper_money(Decimal(amount), content["currency"], words.locale)


def rate_of(content: Mapping[str, Any], locale: str) -> str:
    """Return the rate of late interest per day; empty where there is none."""
    rate = Decimal(content["rate"])
    return formats.percent(rate, locale) if rate else ""


def month_in_table(month: datetime.date, locale: str) -> str:
    """Return a month for a narrow column: Sep 2026 in English, whose months are long."""
    return formats.paper_day(month, locale).partition(" ")[2] if locale == "en" else formats.paper_month(month, locale)


def ways_to_pay(content: Mapping[str, Any], s: Said) -> list[list[tuple[str, bool]]]:
    """Return the ways to pay, each as pieces of text of which some are bold; none where nothing is to be paid."""
    if Decimal(content["total"]) <= 0:
        return []
    ways: list[list[tuple[str, bool]]] = []
    bank, comma = content["bank"], "，" if s.locale.startswith("zh") else ", "
    if content["code"]:
        ways.append([(s("way_qr"), False)])
    if content.get("collection"):
        amount = formats.paper_money(Decimal(content["total"]), content["currency"], s.locale)
        ways.append([(s("way_collect", amount=amount, reference=content["reference"]), False)])
    if bank["account"]:
        rest = [
            part for part in (bank["name"], s("way_holder", holder=bank["holder"]) if bank["holder"] else "", s("way_reference")) if part
        ]
        colon = "" if s.locale.startswith("zh") else " "
        ways.append(
            [
                (f"{s('way_transfer')}{colon}", False),
                (bank["account"], True),
                (f"{comma}{comma.join(rest)} ", False),
                (content["reference"], True),
            ]
        )
    if content["counter"]:
        ways.append([(s("way_counter", counter=content["counter"]), False)])
    elif not bank["account"]:
        ways.append([(s("way_office", customer_no=content["customer"]["customer_no"]), False)])
    return ways
