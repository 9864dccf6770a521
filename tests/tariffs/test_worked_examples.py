"""The open worked examples of the fee rules, by line and to the last digit, and the templates with theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.tariffs.rules.decimals import plain
from app.tariffs.rules.evaluate import compiled
from app.tariffs.rules.recipe import read_recipe
from app.tariffs.templates import TEMPLATES, Example, Template, blank, templates_for
from app.values.money import CURRENCIES, step

EXAMPLES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("fees.json").read_text(encoding="utf-8"))
BLANKS = [blank(code) for code in sorted(CURRENCIES)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["title"])
def test_the_worked_examples_of_the_fee_rules(example: dict[str, Any]) -> None:
    bill = compiled(read_recipe(example["recipe"]))(example["facts"])
    assert {
        "lines": [{"code": line.code, "amount": plain(line.amount)} for line in bill.lines],
        "total": plain(bill.total),
    } == example["expected"]


@pytest.mark.parametrize(
    ("template", "example"),
    [(template, example) for template in (*TEMPLATES, *BLANKS) for example in template.examples],
    ids=lambda value: value.code if isinstance(value, Template) else str(value.facts),
)
def test_a_template_gives_what_its_examples_say(template: Template, example: Example) -> None:
    bill = compiled(read_recipe(template.recipe, money_step=step(template.currency)))(example.facts)
    assert plain(bill.total) == example.total


@pytest.mark.parametrize("template", [*TEMPLATES, *BLANKS], ids=lambda template: f"{template.code} {template.currency}")
def test_a_template_speaks_all_languages_and_has_an_example(template: Template) -> None:
    assert template.examples
    for line in template.recipe["lines"]:
        assert sorted(line["label"]) == ["en", "vi", "zh_Hans", "zh_Hant"]


def test_an_office_is_offered_templates_in_its_currency() -> None:
    assert [template.code for template in templates_for("CNY")] == ["zhejiang_electricity", "junlian_water", "blank"]
    assert [template.code for template in templates_for("HKD")] == ["blank"]
    assert templates_for("HKD")[0].recipe["rounding"] == "0.01"
