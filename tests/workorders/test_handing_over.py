"""Money that installers took at the door comes into a cashier's drawer."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.billing.choices import LedgerAccount
from app.billing.journal import Posting
from app.billing.operations.voids import void_receipt
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from app.workorders.queries import money_held
from tests import factories
from tests.workorders.conftest import AT_DOOR, Works
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("march_8")


def balance(account: LedgerAccount) -> Decimal:
    """Return what stands on an account."""
    with everything("reading a test's own postings"):
        statement = select(func.coalesce(func.sum(Posting.amount), 0)).where(Posting.account == account)
        return Decimal(db.session.execute(statement).scalar_one())


def held(works: Works) -> Decimal:
    with everything("reading a test's own money"):
        return money_held(works.installer)


def test_all_that_is_held_comes_into_the_drawer(works: Works) -> None:
    works.completed(methods=AT_DOOR)
    assert held(works) == Decimal("206.50")
    record = works.handed_over()
    assert (record.number, record.amount, record.cashier_id) == ("BB-2026-000001", Decimal("206.50"), factories.user("wang").id)
    assert held(works) == 0
    assert (balance(LedgerAccount.DOOR), balance(LedgerAccount.CASH)) == (Decimal(0), Decimal("206.50"))


def test_a_part_leaves_the_rest_with_the_installer(works: Works) -> None:
    works.completed(methods=AT_DOOR)
    works.handed_over(Decimal(200))
    assert held(works) == Decimal("6.50")


@pytest.mark.parametrize(("amount", "code"), [(Decimal(0), "amount_not_positive"), (Decimal("206.51"), "more_than_held")])
def test_nothing_and_more_than_is_held_are_refused(works: Works, amount: Decimal, code: str) -> None:
    works.completed(methods=AT_DOOR)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refusal:
        works.handed_over(amount)
    assert refusal.value.code == code


def test_a_voided_receipt_takes_the_money_from_the_installer_and_the_debt_is_open(works: Works) -> None:
    order = works.completed(methods=AT_DOOR)
    with factories.acting("chen"):
        run(void_receipt, receipt=order.receipt_id, reason="收错了")
    assert held(works) == 0
    charge = works.order().charge
    assert charge is not None
    assert charge.open_amount == Decimal("206.50")


def test_money_that_was_handed_over_is_not_given_back_by_a_void(works: Works) -> None:
    order = works.completed(methods=AT_DOOR)
    works.handed_over()
    with assert_nothing_written(), factories.acting("chen"), pytest.raises(OperationRefused) as refusal:
        run(void_receipt, receipt=order.receipt_id, reason="收错了")
    assert refusal.value.code == "handed_over"
