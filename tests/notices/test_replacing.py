"""A notice made again: replaced where what stands on it asks for something else now, kept where it was only paid."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.billing.choices import AdjustmentKind, Method
from app.billing.models import Approval, Receipt
from app.billing.operations.receipts import take_payment
from app.billing.operations.voids import approve_void, void_receipt
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.debts.operations.adjusting import adjust_charge, write_off
from app.foundation.transactions import run
from app.notices.models import Notice
from app.notices.rules.changes import Counted, has_changed
from app.places.models import Unit
from app.runs.operations import void_service_charge
from tests.factories import a_customer, a_read_meter, a_reading, a_unit, acting, an_occupancy, on_day
from tests.notices.making import MANAGER, a_batch, a_notice, current, period_of
from tests.runs.making import a_run, charges, posted, prices

ISSUED, LATER, AGAIN = "2026-07-05", "2026-07-06", "2026-07-07"


@pytest.fixture
def owing(app: Flask) -> tuple[Unit, Customer]:
    """A unit with the charge of May, ¥143.00, still open beside that of June."""
    unit, customer = a_unit("1203"), a_customer()
    an_occupancy(unit, customer, since="2020-01-01")
    meter = a_read_meter(unit, 210, 190, 200, 250)
    prices()
    posted(a_run(unit.building_id))
    a_reading(meter, "2026-06-01", "1050")
    posted(a_run(unit.building_id, month=datetime.date(2026, 6, 1), day="2026-06-30"), "2026-06-30")
    return unit, customer


def of_may(unit: Unit) -> Any:
    return min(charges(unit), key=lambda each: each.part_start)


def again(unit: Unit, first: Notice) -> Notice:
    """Make the notices of the building again, and return the unit's."""
    (number,) = a_batch(AGAIN, period=first.period_id).notices
    one: Notice = current(Notice, number)
    return one


def paid(customer: Customer, amount: str, day: str) -> Receipt:
    with on_day(day), acting(MANAGER):
        receipt: Receipt = run(take_payment, customer=customer.id, methods=(MethodAmount(Method.BANK_TRANSFER, Decimal(amount)),)).record
        return receipt


def approved(asked: Any, day: str) -> None:
    """Let another person approve what waits for it."""
    if isinstance(asked, Approval):
        with on_day(day), acting("zhou"):
            run(approve_void, approval=asked.id)


def test_an_earlier_debt_that_was_lowered_gives_another_notice(owing: tuple[Unit, Customer]) -> None:
    unit, customer = owing
    first = a_notice(unit, customer, ISSUED)
    with on_day(LATER), acting(MANAGER):
        run(adjust_charge, charge=of_may(unit).charge_id, kind=AdjustmentKind.LOWER, amount=Decimal(43), reason="read wrongly")
    second = again(unit, first)
    assert second.replaces_id == first.id
    owed = [row for row in second.content["debts"] if row["kind"] == "charge"]
    assert [row["amount"] for row in owed] == ["100.00"]
    assert a_notice(unit, customer, AGAIN).id == second.id


def test_an_earlier_debt_that_was_written_off_gives_another_notice(owing: tuple[Unit, Customer]) -> None:
    unit, customer = owing
    first = a_notice(unit, customer, ISSUED)
    with on_day(LATER), acting("wang"):
        asked = run(write_off, charge=of_may(unit).charge_id, amount=Decimal(20), reason="goodwill").record
    with on_day(LATER), acting(MANAGER):
        run(approve_void, approval=asked.id)
    assert again(unit, first).replaces_id == first.id


def test_an_earlier_debt_that_was_voided_gives_another_notice(owing: tuple[Unit, Customer]) -> None:
    unit, customer = owing
    first = a_notice(unit, customer, "2026-06-30")
    with on_day("2026-06-30"), acting(MANAGER):
        asked = run(void_service_charge, service_charge=of_may(unit).id, reason="a wrong price").record
    approved(asked, "2026-06-30")
    second = again(unit, first)
    assert second.replaces_id == first.id
    assert not [row for row in second.content["debts"] if row["kind"] == "charge"]


@pytest.mark.parametrize("amount", ["50", "143", "200"])
def test_a_payment_between_leaves_the_notice(owing: tuple[Unit, Customer], amount: str) -> None:
    unit, customer = owing
    first = a_notice(unit, customer, ISSUED)
    paid(customer, amount, LATER)
    assert again(unit, first).id == first.id


def test_late_interest_of_the_days_between_leaves_the_notice(owing: tuple[Unit, Customer]) -> None:
    unit, customer = owing
    first = a_notice(unit, customer, ISSUED)
    assert again(unit, first).id == first.id


@pytest.mark.parametrize("amount", ["50", "143"])
def test_a_payment_that_was_taken_back_gives_another_notice(owing: tuple[Unit, Customer], amount: str) -> None:
    """Whether the debt was paid in part, and stood on the notice, or in full, and did not."""
    unit, customer = owing
    receipt = paid(customer, amount, "2026-07-04")
    first = a_notice(unit, customer, ISSUED)
    with on_day(LATER), acting(MANAGER):
        asked = run(void_receipt, receipt=receipt.id, reason="the cheque bounced").record
    approved(asked, LATER)
    second = again(unit, first)
    assert second.replaces_id == first.id
    assert second.total > first.total


def test_a_notice_of_before_it_was_kept_what_its_debts_asked_for_stays(owing: tuple[Unit, Customer]) -> None:
    unit, customer = owing
    first = a_notice(unit, customer, ISSUED)
    from app.notices.operations.issuing import counted_on

    assert counted_on(Notice(content={key: value for key, value in first.content.items() if key != "counted"})) == {}
    assert set(counted_on(first)) == set(first.charges)
    assert period_of(unit).id == first.period_id


HUNDRED = {1: Counted(Decimal(100), Decimal(40))}


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        ({1: Counted(Decimal(100), Decimal(40))}, False),
        ({1: Counted(Decimal("100.00"), Decimal(100))}, False),
        ({1: Counted(Decimal(100), Decimal(30))}, True),
        ({1: Counted(Decimal(90), Decimal(40))}, True),
        ({1: Counted(Decimal(110), Decimal(40))}, True),
        ({1: Counted(None, Decimal(0))}, True),
        ({}, True),
    ],
    ids=["same", "paid", "taken back", "lowered", "raised", "voided", "gone"],
)
def test_what_is_a_change(now: dict[int, Counted], changed: bool) -> None:
    assert has_changed(HUNDRED, now) is changed
