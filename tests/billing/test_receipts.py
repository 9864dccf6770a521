"""Receipts for open charges: oldest first, credit, zero totals; what they refuse writes nothing."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.billing.choices import FeeKind, LineCode, Method
from app.billing.models import Charge, Receipt, Shift
from app.billing.operations.charges import LineTerms, charge
from app.billing.operations.receipts import PaidItem, credit_balance, take_payment
from app.billing.operations.voids import void_receipt
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import NotFound, OperationRefused
from tests.factories import a_customer, acting, an_active_line, on_day, paid

pytestmark = pytest.mark.usefixtures("app")
TODAY = "2026-05-14"


def cash(amount: str | None = None, tendered: str | None = None) -> tuple[MethodAmount, ...]:
    return (MethodAmount(Method.CASH, Decimal(amount) if amount else None, Decimal(tendered) if tendered else None),)


def a_debt(customer: Customer, amount: str, due: str = TODAY) -> Charge:
    on = datetime.date.fromisoformat(due)

    def owe(*, office_id: int, customer_id: int) -> Charge:
        lines = [LineTerms(LineCode.SUSPENSION, Decimal(amount))]
        return charge(
            office_id=office_id, customer_id=customer_id, fee_kind=FeeKind.SUSPENSION, lines=lines, on=on, booked_on=on, due_on=on
        )

    with on_day(TODAY), acting("chen"):
        return run(owe, office_id=customer.office_id, customer_id=customer.id).record


def take(customer: Customer, *items: PaidItem, methods: tuple[MethodAmount, ...], by: str = "wang") -> Receipt:
    with on_day(TODAY), acting(by):
        return run(take_payment, customer=customer.id, items=items, methods=methods).record


def owed(record: Charge) -> Decimal:
    with everything("reading a charge"):
        return db.session.scalars(select(Charge).where(Charge.id == record.id).execution_options(populate_existing=True)).one().open_amount


def test_money_without_items_pays_the_oldest_debts_first() -> None:
    customer = a_customer()
    newer, older = a_debt(customer, "30.00", "2026-05-10"), a_debt(customer, "50.00", "2026-04-10")
    take(customer, methods=cash("60.00"))
    assert (owed(older), owed(newer)) == (Decimal("0.00"), Decimal("20.00"))


def test_more_than_is_owed_becomes_credit() -> None:
    customer = a_customer()
    a_debt(customer, "50.00")
    receipt = take(customer, methods=cash("80.00"))
    assert (receipt.total, receipt.credited) == (Decimal("80.00"), Decimal("30.00"))
    with everything("reading credit"):
        assert credit_balance(customer) == Decimal("30.00")


def test_credit_pays_a_debt_but_never_more_than_there_is() -> None:
    customer = a_customer()
    take(customer, methods=cash("30.00"))
    debt = a_debt(customer, "50.00")
    with pytest.raises(OperationRefused) as refused:
        take(customer, PaidItem(debt.id), methods=(MethodAmount(Method.CREDIT),))
    assert refused.value.code == "credit_too_small"
    take(customer, PaidItem(debt.id, Decimal("30.00")), methods=(MethodAmount(Method.CREDIT),))
    assert owed(debt) == Decimal("20.00")


def test_a_receipt_whose_credit_was_spent_cannot_be_voided() -> None:
    customer = a_customer()
    first = take(customer, methods=cash("30.00"))
    take(customer, PaidItem(a_debt(customer, "30.00").id), methods=(MethodAmount(Method.CREDIT),))
    with on_day(TODAY), acting("chen"), pytest.raises(OperationRefused) as refused:
        run(void_receipt, receipt=first.id, reason="x")
    assert refused.value.code == "credit_spent"


def test_a_voided_payment_of_a_debt_leaves_the_debt_open() -> None:
    customer = a_customer()
    debt = a_debt(customer, "50.00")
    receipt = take(customer, PaidItem(debt.id), methods=cash())
    with on_day(TODAY), acting("chen"):
        run(void_receipt, receipt=receipt.id, reason="收错了")
    assert owed(debt) == Decimal("50.00")


def test_somebody_elses_debt_cannot_be_paid_here() -> None:
    debt = a_debt(a_customer(), "50.00")
    with pytest.raises(OperationRefused) as refused:
        take(a_customer(), PaidItem(debt.id), methods=cash())
    assert refused.value.code == "other_customer"


def test_a_customer_of_another_office_does_not_exist() -> None:
    with pytest.raises(NotFound):
        take(a_customer("HN"), methods=cash("1000"))


def test_the_first_cash_of_the_day_opens_a_shift_and_the_next_uses_it() -> None:
    customer = a_customer()
    first, second = take(customer, methods=cash("10.00")), take(customer, methods=cash("20.00"))
    other = take(customer, methods=cash("30.00"), by="li")
    assert first.shift_id == second.shift_id != other.shift_id
    with everything("counting shifts"):
        assert db.session.execute(select(func.count(Shift.id))).scalar_one() == 2


def test_a_payment_without_cash_needs_no_shift() -> None:
    receipt = take(a_customer(), methods=(MethodAmount(Method.WECHAT_PAY, Decimal("10.00")),))
    assert receipt.shift_id is None


def test_change_is_given_back_and_printed() -> None:
    receipt = take(a_customer(), methods=cash("76.50", "100.00"))
    assert receipt.content["methods"][0]["change"] == "23.50"


@pytest.mark.parametrize("method", [Method.CASH, Method.WECHAT_PAY])
def test_a_payment_wholly_discounted_has_a_receipt_of_zero(method: Method) -> None:
    line = an_active_line("2026-01-31")
    payment = paid(line, "2026-01-31", discount=Decimal("50.00"), reason="赠送", methods=(MethodAmount(method),))
    assert payment.total == 0
    assert payment.total_in_words == "零元整"


def test_an_amount_beyond_every_column_is_refused() -> None:
    line = an_active_line("2026-01-31")
    with pytest.raises(OperationRefused) as refused:
        paid(line, "2026-01-31", other_fee=Decimal("9999999999999999.99"))
    assert refused.value.code == "amount_too_large"


def test_a_debt_is_named_once_in_a_payment() -> None:
    customer = a_customer()
    debt = a_debt(customer, "50.00")
    twice = (PaidItem(debt.id, Decimal("10.00")), PaidItem(debt.id, Decimal("20.00")))
    with pytest.raises(OperationRefused) as refusal:
        take(customer, *twice, methods=cash("30.00"))
    assert refusal.value.code == "charge_twice"
    assert owed(debt) == Decimal("50.00")
