"""Reading the sheet that a page sent, and the deeds of its buttons: rows are added, removed and moved without saving anything."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from app.tariffs.choices import LineKind
from app.tariffs.forms.sheet import FACTS, FIRST_TIERS, NUMBERS, Sheet, SheetExample, SheetLine
from app.tariffs.rules.examples import MOST_EXAMPLES
from app.tariffs.rules.parameters import MOST_ENTRIES
from app.tariffs.rules.recipe import LABEL_LANGUAGES, MOST_LINES

Sent = MultiDict[str, str]
TEXTS = ("code", *sorted(NUMBERS), *sorted(FACTS), "percent_fact", "by_fact", "when_fact", "when_op", "when_value")
LONGEST = 200


def sheet_of_form(sent: Sent, locale: str) -> Sheet:
    """Return the sheet that a page sent; what is not a sheet at all is an empty one."""
    lines = [_line(sent, token) for token in _tokens(sent, "line")[:MOST_LINES]]
    examples = [_example(sent, token) for token in _tokens(sent, "example")[:MOST_EXAMPLES]]
    return Sheet(locale, _text(sent, "rounding"), lines, examples)


def tried_facts(sent: Sent) -> dict[str, str]:
    """Return the facts typed under "Try it", by name."""
    return {name.removeprefix("try-"): value[:LONGEST] for name, value in sent.items() if name.startswith("try-")}


def _tokens(sent: Sent, name: str) -> list[str]:
    return [token for token in dict.fromkeys(sent.getlist(name)) if token.isdigit() and len(token) < 6]


def _text(sent: Sent, name: str) -> str:
    return sent.get(name, "")[:LONGEST]


def _list(sent: Sent, name: str) -> list[str]:
    return [text[:LONGEST] for text in sent.getlist(name)[:MOST_ENTRIES]]


def _line(sent: Sent, token: str) -> SheetLine:
    def name(part: str) -> str:
        return f"l{token}-{part}"

    line = SheetLine(token, _kind(_text(sent, name("kind"))))
    line.texts = {part: _text(sent, name(part)) for part in TEXTS if name(part) in sent}
    line.labels = {language: _text(sent, name(f"label-{language}")) for language in ("", *LABEL_LANGUAGES)}
    line.tiers = list(zip(_list(sent, name("limit")), _list(sent, name("tier_price")), strict=False))
    line.by = list(zip(_list(sent, name("by_value")), _list(sent, name("by_price")), strict=False))
    line.prices = _list(sent, name("prices"))
    line.scale_by = [each for each in _list(sent, name("scale_by")) if each.strip()]
    line.of = _list(sent, name("of"))
    line.flags = {part for part in ("tax", "keep_zero") if sent.get(name(part))}
    return _complete(line)


def _complete(line: SheetLine) -> SheetLine:
    """Give a line whose kind was just chosen the rows that the kind begins with."""
    if line.has("tiers") and not line.tiers:
        line.tiers = list(FIRST_TIERS)
    if line.has("prices") and not line.prices:
        line.prices = ["", ""]
    if line.text("by_fact") and not line.by:
        line.by = [("", "")]
    return line


def _example(sent: Sent, token: str) -> SheetExample:
    prefix = f"e{token}-fact-"
    facts = {name.removeprefix(prefix): value[:LONGEST] for name, value in sent.items() if name.startswith(prefix)}
    return SheetExample(token, facts, _text(sent, f"e{token}-total"))


def _kind(value: str) -> LineKind:
    return LineKind(value) if value in list(LineKind) else LineKind.FLAT


def changed(sheet: Sheet, deed: str, *, facts: dict[str, str] | None = None, total: str = "") -> bool:
    """Do what a button of the sheet says, ``remove_tier:3:1`` for the second tier of line 3; say whether it was one."""
    name, _, rest = deed.partition(":")
    token, _, place = rest.partition(":")
    line = next((each for each in sheet.lines if each.token == token), None)
    if name == "add_line":
        _add_line(sheet, token)
    elif name == "add_example":
        sheet.examples.append(SheetExample(sheet.free_token(), dict(facts or {}), total))
    elif name == "remove_example":
        sheet.examples = [each for each in sheet.examples if each.token != token]
    elif name in ("remove_line", "move_up", "move_down") and line is not None:
        _arrange(sheet, line, name)
    elif line is not None and name in _ROWS:
        _ROWS[name](line, int(place) if place.isdigit() else -1)
    else:
        return name == "show"
    return True


def _add_line(sheet: Sheet, kind: str) -> None:
    chosen = _kind(kind)
    codes = {line.text("code") for line in sheet.lines}
    number = next(number for number in range(1, len(codes) + 2) if f"{chosen.value}_{number}" not in codes)
    line = SheetLine(sheet.free_token(), chosen, {"code": f"{chosen.value}_{number}"})
    if line.has("of"):
        line.of = [each.token for each in sheet.lines if not each.has("of")]
    if line.has("quantity") and not line.has("rank"):
        line.texts["quantity"] = next((each.text("quantity") for each in sheet.lines if each.text("quantity")), "")
    sheet.lines.append(_complete(line))


def _arrange(sheet: Sheet, line: SheetLine, deed: str) -> None:
    place = sheet.lines.index(line)
    sheet.lines.remove(line)
    if deed == "remove_line":
        for other in sheet.lines:
            other.of = [token for token in other.of if token != line.token]
        return
    sheet.lines.insert(max(place - 1, 0) if deed == "move_up" else place + 1, line)


def _add_tier(line: SheetLine, place: int) -> None:
    """Put a tier before the open one."""
    del place
    line.tiers.insert(max(len(line.tiers) - 1, 0), ("", ""))


def _remove_tier(line: SheetLine, place: int) -> None:
    if 0 <= place < len(line.tiers) - 1:
        del line.tiers[place]


def _add_price(line: SheetLine, place: int) -> None:
    del place
    line.prices.append("")


def _remove_price(line: SheetLine, place: int) -> None:
    if 0 <= place < len(line.prices) and len(line.prices) > 1:
        del line.prices[place]


def _add_by(line: SheetLine, place: int) -> None:
    del place
    line.by.append(("", ""))


def _remove_by(line: SheetLine, place: int) -> None:
    if 0 <= place < len(line.by) and len(line.by) > 1:
        del line.by[place]


_ROWS = {
    "add_tier": _add_tier,
    "remove_tier": _remove_tier,
    "add_price": _add_price,
    "remove_price": _remove_price,
    "add_by": _add_by,
    "remove_by": _remove_by,
}
