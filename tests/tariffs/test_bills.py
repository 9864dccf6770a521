"""What holds for all lines: rounding steps, lines of zero, conditions, facts that cannot be used."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.tariffs.rules.bill import label_in
from app.tariffs.rules.evaluate import compiled
from app.tariffs.rules.facts import NotBillable
from app.tariffs.rules.rounding import Rounding
from tests.tariffs.bills import EVN, amounts, assert_not_billable, bill_of, line, recipe_of, rows, total

# --- rounding --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "amount", "rounded"),
    [
        ("1", "0.5", "1"),
        ("1", "-0.5", "-1"),
        ("1", "1.5", "2"),
        ("1", "2.5", "3"),
        ("1", "-2.5", "-3"),
        ("1", "2.4999999999999999999999999999999999", "2"),
        ("0.01", "1.005", "1.01"),
        ("0.01", "-1.005", "-1.01"),
        ("1000", "1500", "2000"),
        ("1000", "-1500", "-2000"),
        ("1000", "1499.99", "1000"),
        ("0.05", "0.075", "0.10"),
        ("0.05", "0.0749", "0.05"),
        ("500", "750", "1000"),
        ("3", "4.5", "6"),
        ("10", "-4", "0"),
    ],
)
def test_a_half_goes_away_from_zero(step: str, amount: str, rounded: str) -> None:
    assert Rounding(Decimal(step))(Decimal(amount)) == Decimal(rounded)


def test_a_line_may_have_a_step_of_its_own() -> None:
    lines = [line("a", "flat", amount="1499", step="1000"), line("b", "flat", amount="1499"), line("c", "flat", amount="2", step="5")]
    bill = bill_of(*lines, line("vat", "percentage", of=["a"], percent="5.55"), rounding="0.1")
    assert amounts(bill) == ["1000", "1499", "55.5"]
    assert total(bill) == "2554.5"


def test_amounts_have_the_decimals_of_their_step() -> None:
    bill = bill_of(line("a", "flat", amount="2.5"), line("b", "flat", amount="1200", step="100"), rounding="0.01")
    assert [str(each.amount) for each in bill.lines] == ["2.50", "1200"]
    assert str(bill.total) == "1202.50"


# --- lines of zero ---------------------------------------------------------------------------------------------------------------


def test_a_bill_of_nothing_is_a_bill() -> None:
    bill = bill_of(line("e", "graduated", quantity="kwh", tiers=EVN), kwh="0")
    assert bill.lines == ()
    assert bill.total == 0


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("flat", {"amount": "0"}),
        ("flat", {"amount": "0.4"}),
        ("flat", {"amount": "5", "times": "none"}),
        ("per_unit", {"quantity": "none", "price": "5"}),
        ("ranked", {"quantity": "none", "prices": ["5", "6"]}),
        ("package", {"quantity": "none", "size": "2", "price": "5"}),
        ("percentage", {"of": ["a"], "percent": "0"}),
        ("prorate", {"of": ["a"], "numerator": "one", "denominator": "one"}),
        ("minimum", {"of": ["a"], "amount": "10"}),
        ("maximum", {"of": ["a"], "amount": "10"}),
        ("included_tax", {"of": ["a"], "percent": "0"}),
    ],
)
def test_a_line_of_zero_is_left_out_unless_it_is_kept(kind: str, parameters: dict[str, Any]) -> None:
    other = line("a", "flat", amount="10")
    facts = {"none": "0", "one": "1"}
    assert [each.code for each in bill_of(other, line("z", kind, **parameters), **facts).lines] == ["a"]
    kept = bill_of(other, line("z", kind, keep_zero=True, **parameters), **facts)
    assert [(each.code, each.amount) for each in kept.lines] == [("a", 10), ("z", 0)]


# --- conditions ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "value", "fact", "stands"),
    [
        ("=", "12", "12.0", True),
        ("=", "12", "11", False),
        ("!=", "12", "12.00", False),
        ("!=", "12", "13", True),
        (">", "9", "10", True),
        (">", "10", "10", False),
        (">=", "10", "10.0", True),
        (">=", "10", "9.99", False),
        ("<", "10", "9", True),
        ("<", "10", "10", False),
        ("<=", "10", "10", True),
        ("<=", "-1", "-2", True),
        ("=", "y", "y", True),
        ("=", "y", "Y", False),
        ("=", "y", "n", False),
        ("!=", "y", "n", True),
        # A number never equals a text.
        ("=", "12", "twelve", False),
        ("!=", "12", "twelve", True),
        ("=", "y", "1", False),
        ("=", "1e1", "10", False),
        ("=", "", "", True),
    ],
)
def test_a_line_stands_on_the_bill_when_its_condition_holds(op: str, value: str, fact: str, stands: bool) -> None:
    bill = bill_of(line("a", "flat", amount="5", when={"fact": "f", "op": op, "value": value}), f=fact)
    assert amounts(bill) == (["5"] if stands else [])


def test_a_line_that_does_not_stand_asks_for_no_facts() -> None:
    lines = [line("a", "per_unit", quantity="m3", price="1", keep_zero=True, when={"fact": "has", "op": "=", "value": "y"})]
    assert rows(bill_of(*lines, has="n")) == []


def test_a_condition_that_orders_needs_a_number() -> None:
    lines = [line("a", "flat", amount="5", when={"fact": "f", "op": ">", "value": "1"})]
    assert_not_billable("fact_no_number", "Line a", "f", "many", lines=lines, facts={"f": "many"})


def test_a_condition_needs_its_fact() -> None:
    lines = [line("a", "flat", amount="5", when={"fact": "f", "op": "=", "value": "1"})]
    assert_not_billable("fact_missing", "Line a", "f", lines=lines, facts={})


# --- facts -----------------------------------------------------------------------------------------------------------------------

BY_M3 = line("w", "per_unit", quantity="m3", price="100")


@pytest.mark.parametrize("value", ["12", "+12", "12.0", "012", Decimal(12), Decimal("1.2E+1"), 12])
def test_what_reads_as_a_decimal_is_a_number(value: Any) -> None:
    assert amounts(bill_of(BY_M3, m3=value)) == ["1200"]


@pytest.mark.parametrize(
    "value",
    ["", " ", "twelve", "12 m3", " 12", "1,5", "1_000", "1e3", "1E3", "NaN", "Infinity", "-inf", "0x10", "１２", "1.2.3", ".", "9" * 41],
)
def test_a_text_is_no_number(value: str) -> None:
    assert_not_billable("fact_no_number", "Line w", "m3", lines=[BY_M3], facts={"m3": value})


@pytest.mark.parametrize("value", [1.5, True, False, [], ["1"], {}, Decimal("NaN"), Decimal("Infinity"), float("nan")])
def test_what_is_neither_number_nor_text_is_refused(value: Any) -> None:
    assert_not_billable("fact_type", "Line w", "m3", lines=[BY_M3], facts={"m3": value})


@pytest.mark.parametrize("facts", [{}, {"m3": None}, {"M3": "1"}])
def test_a_missing_fact_is_no_zero(facts: dict[str, Any]) -> None:
    assert_not_billable("fact_missing", "Line w: the fact m3 is missing.", lines=[BY_M3], facts=facts)


EVERY_FACT: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    (line("x", "flat", amount="5", times="a"), ("a",)),
    (line("x", "per_unit", quantity="a", price="1"), ("a",)),
    (line("x", "per_unit", quantity="a", price_by={"fact": "b", "prices": {"1": "1"}}), ("a", "b")),
    (line("x", "graduated", quantity="a", tiers=EVN, scale_by=["b", "c"], used="d"), ("a", "b", "c", "d")),
    (line("x", "volume", quantity="a", tiers=EVN, scale_by=["b"]), ("a", "b")),
    (line("x", "ranked", quantity="a", prices=["1"]), ("a",)),
    (line("x", "ranked", rank="a", prices=["1"]), ("a",)),
    (line("x", "package", quantity="a", size="1", price="1"), ("a",)),
    (line("x", "percentage", of=["base"], percent="a"), ("a",)),
    (line("x", "prorate", of=["base"], numerator="a", denominator="b"), ("a", "b")),
]


@pytest.mark.parametrize(("under_test", "needed"), EVERY_FACT, ids=lambda value: value["kind"] if isinstance(value, dict) else "")
def test_every_kind_says_which_facts_it_needs_and_refuses_without_each(under_test: dict[str, Any], needed: tuple[str, ...]) -> None:
    lines = [line("base", "flat", amount="10"), under_test]
    facts = dict.fromkeys(needed, "1")
    assert compiled(recipe_of(*lines)).facts == set(needed)
    assert bill_of(*lines, **facts).lines
    for name in needed:
        without = {each: value for each, value in facts.items() if each != name}
        assert_not_billable("fact_missing", "Line x", name, lines=lines, facts=without)
        if name != "b" or under_test.get("price_by") is None:
            assert_not_billable("fact_no_number", "Line x", name, lines=lines, facts={**facts, name: "many"})


NOT_NEGATIVE = [(each, name) for each, names in EVERY_FACT if each["kind"] not in ("percentage", "ranked") for name in names]


@pytest.mark.parametrize(("under_test", "name"), [pair for pair in NOT_NEGATIVE if not (pair[1] == "b" and "price_by" in pair[0])])
def test_a_quantity_below_zero_is_refused(under_test: dict[str, Any], name: str) -> None:
    facts = {**dict.fromkeys("abcd", "1"), name: "-0.5"}
    assert_not_billable("fact_negative", "Line x", name, lines=[line("base", "flat", amount="10"), under_test], facts=facts)


@pytest.mark.parametrize(("parameter", "value"), [("quantity", "1.5"), ("quantity", "-1"), ("rank", "0"), ("rank", "1.5"), ("rank", "-2")])
def test_items_and_ranks_are_whole_numbers(parameter: str, value: str) -> None:
    assert_not_billable("fact_no_count", "Line x", "n", lines=[line("x", "ranked", prices=["1"], **{parameter: "n"})], facts={"n": value})


@pytest.mark.parametrize("floor", ["3", "Roof", "1.5"])
def test_a_value_without_a_price_is_refused(floor: str) -> None:
    lines = [line("x", "per_unit", quantity="n", price_by={"fact": "floor", "prices": {"1": "5", "roof": "6"}})]
    assert_not_billable("no_price", "Line x", "floor", floor, lines=lines, facts={"n": "1", "floor": floor})


def test_nothing_is_divided_by_zero() -> None:
    lines = [line("a", "flat", amount="5"), line("x", "prorate", of=["a"], numerator="d", denominator="m")]
    assert_not_billable("division_by_zero", "Line x", "m", lines=lines, facts={"d": "1", "m": "0"})


@pytest.mark.parametrize("quantity", ["9" * 40, Decimal("1E+90"), Decimal("1E+390")])
def test_an_amount_that_no_column_holds_is_refused(quantity: Any) -> None:
    assert_not_billable("amount_too_large", "Line w", lines=[BY_M3], facts={"m3": quantity})


def test_a_product_of_too_many_digits_is_refused_not_rounded() -> None:
    lines = [line("e", "graduated", quantity="q", tiers=EVN, scale_by=["n"] * 12)]
    assert_not_billable("amount_too_large", "Line e", lines=lines, facts={"q": "1", "n": "1." + "0" * 37 + "1"})


def test_digits_are_never_lost_on_the_way() -> None:
    # Twenty digits each: Python's own context would round their product to 28.
    lines = [line("w", "per_unit", quantity="q", factor="1.0000000000000000001", price="1000000000000000")]
    assert rows(bill_of(*lines, rounding="0.0001", q="1.0000000000000000001"))[0][1] == "1.00000000000000000020000000000000000001"


def test_a_refusal_names_its_line_and_fact() -> None:
    with pytest.raises(NotBillable) as caught:
        bill_of(BY_M3)
    assert (caught.value.line, caught.value.fact, caught.value.code) == ("w", "m3", "fact_missing")


# --- labels ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "locale", "text"),
    [
        ("Nước", "zh_Hans", "Nước"),
        ({"en": "Water", "vi": "Nước"}, "vi", "Nước"),
        ({"en": "Water", "vi": "Nước"}, "zh_Hant", "Water"),
        ({"vi": "Nước"}, "en", "Nước"),
    ],
)
def test_a_label_is_in_the_readers_language_where_it_is_written_in_it(label: Any, locale: str, text: str) -> None:
    bill = bill_of({**line("w", "flat", amount="1"), "label": label})
    assert label_in(bill.lines[0].label, locale) == text


def test_a_total_that_no_column_holds_is_refused() -> None:
    """Each line fits, both together do not."""
    most = "9999999999999999"
    with pytest.raises(NotBillable) as refusal:
        bill_of(line("a", "flat", amount=most), line("b", "flat", amount=most))
    assert (refusal.value.code, refusal.value.line) == ("amount_too_large", "b")


def test_lines_that_cancel_each_other_have_a_total() -> None:
    most = "9999999999999999"
    assert total(bill_of(line("a", "flat", amount=most), line("b", "flat", amount=f"-{most}"))) == "0"
