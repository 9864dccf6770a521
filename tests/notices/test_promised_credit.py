"""Credit that a notice took off and that is gone since: the notice would ask for too little, so another one replaces it.

250 kWh are ¥143.00. Of a payment of ¥210.00 ten are for the charge of unit 101, which leaves ¥133.00 open and ¥200.00 of credit.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask

from app.billing.choices import Method
from app.billing.operations.receipts import PaidItem, take_payment
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.debts.operations.crediting import pay_out_credit
from app.foundation.transactions import run
from app.notices.models import Notice
from app.notices.rules.changes import Counted, broken_promises, still_covered
from app.places.models import Unit
from tests.factories import a_building, a_read_meter, a_unit, acting, an_occupancy, on_day
from tests.notices.making import MANAGER, a_batch, a_notice, current
from tests.runs.making import LAST_DAY, a_lived_in_unit, a_run, charges, posted, prices

LATER, AGAIN = "2026-06-02", "2026-06-03"


@pytest.fixture
def home(app: Flask) -> tuple[Unit, Unit, Customer]:
    """Two units of one customer, ¥133.00 and ¥143.00 open, and ¥200.00 of credit."""
    building = a_building()
    first, customer = a_lived_in_unit("101", building=building)
    second = a_unit("102", building=building)
    an_occupancy(second, customer, since="2020-01-01")
    a_read_meter(second, 210, 190, 200, 250)
    prices()
    posted(a_run(building.id))
    paid(customer, first, "10", Method.BANK_TRANSFER, brought="210", day=LAST_DAY)
    return first, second, customer


def paid(customer: Customer, unit: Unit, amount: str, method: Method, *, brought: str = "", day: str = LATER) -> None:
    """Pay so much of the charge of a unit; what is brought above it becomes credit."""
    item, methods = PaidItem(charges(unit)[0].charge_id, Decimal(amount)), (MethodAmount(method, Decimal(brought or amount)),)
    with on_day(day), acting(MANAGER):
        run(take_payment, customer=customer.id, items=(item,), methods=methods)


def paid_out(customer: Customer, amount: str) -> None:
    with on_day(LATER), acting("wang"):
        methods = (MethodAmount(Method.CASH),)
        run(pay_out_credit, customer=customer.id, amount=Decimal(amount), methods=methods, reason="asked for")


def assert_same(unit: Unit, customer: Customer, notice: Notice) -> None:
    assert a_notice(unit, customer, AGAIN).id == notice.id


def assert_replaced(unit: Unit, customer: Customer, notice: Notice, total: str, credit: str) -> Notice:
    second = a_notice(unit, customer, AGAIN)
    assert (second.replaces_id, second.total, second.credit) == (notice.id, Decimal(total), Decimal(credit))
    assert_same(unit, customer, second)
    return second


def test_credit_that_was_paid_out_is_asked_for_again(home: tuple[Unit, Unit, Customer]) -> None:
    unit, _, customer = home
    first = a_notice(unit, customer)
    assert (first.total, first.credit) == (Decimal(0), Decimal(133))
    paid_out(customer, "200")
    assert_replaced(unit, customer, first, "133.00", "0.00")


def test_of_credit_that_is_there_in_part_the_rest_is_asked_for(home: tuple[Unit, Unit, Customer]) -> None:
    unit, _, customer = home
    first = a_notice(unit, customer)
    paid_out(customer, "100")
    assert_replaced(unit, customer, first, "33.00", "100.00")


def test_credit_that_paid_for_something_else_is_asked_for_again(home: tuple[Unit, Unit, Customer]) -> None:
    unit, other, customer = home
    first = a_notice(unit, customer)
    paid(customer, other, "143", Method.CREDIT)
    assert_replaced(unit, customer, first, "76.00", "57.00")


def test_a_batch_replaces_it_too(home: tuple[Unit, Unit, Customer]) -> None:
    unit, _, customer = home
    first = a_notice(unit, customer)
    paid_out(customer, "200")
    made = [current(Notice, number) for number in a_batch(AGAIN, period=first.period_id).notices]
    assert [(each.replaces_id, each.total) for each in made] == [(first.id, Decimal("133.00")), (None, Decimal("143.00"))]


def test_credit_that_paid_for_what_stands_on_the_notice_leaves_it(home: tuple[Unit, Unit, Customer]) -> None:
    unit, _, customer = home
    first = a_notice(unit, customer)
    paid(customer, unit, "133", Method.CREDIT)
    assert_same(unit, customer, first)


def test_credit_above_what_the_notice_took_off_may_go(home: tuple[Unit, Unit, Customer]) -> None:
    unit, _, customer = home
    first = a_notice(unit, customer)
    paid_out(customer, "67")
    assert_same(unit, customer, first)


def test_a_notice_whose_debts_were_paid_in_money_needs_no_credit(home: tuple[Unit, Unit, Customer]) -> None:
    unit, _, customer = home
    first = a_notice(unit, customer)
    paid(customer, unit, "133", Method.CASH)
    paid_out(customer, "200")
    assert_same(unit, customer, first)


def test_credit_that_paid_one_unit_leaves_the_notices_of_both(home: tuple[Unit, Unit, Customer]) -> None:
    unit, other, customer = home
    first, second = a_notice(unit, customer), a_notice(other, customer)
    assert [(each.total, each.credit) for each in (first, second)] == [(Decimal(0), Decimal(133)), (Decimal(76), Decimal(67))]
    paid(customer, unit, "133", Method.CREDIT)
    assert_same(unit, customer, first)
    assert_same(other, customer, second)


def test_credit_that_paid_for_a_notice_is_not_held_back_for_it_once_more(home: tuple[Unit, Unit, Customer]) -> None:
    """¥133.00 of the ¥200.00 paid for what they were promised to: the other unit is promised the ¥67.00 that are left."""
    unit, other, customer = home
    a_notice(unit, customer)
    paid(customer, unit, "133", Method.CREDIT)
    second = a_notice(other, customer)
    assert (second.total, second.credit) == (Decimal(76), Decimal(67))


@pytest.mark.parametrize(
    ("now", "covered"),
    [
        ({1: Counted(Decimal(100), Decimal(0)), 2: Counted(Decimal(50), Decimal(20))}, "80"),
        ({1: Counted(Decimal(100), Decimal(70)), 2: Counted(Decimal(50), Decimal(20))}, "60"),
        ({1: Counted(Decimal(100), Decimal(100)), 2: Counted(None, Decimal(0))}, "0"),
        ({}, "0"),
    ],
    ids=["open", "paid in part", "paid and voided", "gone"],
)
def test_what_a_notice_still_needs_of_its_credit(now: dict[int, Counted], covered: str) -> None:
    assert still_covered(Decimal(80), (1, 2), now) == Decimal(covered)


@pytest.mark.parametrize(("balance", "broken"), [("150", set()), ("140", set()), ("139.99", {1, 2}), ("0", {1, 2}), ("-5", {1, 2})])
def test_whose_promise_cannot_be_held(balance: str, broken: set[int]) -> None:
    assert broken_promises(Decimal(balance), {1: Decimal(100), 2: Decimal(40), 3: Decimal(0)}) == broken
