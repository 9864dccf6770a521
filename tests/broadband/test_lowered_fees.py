"""A fee below the office's price list: a manager takes less, with a reason; a cashier does not. docs/rules/fees.md."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.billing.choices import PricedOperation
from app.broadband.models import Subscription
from app.foundation.database import db
from app.foundation.scope import everything
from app.values.errors import NotAllowed, OperationRefused
from tests.broadband.changes import changed_plan, relocated, transferred
from tests.broadband.lines import line_until, resumed, suspended
from tests.factories import a_customer, a_plan, make_prices_firm, office, paid, set_price
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")

Deed = Callable[..., Any]
DAY = "2026-06-15"


def test_where_prices_are_not_firm_anybody_who_may_takes_less() -> None:
    line = a_line(PricedOperation.SUSPENSION)
    with everything("the office's setting"):
        office().prices_are_firm = False
        db.session.commit()
    assert suspended(line, DAY, fee=Decimal("10.00")).fee == Decimal("10.00")


def suspend(line: Subscription, **terms: Any) -> Any:
    return suspended(line, DAY, **terms)


def resume(line: Subscription, **terms: Any) -> Any:
    suspended(line, "2026-06-10", by="chen", fee=Decimal(0), reason="-")
    return resumed(line, DAY, **terms)


def relocate(line: Subscription, **terms: Any) -> Any:
    return relocated(line, DAY, **terms)


def transfer(line: Subscription, **terms: Any) -> Any:
    return transferred(line, DAY, customer=a_customer(name="李四").id, **terms)


def change_plan(line: Subscription, **terms: Any) -> Any:
    return changed_plan(line, DAY, a_plan(fee=Decimal("80.00")), **terms)


PRICED: dict[PricedOperation, Deed] = {
    PricedOperation.SUSPENSION: suspend,
    PricedOperation.RESUMPTION: resume,
    PricedOperation.RELOCATION: relocate,
    PricedOperation.TRANSFER: transfer,
    PricedOperation.PLAN_CHANGE: change_plan,
}


@pytest.fixture(autouse=True)
def firm_prices(app: Flask) -> None:
    make_prices_firm()


every_operation = pytest.mark.parametrize("priced", list(PRICED), ids=str)


def a_line(priced: PricedOperation) -> Subscription:
    set_price(priced, "30.00")
    return line_until("2026-06-30", since="2026-06-01")


@every_operation
def test_a_manager_takes_less_for_a_reason(priced: PricedOperation) -> None:
    record = PRICED[priced](a_line(priced), by="chen", fee=Decimal("10.00"), reason="老客户")
    assert (record.fee, record.reason) == (Decimal("10.00"), "老客户")


@every_operation
def test_nothing_is_taken_for_a_reason(priced: PricedOperation) -> None:
    assert PRICED[priced](a_line(priced), by="chen", fee=Decimal(0), reason="线路故障").fee == 0


@every_operation
def test_a_manager_without_a_reason_is_refused(priced: PricedOperation) -> None:
    line = a_line(priced)
    with pytest.raises(OperationRefused) as refused:
        PRICED[priced](line, by="chen", fee=Decimal("29.99"), reason=" ")
    assert (refused.value.code, refused.value.field) == ("fee_below_price", "reason")


@pytest.mark.parametrize("priced", [priced for priced in PRICED if priced is not PricedOperation.PLAN_CHANGE], ids=str)
def test_a_cashier_takes_no_less_even_for_a_reason(priced: PricedOperation) -> None:
    line = a_line(priced)
    with pytest.raises(NotAllowed) as refused:
        PRICED[priced](line, by="wang", fee=Decimal("29.99"), reason="老客户")
    assert (refused.value.code, refused.value.field) == ("fee_below_price", "fee")


def test_what_is_refused_writes_nothing() -> None:
    line = a_line(PricedOperation.SUSPENSION)
    with assert_nothing_written(), pytest.raises(NotAllowed):
        suspended(line, DAY, fee=Decimal(0), reason="老客户")
    with assert_nothing_written(), pytest.raises(OperationRefused):
        suspended(line, DAY, by="chen", fee=Decimal(0))


@pytest.mark.parametrize("fee", ["30.00", "45.00"])
def test_the_price_and_more_need_no_reason(fee: str) -> None:
    assert suspended(a_line(PricedOperation.SUSPENSION), DAY, fee=Decimal(fee)).fee == Decimal(fee)


def test_what_has_no_price_costs_what_is_entered() -> None:
    line = line_until("2026-06-30", since="2026-06-01")
    assert suspended(line, DAY, fee=Decimal(0)).fee == 0


def test_the_maintenance_fee_of_a_payment_is_a_price_of_the_list_too() -> None:
    set_price(PricedOperation.MAINTENANCE, "5.00")
    line = line_until("2026-06-30", since="2026-06-01")
    with assert_nothing_written(), pytest.raises(NotAllowed) as refused:
        paid(line, DAY, by="wang", maintenance_fee=Decimal("4.99"), reason="老客户")
    assert refused.value.field == "maintenance_fee"
    assert paid(line, DAY, by="chen", maintenance_fee=Decimal(0), reason="老客户").maintenance_fee == 0
