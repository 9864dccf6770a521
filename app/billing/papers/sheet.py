"""What every paper of billing has in common: letterhead, copies, marks, footer."""

from __future__ import annotations

import base64
import datetime
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.billing.papers.words import Pair, Words
from app.foundation.documents import Mark
from app.values import formats

# Where a PNG says its width and height.
PNG_SIZE = 16
ONE_DAY = datetime.timedelta(days=1)
COPIES = (1, 2, 3)
# Type and spacing, from comfortable to the least that is still readable; carbon paper takes nothing below 9 pt. Between a signer's
# caption and the typed name 11 mm stay free for the hand in every one of them.
DENSITIES = (
    {"font": 10, "line": 1.28, "above": 1.2, "below": 0.9, "field": 0.6, "sign": 17},
    {"font": 9.5, "line": 1.22, "above": 0.9, "below": 0.6, "field": 0.45, "sign": 16},
    {"font": 9, "line": 1.15, "above": 0.6, "below": 0.4, "field": 0.3, "sign": 15.5},
    {"font": 8.5, "line": 1.12, "above": 0.5, "below": 0.3, "field": 0.2, "sign": 15.5},
    {"font": 8, "line": 1.1, "above": 0.4, "below": 0.2, "field": 0.1, "sign": 15.5},
)
GREY, LIGHT = "#555555", "#eeeeee"


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture as it stands inside a sheet, and how high it is to its width."""

    data: str
    ratio: float

    @classmethod
    def of(cls, png: bytes) -> Logo | None:
        """Return the logo in ``png``, or nothing where that is empty. The engine fetches nothing, so the bytes go into the sheet."""
        if not png:
            return None
        width, height = struct.unpack_from(">II", png, PNG_SIZE)
        return cls(f"data:image/png;base64,{base64.b64encode(png).decode()}", height / width)


@dataclass(frozen=True, slots=True)
class Print:
    """One printing: which one it is, when and by whom, whether the paper was voided meanwhile, whether this is a training installation.

    ``logo`` is the picture of the letterhead, where the office has one.
    """

    printing: int
    at: datetime.datetime
    by: str
    voided: Mapping[str, Any] | None = None
    training: bool = False
    logo: Logo | None = None


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
    second = content.get("second_locale") or None
    return Words(content["locale"], second if second != content["locale"] else None)


def day_of(text: str) -> datetime.date:
    """Return the day of an ISO date or moment of a snapshot."""
    return datetime.date.fromisoformat(text[:10])


def moment(at: datetime.datetime, office: Mapping[str, Any], words: Words) -> str:
    """Return day and time in the office's zone; as ``at`` says them where the snapshot names no zone."""
    zone = office.get("time_zone")
    if not zone or at.tzinfo is None:
        at, zone = at.replace(tzinfo=datetime.UTC), "UTC"
    return formats.paper_moment(at, words.locale, zone)


def figures(amount: str | Decimal, currency: str, words: Words) -> str:
    """Return an amount without its currency, for a column that names it in its head."""
    return formats.money(Decimal(amount), currency, words.locale, symbol=False)


def money(amount: str | Decimal, currency: str, words: Words) -> str:
    """Return an amount with its currency; the Vietnamese forms write it out: 910.000 đồng."""
    if currency == "VND" and words.locale == "vi":
        return f"{figures(amount, currency, words)}\u00a0{words('unit_VND')}"
    return formats.paper_money(Decimal(amount), currency, words.locale)


def period(first: datetime.date, last: datetime.date, words: Words) -> str:
    """Return the days from ``first`` to ``last``; a whole month of a Vietnamese paper is 10/2026."""
    is_month = first.day == 1 and (first.year, first.month) == (last.year, last.month) and (last + ONE_DAY).day == 1
    if is_month and words.locale == "vi":
        return formats.paper_month(first, words.locale)
    return formats.paper_period(first, last, words.locale)


def paper_of(style: str) -> str:
    """Return the size of sheet that a style of copies is printed on."""
    return style if style in ("slip", "carbon") else "a5"


def amount_head(words: Words, currency: str, key: str = "amount_in") -> Pair:
    """Return the head of the column of money, the currency named in each language's own word."""
    first = words(key, unit=words(f"unit_{currency}"))
    if not words.second:
        return Pair(first)
    other = Words(words.second)
    return Pair(first, other(key, unit=other(f"unit_{currency}")))


def frame(content: Mapping[str, Any], words: Words, print_: Print, *, paper: str) -> dict[str, Any]:
    """Return what the base template and the letterhead need."""
    carbon = paper == "carbon"
    page = words("page", x="\x00", y="\x00").split("\x00")
    return {
        "sheet": paper,
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
        "logo": print_.logo,
        "number": content["number"],
        "long_day": formats.paper_heading_day(day_of(content["on"]), words.locale),
        "marks": marks(words, print_),
        "backdated": backdated(content, words),
        "void_line": void_line(words, print_),
    }


def copies_of(words: Words, style: str, kind: str) -> list[dict[str, Any]]:
    """Return one context per page set: each copy with its line, or one sheet for multi-part paper that names all of them."""
    if kind == "reversal":
        return [{"copy_lines": []}]
    lines = {number: words.pair(f"{kind}_copy_{number}") for number in COPIES}
    if style == "laser":
        return [{"copy_lines": [lines[number]]} for number in COPIES]
    if style == "carbon":
        return [{"copy_lines": list(lines.values())}]
    # The receiver of a phiếu chi gets its third copy; on every other paper the customer's is the second.
    return [{"copy_lines": [lines[3 if kind == "voucher" and words.locale == "vi" else 2]]}]


def densities_of(paper: str, layout: str) -> list[dict[str, Any]]:
    """Return the densities a paper may be printed in, the loosest first."""
    if paper == "slip":
        return [{"d": DENSITIES[0]}]
    # The Vietnamese forms are long: the loosest measures would only be tried in vain.
    fitting = DENSITIES[1:] if layout == "form" else DENSITIES
    return [{"d": density} for density in fitting if paper != "carbon" or density["font"] >= 9]


def marks(words: Words, print_: Print) -> list[str]:
    """Return the lines under the copy line: which reprint, and that it is for training."""
    found = [words("reprint", n=print_.printing)] if print_.printing > 1 else []
    return [*found, words("training_mark")] if print_.training else found


def backdated(content: Mapping[str, Any], words: Words) -> str:
    """Return the line with both dates of a back-dated paper; empty for all others."""
    if not content.get("backdated"):
        return ""
    on, created = day_of(content["on"]), day_of(content.get("booked_on") or content["created_at"])
    return words("backdated", on=formats.paper_day(on, words.locale), created=formats.paper_day(created, words.locale))


def void_line(words: Words, print_: Print) -> str:
    """Return the sentence of a voided paper, for printers without colour and readers without eyes; empty while it stands."""
    voided = print_.voided
    if not voided:
        return ""
    day = formats.paper_day(day_of(str(voided["date"])), words.locale)
    line = words("void_line", date=day, number=voided["number"], reason=voided["reason"])
    return line + (words("void_approved", name=voided["approved_by"]) if voided.get("approved_by") else "")


def mark(words: Words, print_: Print) -> Mark | None:
    """Return the diagonal mark: void in red, else training in grey."""
    if print_.voided:
        return Mark(words("void_mark"), "red")
    return Mark(words("training_mark"), "grey") if print_.training else None


def footer(content: Mapping[str, Any], words: Words, print_: Print) -> list[str]:
    """Return the parts of the last line: number, shift, when and which printing, by whom."""
    at = moment(print_.at, content["office"], words)
    shift = f"{words('shift')} {content['shift']}" if content.get("shift") else ""
    return [part for part in (content["number"], shift, words("printed", at=at, n=print_.printing), print_.by) if part]
