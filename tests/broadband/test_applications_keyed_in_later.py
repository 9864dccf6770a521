"""An application and its work that reach the keyboard days later, and what a void of the opening's payment leaves behind."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing.operations.voids import void_receipt
from app.broadband.models import RegularPayment, Subscription, SubscriptionWorkOrder
from app.broadband.operations.payments import PaymentTerms
from app.foundation.database import db
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from app.workorders.operations import complete
from tests.factories import CASH, a_pending_line, acting, on_day, paid, reloaded

pytestmark = pytest.mark.usefixtures("app")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def completed(line: Subscription, today: str, worked_on: str) -> Subscription:
    with on_day(today), acting("chen"):
        order = db.session.scalars(
            select(SubscriptionWorkOrder.work_order_id).where(SubscriptionWorkOrder.subscription_id == line.id)
        ).one()
        run(complete, work_order=order, worked_on=day(worked_on))
    return reloaded(line)


def test_work_done_since_the_application_is_entered_with_its_own_day() -> None:
    line = a_pending_line("2026-03-09", applied_on=day("2026-03-05"))
    paid(line, "2026-03-09")
    line = completed(line, "2026-03-09", "2026-03-07")
    assert (line.activated_on, line.stops_on) == (day("2026-03-07"), day("2026-04-06"))


def test_work_before_the_application_is_still_refused() -> None:
    line = a_pending_line("2026-03-09", applied_on=day("2026-03-05"))
    with pytest.raises(OperationRefused) as refusal:
        completed(line, "2026-03-09", "2026-03-04")
    assert refusal.value.code == "before_application"


def test_the_fee_of_an_opening_goes_with_its_voided_payment() -> None:
    line = a_pending_line("2026-03-05", payment=PaymentTerms(months=3, methods=CASH))
    assert line.fee == Decimal("150.00")
    with on_day("2026-03-05"), acting("chen"):
        receipt = db.session.scalars(select(RegularPayment.receipt_id).where(RegularPayment.subscription_id == line.id)).one()
        run(void_receipt, receipt=receipt, reason="重复收费")
    assert reloaded(line).fee == Decimal("0.00")
