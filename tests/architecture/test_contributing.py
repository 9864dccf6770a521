"""CONTRIBUTING.md names files and tests; what it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:app|tests|docs|migrations|translations|config\.py|README\.md|CHANGELOG\.md)[^`\s]*)`", TEXT)))
RECIPES = re.split(r"^## ", TEXT, flags=re.M)[1:]


@pytest.mark.parametrize("name", NAMED)
def test_what_is_named_is_there(name: str) -> None:
    path, _, test = name.partition("::")
    assert (ROOT / path).exists(), name
    if test:
        assert test in _functions(ROOT / path), name


def test_the_functions_of_the_wiring_are_there() -> None:
    named = set(re.findall(r"`app/wiring\.py` `(\w+)`", TEXT))
    assert named
    assert named <= _functions(ROOT / "app" / "wiring.py")


def test_every_part_that_people_add_has_its_recipe() -> None:
    titles = {recipe.splitlines()[0] for recipe in RECIPES}
    wanted = {"an entity", "an operation", "a report", "a paper", "an import", "a language", "an invariant", "a role", "a nightly job"}
    assert {f"Add {part}" for part in wanted} <= titles


def test_every_recipe_names_a_test_for_nearly_every_step() -> None:
    for recipe in RECIPES:
        steps = re.findall(r"^\| \d+ \|.*\| (.+) \|$", recipe, flags=re.M)
        assert sum(step == "–" for step in steps) <= 1, recipe.splitlines()[0]


def _functions(path: Path) -> set[str]:
    nodes = ast.parse(path.read_text(encoding="utf-8")).body
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
