"""Debts by customer, unit, building, service and period, as they stood on any day."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from app.billing.choices import AdjustmentKind, AgeingBucket
from app.billing.operations.voids import void_receipt
from app.debts.choices import DebtGroup
from app.debts.queries.open_debts import DebtFilter, ages_of, debts_by, overdue_of
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.tariffs.choices import ServiceKind
from tests.debts.making import ZONE, a_bill, a_resident, adjusted, pays
from tests.factories import a_building, acting, office, on_day
from tests.tariffs.making import service

pytestmark = pytest.mark.usefixtures("app")
TODAY = datetime.date(2026, 6, 30)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def by(group: DebtGroup, as_of: str = "2026-06-30", **wanted: Any) -> dict[str, Decimal]:
    """Return name -> open amount."""
    with everything("reading debts"):
        rows = debts_by(group, [office("HN").id], day(as_of), TODAY, DebtFilter(**wanted))
    return {row["name"]: row["total"] for row in rows}


def ages(as_of: str = "2026-06-30", **wanted: Any) -> list[int]:
    with everything("reading debts"):
        row = ages_of([office("HN").id], day(as_of), TODAY, DebtFilter(**wanted))
    return [int(row[bucket.value]) for bucket in AgeingBucket] + [int(row["overdue"]), int(row["total"])]


def test_debts_fall_into_their_ages() -> None:
    unit, customer = a_resident()
    for amount, due in (("1", "2026-07-10"), ("20", "2026-05-31"), ("300", "2026-05-30"), ("4000", "2026-04-01"), ("50000", "2026-03-31")):
        a_bill(unit, customer, amount, due)
    assert ages() == [21, 300, 4000, 50_000, 54_320, 54_321]


@pytest.mark.parametrize(
    ("age", "total"),
    [(AgeingBucket.D0_30, 21), (AgeingBucket.D31_60, 300), (AgeingBucket.D61_90, 4000), (AgeingBucket.OVER_90, 50_000)],
)
def test_one_age_may_be_asked_for(age: AgeingBucket, total: int) -> None:
    unit, customer = a_resident()
    for amount, due in (("1", "2026-07-10"), ("20", "2026-05-31"), ("300", "2026-05-30"), ("4000", "2026-04-01"), ("50000", "2026-03-31")):
        a_bill(unit, customer, amount, due)
    assert ages(age=age)[-1] == total


def test_debts_are_grouped_by_customer_unit_building_service_and_period() -> None:
    house = a_building("HN")
    first, an = a_resident("1203", building=house, name="Nguyễn Văn An")
    second, binh = a_resident("1204", building=house, name="Lê Bình")
    a_bill(first, an, "100", "2026-06-15")
    a_bill(first, an, "20", "2026-05-15", kind=ServiceKind.WATER)
    a_bill(second, binh, "3", "2026-06-15")
    assert by(DebtGroup.CUSTOMER) == {"Nguyễn Văn An": 120, "Lê Bình": 3}
    assert by(DebtGroup.UNIT) == {first.code: 120, second.code: 3}
    assert by(DebtGroup.BUILDING) == {house.name: 123}
    assert by(DebtGroup.PERIOD) == {"2026-04": 20, "2026-05": 103}
    assert sorted(by(DebtGroup.SERVICE).values()) == [20, 103]
    assert len(by(DebtGroup.CHARGE)) == 3


def test_debts_are_found_by_building_unit_service_and_customer() -> None:
    first, an = a_resident("1203")
    second, binh = a_resident("1204", name="Lê Bình")
    a_bill(first, an, "100", "2026-06-15")
    a_bill(first, an, "20", "2026-05-15", kind=ServiceKind.WATER)
    a_bill(second, binh, "3", "2026-06-15")
    water = service(ServiceKind.WATER, "HN").id
    assert ages(building=second.building_id)[-1] == 3
    assert ages(unit=first.id)[-1] == 120
    assert ages(service=water)[-1] == 20
    assert ages(customer=binh.id)[-1] == 3


def test_a_past_day_shows_the_money_as_it_stood() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1000", "2026-06-15", posted="2026-05-31")
    pays(customer, "400", "2026-06-05", (bill, "400"))
    adjusted(bill, AdjustmentKind.LOWER, "100", "2026-06-08")
    receipt = pays(customer, "500", "2026-06-10", (bill, "500"))
    with on_day("2026-06-10", ZONE), acting("binh"):
        run(void_receipt, receipt=receipt.id, reason="Thu nhầm")
    standing = {on: ages(on)[-1] for on in ("2026-05-30", "2026-05-31", "2026-06-05", "2026-06-08", "2026-06-10", "2026-06-30")}
    assert standing == {
        "2026-05-30": 0,
        "2026-05-31": 1000,
        "2026-06-05": 600,
        "2026-06-08": 500,
        "2026-06-10": 500,
        "2026-06-30": 500,
    }


def test_a_payment_that_was_voided_later_still_stands_before() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1000", "2026-06-15", posted="2026-05-31")
    receipt = pays(customer, "1000", "2026-06-05", (bill, "1000"))
    with on_day("2026-06-09", ZONE), acting("binh"):
        asked = run(void_receipt, receipt=receipt.id, reason="Séc bị trả lại").record
    from app.billing.operations.voids import approve_void

    with on_day("2026-06-09", ZONE), acting("ada", "approve_void"):
        run(approve_void, approval=asked.id)
    assert [ages(on)[-1] for on in ("2026-06-04", "2026-06-08", "2026-06-09", "2026-06-30")] == [1000, 0, 1000, 1000]


def test_interest_belongs_to_the_unit_and_service_that_bears_it() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    pays(customer, "1500000", "2026-06-07")
    assert by(DebtGroup.UNIT) == {unit.code: 24_000}


def test_what_is_overdue_is_listed_for_reminders() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "70", "2026-07-10")
    late = a_bill(unit, customer, "1000", "2026-06-20")
    with everything("reading debts"):
        (row,) = overdue_of(office("HN").id, TODAY, TODAY, building=unit.building_id)
    assert (row.charge_id, row.customer_id, row.unit_id, row.days_late, row.open) == (late.charge_id, customer.id, unit.id, 10, 1000)


def test_another_offices_debts_are_not_there() -> None:
    unit, customer = a_resident("1203", "SH", name="王小明")
    a_bill(unit, customer, "70", "2026-06-10")
    assert ages()[-1] == 0
