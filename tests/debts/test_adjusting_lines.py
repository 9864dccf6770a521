"""Adjustments and write-offs of what is charged for a line: fees and works; neither deposits nor the days that were sold."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.billing.choices import AdjustmentKind, ChargeStatus, PricedOperation
from app.billing.models import Adjustment, Approval, Charge
from app.billing.operations.voids import approve_void, void_adjustment
from app.billing.queries import open_charges
from app.broadband.models import Subscription
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.equipping import EquipmentTerms, lend
from app.debts.operations.adjusting import adjust_charge, write_off
from app.debts.queries.promises import debts_of
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests.broadband.changes import changed_plan, relocated, transferred
from tests.factories import a_customer, a_plan, acting, an_active_line, on_day, paid, reloaded, set_price

pytestmark = pytest.mark.usefixtures("app")
FEE_DAY, TODAY = "2026-03-10", "2026-03-12"


def a_line_with_a_fee() -> tuple[Subscription, Charge]:
    """A line paid for March, and a relocation fee of ¥20.00 that was to be paid later and is overdue."""
    set_price(PricedOperation.RELOCATION, "20.00")
    line = an_active_line("2026-03-01")
    paid(line, "2026-03-01")
    relocated(line, FEE_DAY)
    return line, the_open_charge(line)


def the_open_charge(line: Subscription) -> Charge:
    with everything("reading"):
        return db.session.scalars(open_charges(line.customer_id)).one()


def now(charge: Charge) -> Charge:
    with everything("reading"):
        return db.session.scalars(select(Charge).where(Charge.id == charge.id).execution_options(populate_existing=True)).one()


def given_up(charge: Charge, day: str = TODAY) -> Approval:
    with on_day(day), acting("wang"):
        request = run(write_off, charge=charge.id, reason="收不回").record
    with on_day(day), acting("chen"):
        return run(approve_void, approval=request.id).record


def assert_refused(code: str, charge: Charge, kind: AdjustmentKind, day: str = TODAY) -> None:
    with on_day(day), acting("chen"), pytest.raises(OperationRefused) as refused:
        if kind is AdjustmentKind.WRITE_OFF:
            run(write_off, charge=charge.id, reason="收不回")
        else:
            run(adjust_charge, charge=charge.id, kind=kind, amount=Decimal(1), reason="多收")
    assert refused.value.code == code
    with everything("counting"):
        assert db.session.scalars(select(func.count()).select_from(Adjustment)).one() == 0
        assert db.session.scalars(select(func.count()).select_from(Approval)).one() == 0


def test_what_is_overdue_of_a_line_holds_up_its_transfer_until_it_is_written_off() -> None:
    line, fee = a_line_with_a_fee()
    other = a_customer(name="李四")
    with pytest.raises(OperationRefused) as refused:
        transferred(line, TODAY, customer=other.id)
    assert refused.value.code == "arrears_open"
    given_up(fee)
    transferred(line, TODAY, customer=other.id)
    assert (reloaded(line).customer_id, now(fee).status) == (other.id, ChargeStatus.WRITTEN_OFF)


def test_a_void_of_the_write_off_holds_it_up_again() -> None:
    line, fee = a_line_with_a_fee()
    made = given_up(fee).made_adjustment_id
    with on_day(TODAY), acting("chen"):
        run(void_adjustment, adjustment=made, reason="误操作")
    with pytest.raises(OperationRefused) as refused:
        transferred(line, TODAY, customer=a_customer(name="李四").id)
    assert refused.value.code == "arrears_open"


def test_a_lowered_fee_leaves_the_rest_owed_and_a_raised_one_more() -> None:
    line, fee = a_line_with_a_fee()
    with on_day(TODAY), acting("chen"):
        run(adjust_charge, charge=fee.id, kind=AdjustmentKind.LOWER, amount=Decimal("12.50"), reason="多收")
        assert debts_of(line.customer_id) == Decimal("7.50")
        run(adjust_charge, charge=fee.id, kind=AdjustmentKind.RAISE, amount=Decimal("0.25"), reason="少收")
        assert debts_of(line.customer_id) == Decimal("7.75")


def test_a_closure_sets_off_what_is_left_of_a_lowered_fee() -> None:
    line, fee = a_line_with_a_fee()
    with on_day(TODAY), acting("chen"):
        run(adjust_charge, charge=fee.id, kind=AdjustmentKind.LOWER, amount=Decimal("12.50"), reason="多收")
        closure = run(close, subscription=line.id, terms=ClosureTerms()).record
    assert (closure.owed, closure.set_off, now(fee).open_amount) == (Decimal("7.50"), Decimal("7.50"), Decimal(0))


@pytest.mark.parametrize("kind", list(AdjustmentKind))
def test_a_deposit_is_neither_adjusted_nor_written_off(kind: AdjustmentKind) -> None:
    line = an_active_line("2026-03-01")
    with on_day(FEE_DAY), acting("chen"):
        run(lend, subscription=line.id, terms=EquipmentTerms(name="光猫", serial="GM-9", deposit=Decimal("100.00")))
    assert_refused("deposit", the_open_charge(line), kind)


def test_days_that_were_paid_are_not_lowered() -> None:
    line = an_active_line("2026-03-01")
    sold = paid(line, "2026-03-01")
    with everything("reading"):
        charge = db.session.get_one(Charge, sold.charge_id)
    assert_refused("sold_days", charge, AdjustmentKind.LOWER)


def test_what_is_open_of_sold_days_is_written_off_when_the_line_is_closed() -> None:
    line = an_active_line("2026-03-01", plan=a_plan(fee=Decimal("50.00")))
    paid(line, "2026-03-01")
    changed_plan(line, FEE_DAY, a_plan(fee=Decimal("900.00")))
    charge = the_open_charge(line)
    assert_refused("sold_days", charge, AdjustmentKind.WRITE_OFF)
    with on_day("2026-04-20"), acting("chen"):
        run(close, subscription=line.id, terms=ClosureTerms())
    left = now(charge).open_amount
    assert left > 0
    given_up(charge, "2026-04-20")
    assert (now(charge).written_off, now(charge).status) == (left, ChargeStatus.WRITTEN_OFF)
