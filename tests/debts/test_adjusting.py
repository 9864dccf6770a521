"""Adjustments and write-offs: documents that change what a charge asks for, and their approval."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.billing.choices import AdjustmentKind, ApprovalStatus, ChargeStatus, LedgerAccount
from app.billing.models import Adjustment, Approval
from app.billing.operations.voids import approve_void, refuse_void, void_adjustment
from app.debts.models import DebtPolicy
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.runs.operations.voiding import void_service_charge
from app.values.errors import NotAllowed, OperationRefused
from tests.debts.making import ZONE, a_bill, a_resident, adjusted, charge_of, credit_of, pays, posted, written_off
from tests.factories import a_customer, acting, on_day

pytestmark = pytest.mark.usefixtures("app")
DUE, TODAY = "2026-06-15", "2026-06-10"


def count_adjustments() -> int:
    with everything("counting"):
        return db.session.scalars(select(func.count()).select_from(Adjustment)).one()


def limit(amount: str) -> None:
    with everything("setting a policy"):
        db.session.execute(DebtPolicy.__table__.update().values(adjustment_limit=Decimal(amount)))
        db.session.commit()


def test_lowering_takes_from_what_is_open() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    made = adjusted(bill, AdjustmentKind.LOWER, "120000", TODAY)
    assert isinstance(made, Adjustment)
    charge = charge_of(bill)
    assert (charge.total, charge.adjusted, charge.open_amount) == (Decimal(500_000), Decimal(-120_000), Decimal(380_000))
    assert posted(customer, LedgerAccount.RECEIVABLE) == Decimal(380_000)
    assert posted(customer, LedgerAccount.REVENUE) == Decimal(-380_000)


def test_what_was_paid_of_a_lowered_charge_becomes_credit() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1200000", DUE)
    pays(customer, "1200000", "2026-06-05")
    adjusted(bill, AdjustmentKind.LOWER, "400000", TODAY)
    assert credit_of(customer) == Decimal(400_000)
    assert charge_of(bill).status is ChargeStatus.PAID


def test_a_charge_is_not_lowered_twice_below_nothing() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1200000", DUE)
    pays(customer, "1200000", "2026-06-05")
    adjusted(bill, AdjustmentKind.LOWER, "800000", TODAY)
    with pytest.raises(OperationRefused) as refused:
        adjusted(bill, AdjustmentKind.LOWER, "400001", TODAY)
    assert refused.value.code == "over_open"
    assert (count_adjustments(), credit_of(customer)) == (1, Decimal(800_000))


def test_raising_is_owed_on_top() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    adjusted(bill, AdjustmentKind.RAISE, "20000", TODAY)
    pays(customer, "520000", TODAY)
    charge = charge_of(bill)
    assert (charge.paid, charge.status) == (Decimal(520_000), ChargeStatus.PAID)


@pytest.mark.parametrize(("amount", "reason", "code"), [("0", "x", "amount"), ("-5", "x", "amount"), ("10", "  ", "reason_missing")])
def test_what_cannot_be_adjusted_is_refused_and_writes_nothing(amount: str, reason: str, code: str) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    with pytest.raises(OperationRefused) as refused:
        adjusted(bill, AdjustmentKind.LOWER, amount, TODAY, reason=reason)
    assert refused.value.code == code
    assert (count_adjustments(), charge_of(bill).adjusted) == (0, Decimal(0))


def test_a_voided_charge_is_not_adjusted() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE, posted=TODAY)
    with on_day(TODAY, ZONE), acting("binh"):
        run(void_service_charge, service_charge=bill.id, reason="Sai căn hộ")
    with pytest.raises(OperationRefused) as refused:
        adjusted(bill, AdjustmentKind.RAISE, "5", TODAY)
    assert refused.value.code == "not_adjustable"
    assert count_adjustments() == 0


# Approval ------------------------------------------------------------------------------------------------------------------------


def test_above_the_limit_another_person_must_approve() -> None:
    limit("100000")
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    asked = adjusted(bill, AdjustmentKind.LOWER, "100001", TODAY)
    assert isinstance(asked, Approval)
    assert charge_of(bill).open_amount == Decimal(500_000)
    with on_day(TODAY, ZONE), acting("binh"), pytest.raises(OperationRefused) as refused:
        run(approve_void, approval=asked.id)
    assert refused.value.code == "self_approval"
    with on_day(TODAY, ZONE), acting("ada", "approve"):
        answered = run(approve_void, approval=asked.id).record
    assert (answered.status, answered.made_adjustment_id is not None) == (ApprovalStatus.APPROVED, True)
    assert charge_of(bill).open_amount == Decimal(399_999)


def test_up_to_the_limit_a_manager_adjusts_on_his_own_word() -> None:
    limit("100000")
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    assert isinstance(adjusted(bill, AdjustmentKind.LOWER, "100000", TODAY), Adjustment)


def test_a_cashier_only_asks() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    assert isinstance(adjusted(bill, AdjustmentKind.LOWER, "1", TODAY, by="lan"), Approval)
    assert charge_of(bill).adjusted == Decimal(0)


def test_a_charge_waits_for_one_approval_at_a_time() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    written_off(bill, TODAY)
    with pytest.raises(OperationRefused) as refused:
        written_off(bill, TODAY)
    assert refused.value.code == "adjustment_waiting"


def test_a_cashier_does_not_approve() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    asked = written_off(bill, TODAY, by="binh")
    with on_day(TODAY, ZONE), acting("lan"), pytest.raises(NotAllowed):
        run(approve_void, approval=asked.id)
    assert count_adjustments() == 0


def test_who_asked_is_told_so_before_his_rights_are_looked_at() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    asked = written_off(bill, TODAY, by="lan")
    with on_day(TODAY, ZONE), acting("lan"), pytest.raises(OperationRefused) as refused:
        run(approve_void, approval=asked.id)
    assert refused.value.code == "self_approval"
    assert (count_adjustments(), charge_of(bill).open_amount) == (0, Decimal(500_000))


def test_parts_below_the_limit_do_not_pass_it_together() -> None:
    limit("100000")
    unit, customer = a_resident()
    bill, other = a_bill(unit, customer, "500000", DUE), a_bill(unit, customer, "500000", "2026-07-15")
    assert isinstance(adjusted(bill, AdjustmentKind.LOWER, "60000", TODAY), Adjustment)
    assert isinstance(adjusted(other, AdjustmentKind.LOWER, "60000", TODAY), Adjustment)
    assert isinstance(adjusted(bill, AdjustmentKind.LOWER, "40001", TODAY), Approval)
    assert charge_of(bill).adjusted == Decimal(-60_000)


def test_what_was_approved_or_voided_leaves_the_limit_as_it_was() -> None:
    limit("100000")
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    asked = adjusted(bill, AdjustmentKind.LOWER, "150000", TODAY)
    with on_day(TODAY, ZONE), acting("ada", "approve"):
        run(approve_void, approval=asked.id)
    made = adjusted(bill, AdjustmentKind.LOWER, "90000", TODAY)
    with on_day(TODAY, ZONE), acting("binh"):
        run(void_adjustment, adjustment=made.id, reason="Nhầm")
    assert isinstance(adjusted(bill, AdjustmentKind.LOWER, "100000", TODAY), Adjustment)


def test_a_refused_request_changes_nothing() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    asked = written_off(bill, TODAY)
    with on_day(TODAY, ZONE), acting("binh"):
        run(refuse_void, approval=asked.id, note="Gọi lại cho khách")
    assert (count_adjustments(), charge_of(bill).open_amount) == (0, Decimal(500_000))


def test_a_payment_before_the_approval_leaves_less_to_write_off() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    asked = written_off(bill, TODAY)
    pays(customer, "200000", TODAY)
    with on_day(TODAY, ZONE), acting("binh"), pytest.raises(OperationRefused) as refused:
        run(approve_void, approval=asked.id)
    assert refused.value.code == "over_open"
    assert charge_of(bill).written_off == Decimal(0)


def test_the_database_refuses_an_adjustment_of_somebody_elses_charge() -> None:
    unit, customer = a_resident()
    other = a_customer("HN", "Lê Văn Cường")
    made = adjusted(a_bill(unit, customer, "500000", DUE), AdjustmentKind.LOWER, "120000", TODAY)
    columns = "office_id, year, kind, charge_id, booked_on, amount, credited, reason, needs_approval, second_person_off, created_at"
    again = text(
        f"INSERT INTO adjustment ({columns}, created_by_id, number, sequence, customer_id) "
        f"SELECT {columns}, created_by_id, 'A-2026-000099', 99, :customer FROM adjustment WHERE id = :made"
    )
    with everything("breaking a rule"), pytest.raises(IntegrityError, match="fk_adjustment_office_id_customer_id_charge_id"):
        db.session.execute(again, {"customer": other.id, "made": made.id})
    db.session.rollback()
    assert count_adjustments() == 1


# Write-offs ----------------------------------------------------------------------------------------------------------------------


def test_a_write_off_is_shown_as_written_off_and_is_an_expense_of_its_own() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    pays(customer, "300000", TODAY)
    asked = written_off(bill, TODAY)
    with on_day(TODAY, ZONE), acting("binh"):
        run(approve_void, approval=asked.id)
    charge = charge_of(bill)
    assert (charge.status, charge.written_off, charge.paid) == (ChargeStatus.WRITTEN_OFF, Decimal(200_000), Decimal(300_000))
    assert posted(customer, LedgerAccount.WRITTEN_OFF) == Decimal(200_000)
    assert posted(customer, LedgerAccount.RECEIVABLE) == Decimal(0)


def test_more_than_is_open_is_not_written_off() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    with pytest.raises(OperationRefused) as refused:
        written_off(bill, TODAY, "500001")
    assert refused.value.code == "over_open"
