"""Closures through the real operation: the worked examples of the broadband rules, what is set off, and what stays a debt."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from app.billing.choices import LedgerAccount, Method, PricedOperation
from app.billing.journal import Posting
from app.billing.models import Charge, Voucher
from app.billing.operations.voids import void_receipt
from app.broadband.choices import EquipmentState, LatePolicy, RefundPolicy, StopReason, SubscriptionState
from app.broadband.models import Closure, ServicePeriod, Subscription
from app.broadband.operations.acting import DeedTerms
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.equipping import EquipmentTerms, Returned, lend
from app.broadband.operations.granting import CompensationTerms, GiftTerms, compensate, give_months
from app.broadband.operations.halting import SuspensionTerms, force_stop, suspend
from app.broadband.operations.payments import PaymentTerms
from app.broadband.operations.transferring import TransferTerms, transfer
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from app.workorders.models import WorkOrder
from tests.factories import (
    CASH,
    a_customer,
    a_line_until,
    a_pending_line,
    a_plan,
    acting,
    an_active_line,
    on_day,
    paid,
    reloaded,
    set_policy,
    set_price,
)

pytestmark = pytest.mark.usefixtures("app")


def closed(line: Subscription, day: str, **terms: Any) -> Closure:
    with on_day(day), acting("chen"):
        return run(close, subscription=line.id, terms=ClosureTerms(**terms)).record


def a_year() -> Subscription:
    """A line with ¥600 for the year 2026."""
    line = an_active_line("2026-01-01", plan=a_plan(fee=Decimal("600.00"), months=12))
    paid(line, "2026-01-01", 12)
    return line


def all_of(model: Any, *conditions: Any) -> list[Any]:
    with everything("reading a test's own records"):
        return list(db.session.scalars(select(model).where(*conditions).order_by(model.id)))


def balance(account: LedgerAccount) -> Decimal:
    with everything("reading a test's own postings"):
        return db.session.scalar(select(func.coalesce(func.sum(Posting.amount), 0)).where(Posting.account == account)) or Decimal(0)


def test_example_2_before_the_installation_everything_goes_back() -> None:
    plan = a_plan(fee=Decimal("600.00"), months=12)
    line = a_pending_line("2026-03-05", plan=plan, payment=PaymentTerms(months=12, methods=CASH))
    closure = closed(line, "2026-03-07")
    assert closure.refund == Decimal("600.00")
    now = reloaded(line)
    assert (now.state, now.activated_on, now.stops_on) == (SubscriptionState.CLOSED, None, None)
    assert [order.status.value for order in all_of(WorkOrder)] == ["failed"]


@pytest.mark.parametrize(
    ("policy", "refund"), [(RefundPolicy.BY_DAY, "435.61"), (RefundPolicy.BY_MONTH, "400.00"), (RefundPolicy.NONE, "0.00")]
)
def test_examples_34_35_37_a_year_closed_in_april(policy: RefundPolicy, refund: str) -> None:
    set_policy(refund_policy=policy)
    closure = closed(a_year(), "2026-04-10")
    assert closure.refund == Decimal(refund)
    assert [voucher.total for voucher in all_of(Voucher)] == ([Decimal(refund)] if Decimal(refund) else [])


def test_example_38_while_suspended_the_frozen_days_go_back() -> None:
    line = a_year()
    with on_day("2026-04-10"), acting("wang"):
        run(suspend, subscription=line.id, terms=SuspensionTerms())
    assert closed(line, "2026-06-30").refund == Decimal("435.61")


def test_a_line_cut_for_arrears_is_refunded_as_its_clock_ran_on() -> None:
    line = a_year()
    with on_day("2026-02-10"), acting("chen"):
        run(force_stop, subscription=line.id, reason=StopReason.VIOLATION, terms=DeedTerms())
    assert closed(line, "2026-04-10").refund == Decimal("435.61")


def test_example_40_twice_is_refused() -> None:
    line = a_year()
    closed(line, "2026-04-10")
    with pytest.raises(OperationRefused) as refused:
        closed(line, "2026-04-11")
    assert refused.value.code == "state_closed"
    assert len(all_of(Closure)) == 1


def test_example_21_gift_months_are_worth_nothing() -> None:
    line = an_active_line("2026-07-01", plan=a_plan(fee=Decimal("600.00"), months=12))
    paid(line, "2026-07-01", 12, gift_months=2)
    with on_day("2027-07-15"), acting("chen"):
        closure = run(close, subscription=line.id, terms=ClosureTerms()).record
    assert closure.refund == Decimal("0.00")
    assert all_of(Voucher) == []


def test_an_expired_line_gets_nothing_back() -> None:
    assert closed(a_line_until("2026-06-30"), "2026-08-01").refund == 0


def test_the_maintenance_of_whole_unused_months_goes_back() -> None:
    line = an_active_line("2026-01-01", plan=a_plan(fee=Decimal("600.00"), months=12))
    paid(line, "2026-01-01", 12, maintenance_fee=Decimal("5.00"))
    closure = closed(line, "2026-04-10")
    # May to December: eight months of ¥5.
    assert (closure.plan_refund, closure.maintenance_refund, closure.refund) == (Decimal("435.61"), Decimal("40.00"), Decimal("475.61"))


def test_an_open_fee_is_set_off_against_the_refund() -> None:
    set_price(PricedOperation.SUSPENSION, "30.00")
    line = a_year()
    with on_day("2026-04-10"), acting("wang"):
        run(suspend, subscription=line.id, terms=SuspensionTerms())
    closure = closed(line, "2026-06-30")
    assert (closure.owed, closure.set_off, closure.refund) == (Decimal("30.00"), Decimal("30.00"), Decimal("405.61"))
    assert [charge.open_amount for charge in all_of(Charge)] == [0, 0]
    assert balance(LedgerAccount.CREDIT) == 0
    assert balance(LedgerAccount.RECEIVABLE) == 0


def test_what_the_refund_does_not_cover_stays_a_debt() -> None:
    set_policy(late_policy=LatePolicy.BACKFILL)
    line = a_line_until("2026-05-14")
    with on_day("2026-06-14"), acting("chen"):
        run(force_stop, subscription=line.id, reason=StopReason.ARREARS, terms=DeedTerms())
    closure = closed(line, "2027-05-14")
    # Example 14: base ¥49.32 to the cut, late fee ¥49.32.
    assert (closure.refund, closure.owed, closure.set_off) == (0, Decimal("98.64"), 0)
    assert sum(charge.open_amount for charge in all_of(Charge)) == Decimal("98.64")


def test_into_the_balance_instead_of_the_hand() -> None:
    closed(a_year(), "2026-04-10", refund_method=Method.CREDIT)
    assert balance(LedgerAccount.CREDIT) == Decimal("-435.61")


class TestEquipment:
    def a_router(self, line: Subscription, deposit: str = "100.00") -> int:
        with on_day("2026-01-02"), acting("wang"):
            terms = EquipmentTerms(name="光猫", serial="HG-1", deposit=Decimal(deposit), methods=CASH)
            return int(run(lend, subscription=line.id, terms=terms).record.id)

    def test_a_deposit_is_no_revenue_and_goes_back(self) -> None:
        line = a_year()
        router = self.a_router(line)
        assert balance(LedgerAccount.DEPOSIT) == Decimal("-100.00")
        closure = closed(line, "2026-04-10", returned=(Returned(equipment=router, state=EquipmentState.GOOD),))
        assert (closure.deposits, closure.refund) == (Decimal("100.00"), Decimal("535.61"))
        assert balance(LedgerAccount.DEPOSIT) == 0

    def test_damage_is_set_off(self) -> None:
        line = a_year()
        router = self.a_router(line)
        damaged = Returned(equipment=router, state=EquipmentState.DAMAGED, compensation=Decimal("60.00"))
        assert closed(line, "2026-04-10", returned=(damaged,)).refund == Decimal("475.61")

    def test_a_piece_nobody_speaks_of_holds_the_closure_up(self) -> None:
        line = a_year()
        self.a_router(line)
        with pytest.raises(OperationRefused) as refused:
            closed(line, "2026-04-10")
        assert refused.value.code == "equipment_open"
        assert reloaded(line).state is SubscriptionState.ACTIVE
        assert all_of(Closure) == []

    def test_a_deposit_not_paid_is_set_off_against_itself(self) -> None:
        line = a_year()
        with on_day("2026-01-02"), acting("wang"):
            router = run(lend, subscription=line.id, terms=EquipmentTerms(name="光猫", serial="HG-1", deposit=Decimal(100))).record
        closure = closed(line, "2026-04-10", returned=(Returned(equipment=router.id, state=EquipmentState.GOOD),))
        assert closure.refund == Decimal("435.61")
        assert balance(LedgerAccount.DEPOSIT) == balance(LedgerAccount.RECEIVABLE) == 0

    def test_the_deposit_of_a_former_customer_goes_into_his_own_balance(self) -> None:
        line = a_year()
        router, former = self.a_router(line), line.customer_id
        with on_day("2026-02-01"), acting("wang"):
            run(transfer, subscription=line.id, terms=TransferTerms(customer=a_customer(name="李四").id))
        closure = closed(line, "2026-04-10", returned=(Returned(equipment=router, state=EquipmentState.GOOD),))
        assert (closure.deposits, closure.refund) == (0, Decimal("435.61"))
        assert balance(LedgerAccount.DEPOSIT) == 0
        vouchers = all_of(Voucher)
        assert [(voucher.customer_id, voucher.total) for voucher in vouchers] == [
            (closure.customer_id, Decimal("435.61")),
            (former, Decimal("100.00")),
        ]

    def test_a_former_customer_gets_back_no_deposit_that_he_never_paid(self) -> None:
        line = a_year()
        with on_day("2026-02-01"), acting("wang"):
            router = run(lend, subscription=line.id, terms=EquipmentTerms(name="光猫", serial="HG-1", deposit=Decimal(100))).record
            run(transfer, subscription=line.id, terms=TransferTerms(customer=a_customer(name="李四").id))
        closed(line, "2026-04-10", returned=(Returned(equipment=router.id, state=EquipmentState.GOOD),))
        assert [charge.open_amount for charge in all_of(Charge)] == [0, 0]
        assert balance(LedgerAccount.DEPOSIT) == balance(LedgerAccount.CREDIT) == balance(LedgerAccount.RECEIVABLE) == 0


def test_what_installers_hold_pays_nothing_out() -> None:
    line = a_year()
    with pytest.raises(OperationRefused) as refused:
        closed(line, "2026-04-10", refund_method=Method.DOOR)
    assert refused.value.code == "refund_method"
    assert all_of(Closure) == []


def test_the_settlement_keeps_the_debts_as_they_were_before_they_were_set_off() -> None:
    set_price(PricedOperation.SUSPENSION, "30.00")
    line = a_year()
    with on_day("2026-04-10"), acting("wang"):
        run(suspend, subscription=line.id, terms=SuspensionTerms())
    rows = closed(line, "2026-06-30").settlement["debts"]
    assert [(row["code"], row["amount"], row["due_on"]) for row in rows] == [("suspension", "30.00", "2026-04-10")]


def test_an_earlier_receipt_is_not_voided_after_the_closure() -> None:
    line = an_active_line("2026-01-01", plan=a_plan(fee=Decimal("600.00"), months=12))
    payment = paid(line, "2026-04-10", 12)
    closed(line, "2026-04-10")
    with on_day("2026-04-10"), acting("chen"), pytest.raises(OperationRefused) as refused:
        run(void_receipt, receipt=payment.receipt_id, reason="录错")
    assert refused.value.code == "later_operation"
    assert reloaded(line).state is SubscriptionState.CLOSED


class TestGiving:
    def test_days_of_compensation_move_the_stop_date(self) -> None:
        line = a_line_until("2026-08-31")
        with on_day("2026-08-10"), acting("chen"):
            run(compensate, subscription=line.id, terms=CompensationTerms(compensation_days=3, reason="线路中断"))
        assert str(reloaded(line).stops_on) == "2026-09-03"

    def test_months_given_follow_the_cover(self) -> None:
        line = a_line_until("2026-08-31")
        with on_day("2026-08-10"), acting("chen"):
            run(give_months, subscription=line.id, terms=GiftTerms(gift_months=2, reason="活动"))
        now = reloaded(line)
        given = all_of(ServicePeriod)[-1]
        assert (str(given.start), str(given.stop), given.price) == ("2026-09-01", "2026-10-31", 0)
        assert str(now.stops_on) == "2026-10-31"

    @pytest.mark.parametrize(
        "terms", [GiftTerms(gift_months=2), GiftTerms(gift_months=0, reason="x"), GiftTerms(gift_months=121, reason="x")]
    )
    def test_without_a_reason_or_out_of_range_nothing_is_given(self, terms: GiftTerms) -> None:
        line = a_line_until("2026-08-31")
        with on_day("2026-08-10"), acting("chen"), pytest.raises(OperationRefused):
            run(give_months, subscription=line.id, terms=terms)
        assert str(reloaded(line).stops_on) == "2026-08-31"
