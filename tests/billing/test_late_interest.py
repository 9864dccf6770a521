"""Late interest with its watermark; the numbers are worked by hand in docs/rules/late_interest.md."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.billing.rules.late_interest import (
    Debt,
    Interest,
    InterestDays,
    InterestTerms,
    Settled,
    Watermark,
    first_interest_day,
    late_interest,
)
from app.values.errors import OperationRefused

TERMS = InterestTerms()
DUE = date(2026, 5, 1)


def debt(amount: str = "1500000", due_on: date = DUE, **settled: str) -> Debt:
    """A debt, and what was settled of it: ``may16="600000"``."""
    months = {"may": 5, "jun": 6}
    days = {on: date(2026, months[on[:3]], int(on[3:])) for on in settled}
    return Debt(Decimal(amount), due_on, tuple(Settled(days[on], Decimal(each)) for on, each in settled.items()))


def interest(owed: Debt, to: date, so_far: Watermark | None = None, *, terms: InterestTerms = TERMS, currency: str = "VND") -> Interest:
    return late_interest(owed, to=to, terms=terms, currency=currency, so_far=so_far)


def test_interest_runs_from_the_day_after_grace_to_the_day_of_payment() -> None:
    """Due 1 May, grace to the 6th: 7 May … 7 June are 32 days of 750."""
    found = interest(debt(), date(2026, 6, 7))
    assert found.amount == 24000
    assert found.lines == (InterestDays(date(2026, 5, 7), date(2026, 6, 7), Decimal(1500000), Decimal(24000)),)
    assert found.lines[0].days == 32


def test_a_payment_counts_from_the_next_day() -> None:
    """600,000 on 16 May: 7 … 16 May are 10 days of 750; the rest of 900,000 bears 450 on the 22 days to 7 June: 9,900."""
    first = interest(debt(), date(2026, 5, 16))
    assert first.amount == 7500
    second = interest(debt(may16="600000"), date(2026, 6, 7), first.watermark)
    assert second.amount == 9900
    assert [(line.starts_on, line.days, line.balance) for line in second.lines] == [(date(2026, 5, 17), 22, 900000)]


def test_balances_that_change_are_lines_of_their_own() -> None:
    found = interest(debt(may16="600000"), date(2026, 6, 7))
    assert [(line.days, line.balance, line.interest) for line in found.lines] == [(10, 1500000, 7500), (22, 900000, 9900)]
    assert found.amount == 17400


def test_two_months_of_a_car_card() -> None:
    """Due 15 May and 15 June, paid on 25 June: 36 days of 600 and 5 days of 600."""
    assert interest(debt("1200000", date(2026, 5, 15)), date(2026, 6, 25)).amount == 21600
    assert interest(debt("1200000", date(2026, 6, 15)), date(2026, 6, 25)).amount == 3000


def test_a_small_debt_of_an_elevator_card() -> None:
    """20,000 due 15 July, settled on 6 August: 17 days of 10."""
    assert interest(debt("20000", date(2026, 7, 15)), date(2026, 8, 6)).amount == 170


@pytest.mark.parametrize("to", [date(2026, 4, 1), DUE, date(2026, 5, 6)])
def test_up_to_the_end_of_grace_nothing_is_charged(to: date) -> None:
    found = interest(debt(), to)
    assert (found.amount, found.lines) == (0, ())


def test_the_first_interest_day_follows_grace() -> None:
    assert first_interest_day(debt(), TERMS) == date(2026, 5, 7)
    assert interest(debt(), date(2026, 5, 7)).amount == 750


def test_no_day_is_counted_twice() -> None:
    first = interest(debt(), date(2026, 6, 7))
    again = interest(debt(), date(2026, 6, 7), first.watermark)
    assert (again.amount, again.lines, again.watermark) == (0, (), first.watermark)
    assert interest(debt(), date(2026, 6, 8), first.watermark).amount == 750


def test_an_earlier_day_than_the_watermark_moves_nothing_back() -> None:
    first = interest(debt(), date(2026, 6, 7))
    assert interest(debt(), date(2026, 5, 20), first.watermark).watermark == first.watermark


def test_days_before_the_watermark_are_final() -> None:
    """A payment entered afterwards for 10 May changes nothing of the days to 7 June, only those behind."""
    first = interest(debt(), date(2026, 6, 7))
    later = interest(debt(may10="500000"), date(2026, 6, 9), first.watermark)
    assert later.amount == 1000
    assert [(line.starts_on, line.days, line.balance) for line in later.lines] == [(date(2026, 6, 8), 2, 1000000)]


def test_rounding_does_not_add_up() -> None:
    """1,000 bear half a dong a day: posted daily 1, 0, 1, 0, as often as one likes."""
    small, so_far, posted = debt("1000"), None, []
    for day in range(7, 11):
        found = interest(small, date(2026, 5, day), so_far)
        posted.append(found.amount)
        so_far = found.watermark
    assert posted == [1, 0, 1, 0]
    assert interest(small, date(2026, 5, 10)).amount == 2


def test_yuan_keep_their_cents() -> None:
    """¥88.00 for 3 days: 0.132."""
    found = interest(debt("88.00"), date(2026, 5, 9), currency="CNY")
    assert (found.amount, found.watermark.exact) == (Decimal("0.13"), Decimal("0.132"))


def test_interest_never_passes_the_cap() -> None:
    """0.5 % a day reaches the whole amount in 200 days; with a cap of 10 % it stops at 150,000."""
    dear = InterestTerms(rate=Decimal("0.005"))
    assert interest(debt(), date(2027, 5, 1), terms=dear).amount == 1500000
    low = InterestTerms(rate=Decimal("0.005"), cap=Decimal("0.1"))
    capped = interest(debt(), date(2027, 5, 1), terms=low)
    assert capped.amount == 150000
    assert interest(debt(), date(2027, 6, 1), capped.watermark, terms=low).amount == 0


def test_a_cap_that_was_lowered_takes_nothing_back() -> None:
    first = interest(debt(), date(2026, 6, 7))
    again = interest(debt(), date(2026, 6, 8), first.watermark, terms=InterestTerms(cap=Decimal("0.001")))
    assert (again.amount, again.watermark.posted) == (0, 24000)


def test_what_is_paid_or_written_off_bears_nothing() -> None:
    """1,000,000 paid on the due day, the rest written off on 30 June: nothing from 1 July on."""
    settled = debt(may1="1000000", jun30="500000")
    first = interest(settled, date(2026, 6, 30))
    assert [(line.balance, line.days) for line in first.lines] == [(500000, 55)]
    afterwards = interest(settled, date(2026, 12, 31), first.watermark)
    assert (afterwards.amount, afterwards.lines) == (0, ())


def test_an_office_may_ask_no_interest_and_give_no_grace() -> None:
    nothing = InterestTerms(rate=Decimal(0), grace=0, cap=Decimal(0))
    assert (interest(debt(), date(2026, 6, 7), terms=nothing).amount, first_interest_day(debt(), nothing)) == (0, date(2026, 5, 2))


@pytest.mark.parametrize("terms", [{"rate": Decimal(-1)}, {"grace": -1}, {"cap": Decimal(-1)}])
def test_negative_terms_are_refused(terms: dict[str, object]) -> None:
    with pytest.raises(OperationRefused) as refusal:
        InterestTerms(**terms)  # type: ignore[arg-type]
    assert refusal.value.code == "interest_terms"


@settings(max_examples=150, deadline=None)
@given(
    amount=st.integers(1, 10**8),
    paid=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 10**6)), max_size=5),
    postings=st.lists(st.integers(0, 200), max_size=8),
    rate=st.decimals("0.0001", "0.01", places=5),
)
def test_the_number_of_postings_does_not_matter(amount: int, paid: list[tuple[int, int]], postings: list[int], rate: Decimal) -> None:
    left, settled = amount, []
    for day, part in sorted(paid):
        part = min(part, left)
        left -= part
        settled.append(Settled(DUE + timedelta(days=day), Decimal(part)))
    terms = InterestTerms(rate=rate)
    last = DUE + timedelta(days=200)
    owed = Debt(Decimal(amount), DUE, tuple(settled))
    once = interest(owed, last, terms=terms)
    so_far: Watermark | None = None
    for day in sorted(postings):
        # At the time of a posting only the payments up to that day are known.
        known = Debt(owed.amount, DUE, tuple(each for each in settled if each.on <= DUE + timedelta(days=day)))
        so_far = interest(known, DUE + timedelta(days=day), so_far, terms=terms).watermark
    assert interest(owed, last, so_far, terms=terms).watermark == once.watermark
    assert 0 <= once.watermark.posted <= amount
