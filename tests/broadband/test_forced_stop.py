"""What a forced stop freezes, when it ends by a payment, and what the night proposes; docs/rules/forced_stop.md."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.broadband.choices import LatePolicy, StopReason, SubscriptionState
from app.broadband.rules.forced_stop import freezes, may_be_proposed_for_closure, may_be_proposed_for_stop, resumes_when_paid
from app.broadband.rules.late_fee import late_fee
from app.broadband.rules.payment_amount import payment_amount
from app.broadband.rules.service_period import periods_sold
from app.broadband.rules.standing import Run, Standing


def test_only_the_operators_fault_stops_the_clock() -> None:
    assert [freezes(reason) for reason in (StopReason.ARREARS, StopReason.VIOLATION, StopReason.OPERATOR)] == [False, False, True]


def test_a_line_cut_for_arrears_resumes_when_the_payment_covers_the_day() -> None:
    assert resumes_when_paid(StopReason.ARREARS, stops_on=date(2026, 6, 20), on=date(2026, 6, 20))
    assert not resumes_when_paid(StopReason.ARREARS, stops_on=date(2026, 6, 19), on=date(2026, 6, 20))


@pytest.mark.parametrize("reason", [StopReason.VIOLATION, StopReason.OPERATOR, None])
def test_no_other_line_resumes_by_a_payment(reason: StopReason | None) -> None:
    assert not resumes_when_paid(reason, stops_on=date(2027, 6, 20), on=date(2026, 6, 20))


def test_a_late_line_is_proposed_on_the_day_after_its_grace() -> None:
    stop = date(2026, 5, 14)
    assert [may_be_proposed_for_stop(stop, date(2026, 5, day), grace_days=0) for day in (14, 15)] == [False, True]
    assert [may_be_proposed_for_stop(stop, date(2026, 5, day), grace_days=5) for day in (19, 20)] == [False, True]


@pytest.mark.parametrize("reason", [StopReason.ARREARS, StopReason.VIOLATION])
def test_closure_is_proposed_after_sixty_days(reason: StopReason) -> None:
    """Cut on 10 June: 20 days of June, 31 of July and 9 of August."""
    assert not may_be_proposed_for_closure(date(2026, 6, 10), date(2026, 8, 8), reason=reason)
    assert may_be_proposed_for_closure(date(2026, 6, 10), date(2026, 8, 9), reason=reason)
    assert may_be_proposed_for_closure(date(2026, 6, 10), date(2027, 8, 9), reason=reason)


def test_closure_is_never_proposed_for_the_operators_fault() -> None:
    assert not may_be_proposed_for_closure(date(2026, 6, 10), date(2027, 8, 9), reason=StopReason.OPERATOR)


def test_a_whole_payment_after_a_cut_under_backfill() -> None:
    """Example 14: arrears 49.32, late fee 49.32, one month 50.00, from the payment day on."""
    line = Standing(
        state=SubscriptionState.FORCED,
        stops_on=date(2026, 5, 14),
        run=Run(date(2026, 4, 15), 1),
        halted_on=date(2026, 6, 14),
        reason=StopReason.ARREARS,
    )
    on = date(2027, 5, 14)
    fee = late_fee(
        line,
        on=on,
        plan_fee=Decimal(50),
        plan_months=1,
        late_policy=LatePolicy.BACKFILL,
        grace_days=0,
        daily_rate=Decimal("0.003"),
        cap=Decimal("1.00"),
        currency="CNY",
    )
    amount = payment_amount(
        plan="50", plan_fee=Decimal(50), plan_months=1, months=1, late_fee=fee.amount, arrears=fee.arrears, currency="CNY"
    )
    (period,) = periods_sold(line, on=on, months=1, late_policy=LatePolicy.BACKFILL)
    assert [line.amount for line in amount.lines] == [Decimal("50.00"), Decimal("49.32"), Decimal("49.32")]
    assert amount.total == Decimal("148.64")
    assert (period.start, period.stop) == (date(2027, 5, 14), date(2027, 6, 13))
    assert resumes_when_paid(line.reason, stops_on=period.stop, on=on)
