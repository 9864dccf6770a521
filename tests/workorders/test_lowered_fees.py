"""A fee of a work order below the price list: a manager takes less, with a reason; nobody else does. docs/rules/fees.md."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.billing.choices import PricedOperation
from app.broadband.operations.works import WorkTerms, order_works
from app.foundation.transactions import run
from app.values.errors import NotAllowed, OperationRefused
from app.workorders.models import WorkOrder
from app.workorders.operations import Completion, FeeTerms, OrderChanges, OrderPlan, change_order, complete
from tests import factories
from tests.broadband.test_halting_refusals import key_of
from tests.pages.conftest import signed_in
from tests.workorders.conftest import Works, order_of, type_of
from tests.workorders.test_openings_with_fees import application, the_line
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app", "march_8")
LOWER = Decimal("99.99")


def completed(order: int, fees: FeeTerms) -> WorkOrder:
    return run(complete, work_order=order, completion=Completion(fees=fees)).record


def changed(order: int, fees: FeeTerms) -> WorkOrder:
    return run(change_order, work_order=order, plan=OrderPlan(fees=fees)).record


DEEDS: dict[str, Callable[[int, FeeTerms], WorkOrder]] = {"change": changed, "complete": completed}
every_deed = pytest.mark.parametrize("deed", sorted(DEEDS))


@pytest.fixture(autouse=True)
def firm_prices(app: Flask) -> None:
    factories.make_prices_firm()


@pytest.fixture
def listed(works: Works) -> Works:
    """An order that says the price of the list."""
    factories.set_price(PricedOperation.INSTALLATION, "100.00")
    with factories.acting("chen"):
        changed(works.order().id, FeeTerms(installation_fee=Decimal(100)))
    return works


@every_deed
def test_a_manager_takes_less_for_a_reason_that_stays_with_the_order(listed: Works, deed: str) -> None:
    with factories.acting("chen"):
        order = DEEDS[deed](listed.order().id, FeeTerms(installation_fee=LOWER, reason="老客户"))
    assert (order.installation_fee, order.fee_reason) == (LOWER, "老客户")


@every_deed
def test_a_manager_without_a_reason_is_refused(listed: Works, deed: str) -> None:
    order = listed.order().id
    with assert_nothing_written(), factories.acting("chen"), pytest.raises(OperationRefused) as refused:
        DEEDS[deed](order, FeeTerms(installation_fee=LOWER, reason=" "))
    assert (refused.value.code, refused.value.field) == ("fee_below_price", "reason")


def test_an_installer_takes_no_less_even_for_a_reason(listed: Works) -> None:
    order = listed.order().id
    with assert_nothing_written(), factories.acting("gong"), pytest.raises(NotAllowed) as refused:
        completed(order, FeeTerms(installation_fee=LOWER, reason="老客户"))
    assert (refused.value.code, refused.value.field) == ("fee_below_price", "installation_fee")


def test_an_installer_completes_what_a_manager_agreed(listed: Works) -> None:
    with factories.acting("chen"):
        changed(listed.order().id, FeeTerms(installation_fee=LOWER, reason="老客户"))
    with factories.acting("gong"):
        order = completed(listed.order().id, FeeTerms(installation_fee=LOWER))
    assert (order.installation_fee, order.fee_reason) == (LOWER, "老客户")


def test_a_new_order_below_the_list_needs_the_right_and_a_reason() -> None:
    factories.set_price(PricedOperation.HANDLING, "20.00")
    line = factories.a_line_until("2026-04-14")
    terms = {"subscription": line.id, "business_type": type_of("relocation")}
    plan = OrderChanges(new_address="5-5-501")

    def ordered(**fees: Any) -> WorkOrder:
        return run(order_works, **terms, terms=WorkTerms(changes=plan, fees=FeeTerms(**fees))).record

    with assert_nothing_written(), factories.acting("wang"), pytest.raises(NotAllowed):
        ordered(handling_fee=Decimal(19), reason="老客户")
    with assert_nothing_written(), factories.acting("chen"), pytest.raises(OperationRefused):
        ordered(handling_fee=Decimal(19))
    with factories.acting("chen"):
        assert ordered(handling_fee=Decimal(0), reason="老客户").fee_reason == "老客户"


def test_a_kind_of_work_without_a_price_costs_what_is_entered(listed: Works) -> None:
    line = factories.a_line_until("2026-04-14")
    with factories.acting("wang"):
        fees = FeeTerms(installation_fee=Decimal(1))
        assert run(order_works, subscription=line.id, business_type=type_of("fault"), terms=WorkTerms(fees=fees)).record.total == 1


@pytest.mark.parametrize(("typed", "reason", "status"), [("0", "", 422), ("0", "老客户", 302), ("", "", 302)])
def test_an_opening_below_the_list_is_explained_beside_its_field(app: Flask, typed: str, reason: str, status: int) -> None:
    factories.set_price(PricedOperation.INSTALLATION, "100.00")
    browser = signed_in(app, "chen", "en")
    sent = application(installation_fee=typed, reason=reason, key=key_of(browser.get("/openaccountview/add").text))
    answer = browser.post("/openaccountview/add", data=sent)
    assert answer.status_code == status
    if status == 422:
        assert 'id="reason-error"' in answer.text
    else:
        # What is left empty is the price of the list.
        assert order_of(the_line("opened1")).total == (Decimal(100) if typed == "" else 0)


def test_reception_is_not_asked_for_a_reason(app: Flask) -> None:
    page = signed_in(app, "mei", "en").get("/openaccountview/add").text
    assert 'name="installation_fee"' in page
    assert 'name="reason"' not in page
