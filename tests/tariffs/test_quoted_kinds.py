"""``run.py quote`` over a case of every kind with its rarer parameters, and over every reason not to bill; worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.tariffs.rules.recipe import KINDS
from tests.tariffs.bills import line, tiers
from tests.tariffs.test_quote import answered

BASE = line("base", "flat", amount="300")
TWO = tiers(("10", "5"), (None, "8"))
# What the case shows -> its lines, the facts, and the total.
CASES: dict[str, tuple[list[dict[str, Any]], dict[str, str], str]] = {
    "flat, times": ([line("x", "flat", amount="2.5", times="cards")], {"cards": "3"}, "8"),
    "per_unit, factor, free, step": (
        [line("x", "per_unit", quantity="kg", price="3", factor="2.05", free="1", quantity_step="0.1")],
        {"kg": "10"},
        "59",
    ),  # 20.5 − 1 = 19.5 × 3 = 58.5
    "per_unit, by a fact": (
        [line("x", "per_unit", quantity="n", price_by={"fact": "floor", "prices": {"1": "10", "2": "20"}})],
        {"n": "3", "floor": "2.0"},
        "60",
    ),
    "graduated, persons and step": (
        [line("x", "graduated", quantity="m3", tiers=TWO, scale_by=["persons", "0.25"], limit_step="1")],
        {"m3": "12", "persons": "3"},
        "72",
    ),  # 10 × 3 × 0.25 = 7.5, rounded 8: 8 × 5 + 4 × 8
    "graduated, the year's pool": (
        [line("x", "graduated", quantity="m3", tiers=TWO, used="ytd")],
        {"m3": "6", "ytd": "7"},
        "39",
    ),  # 3 × 5 + 3 × 8
    "volume, at the limit": ([line("x", "volume", quantity="m3", tiers=TWO)], {"m3": "10"}, "50"),
    "volume, above it": ([line("x", "volume", quantity="m3", tiers=TWO)], {"m3": "10.5"}, "84"),
    "ranked, several": ([line("x", "ranked", quantity="cars", prices=["100", "150", "200"])], {"cars": "5"}, "850"),
    "ranked, one": ([line("x", "ranked", rank="place", prices=["100", "150"])], {"place": "7"}, "150"),
    "package": ([line("x", "package", quantity="visits", size="10", price="90")], {"visits": "21"}, "270"),
    "percentage, by a fact": ([BASE, line("x", "percentage", of=["base"], percent="rate")], {"rate": "-12.5"}, "262"),  # 300 − 37.5 → −38
    "percentage, a tax": ([BASE, line("x", "percentage", of=["base"], percent="8", tax=True)], {}, "324"),
    "prorate": ([BASE, line("x", "prorate", of=["base"], numerator="days", denominator="mdays")], {"days": "20", "mdays": "31"}, "194"),
    "minimum": ([BASE, line("x", "minimum", of=["base"], amount="350")], {}, "350"),
    "maximum": ([BASE, line("x", "maximum", of=["base"], amount="250")], {}, "250"),
    "included_tax": ([BASE, line("x", "included_tax", of=["base"], percent="10")], {}, "300"),
    "a condition, a step of its own": (
        [line("x", "flat", amount="1500", step="1000", when={"fact": "floor", "op": ">=", "value": "2"})],
        {"floor": "2"},
        "2000",
    ),
    "a condition that does not hold": (
        [BASE, line("x", "flat", amount="9", when={"fact": "kind", "op": "=", "value": "shop"})],
        {"kind": "x"},
        "300",
    ),
}
# A reason not to bill -> the line, the facts, and words of the sentence.
ERRORS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "missing": (line("x", "flat", amount="1", times="n"), {}, "the fact n is missing"),
    "null": (line("x", "flat", amount="1", times="n"), {"n": None}, "the fact n is missing"),
    "no number": (line("x", "per_unit", quantity="n", price="1"), {"n": "many"}, "must be a number"),
    "an exponent": (line("x", "per_unit", quantity="n", price="1"), {"n": "1e3"}, "must be a number"),
    "wrong type": (line("x", "per_unit", quantity="n", price="1"), {"n": True}, "must be a number or a text"),
    "below zero": (line("x", "graduated", quantity="n", tiers=TWO), {"n": "-1"}, "must not be negative"),
    "half an item": (line("x", "ranked", quantity="n", prices=["1"]), {"n": "1.5"}, "whole number"),
    "rank nought": (line("x", "ranked", rank="n", prices=["1"]), {"n": "0"}, "at least 1"),
    "no price": (line("x", "per_unit", quantity="n", price_by={"fact": "f", "prices": {"1": "1"}}), {"n": "1", "f": "2"}, "no price"),
    "more of a text": (line("x", "flat", amount="1", when={"fact": "f", "op": ">", "value": "1"}), {"f": "shop"}, "must be a number"),
    "too much": (line("x", "flat", amount="9" * 17), {}, "too large"),
}


def test_every_kind_has_a_case() -> None:
    assert {lines[-1]["kind"] for lines, _, _ in CASES.values()} == {kind.value for kind in KINDS}


def test_the_command_gives_what_was_worked_out_by_hand(tmp_path: Path) -> None:
    cases = [{"recipe": {"rounding": "1", "lines": lines}, "facts": facts} for lines, facts, _ in CASES.values()]
    found = dict(zip(CASES, (bill.get("total", bill) for bill in answered(cases, tmp_path)), strict=True))
    assert found == {name: total for name, (_, _, total) in CASES.items()}


def test_the_command_says_why_there_is_no_bill(tmp_path: Path) -> None:
    cases = [{"recipe": {"rounding": "1", "lines": [each]}, "facts": facts} for each, facts, _ in ERRORS.values()]
    answers = dict(zip(ERRORS, answered(cases, tmp_path), strict=True))
    assert [name for name, answer in answers.items() if sorted(answer) != ["error"]] == []
    assert [(name, answers[name]["error"]) for name, (_, _, words) in ERRORS.items() if words not in answers[name]["error"]] == []


def test_nothing_is_divided_by_nought(tmp_path: Path) -> None:
    facts = {"days": "1", "mdays": "0"}
    share = line("x", "prorate", of=["base"], numerator="days", denominator="mdays")
    assert "divided by 0" in answered({"recipe": {"rounding": "1", "lines": [BASE, share]}, "facts": facts}, tmp_path)["error"]
