"""Changes of plan that wait: for the next period, for the payment of an expired line, for the resumption of a suspended one."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing.choices import Method, PricedOperation
from app.billing.operations.receipts import credit_balance
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import PlanChangeMode, PlanChangeStatus
from app.broadband.jobs import resume_planned, switch_plans
from app.broadband.models import Plan, PlanChange, Subscription
from app.broadband.operations.plan_booking import withdraw_plan_change
from app.foundation.actor import NIGHTLY, working_as
from app.foundation.database import db
from app.foundation.scope import everything, scoped
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests.broadband.changes import booked_plan, changed_plan, completed, event_of, ordered, rows, stands, voided
from tests.broadband.lines import day, line_until, resumed, suspended
from tests.factories import CASH, a_customer, a_plan, acting, on_day, paid, reloaded, set_policy, set_price
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")


def a_month(fee: str = "80.00", stop: str = "2026-06-30", **values: object) -> Subscription:
    return line_until(stop, since=f"{stop[:7]}-01", plan=a_plan(fee=Decimal(fee)), **values)


def cheaper() -> Plan:
    return a_plan(fee=Decimal("50.00"))


def night(line: Subscription, on: str) -> None:
    with on_day(on), working_as(NIGHTLY), scoped(None, [line.office_id]):
        switch_plans(line.office_id, datetime.date.fromisoformat(on))


def withdrawn(change: PlanChange, on: str) -> PlanChange:
    with on_day(on), acting("chen"):
        return run(withdraw_plan_change, plan_change=change.id).record


def test_example_47_the_period_after_the_stop_date_costs_the_new_price() -> None:
    line, plan = a_month(), cheaper()
    before = stands(line)
    change = booked_plan(line, "2026-06-10", plan)
    charge, receipt, voucher, _ = event_of(change)
    assert (charge, receipt, voucher, change.credit) == (None, None, None, None)
    assert stands(line) == before
    payment = paid(line, "2026-06-20")
    assert (payment.plan_id, payment.plan_total, payment.total) == (plan.id, Decimal("50.00"), Decimal("50.00"))
    assert str(payment.period_start) == "2026-07-01"


def test_the_line_gets_its_plan_on_the_first_day_of_the_new_cover() -> None:
    line, plan = a_month(), cheaper()
    change = booked_plan(line, "2026-06-10", plan)
    paid(line, "2026-06-20", 2)
    night(line, "2026-06-30")
    assert reloaded(line).plan_id != plan.id
    night(line, "2026-07-01")
    assert reloaded(line).plan_id == plan.id
    fresh = reloaded(change)
    assert (fresh.change_status, fresh.changed_on) == (PlanChangeStatus.APPLIED, day("2026-07-01"))


def test_a_second_night_changes_nothing() -> None:
    line = a_month()
    booked_plan(line, "2026-06-10", cheaper())
    paid(line, "2026-06-20")
    night(line, "2026-07-01")
    with assert_nothing_written():
        night(line, "2026-07-01")


def test_nothing_switches_before_something_was_sold_at_the_new_price() -> None:
    line = a_month()
    change = booked_plan(line, "2026-06-10", cheaper())
    night(line, "2026-07-05")
    assert reloaded(change).change_status is PlanChangeStatus.BOOKED


def test_the_day_of_the_switch_moves_with_the_stop_date() -> None:
    line, plan = a_month(), cheaper()
    booked_plan(line, "2026-06-10", plan)
    paid(line, "2026-06-11")
    suspended(line, "2026-06-12")
    resumed(line, "2026-07-22")
    night(line, "2026-08-09")
    assert reloaded(line).plan_id != plan.id
    night(line, "2026-08-10")
    assert reloaded(line).plan_id == plan.id


def test_it_can_be_withdrawn_and_then_booked_again() -> None:
    line, plan = a_month(), cheaper()
    change = booked_plan(line, "2026-06-10", plan)
    assert withdrawn(change, "2026-06-11").change_status is PlanChangeStatus.WITHDRAWN
    assert paid(line, "2026-06-20").plan_total == Decimal("80.00")
    assert booked_plan(line, "2026-06-21", plan).change_status is PlanChangeStatus.BOOKED


def test_once_months_were_sold_at_its_price_it_is_not_withdrawn() -> None:
    line = a_month()
    change = booked_plan(line, "2026-06-10", cheaper())
    payment = paid(line, "2026-06-20")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        withdrawn(change, "2026-06-21")
    assert refused.value.code == "already_sold"
    voided(payment.receipt_id, "2026-06-20")
    assert withdrawn(change, "2026-06-22").change_status is PlanChangeStatus.WITHDRAWN


def test_what_is_in_effect_is_not_withdrawn() -> None:
    line = a_month()
    change = changed_plan(line, "2026-06-10", cheaper())
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        withdrawn(change, "2026-06-11")
    assert refused.value.code == "not_booked"


def test_a_change_from_the_next_period_is_free() -> None:
    set_price(PricedOperation.PLAN_CHANGE, "30.00")
    line, plan = a_month(), cheaper()
    assert booked_plan(line, "2026-06-10", plan).fee == Decimal(0)
    other = a_month()
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        booked_plan(other, "2026-06-10", plan, fee=Decimal("30.00"))
    assert refused.value.code == "nothing_to_pay"


def test_a_second_change_is_refused_while_one_is_booked() -> None:
    line, plan, other = a_month(), cheaper(), a_plan(fee=Decimal("60.00"))
    booked_plan(line, "2026-06-10", plan)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        booked_plan(line, "2026-06-11", other)
    assert refused.value.code == "change_booked"


def test_after_its_day_the_next_change_needs_no_night() -> None:
    line, plan, other = a_month(), cheaper(), a_plan(fee=Decimal("60.00"))
    booked_plan(line, "2026-06-10", plan)
    paid(line, "2026-06-20")
    change = changed_plan(line, "2026-07-01", other, methods=CASH)
    assert (change.old_plan_id, change.credit, change.charge) == (plan.id, Decimal("50.00"), Decimal("60.00"))


def test_an_expired_line_changes_with_its_payment() -> None:
    line, plan = a_month(), cheaper()
    booked_plan(line, "2026-07-10", plan)
    payment = paid(line, "2026-07-11")
    assert (payment.plan_total, str(payment.period_start)) == (Decimal("50.00"), "2026-07-11")
    night(line, "2026-07-12")
    assert reloaded(line).plan_id == plan.id


# While suspended ------------------------------------------------------------------------------------------------------------------


def test_example_48_a_suspended_line_settles_on_the_day_of_its_resumption() -> None:
    line, dearer = a_month("50.00"), a_plan(fee=Decimal("80.00"))
    suspended(line, "2026-06-10")
    change = changed_plan(line, "2026-06-20", dearer)
    charge, _, voucher, _ = event_of(change)
    assert (change.change_status, change.credit, charge, voucher) == (PlanChangeStatus.BOOKED, None, None, None)
    resumption = resumed(line, "2026-07-20")
    fresh = reloaded(change)
    # Stop 08-09; 21 days left with the day of the resumption: 21/30 of either price.
    assert (fresh.credit, fresh.charge, fresh.difference) == (Decimal("35.00"), Decimal("56.00"), Decimal("21.00"))
    assert (fresh.change_status, fresh.changed_on) == (PlanChangeStatus.APPLIED, day("2026-07-20"))
    assert (reloaded(line).plan_id, reloaded(line).stops_on) == (dearer.id, day("2026-08-09"))
    assert reloaded(resumption).days_shifted == 40


def test_what_is_due_then_stays_open_and_what_comes_back_is_credit() -> None:
    set_price(PricedOperation.PLAN_CHANGE, "5.00")
    customer = a_customer()
    line = a_month("80.00", customer=customer)
    suspended(line, "2026-06-10")
    change = changed_plan(line, "2026-06-20", cheaper())
    assert change.fee == Decimal("5.00")
    resumed(line, "2026-07-20", methods=CASH)
    # 56.00 − 35.00 back, less the fee agreed at the booking.
    with everything("reading the credit"):
        assert credit_balance(reloaded(customer)) == Decimal("16.00")


def test_what_comes_back_at_night_is_paid_into_the_credit_by_who_booked_it() -> None:
    customer = a_customer()
    line = a_month("80.00", customer=customer)
    suspended(line, "2026-06-10", planned_resume_on=day("2026-07-20"))
    changed_plan(line, "2026-06-20", cheaper())
    with on_day("2026-07-20"), working_as(NIGHTLY), scoped(None, [line.office_id]):
        resume_planned(line.office_id, day("2026-07-20"))
    with everything("reading the credit"):
        assert credit_balance(reloaded(customer)) == Decimal("21.00")
        assert reloaded(line).plan.fee == Decimal("50.00")


def test_no_money_is_taken_when_it_is_booked() -> None:
    line, plan = a_month("50.00"), a_plan(fee=Decimal("80.00"))
    suspended(line, "2026-06-10")
    money = (MethodAmount(Method.CASH, Decimal("15.00")),)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        changed_plan(line, "2026-06-20", plan, methods=money)
    assert refused.value.code == "nothing_to_pay"


def test_months_bought_meanwhile_cost_the_new_price_and_are_not_settled_again() -> None:
    line, dearer = a_month("50.00"), a_plan(fee=Decimal("80.00"))
    suspended(line, "2026-06-10")
    change = changed_plan(line, "2026-06-20", dearer)
    payment = paid(line, "2026-06-25", discount=Decimal("10.00"), reason="优惠")
    assert payment.plan_total == Decimal("80.00")
    resumed(line, "2026-07-20")
    fresh = reloaded(change)
    assert (fresh.credit, fresh.charge) == (Decimal("35.00"), Decimal("56.00"))
    assert rows(line)[-1] == ("paid", "2026-07-01", "2026-07-31", Decimal("70.00"))
    assert reloaded(line).stops_on == day("2026-09-09")


def test_without_cover_on_the_day_it_waits_for_the_next_payment() -> None:
    set_policy(suspension_min_days=30)
    line, plan = a_month("80.00"), cheaper()
    suspended(line, "2026-06-25")
    change = changed_plan(line, "2026-06-26", plan)
    resumed(line, "2026-07-10")
    fresh = reloaded(change)
    assert (fresh.change_status, fresh.mode, fresh.credit) == (PlanChangeStatus.BOOKED, PlanChangeMode.PERIOD_END, None)
    assert paid(line, "2026-07-11").plan_total == Decimal("50.00")


def test_from_the_next_period_nothing_is_settled_on_the_resumption() -> None:
    line = a_month("80.00")
    suspended(line, "2026-06-10")
    change = booked_plan(line, "2026-06-20", cheaper())
    resumed(line, "2026-07-20")
    assert (reloaded(change).change_status, reloaded(change).credit) == (PlanChangeStatus.BOOKED, None)


# With a work order ------------------------------------------------------------------------------------------------------------------


def changes_of(line: Subscription) -> list[PlanChange]:
    with everything("reading the changes"):
        return list(db.session.scalars(select(PlanChange).where(PlanChange.subscription_id == line.id)))


def test_a_completed_order_settles_its_change_of_plan_in_money() -> None:
    line, dearer = a_month("50.00"), a_plan(fee=Decimal("80.00"))
    order = ordered(line, "2026-06-10", "plan_change", new_plan=dearer.id)
    assert changes_of(line) == []
    completed(order, "2026-06-16")
    (change,) = changes_of(line)
    assert (change.credit, change.charge, reloaded(line).plan_id) == (Decimal("25.00"), Decimal("40.00"), dearer.id)
    assert event_of(change)[0].open_amount == Decimal("15.00")


def test_a_completed_order_of_an_expired_line_books_its_plan() -> None:
    line, plan = a_month(), cheaper()
    order = ordered(line, "2026-06-10", "plan_change", new_plan=plan.id)
    completed(order, "2026-07-03")
    (change,) = changes_of(line)
    assert (change.change_status, change.mode) == (PlanChangeStatus.BOOKED, PlanChangeMode.PERIOD_END)
    assert paid(line, "2026-07-04").plan_total == Decimal("50.00")
