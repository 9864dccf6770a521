"""Promises to pay; the numbers are worked by hand in docs/rules/promise.md."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.billing.choices import PromiseState
from app.billing.rules.promise import DebtPaid, Promise, promise_state, require_promise
from app.values.errors import OperationRefused

MADE, DUE = date(2026, 6, 5), date(2026, 6, 12)
PROMISE = Promise(MADE, DUE, Decimal(1500000))


def paid(*payments: tuple[date, int]) -> list[DebtPaid]:
    return [DebtPaid(on, Decimal(amount)) for on, amount in payments]


def require(promise: Promise = PROMISE, *, debts: int = 1500000, earlier: tuple[PromiseState, ...] = ()) -> Promise:
    return require_promise(promise, debts=Decimal(debts), max_days=30, earlier=earlier, currency="VND")


def test_a_promise_is_open_to_the_end_of_its_day_and_then_broken() -> None:
    """1,500,000 promised for 12 June, only 500,000 paid on the 10th."""
    payments = paid((date(2026, 6, 10), 500000))
    assert promise_state(PROMISE, payments, on=DUE) is PromiseState.OPEN
    assert promise_state(PROMISE, payments, on=date(2026, 6, 13)) is PromiseState.BROKEN


def test_a_promise_is_kept_once_that_much_was_paid() -> None:
    payments = paid((date(2026, 6, 6), 700000), (DUE, 800000))
    assert promise_state(PROMISE, payments, on=date(2026, 6, 11)) is PromiseState.OPEN
    assert promise_state(PROMISE, payments, on=DUE) is PromiseState.KEPT
    assert promise_state(PROMISE, payments, on=date(2027, 1, 1)) is PromiseState.KEPT


def test_what_was_paid_before_or_too_late_does_not_keep_it() -> None:
    payments = paid((date(2026, 6, 4), 1500000), (date(2026, 6, 13), 1500000))
    assert promise_state(PROMISE, payments, on=date(2026, 6, 14)) is PromiseState.BROKEN


@pytest.mark.parametrize("days", [0, 1, 30])
def test_a_promise_is_for_the_next_thirty_days(days: int) -> None:
    asked = Promise(MADE, MADE + timedelta(days=days), Decimal(1))
    assert require(asked) == asked


@pytest.mark.parametrize("days", [-1, 31])
def test_other_days_are_refused(days: int) -> None:
    with pytest.raises(OperationRefused) as refusal:
        require(Promise(MADE, MADE + timedelta(days=days), Decimal(1)))
    assert refusal.value.code == "promise_date"


def test_one_promise_is_open_at_a_time() -> None:
    with pytest.raises(OperationRefused) as refusal:
        require(earlier=(PromiseState.KEPT, PromiseState.OPEN))
    assert refusal.value.code == "promise_open"
    assert require(earlier=(PromiseState.BROKEN, PromiseState.KEPT)) == PROMISE


@pytest.mark.parametrize(("amount", "code"), [("0", "amount"), ("-1", "amount"), ("1500001", "over_open"), ("1.5", "too_many_decimals")])
def test_an_amount_that_cannot_be_promised_is_refused(amount: str, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        require(Promise(MADE, DUE, Decimal(amount)))
    assert refusal.value.code == code


@settings(max_examples=100, deadline=None)
@given(payments=st.lists(st.tuples(st.integers(-5, 40), st.integers(1, 10**6)), max_size=8), day=st.integers(0, 40))
def test_a_promise_that_was_settled_one_way_stays_so(payments: list[tuple[int, int]], day: int) -> None:
    made = [DebtPaid(MADE + timedelta(days=on), Decimal(amount)) for on, amount in payments]
    today = promise_state(PROMISE, made, on=MADE + timedelta(days=day))
    tomorrow = promise_state(PROMISE, made, on=MADE + timedelta(days=day + 1))
    assert today is PromiseState.OPEN or tomorrow is today
