"""The lines of a paper and the ways it was paid, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.billing.captions import CAPTIONS, line_text
from app.billing.papers.sheet import day_of, figures, money, period
from app.billing.papers.words import Words
from app.values import formats
from app.values.money import sum_of

CASH = "cash"
MONTHLY = ("plan", "maintenance")
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line, every value as text."""

    position: int
    text: str
    second: str = ""
    period: str = ""
    quantity: str = ""
    unit_price: str = ""
    amount: str = ""
    original: str = ""
    used: str = ""


def rows(content: Mapping[str, Any], words: Words) -> list[Row]:
    """Return the printed lines; what they leave open against the total is a line of its own, so that the sum is always true."""
    lines = list(content["lines"])
    missing = Decimal(content["total"]) - sum_of(Decimal(line["amount"]) for line in lines)
    if missing:
        lines.append({"code": "advance" if missing > 0 else "still_owed", "amount": str(missing)})
    return [_row(position, line, content["currency"], words) for position, line in enumerate(lines, 1)]


def _row(position: int, line: Mapping[str, Any], currency: str, words: Words) -> Row:
    code = line.get("code", "")
    price, quantity, original = line.get("unit_price"), line.get("quantity"), line.get("original_amount")
    first, last = line.get("period_start"), line.get("period_end")
    return Row(
        position=position,
        text=_text(code, line, words),
        second=line_text(code, words.second) if words.second and f"line_{code}" in CAPTIONS else "",
        period=period(day_of(first), day_of(last), words) if first and last else "",
        quantity=_quantity(code, Decimal(quantity), line.get("unit"), line.get("months", 1), words) if quantity else "",
        unit_price=figures(price, currency, words) if price else "",
        amount=figures(line["amount"], currency, words),
        original=figures(original, currency, words) if original else "",
        used=line.get("used", ""),
    )


def _text(code: str, line: Mapping[str, Any], words: Words) -> str:
    """Return the frozen text, with its detail where the text does not say it yet."""
    text, detail = line.get("text", ""), line.get("detail", "")
    if not text or text == detail:
        return line_text(code, words.locale, detail)
    return text if not detail or detail in text else f"{text}{words.colon}{detail}"


def _quantity(code: str, quantity: Decimal, unit: str | None, months: int, words: Words) -> str:
    """Return the quantity with its unit; ``months`` is how many one piece of a plan holds: 1 年, 2 × 3 月."""
    count = formats.number(quantity, words.locale)
    if unit:
        return f"{count}\u00a0{unit}"
    if months == MONTHS_OF_A_YEAR:
        return words("quantity_years", n=count)
    if months > 1:
        return f"{count}\u00a0×\u00a0{words('quantity_months', n=formats.number(Decimal(months), words.locale))}"
    if code in MONTHLY:
        return words("quantity_months", n=count)
    return words("quantity_days", n=count) if code == "late_fee" else count


def is_cash_only(content: Mapping[str, Any]) -> bool:
    """Tell whether a document is a paper of the cash book: it takes cash and nothing else."""
    return bool(content["methods"]) and all(one["method"] == CASH for one in content["methods"])


def methods(content: Mapping[str, Any], words: Words) -> list[list[str]]:
    """Return, per way of paying, its name with the amount and what belongs to it: cash and change, or the reference."""
    # The reference of a payment is the bank's number; of a pay-out it is the account, which needs no caption.
    label = "" if content["template"] == "voucher" else words("reference") + (" " if words.is_chinese else ": ")
    return [_method(one, content["currency"], words, label) for one in content["methods"]]


def _method(one: Mapping[str, Any], currency: str, words: Words, label: str) -> list[str]:
    shown = money if currency == "VND" else figures
    parts = [f"{words('method_' + one['method'])} {shown(one['amount'], currency, words)}"]
    if one.get("tendered"):
        parts.append(f"{words('tendered')} {figures(one['tendered'], currency, words)}")
        parts.append(f"{words('change')} {figures(one.get('change') or '0', currency, words)}")
    if one.get("reference"):
        parts.append(f"{label}{one['reference']}")
    return parts


def cash_aside(content: Mapping[str, Any], words: Words) -> str:
    """Return what stands in brackets behind a sum in cash: what was tendered and the change."""
    tendered = [one for one in content["methods"] if one.get("tendered")]
    if not tendered:
        return f"({words('cash_details')})"
    given, back = (figures(tendered[0].get(key) or "0", content["currency"], words) for key in ("tendered", "change"))
    return f"({words('cash_details')}; {words('tendered').lower()} {given}, {words('change').lower()} {back})"


def credit_after(content: Mapping[str, Any], words: Words) -> str:
    """Return the customer's credit after the payment; empty when there is none."""
    credit = content.get("credit_after")
    return money(credit, content["currency"], words) if credit and Decimal(credit) else ""


def pages_of(lines: Sequence[Row], limit: int) -> list[Sequence[Row]]:
    """Return the lines page by page; a paper without lines still has one page."""
    return [lines[start : start + limit] for start in range(0, len(lines), limit)] or [[]]
