"""What every paper of billing has in common: letterhead, copies, marks, footer."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from app.billing.papers.words import Pair, Words
from app.foundation.documents import Mark
from app.foundation.papers import formats

COPIES = (1, 2, 3)
CUSTOMERS_COPY = {"receipt": 2, "voucher": 3}
# Type and spacing, from comfortable to the least that is still readable; carbon paper takes nothing below 9 pt.
DENSITIES = (
    {"font": 10, "line": 1.28, "above": 1.2, "below": 0.9, "field": 0.6, "sign": 13},
    {"font": 9.5, "line": 1.22, "above": 0.9, "below": 0.6, "field": 0.45, "sign": 12},
    {"font": 9, "line": 1.15, "above": 0.6, "below": 0.4, "field": 0.3, "sign": 11},
    {"font": 8.5, "line": 1.12, "above": 0.5, "below": 0.3, "field": 0.2, "sign": 11},
    {"font": 8, "line": 1.1, "above": 0.4, "below": 0.2, "field": 0.1, "sign": 11},
)
GREY, LIGHT = "#555555", "#eeeeee"


@dataclass(frozen=True, slots=True)
class Print:
    """One printing: which one it is, when and by whom, whether the paper was voided meanwhile, whether this is a training installation."""

    printing: int
    at: datetime.datetime
    by: str
    voided: Mapping[str, Any] | None = None
    training: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A caption with what is filled in, on a line of its own; ``aside`` follows in small letters."""

    caption: Pair
    parts: Sequence[str]
    strong: bool = False
    aside: str = ""
    ruled: bool = True


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, the hint under the caption, and the typed name where it is known."""

    caption: Pair
    hint: str = ""
    name: str = ""


def words_of(content: Mapping[str, Any]) -> Words:
    """Return the captions of a snapshot's language, and of the customer's."""
    return Words(content["locale"], content.get("second_locale") or None)


def day_of(text: str) -> datetime.date:
    """Return the day of an ISO date or moment of a snapshot."""
    return datetime.date.fromisoformat(text[:10])


def local(at: datetime.datetime, office: Mapping[str, Any]) -> datetime.datetime:
    """Return ``at`` in the office's time, where the snapshot names its zone; else as it is."""
    zone = office.get("time_zone")
    return at.astimezone(ZoneInfo(zone)) if zone and at.tzinfo else at


def frame(content: Mapping[str, Any], words: Words, print_: Print, *, sheet: str, kind: str) -> dict[str, Any]:
    """Return what the base template and the letterhead need; ``kind`` is receipt, voucher or reversal."""
    carbon = sheet == "carbon"
    page = words("page", x="\x00", y="\x00").split("\x00")
    return {
        "sheet": sheet,
        "language": words.locale.replace("_", "-"),
        "title": content["number"],
        # A needle printer has neither grey letters nor grey fills.
        "ink": "#000000" if carbon else GREY,
        "fill": "#ffffff" if carbon else LIGHT,
        "rule": "#000000" if carbon else "#888888",
        "d": DENSITIES[0],
        "footer": footer(content, words, print_),
        "page_before": page[0],
        "page_between": page[1],
        "page_after": page[2],
        "c": words.pair,
        "w": words,
        "office": content["office"],
        "number": content["number"],
        "long_day": formats.long_day(day_of(content["on"]), words.locale),
        "marks": marks(words, print_),
        "backdated": backdated(content, words),
        "void_line": void_line(words, print_),
        "kind": kind,
    }


def copies_of(content: Mapping[str, Any], words: Words, style: str, kind: str) -> list[dict[str, Any]]:
    """Return one context per page set: each copy with its line, or one sheet for multi-part paper that names all of them."""
    lines = {number: words.pair(f"{kind}_copy_{number}") for number in COPIES}
    if style == "laser":
        return [{"copy_lines": [lines[number]]} for number in COPIES]
    if style == "carbon":
        return [{"copy_lines": list(lines.values())}]
    return [{"copy_lines": [lines[CUSTOMERS_COPY[kind]]]}]


def densities_of(paper: str) -> list[dict[str, Any]]:
    """Return the densities a paper may be printed in, the loosest first."""
    return [{"d": density} for density in DENSITIES if paper != "carbon" or density["font"] >= 9]


def marks(words: Words, print_: Print) -> list[str]:
    """Return the lines under the copy line: which reprint, and that it is for training."""
    found = [words("reprint", n=print_.printing)] if print_.printing > 1 else []
    return [*found, words("training_mark")] if print_.training else found


def backdated(content: Mapping[str, Any], words: Words) -> str:
    """Return the line with both dates of a back-dated paper; empty for all others."""
    if not content.get("backdated"):
        return ""
    on, created = day_of(content["on"]), day_of(content.get("booked_on") or content["created_at"])
    return words("backdated", on=formats.short_day(on, words.locale), created=formats.short_day(created, words.locale))


def void_line(words: Words, print_: Print) -> str:
    """Return the sentence of a voided paper, for printers without colour and readers without eyes; empty while it stands."""
    voided = print_.voided
    if not voided:
        return ""
    day = formats.short_day(day_of(str(voided["date"])), words.locale)
    line = words("void_line", date=day, number=voided["number"], reason=voided["reason"])
    return line + (words("void_approved", name=voided["approved_by"]) if voided.get("approved_by") else "")


def mark(words: Words, print_: Print) -> Mark | None:
    """Return the diagonal mark: void in red, else training in grey."""
    if print_.voided:
        return Mark(words("void_mark"), "red")
    return Mark(words("training_mark"), "grey") if print_.training else None


def footer(content: Mapping[str, Any], words: Words, print_: Print) -> list[str]:
    """Return the parts of the last line: number, shift, when and which printing, by whom."""
    at = formats.moment(local(print_.at, content["office"]), words.locale)
    shift = f"{words('shift')} {content['shift']}" if content.get("shift") else ""
    return [part for part in (content["number"], shift, words("printed", at=at, n=print_.printing), print_.by) if part]
