"""Operations that left no receipt are undone by themselves: the line stands as before, by a counter-document with a reason."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.billing.choices import ApprovalStatus, Method, PricedOperation
from app.billing.models import Approval, Charge, Reversal
from app.billing.operations.receipts import take_payment
from app.billing.operations.voids import approve_void
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import PlanChangeMode, PlanChangeStatus, ProposalStatus, StopReason, SubscriptionState
from app.broadband.jobs import resume_planned, switch_plans
from app.broadband.models import LineOperation, LineProposal, PlanChange, Subscription, SubscriptionEvent
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.granting import CompensationTerms, GiftTerms, compensate, give_months
from app.broadband.operations.proposals import propose
from app.broadband.operations.voiding import void_operation
from app.foundation.actor import NIGHTLY, working_as
from app.foundation.database import db
from app.foundation.scope import everything, scoped
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests.broadband.changes import booked_plan, changed_plan, completed, ordered, relocated, rows, stands, transferred
from tests.broadband.lines import cut, day, line_until, resumed, suspended
from tests.factories import CASH, a_customer, a_pending_line, a_plan, acting, installed, on_day, paid, reloaded, set_price
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")
DAY, LATER = "2026-06-15", "2026-06-16"


def a_month() -> Subscription:
    return line_until("2026-06-30", since="2026-06-01", plan=a_plan(fee=Decimal("50.00")))


def undone(record: LineOperation, on: str = DAY, *, by: str = "chen", event: int | None = None) -> Reversal | Approval:
    with on_day(on), acting(by):
        return run(void_operation, event=event or record.event_id, reason="录错").record


def assert_refused(record: LineOperation, code: str, on: str = DAY) -> None:
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        undone(record, on)
    assert refused.value.code == code


def given(line: Subscription, **terms: Any) -> Any:
    with on_day(DAY), acting("chen"):
        return run(give_months, subscription=line.id, terms=GiftTerms(gift_months=2, reason="活动")).record


def compensated(line: Subscription) -> Any:
    with on_day(DAY), acting("chen"):
        return run(compensate, subscription=line.id, terms=CompensationTerms(compensation_days=3, reason="线路中断")).record


def resting(line: Subscription) -> Any:
    return resumed(line, DAY, by="chen")


DEEDS: dict[str, Callable[[Subscription], Any]] = {
    "suspension": lambda line: suspended(line, DAY),
    "suspension with an open fee": lambda line: suspended(line, DAY, fee=Decimal("20.00")),
    "forced stop": lambda line: cut(line, DAY, StopReason.OPERATOR),
    "relocation": lambda line: relocated(line, DAY, telephone="021-1", compensation_days=3, reason="补偿"),
    "transfer": lambda line: transferred(line, DAY, customer=a_customer(name="李四").id, password="new-1", address="2-2-202"),
    "gift": given,
    "compensation": compensated,
    "dearer plan, unpaid": lambda line: changed_plan(line, DAY, a_plan(fee=Decimal("80.00"))),
    "booked plan": lambda line: booked_plan(line, DAY, a_plan(fee=Decimal("80.00"))),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_an_operation_that_left_no_receipt_is_undone(deed: str) -> None:
    line = a_month()
    before, before_rows = stands(line), rows(line)
    record = DEEDS[deed](line)
    reversal = undone(record)
    assert (stands(line), rows(line)) == (before, before_rows)
    assert isinstance(reversal, Reversal)
    assert (reversal.event_id, reversal.total, reversal.number[:3]) == (record.event_id, 0, "CZ-")
    with everything("reading a test's own record"):
        assert reloaded(record).is_voided


@pytest.mark.parametrize("halt", [lambda line: suspended(line, "2026-06-10"), lambda line: cut(line, "2026-06-10", StopReason.VIOLATION)])
def test_a_resumption_without_a_receipt_is_undone(halt: Callable[[Subscription], Any]) -> None:
    line = a_month()
    halt(line)
    before = stands(line)
    undone(resumed(line, DAY))
    assert stands(line) == before


def test_the_open_fee_is_withdrawn_with_its_operation() -> None:
    record = suspended(a_month(), DAY, fee=Decimal("20.00"))
    reversal = undone(record)
    with everything("reading a test's own charge"):
        charge = reloaded(record).event.charge
        assert (charge.reversal_id, charge.open_amount) == (reversal.id, 0)


def test_a_fee_that_was_paid_since_holds_the_operation() -> None:
    line = a_month()
    record = suspended(line, DAY, fee=Decimal("20.00"))
    with on_day(DAY), acting("wang"):
        run(take_payment, customer=line.customer_id, methods=CASH)
    assert_refused(record, "debt_shared")


def test_with_a_receipt_the_receipt_is_voided() -> None:
    record = suspended(a_month(), DAY, fee=Decimal("20.00"), methods=CASH)
    with everything("reading a test's own receipt"):
        receipt = reloaded(record).event.receipt_id
    reversal = undone(record)
    assert (reversal.receipt_id, reversal.event_id, reversal.total) == (receipt, None, Decimal("20.00"))


def test_with_a_voucher_the_voucher_is_voided() -> None:
    line = line_until("2026-06-30", since="2026-06-01", plan=a_plan(fee=Decimal("80.00")))
    before, before_rows = stands(line), rows(line)
    record = changed_plan(line, DAY, a_plan(fee=Decimal("50.00")))
    with everything("reading a test's own voucher"):
        voucher = reloaded(record).event.voucher
    reversal = undone(record)
    assert (reversal.voucher_id, reversal.total) == (voucher.id, voucher.total)
    assert (stands(line), rows(line)) == (before, before_rows)


def test_only_the_last_operation_is_undone() -> None:
    line = a_month()
    first = relocated(line, DAY)
    given(line)
    assert_refused(first, "later_operation")


def test_an_operation_that_a_payment_followed_stays() -> None:
    line = a_month()
    record = relocated(line, DAY)
    paid(line, DAY)
    assert_refused(record, "later_operation")


def test_what_one_undone_followed_stays_too() -> None:
    line = a_month()
    first = relocated(line, DAY)
    undone(given(line))
    assert_refused(first, "later_operation")


def test_an_operation_is_undone_once() -> None:
    record = given(a_month())
    undone(record)
    assert_refused(record, "already_voided")


def test_a_closure_is_final() -> None:
    line = a_month()
    with on_day(DAY), acting("chen"):
        closure = run(close, subscription=line.id, terms=ClosureTerms(refund_method=Method.CASH)).record
    assert_refused(closure, "later_operation")


def test_a_reason_is_needed() -> None:
    record = given(a_month())
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused, on_day(DAY), acting("chen"):
        run(void_operation, event=record.event_id, reason=" ")
    assert refused.value.code == "reason_missing"


def test_a_cashier_asks_and_a_manager_agrees() -> None:
    line = a_month()
    before = stands(line)
    record = suspended(line, DAY)
    request = undone(record, by="wang")
    assert isinstance(request, Approval)
    assert (request.event_id, reloaded(line).state) == (record.event_id, SubscriptionState.SUSPENDED)
    with on_day(DAY), acting("chen"):
        decided = run(approve_void, approval=request.id).record
    assert (decided.status, stands(line)) == (ApprovalStatus.APPROVED, before)


def test_on_a_later_day_another_person_agrees() -> None:
    line = a_month()
    record = suspended(line, DAY)
    request = undone(record, LATER)
    assert isinstance(request, Approval)
    with on_day(LATER), acting("zhou"):
        run(approve_void, approval=request.id)
    with everything("reading a test's own reversal"):
        reversal = db.session.scalars(select(Reversal).where(Reversal.event_id == record.event_id)).one()
        assert (reversal.booked_on, reversal.needs_approval) == (day(LATER), True)
    assert reloaded(line).state is SubscriptionState.ACTIVE


def test_a_resumption_by_itself_is_undone_and_the_line_rests_again() -> None:
    set_price(PricedOperation.RESUMPTION, "20.00")
    line = a_month()
    suspended(line, "2026-06-10", planned_resume_on=day(DAY))
    before = stands(line)
    with on_day(DAY), working_as(NIGHTLY), scoped(None, [line.office_id]):
        resume_planned(line.office_id, day(DAY))
    with everything("reading a test's own event"):
        event = db.session.scalars(select(SubscriptionEvent).order_by(SubscriptionEvent.id.desc()).limit(1)).one()
    undone(event, event=event.id)
    assert stands(line) == before
    with everything("reading a test's own charge"):
        assert reloaded(db.session.scalars(select(Charge).where(Charge.id == event.charge_id)).one()).reversal_id is not None


def test_a_change_settled_by_a_resumption_is_undone_and_then_withdrawn() -> None:
    line = a_month()
    suspended(line, "2026-06-10")
    change = changed_plan(line, "2026-06-11", a_plan(fee=Decimal("80.00")))
    resumed(line, DAY)
    settled = reloaded(change)
    assert settled.change_status is PlanChangeStatus.APPLIED
    undone(settled, event=settled.applied_event_id)
    assert (reloaded(change).change_status, reloaded(line).plan_id) == (PlanChangeStatus.WITHDRAWN, change.old_plan_id)


def test_a_booked_plan_that_took_effect_stays() -> None:
    line = a_month()
    booked_plan(line, DAY, a_plan(fee=Decimal("80.00")))
    paid(line, DAY)
    with on_day("2026-07-01"), working_as(NIGHTLY), scoped(None, [line.office_id]):
        switch_plans(line.office_id, day("2026-07-01"))
    with everything("reading a test's own change"):
        change = db.session.scalars(select(PlanChange).where(PlanChange.subscription_id == line.id)).one()
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        undone(change, "2026-07-01", event=change.applied_event_id)
    assert refused.value.code == "took_effect"


def test_the_void_of_a_resumption_without_cover_books_the_change_for_a_resumption_again() -> None:
    line = line_until("2026-06-12", since="2026-05-13", plan=a_plan(fee=Decimal("50.00")))
    suspended(line, "2026-06-10")
    change = changed_plan(line, "2026-06-11", a_plan(fee=Decimal("80.00")))
    short = resumed(line, DAY)
    turned = reloaded(change)
    assert (turned.mode, turned.change_status) == (PlanChangeMode.PERIOD_END, PlanChangeStatus.BOOKED)
    undone(short)
    again = reloaded(change)
    assert (again.mode, again.change_status, again.turned_by_event_id) == (PlanChangeMode.MONEY, PlanChangeStatus.BOOKED, None)


def test_a_change_booked_for_the_next_period_stays_so_when_a_resumption_is_undone() -> None:
    line = line_until("2026-06-12", since="2026-05-13", plan=a_plan(fee=Decimal("50.00")))
    suspended(line, "2026-06-10")
    change = booked_plan(line, "2026-06-11", a_plan(fee=Decimal("80.00")))
    undone(resumed(line, DAY))
    assert reloaded(change).mode is PlanChangeMode.PERIOD_END


def test_the_proposal_that_a_cut_carried_out_waits_again() -> None:
    line = line_until("2026-06-12", since="2026-05-13")
    with on_day(DAY), working_as(NIGHTLY), scoped(None, [line.office_id]):
        run(propose, office=line.office_id, day=day(DAY))
    stop = cut(line, DAY)
    with everything("reading a test's own proposal"):
        proposal = db.session.scalars(select(LineProposal).where(LineProposal.subscription_id == line.id)).one()
    assert proposal.proposal_status is ProposalStatus.CONFIRMED
    undone(stop)
    fresh = reloaded(proposal)
    assert (fresh.proposal_status, fresh.event_id, fresh.decided_at) == (ProposalStatus.WAITING, None, None)


def test_a_corrected_application_is_as_it_was_and_its_installers_go_to_the_old_address() -> None:
    line = a_pending_line("2026-06-01")
    before = stands(line)
    moved = relocated(line, DAY)
    undone(moved)
    assert stands(line) == before
    with everything("reading a test's own order"):
        assert [order.address for order in reloaded(line).work_orders] == [before["address"]]


def test_a_correction_is_no_more_undone_once_the_line_is_installed() -> None:
    line = a_pending_line("2026-06-01")
    moved = relocated(line, DAY)
    installed(line, DAY)
    assert_refused(moved, "later_operation")


def test_a_relocation_that_an_order_brought_is_undone() -> None:
    line = a_month()
    before = stands(line)
    completed(ordered(line, "2026-06-10", "relocation", new_address="8-1-301"), DAY)
    with everything("reading a test's own event"):
        event = db.session.scalars(select(SubscriptionEvent).where(SubscriptionEvent.subscription_id == line.id)).one()
    undone(event, event=event.id)
    assert stands(line) == before


def test_what_was_undone_can_be_done_again() -> None:
    line = a_month()
    undone(suspended(line, DAY))
    suspended(line, DAY, methods=(MethodAmount(Method.CASH),), fee=Decimal("20.00"))
    assert reloaded(line).state is SubscriptionState.SUSPENDED


def test_a_transfer_is_not_undone_while_an_order_brings_its_new_customer_another_name() -> None:
    old, new = a_customer(name="张三"), a_customer(name="李四")
    line = line_until("2026-06-30", customer=old)
    record = transferred(line, DAY, customer=new.id)
    order = ordered(line, DAY, "fault", new_name="李四海")
    assert_refused(record, "order_brings_name")
    completed(order, DAY)
    undone(record)
    assert [reloaded(each).name for each in (old, new)] == ["张三", "李四海"]
