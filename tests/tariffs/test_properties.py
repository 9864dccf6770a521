"""What must hold for every fee formula and every unit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.tariffs.rules.bill import Bill
from app.tariffs.rules.decimals import plain, read_decimal
from app.tariffs.rules.price_change import ChangingFormula, PricePart, split_by_days
from app.tariffs.rules.re_rating import re_rating
from app.tariffs.rules.rounding import Rounding
from tests.tariffs.bills import bill_of, line, recipe_of

ROUNDINGS = st.sampled_from(["1", "0.01", "1000", "0.05", "3"])
QUANTITIES = st.decimals("0", "99999", places=3).map(plain)
WIDTHS = st.lists(st.decimals("0.1", "500", places=1), min_size=0, max_size=5)
PRICES = st.lists(st.decimals("0", "9999", places=3), min_size=6, max_size=6)
AMOUNTS = st.decimals("-999999", "999999", places=4)


def ladder(widths: list[Decimal], prices: list[Decimal]) -> list[dict[str, Any]]:
    limits: list[str | None] = [plain(limit) for limit in accumulate(widths)]
    return [{"up_to": limit, "price": plain(price)} for limit, price in zip([*limits, None], prices, strict=False)]


def graduated(quantity: str, steps: list[dict[str, Any]], *, rounding: str, **more: Any) -> Bill:
    facts = more.pop("facts", {})
    return bill_of(line("e", "graduated", quantity="q", tiers=steps, keep_zero=True, **more), rounding=rounding, q=quantity, **facts)


def quantity_on(bill: Bill) -> Decimal:
    return sum((each.quantity for each in bill.lines), Decimal(0))


@given(amount=AMOUNTS, step=ROUNDINGS)
def test_rounding_is_the_nearest_step_and_a_half_goes_away_from_zero(amount: Decimal, step: str) -> None:
    rounded, unit = Rounding(Decimal(step))(amount), Fraction(step)
    away = abs(Fraction(rounded)) - abs(Fraction(amount))
    assert Fraction(rounded) % unit == 0
    assert -unit / 2 < away <= unit / 2
    assert rounded == 0 or (rounded < 0) == (amount < 0)


@given(dividend=AMOUNTS, divisor=st.decimals("0.01", "999", places=2), step=ROUNDINGS)
def test_a_ratio_is_rounded_from_its_exact_value(dividend: Decimal, divisor: Decimal, step: str) -> None:
    exact, unit = Fraction(dividend) / Fraction(divisor), Fraction(step)
    away = abs(Fraction(Rounding(Decimal(step)).ratio(dividend, divisor))) - abs(exact)
    assert -unit / 2 < away <= unit / 2


@given(number=AMOUNTS)
def test_a_number_is_read_as_it_is_written(number: Decimal) -> None:
    assert read_decimal(plain(number)) == number


@given(quantity=QUANTITIES, widths=WIDTHS, prices=PRICES, used=QUANTITIES, rounding=ROUNDINGS)
def test_slices_are_the_quantity(quantity: str, widths: list[Decimal], prices: list[Decimal], used: str, rounding: str) -> None:
    steps = ladder(widths, prices)
    assert quantity_on(graduated(quantity, steps, rounding=rounding)) == Decimal(quantity)
    assert quantity_on(graduated(quantity, steps, rounding=rounding, used="u", facts={"u": used})) == Decimal(quantity)


@given(widths=WIDTHS, prices=PRICES, quantities=st.tuples(QUANTITIES, QUANTITIES), rounding=ROUNDINGS)
def test_who_uses_more_pays_no_less(widths: list[Decimal], prices: list[Decimal], quantities: tuple[str, str], rounding: str) -> None:
    less, more = sorted(quantities, key=Decimal)
    steps = ladder(widths, prices)
    assert graduated(less, steps, rounding=rounding).total <= graduated(more, steps, rounding=rounding).total


@given(quantity=QUANTITIES, widths=WIDTHS, prices=PRICES, used=QUANTITIES)
def test_an_annual_ladder_charges_what_the_year_grows_by(quantity: str, widths: list[Decimal], prices: list[Decimal], used: str) -> None:
    """Exact prices of three and quantities of three decimals: nothing is rounded."""
    steps = ladder(widths, prices)
    whole = plain(Decimal(used) + Decimal(quantity))
    before, after = (graduated(each, steps, rounding="0.000001").total for each in (used, whole))
    assert graduated(quantity, steps, rounding="0.000001", used="u", facts={"u": used}).total == after - before


@given(quantity=QUANTITIES, widths=WIDTHS, prices=PRICES.map(sorted))
def test_where_prices_rise_slices_cost_no_more_than_the_tier_reached(quantity: str, widths: list[Decimal], prices: list[Decimal]) -> None:
    steps = ladder(widths, prices)
    whole = bill_of(line("e", "volume", quantity="q", tiers=steps), rounding="0.000001", q=quantity)
    assert graduated(quantity, steps, rounding="0.000001").total <= whole.total


@given(quantity=QUANTITIES, widths=WIDTHS, prices=PRICES.map(sorted), persons=st.tuples(st.integers(0, 9), st.integers(0, 9)))
def test_where_prices_rise_more_persons_pay_no_more(
    quantity: str, widths: list[Decimal], prices: list[Decimal], persons: tuple[int, int]
) -> None:
    steps = ladder(widths, prices)
    few, many = (
        graduated(quantity, steps, rounding="0.000001", scale_by=["n"], facts={"n": str(number)}).total for number in sorted(persons)
    )
    assert many <= few


@given(
    quantity=QUANTITIES,
    widths=WIDTHS,
    prices=PRICES,
    rounding=ROUNDINGS,
    percent=st.decimals("-50", "50", places=2),
    days=st.integers(0, 31),
)
def test_the_total_is_the_sum_of_its_rounded_lines(
    quantity: str, widths: list[Decimal], prices: list[Decimal], rounding: str, percent: Decimal, days: int
) -> None:
    bill = bill_of(
        line("e", "graduated", quantity="q", tiers=ladder(widths, prices)),
        line("d", "percentage", of=["e"], percent=plain(percent)),
        line("share", "prorate", of=["e", "d"], numerator="days", denominator="of"),
        line("least", "minimum", of=["e", "d", "share"], amount="700"),
        line("most", "maximum", of=["e", "d", "share", "least"], amount="70000"),
        line("vat", "included_tax", of=["e", "d", "share"], percent="8"),
        rounding=rounding,
        q=quantity,
        days=str(days),
        of="31",
    )
    assert bill.total == sum((each.amount for each in bill.lines), Decimal(0))
    assert all(Fraction(each.amount) % Fraction(rounding) == 0 and each.amount for each in bill.lines)


@given(amount=st.decimals("0", "99999", places=2), days=st.integers(0, 31))
def test_a_share_and_its_rest_are_the_whole(amount: Decimal, days: int) -> None:
    lines = [line("a", "flat", amount=plain(amount)), line("s", "prorate", of=["a"], numerator="d", denominator="m")]
    share, rest = (bill_of(*lines, rounding="0.01", d=str(part), m="31").total for part in (days, 31 - days))
    assert abs(share + rest - amount) <= Decimal("0.01")


@given(amount=st.decimals("0", "999999", places=2), limit=st.decimals("0", "999999", places=2))
def test_minimum_and_maximum_are_never_crossed(amount: Decimal, limit: Decimal) -> None:
    base = line("a", "flat", amount=plain(amount))
    least = bill_of(base, line("x", "minimum", of=["a"], amount=plain(limit)), rounding="0.01").total
    most = bill_of(base, line("x", "maximum", of=["a"], amount=plain(limit)), rounding="0.01").total
    assert (least, most) == (max(amount, limit), min(amount, limit))


@given(gross=st.decimals("0", "999999", places=2), percent=st.sampled_from(["0", "1", "5", "6", "8", "9", "10", "13"]))
def test_an_included_tax_and_its_base_are_the_price(gross: Decimal, percent: str) -> None:
    bill = bill_of(
        line("a", "flat", amount=plain(gross)), line("t", "included_tax", of=["a"], percent=percent, keep_zero=True), rounding="0.01"
    )
    tax = bill.taxes[0]
    assert tax.base + tax.amount == gross == bill.total
    # The tax on the base is the tax, to the half step by which the base was rounded.
    assert abs(tax.base * Decimal(percent) / 100 - tax.amount) <= Decimal("0.01")


@given(quantity=QUANTITIES, days=st.lists(st.integers(1, 31), min_size=1, max_size=5), step=st.sampled_from(["1", "0.01", "5"]))
def test_a_split_by_days_is_the_whole_and_no_part_is_negative(quantity: str, days: list[int], step: str) -> None:
    parts = split_by_days(Decimal(quantity), days, step=Decimal(step))
    assert sum(parts) == Decimal(quantity)
    assert min(parts) >= 0


@settings(max_examples=60)
@given(quantity=QUANTITIES, widths=WIDTHS, prices=PRICES, rounding=ROUNDINGS, days=st.lists(st.integers(1, 31), min_size=1, max_size=3))
def test_a_change_to_the_same_prices_changes_nothing(
    quantity: str, widths: list[Decimal], prices: list[Decimal], rounding: str, days: list[int]
) -> None:
    lines = [
        line("e", "graduated", quantity="q", tiers=ladder(widths, prices)),
        line("fix", "flat", amount="333.33"),
        line("vat", "percentage", of=["e", "fix"], percent="8", tax=True),
    ]
    recipe = recipe_of(*lines, rounding=rounding)
    parts = [PricePart(recipe, each) for each in days]
    changing = ChangingFormula(parts, metered=["q"], quantity_step=Decimal(1))
    assert changing({"q": quantity}) == bill_of(*lines, rounding=rounding, q=quantity)


@settings(max_examples=60)
@given(quantity=QUANTITIES, widths=WIDTHS, prices=PRICES, periods=st.integers(1, 6))
def test_equal_periods_rated_again_cost_what_each_of_them_did(
    quantity: str, widths: list[Decimal], prices: list[Decimal], periods: int
) -> None:
    lines = [line("e", "graduated", quantity="q", tiers=ladder(widths, prices)), line("fix", "flat", amount="333.33")]
    once = bill_of(*lines, rounding="0.000001", q=quantity).total
    together = plain(Decimal(quantity) * periods)
    result = re_rating(recipe_of(*lines, rounding="0.000001"), {"q": together}, metered=["q"], periods=periods, charged=once * periods)
    assert result.billed == 0
