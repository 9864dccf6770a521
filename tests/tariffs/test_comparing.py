"""What a new version changes: units that move much, totals of what both versions can compute, the biggest differences first."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.tariffs.rules.comparing import Difference, UnitFacts, previewed, summary
from app.tariffs.rules.evaluate import compiled
from app.values.errors import Message
from tests.tariffs.bills import line, recipe_of

OLD = compiled(recipe_of(line("e", "per_unit", quantity="kwh", price="10")))
NEW = compiled(recipe_of(line("e", "per_unit", quantity="kwh", price="12"), line("p", "flat", amount="5", times="persons")))


def row(before: str | None, after: str | None, unit: int = 1) -> Difference:
    return Difference(unit, str(unit), {}, None if before is None else Decimal(before), None if after is None else Decimal(after))


@pytest.mark.parametrize(
    ("before", "after", "much"),
    [
        ("100", "120", False),
        ("100", "120.01", True),
        ("119.99", "143.99", True),  # 20.0 % to a tenth, and more all the same
        ("100", "80", False),
        ("100", "79.99", True),
        ("0", "0", False),
        ("0", "0.01", True),
        ("0.01", "0", True),
    ],
)
def test_more_than_a_fifth_is_much(before: str, after: str, much: bool) -> None:
    assert row(before, after).moves_much is much


def test_nothing_rises_by_no_per_cent() -> None:
    assert row("0", "5").percent is None


def test_units_are_computed_by_both_versions() -> None:
    """100 kWh and 2 persons: 1,000 before, 1,210 now. Without a head count the new version gives no total at all."""
    first, second = previewed(OLD, NEW, [UnitFacts(1, "A", {"kwh": "100", "persons": "2"}), UnitFacts(2, "B", {"kwh": "100"})])
    assert (first.before, first.after, first.change, first.percent) == (1000, 1210, 210, 21)
    assert (second.before, second.after, second.change) == (None, None, None)
    assert second.problem == Message("Line %(line)s: the fact %(fact)s is missing.", line="p", fact="persons")


def test_a_summary_adds_what_both_can_compute_and_counts_the_rest() -> None:
    rows = [row("100", "150", 1), row("100", "70", 2), row(None, "40", 3), Difference(4, "4", {}, None, None, Message("Nobody pays."))]
    found = summary(rows)
    assert (found.units, found.computed, found.before, found.after, found.change, found.percent) == (4, 2, 200, 220, 20, 10)
    assert (found.up, found.down, found.new, found.new_total, len(found.not_computed)) == (1, 1, 1, 40, 1)
    assert [each.unit for each in found.biggest] == [1, 2]


def test_the_ten_biggest_differences_come_first_and_what_stays_is_none() -> None:
    found = summary([row("100", str(100 + number), number) for number in range(15)])
    assert [each.unit for each in found.biggest] == list(range(14, 4, -1))


def test_a_summary_of_nothing_is_nothing() -> None:
    found = summary([])
    assert (found.units, found.before, found.after, found.percent, found.biggest) == (0, 0, 0, None, [])
