"""Paying debts at the counter: all, some, an amount, with credit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from app.billing.choices import Method
from app.billing.models import Receipt
from app.billing.operations.receipts import credit_balance
from app.customers.models import Customer
from app.debts.operations.paying import DebtPayment, pay_debts
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.tariffs.choices import ServiceKind
from app.values.errors import OperationRefused
from tests.debts.making import ZONE, a_bill, a_resident, charge_of, interest_amounts, pays
from tests.factories import acting, on_day

pytestmark = pytest.mark.usefixtures("app")
DAY = "2026-06-07"


def paid(customer: Customer, day: str = DAY, **terms: Any) -> Receipt:
    with on_day(day, ZONE), acting("lan"):
        return run(pay_debts, customer=customer.id, payment=DebtPayment(**terms)).record


def credit_of(customer: Customer) -> Decimal:
    with everything("looking up a credit"):
        return credit_balance(customer)


def test_everything_open_is_paid_with_its_interest() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    a_bill(unit, customer, "200000", "2026-06-20", kind=ServiceKind.WATER)
    receipt = paid(customer)
    assert (receipt.total, receipt.credited) == (Decimal(1_724_000), Decimal(0))


def test_a_ticked_charge_is_paid_with_its_own_interest_only() -> None:
    unit, customer = a_resident()
    first = a_bill(unit, customer, "1500000", "2026-05-01")
    second = a_bill(unit, customer, "1500000", "2026-05-02", kind=ServiceKind.WATER)
    receipt = paid(customer, charges=(first.charge_id,))
    assert receipt.total == Decimal(1_524_000)
    assert charge_of(second).open_amount == Decimal(1_500_000)
    assert len(interest_amounts(second)) == 1


def test_an_amount_covers_the_oldest_first_and_the_rest_is_credit() -> None:
    unit, customer = a_resident()
    old = a_bill(unit, customer, "300000", "2026-06-05")
    new = a_bill(unit, customer, "500000", "2026-06-15", kind=ServiceKind.WATER)
    paid(customer, amount=Decimal(400_000))
    assert (charge_of(old).open_amount, charge_of(new).open_amount) == (Decimal(0), Decimal(400_000))
    paid(customer, amount=Decimal(450_000))
    assert (charge_of(new).open_amount, credit_of(customer)) == (Decimal(0), Decimal(50_000))


def test_credit_is_used_where_it_is_asked_for() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "100000", "2026-06-05")
    pays(customer, "150000", "2026-06-05")
    bill = a_bill(unit, customer, "300000", "2026-06-15", posted="2026-06-06")
    receipt = paid(customer, uses_credit=True, method=Method.QR_TRANSFER)
    assert [(each.method, each.amount) for each in receipt.methods] == [(Method.CREDIT, 50_000), (Method.QR_TRANSFER, 250_000)]
    assert (credit_of(customer), charge_of(bill).open_amount) == (Decimal(0), Decimal(0))


def test_a_receipt_names_service_unit_and_month() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01", posted="2026-04-16")
    content = paid(customer).content
    assert all(unit.code in line["detail"] for line in content["lines"])
    assert [line["code"] for line in content["lines"]] == ["service", "late_interest"]
    assert "2026-04" in content["lines"][1]["detail"]
    assert content["lines"][0]["period_start"] == "2026-04-01"


def test_a_charge_that_is_paid_already_is_refused_and_nothing_is_written() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "300000", "2026-06-05")
    paid(customer)
    with pytest.raises(OperationRefused) as refused:
        paid(customer, charges=(bill.charge_id,))
    assert refused.value.code == "charge_not_open"
    with everything("counting"):
        assert db.session.scalars(select(func.count()).select_from(Receipt)).one() == 1


def test_nothing_owed_is_nothing_to_pay() -> None:
    _, customer = a_resident()
    with pytest.raises(OperationRefused) as refused:
        paid(customer)
    assert refused.value.code == "nothing_to_pay"
