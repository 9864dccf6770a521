"""Two counters that pay the same credit out at the same moment: one wins."""

from __future__ import annotations

from decimal import Decimal

from flask import Flask
from sqlalchemy import func, select

from app.billing.choices import Method
from app.billing.models import Voucher
from app.billing.operations.receipts import take_payment
from app.billing.rules.methods import MethodAmount
from app.debts.operations.crediting import pay_out_credit
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests.debts.making import credit_of
from tests.factories import CASH, a_customer, acting, on_day
from tests.stories.test_two_counters import COUNTERS, at_once, office_at_work

__all__ = ["office_at_work"]


def test_of_two_who_pay_the_same_credit_out_one_wins(office_at_work: Flask) -> None:
    customer = a_customer()
    with on_day("2026-05-14"), acting("wang"):
        run(take_payment, customer=customer.id, methods=(MethodAmount(Method.CASH, Decimal("80.00")),))
    customer_id = customer.id

    def take(cashier: str) -> object:
        with on_day("2026-05-14"), acting(cashier):
            return run(pay_out_credit, customer=customer_id, amount=Decimal("60.00"), methods=CASH, reason="客户要求退还").record.number

    results = at_once(office_at_work, [lambda name=name: take(name) for name in COUNTERS])  # type: ignore[misc]
    assert [each.code for each in results if isinstance(each, OperationRefused)] == ["credit_short"]
    with everything("counting"):
        assert db.session.execute(select(func.count(Voucher.id))).scalar_one() == 1
    assert credit_of(customer) == Decimal("20.00")
