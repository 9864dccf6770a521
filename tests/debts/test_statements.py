"""Statements of customers and units, and the history of collection."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.billing.choices import AdjustmentKind, FeeKind
from app.billing.models import Charge
from app.billing.operations.voids import void_adjustment, void_receipt
from app.billing.statement import statement_of
from app.customers.models import Customer
from app.debts.choices import CollectionKind
from app.debts.operations.collecting import note_promise, note_step
from app.debts.queries.collection import collection_status, history_of_customer, history_of_unit
from app.debts.queries.open_debts import DebtFilter
from app.debts.queries.statements import Stated, statement_of_customer, statement_of_unit
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.places.models import Unit
from app.runs.operations.voiding import void_service_charge
from app.tariffs.choices import ServiceKind
from tests.debts.making import ZONE, a_bill, a_resident, adjusted, pays
from tests.factories import acting, office, on_day

pytestmark = pytest.mark.usefixtures("app")


def of_unit(unit: Unit, start: str = "2026-01-01", end: str = "2026-12-31") -> Stated:
    with everything("reading a statement"):
        return statement_of_unit(unit, datetime.date.fromisoformat(start), datetime.date.fromisoformat(end))


def of_customer(customer: Customer, start: str = "2026-01-01", end: str = "2026-12-31") -> Stated:
    with everything("reading a statement"):
        return statement_of_customer(customer, datetime.date.fromisoformat(start), datetime.date.fromisoformat(end))


def figures(stated: Stated) -> list[tuple[str, int, int, int]]:
    return [(line.kind, int(line.charged), int(line.settled), int(line.balance)) for line in stated.lines]


def open_of(customer: Customer) -> Decimal:
    with everything("summing"):
        amount = func.sum(Charge.total + Charge.adjusted - Charge.written_off - Charge.paid)
        return Decimal(db.session.scalars(select(amount).where(Charge.customer_id == customer.id, Charge.reversal_id.is_(None))).one())


def test_a_units_statement_runs_through_charges_payments_adjustments_and_their_voids() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1000", "2026-06-15", posted="2026-05-31")
    receipt = pays(customer, "400", "2026-06-05", (bill, "400"))
    with on_day("2026-06-05", ZONE), acting("binh"):
        run(void_receipt, receipt=receipt.id, reason="Thu nhầm")
    lowered = adjusted(bill, AdjustmentKind.LOWER, "100", "2026-06-08")
    with on_day("2026-06-08", ZONE), acting("binh"):
        run(void_adjustment, adjustment=lowered.id, reason="Nhầm")
    adjusted(bill, AdjustmentKind.RAISE, "50", "2026-06-09")
    assert figures(of_unit(unit)) == [
        ("charge", 1000, 0, 1000),
        ("receipt", 0, 400, 600),
        ("reversal", 0, -400, 1000),
        ("adjustment", 0, 100, 900),
        ("reversal", 0, -100, 1000),
        ("adjustment", 50, 0, 1050),
    ]
    assert of_unit(unit).closing == open_of(customer)


def test_the_opening_balance_is_what_came_before_the_first_day() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1000", "2026-06-15", posted="2026-05-31")
    pays(customer, "400", "2026-06-05", (bill, "400"))
    for stated in (of_unit(unit, "2026-06-01", "2026-06-04"), of_customer(customer, "2026-06-01", "2026-06-04")):
        assert (stated.opening, stated.lines, stated.closing) == (Decimal(1000), [], Decimal(1000))
    assert of_unit(unit, "2026-06-06").opening == Decimal(600)


def test_a_voided_charge_leaves_the_balance() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1000", "2026-06-15", posted="2026-05-31")
    with on_day("2026-05-31", ZONE), acting("binh"):
        run(void_service_charge, service_charge=bill.id, reason="Sai căn hộ")
    assert figures(of_unit(unit)) == [("charge", 1000, 0, 1000), ("reversal", -1000, 0, 0)]


def test_a_customers_statement_names_unit_and_service() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01", posted="2026-04-16")
    pays(customer, "1524000", "2026-06-07")
    lines = of_customer(customer).lines
    assert [line.kind for line in lines] == ["charge", "charge", "receipt"]
    assert [line.of is not None for line in lines] == [True, True, False]
    assert {(line.unit, line.service.removeprefix(line.of.service).strip()) for line in lines if line.of} == {(unit.code, "April 2026")}
    assert (lines[2].unit, lines[2].balance) == ("", Decimal(0))


def test_the_history_tells_of_calls_promises_and_payments_in_order() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1000", "2026-06-01")
    with on_day("2026-06-03", ZONE), acting("lan"):
        run(note_step, customer=customer.id, kind=CollectionKind.CALL, unit=unit.id, note="Không nghe máy")
    with on_day("2026-06-04", ZONE), acting("lan"):
        run(note_promise, customer=customer.id, amount=Decimal(1000), due_on=datetime.date(2026, 6, 10))
    pays(customer, "1000", "2026-06-05", (bill, "1000"))
    with everything("reading the history"):
        done = history_of_customer(customer.id, datetime.date(2026, 6, 11))
        of_the_unit = history_of_unit(unit.id)
    assert [each.kind.value for each in done] == ["payment", "promise", "call"]
    assert done[1].state == "kept"
    assert [each.kind.value for each in of_the_unit] == ["payment", "call"]


def test_the_status_of_collection_says_what_was_done_last() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1000", "2026-06-01")
    with on_day("2026-06-03", ZONE), acting("lan"):
        run(note_step, customer=customer.id, kind=CollectionKind.CALL, note="Không nghe máy")
    today = datetime.date(2026, 6, 11)
    with everything("reading the status"):
        (row,) = collection_status([office("HN").id], today, today, DebtFilter())
    assert (row["customer"], row["overdue"], row["since"]) == (customer.name, Decimal(1000), datetime.date(2026, 6, 1))
    assert (row["step_on"], row["promise"], row["paid_on"]) == (datetime.date(2026, 6, 3), None, None)


def test_the_customers_own_statement_names_a_kind_only_where_a_document_had_one() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1000", "2026-06-15", posted="2026-05-31")
    a_bill(unit, customer, "500", "2026-06-15", posted="2026-05-31", kind=ServiceKind.WATER)
    pays(customer, "1500", "2026-06-05")
    with everything("reading a statement"):
        lines = statement_of(customer).lines
    assert [line.fee_kind for line in lines] == [FeeKind.MANAGEMENT, FeeKind.WATER, None]
