"""The bill of a building's shared meters, apportioned among its units; the numbers are worked by hand in docs/rules/apportion.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.customers.choices import OccupancyRole
from app.customers.rules.occupancy import Stay
from app.metering.choices import ApportionBy
from app.runs.rules.sharing import Sharer, shared_bills
from app.runs.rules.unit_bills import PartBill, PartFault
from app.tariffs.rules.bill import Bill
from app.values.errors import Message

LAN, MINH = 1, 2
FIRST, LAST = date(2026, 4, 30), date(2026, 5, 30)


def a_whole(total: str) -> PartBill:
    return PartBill(FIRST, LAST, 0, Bill((), Decimal(total)), {"kwh": Decimal(100)}, (7,), Decimal(100), (11,))


def living(customer: int, since: date = date(2020, 1, 1), until: date | None = None) -> Stay:
    return Stay(customer, OccupancyRole.OWNER, since, until)


def sharers(*weights: str | None) -> list[Sharer]:
    return [
        Sharer(number, f"A-{number}", None if weight is None else Decimal(weight), [living(LAN)])
        for number, weight in enumerate(weights, start=1)
    ]


def amounts(total: str, *weights: str, by: ApportionBy = ApportionBy.AREA, currency: str = "VND") -> list[Decimal]:
    found = shared_bills(a_whole(total), sharers(*weights), by=by, currency=currency)
    bills = [bill for of_unit in found.values() for bill in of_unit]
    assert all(isinstance(bill, PartBill) for bill in bills), bills
    return [bill.bill.total for bill in bills if isinstance(bill, PartBill)]


@pytest.mark.parametrize(
    ("total", "weights", "currency", "expected"),
    [
        ("100", ["1", "1", "1"], "VND", ["34", "33", "33"]),
        ("100.00", ["5"] * 7, "CNY", ["14.29"] * 4 + ["14.28"] * 3),
        ("1234567", ["68.53", "45.10", "102.77"], "VND", ["390965", "257297", "586305"]),
        ("301.00", ["4", "0", "3"], "CNY", ["172.00", "0.00", "129.00"]),
    ],
)
def test_the_parts_are_those_of_the_largest_remainder(total: str, weights: list[str], currency: str, expected: list[str]) -> None:
    found = amounts(total, *weights, currency=currency)
    assert found == [Decimal(each) for each in expected]
    assert sum(found) == Decimal(total)


def test_a_part_says_of_what_it_is_a_part() -> None:
    (first, *_) = shared_bills(a_whole("100"), sharers("1", "1", "1"), by=ApportionBy.HEAD, currency="VND").values()
    (bill,) = first
    assert isinstance(bill, PartBill)
    assert bill.share is not None
    assert (bill.share.by, bill.share.whole.bill.total, bill.share.weight, bill.share.weights) == (ApportionBy.HEAD, 100, 1, 3)
    assert (bill.customer, bill.readings, bill.versions, bill.quantity) == (LAN, (11,), (7,), None)


def test_a_part_is_divided_by_days_where_the_occupant_changes() -> None:
    """100 for 31 days: Lan has 10, 32.26 → 32; Minh 21, 67.74 → 68."""
    moving = replace(sharers("1")[0], stays=[living(LAN, until=date(2026, 5, 9)), living(MINH, since=date(2026, 5, 10))])
    (found,) = shared_bills(a_whole("100"), [moving], by=ApportionBy.AREA, currency="VND").values()
    assert [(each.customer, each.starts_on, each.bill.total) for each in found if isinstance(each, PartBill)] == [
        (LAN, FIRST, Decimal(32)),
        (MINH, date(2026, 5, 10), Decimal(68)),
    ]


def test_a_unit_without_its_fact_is_an_error_and_nobody_is_billed_less_for_it() -> None:
    found = shared_bills(a_whole("100"), sharers("1", None, "1"), by=ApportionBy.AREA, currency="VND")
    codes = [each.code for of_unit in found.values() for each in of_unit if isinstance(each, PartFault)]
    assert codes == ["share_unknown", "fact_missing", "share_unknown"]


def test_an_amount_that_nobody_would_bear_is_said() -> None:
    found = shared_bills(a_whole("100"), sharers("0", "0"), by=ApportionBy.HEAD, currency="VND")
    assert [each.code for of_unit in found.values() for each in of_unit if isinstance(each, PartFault)] == ["nothing_to_apportion_by"] * 2


def test_a_unit_where_nobody_pays_keeps_its_part_open() -> None:
    empty = replace(sharers("1")[0], unit=9, stays=[])
    found = shared_bills(a_whole("100"), [*sharers("1"), empty], by=ApportionBy.AREA, currency="VND")
    assert [each.bill.total for each in found[1] if isinstance(each, PartBill)] == [Decimal(50)]
    assert [each.code for each in found[9] if isinstance(each, PartFault)] == ["nobody_pays"]


def test_shared_meters_that_cannot_be_billed_leave_every_unit_with_the_reason() -> None:
    fault = PartFault(FIRST, LAST, Message("There is no tariff."), "no_tariff")
    found = shared_bills(fault, sharers("1", "1"), by=ApportionBy.AREA, currency="VND")
    assert found == {1: (fault,), 2: (fault,)}
