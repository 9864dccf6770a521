"""The payment-due notice V4, from the content that was frozen when it was issued."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.billing.papers.sheet import Logo, Print, day_of, figures
from app.billing.papers.words import Words
from app.notices.papers.frame import Said, common, money_of, month_in_table, rate_of, ways_to_pay
from app.values import formats

EMPTY_ROW = dict.fromkeys(("previous", "current", "quantity", "measure", "price"), "")


def notice_context(content: Mapping[str, Any], print_: Print, collection: Logo | None = None) -> dict[str, Any]:
    """Return everything the template of a payment-due notice prints."""
    values, words, s = common(content, print_, collection)
    month = day_of(content["month"])
    services = [_service(position, block, content, words, s) for position, block in enumerate(content["services"], 1)]
    debts = [_debt(position, row, content, words, s) for position, row in enumerate(content["debts"], 1)]
    return values | {
        "heading": s("title_due", month=formats.paper_month(month, s.locale)).upper(),
        "replaces": s("replaces", number=content["replaces"]) if content["replaces"] else "",
        "services": services,
        "row_count": sum(1 + len(each["rows"]) for each in services) + len(debts),
        "charged": figures(content["charged"], content["currency"], words),
        "debts": debts,
        "debts_total": figures(content["debts_total"], content["currency"], words),
        "total_figure": figures(content["total"], content["currency"], words),
        "line_head": _amount_head("line_amount", content, s),
        "amount_head": _amount_head("amount", content, s),
        "due_on": formats.paper_day(day_of(content["due_on"]), s.locale),
        "reference": content["reference"],
        "area_persons": _area_persons(content, s),
        "notes": _notes(content, words, s),
        "ways": ways_to_pay(content, s),
        "small_print": _small_print(content, s),
    }


def _amount_head(key: str, content: Mapping[str, Any], s: Said) -> str:
    """Return the head of a column of money; dong need no naming in Vietnamese."""
    if content["currency"] == "VND" and s.locale == "vi":
        return s(key)
    return s("amount_in", unit=s(f"unit_{content['currency']}"))


def _service(position: int, block: Mapping[str, Any], content: Mapping[str, Any], words: Words, s: Said) -> dict[str, Any]:
    start, end = day_of(block["start"]), day_of(block["end"])
    is_month = start.day == 1 and (start.year, start.month) == (end.year, end.month) and (end - start).days >= 27
    if not block["is_metered"] and is_month:
        name = s("of_month", name=block["name"], month=formats.paper_month(start, s.locale))
    else:
        name = s("of_days", name=block["name"], days=formats.paper_period(start, end, s.locale))
    if block["is_estimate"]:
        name = f"{name} {s('estimate_mark')}"
    rows = [
        {**EMPTY_ROW, **row, "amount": figures(row["amount"], content["currency"], words) if row.get("amount") else ""}
        for row in block["rows"]
    ]
    return {
        "position": position,
        "name": name,
        "measure": block["measure"],
        "previous": block["previous"],
        "current": block["current"],
        "quantity": block["quantity"],
        "amount": figures(block["amount"], content["currency"], words),
        "rows": rows,
    }


def _debt(position: int, row: Mapping[str, Any], content: Mapping[str, Any], words: Words, s: Said) -> dict[str, Any]:
    kind, due = row["kind"], ""
    if kind == "charge":
        text = s("still_owed", name=row["name"])
        due = formats.paper_day(day_of(row["due_on"]), s.locale)
        due = s("days_late", due=due, n=row["days"]) if row["days"] else due
    elif kind == "interest":
        text = s("interest_row", rate=rate_of(content, s.locale), days=_days(row, s), n=row["days"])
    else:
        text = s({"paid": "paid_already", "adjusted": "adjusted", "credit": "credit_used"}[kind])
    month = month_in_table(day_of(row["month"]), s.locale) if row.get("month") else ""
    return {"position": position, "text": text, "month": month, "due": due, "amount": figures(row["amount"], content["currency"], words)}


def _days(row: Mapping[str, Any], s: Said) -> str:
    return formats.paper_period(day_of(row["start"]), day_of(row["end"]), s.locale)


def _area_persons(content: Mapping[str, Any], s: Said) -> str:
    unit = content["unit"]
    area = f"{formats.number(Decimal(unit['area']), s.locale)}\u00a0m²" if unit["area"] else ""
    persons = s("persons", n=unit["persons"]) if unit["persons"] else ""
    return " / ".join(part for part in (area, persons) if part)


def _notes(content: Mapping[str, Any], words: Words, s: Said) -> list[str]:
    comma = "、" if words.is_chinese else ", "
    notes: list[str] = []
    if Decimal(content["credit_left"]) and Decimal(content["credit_left"]) > 0:
        notes.append(s("credit_left", amount=money_of(content["credit_left"], content, words)))
    if content["taxes"]:
        semicolon = "；" if words.is_chinese else "; "
        taxes = (
            s("vat_of", percent=f"{formats.number(Decimal(tax['percent']), s.locale)}%", amount=money_of(tax["amount"], content, words))
            for tax in content["taxes"]
        )
        notes.append(s("includes_vat", rates=semicolon.join(taxes)))
    read = [block for block in content["services"] if block["meters"]]
    if read:
        meters = comma.join(s("meter_of", name=block["name"], serial=comma.join(block["meters"])) for block in read)
        last = max(block["read_on"] for block in read)
        notes.append(s("meters_read", meters=meters, day=formats.paper_day(day_of(last), s.locale)))
    means = [block for block in read if block["mean"]]
    if means:
        each = (s("mean_of", name=block["name"], quantity=block["mean"], measure=block["measure"]) for block in means)
        notes.append(s("mean_of_three", means=comma.join(each)))
    for block in read:
        if block["unusual"]:
            key = "higher" if block["unusual"]["is_above"] else "lower"
            notes.append(s(key, name=block["name"], percent=block["unusual"]["percent"]))
    return notes


def _small_print(content: Mapping[str, Any], s: Said) -> list[str]:
    found = []
    if Decimal(content["total"]) > 0 and (rate := rate_of(content, s.locale)):
        clause = s("by_clause", clause=content["clause"]) if content["clause"] else ""
        found.append(s("after_due", due=formats.paper_day(day_of(content["due_on"]), s.locale), rate=rate, clause=clause))
    if content["complaint_days"]:
        days = content["complaint_days"]
        found.append(s("complaints", n=f"{days:02}" if s.locale == "vi" else days))
    if Decimal(content["total"]) > 0:
        found.append(s("paid_meanwhile"))
    if content["office"]["hotline"]:
        colon = "：" if s.locale.startswith("zh") else ": "
        found.append(f"{s('hotline')}{colon}{content['office']['hotline']}{'。' if s.locale.startswith('zh') else '.'}")
    return found
