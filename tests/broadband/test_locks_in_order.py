"""Rows are locked in one order by everything that changes a line: line, customer, charges; line, order. So nobody waits in a circle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from app.billing.operations.receipts import PaidItem, take_payment
from app.billing.operations.voids import approve_void, void_receipt
from app.broadband.choices import EquipmentState
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.equipping import EquipmentTerms, Returned, lend
from app.broadband.operations.voiding import void_operation
from app.foundation.database import db
from app.foundation.transactions import run
from tests.broadband.changes import completed, event_of, ordered, relocated, transferred
from tests.broadband.lines import line_until, suspended
from tests.factories import CASH, a_customer, acting, on_day, paid

pytestmark = pytest.mark.usefixtures("app")
DAY = "2026-06-10"
LOCKING = re.compile(r"FROM \"?(\w+)\"?.*FOR (?:NO KEY )?UPDATE", re.DOTALL)


@contextmanager
def locks() -> Iterator[list[str]]:
    """Collect the tables whose rows are locked, each where it comes first."""
    taken: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        found = LOCKING.search(statement)
        if found and found.group(1) not in taken:
            taken.append(found.group(1))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield taken
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def assert_in_order(taken: list[str], *tables: str) -> None:
    assert [table for table in taken if table in tables] == list(tables), taken


def test_an_order_is_completed_from_its_line_on() -> None:
    line = line_until("2026-08-14")
    order = ordered(line, DAY, "relocation", new_address="8-1-301")
    with locks() as taken:
        completed(order, DAY)
    assert_in_order(taken, "subscription", "work_order")


def test_a_closure_locks_customer_before_charges_and_orders_last() -> None:
    line = line_until("2026-08-14")
    ordered(line, DAY, "fault")
    suspended(line, DAY, fee=Decimal("20.00"))
    with locks() as taken, on_day(DAY), acting("chen"):
        run(close, subscription=line.id, terms=ClosureTerms())
    assert_in_order(taken, "subscription", "customer", "charge", "work_order")


def test_a_closure_locks_former_customers_before_charges_too() -> None:
    line = line_until("2026-08-14")
    with on_day(DAY), acting("chen"):
        piece = run(lend, subscription=line.id, terms=EquipmentTerms(name="光猫", serial="ZX-78", deposit=Decimal("100.00"))).record
    transferred(line, DAY, customer=a_customer(name="李四").id)
    with locks() as taken, on_day(DAY), acting("chen"):
        run(close, subscription=line.id, terms=ClosureTerms(returned=(Returned(equipment=piece.id, state=EquipmentState.GOOD),)))
    assert_in_order(taken, "subscription", "customer", "charge")


def test_a_payment_of_debts_locks_customer_before_charges() -> None:
    line = line_until("2026-08-14")
    charge, *_ = event_of(relocated(line, DAY, fee=Decimal("20.00")))
    with locks() as taken, on_day(DAY), acting("wang"):
        run(take_payment, customer=line.customer_id, items=(PaidItem(charge.id),), methods=CASH)
    assert_in_order(taken, "customer", "charge")


def test_a_void_that_is_approved_locks_line_customer_and_charges_before_the_request() -> None:
    payment = paid(line_until("2026-08-14"), DAY)
    with on_day(DAY), acting("wang"):
        request = run(void_receipt, receipt=payment.receipt_id, reason="录错").record
    with locks() as taken, on_day(DAY), acting("chen"):
        run(approve_void, approval=request.id)
    assert_in_order(taken, "subscription", "customer", "charge", "approval")


def test_an_operation_that_is_undone_locks_customer_before_its_charge() -> None:
    line = line_until("2026-08-14")
    *_, event = event_of(relocated(line, DAY, fee=Decimal("20.00")))
    with locks() as taken, on_day(DAY), acting("chen"):
        run(void_operation, event=event.id, reason="录错")
    assert_in_order(taken, "subscription", "customer", "charge")
