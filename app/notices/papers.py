"""Notices and reminders as PDF: frozen content in, pages out. Nothing here reads the database."""

from __future__ import annotations

import base64
import datetime
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import segno

from app.billing.papers.masking import masked_content
from app.billing.papers.sheet import DENSITIES, Print, day_of, figures, frame, mark, money, words_of
from app.billing.papers.words import Words
from app.foundation.documents import render_paper
from app.notices.captions import words as said
from app.values import formats

A4 = "a4"
QUIET_ZONE = 4
# What fits on one page beside some earlier debts; a longer notice runs on over pages of the ordinary measures.
ROWS_OF_A_PAGE = 34
# Above so many rows the loosest measures, and the next ones, are not tried.
ROWS_OF_LOOSE_PAGES = (14, 19)
MANY_PAGES = 20
EMPTY_ROW = dict.fromkeys(("previous", "current", "quantity", "measure", "price"), "")


def paper(content: Mapping[str, Any], print_: Print) -> bytes:
    """Return a notice or reminder as PDF."""
    content = masked_content(content)
    context = {"due": notice_context, "statement": statement_context}.get(content["kind"], reminder_context)
    values = context(content, print_)
    is_long = values["row_count"] > ROWS_OF_A_PAGE
    # The loosest measures would only be tried in vain where the rows are many.
    loosest = sum(values["row_count"] > rows for rows in ROWS_OF_LOOSE_PAGES)
    densities = [{"d": density} for density in (DENSITIES[2:3] if is_long else DENSITIES[loosest:])]
    return render_paper(
        content["template"],
        values,
        densities=densities,
        pages=MANY_PAGES if is_long else 1,
        mark=mark(words_of(content), print_),
        title=f"{values['heading']} {content['number']}".replace("\u00a0", ""),
    )


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


def _frame(content: Mapping[str, Any], print_: Print) -> tuple[dict[str, Any], Words, Said]:
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


# The payment-due notice ---------------------------------------------------------------------------------------------------------


def notice_context(content: Mapping[str, Any], print_: Print) -> dict[str, Any]:
    """Return everything the template of a payment-due notice prints."""
    values, words, s = _frame(content, print_)
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
        "ways": _ways(content, s),
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


def _ways(content: Mapping[str, Any], s: Said) -> list[list[tuple[str, bool]]]:
    """Return the ways to pay, each as pieces of text of which some are bold; none where nothing is to be paid."""
    if Decimal(content["total"]) <= 0:
        return []
    ways: list[list[tuple[str, bool]]] = []
    bank, comma = content["bank"], "，" if s.locale.startswith("zh") else ", "
    if content["code"]:
        ways.append([(s("way_qr"), False)])
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


# Reminders ----------------------------------------------------------------------------------------------------------------------


def reminder_context(content: Mapping[str, Any], print_: Print) -> dict[str, Any]:
    """Return everything the template of a reminder prints."""
    values, words, s = _frame(content, print_)
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
        "ways": _ways(content, s),
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


# The statement ------------------------------------------------------------------------------------------------------------------


def statement_context(content: Mapping[str, Any], print_: Print) -> dict[str, Any]:
    """Return everything the template of a statement prints."""
    values, words, s = _frame(content, print_)
    currency = content["currency"]

    def figure(amount: str) -> str:
        return figures(amount, currency, words) if amount else ""

    ages = "；" if words.is_chinese else "; "
    listed = [s(f"ageing_{bucket}", amount=money_of(amount, content, words)) for bucket, amount in content["ages"].items()]
    return values | {
        "heading": s("title_statement"),
        "span": s(
            "from_to", start=formats.paper_day(day_of(content["start"]), s.locale), end=formats.paper_day(day_of(content["end"]), s.locale)
        ),
        "rows": [
            {
                **row,
                "on": formats.paper_day(day_of(row["on"]), s.locale),
                **{key: figure(row[key]) for key in ("charge", "payment", "balance")},
            }
            for row in content["rows"]
        ],
        "row_count": len(content["rows"]) + 4,
        "opening": figure(content["opening"]),
        "charged": figure(content["charged"]),
        "paid": figure(content["paid"]),
        "closing": figure(content["closing"]),
        "unit_head": s(f"unit_{currency}"),
        "ages": s("ageing", list=ages.join(listed)) if listed else "",
    }
