"""The age of debts; the numbers are worked by hand in docs/rules/ageing.md."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.billing.choices import AgeingBucket
from app.billing.rules.ageing import ageing, bucket_of
from app.billing.rules.allocation import OpenCharge

TODAY = date(2026, 11, 22)


def due(days_ago: int, amount: int, number: int = 1) -> OpenCharge:
    return OpenCharge(number, TODAY - timedelta(days=days_ago), Decimal(amount))


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-15, AgeingBucket.D0_30),
        (0, AgeingBucket.D0_30),
        (30, AgeingBucket.D0_30),
        (31, AgeingBucket.D31_60),
        (60, AgeingBucket.D31_60),
        (61, AgeingBucket.D61_90),
        (90, AgeingBucket.D61_90),
        (91, AgeingBucket.OVER_90),
        (4000, AgeingBucket.OVER_90),
    ],
)
def test_the_bucket_follows_from_the_days_past_due(days: int, bucket: AgeingBucket) -> None:
    assert bucket_of(TODAY - timedelta(days=days), on=TODAY) is bucket


def test_open_amounts_are_summed_by_bucket() -> None:
    found = ageing([due(-3, 100), due(0, 10), due(1, 20), due(45, 3), due(200, 4000)], on=TODAY)
    amounts = {bucket.value: amount for bucket, amount in found.amounts.items()}
    assert amounts == {"d0_30": 130, "d31_60": 3, "d61_90": 0, "over_90": 4000}
    assert found.overdue == 4023
    assert found.total == 4133


def test_no_charges_have_no_age() -> None:
    found = ageing([], on=TODAY)
    assert (list(found.amounts.values()), found.overdue, found.total) == ([0, 0, 0, 0], 0, 0)


@settings(max_examples=100, deadline=None)
@given(charges=st.lists(st.tuples(st.integers(-100, 400), st.integers(0, 10**6)), max_size=15))
def test_the_buckets_sum_to_what_is_open(charges: list[tuple[int, int]]) -> None:
    found = ageing([due(days, amount) for days, amount in charges], on=TODAY)
    assert found.total == sum(amount for _, amount in charges)
    assert found.overdue == sum(amount for days, amount in charges if days > 0)
