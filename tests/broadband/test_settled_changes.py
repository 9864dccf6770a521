"""What comes back of a change of plan settles first what is open for the line; nothing is paid out while a charge is open."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing.choices import ApprovalStatus, Method
from app.billing.models import Approval, Receipt
from app.billing.operations.receipts import credit_balance
from app.billing.operations.voids import void_receipt, void_voucher
from app.billing.statement import statement_of
from app.broadband.choices import PlanChangeStatus
from app.broadband.models import PlanChange, Subscription
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests.broadband.changes import changed_plan, event_of, rows, stands
from tests.broadband.lines import line_until, suspended
from tests.factories import a_plan, acting, on_day, paid, reloaded
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")
DAY = "2026-06-16"


def a_month() -> Subscription:
    return line_until("2026-06-30", since="2026-06-01", plan=a_plan(fee=Decimal("50.00")))


def there_and_back(line: Subscription, **terms: object) -> tuple[PlanChange, PlanChange]:
    """Change to a dearer plan that stays unpaid (15.00), and back on the same day."""
    with everything("reading a test's own plan"):
        cheap = reloaded(line).plan
    dearer = changed_plan(line, DAY, a_plan(fee=Decimal("80.00")))
    return dearer, changed_plan(line, DAY, cheap, **terms)


def methods(change: PlanChange) -> list[tuple[Method, Decimal]]:
    with everything("reading a test's own voucher"):
        return [(each.method, each.amount) for each in reloaded(change).event.voucher.methods]


def credit(line: Subscription) -> Decimal:
    with everything("reading a test's own credit"):
        return credit_balance(reloaded(line).customer)


def settled_by(change: PlanChange) -> Receipt:
    with everything("reading a test's own receipt"):
        found: Receipt = db.session.scalars(select(Receipt).where(Receipt.id == reloaded(change).set_off_receipt_id)).one()
        return found


def test_a_dearer_plan_left_unpaid_and_changed_back_pays_nothing_out() -> None:
    line = a_month()
    dearer, back = there_and_back(line)
    assert methods(back) == [(Method.CREDIT, Decimal("15.00"))]
    assert (event_of(dearer)[0].open_amount, settled_by(back).total, credit(line)) == (0, Decimal("15.00"), 0)


def test_what_is_left_after_the_open_charges_is_paid_out() -> None:
    line = a_month()
    suspension_fee = event_of(changed_plan(line, DAY, a_plan(fee=Decimal("60.00"))))[0]
    assert suspension_fee.open_amount == Decimal("5.00")
    change = changed_plan(line, DAY, a_plan(fee=Decimal("20.00")))
    assert methods(change) == [(Method.CREDIT, Decimal("5.00")), (Method.CASH, Decimal("15.00"))]


def test_what_the_return_does_not_cover_stays_open() -> None:
    line = a_month()
    dearer = changed_plan(line, DAY, a_plan(fee=Decimal("80.00")))
    back = changed_plan(line, DAY, a_plan(fee=Decimal("70.00")))
    assert (methods(back), event_of(dearer)[0].open_amount) == ([(Method.CREDIT, Decimal("5.00"))], Decimal("10.00"))


def test_as_credit_all_of_it_is_kept_and_the_charge_stays_open() -> None:
    line = a_month()
    dearer, _ = there_and_back(line, refund_method=Method.CREDIT)
    assert (event_of(dearer)[0].open_amount, credit(line)) == (Decimal("15.00"), Decimal("15.00"))


def test_the_statement_names_the_voucher_that_was_kept_as_credit() -> None:
    line = a_month()
    voucher = event_of(changed_plan(line, DAY, a_plan(fee=Decimal("20.00")), refund_method=Method.CREDIT))[2]
    with everything("reading a test's own statement"):
        documents = [entry.document for entry in statement_of(reloaded(line).customer).lines]
    assert [(each.kind, each.number) for each in documents][-1] == ("voucher", voucher.number)


def test_the_void_of_its_voucher_opens_the_charge_again_and_brings_back_rows_and_plan() -> None:
    line = a_month()
    dearer = changed_plan(line, DAY, a_plan(fee=Decimal("80.00")))
    before, before_rows = stands(line), rows(line)
    back = changed_plan(line, DAY, a_plan(fee=Decimal("20.00")))
    with on_day(DAY), acting("chen"):
        run(void_voucher, voucher=event_of(back)[2].id, reason="录错")
    assert (stands(line), rows(line)) == (before, before_rows)
    assert (event_of(dearer)[0].open_amount, credit(line)) == (Decimal("15.00"), 0)
    assert reloaded(back).change_status is PlanChangeStatus.WITHDRAWN
    with everything("reading a test's own receipt"):
        assert reloaded(settled_by(back)).reversal is not None


def test_a_request_that_waited_for_the_void_of_its_receipt_is_granted_with_the_voucher() -> None:
    line = a_month()
    changed_plan(line, DAY, a_plan(fee=Decimal("80.00")))
    back = changed_plan(line, DAY, a_plan(fee=Decimal("20.00")))
    receipt = settled_by(back).id
    with on_day(DAY), acting("wang"):
        request = run(void_receipt, receipt=receipt, reason="录错").record
    assert isinstance(request, Approval)
    with on_day(DAY), acting("chen"):
        run(void_voucher, voucher=event_of(back)[2].id, reason="录错")
    granted = reloaded(request)
    with everything("reading a test's own receipt"):
        assert (granted.status, granted.reversal_id) == (ApprovalStatus.APPROVED, reloaded(settled_by(back)).reversal.id)


@pytest.mark.parametrize("after", ["payment", "suspension"])
def test_a_voucher_that_something_followed_is_not_voided(after: str) -> None:
    line = line_until("2026-06-30", since="2026-06-01", plan=a_plan(fee=Decimal("80.00")))
    change = changed_plan(line, DAY, a_plan(fee=Decimal("50.00")))
    if after == "payment":
        paid(line, DAY)
    else:
        suspended(line, DAY)
    voucher = event_of(change)[2].id
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused, on_day(DAY), acting("chen"):
        run(void_voucher, voucher=voucher, reason="录错")
    assert refused.value.code == "later_operation"
