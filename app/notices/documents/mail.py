"""What a letter says with which a notice goes out by e-mail, from the content that was frozen when the notice was issued."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.notices.captions import words
from app.reminders.models import LONGEST_SUBJECT
from app.reminders.rules.templates import one_line
from app.values import formats


def mail_of(content: Mapping[str, Any]) -> dict[str, str]:
    """Return subject and text. No amount stands in the subject: it is seen on locked telephones."""
    locale, kind = content["locale"], content["kind"]
    facts = {
        "number": content["number"],
        "unit": content["unit"]["code"],
        "month": formats.paper_month(_day(content["month"]), locale) if kind == "due" else "",
    }
    text = words("mail_text_due" if kind == "due" else "mail_text_reminder", locale, **facts)
    parts = [words("mail_dear", locale, name=content["customer"]["name"]), text, *_payment(content, locale), _foot(content, locale)]
    return {"subject": one_line(words(f"mail_subject_{kind}", locale, **facts))[:LONGEST_SUBJECT], "body": "\n\n".join(parts)}


def _payment(content: Mapping[str, Any], locale: str) -> list[str]:
    total = Decimal(content["total"])
    if total <= 0:
        return [words("mail_nothing", locale)]
    due = content["due_on"] if content["kind"] == "due" else content["deadline"]
    lines = [
        words("mail_total", locale, amount=formats.paper_money(total, content["currency"], locale)),
        words("mail_due", locale, day=formats.paper_day(_day(due), locale)),
        words("mail_reference", locale, reference=content["reference"]),
    ]
    return ["\n".join(lines), words("mail_paid_meanwhile", locale)]


def _foot(content: Mapping[str, Any], locale: str) -> str:
    phone = content["office"]["hotline"] or content["office"]["phone"]
    asked = [words("mail_questions", locale, phone=phone)] if phone else []
    return "\n".join([*asked, content["office"]["legal_name"]])


def _day(value: str) -> datetime.date:
    return datetime.date.fromisoformat(value)
