"""Changes of plan settled in money, by the real operations: the worked examples, their rows, their papers, their voids."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.billing.choices import FeeKind, LineCode, Method, PricedOperation, VoucherKind
from app.billing.operations.receipts import credit_balance
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import PlanChangeMode, PlanChangeStatus, SubscriptionState
from app.broadband.models import Plan, Subscription
from app.broadband.operations.payments import PaymentTerms
from app.foundation.scope import everything
from app.values.errors import NotFound, OperationRefused
from tests.broadband.changes import booked_plan, changed_plan, event_of, relocated, rows, stands, voided
from tests.broadband.lines import day, line_until, resumed, suspended
from tests.factories import CASH, a_customer, a_pending_line, a_plan, paid, reloaded, set_policy, set_price
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")


def a_month(fee: str = "50.00", stop: str = "2026-06-30") -> Subscription:
    """A line that is paid for the one month until ``stop``."""
    return line_until(stop, since=f"{stop[:7]}-01", plan=a_plan(fee=Decimal(fee)))


def test_example_43_the_dearer_plan_costs_the_difference() -> None:
    line, dearer = a_month(), a_plan(fee=Decimal("80.00"))
    change = changed_plan(line, "2026-06-16", dearer, methods=CASH)
    assert (change.credit, change.charge, change.difference) == (Decimal("25.00"), Decimal("40.00"), Decimal("15.00"))
    charge, receipt, voucher, event = event_of(change)
    assert (charge.fee_kind, charge.total, receipt.total, voucher) == (FeeKind.REGULAR, Decimal("15.00"), Decimal("15.00"), None)
    fresh = reloaded(line)
    assert (fresh.plan_id, fresh.stops_on, event.shift_days) == (dearer.id, day("2026-06-30"), 0)


def test_its_charge_has_a_line_for_each_amount() -> None:
    change = changed_plan(a_month(), "2026-06-16", a_plan(fee=Decimal("80.00")), fee=Decimal("5.00"), methods=CASH)
    with everything("reading the charge"):
        lines = [(line.code, line.amount) for line in reloaded(change).event.charge.lines]
    expected = [("40.00", LineCode.PLAN), ("-25.00", LineCode.PLAN_CREDIT), ("5.00", LineCode.PLAN_CHANGE)]
    assert lines == [(code, Decimal(amount)) for amount, code in expected]


def test_example_44_the_cheaper_plan_gives_the_difference_back_less_the_fee() -> None:
    set_price(PricedOperation.PLAN_CHANGE, "30.00")
    line = a_month("200.00", "2022-10-31")
    change = changed_plan(line, "2022-10-20", a_plan(fee=Decimal("100.00")))
    assert (change.credit, change.charge, change.difference) == (Decimal("77.42"), Decimal("38.71"), Decimal("-38.71"))
    charge, receipt, voucher, _ = event_of(change)
    assert (charge, receipt, voucher.kind, voucher.total) == (None, None, VoucherKind.REFUND, Decimal("8.71"))
    with everything("reading the voucher"):
        assert [each.method for each in reloaded(change).event.voucher.methods] == [Method.CASH]


def test_on_the_first_day_the_whole_price_moves() -> None:
    change = changed_plan(a_month("80.00"), "2026-06-01", a_plan(fee=Decimal("50.00")))
    assert (change.credit, change.charge, event_of(change)[2].total) == (Decimal("80.00"), Decimal("50.00"), Decimal("30.00"))


def test_what_comes_back_may_stay_as_credit() -> None:
    customer = a_customer()
    line = line_until("2026-06-30", since="2026-06-01", plan=a_plan(fee=Decimal("80.00")), customer=customer)
    changed_plan(line, "2026-06-01", a_plan(fee=Decimal("50.00")), refund_method=Method.CREDIT)
    with everything("reading the credit"):
        assert credit_balance(reloaded(customer)) == Decimal("30.00")


def test_a_cashier_without_an_open_payment_leaves_the_difference_as_a_debt() -> None:
    change = changed_plan(a_month(), "2026-06-16", a_plan(fee=Decimal("80.00")))
    charge, receipt, _, _ = event_of(change)
    assert (charge.open_amount, charge.due_on, receipt) == (Decimal("15.00"), day("2026-06-16"), None)


def test_the_row_is_written_again_as_the_used_part_and_the_rest() -> None:
    line = a_month()
    changed_plan(line, "2026-06-16", a_plan(fee=Decimal("80.00")), methods=CASH)
    assert rows(line) == [
        ("paid", "2026-06-01", "2026-06-15", Decimal("25.00")),
        ("plan_change", "2026-06-16", "2026-06-30", Decimal("40.00")),
    ]


def test_a_row_not_begun_moves_as_a_whole() -> None:
    line = a_month()
    paid(line, "2026-06-10")
    changed_plan(line, "2026-06-16", a_plan(fee=Decimal("80.00")), methods=CASH)
    assert rows(line) == [
        ("paid", "2026-06-01", "2026-06-15", Decimal("25.00")),
        ("plan_change", "2026-06-16", "2026-06-30", Decimal("40.00")),
        ("plan_change", "2026-07-01", "2026-07-31", Decimal("80.00")),
    ]


def test_gift_days_pass_on_without_money() -> None:
    line = line_until("2026-06-30", since="2026-06-01")
    paid(line, "2026-06-10", gift_months=1)
    changed_plan(line, "2026-06-16", a_plan(fee=Decimal("80.00")), methods=CASH)
    assert rows(line)[-1] == ("gift", "2026-08-01", "2026-08-31", Decimal("0.00"))
    assert reloaded(line).stops_on == day("2026-08-31")


def test_the_next_payment_costs_the_new_plan_and_continues_the_run() -> None:
    line = a_month()
    changed_plan(line, "2026-06-16", a_plan(fee=Decimal("80.00")), methods=CASH)
    payment = paid(line, "2026-06-20")
    assert (payment.plan_total, str(payment.period_start), str(payment.period_end)) == (Decimal("80.00"), "2026-07-01", "2026-07-31")


def test_a_second_change_starts_from_the_rows_of_the_first() -> None:
    line = a_month()
    changed_plan(line, "2026-06-16", a_plan(fee=Decimal("80.00")), methods=CASH)
    change = changed_plan(line, "2026-06-26", a_plan(fee=Decimal("50.00")))
    # Five days left: 5/15 of 40.00 for 5/30 of 50.00.
    assert (change.credit, change.charge, change.difference) == (Decimal("13.33"), Decimal("8.33"), Decimal("-5.00"))
    assert reloaded(line).stops_on == day("2026-06-30")


def test_days_of_a_shift_stay_behind_the_new_rows() -> None:
    line = a_month()
    suspended(line, "2026-06-10")
    resumed(line, "2026-07-20")
    assert reloaded(line).stops_on == day("2026-08-09")
    change = changed_plan(line, "2026-07-25", a_plan(fee=Decimal("80.00")), methods=CASH)
    _, _, _, event = event_of(change)
    # Sixteen days left, as on the day when it stopped for a while: 16/30 of the month.
    assert (change.credit, change.charge) == (Decimal("26.67"), Decimal("42.67"))
    assert (event.shift_days, reloaded(line).stops_on) == (40, day("2026-08-09"))


# Refused --------------------------------------------------------------------------------------------------------------------------


def test_an_expired_line_pays_first(dearer: Plan) -> None:
    line = a_month()
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        changed_plan(line, "2026-07-03", dearer)
    assert (refused.value.code, refused.value.field) == ("state_expired", "mode")


@pytest.fixture
def dearer(app: object) -> Plan:
    """A plan made before anything is measured."""
    return a_plan(fee=Decimal("80.00"))


def test_within_grace_there_is_no_cover_to_settle(dearer: Plan) -> None:
    set_policy(grace_days=5)
    line = a_month()
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        changed_plan(line, "2026-07-03", dearer)
    assert refused.value.code == "after_stop_date"


def test_the_same_plan_is_no_change() -> None:
    line = a_month()
    with everything("reading the plan"):
        plan = reloaded(line).plan
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        changed_plan(line, "2026-06-16", plan)
    assert refused.value.code == "same_plan"


def test_a_plan_of_another_office_does_not_exist() -> None:
    line, elsewhere = a_month(), a_plan("HN")
    with assert_nothing_written(), pytest.raises(NotFound):
        changed_plan(line, "2026-06-16", elsewhere)


def test_arrears_are_settled_first(dearer: Plan) -> None:
    set_price(PricedOperation.RELOCATION, "50.00")
    line = a_month()
    relocated(line, "2026-06-10")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        changed_plan(line, "2026-06-16", dearer)
    assert refused.value.code == "arrears_open"


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"methods": (MethodAmount(Method.CASH, Decimal("14.00")),)}, "payment_differs"),
        ({"fee": Decimal("-1.00")}, "negative_amount"),
    ],
)
def test_a_wrong_payment_or_fee_is_refused(dearer: Plan, terms: dict[str, object], code: str) -> None:
    line = a_month()
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        changed_plan(line, "2026-06-16", dearer, **terms)
    assert refused.value.code == code


def test_who_gets_money_back_pays_nothing(dearer: Plan) -> None:
    line = a_month("200.00")
    wrong = (MethodAmount(Method.CASH, Decimal("14.00")),)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        changed_plan(line, "2026-06-16", dearer, methods=wrong)
    assert refused.value.code == "nothing_to_pay"


def test_nothing_is_paid_out_of_an_installers_pocket(dearer: Plan) -> None:
    line = a_month("200.00")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        changed_plan(line, "2026-06-16", dearer, refund_method=Method.DOOR)
    assert refused.value.code == "refund_method"


# Before the installation ------------------------------------------------------------------------------------------------------------


def test_before_its_installation_the_application_is_corrected() -> None:
    line, plan = a_pending_line("2026-06-01"), a_plan(fee=Decimal("80.00"))
    change = changed_plan(line, "2026-06-10", plan)
    assert (change.change_status, change.credit, change.fee) == (PlanChangeStatus.APPLIED, None, Decimal(0))
    assert (reloaded(line).plan_id, reloaded(line).state) == (plan.id, SubscriptionState.PENDING)


def test_a_payment_that_waits_for_the_installation_holds_its_plan(dearer: Plan) -> None:
    line = a_pending_line("2026-06-01", payment=PaymentTerms(months=1, methods=CASH))
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        changed_plan(line, "2026-06-10", dearer)
    assert refused.value.code == "payment_waits"


# Void -------------------------------------------------------------------------------------------------------------------------------


def test_the_void_of_its_receipt_brings_back_rows_plan_and_dates() -> None:
    line = a_month()
    paid(line, "2026-06-10")
    before, sold = stands(line), rows(line)
    change = changed_plan(line, "2026-06-16", a_plan(fee=Decimal("80.00")), fee=Decimal("5.00"), methods=CASH)
    _, receipt, _, _ = event_of(change)
    voided(receipt.id, "2026-06-16")
    assert (stands(line), rows(line)) == (before, sold)
    with everything("reading the change"):
        fresh = reloaded(change)
        assert (fresh.change_status, fresh.mode, fresh.is_voided) == (PlanChangeStatus.WITHDRAWN, PlanChangeMode.MONEY, True)


def test_after_its_void_the_shift_counts_once_again() -> None:
    line = a_month()
    suspended(line, "2026-06-10")
    resumed(line, "2026-07-20")
    change = changed_plan(line, "2026-07-25", a_plan(fee=Decimal("80.00")), methods=CASH)
    voided(event_of(change)[1].id, "2026-07-25")
    assert reloaded(line).stops_on == day("2026-08-09")
    assert str(paid(line, "2026-07-26").period_start) == "2026-08-10"


def test_what_was_booked_is_not_changed_a_second_time(dearer: Plan) -> None:
    line = a_month()
    booked_plan(line, "2026-06-10", a_plan(fee=Decimal("60.00")))
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        changed_plan(line, "2026-06-16", dearer)
    assert refused.value.code == "change_booked"
