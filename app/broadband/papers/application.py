"""The application of a customer for his line 报停 · 复机 · 迁移申请表 (C6) and the notice of a forced stop 停机通知, from frozen content.

One template, several titles: ``content["kind"]`` chooses the title, ``facts`` are what only this operation prints, in their order, and
``notes`` the sentences under them. A fact is {"caption", "day" | "money" | "days" | "text" | "key"}; ``facts`` of the caption fill its
places, ``wide`` gives it a row of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.billing.papers.chinese import spaced
from app.billing.papers.sheet import Print, Signer, day_of, frame, money
from app.billing.papers.words import Pair, Words
from app.broadband.papers import captions as captions
from app.broadband.papers.two_copies import NONE, LinePaper
from app.values import formats

# Facts beside each other.
PER_ROW = 3


def context(content: Mapping[str, Any], words: Words, print_: Print) -> dict[str, Any]:
    """Return everything the template prints."""
    facts = [_fact(fact, content, words) for fact in content["facts"]]
    narrow = [fact for fact in facts if not fact["wide"]]
    return {
        **frame(content, words, print_, paper="a5"),
        "heading": spaced(_title(content, words), words),
        "customer": content["customer"],
        "login": content["broadband_account"],
        "plan": content["plan"],
        "stops_on": formats.paper_day(day_of(content["stops_on"]), words.locale) if content["stops_on"] else NONE,
        "rows": [narrow[first : first + PER_ROW] for first in range(0, len(narrow), PER_ROW)],
        "wide": [fact for fact in facts if fact["wide"]],
        "notes": [words.pair(note["caption"], **note.get("facts", {})) for note in content["notes"]],
        "remark": content.get("note", ""),
        "signers": _signers(content, words),
        "space": "\u00a0\u00a0\u00a0",
    }


def _title(content: Mapping[str, Any], words: Words) -> str:
    return words(f"title_{content['kind']}")


def _fact(fact: Mapping[str, Any], content: Mapping[str, Any], words: Words) -> dict[str, Any]:
    caption = words.pair(fact["caption"], **fact.get("facts", {}))
    return {"caption": caption, "value": _value(fact, content, words), "wide": bool(fact.get("wide"))}


def _value(fact: Mapping[str, Any], content: Mapping[str, Any], words: Words) -> Pair:
    if fact.get("day"):
        return Pair(formats.paper_day(day_of(fact["day"]), words.locale))
    if fact.get("money") is not None:
        return Pair(money(fact["money"], content["currency"], words))
    if fact.get("days") is not None:
        return words.pair("quantity_days", n=fact["days"])
    if fact.get("key"):
        return words.pair(fact["key"])
    return Pair(str(fact.get("text") or NONE))


def _signers(content: Mapping[str, Any], words: Words) -> Sequence[Signer]:
    office = [Signer(words.pair("received_by_office"), name=content["handled_by"]), Signer(words.pair("application_approved_by"))]
    if content["kind"] == "stop_notice":
        return [Signer(words.pair("handled_by"), name=content["handled_by"]), Signer(words.pair("application_approved_by"))]
    return [Signer(words.pair("applicant")), *office]


application_pdf = LinePaper("application", _title, context)
