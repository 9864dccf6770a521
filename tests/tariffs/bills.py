"""Small words for tests of fee formulas: a recipe of one or a few lines, and what a bill of it says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.tariffs.rules.bill import Bill
from app.tariffs.rules.decimals import plain
from app.tariffs.rules.evaluate import compiled
from app.tariffs.rules.facts import NotBillable
from app.tariffs.rules.faults import Fault, RecipeRefused
from app.tariffs.rules.lines import Recipe
from app.tariffs.rules.recipe import read_recipe

# (code, quantity, unit price, amount) of each line.
Rows = list[tuple[str, str, str, str]]


def line(code: str, kind: str, **parameters: Any) -> dict[str, Any]:
    return {"code": code, "kind": kind, "label": code, **parameters}


def tiers(*pairs: tuple[str | None, str]) -> list[dict[str, Any]]:
    return [{"up_to": up_to, "price": price} for up_to, price in pairs]


EVN = tiers(("50", "1984"), ("100", "2050"), ("200", "2380"), ("300", "2998"), ("400", "3350"), (None, "3460"))
EVN_BEFORE = tiers(("50", "1893"), ("100", "1956"), ("200", "2271"), ("300", "2860"), ("400", "3197"), (None, "3302"))


def recipe_of(*lines: dict[str, Any], rounding: str = "1") -> Recipe:
    return read_recipe({"rounding": rounding, "lines": list(lines)})


def bill_of(*lines: dict[str, Any], rounding: str = "1", **facts: Any) -> Bill:
    return compiled(recipe_of(*lines, rounding=rounding))(facts)


def rows(bill: Bill) -> Rows:
    return [(each.code, plain(each.quantity), plain(each.unit_price), plain(each.amount)) for each in bill.lines]


def amounts(bill: Bill) -> list[str]:
    return [plain(each.amount) for each in bill.lines]


def total(bill: Bill) -> str:
    assert bill.total == sum((each.amount for each in bill.lines), Decimal(0))
    return plain(bill.total)


def refused(*lines: dict[str, Any], rounding: Any = "1") -> list[Fault]:
    with pytest.raises(RecipeRefused) as caught:
        read_recipe({"rounding": rounding, "lines": list(lines)})
    return list(caught.value.faults)


def assert_refused(where: str, *words: str, lines: list[dict[str, Any]]) -> None:
    """There is exactly one fault, it lies at ``where`` and its sentence has all the ``words``."""
    faults = refused(*lines)
    assert [fault.path for fault in faults] == [where], [str(fault.message) for fault in faults]
    assert [word for word in words if word not in str(faults[0].message)] == [], str(faults[0].message)


def assert_not_billable(code: str, *words: str, lines: list[dict[str, Any]], facts: dict[str, Any]) -> None:
    """The recipe is fine, this unit cannot be billed, and the sentence has all the ``words``."""
    formula = compiled(recipe_of(*lines))
    with pytest.raises(NotBillable) as caught:
        formula(facts)
    assert caught.value.code == code
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
