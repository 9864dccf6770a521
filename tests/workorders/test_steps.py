"""The steps of an order: booked, begun, reported as not completed, checked, changed."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.broadband.choices import SubscriptionState
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import NotAllowed, OperationRefused
from app.workorders.choices import WorkOrderStatus
from app.workorders.models import WorkOrder
from app.workorders.operations import FeeTerms, MaterialTerms, OrderChanges, OrderPlan, OrderTexts, book, change_order, check, fail, start
from app.workorders.queries import conflicts_of
from tests import factories
from tests.workorders.conftest import Works, order_of
from tests.written import assert_nothing_written

STORED = "SELECT new_id_number FROM work_order WHERE new_id_number IS NOT NULL"
pytestmark = pytest.mark.usefixtures("march_8")


def booked(order: WorkOrder, installer: int, at: str) -> WorkOrder:
    """Book an order for a time of 9 March."""
    with factories.acting("chen"):
        return run(book, work_order=order.id, installer=installer, appointment_at=factories.noon("2026-03-09").replace(hour=int(at))).record


def test_a_booked_order_is_begun_and_tells_who_and_when(works: Works) -> None:
    order = booked(works.order(), works.installer, "14")
    assert order.status is WorkOrderStatus.BOOKED
    with factories.acting("gong") as gong:
        begun = run(start, work_order=order.id).record
    assert (begun.status, begun.started_by_id) == (WorkOrderStatus.ON_SITE, gong.id)
    assert begun.started_at is not None


@pytest.mark.parametrize(("hour", "overlaps"), [("13", True), ("15", True), ("16", False)])
def test_visits_less_than_two_hours_apart_overlap_and_are_not_refused(works: Works, hour: str, overlaps: bool) -> None:
    booked(works.order(), works.installer, "14")
    second = booked(order_of(factories.a_pending_line("2026-03-05")), works.installer, hour)
    with factories.acting("chen"):
        assert (
            bool(db.session.scalars(select(WorkOrder).where(WorkOrder.id.in_(select(conflicts_of(second).subquery().c.id)))).all())
            is overlaps
        )


def test_a_failed_order_says_why_and_leaves_the_line(works: Works) -> None:
    with factories.acting("gong"):
        order = run(fail, work_order=works.order().id, reason="管道不通").record
    assert (order.status, order.failure_reason) == (WorkOrderStatus.FAILED, "管道不通")
    assert factories.reloaded(works.line).state is SubscriptionState.PENDING


def test_a_failure_without_a_reason_is_refused(works: Works) -> None:
    order = works.order().id
    with assert_nothing_written(), factories.acting("gong"), pytest.raises(OperationRefused) as refusal:
        run(fail, work_order=order, reason="  ")
    assert refusal.value.code == "reason_missing"


def test_work_is_checked_by_another_than_its_installer(works: Works) -> None:
    order = works.completed().id
    with assert_nothing_written(), factories.acting("gong"), pytest.raises(OperationRefused) as refusal:
        run(check, work_order=order)
    assert refusal.value.code == "maker_is_checker"
    with factories.acting("chen") as chen:
        checked = run(check, work_order=order).record
    assert (checked.status, checked.checked_by_id) == (WorkOrderStatus.CHECKED, chen.id)


def test_unfinished_work_is_not_checked(works: Works) -> None:
    order = works.order().id
    with assert_nothing_written(), factories.acting("chen"), pytest.raises(OperationRefused) as refusal:
        run(check, work_order=order)
    assert refusal.value.code == "order_not_done"


def test_nobody_begins_the_order_of_another(works: Works) -> None:
    others = order_of(factories.a_pending_line("2026-03-05")).id
    with assert_nothing_written(), factories.acting("gong"), pytest.raises(NotAllowed):
        run(start, work_order=others)


def test_an_open_order_plans_its_materials_and_fees(works: Works) -> None:
    plan = OrderPlan(fees=FeeTerms(handling_fee=Decimal(20)), materials=(MaterialTerms(works.cable, Decimal(4)),))
    with factories.acting("chen"):
        order = run(change_order, work_order=works.order().id, plan=plan, texts=OrderTexts(note="带梯子")).record
    assert (order.total, order.note) == (Decimal("30.00"), "带梯子")


def test_a_finished_order_takes_remarks_and_no_new_plan(works: Works) -> None:
    order = works.completed().id
    with factories.acting("chen"):
        assert run(change_order, work_order=order, texts=OrderTexts(note="回访满意")).record.note == "回访满意"
    with assert_nothing_written(), factories.acting("chen"), pytest.raises(OperationRefused) as refusal:
        run(change_order, work_order=order, plan=OrderPlan(fees=FeeTerms(handling_fee=Decimal(1))))
    assert refusal.value.code == "order_done"


def test_an_appointment_before_the_application_is_refused(works: Works) -> None:
    order = works.order().id
    early = factories.noon(datetime.date(2026, 3, 4))
    with assert_nothing_written(), factories.acting("chen"), pytest.raises(OperationRefused) as refusal:
        run(book, work_order=order, installer=works.installer, appointment_at=early)
    assert refusal.value.code == "before_application"


def test_new_id_numbers_are_stored_encrypted_and_shown_masked(works: Works) -> None:
    plan = OrderPlan(changes=OrderChanges(new_id_number="110101199003074258"))
    with factories.acting("chen"):
        order = run(change_order, work_order=works.order().id, plan=plan).record
    assert order.masked_new_id_number == "110101********4258"
    with everything("reading a test's own column"):
        stored = db.session.connection().exec_driver_sql(STORED).scalar_one()
    assert "110101199003074258" not in stored
