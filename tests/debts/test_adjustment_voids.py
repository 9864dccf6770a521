"""What forbids what: voids of adjustments, of the receipts of adjusted charges, of the charges themselves."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.billing.choices import AdjustmentKind, LedgerAccount, Method
from app.billing.operations.voids import void_adjustment, void_receipt
from app.foundation.transactions import run
from app.runs.operations.voiding import void_service_charge
from app.values.errors import OperationRefused
from tests.debts.making import ZONE, a_bill, a_resident, adjusted, charge_of, credit_of, pays, posted
from tests.factories import acting, on_day

pytestmark = pytest.mark.usefixtures("app")
DUE, TODAY = "2026-06-15", "2026-06-10"


def test_a_voided_adjustment_leaves_the_charge_as_it_was() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    pays(customer, "450000", TODAY)
    made = adjusted(bill, AdjustmentKind.LOWER, "120000", TODAY)
    with on_day(TODAY, ZONE), acting("binh"):
        run(void_adjustment, adjustment=made.id, reason="Nhầm hóa đơn")
    charge = charge_of(bill)
    assert (charge.adjusted, charge.open_amount, credit_of(customer)) == (Decimal(0), Decimal(50_000), Decimal(0))
    assert posted(customer, LedgerAccount.REVENUE) == Decimal(-500_000)


def test_a_raise_that_was_paid_is_not_voided() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    made = adjusted(bill, AdjustmentKind.RAISE, "20000", TODAY)
    pays(customer, "520000", TODAY)
    with on_day(TODAY, ZONE), acting("binh"), pytest.raises(OperationRefused) as refused:
        run(void_adjustment, adjustment=made.id, reason="Nhầm")
    assert refused.value.code == "paid_since"
    assert charge_of(bill).adjusted == Decimal(20_000)


def test_credit_that_was_used_forbids_the_void_of_what_gave_it() -> None:
    unit, customer = a_resident()
    bill, other = a_bill(unit, customer, "500000", DUE), a_bill(unit, customer, "300000", "2026-07-15")
    pays(customer, "500000", TODAY, (bill, "500000"))
    made = adjusted(bill, AdjustmentKind.LOWER, "200000", TODAY)
    pays(customer, "200000", TODAY, (other, "200000"), method=Method.CREDIT)
    with on_day(TODAY, ZONE), acting("binh"), pytest.raises(OperationRefused) as refused:
        run(void_adjustment, adjustment=made.id, reason="Nhầm")
    assert refused.value.code == "credit_spent"


def test_an_adjusted_charge_is_not_voided_before_its_adjustments() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE, posted=TODAY)
    adjusted(bill, AdjustmentKind.LOWER, "120000", TODAY)
    with on_day(TODAY, ZONE), acting("binh"), pytest.raises(OperationRefused) as refused:
        run(void_service_charge, service_charge=bill.id, reason="Sai căn hộ")
    assert refused.value.code == "adjusted"


def test_a_voided_receipt_leaves_adjustments_alone() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    receipt = pays(customer, "380000", TODAY)
    adjusted(bill, AdjustmentKind.LOWER, "120000", TODAY)
    with on_day(TODAY, ZONE), acting("binh"):
        run(void_receipt, receipt=receipt.id, reason="Thu nhầm")
    assert charge_of(bill).open_amount == Decimal(380_000)


def test_a_receipt_is_not_voided_while_part_of_what_it_paid_is_credit() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    receipt = pays(customer, "500000", TODAY)
    made = adjusted(bill, AdjustmentKind.LOWER, "200000", TODAY)
    with on_day(TODAY, ZONE), acting("binh"), pytest.raises(OperationRefused, match=str(made.number)) as refused:
        run(void_receipt, receipt=receipt.id, reason="Thu nhầm")
    assert refused.value.code == "adjusted"
    assert (charge_of(bill).paid, credit_of(customer)) == (Decimal(500_000), Decimal(200_000))


def test_it_is_voided_after_the_adjustment() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    receipt = pays(customer, "500000", TODAY)
    made = adjusted(bill, AdjustmentKind.LOWER, "200000", TODAY)
    with on_day(TODAY, ZONE), acting("binh"):
        run(void_adjustment, adjustment=made.id, reason="Nhầm")
        run(void_receipt, receipt=receipt.id, reason="Thu nhầm")
    assert (charge_of(bill).open_amount, credit_of(customer)) == (Decimal(500_000), Decimal(0))


def test_one_of_two_receipts_is_voided_where_the_other_paid_what_became_credit() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", DUE)
    pays(customer, "300000", TODAY)
    receipt = pays(customer, "200000", TODAY)
    adjusted(bill, AdjustmentKind.LOWER, "200000", TODAY)
    with on_day(TODAY, ZONE), acting("binh"):
        run(void_receipt, receipt=receipt.id, reason="Thu nhầm")
    assert (charge_of(bill).open_amount, credit_of(customer)) == (Decimal(200_000), Decimal(200_000))
