"""Undoing operations, payment vouchers and hand-overs by API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.billing.choices import PricedOperation
from app.broadband.models import Subscription
from tests.api.conftest import Programs, assert_refused, made
from tests.broadband.changes import changed_plan, event_of, relocated
from tests.broadband.lines import line_until
from tests.factories import a_plan, make_prices_firm, on_day, reloaded, set_price

pytestmark = pytest.mark.usefixtures("app")
DAY = "2026-06-16"


@pytest.fixture
def line() -> Subscription:
    return line_until("2026-06-30", since="2026-06-01", plan=a_plan(fee=Decimal("80.00")))


OPERATIONS: list[tuple[str, dict[str, Any]]] = [
    ("suspensions", {}),
    ("forced_stops", {"reason": "operator"}),
    ("relocations", {"address": "8-1-301"}),
    ("transfers", {"customer": {"name": "李四"}}),
    ("gifts", {"gift_months": 2, "reason": "活动"}),
    ("compensations", {"compensation_days": 3, "reason": "中断"}),
    ("plan_changes", {"mode": "money"}),
]


@pytest.mark.parametrize(("name", "terms"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_an_operation_is_undone_by_its_own_address(of: Programs, line: Subscription, name: str, terms: dict[str, Any]) -> None:
    if name == "relocations":
        terms = terms | {"community": line.community_id}
    if name == "plan_changes":
        terms = terms | {"plan": a_plan(fee=Decimal("50.00")).id}
    with on_day(DAY):
        record = made(of("chen").post(f"/{name}", {"subscription": line.id, **terms}))
        undone = made(of("chen").post(f"/{name}/{record['id']}/void", {"reason": "录错"}))
        assert (undone["subscription"], undone["subscription_status"], undone["stops_on"]) == (line.id, "active", "2026-06-30")
        assert undone["voucher" if name == "plan_changes" else "operation"] is not None
        assert of("chen").get(f"/{name}/{record['id']}").json["status"] == "voided"


def test_a_cashiers_wish_waits_for_a_manager(of: Programs, line: Subscription) -> None:
    with on_day(DAY):
        record = made(of("wang").post("/suspensions", {"subscription": line.id}))
        asked = made(of("wang").post(f"/suspensions/{record['id']}/void", {"reason": "录错"}), 202)
        decided = made(of("chen").post(f"/approvals/{asked['approval']}/approve", {}), 200)
        assert (decided["operation"], decided["status"]) == (asked["operation"], "approved")
    assert reloaded(line).state == "active"


def test_an_operation_that_another_followed_is_refused(of: Programs, line: Subscription) -> None:
    first = relocated(line, DAY)
    relocated(line, DAY, address="9-9-909")
    with on_day(DAY):
        assert_refused(of("chen").post(f"/relocations/{first.id}/void", {"reason": "录错"}), 422, "later_operation")


def test_a_void_needs_a_reason(of: Programs, line: Subscription) -> None:
    record = relocated(line, DAY)
    with on_day(DAY):
        assert_refused(of("chen").post(f"/relocations/{record.id}/void", {"reason": ""}), 422, "reason_missing")


def test_a_voucher_is_voided(of: Programs, line: Subscription) -> None:
    voucher = event_of(changed_plan(line, DAY, a_plan(fee=Decimal("50.00"))))[2].id
    with on_day(DAY):
        void = made(of("chen").post(f"/vouchers/{voucher}/void", {"reason": "录错"}))
        assert (void["voucher"], void["total"], void["subscription"]) == (voucher, "15.00", line.id)
        seen = of("chen").get(f"/vouchers/{voucher}").json
        assert (seen["status"], seen["reversal"]["id"]) == ("voided", void["id"])


def test_a_fee_below_the_list_is_refused_at_its_field(of: Programs, line: Subscription) -> None:
    set_price(PricedOperation.SUSPENSION, "30.00")
    make_prices_firm()
    with on_day(DAY):
        sent = {"subscription": line.id, "fee": "0.00"}
        assert assert_refused(of("wang").post("/suspensions", sent), 403, "fee_below_price")["fields"].keys() == {"fee"}
        assert assert_refused(of("chen").post("/suspensions", sent), 422, "fee_below_price")["fields"].keys() == {"reason"}
        assert made(of("chen").post("/suspensions", sent | {"reason": "老客户"}))["fee"] == "0.00"


def test_a_fee_that_no_column_holds_is_refused_at_its_field(of: Programs, line: Subscription) -> None:
    with on_day(DAY):
        error = assert_refused(of("wang").post("/suspensions", {"subscription": line.id, "fee": "1" + "0" * 16}), 422, "amount_too_large")
        assert error["fields"].keys() == {"fee"}
