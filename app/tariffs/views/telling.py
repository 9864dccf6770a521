"""A fee formula in words: each line with its kind, what it is called, and a sentence that says how it computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.tariffs.choices import LineKind
from app.tariffs.forms.numbers import written_number
from app.tariffs.forms.sheet import Sheet, SheetLine
from app.values.errors import Message

Names = Mapping[str, Message]


@dataclass(frozen=True)
class ToldLine:
    """A line as the page of a version shows it; ``old`` are the prices of the version before."""

    kind: LineKind
    label: str
    sentence: Message | None
    tiers: list[tuple[str, str]]
    old: list[str]


def told_lines(sheet: Sheet, before: Mapping[str, Mapping[str, Any]], names: Names) -> list[ToldLine]:
    """Return the lines of a sheet in words; ``before`` are the lines of the version before, by code."""
    places = {line.token: number for number, line in enumerate(sheet.lines, start=1)}
    return [_told(line, sheet.locale, before.get(line.text("code"), {}), names, places) for line in sheet.lines]


def _told(line: SheetLine, locale: str, before: Mapping[str, Any], names: Names, places: Mapping[str, int]) -> ToldLine:
    label = line.labels.get(locale) or line.labels.get("") or line.labels.get("en") or line.label
    old = [written_number(tier["price"], locale) for tier in before.get("tiers", ())]
    return ToldLine(
        line.kind, label, _sentence(line, names, places), line.tiers if line.has("tiers") else [], old if line.has("tiers") else []
    )


def _sentence(line: SheetLine, names: Names, places: Mapping[str, int]) -> Message | None:
    def fact(name: str) -> Any:
        return names.get(line.text(name), line.text(name))

    of = ", ".join(str(places[token]) for token in line.of if token in places)
    match line.kind:
        case LineKind.FLAT if line.text("times"):
            return Message("%(amount)s for each: %(fact)s", amount=line.text("amount"), fact=fact("times"))
        case LineKind.FLAT | LineKind.MINIMUM | LineKind.MAXIMUM if line.has("of"):
            return Message("%(amount)s for the lines %(of)s together", amount=line.text("amount"), of=of)
        case LineKind.FLAT:
            return Message("%(amount)s a period", amount=line.text("amount"))
        case LineKind.PER_UNIT if line.text("by_fact"):
            prices = ", ".join(f"{value}: {price}" for value, price in line.by)
            return Message("%(fact)s, at the price of %(by)s: %(prices)s", fact=fact("quantity"), by=fact("by_fact"), prices=prices)
        case LineKind.PER_UNIT if line.text("factor"):
            return Message("%(fact)s × %(factor)s × %(price)s", fact=fact("quantity"), factor=line.text("factor"), price=line.text("price"))
        case LineKind.PER_UNIT:
            return Message("%(fact)s × %(price)s", fact=fact("quantity"), price=line.text("price"))
        case LineKind.GRADUATED | LineKind.VOLUME if line.scale_by:
            factors = " × ".join(str(names.get(each, each)) for each in line.scale_by)
            return Message(
                "%(fact)s; the limits are multiplied by: %(factors)s", fact=fact("quantity"), factors=names.get(line.scale_by[0], factors)
            )
        case LineKind.GRADUATED | LineKind.VOLUME:
            return Message("%(fact)s", fact=fact("quantity"))
        case LineKind.RANKED:
            return Message(
                "%(fact)s, one after the other: %(prices)s", fact=fact("quantity") or fact("rank"), prices=", ".join(line.prices)
            )
        case LineKind.PACKAGE:
            terms = {"fact": fact("quantity"), "size": line.text("size"), "price": line.text("price")}
            return Message("%(fact)s in packs of %(size)s, each started one %(price)s", **terms)
        case LineKind.PERCENTAGE | LineKind.INCLUDED_TAX:
            return Message("%(percent)s %% of the lines %(of)s", percent=line.text("percent") or fact("percent_fact"), of=of)
        case LineKind.PRORATE:
            return Message("%(share)s of %(whole)s, of the lines %(of)s", share=fact("numerator"), whole=fact("denominator"), of=of)
    return None
