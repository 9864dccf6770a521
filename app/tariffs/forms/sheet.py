"""The sheet 计费公式编辑表: a fee formula as texts in the reader's way of writing, so that nothing typed is lost while it has faults.

``sheet_of_recipe`` fills it from what is stored, ``sheet_of_form`` from what was sent; ``changed`` adds, removes and moves rows;
``Sheet.recipe`` gives the JSON again, with a fault for every number that cannot be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.tariffs.choices import LineKind
from app.tariffs.forms.numbers import read_number, written_number
from app.tariffs.rules.faults import Fault
from app.tariffs.rules.recipe import LABEL_LANGUAGES
from app.values.errors import Message

# What a kind asks for: numbers, facts, and lists of them; each under the name that the recipe gives it.
PARAMETERS: Mapping[LineKind, tuple[str, ...]] = {
    LineKind.FLAT: ("amount", "times"),
    LineKind.PER_UNIT: ("quantity", "price", "price_by", "factor", "free", "quantity_step"),
    LineKind.GRADUATED: ("quantity", "tiers", "scale_by", "used", "limit_step"),
    LineKind.VOLUME: ("quantity", "tiers", "scale_by", "limit_step"),
    LineKind.RANKED: ("quantity", "rank", "prices"),
    LineKind.PACKAGE: ("quantity", "size", "price"),
    LineKind.PERCENTAGE: ("of", "percent", "tax"),
    LineKind.PRORATE: ("of", "numerator", "denominator"),
    LineKind.MINIMUM: ("of", "amount"),
    LineKind.MAXIMUM: ("of", "amount"),
    LineKind.INCLUDED_TAX: ("of", "percent"),
}
NUMBERS = frozenset({"amount", "price", "factor", "free", "quantity_step", "limit_step", "size", "percent", "step"})
FACTS = frozenset({"quantity", "times", "used", "rank", "numerator", "denominator"})
# What is needed only now and then, folded away until it is used.
RARE = frozenset({"times", "factor", "free", "quantity_step", "used", "limit_step", "step", "keep_zero", "when", "code"})
FIRST_TIERS = [("100", ""), ("", "")]


@dataclass
class SheetLine:
    """One line as texts. ``token`` names it in the page while lines move; ``of`` are tokens of other lines."""

    token: str
    kind: LineKind = LineKind.FLAT
    texts: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    tiers: list[tuple[str, str]] = field(default_factory=list)
    by: list[tuple[str, str]] = field(default_factory=list)
    prices: list[str] = field(default_factory=list)
    scale_by: list[str] = field(default_factory=list)
    of: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    def has(self, name: str) -> bool:
        """Say whether the kind asks for ``name``."""
        return name in PARAMETERS[self.kind]

    @property
    def label(self) -> str:
        """What the line is called, in whatever language there is."""
        return self.labels.get("", "") or next((text for text in self.labels.values() if text), "")

    @property
    def facts(self) -> list[str]:
        """The names of the facts that it asks for."""
        named = [self.text(name) for name in PARAMETERS[self.kind] if name in FACTS]
        scaled = [factor for factor in self.scale_by if self.has("scale_by") and read_number(factor, "en") is None]
        rates = self.text("percent_fact") if self.kind is LineKind.PERCENTAGE else ""
        found = [*named, self.text("by_fact") if self.has("price_by") else "", *scaled, rates, self.text("when_fact")]
        return [name for name in found if name]

    @property
    def rare_is_used(self) -> bool:
        """Whether something of the folded part is filled in."""
        names = [name for name in (*PARAMETERS[self.kind], "step", "when_fact") if name in RARE | {"when_fact"}]
        return any(self.text(name) for name in names) or "keep_zero" in self.flags


@dataclass
class SheetExample:
    """An example as texts: facts by name, and the total that they must give."""

    token: str
    facts: dict[str, str] = field(default_factory=dict)
    total: str = ""


@dataclass
class Sheet:
    """A fee formula with its examples, as texts."""

    locale: str
    rounding: str = ""
    lines: list[SheetLine] = field(default_factory=list)
    examples: list[SheetExample] = field(default_factory=list)

    def free_token(self) -> str:
        """Return a token that no line and no example has."""
        used = [*(line.token for line in self.lines), *(example.token for example in self.examples)]
        return str(max((int(token) for token in used if token.isdigit()), default=-1) + 1)

    def facts(self) -> list[str]:
        """Return the names of the facts that the lines ask for, each once."""
        return list(dict.fromkeys(name for line in self.lines for name in line.facts))

    def recipe(self) -> tuple[dict[str, Any], list[Fault]]:
        """Return the recipe as JSON, and what of it cannot be read as a number."""
        reader = _Reader(self.locale)
        codes = {line.token: line.text("code").strip() for line in self.lines}
        lines = [reader.line(line, place, codes) for place, line in enumerate(self.lines)]
        rounding = reader.number(self.rounding, None, "rounding")
        return {"rounding": rounding, "lines": lines}, reader.faults

    def examples_as_json(self) -> list[dict[str, Any]]:
        """Return the examples; a total that cannot be read is left as it was typed, for the rule to refuse."""
        return [
            {"facts": facts_as_json(example.facts, self.locale), "total": read_number(example.total, self.locale) or example.total}
            for example in self.examples
        ]


def facts_as_json(typed: Mapping[str, str], locale: str) -> dict[str, str]:
    """Return facts as formulas take them: what is empty is not there, numbers are written plainly, the rest is text."""
    filled = {name: text.strip() for name, text in typed.items() if text.strip()}
    return {name: read_number(text, locale) or text for name, text in filled.items()}


class _Reader:
    """Turns the texts of lines into JSON and notes what cannot be read."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.faults: list[Fault] = []

    def line(self, line: SheetLine, place: int, codes: Mapping[str, str]) -> dict[str, Any]:
        made: dict[str, Any] = {"code": codes[line.token], "kind": line.kind.value, "label": _label(line)}
        for name in PARAMETERS[line.kind]:
            made |= self._parameter(line, place, name, codes)
        if line.text("when_fact"):
            value = line.text("when_value").strip()
            value = read_number(value, self.locale) or value
            made["when"] = {"fact": line.text("when_fact"), "op": line.text("when_op") or "=", "value": value}
        if line.text("step").strip():
            made["step"] = self.number(line.text("step"), place, "step")
        if "keep_zero" in line.flags:
            made["keep_zero"] = True
        return made

    def _parameter(self, line: SheetLine, place: int, name: str, codes: Mapping[str, str]) -> dict[str, Any]:
        if name == "of":
            return {"of": [codes[token] for token in line.of if token in codes]}
        if name == "tax":
            return {"tax": True} if "tax" in line.flags else {}
        if name in ("tiers", "price_by", "prices", "scale_by"):
            return getattr(self, f"_{name}")(line, place)  # type: ignore[no-any-return]
        if name == "percent" and line.text("percent_fact"):
            return {"percent": line.text("percent_fact")}
        if name == "price" and line.has("price_by") and line.text("by_fact"):
            return {}
        text = line.text(name).strip()
        # An empty field that may be left out says nothing; one that is needed is missed by the rule.
        if not text:
            return {}
        return {name: self.number(text, place, name) if name in NUMBERS else text}

    def _tiers(self, line: SheetLine, place: int) -> dict[str, Any]:
        rows = []
        for number, (limit, price) in enumerate(line.tiers):
            is_last = number == len(line.tiers) - 1
            up_to = None if is_last else self.number(limit, place, f"tiers[{number}].up_to")
            rows.append({"up_to": up_to, "price": self.number(price, place, f"tiers[{number}].price")})
        return {"tiers": rows}

    def _price_by(self, line: SheetLine, place: int) -> dict[str, Any]:
        if not line.text("by_fact"):
            return {}
        prices = {}
        for value, price in line.by:
            if value.strip() or price.strip():
                name = read_number(value, self.locale) or value.strip()
                prices[name] = self.number(price, place, f"price_by.prices.{name}")
        return {"price_by": {"fact": line.text("by_fact"), "prices": prices}}

    def _prices(self, line: SheetLine, place: int) -> dict[str, Any]:
        return {"prices": [self.number(text, place, f"prices[{number}]") for number, text in enumerate(line.prices)]}

    def _scale_by(self, line: SheetLine, place: int) -> dict[str, Any]:
        del place
        factors = [read_number(text, self.locale) or text for text in line.scale_by if text.strip()]
        return {"scale_by": factors} if factors else {}

    def number(self, text: str, place: int | None, parameter: str) -> str:
        found = read_number(text, self.locale)
        if found is None:
            where = str(place + 1) if place is not None else "–"
            self.faults.append(Fault(_unreadable(text, where), place, parameter))
            return text
        return found


def _unreadable(text: str, line: str) -> Message:
    if not text.strip():
        return Message("Line %(line)s: a number is missing.", line=line)
    return Message("Line %(line)s: “%(text)s” cannot be read as a number.", line=line, text=text[:40])


def _label(line: SheetLine) -> Any:
    own = {language: line.labels.get(language, "").strip() for language in LABEL_LANGUAGES}
    given = {language: text for language, text in own.items() if text}
    return given or line.labels.get("", "").strip()


def sheet_of_recipe(recipe: Mapping[str, Any], examples: Sequence[Mapping[str, Any]], locale: str) -> Sheet:
    """Return the sheet of a stored recipe, which has been read without a fault once."""
    rows = list(recipe.get("lines") or [])
    tokens = {row["code"]: str(place) for place, row in enumerate(rows)}
    lines = [_line_of(row, str(place), tokens, locale) for place, row in enumerate(rows)]
    first = len(lines)
    kept = [_example_of(each, str(first + place), locale) for place, each in enumerate(examples)]
    return Sheet(locale, written_number(str(recipe.get("rounding", "")), locale), lines, kept)


def _example_of(example: Mapping[str, Any], token: str, locale: str) -> SheetExample:
    facts = {name: written_number(value, locale) for name, value in example["facts"].items()}
    return SheetExample(token, facts, written_number(example["total"], locale))


def _line_of(row: Mapping[str, Any], token: str, tokens: Mapping[str, str], locale: str) -> SheetLine:
    line = SheetLine(token, LineKind(row["kind"]))
    label = row["label"]
    line.labels = dict(label) if isinstance(label, Mapping) else {"": label}
    line.texts = {"code": row["code"]}
    for name in FACTS & set(row):
        line.texts[name] = row[name]
    for name in NUMBERS & set(row):
        line.texts[name] = written_number(row[name], locale)
    if "percent" in row and written_number(row["percent"], locale) == row["percent"] and read_number(row["percent"], "en") is None:
        line.texts |= {"percent": "", "percent_fact": row["percent"]}
    line.tiers = [(written_number(tier["up_to"] or "", locale), written_number(tier["price"], locale)) for tier in row.get("tiers", ())]
    if "price_by" in row:
        line.texts["by_fact"] = row["price_by"]["fact"]
        line.by = [(written_number(value, locale), written_number(price, locale)) for value, price in row["price_by"]["prices"].items()]
    line.prices = [written_number(price, locale) for price in row.get("prices", ())]
    line.scale_by = [written_number(each, locale) for each in row.get("scale_by", ())]
    line.of = [tokens[code] for code in row.get("of", ()) if code in tokens]
    line.flags = {name for name in ("tax", "keep_zero") if row.get(name)}
    if "when" in row:
        when = row["when"]
        line.texts |= {"when_fact": when["fact"], "when_op": when["op"], "when_value": written_number(when["value"], locale)}
    return line
