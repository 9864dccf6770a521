"""Promises to pay and the steps of collection."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.billing.choices import FeeKind, LineCode, Method, PromiseState
from app.billing.models import Charge
from app.billing.operations.charges import LineTerms, charge
from app.billing.operations.receipts import PaidItem, take_payment
from app.billing.operations.voids import void_receipt
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.debts.choices import CollectionKind
from app.debts.models import CollectionStep, PaymentPromise
from app.debts.operations.collecting import note_promise, note_step
from app.debts.queries.promises import promises_of, stated
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests.debts.making import ZONE, a_bill, a_resident, pays
from tests.factories import acting, on_day

pytestmark = pytest.mark.usefixtures("app")


def promised(customer: Customer, amount: str, by: str, on: str = "2026-06-05") -> PaymentPromise:
    with on_day(on, ZONE), acting("lan"):
        return run(note_promise, customer=customer.id, amount=Decimal(amount), due_on=datetime.date.fromisoformat(by)).record


def state_on(customer: Customer, day: str) -> PromiseState:
    with everything("reading promises"):
        (newest, *_) = stated(list(db.session.scalars(promises_of(customer.id))), datetime.date.fromisoformat(day))
    return newest.state


def count(model: type) -> int:
    with everything("counting"):
        return db.session.scalars(select(func.count()).select_from(model)).one()


def test_a_promise_is_open_to_the_end_of_its_day_and_then_broken() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    promised(customer, "1500000", "2026-06-12")
    pays(customer, "500000", "2026-06-10")
    assert [state_on(customer, day) for day in ("2026-06-11", "2026-06-12", "2026-06-13")] == [
        *(PromiseState.OPEN, PromiseState.OPEN, PromiseState.BROKEN),
    ]


def test_a_promise_is_kept_when_so_much_was_paid() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    promised(customer, "1000000", "2026-06-12")
    pays(customer, "1000000", "2026-06-12")
    assert state_on(customer, "2026-06-13") is PromiseState.KEPT


def _sell(*, office: int, customer: int, on: datetime.date) -> Charge:
    lines = [LineTerms(LineCode.OTHER, Decimal(500_000))]
    return charge(office_id=office, customer_id=customer, fee_kind=FeeKind.OTHER, lines=lines, on=on, booked_on=on, due_on=on)


def test_what_was_bought_after_the_promise_keeps_none() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    promised(customer, "500000", "2026-06-12")
    with on_day("2026-06-08", ZONE), acting("lan"):
        sold = run(_sell, office=customer.office_id, customer=customer.id, on=datetime.date(2026, 6, 8)).record
        methods = (MethodAmount(Method.BANK_TRANSFER, Decimal(500_000)),)
        run(take_payment, customer=customer.id, items=(PaidItem(sold.id),), methods=methods)
    assert state_on(customer, "2026-06-13") is PromiseState.BROKEN


def test_the_interest_on_old_debts_is_paid_like_them() -> None:
    """1,500,000 due on 1 May; on 7 June 24,000 of interest are posted before the payment, which covers them too."""
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    promised(customer, "1500000", "2026-06-12")
    pays(customer, "1524000", "2026-06-07")
    with everything("reading promises"):
        (one,) = stated(list(db.session.scalars(promises_of(customer.id))), datetime.date(2026, 6, 13))
    assert (one.state, one.paid) == (PromiseState.KEPT, Decimal(1_524_000))


def test_a_voided_payment_keeps_no_promise() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    promised(customer, "1000000", "2026-06-12")
    receipt = pays(customer, "1000000", "2026-06-12")
    with on_day("2026-06-12", ZONE), acting("binh"):
        run(void_receipt, receipt=receipt.id, reason="Séc bị trả lại")
    assert state_on(customer, "2026-06-13") is PromiseState.BROKEN


def test_a_payment_before_the_promise_does_not_count() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    pays(customer, "1000000", "2026-06-05")
    with on_day("2026-06-05", ZONE):
        promised(customer, "500000", "2026-06-12", on="2026-06-05")
    assert state_on(customer, "2026-06-13") is PromiseState.BROKEN


@pytest.mark.parametrize(
    ("amount", "by", "code"),
    [
        ("100", "2026-06-04", "promise_date"),
        ("100", "2026-07-06", "promise_date"),
        ("0", "2026-06-12", "amount"),
        ("1500001", "2026-06-12", "over_open"),
    ],
)
def test_what_cannot_be_promised_is_refused_and_writes_nothing(amount: str, by: str, code: str) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    with pytest.raises(OperationRefused) as refused:
        promised(customer, amount, by)
    assert (refused.value.code, count(PaymentPromise)) == (code, 0)


def test_one_promise_is_open_at_a_time() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    promised(customer, "1000000", "2026-06-12")
    with pytest.raises(OperationRefused) as refused:
        promised(customer, "100", "2026-06-13", on="2026-06-12")
    assert (refused.value.code, count(PaymentPromise)) == ("promise_open", 1)
    promised(customer, "100", "2026-06-20", on="2026-06-13")


def test_a_call_is_written_down_with_what_was_owed() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    with on_day("2026-06-05", ZONE), acting("lan"):
        step = run(note_step, customer=customer.id, kind=CollectionKind.CALL, unit=unit.id, note="Hẹn gọi lại chiều").record
    assert (step.on, step.debt, step.unit_id) == (datetime.date(2026, 6, 5), Decimal(1_500_000), unit.id)


@pytest.mark.parametrize(("kind", "note", "code"), [("letter", "x", "noted_by_itself"), ("call", " ", "note_missing")])
def test_a_step_without_words_or_with_a_trace_of_its_own_is_refused(kind: str, note: str, code: str) -> None:
    _, customer = a_resident()
    with on_day("2026-06-05", ZONE), acting("lan"), pytest.raises(OperationRefused) as refused:
        run(note_step, customer=customer.id, kind=CollectionKind(kind), note=note)
    assert (refused.value.code, count(CollectionStep)) == (code, 0)


# In the list ---------------------------------------------------------------------------------------------------------------------


def listed(day: str, state: PromiseState | None = None) -> list[PromiseState]:
    """Return how promises stand in the list on a day, narrowed to one state where one is wanted."""
    statement = select(PaymentPromise).order_by(PaymentPromise.id).execution_options(populate_existing=True)
    if state is not None:
        statement = statement.where(PaymentPromise.standing == state.value)
    with on_day(day, ZONE), everything("reading the list"):
        return [each.state for each in db.session.scalars(statement)]


def test_the_list_says_how_each_promise_stands_as_the_rule_does() -> None:
    people = [a_resident(number) for number in ("1203", "1204", "1205")]
    for unit, customer in people:
        a_bill(unit, customer, "1500000", "2026-05-01")
        promised(customer, "600000", "2026-06-12")
    # Kept in two parts; one dong too little; a day too late.
    pays(people[0][1], "200000", "2026-06-06")
    pays(people[0][1], "400000", "2026-06-12")
    pays(people[1][1], "599999", "2026-06-12")
    assert listed("2026-06-12") == [PromiseState.KEPT, PromiseState.OPEN, PromiseState.OPEN]
    pays(people[2][1], "600000", "2026-06-13")
    assert listed("2026-06-13") == [PromiseState.KEPT, PromiseState.BROKEN, PromiseState.BROKEN]
    assert [len(listed("2026-06-13", state)) for state in (PromiseState.OPEN, PromiseState.KEPT, PromiseState.BROKEN)] == [0, 1, 2]
    assert [state_on(customer, "2026-06-13") for _unit, customer in people] == listed("2026-06-13")


def test_a_voided_payment_keeps_no_promise_in_the_list() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    promised(customer, "600000", "2026-06-12")
    receipt = pays(customer, "600000", "2026-06-12")
    with on_day("2026-06-12", ZONE), acting("binh"):
        run(void_receipt, receipt=receipt.id, reason="Nhầm khách")
    assert (listed("2026-06-12"), listed("2026-06-13")) == ([PromiseState.OPEN], [PromiseState.BROKEN])
