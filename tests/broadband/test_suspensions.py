"""Suspensions, forced stops and resumptions by the real operations: the worked examples, their money, their voids."""

from __future__ import annotations

import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.billing.choices import ChargeStatus, FeeKind, PricedOperation
from app.billing.models import Charge
from app.billing.operations.receipts import PaidItem, take_payment
from app.billing.operations.voids import void_receipt
from app.broadband.choices import LatePolicy, StopReason, SubscriptionState, SubscriptionStatus
from app.broadband.models import Subscription, SubscriptionEvent
from app.broadband.operations.halting import SuspensionTerms, move_planned_resumption, suspend
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import NotAllowed, OperationRefused
from tests.broadband.lines import cut, day, line_until, resumed, row_of, seen, suspended
from tests.factories import CASH, acting, on_day, paid, reloaded, set_policy, set_price
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")


def status_on(line: Subscription, on: str) -> SubscriptionStatus:
    with on_day(on), acting("wang"):
        return seen(line).status


def test_example_22_a_suspension_gives_its_days_back() -> None:
    line = line_until("2026-08-14")
    suspended(line, "2026-06-10")
    with on_day("2026-07-01"), acting("wang"):
        assert seen(line).days_left == 65
    resumption = resumed(line, "2026-07-20")
    assert (resumption.days_off, resumption.days_shifted) == (40, 40)
    assert reloaded(line).stops_on == day("2026-09-23")


def test_example_24_a_suspension_that_was_too_short_gives_nothing_back() -> None:
    line = line_until("2026-08-14")
    suspended(line, "2026-06-10")
    assert resumed(line, "2026-06-20").days_shifted == 0
    assert reloaded(line).stops_on == day("2026-08-14")


def test_a_manager_extends_a_short_suspension_anyway() -> None:
    line = line_until("2026-08-14")
    suspended(line, "2026-06-10")
    resumption = resumed(line, "2026-06-20", by="chen", extend_anyway=True, reason="线路检修")
    assert (resumption.days_shifted, resumption.is_extended_anyway) == (10, True)
    assert reloaded(line).stops_on == day("2026-08-24")


def test_a_cashier_may_not_extend_anyway() -> None:
    line = line_until("2026-08-14")
    suspended(line, "2026-06-10")
    with assert_nothing_written(), pytest.raises(NotAllowed, match="Ask a manager"):
        resumed(line, "2026-06-20", extend_anyway=True, reason="客户要求")


def test_example_25_without_a_day_the_longest_is_planned() -> None:
    line = line_until("2026-08-14")
    suspension = suspended(line, "2026-06-10")
    assert suspension.planned_resume_on == reloaded(line).planned_resume_on == day("2026-12-07")
    resumed(line, "2026-12-07")
    assert reloaded(line).stops_on == day("2027-02-10")


def test_example_26_across_the_stop_date_it_never_shows_as_expired() -> None:
    line = line_until("2026-06-30")
    suspended(line, "2026-06-25")
    assert status_on(line, "2026-07-20") is SubscriptionStatus.SUSPENDED
    resumed(line, "2026-08-25")
    assert reloaded(line).stops_on == day("2026-08-30")
    assert status_on(line, "2026-08-25") is SubscriptionStatus.ACTIVE


def test_example_27_months_paid_while_suspended_move_with_the_rest() -> None:
    line = line_until("2026-06-30")
    suspended(line, "2026-06-25")
    payment = paid(line, "2026-07-15", 3)
    assert (payment.period_start, payment.period_end) == (day("2026-07-01"), day("2026-09-30"))
    assert reloaded(line).state is SubscriptionState.SUSPENDED
    resumed(line, "2026-08-25")
    assert reloaded(line).stops_on == day("2026-11-30")


def test_example_28_an_expired_line_is_not_suspended() -> None:
    line = line_until("2026-06-30")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        suspended(line, "2026-07-03")
    assert refused.value.code == "state_expired"


def test_on_the_stop_date_itself_a_line_is_still_suspended() -> None:
    line = line_until("2026-06-30")
    suspended(line, "2026-06-30")
    resumed(line, "2026-08-31")
    assert reloaded(line).stops_on == day("2026-08-31")


def test_within_the_grace_days_there_are_no_days_left_to_keep() -> None:
    set_policy(grace_days=5)
    line = line_until("2026-06-30")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        suspended(line, "2026-07-02")
    assert refused.value.code == "after_stop_date"


def test_example_31_a_stop_for_arrears_takes_no_days() -> None:
    line = line_until("2026-06-30")
    cut(line, "2026-06-10")
    assert resumed(line, "2026-06-20").days_shifted == 0
    assert reloaded(line).stops_on == day("2026-06-30")


def test_example_32_a_stop_by_the_operators_fault_gives_its_days_back() -> None:
    line = line_until("2026-06-30")
    cut(line, "2026-06-10", StopReason.OPERATOR)
    resumed(line, "2026-06-13")
    assert reloaded(line).stops_on == day("2026-07-03")


def test_example_49_the_day_is_the_offices_not_the_servers() -> None:
    line = line_until("2026-08-14")
    half_past_midnight = datetime.datetime(2026, 5, 15, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert half_past_midnight.astimezone(datetime.UTC).date() == day("2026-05-14")
    with clock.at(half_past_midnight), acting("wang"):
        suspension = run(suspend, subscription=line.id, terms=SuspensionTerms()).record
    assert suspension.suspended_on == day("2026-05-15")


def test_a_line_cut_for_arrears_comes_back_by_its_payment() -> None:
    line = line_until("2026-05-14")
    cut(line, "2026-05-20")
    paid(line, "2026-05-24")
    fresh = reloaded(line)
    assert (fresh.state, fresh.halted_on, fresh.stop_reason) == (SubscriptionState.ACTIVE, None, None)


def test_a_line_cut_for_a_violation_stays_cut_when_it_is_paid() -> None:
    line = line_until("2026-05-14")
    cut(line, "2026-05-20", StopReason.VIOLATION)
    paid(line, "2026-05-24")
    assert reloaded(line).state is SubscriptionState.FORCED


def test_a_cut_line_without_cover_is_not_resumed() -> None:
    line = line_until("2026-05-14")
    cut(line, "2026-05-20")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        resumed(line, "2026-05-24")
    assert refused.value.code == "stop_before_day"


# Money ----------------------------------------------------------------------------------------------------------------------------


def test_a_fee_left_out_is_the_offices_price_and_stays_open() -> None:
    set_price(PricedOperation.SUSPENSION, "20.00")
    line = line_until("2026-08-14")
    suspension = suspended(line, "2026-06-10")
    with everything("reading the charge"):
        charge = db.session.get_one(Charge, reloaded(suspension).event.charge_id)
        assert (charge.fee_kind, charge.total, charge.status) == (FeeKind.SUSPENSION, Decimal("20.00"), ChargeStatus.UNPAID)
        assert charge.due_on == day("2026-06-10")


def test_a_fee_that_is_paid_has_its_receipt() -> None:
    set_price(PricedOperation.SUSPENSION, "20.00")
    suspension = suspended(line_until("2026-08-14"), "2026-06-10", methods=CASH)
    with everything("reading the receipt"):
        receipt = reloaded(suspension).event.receipt
        assert (receipt.total, receipt.total_in_words) == (Decimal("20.00"), "人民币贰拾元整")


def test_an_office_without_a_price_takes_nothing() -> None:
    suspension = suspended(line_until("2026-08-14"), "2026-06-10", methods=CASH)
    with everything("reading the event"):
        event = reloaded(suspension).event
        assert (suspension.fee, event.charge_id, event.receipt_id) == (Decimal(0), None, None)


def test_an_open_fee_from_yesterday_refuses_the_next_suspension() -> None:
    set_price(PricedOperation.RESUMPTION, "10.00")
    line = line_until("2026-08-14")
    suspended(line, "2026-06-10")
    resumed(line, "2026-06-20")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        suspended(line, "2026-06-21")
    assert refused.value.code == "arrears_open"


def test_under_backfill_the_days_used_are_arrears_also_within_grace() -> None:
    set_policy(late_policy=LatePolicy.BACKFILL, grace_days=30)
    line = line_until("2026-06-30")
    with assert_nothing_written(), pytest.raises(OperationRefused):
        suspended(line, "2026-07-10")


# The planned day ------------------------------------------------------------------------------------------------------------------


def test_the_planned_day_is_moved_while_the_line_rests() -> None:
    line = line_until("2026-08-14")
    suspension = suspended(line, "2026-06-10", planned_resume_on=day("2026-07-20"))
    with on_day("2026-06-20"), acting("wang"):
        run(move_planned_resumption, subscription=line.id, planned_resume_on=day("2026-08-01"))
    assert reloaded(line).planned_resume_on == day("2026-08-01")
    assert reloaded(suspension).planned_resume_on == day("2026-07-20")


def test_the_planned_day_of_an_active_line_cannot_be_moved() -> None:
    line = line_until("2026-08-14")
    with on_day("2026-06-20"), acting("wang"), assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        run(move_planned_resumption, subscription=line.id, planned_resume_on=day("2026-08-01"))
    assert refused.value.code == "not_suspended"


def test_a_day_beyond_the_maximum_is_refused() -> None:
    line = line_until("2026-08-14")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        suspended(line, "2026-06-10", planned_resume_on=day("2026-12-08"))
    assert refused.value.code == "suspension_too_long"


# Days in the past -----------------------------------------------------------------------------------------------------------------


def test_a_day_before_the_last_operation_is_refused() -> None:
    line = line_until("2026-08-14")
    suspended(line, "2026-06-10")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        resumed(line, "2026-06-12", by="chen", on=day("2026-06-09"), reason="补录")
    assert refused.value.code == "before_last_operation"


def test_a_forced_stop_says_in_its_note_why_its_day_has_passed() -> None:
    line = line_until("2026-08-14")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        cut(line, "2026-06-12", on=day("2026-06-10"))
    assert refused.value.code == "backdate_reason"
    assert cut(line, "2026-06-12", on=day("2026-06-10"), note="昨日已断网").stopped_on == day("2026-06-10")


# Void -----------------------------------------------------------------------------------------------------------------------------


def voided(receipt_id: int | None, on: str, by: str = "chen") -> None:
    with on_day(on), acting(by):
        run(void_receipt, receipt=receipt_id, reason="录错")


def receipt_of(record: object) -> int | None:
    with everything("reading the event"):
        event: SubscriptionEvent = reloaded(record).event
        return event.receipt_id


def without_version(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in ("version", "updated_at")}


@pytest.mark.parametrize("what", ["suspension", "resumption"])
def test_the_void_of_a_fee_puts_the_line_back_exactly(what: str) -> None:
    set_price(PricedOperation.SUSPENSION, "20.00")
    set_price(PricedOperation.RESUMPTION, "10.00")
    line = line_until("2026-08-14")
    if what == "resumption":
        suspended(line, "2026-06-10", methods=CASH)
    before = without_version(row_of(line))
    act = suspended if what == "suspension" else resumed
    record = act(line, "2026-07-20", methods=CASH)
    assert without_version(row_of(line)) != before
    voided(receipt_of(record), "2026-07-20")
    assert without_version(row_of(line)) == before
    with everything("reading the record"):
        fresh = reloaded(record)
        assert fresh.is_voided
        assert fresh.event.charge.status is ChargeStatus.VOIDED


def test_a_suspension_that_was_resumed_since_is_not_voided() -> None:
    set_price(PricedOperation.SUSPENSION, "20.00")
    line = line_until("2026-08-14")
    suspension = suspended(line, "2026-06-10", methods=CASH)
    resumed(line, "2026-07-20")
    receipt = receipt_of(suspension)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        voided(receipt, "2026-07-20")
    assert refused.value.code == "later_operation"


def test_a_fee_paid_later_is_given_back_without_undoing_the_operation() -> None:
    set_price(PricedOperation.SUSPENSION, "20.00")
    line = line_until("2026-08-14")
    suspension = suspended(line, "2026-06-10")
    with everything("reading the charge"):
        charge_id = reloaded(suspension).event.charge_id
    with on_day("2026-06-11"), acting("wang"):
        receipt = run(take_payment, customer=line.customer_id, items=(PaidItem(charge_id, None),), methods=CASH).record
    voided(receipt.id, "2026-06-11")
    assert reloaded(line).state is SubscriptionState.SUSPENDED
    with everything("reading the charge"):
        assert db.session.scalars(select(Charge).where(Charge.id == charge_id)).one().status is ChargeStatus.UNPAID


def test_a_payment_before_a_suspension_is_not_voided() -> None:
    line = line_until("2026-08-14")
    payment = paid(line, "2026-05-10")
    suspended(line, "2026-05-12")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        voided(payment.receipt_id, "2026-05-13")
    assert refused.value.code == "later_operation"
