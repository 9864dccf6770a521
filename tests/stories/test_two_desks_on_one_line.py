"""Two desks change the plan of one line at the same moment, on real connections: one wins, the other is told."""

from __future__ import annotations

import threading
from decimal import Decimal

from flask import Flask
from sqlalchemy import func, select, text

from app.billing.models import Receipt
from app.broadband.choices import PlanChangeMode
from app.broadband.models import PlanChange, ServicePeriod
from app.broadband.operations.payments import PaymentTerms, pay
from app.broadband.operations.plan_changing import PlanChangeTerms, change_plan
from app.broadband.queries import IN_FORCE
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests.broadband.lines import line_until
from tests.factories import CASH, a_plan, acting, on_day
from tests.stories.test_two_counters import at_once, office_at_work

__all__ = ["office_at_work"]


def test_a_change_in_money_is_made_once(office_at_work: Flask) -> None:
    line, plan = line_until("2026-06-30", since="2026-06-01"), a_plan(fee=Decimal("80.00"))
    line_id, plan_id = line.id, plan.id

    def change() -> object:
        with on_day("2026-06-16"), acting("chen"):
            return run(change_plan, subscription=line_id, terms=PlanChangeTerms(plan=plan_id, methods=CASH)).record.id

    results = at_once(office_at_work, [change] * 3)
    assert sorted(each.code for each in results if isinstance(each, OperationRefused)) == ["same_plan", "same_plan"]
    with everything("counting"):
        assert db.session.execute(select(func.count(PlanChange.id))).scalar_one() == 1
        assert db.session.execute(select(func.count(Receipt.id))).scalar_one() == 2
        in_force = select(ServicePeriod.price).where(ServicePeriod.subscription_id == line_id, *IN_FORCE).order_by(ServicePeriod.start)
        assert list(db.session.scalars(in_force)) == [Decimal("25.00"), Decimal("40.00")]


def test_a_change_is_booked_once(office_at_work: Flask) -> None:
    line, plans = line_until("2026-06-30", since="2026-06-01"), [a_plan().id for _ in range(2)]
    line_id = line.id

    def book(plan_id: int) -> object:
        terms = PlanChangeTerms(plan=plan_id, mode=PlanChangeMode.PERIOD_END)
        with on_day("2026-06-16"), acting("chen"):
            return run(change_plan, subscription=line_id, terms=terms).record.id

    results = at_once(office_at_work, [lambda plan_id=plan_id: book(plan_id) for plan_id in plans])  # type: ignore[misc]
    assert [each.code for each in results if isinstance(each, OperationRefused)] == ["change_booked"]


def test_a_payment_that_waited_for_the_change_buys_the_new_plan(office_at_work: Flask) -> None:
    line, plan = line_until("2026-06-30", since="2026-06-01"), a_plan(fee=Decimal("80.00"))
    line_id, plan_id = line.id, plan.id
    changed = threading.Event()

    def change_while_somebody_waits(*, subscription: int) -> PlanChange:
        change = change_plan(subscription=subscription, terms=PlanChangeTerms(plan=plan_id, methods=CASH))
        changed.set()
        with db.engine.engine.connect() as watching:
            while not watching.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                watching.rollback()
        return change

    def change() -> object:
        with on_day("2026-06-16"), acting("chen"):
            return run(change_while_somebody_waits, subscription=line_id).record.id

    def take() -> object:
        changed.wait(10)
        with on_day("2026-06-16"), acting("wang"):
            return run(pay, subscription=line_id, terms=PaymentTerms(months=1, methods=CASH)).record.plan_total

    _, paid = at_once(office_at_work, [change, take])
    assert paid == Decimal("80.00")
