"""Where a payment goes; the numbers are worked by hand in docs/rules/allocation.md."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.billing.rules.allocation import Allocated, Allocation, OpenCharge, allocation, require_credit
from app.values.errors import OperationRefused

MAY, JUNE = date(2026, 5, 15), date(2026, 6, 15)
A, B, C = 11, 12, 13
# c was made later than b and is due on the same day.
CHARGES = (OpenCharge(C, JUNE, Decimal(200000)), OpenCharge(B, JUNE, Decimal(500000)), OpenCharge(A, MAY, Decimal(300000)))


def parts(**amounts: int) -> tuple[Allocated, ...]:
    return tuple(Allocated({"a": A, "b": B, "c": C}[name], Decimal(amount)) for name, amount in amounts.items())


def of(amount: int, chosen: tuple[Allocated, ...] | None = None) -> Allocation:
    return allocation(Decimal(amount), CHARGES, currency="VND", chosen=chosen)


def test_the_oldest_due_date_is_paid_first_then_the_earlier_charge() -> None:
    assert of(900000) == Allocation(parts(a=300000, b=500000, c=100000), Decimal(0))


def test_a_part_of_the_oldest_is_fine() -> None:
    assert of(1) == Allocation(parts(a=1), Decimal(0))


def test_what_is_left_over_is_credit() -> None:
    assert of(1100000) == Allocation(parts(a=300000, b=500000, c=200000), Decimal(100000))


def test_without_charges_all_is_credit() -> None:
    assert allocation(Decimal("12.50"), (), currency="CNY") == Allocation((), Decimal("12.50"))


def test_only_the_chosen_charges_are_paid() -> None:
    """400,000 on 14 May, 250,000 of it for b: a stays open though it is older, and 150,000 are credit."""
    assert of(400000, chosen=parts(b=250000)) == Allocation(parts(b=250000), Decimal(150000))


def test_credit_and_cash_go_to_the_oldest_next_time() -> None:
    """The next day 200,000 in cash and the credit of 150,000: a 300,000, b 50,000 of the 250,000 left; 400,000 stay open."""
    left = (CHARGES[0], OpenCharge(B, JUNE, Decimal(250000)), CHARGES[2])
    credit = require_credit(Decimal(150000), balance=Decimal(150000), currency="VND")
    found = allocation(Decimal(200000) + credit, left, currency="VND")
    assert found == Allocation(parts(a=300000, b=50000), Decimal(0))
    assert sum(charge.open for charge in left) - sum(part.amount for part in found.parts) == 400000


def test_nothing_chosen_is_all_credit() -> None:
    assert of(400000, chosen=()) == Allocation((), Decimal(400000))


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        (parts(b=500001), "over_open"),
        (parts(a=300000, b=100001), "over_payment"),
        ((*parts(b=1), *parts(b=2)), "charge_twice"),
        ((Allocated(99, Decimal(1)),), "charge_not_open"),
        (parts(b=0), "amount"),
        (parts(b=-5), "amount"),
    ],
)
def test_what_cannot_be_chosen_is_refused(chosen: tuple[Allocated, ...], code: str) -> None:
    # 400,000 for the sum, enough for any single charge otherwise.
    with pytest.raises(OperationRefused) as refusal:
        of(400000 if code == "over_payment" else 600000, chosen=chosen)
    assert refusal.value.code == code


@pytest.mark.parametrize(("amount", "code"), [("0", "amount"), ("-1", "amount"), ("0.5", "too_many_decimals")])
def test_a_payment_of_nothing_is_refused(amount: str, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        allocation(Decimal(amount), CHARGES, currency="VND")
    assert refusal.value.code == code


@pytest.mark.parametrize(("used", "code"), [("150001", "credit_short"), ("0", "amount")])
def test_credit_that_is_not_there_is_refused(used: str, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        require_credit(Decimal(used), balance=Decimal(150000), currency="VND")
    assert refusal.value.code == code


@settings(max_examples=150, deadline=None)
@given(
    amount=st.integers(1, 10**7),
    opens=st.lists(st.tuples(st.integers(-60, 60), st.integers(0, 10**6)), max_size=12),
)
def test_every_dong_is_allocated_once_and_no_younger_charge_before_an_older(amount: int, opens: list[tuple[int, int]]) -> None:
    charges = [OpenCharge(number, MAY + timedelta(days=day), Decimal(open_)) for number, (day, open_) in enumerate(opens)]
    found = allocation(Decimal(amount), charges, currency="VND")
    paid = {part.charge: part.amount for part in found.parts}
    assert sum(paid.values()) + found.credit == amount
    assert all(0 < paid[number] <= charges[number].open for number in paid)
    ordered = sorted(charges, key=lambda charge: (charge.due_on, charge.id))
    still_open = [charge.open - paid.get(charge.id, Decimal(0)) for charge in ordered]
    first_open = next((place for place, left in enumerate(still_open) if left), len(ordered))
    assert all(charge.id not in paid for charge in ordered[first_open + 1 :])
    assert found.credit == 0 or not any(still_open)
