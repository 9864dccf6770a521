"""Two cashiers at once, on real connections with real commits: one debt paid once, numbers without a gap, one receipt per key."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.billing.choices import FeeKind, LineCode, Method
from app.billing.models import Charge, Receipt
from app.billing.operations.charges import LineTerms, charge
from app.billing.operations.printing import print_receipt
from app.billing.operations.receipts import PaidItem, take_payment
from app.billing.rules.methods import MethodAmount
from app.broadband.models import RegularPayment, Subscription
from app.broadband.operations.payments import PaymentTerms, pay
from app.foundation.database import db
from app.foundation.numbering import NumberCounter
from app.foundation.scope import everything, set_scope
from app.foundation.transactions import run
from app.values.errors import Message, OperationRefused
from config import Settings
from tests.conftest import make_application
from tests.factories import CASH, a_customer, acting, an_active_line, on_day

COUNTERS = ("wang", "li")


@pytest.fixture
def office_at_work(settings: Settings, committed_database: str) -> Iterator[Flask]:
    """An application whose threads have connections of their own."""
    app = make_application(settings, committed_database)
    with app.app_context():
        set_scope(None)
        yield app
        db.session.remove()
        set_scope(None)
        db.engine.dispose()


def at_once(app: Flask, deeds: list[Callable[[], object]]) -> list[object]:
    """Do all deeds at the same moment, each in a thread and connection of its own; a refusal is a result."""
    start = threading.Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> object:
        with app.app_context():
            start.wait()
            try:
                return deed()
            except OperationRefused as refused:
                return refused
            finally:
                db.session.remove()
                set_scope(None)

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(do, deeds))


def test_two_counters_on_one_debt_take_it_once(office_at_work: Flask) -> None:
    customer = a_customer()
    with on_day("2026-05-14"), acting("chen"):
        debt = run(_a_debt, office_id=customer.office_id, customer_id=customer.id).record
    customer_id, debt_id = customer.id, debt.id

    def take(cashier: str) -> object:
        with on_day("2026-05-14"), acting(cashier):
            return run(
                take_payment, customer=customer_id, items=(PaidItem(debt_id, Decimal("50.00")),), methods=(MethodAmount(Method.CASH),)
            ).record.number

    results = at_once(office_at_work, [lambda name=name: take(name) for name in COUNTERS])  # type: ignore[misc]
    refused = [result for result in results if isinstance(result, OperationRefused)]
    assert [each.code for each in refused] == ["already_paid"]
    with everything("counting"):
        assert db.session.execute(select(Charge.paid).where(Charge.id == debt_id)).scalar_one() == Decimal("50.00")
        assert db.session.execute(select(func.count(Receipt.id))).scalar_one() == 1


def test_a_double_submit_at_the_same_moment_gives_one_receipt(office_at_work: Flask) -> None:
    line_id = an_active_line("2026-01-31").id

    def take() -> object:
        with on_day("2026-01-31"), acting("wang"):
            outcome = run(pay, key="double", subscription=line_id, terms=PaymentTerms(months=1, methods=CASH))
            return outcome.record.number, outcome.replayed

    results = at_once(office_at_work, [take] * 4)
    assert sorted(replayed for _, replayed in results) == [False, True, True, True]  # type: ignore[misc]
    assert len({number for number, _ in results}) == 1  # type: ignore[misc]


def test_payments_of_two_counters_on_one_line_follow_each_other(office_at_work: Flask) -> None:
    line_id = an_active_line("2026-01-31").id

    def take(cashier: str) -> object:
        with on_day("2026-01-31"), acting(cashier):
            return run(pay, subscription=line_id, terms=PaymentTerms(months=1, methods=CASH)).record.number

    numbers = at_once(office_at_work, [lambda name=name: take(name) for name in COUNTERS * 4])  # type: ignore[misc]
    assert sorted(str(number)[-6:] for number in numbers) == [f"{n:06d}" for n in range(1, 9)]
    with everything("reading what was sold"):
        payments = db.session.scalars(select(RegularPayment).order_by(RegularPayment.period_start)).all()
        assert [str(payment.period_start) for payment in payments][:3] == ["2026-01-31", "2026-02-28", "2026-03-31"]
        assert db.session.execute(select(Subscription.stops_on).where(Subscription.id == line_id)).scalar_one() == payments[-1].period_end
        last = db.session.execute(select(NumberCounter.last).where(NumberCounter.series == "receipt")).scalar_one()
    assert last == 8


def test_payments_that_fail_at_their_end_leave_no_gap_between_those_beside_them(office_at_work: Flask) -> None:
    lines = [an_active_line("2026-01-31").id for _ in range(4)]

    def pay_and_fail(*, subscription: int) -> RegularPayment:
        pay(subscription=subscription, terms=PaymentTerms(months=1, methods=CASH))
        db.session.flush()
        raise OperationRefused(Message("Too late."), code="too_late")

    def take(cashier: str, line: int) -> object:
        with on_day("2026-01-31"), acting(cashier):
            for turn in range(10):
                try:
                    run(pay_and_fail, key=f"{line}-{turn}", subscription=line)
                except OperationRefused:
                    run(pay, key=f"{line}-{turn}", subscription=line, terms=PaymentTerms(months=1, methods=CASH))
        return None

    counters = ("wang", "li", "wang", "li")
    deeds = [lambda name=name, line=line: take(name, line) for name, line in zip(counters, lines, strict=True)]  # type: ignore[misc]
    assert at_once(office_at_work, deeds) == [None] * 4
    with everything("counting"):
        receipts = db.session.scalars(select(Receipt).order_by(Receipt.sequence)).all()
        assert [receipt.sequence for receipt in receipts] == list(range(1, 41))
        assert [receipt for receipt in receipts if receipt.content["number"] != receipt.number] == []
        assert sorted(db.session.scalars(select(RegularPayment.number)).all()) == [receipt.number for receipt in receipts]


def test_printings_of_one_receipt_at_the_same_moment_are_counted_one_by_one(office_at_work: Flask) -> None:
    line = an_active_line("2026-01-31")
    with on_day("2026-01-31"), acting("wang"):
        receipt_id = run(pay, subscription=line.id, terms=PaymentTerms(months=1, methods=CASH)).record.receipt_id

    def print_it() -> object:
        with acting("wang"):
            return run(print_receipt, receipt=receipt_id).record.printing

    assert sorted(map(str, at_once(office_at_work, [print_it] * 5))) == ["1", "2", "3", "4", "5"]


def _a_debt(*, office_id: int, customer_id: int) -> Charge:
    import datetime

    on = datetime.date(2026, 5, 14)
    lines = [LineTerms(LineCode.SUSPENSION, Decimal("50.00"))]
    return charge(office_id=office_id, customer_id=customer_id, fee_kind=FeeKind.SUSPENSION, lines=lines, on=on, booked_on=on, due_on=on)
