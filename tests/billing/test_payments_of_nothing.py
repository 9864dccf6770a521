"""A receipt stands for money that somebody brought: neither for nothing, nor for credit that pays into credit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.billing.choices import Method
from app.billing.models import Receipt, Shift
from app.billing.operations.receipts import credit_balance, take_payment
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.numbering import NumberCounter
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests.factories import a_customer, acting, on_day

pytestmark = pytest.mark.usefixtures("app")
TODAY = "2026-05-14"


def take(customer: Customer, method: Method, amount: str | None) -> Receipt:
    with on_day(TODAY), acting("wang"):
        methods = (MethodAmount(method, Decimal(amount) if amount else None),)
        return run(take_payment, customer=customer.id, methods=methods).record


def count(model: type[Receipt] | type[Shift] | type[NumberCounter]) -> int:
    with everything("counting"):
        return db.session.execute(select(func.count(model.id))).scalar_one()


@pytest.mark.parametrize("amount", [None, "0", "0.00"])
def test_a_customer_who_owes_nothing_and_brings_nothing_gets_no_receipt(amount: str | None) -> None:
    customer = a_customer()
    before = (count(Receipt), count(Shift))
    with pytest.raises(OperationRefused) as refusal:
        take(customer, Method.CASH, amount)
    assert refusal.value.code == "nothing_to_pay"
    assert (count(Receipt), count(Shift)) == before


def test_credit_cannot_be_paid_into_credit() -> None:
    customer = a_customer()
    take(customer, Method.CASH, "50.00")
    with pytest.raises(OperationRefused) as refusal:
        take(customer, Method.CREDIT, "20.00")
    assert refusal.value.code == "credit_above_debts"
    with everything("reading the credit"):
        assert credit_balance(customer) == Decimal("50.00")
