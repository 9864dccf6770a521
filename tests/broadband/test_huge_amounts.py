"""Amounts that no column holds are refused with a sentence beside their field; the largest that it holds is taken."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from app.billing.choices import Method
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import EquipmentState
from app.broadband.models import Subscription
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.equipping import EquipmentTerms, Returned, lend
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from app.values.money import LARGEST_AMOUNT
from tests.broadband.changes import changed_plan, relocated, transferred
from tests.broadband.lines import line_until, resumed, suspended
from tests.factories import CASH, a_customer, a_plan, acting, on_day, paid
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")
DAY = "2026-06-15"


def resume(line: Subscription, **terms: Any) -> Any:
    suspended(line, "2026-06-10")
    return resumed(line, DAY, **terms)


def equip(line: Subscription, deposit: Decimal, methods: tuple[MethodAmount, ...] = ()) -> Any:
    with on_day(DAY), acting("chen"):
        return run(lend, subscription=line.id, terms=EquipmentTerms(name="光猫", serial="A1", deposit=deposit, methods=methods)).record


def close_with(line: Subscription, compensation: Decimal) -> Any:
    piece = equip(line, Decimal(100), CASH)
    with on_day(DAY), acting("chen"):
        lost = Returned(equipment=piece.id, state=EquipmentState.LOST, compensation=compensation)
        terms = ClosureTerms(refund_method=Method.CASH, returned=(lost,))
        return run(close, subscription=line.id, terms=terms).record


FEES: dict[str, Callable[[Subscription, Decimal, tuple[MethodAmount, ...]], Any]] = {
    "suspension": lambda line, fee, methods: suspended(line, DAY, fee=fee, methods=methods),
    "resumption": lambda line, fee, methods: resume(line, fee=fee, methods=methods),
    "relocation": lambda line, fee, methods: relocated(line, DAY, fee=fee, methods=methods),
    "transfer": lambda line, fee, methods: transferred(line, DAY, customer=a_customer(name="李四").id, fee=fee, methods=methods),
    "deposit": equip,
}
HUGE = [Decimal(10) ** 14, Decimal(10) ** 15, LARGEST_AMOUNT]


def a_month() -> Subscription:
    return line_until("2026-06-30", since="2026-06-01")


@pytest.mark.parametrize("amount", HUGE, ids=str)
@pytest.mark.parametrize("methods", [(), CASH], ids=["open", "paid"])
@pytest.mark.parametrize("what", FEES)
def test_the_largest_fees_are_taken(what: str, methods: tuple[MethodAmount, ...], amount: Decimal) -> None:
    record = FEES[what](a_month(), amount, methods)
    assert (record.deposit if what == "deposit" else record.fee) == amount


def change_plan(line: Subscription, fee: Decimal) -> Any:
    return changed_plan(line, DAY, a_plan(fee=Decimal("80.00")), fee=fee)


def test_the_fee_of_a_plan_change_is_added_to_its_price() -> None:
    # 30 days left of 30: 80.00 for the new plan, less 50.00 of the old one.
    with pytest.raises(OperationRefused) as refused:
        change_plan(line_until("2026-07-14", since="2026-06-15"), LARGEST_AMOUNT)
    assert (refused.value.code, refused.value.field) == ("amount_too_large", "fee")
    assert change_plan(line_until("2026-07-14", since="2026-06-15"), LARGEST_AMOUNT - 30).fee == LARGEST_AMOUNT - 30


def test_a_plan_that_costs_too_much_for_the_days_left_is_refused_at_the_plan() -> None:
    line, plan = line_until("2027-05-31", since="2026-06-01"), a_plan(fee=LARGEST_AMOUNT)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        changed_plan(line, DAY, plan)
    assert (refused.value.code, refused.value.field) == ("amount_too_large", "plan")


@pytest.mark.parametrize("what", ["suspension", "relocation", "deposit"])
def test_a_fee_that_no_column_holds_is_refused_at_its_field(what: str) -> None:
    line = a_month()
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        FEES[what](line, Decimal(10) ** 16, ())
    assert (refused.value.code, refused.value.field) == ("amount_too_large", "deposit" if what == "deposit" else "fee")


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("maintenance_fee", {"months": 120, "maintenance_fee": Decimal(10) ** 14}),
        ("maintenance_fee", {"months": 1, "maintenance_fee": LARGEST_AMOUNT}),
        ("other_fee", {"months": 1, "other_fee": LARGEST_AMOUNT}),
        ("discount", {"months": 1, "discount": Decimal(10) ** 16}),
    ],
)
def test_a_payment_that_comes_to_too_much_is_refused_at_the_field_that_is_too_much(field: str, terms: dict[str, Any]) -> None:
    line = a_month()
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        paid(line, DAY, **terms)
    assert (refused.value.code, refused.value.field) == ("amount_too_large", field)


def test_cash_tendered_that_no_column_holds_is_refused_at_its_field() -> None:
    line = a_month()
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        suspended(line, DAY, fee=Decimal(20), methods=(MethodAmount(Method.CASH, None, LARGEST_AMOUNT + 1),))
    assert (refused.value.code, refused.value.field) == ("amount_too_large", "tendered")


def test_debts_of_a_closure_that_come_to_too_much_are_refused() -> None:
    line = a_month()
    suspended(line, DAY, fee=LARGEST_AMOUNT)
    resumed(line, DAY, fee=LARGEST_AMOUNT)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused, on_day(DAY), acting("chen"):
        run(close, subscription=line.id, terms=ClosureTerms(refund_method=Method.CASH))
    assert refused.value.code == "amount_too_large"


def test_the_largest_compensation_for_equipment_is_a_debt() -> None:
    assert close_with(a_month(), LARGEST_AMOUNT).owed == LARGEST_AMOUNT
