"""The reminders V5 of three levels, from the content that was frozen when one was issued."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.billing.papers.sheet import Logo, Print, day_of, figures, money
from app.billing.papers.words import Words
from app.notices.papers.frame import Said, common, month_in_table, rate_of, ways_to_pay
from app.values import formats


def reminder_context(content: Mapping[str, Any], print_: Print, collection: Logo | None = None) -> dict[str, Any]:
    """Return everything the template of a reminder prints."""
    values, words, s = common(content, print_, collection)
    level, currency = content["level"], content["currency"]
    as_of, deadline = (formats.paper_day(day_of(content[key]), s.locale) for key in ("on", "deadline"))
    if words.is_chinese:
        as_of, deadline = (formats.paper_heading_day(day_of(content[key]), s.locale) for key in ("on", "deadline"))
    facts = {"as_of": as_of, "deadline": deadline, "phone": content["phone"] or "—", **_earlier_facts(content, s)}
    rate = rate_of(content, s.locale)
    return values | {
        "heading": s(f"title_{content['kind']}"),
        "dear": s("dear", name=content["customer"]["name"]),
        "dear_unit": s(
            "dear_unit",
            customer_no=content["customer"]["customer_no"],
            unit=content["unit"]["code"],
            place=content["unit"]["place"] or content["unit"]["code"],
        ),
        "body": s(f"body_{content['kind']}", **facts),
        "rows": [_overdue(position, row, content, words, s) for position, row in enumerate(content["rows"], 1)],
        "row_count": len(content["rows"]) + 6,
        "amount": figures(content["amount"], currency, words),
        "interest": figures(content["interest"], currency, words),
        "sum": s("sum_reminder", total=money(content["total"], currency, words), words=content["total_in_words"].rstrip(".")),
        "sent_before": _sent_before(content, s) if level == 3 else "",
        "after": _after(content, facts, s) if level == 3 else "",
        "interest_note": s("interest_note", rate=rate, as_of=as_of) if Decimal(content["interest"]) and rate else "",
        "ways": ways_to_pay(content, s),
        "call_us": s("call_us", phone=content["phone"]) if level == 3 and content["phone"] else "",
        "slip": {name: s(f"slip_{name}", number=content["number"]) for name in ("title", "text", "receiver", "relation", "giver")}
        if level > 1
        else None,
    }


def _overdue(position: int, row: Mapping[str, Any], content: Mapping[str, Any], words: Words, s: Said) -> dict[str, Any]:
    return {
        "position": position,
        "name": row["name"],
        "month": month_in_table(day_of(row["month"]), s.locale) if row["month"] else "",
        "due_on": formats.paper_day(day_of(row["due_on"]), s.locale) if row["due_on"] else "",
        "days": row["days"],
        "amount": figures(row["amount"], content["currency"], words),
        "interest": figures(row["interest"], content["currency"], words),
    }


def _earlier_facts(content: Mapping[str, Any], s: Said) -> dict[str, Any]:
    if not content["earlier"]:
        return {"first_number": "", "first_date": "", "count": "0"}
    first, count = content["earlier"][0], len(content["earlier"])
    written = formats.paper_heading_day if s.locale.startswith("zh") else formats.paper_day
    return {
        "first_number": first["number"],
        "first_date": written(day_of(first["issued_on"]), s.locale),
        "count": f"{count:02}" if s.locale == "vi" else count,
    }


def _sent_before(content: Mapping[str, Any], s: Said) -> str:
    semicolon = "；" if s.locale.startswith("zh") else "; "
    sent = (
        s("sent_one", number=each["number"], day=formats.paper_day(day_of(each["on"]), s.locale), how=s(f"how_{each['how'] or 'unknown'}"))
        for each in content["earlier"]
    )
    return s("sent_before", list=semicolon.join(sent))


def _after(content: Mapping[str, Any], facts: Mapping[str, Any], s: Said) -> str:
    clause = s("measures_by_clause", clause=content["clause"]) if content["clause"] else ""
    return s("after_third", deadline=facts["deadline"], clause=clause, measures=content["measures"].strip().rstrip(".。"))
