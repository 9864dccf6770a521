"""A closure is final: what it settled is not voided afterwards, and it accounts for the line's own equipment only."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.billing.choices import Method
from app.billing.models import Receipt
from app.billing.operations.voids import void_receipt, void_voucher
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import EquipmentState
from app.broadband.models import Closure, Equipment, Subscription, SubscriptionEvent
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.equipping import EquipmentTerms, Returned, lend
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests.broadband.lines import line_until, suspended
from tests.factories import CASH, a_customer, acting, an_active_line, on_day, paid
from tests.pages.conftest import signed_in
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")
DAY = "2026-06-10"


def closed(line: Subscription, **terms: Any) -> Closure:
    with on_day(DAY), acting("chen"):
        return run(close, subscription=line.id, terms=ClosureTerms(**terms)).record


def lent(line: Subscription) -> Equipment:
    with on_day(DAY), acting("chen"):
        return run(
            lend, subscription=line.id, terms=EquipmentTerms(name="光猫", serial="ZX-77", deposit=Decimal("100.00"), methods=CASH)
        ).record


def test_the_receipt_of_a_deposit_that_was_paid_back_is_not_voided() -> None:
    line = line_until("2026-08-14")
    piece = lent(line)
    with everything("the receipt of the deposit"):
        paid_by = db.session.scalars(select(Receipt).order_by(Receipt.id.desc()).limit(1)).one()
    closed(line, returned=(Returned(equipment=piece.id, state=EquipmentState.GOOD),))
    with assert_nothing_written(), on_day(DAY), acting("chen"), pytest.raises(OperationRefused) as refused:
        run(void_receipt, receipt=paid_by.id, reason="录错")
    assert refused.value.code == "later_operation"


def test_a_closure_is_final_also_where_the_credit_it_gave_was_spent() -> None:
    customer = a_customer(name="王晓明")
    line = line_until("2026-08-14", customer=customer)
    other = an_active_line("2026-06-01", customer=customer)
    closure = closed(line, refund_method=Method.CREDIT)
    with everything("the voucher of the closure"):
        voucher = db.session.scalars(select(SubscriptionEvent.voucher_id).where(SubscriptionEvent.id == closure.event_id)).one()
    paid(other, DAY, 1, methods=(MethodAmount(Method.CREDIT),))
    with assert_nothing_written(), on_day(DAY), acting("chen"), pytest.raises(OperationRefused) as refused:
        run(void_voucher, voucher=voucher, reason="录错")
    assert refused.value.code == "later_operation"


def test_the_receipt_of_what_was_set_off_is_not_voided() -> None:
    line = line_until("2026-08-14")
    suspended(line, DAY, fee=Decimal("20.00"))
    closure = closed(line)
    assert closure.set_off == Decimal("20.00")
    with assert_nothing_written(), on_day(DAY), acting("chen"), pytest.raises(OperationRefused) as refused:
        run(void_receipt, receipt=closure.set_off_receipt_id, reason="录错")
    assert refused.value.code == "later_operation"


@pytest.mark.parametrize("told", [(999_999,), (None, 999_999), (None, None)])
def test_equipment_of_others_or_told_twice_refuses_the_closure(told: tuple[int | None, ...]) -> None:
    line = line_until("2026-08-14")
    piece = lent(line)
    returned = tuple(Returned(equipment=each or piece.id, state=EquipmentState.GOOD) for each in told)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        closed(line, returned=returned)
    assert refused.value.field == "returned"


def test_the_voucher_of_a_closure_offers_no_void(app: Flask) -> None:
    voucher = closed(line_until("2026-08-14", since="2026-05-15")).event.voucher_id
    with on_day(DAY):
        page = signed_in(app, "chen", "en").get(f"/voucherview/show/{voucher}")
    assert page.status_code == 200
    assert "voidvoucherview" not in page.text


@pytest.mark.parametrize(("stops_on", "told"), [("2026-08-14", True), (DAY, True), ("2026-06-09", False)])
def test_a_closure_names_the_last_day_of_a_line_that_serves(app: Flask, stops_on: str, told: bool) -> None:
    line = line_until(stops_on)
    with on_day(DAY):
        seen = signed_in(app, "chen", "en").post("/closureview/preview", data={"subscription": line.id, "refund_method": "cash"})
    assert seen.status_code == 200, seen.text
    assert ("is the last day with service" in seen.text) is told


def test_a_closure_of_a_line_that_rests_names_no_last_day(app: Flask) -> None:
    line = line_until("2026-08-14")
    suspended(line, "2026-06-01", fee=Decimal(0))
    with on_day(DAY):
        seen = signed_in(app, "chen", "en").post("/closureview/preview", data={"subscription": line.id, "refund_method": "cash"})
    assert seen.status_code == 200, seen.text
    assert "is the last day with service" not in seen.text
