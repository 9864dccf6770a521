"""What a fee formula may not be: every fault is one sentence that names the line and the parameter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.tariffs.rules.faults import RecipeRefused
from app.tariffs.rules.recipe import KINDS, read_recipe
from tests.tariffs.bills import EVN, assert_refused, line, recipe_of, refused, tiers

BASE = line("base", "flat", amount="10")

# One good line of each kind, and all that may stand in it besides.
GOOD: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "flat": ({"amount": "1"}, ("times",)),
    "per_unit": ({"quantity": "q", "price": "1"}, ("price_by", "factor", "free", "quantity_step")),
    "graduated": ({"quantity": "q", "tiers": EVN}, ("scale_by", "used", "limit_step")),
    "volume": ({"quantity": "q", "tiers": EVN}, ("scale_by", "limit_step")),
    "ranked": ({"quantity": "q", "prices": ["1"]}, ("rank",)),
    "package": ({"quantity": "q", "size": "1", "price": "1"}, ()),
    "percentage": ({"of": ["base"], "percent": "1"}, ("tax",)),
    "prorate": ({"of": ["base"], "numerator": "n", "denominator": "d"}, ()),
    "minimum": ({"of": ["base"], "amount": "1"}, ()),
    "maximum": ({"of": ["base"], "amount": "1"}, ()),
    "included_tax": ({"of": ["base"], "percent": "1"}, ()),
}
KIND_NAMES = sorted(GOOD)
ALL_PARAMETERS = sorted({name for needed, more in GOOD.values() for name in (*needed, *more)})


def good(kind: str, /, **changed: Any) -> dict[str, Any]:
    """Return a good line of ``kind`` with some parameters ``changed``; ... takes one away."""
    merged = {**line("x", kind, **GOOD[kind][0]), **changed}
    return {name: value for name, value in merged.items() if value is not ...}


def test_every_kind_is_among_the_good_lines() -> None:
    assert set(KIND_NAMES) == {kind.value for kind in KINDS}


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_a_good_line_is_accepted(kind: str) -> None:
    assert len(read_recipe({"rounding": "1", "lines": [BASE, good(kind)]}).lines) == 2


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in KIND_NAMES for name in sorted(GOOD[kind][0])])
def test_a_parameter_of_need_may_not_be_missing(kind: str, name: str) -> None:
    """The two pairs of which one is needed say so with the first of the pair."""
    first = {"quantity": "quantity", "price": "price"}.get(name, name)
    assert_refused(f"lines[1].{first}", "Line 2 (x)", name, lines=[BASE, good(kind, **{name: ...})])


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in KIND_NAMES for name in ALL_PARAMETERS if name not in (*GOOD[kind][0], *GOOD[kind][1])]
)
def test_a_parameter_of_another_kind_is_refused(kind: str, name: str) -> None:
    assert_refused(f"lines[1].{name}", "Line 2 (x)", kind, name, lines=[BASE, good(kind, **{name: "1"})])


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (kind, name, value)
        for kind, name in [
            *[("flat", "amount"), ("per_unit", "price"), ("per_unit", "factor"), ("per_unit", "free"), ("per_unit", "quantity_step")],
            *[("graduated", "limit_step"), ("package", "size"), ("package", "price"), ("minimum", "amount"), ("maximum", "amount")],
            *[("included_tax", "percent"), ("flat", "step")],
        ]
        for value in ("many", "", "1e3", "NaN", "Infinity", "1,5", "kwh", 5, 1.5, Decimal("1.5"), True, None, ["1"], {})
    ],
)
def test_a_number_is_a_text_of_digits(kind: str, name: str, value: Any) -> None:
    assert_refused(f"lines[1].{name}", "Line 2 (x)", name, "number", lines=[BASE, good(kind, **{name: value})])


@pytest.mark.parametrize("value", ["0", "-1", "0.00"])
@pytest.mark.parametrize(
    ("kind", "name"),
    [("per_unit", "factor"), ("per_unit", "quantity_step"), ("graduated", "limit_step"), ("package", "size"), ("flat", "step")],
)
def test_a_step_a_factor_and_a_size_are_above_zero(kind: str, name: str, value: str) -> None:
    assert_refused(f"lines[1].{name}", "Line 2 (x)", name, "above 0", lines=[BASE, good(kind, **{name: value})])


@pytest.mark.parametrize(("kind", "name"), [("per_unit", "free"), ("included_tax", "percent")])
def test_a_free_amount_and_an_included_tax_are_not_negative(kind: str, name: str) -> None:
    assert_refused(f"lines[1].{name}", "Line 2 (x)", name, "negative", lines=[BASE, good(kind, **{name: "-1"})])


FACT_PARAMETERS = [
    *[("flat", "times"), ("per_unit", "quantity"), ("graduated", "quantity"), ("graduated", "used"), ("volume", "quantity")],
    *[("ranked", "quantity"), ("package", "quantity"), ("prorate", "numerator"), ("prorate", "denominator")],
]


@pytest.mark.parametrize("value", ["12", "1e3", "", " kwh", "two words", 5, None, ["kwh"], "x" * 61])
@pytest.mark.parametrize(("kind", "name"), FACT_PARAMETERS)
def test_a_fact_is_named_not_valued(kind: str, name: str, value: Any) -> None:
    assert_refused(f"lines[1].{name}", "Line 2 (x)", name, "fact", lines=[BASE, good(kind, **{name: value})])


@pytest.mark.parametrize("value", ["1e3", "", "8 %", 8, 8.5, True, None])
def test_a_percent_is_a_number_or_a_fact(value: Any) -> None:
    assert_refused("lines[1].percent", "Line 2 (x)", "number", "fact", lines=[BASE, good("percentage", percent=value)])


# --- pairs -----------------------------------------------------------------------------------------------------------------------

PRICE_BY = {"fact": "f", "prices": {"1": "1"}}


def test_a_price_is_either_one_or_by_a_fact() -> None:
    assert_refused("lines[0].price", "Line 1 (x)", "price", "price_by", lines=[good("per_unit", price_by=PRICE_BY)])


def test_items_are_either_counted_or_ranked() -> None:
    assert_refused("lines[0].quantity", "Line 1 (x)", "quantity", "rank", lines=[good("ranked", rank="r")])


@pytest.mark.parametrize(
    ("price_by", "where", "word"),
    [
        ("1", "price_by", "object"),
        ({"prices": {"1": "1"}}, "price_by.fact", "missing"),
        ({"fact": "7", "prices": {"1": "1"}}, "price_by.fact", "fact"),
        ({"fact": "f"}, "price_by.prices", "missing"),
        ({"fact": "f", "prices": {}}, "price_by.prices", "at least one"),
        ({"fact": "f", "prices": ["1"]}, "price_by.prices", "object"),
        ({"fact": "f", "prices": {"1": "many"}}, "price_by.prices.1", "number"),
        ({"fact": "f", "prices": {"1": 5}}, "price_by.prices.1", "number"),
        # 1 and 1.0 are one number.
        ({"fact": "f", "prices": {"1": "5", "1.0": "6"}}, "price_by.prices.1.0", "twice"),
        ({**PRICE_BY, "else": "5"}, "price_by.else", "no parameter"),
    ],
)
def test_prices_by_a_fact_are_read_strictly(price_by: Any, where: str, word: str) -> None:
    assert_refused(f"lines[0].{where}", "Line 1 (x)", word, lines=[good("per_unit", price=..., price_by=price_by)])


@pytest.mark.parametrize(
    ("prices", "where"),
    [([], "prices"), (["5"] * 101, "prices"), ("5", "prices"), (["5", "many"], "prices[1]"), ([5], "prices[0]"), ({}, "prices")],
)
def test_prices_by_rank_are_a_list_of_numbers(prices: Any, where: str) -> None:
    assert_refused(f"lines[0].{where}", "Line 1 (x)", "prices", lines=[good("ranked", prices=prices)])


# --- tiers -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["graduated", "volume"])
@pytest.mark.parametrize(
    ("steps", "where", "words"),
    [
        (tiers(("50", "1"), ("50", "2"), (None, "3")), "tiers", ("tier 2", "above")),
        (tiers(("50", "1"), ("40", "2"), (None, "3")), "tiers", ("tier 2", "above")),
        (tiers(("50", "1"), ("50.0", "2"), (None, "3")), "tiers", ("tier 2", "above")),
        (tiers(("0", "1"), (None, "3")), "tiers", ("first tier", "above 0")),
        (tiers(("-5", "1"), (None, "3")), "tiers", ("first tier", "above 0")),
        (tiers(("50", "1"), (None, "2"), ("100", "3"), (None, "4")), "tiers", ("tier 2", "open")),
        (tiers((None, "1"), (None, "2")), "tiers", ("tier 1", "open")),
        (tiers(("50", "1"), ("100", "2")), "tiers", ("last tier", "open")),
        ([], "tiers", ("1 to 100",)),
        ("50", "tiers", ("list",)),
        ({"up_to": None, "price": "1"}, "tiers", ("list",)),
        (["50"], "tiers[0]", ("object",)),
        ([{"price": "1"}], "tiers[0].up_to", ("missing",)),
        ([{"up_to": None}], "tiers[0].price", ("missing",)),
        ([{"up_to": None, "price": 5}], "tiers[0].price", ("number",)),
        ([{"up_to": 50, "price": "5"}, {"up_to": None, "price": "5"}], "tiers[0].up_to", ("number",)),
        ([{"up_to": "many", "price": "5"}, {"up_to": None, "price": "5"}], "tiers[0].up_to", ("number",)),
        ([{"up_to": None, "price": "5", "from": "0"}], "tiers[0].from", ("no parameter",)),
    ],
)
def test_tiers_rise_to_an_open_end(kind: str, steps: Any, where: str, words: tuple[str, ...]) -> None:
    assert_refused(f"lines[0].{where}", "Line 1 (x)", *words, lines=[good(kind, tiers=steps)])


@pytest.mark.parametrize(
    ("factors", "where"),
    [("persons", "scale_by"), ([], "scale_by"), (["persons", "0"], "scale_by[1]"), (["-1"], "scale_by[0]"), ([3], "scale_by[0]")],
)
@pytest.mark.parametrize("kind", ["graduated", "volume"])
def test_limits_are_scaled_by_facts_and_numbers(kind: str, factors: Any, where: str) -> None:
    assert_refused(f"lines[0].{where}", "Line 1 (x)", "scale_by", lines=[good(kind, scale_by=factors)])


def test_a_pool_belongs_to_slices_only() -> None:
    assert_refused("lines[0].used", "volume", "used", lines=[good("volume", used="ytd")])


# --- of --------------------------------------------------------------------------------------------------------------------------

FOLLOWING = ["included_tax", "maximum", "minimum", "percentage", "prorate"]


@pytest.mark.parametrize("kind", FOLLOWING)
@pytest.mark.parametrize(
    ("of", "word"),
    [
        (["later"], "later, which is no earlier line"),
        (["nobody"], "nobody, which is no earlier line"),
        (["x"], "itself"),
        (["base", "base"], "base twice"),
        ([], "1 to 100"),
        ("base", "list"),
        (None, "list"),
        ([5], "codes"),
    ],
)
def test_a_line_refers_to_earlier_lines_only(kind: str, of: Any, word: str) -> None:
    lines = [BASE, good(kind, of=of), line("later", "flat", amount="1")]
    assert_refused("lines[1].of", "Line 2 (x)", word, lines=lines)


# --- what every line has ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["", " ", " e", 5, None, "x" * 61, "a\nb"])
def test_a_code_is_a_short_text(value: Any) -> None:
    assert_refused("lines[0].code", "Line 1", "code", lines=[good("flat", code=value)])


@pytest.mark.parametrize("name", ["code", "kind", "label"])
def test_a_line_has_a_code_a_kind_and_a_label(name: str) -> None:
    assert_refused(f"lines[0].{name}", "Line 1", name, "missing", lines=[good("flat", **{name: ...})])


def test_a_code_stands_once() -> None:
    assert_refused("lines[1].code", "Line 2 (base)", "same code", lines=[BASE, BASE])


@pytest.mark.parametrize("value", ["formula", "Flat", "", None, 5, ["flat"]])
def test_a_kind_is_one_of_the_list(value: Any) -> None:
    assert_refused("lines[0].kind", "Line 1 (x)", "graduated", lines=[good("flat", kind=value)])


@pytest.mark.parametrize("value", ["", "  ", 5, None, {}, {"fr": "Eau"}, {"en": ""}, {"en": 5}, ["Water"], "x" * 201, "a\nb"])
def test_a_label_is_a_text_or_a_text_per_language(value: Any) -> None:
    assert_refused("lines[0].label", "Line 1 (x)", "label", lines=[good("flat", label=value)])


@pytest.mark.parametrize("name", ["keep_zero", "tax"])
@pytest.mark.parametrize("value", ["true", "", 1, 0, None])
def test_yes_and_no_are_true_and_false(name: str, value: Any) -> None:
    assert_refused(f"lines[1].{name}", "Line 2 (x)", "true or false", lines=[BASE, good("percentage", **{name: value})])


@pytest.mark.parametrize(
    ("when", "where", "word"),
    [
        ("x", "when", "object"),
        (None, "when", "object"),
        ({"op": "=", "value": "1"}, "when.fact", "missing"),
        ({"fact": "f", "value": "1"}, "when.op", "missing"),
        ({"fact": "f", "op": "="}, "when.value", "missing"),
        ({"fact": "1", "op": "=", "value": "1"}, "when.fact", "fact"),
        ({"fact": "f", "op": "==", "value": "1"}, "when.op", ">="),
        ({"fact": "f", "op": None, "value": "1"}, "when.op", ">="),
        ({"fact": "f", "op": ">", "value": "many"}, "when.value", "number"),
        ({"fact": "f", "op": "<=", "value": "1e3"}, "when.value", "number"),
        ({"fact": "f", "op": "=", "value": 1}, "when.value", "text"),
        ({"fact": "f", "op": "=", "value": True}, "when.value", "text"),
        ({"fact": "f", "op": "=", "value": "1", "else": "2"}, "when.else", "no parameter"),
    ],
)
def test_a_condition_is_read_strictly(when: Any, where: str, word: str) -> None:
    assert_refused(f"lines[0].{where}", "Line 1 (x)", word, lines=[good("flat", when=when)])


def test_a_line_is_an_object() -> None:
    assert_refused("lines[0]", "Line 1", "object", lines=["flat"])  # type: ignore[list-item]


# --- the whole -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["0", "-1", "one", "", "1e3", 1, 0.01, None, True])
def test_a_rounding_is_a_number_above_zero(value: Any) -> None:
    faults = refused(BASE, rounding=value)
    assert [fault.path for fault in faults] == ["rounding"]


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        (None, [""]),
        ([], [""]),
        ("flat", [""]),
        ({}, ["rounding", "lines"]),
        ({"rounding": "1"}, ["lines"]),
        ({"rounding": "1", "lines": []}, ["lines"]),
        ({"rounding": "1", "lines": {}}, ["lines"]),
        ({"rounding": "1", "lines": "x"}, ["lines"]),
        ({"lines": [BASE]}, ["rounding"]),
        ({"rounding": "1", "lines": [BASE], "currency": "VND"}, ["currency"]),
        ({"rounding": "1", "lines": [BASE] * 101}, ["lines"]),
    ],
)
def test_a_fee_formula_is_a_rounding_and_lines(given: Any, paths: list[str]) -> None:
    with pytest.raises(RecipeRefused) as caught:
        read_recipe(given)
    assert [fault.path for fault in caught.value.faults] == paths


def test_all_faults_are_told_at_once() -> None:
    lines = [good("flat", amount="x"), line("vat", "percentage", of=["vat"], percent="8", tax="yes"), line("z", "sum")]
    assert [fault.path for fault in refused(*lines, rounding="0")] == [
        "rounding",
        "lines[0].amount",
        "lines[1].of",
        "lines[1].tax",
        "lines[2].kind",
    ]


@pytest.mark.parametrize(
    ("rounding", "step", "paths"),
    [("1", "1000", []), ("0.01", "1", ["rounding"]), ("1", "0.5", ["lines[0].step"]), ("0.5", "0.1", ["rounding", "lines[0].step"])],
)
def test_steps_are_multiples_of_the_smallest_amount(rounding: str, step: str, paths: list[str]) -> None:
    given = {"rounding": rounding, "lines": [good("flat", step=step)]}
    if not paths:
        assert read_recipe(given, money_step=Decimal(1)).lines
        return
    with pytest.raises(RecipeRefused) as caught:
        read_recipe(given, money_step=Decimal(1))
    assert [fault.path for fault in caught.value.faults] == paths


# What is too much, and what no database and no page can hold ---------------------------------------------------------------------


@pytest.mark.parametrize("value", ["\x00", "a\x00b", "\ud800", "a\nb", "\u202e", "x" * 61])
def test_a_condition_compares_with_a_short_text_that_can_be_kept(value: str) -> None:
    (fault,) = refused(line("x", "flat", amount="1", when={"fact": "kind", "op": "=", "value": value}))
    assert fault.path == "lines[0].when.value"


@pytest.mark.parametrize("value", ["\x00", "\ud800", "a\nb", "x" * 61])
def test_prices_hang_on_short_texts_that_can_be_kept(value: str) -> None:
    (fault,) = refused(line("x", "per_unit", quantity="a", price_by={"fact": "kind", "prices": {value: "1"}}))
    assert fault.path == "lines[0].price_by.prices"


def test_a_price_list_has_an_end() -> None:
    prices = {str(number): "1" for number in range(501)}
    (fault,) = refused(line("x", "per_unit", quantity="a", price_by={"fact": "kind", "prices": prices}))
    assert fault.path == "lines[0].price_by.prices"
    assert "500" in str(fault.message)


def test_a_hundred_thousand_faults_are_not_all_told() -> None:
    assert len(refused(line("x", "flat", amount="1", **{f"p{number}": 1 for number in range(100_000)}))) == 100


def test_a_formula_has_at_most_a_hundred_lines() -> None:
    (fault,) = refused(*[line(str(number), "flat", amount="1") for number in range(10_000)])
    assert fault.path == "lines"


def test_a_formula_of_a_hundred_lines_is_one() -> None:
    assert len(recipe_of(*[line(str(number), "flat", amount="1") for number in range(100)]).lines) == 100


def test_what_lies_deep_inside_is_refused_where_it_begins() -> None:
    deep: Any = "1"
    for _ in range(500):
        deep = [deep]
    (fault,) = refused(line("x", "flat", amount=deep))
    assert fault.path == "lines[0].amount"


@pytest.mark.parametrize("digits", ["１２", "١٢", "१२", "Ⅻ", "½", "²"])
def test_digits_of_other_scripts_are_no_number(digits: str) -> None:
    (fault,) = refused(line("x", "flat", amount=digits))
    assert fault.path == "lines[0].amount"
