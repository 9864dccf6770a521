"""The table of the framework's holes is complete: every hole has its guard and its tests, and all of them are there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "holes.md"
HOLES = [f"H{number}" for number in range(1, 22)]


def rows() -> dict[str, list[str]]:
    """Return hole -> its cells."""
    found: dict[str, list[str]] = {}
    for line in TABLE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"H\d+", cells[0]):
            assert cells[0] not in found, f"{cells[0]} stands twice"
            found[cells[0]] = cells[1:]
    return found


@cache
def functions_in(path: Path) -> frozenset[str]:
    return frozenset(node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))


def test_every_hole_stands_in_the_table_once() -> None:
    assert list(rows()) == HOLES


@pytest.mark.parametrize("hole", HOLES)
def test_a_hole_has_a_guard_that_is_there(hole: str) -> None:
    _what, guard, _tests = rows()[hole]
    files = re.findall(r"`([^`]+)`", guard)
    assert files
    assert [name for name in files if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("hole", HOLES)
def test_a_hole_has_tests_that_are_there(hole: str) -> None:
    _what, _guard, tests = rows()[hole]
    named = re.findall(r"`([^`]+)::([^`]+)`", tests)
    assert named
    assert [f"{file}::{name}" for file, name in named if name not in functions_in(ROOT / file)] == []
