"""Each kind of formula line with each of its parameters; the numbers are worked by hand in docs/rules/fee_lines.md."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.tariffs.rules.bill import Tax
from app.tariffs.rules.decimals import plain
from tests.tariffs.bills import amounts, bill_of, line, rows, total

# --- flat ------------------------------------------------------------------------------------------------------------------------


def test_a_fixed_amount_is_charged_once() -> None:
    assert rows(bill_of(line("f", "flat", amount="180000"))) == [("f", "1", "180000", "180000")]


def test_a_fixed_amount_is_charged_as_often_as_a_fact_says() -> None:
    assert rows(bill_of(line("f", "flat", amount="20000", times="cards"), cards="3")) == [("f", "3", "20000", "60000")]


def test_a_fixed_amount_may_be_a_rebate() -> None:
    bill = bill_of(line("f", "flat", amount="100"), line("r", "flat", amount="-30.5"), rounding="0.01")
    assert rows(bill) == [("f", "1", "100", "100"), ("r", "1", "-30.5", "-30.5")]
    assert total(bill) == "69.5"


# --- per_unit --------------------------------------------------------------------------------------------------------------------


def test_a_quantity_has_its_price() -> None:
    assert rows(bill_of(line("m", "per_unit", quantity="m2", price="7000"), m2="68.53")) == [("m", "68.53", "7000", "479710")]


@pytest.mark.parametrize(
    ("parameters", "quantity", "charged", "amount"),
    [
        ({"factor": "40"}, "3.2", "128", "12800"),
        ({"free": "5"}, "12", "7", "700"),
        ({"free": "5"}, "5", None, None),
        ({"free": "5"}, "3", None, None),
        ({"free": "0"}, "3", "3", "300"),
        # The free amount is counted after the factor: 3 × 2 − 5.
        ({"factor": "2", "free": "5"}, "3", "1", "100"),
        # 12.347 × 2.05 = 25.31135, rounded before the price.
        ({"factor": "2.05", "quantity_step": "0.01"}, "12.347", "25.31", "2531"),
        ({"quantity_step": "1"}, "2.5", "3", "300"),
        ({"quantity_step": "1"}, "2.49", "2", "200"),
        ({"quantity_step": "5"}, "7.5", "10", "1000"),
        # (7.3 − 0.2) = 7.1, to a quarter: 7.
        ({"free": "0.2", "quantity_step": "0.25"}, "7.3", "7", "700"),
    ],
)
def test_factor_free_amount_and_step_of_a_quantity(
    parameters: dict[str, str], quantity: str, charged: str | None, amount: str | None
) -> None:
    bill = bill_of(line("g", "per_unit", quantity="q", price="100", **parameters), q=quantity)
    assert rows(bill) == ([] if charged is None else [("g", charged, "100", amount)])


BY_FLOOR = line("lift", "per_unit", quantity="cards", price_by={"fact": "floor", "prices": {"1": "5000", "2.0": "6000", "roof": "9000"}})


@pytest.mark.parametrize(("floor", "price"), [("1", "5000"), ("1.00", "5000"), ("2", "6000"), ("roof", "9000")])
def test_the_price_hangs_on_a_fact(floor: str, price: str) -> None:
    assert rows(bill_of(BY_FLOOR, cards="2", floor=floor)) == [("lift", "2", price, plain(2 * _decimal(price)))]


# --- ranked ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prices", "count", "expected"),
    [
        (["1200000", "1500000", "2000000"], "0", []),
        (["1200000", "1500000", "2000000"], "1", [("c", "1", "1200000", "1200000")]),
        (["1200000", "1500000"], "2", [("c", "1", "1200000", "1200000"), ("c", "1", "1500000", "1500000")]),
        # Later items cost what the last price says.
        (["1200000", "1500000"], "4", [("c", "1", "1200000", "1200000"), ("c", "3", "1500000", "4500000")]),
        # A line for each distinct price, also where it comes back.
        (["100000", "100000", "150000"], "2", [("c", "2", "100000", "200000")]),
        (["100000", "100000", "150000"], "5", [("c", "2", "100000", "200000"), ("c", "3", "150000", "450000")]),
        (["100", "200", "100"], "4", [("c", "3", "100", "300"), ("c", "1", "200", "200")]),
        (["100", "100.00"], "3", [("c", "3", "100", "300")]),
        (["30000"], "3", [("c", "3", "30000", "90000")]),
    ],
)
def test_the_nth_item_has_the_nth_price(prices: list[str], count: str, expected: list[tuple[str, ...]]) -> None:
    assert rows(bill_of(line("c", "ranked", quantity="cars", prices=prices), cars=count)) == expected


@pytest.mark.parametrize(("rank", "price"), [("1", "1200000"), ("2", "1500000"), ("3", "2000000"), ("9", "2000000"), ("2.0", "1500000")])
def test_one_item_has_the_price_of_its_rank(rank: str, price: str) -> None:
    bill = bill_of(line("c", "ranked", rank="rank", prices=["1200000", "1500000", "2000000"]), rank=rank)
    assert rows(bill) == [("c", "1", price, price)]


# --- package ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "size", "packs"),
    [("23", "10", "3"), ("20", "10", "2"), ("0.1", "10", "1"), ("2.01", "1", "3"), ("1.5", "0.5", "3"), ("0", "10", None)],
)
def test_a_started_pack_is_a_whole_one(quantity: str, size: str, packs: str | None) -> None:
    bill = bill_of(line("p", "package", quantity="visits", size=size, price="450000"), visits=quantity)
    assert rows(bill) == ([] if packs is None else [("p", packs, "450000", plain(_decimal(packs) * 450000))])


# --- percentage ------------------------------------------------------------------------------------------------------------------

BASE = line("a", "flat", amount="333.335")


def test_a_percentage_works_on_rounded_lines() -> None:
    # 333.34 twice is 666.68, not 666.67; 5 % of it is 33.334.
    bill = bill_of(BASE, {**BASE, "code": "b"}, line("vat", "percentage", of=["a", "b"], percent="5"), rounding="0.01")
    assert rows(bill)[2] == ("vat", "666.68", "5", "33.33")


def test_a_percentage_may_be_a_fact() -> None:
    lines = [line("e", "flat", amount="1000000"), line("pf", "percentage", of=["e"], percent="power_factor_percent")]
    assert rows(bill_of(*lines, power_factor_percent="2.27"))[1] == ("pf", "1000000", "2.27", "22700")


def test_a_discount_is_half_up_away_from_zero() -> None:
    # 15 % of 10 is 1.5, rebated are 2.
    assert amounts(bill_of(line("a", "flat", amount="10"), line("d", "percentage", of=["a"], percent="-15"))) == ["10", "-2"]


def test_a_percentage_of_a_percentage() -> None:
    lines = [
        line("w", "flat", amount="119100"),
        line("dr", "percentage", of=["w"], percent="25"),
        line("drvat", "percentage", of=["dr"], percent="8"),
    ]
    assert amounts(bill_of(*lines)) == ["119100", "29775", "2382"]


def test_a_tax_is_a_tax_line_of_the_invoice() -> None:
    bill = bill_of(line("w", "flat", amount="119100"), line("vat", "percentage", of=["w"], percent="5", tax=True))
    assert [each.is_tax for each in bill.lines] == [False, True]
    assert bill.taxes == (Tax("vat", "vat", ("w",), _decimal("5"), _decimal("119100"), _decimal("5955")),)


def test_other_percentages_are_no_taxes() -> None:
    assert bill_of(line("w", "flat", amount="100"), line("env", "percentage", of=["w"], percent="10")).taxes == ()


def test_a_line_that_was_left_out_counts_nothing() -> None:
    lines = [
        line("a", "flat", amount="100", when={"fact": "n", "op": ">", "value": "1"}),
        line("b", "flat", amount="200"),
        line("vat", "percentage", of=["a", "b"], percent="10"),
    ]
    assert amounts(bill_of(*lines, n="1")) == ["200", "20"]


# --- prorate ---------------------------------------------------------------------------------------------------------------------


def share(**more: Any) -> dict[str, Any]:
    return line("pr", "prorate", of=["car"], numerator="days", denominator="mdays", **more)


@pytest.mark.parametrize(
    ("amount", "rounding", "days", "of", "correction"),
    [
        ("1200000", "1000", "20", "30", "-400000"),
        # 100,000 × 17 ÷ 31 = 54,838.7: 55,000 with a step of 1,000.
        ("100000", "1000", "17", "31", "-45000"),
        # ¥300 × 17 ÷ 31 = 164.516.
        ("300", "0.01", "17", "31", "-135.48"),
        ("1200000", "1", "30", "30", None),
        ("1200000", "1", "0", "30", "-1200000"),
        ("1200000", "1", "0.5", "1", "-600000"),
        ("300", "1", "45", "30", "150"),
    ],
)
def test_a_share_of_the_period_corrects_the_whole(amount: str, rounding: str, days: str, of: str, correction: str | None) -> None:
    bill = bill_of(line("car", "flat", amount=amount), share(), rounding=rounding, days=days, mdays=of)
    assert rows(bill)[1:] == ([] if correction is None else [("pr", "1", correction, correction)])


def test_a_share_is_divided_exactly() -> None:
    # 1.5 × 2 ÷ 3 − 1.5 is exactly −0.5, and a half goes away from zero; 2 ÷ 3 rounded on the way would give −0.4999….
    bill = bill_of(line("car", "flat", amount="1.5", step="0.1"), share(), days="2", mdays="3")
    assert amounts(bill) == ["1.5", "-1"]


def test_several_lines_may_be_shared_as_one() -> None:
    lines = [line("car", "flat", amount="100"), line("bike", "flat", amount="50")]
    assert amounts(bill_of(*lines, {**share(), "of": ["car", "bike"]}, days="1", mdays="2")) == ["100", "50", "-75"]


# --- minimum, maximum, included tax ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("used", "expected"), [("30", ["30", "20"]), ("50", ["50"]), ("70", ["70"]), ("0", ["50"])])
def test_a_minimum_corrects_what_is_less(used: str, expected: list[str]) -> None:
    lines = [line("w", "per_unit", quantity="m3", price="1"), line("min", "minimum", of=["w"], amount="50")]
    assert amounts(bill_of(*lines, m3=used)) == expected


@pytest.mark.parametrize(("used", "expected"), [("30", ["30"]), ("50", ["50"]), ("70", ["70", "-20"])])
def test_a_maximum_corrects_what_is_more(used: str, expected: list[str]) -> None:
    lines = [line("w", "per_unit", quantity="m3", price="1"), line("max", "maximum", of=["w"], amount="50")]
    assert amounts(bill_of(*lines, m3=used)) == expected


def test_a_correcting_line_explains_its_amount() -> None:
    lines = [line("w", "flat", amount="30"), line("v", "flat", amount="10"), line("min", "minimum", of=["w", "v"], amount="50")]
    assert rows(bill_of(*lines))[2] == ("min", "1", "10", "10")


def test_vat_may_follow_a_minimum() -> None:
    lines = [
        line("w", "flat", amount="30"),
        line("min", "minimum", of=["w"], amount="50"),
        line("vat", "percentage", of=["w", "min"], percent="10"),
    ]
    assert amounts(bill_of(*lines)) == ["30", "20", "5"]


def test_an_included_tax_adds_nothing_and_is_on_the_invoice() -> None:
    # 100,000 − 100,000 ÷ 1.08 = 7,407.4.
    bill = bill_of(line("re", "flat", amount="100000"), line("vat", "included_tax", of=["re"], percent="8"))
    assert rows(bill) == [("re", "1", "100000", "100000")]
    assert total(bill) == "100000"
    assert bill.taxes == (Tax("vat", "vat", ("re",), _decimal("8"), _decimal("92593"), _decimal("7407"), is_included=True),)


@pytest.mark.parametrize(("gross", "percent", "tax"), [("21", "5", "1"), ("0.31", "5", "0.01"), ("-21", "5", "-1"), ("106", "6", "6")])
def test_the_tax_in_a_price_is_half_up(gross: str, percent: str, tax: str) -> None:
    bill = bill_of(line("a", "flat", amount=gross), line("vat", "included_tax", of=["a"], percent=percent), rounding="0.01")
    assert [plain(each.amount) for each in bill.taxes] == [tax]


def test_an_included_tax_is_shown_where_lines_of_zero_are_kept() -> None:
    bill = bill_of(line("re", "flat", amount="108"), line("vat", "included_tax", of=["re"], percent="8", keep_zero=True))
    assert rows(bill)[1] == ("vat", "108", "8", "0")
    assert total(bill) == "108"


def _decimal(text: str) -> Decimal:
    return Decimal(text)
