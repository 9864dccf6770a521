"""What a closure gives back and sets off; the numbers are worked by hand in docs/rules/closure.md."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from app.broadband.choices import PeriodKind, RefundPolicy, StopReason, SubscriptionOperation, SubscriptionState, SubscriptionStatus
from app.broadband.rules.closure import (
    MaintenancePaid,
    Settlement,
    maintenance_refund,
    plan_refund,
    refund_before_installation,
    whole_months,
)
from app.broadband.rules.moves import allowed_move
from app.broadband.rules.plan_change import PlanPrice, plan_change
from app.broadband.rules.sold_rows import SoldRow, WrittenRow, run_of
from app.broadband.rules.standing import Standing
from app.broadband.rules.stop_date import days_unused
from app.values.errors import OperationRefused
from tests.broadband.rows import sold

GIFT = PeriodKind.GIFT
BY_DAY, BY_MONTH, NONE = RefundPolicy.BY_DAY, RefundPolicy.BY_MONTH, RefundPolicy.NONE
YEAR = sold(date(2026, 1, 1), 12, "600.00")


def back(rows: Sequence[WrittenRow], unused_days: int, policy: RefundPolicy = BY_DAY) -> Decimal:
    return sum((line.amount for line in plan_refund(rows, unused_days=unused_days, policy=policy, currency="CNY")), Decimal(0))


def maintenance_back(rows: Sequence[SoldRow], unused_days: int, paid: dict[WrittenRow, MaintenancePaid]) -> list[tuple[int, Decimal]]:
    by_run = {run_of(row): amount for row, amount in paid.items()}
    lines = maintenance_refund(rows, unused_days=unused_days, policy=BY_DAY, paid=by_run, currency="CNY")
    return [(line.months, line.amount) for line in lines]


def test_before_installation_everything_goes_back() -> None:
    """Example 2."""
    assert refund_before_installation(paid=Decimal("600.00")) == Decimal("600.00")


def test_before_installation_the_work_done_is_kept() -> None:
    assert refund_before_installation(paid=Decimal("600.00"), work_done=Decimal("80.00")) == Decimal("520.00")
    assert refund_before_installation(paid=Decimal("50.00"), work_done=Decimal("80.00")) == 0


def test_by_day() -> None:
    """Example 34: 265 unused days of 365."""
    unused = days_unused(date(2026, 12, 31), on=date(2026, 4, 10))
    (line,) = plan_refund([YEAR], unused_days=unused, policy=BY_DAY, currency="CNY")
    assert (line.row, line.days, line.of_days, line.price, line.amount) == (YEAR, 265, 365, Decimal("600.00"), Decimal("435.61"))
    assert line.months is None


def test_by_month() -> None:
    """Example 35: May to December."""
    (line,) = plan_refund([YEAR], unused_days=265, policy=BY_MONTH, currency="CNY")
    assert (line.months, line.days, line.amount) == (8, 245, Decimal("400.00"))


def test_no_refund() -> None:
    """Example 37."""
    assert plan_refund([YEAR], unused_days=265, policy=NONE, currency="CNY") == ()


def test_while_suspended_the_frozen_days_go_back() -> None:
    """Example 38: as if closed on 10 April."""
    frozen = Standing(state=SubscriptionState.SUSPENDED, stops_on=date(2026, 12, 31), halted_on=date(2026, 4, 10)).frozen_on
    assert back([YEAR], days_unused(date(2026, 12, 31), on=date(2026, 6, 30), frozen_on=frozen)) == Decimal("435.61")


def test_after_a_cut_the_clock_ran_on_but_for_the_operators_fault() -> None:
    """Cut on 10 April, closed on 30 June: 184 unused days, or the 265 of the day of the cut."""

    def refunded(reason: StopReason) -> Decimal:
        line = Standing(state=SubscriptionState.FORCED, stops_on=date(2026, 12, 31), halted_on=date(2026, 4, 10), reason=reason)
        return back([YEAR], days_unused(date(2026, 12, 31), on=date(2026, 6, 30), frozen_on=line.frozen_on))

    # 600 × 184 ÷ 365 = 302.4657.
    assert refunded(StopReason.ARREARS) == refunded(StopReason.VIOLATION) == Decimal("302.46")
    assert refunded(StopReason.OPERATOR) == Decimal("435.61")


def test_a_line_is_not_closed_twice() -> None:
    """Example 40."""
    with pytest.raises(OperationRefused) as refusal:
        allowed_move(SubscriptionOperation.CLOSE, status=SubscriptionStatus.CLOSED, number="K-1")
    assert refusal.value.code == "state_closed"


def test_gift_days_are_worth_nothing() -> None:
    """Example 21: on 2027-07-15 all 47 unused days are gift days."""
    paid = sold(date(2026, 7, 1), 12, "600.00")
    gift = sold(date(2027, 7, 1), 2, "0.00", GIFT, anchor=date(2026, 7, 1), before=12)
    unused = days_unused(date(2027, 8, 31), on=date(2027, 7, 15))
    (line,) = plan_refund([paid, gift], unused_days=unused, policy=BY_DAY, currency="CNY")
    assert (line.row, line.days, line.amount) == (gift, 47, Decimal("0.00"))


def test_gift_days_are_unused_first() -> None:
    """On 2027-06-01: 62 gift days and 29 paid ones, 600 × 29 ÷ 365 = 47.671."""
    paid = sold(date(2026, 7, 1), 12, "600.00")
    gift = sold(date(2027, 7, 1), 2, "0.00", GIFT, anchor=date(2026, 7, 1), before=12)
    lines = plan_refund([paid, gift], unused_days=91, policy=BY_DAY, currency="CNY")
    assert [(line.days, line.amount) for line in lines] == [(62, Decimal("0.00")), (29, Decimal("47.67"))]
    assert back([paid, gift], 91, BY_MONTH) == 0


def test_days_of_earlier_books_are_worth_nothing() -> None:
    assert back([sold(date(2026, 1, 1), 12, "0.00", PeriodKind.TAKEN_OVER)], 265) == 0
    assert back([sold(date(2026, 1, 1), 12, "0.00", PeriodKind.TAKEN_OVER)], 265, BY_MONTH) == 0


def test_an_expired_line_gets_nothing() -> None:
    unused = days_unused(date(2026, 12, 31), on=date(2027, 1, 5))
    assert (unused, back([YEAR], unused), back([YEAR], unused, BY_MONTH)) == (0, 0, 0)


def test_each_row_is_rounded_down_by_itself() -> None:
    """92 days of 150.00 and 8 of 30 at 50.00: 13.333; then 91 days: 148.369."""
    spring = sold(date(2026, 4, 15), 1, "50.00")
    summer = sold(date(2026, 5, 15), 3, "150.00", anchor=date(2026, 4, 15), before=1)
    assert [line.amount for line in plan_refund([spring, summer], unused_days=100, policy=BY_DAY, currency="CNY")] == [
        Decimal("150.00"),
        Decimal("13.33"),
    ]
    assert back([spring, summer], 91) == Decimal("148.36")


def test_in_dong_what_goes_back_has_no_decimals() -> None:
    row = sold(date(2026, 6, 1), 1, "165000")
    (line,) = plan_refund([row], unused_days=7, policy=BY_DAY, currency="VND")
    # 165,000 × 7 ÷ 30 = 38,500.
    assert line.amount == Decimal(38500)
    (line,) = plan_refund([sold(date(2026, 7, 1), 1, "165000")], unused_days=7, policy=BY_DAY, currency="VND")
    # 165,000 × 7 ÷ 31 = 37,258.06.
    assert line.amount == Decimal(37258)


@pytest.mark.parametrize(("unused", "months", "days"), [(61, 2, 61), (60, 1, 30), (30, 1, 30), (29, 0, 0), (150, 5, 150)])
def test_whole_months_are_counted_back_by_the_anchor(unused: int, months: int, days: int) -> None:
    """31 January … 29 June: the last months are 31 May … 29 June (30 days) and 30 April … 30 May (31)."""
    row = sold(date(2026, 1, 31), 5, "250.00")
    assert row.of_days == 150
    assert whole_months(row, unused) == (months, days)


def test_a_part_of_a_package_is_rounded_down() -> None:
    """100 for 3 months: two unused ones are 66.666."""
    row = sold(date(2026, 6, 1), 3, "100.00")
    assert back([row], 62, BY_MONTH) == Decimal("66.66")
    assert back([row], 92, BY_MONTH) == Decimal("100.00")


def test_single_months_give_back_what_one_payment_of_the_year_does() -> None:
    singles = [sold(date(2026, month, 1), 1, "50.00", anchor=date(2026, 1, 1), before=month - 1) for month in range(1, 13)]
    assert back(singles, 265, BY_MONTH) == back([YEAR], 265, BY_MONTH) == Decimal("400.00")


def test_a_plan_changed_on_the_first_day_and_closed() -> None:
    """§5: 80 changed to 50 gives back 30.00, the closure 48.33."""
    june = sold(date(2026, 6, 1), 1, "80.00")
    change = plan_change([june], stops_on=date(2026, 6, 30), on=date(2026, 6, 1), new=PlanPrice(Decimal(50)), currency="CNY")
    assert change.to_pay == Decimal("-30.00")
    assert back(change.rows_written, days_unused(date(2026, 6, 30), on=date(2026, 6, 1))) == Decimal("48.33")


def test_a_cut_row_gives_back_whole_months_by_their_days() -> None:
    """June to August at 150, to 80 a month on 16 June (200.87 for 77 days), closed on 10 July: August is whole, 31 ÷ 77 of it."""
    summer = sold(date(2026, 6, 1), 3, "150.00")
    change = plan_change([summer], stops_on=date(2026, 8, 31), on=date(2026, 6, 16), new=PlanPrice(Decimal(80)), currency="CNY")
    assert (change.credit, change.charge) == (Decimal("125.54"), Decimal("200.87"))
    (line,) = plan_refund(change.rows_written, unused_days=52, policy=BY_MONTH, currency="CNY")
    assert (line.months, line.days, line.amount) == (1, 31, Decimal("80.86"))


def test_the_month_in_which_a_row_was_cut_is_no_whole_one() -> None:
    """Changed on 16 July: of June and half of July the part used has June as its only whole month."""
    summer = sold(date(2026, 6, 1), 3, "150.00")
    change = plan_change([summer], stops_on=date(2026, 8, 31), on=date(2026, 7, 16), new=PlanPrice(Decimal(80)), currency="CNY")
    used, rest = change.rows_written
    assert (whole_months(used, used.of_days), whole_months(rest, rest.of_days)) == ((1, 30), (1, 31))


def test_maintenance_of_whole_unused_months_goes_back() -> None:
    assert maintenance_back([YEAR], 265, {YEAR: MaintenancePaid(Decimal("60.00"), 12)}) == [(8, Decimal("40.00"))]


def test_each_sale_gives_back_its_own_maintenance() -> None:
    spring = sold(date(2026, 4, 15), 2, "100.00")
    summer = sold(date(2026, 6, 15), 3, "150.00", anchor=date(2026, 4, 15), before=2)
    paid = {spring: MaintenancePaid(Decimal("8.00"), 2), summer: MaintenancePaid(Decimal("15.00"), 3)}
    assert maintenance_back([spring, summer], 92 + 31, paid) == [(3, Decimal("15.00")), (1, Decimal("4.00"))]
    assert maintenance_back([spring, summer], 92 + 30, paid) == [(3, Decimal("15.00"))]


def test_gift_months_give_back_no_maintenance() -> None:
    gift = sold(date(2027, 1, 1), 2, "0.00", GIFT, anchor=date(2026, 1, 1), before=12)
    assert maintenance_back([YEAR, gift], 59, {YEAR: MaintenancePaid(Decimal("60.00"), 12)}) == []
    assert maintenance_back([YEAR, gift], 59 + 31, {YEAR: MaintenancePaid(Decimal("60.00"), 12)}) == [(1, Decimal("5.00"))]


def test_maintenance_is_not_touched_by_a_plan_change() -> None:
    """Changed twice, on 16 June and 20 July; unused days from 1 July on hold July and August as they were sold."""
    summer = sold(date(2026, 6, 1), 3, "150.00")
    paid = {summer: MaintenancePaid(Decimal("15.00"), 3)}
    first = plan_change([summer], stops_on=date(2026, 8, 31), on=date(2026, 6, 16), new=PlanPrice(Decimal(80)), currency="CNY")
    second = plan_change(first.rows_written, stops_on=date(2026, 8, 31), on=date(2026, 7, 20), new=PlanPrice(Decimal(50)), currency="CNY")
    in_force = (first.rows_written[0], *second.rows_written)
    assert len(in_force) == 3
    assert maintenance_back(in_force, 52, paid) == [(1, Decimal("5.00"))]
    assert maintenance_back(in_force, 62, paid) == [(2, Decimal("10.00"))]


def test_without_a_refund_no_maintenance_goes_back() -> None:
    paid = {run_of(YEAR): MaintenancePaid(Decimal("60.00"), 12)}
    assert maintenance_refund([YEAR], unused_days=265, policy=NONE, paid=paid, currency="CNY") == ()
    assert len(maintenance_refund([YEAR], unused_days=265, policy=BY_MONTH, paid=paid, currency="CNY")) == 1


def test_a_discount_beyond_the_plan_lowers_the_maintenance_paid() -> None:
    """Plan 600, maintenance 60, discount 650: only 10 were paid for maintenance, and 8 of 12 months of it are 6.666."""
    paid = MaintenancePaid.of_payment(plan_total=Decimal(600), maintenance_total=Decimal(60), discount=Decimal(650), months=12)
    assert paid == MaintenancePaid(Decimal(10), 12)
    assert maintenance_back([YEAR], 265, {YEAR: paid}) == [(8, Decimal("6.66"))]
    everything = MaintenancePaid.of_payment(plan_total=Decimal(600), maintenance_total=Decimal(60), discount=Decimal(680), months=12)
    assert everything.amount == 0


def test_a_settlement_without_debts_is_paid_out() -> None:
    settlement = Settlement(plan_refund=Decimal("435.61"), maintenance=Decimal("40.00"), deposits=Decimal("100.00"))
    assert (settlement.due_back, settlement.set_off, settlement.paid_out, settlement.still_owed) == (
        Decimal("575.61"),
        Decimal(0),
        Decimal("575.61"),
        Decimal(0),
    )


def test_debts_are_set_off_against_what_goes_back() -> None:
    settlement = Settlement(
        plan_refund=Decimal("435.61"),
        credit_paid_out=Decimal("20.00"),
        arrears=Decimal("50.00"),
        late_fee=Decimal("1.87"),
        damages=Decimal("80.00"),
    )
    assert (settlement.deductions, settlement.set_off) == (Decimal("131.87"), Decimal("131.87"))
    assert (settlement.paid_out, settlement.still_owed) == (Decimal("323.74"), Decimal(0))


def test_what_the_refund_does_not_cover_stays_a_debt() -> None:
    settlement = Settlement(plan_refund=Decimal("30.00"), arrears=Decimal("50.00"), damages=Decimal("80.00"))
    assert (settlement.set_off, settlement.paid_out, settlement.still_owed) == (Decimal("30.00"), Decimal(0), Decimal("100.00"))
