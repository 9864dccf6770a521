"""Payment vouchers are voided by a counter-document: the money came back, what was paid back for is undone, the paper carries the mark."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal

import pytest
from flask import Flask
from pypdf import PdfReader

from app.billing.invariants import INVARIANTS as BILLING
from app.billing.models import Approval, Reversal, Voucher
from app.billing.operations.voids import approve_void, void_voucher
from app.billing.printing import printed_voucher
from app.broadband.invariants import INVARIANTS as BROADBAND
from app.broadband.models import PlanChange, Subscription
from app.broadband.operations.closing import ClosureTerms, close
from app.foundation.database import db
from app.foundation.proofs import prove_on
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.reports.daily_takings import daily_takings, takings_by_method
from app.values.errors import OperationRefused
from tests.broadband.changes import changed_plan, event_of, rows, stands
from tests.broadband.lines import line_until
from tests.factories import a_plan, acting, on_day
from tests.pages.conftest import signed_in
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")
DAY, LATER = "2026-06-16", "2026-06-17"


def a_month() -> Subscription:
    return line_until("2026-06-30", since="2026-06-01", plan=a_plan(fee=Decimal("80.00")))


def cheaper(line: Subscription) -> PlanChange:
    """15 of 30 days to a plan of 50.00: 15.00 come back in cash."""
    return changed_plan(line, DAY, a_plan(fee=Decimal("50.00")))


def voucher_of(change: PlanChange) -> Voucher:
    found: Voucher = event_of(change)[2]
    return found


def voided(voucher: Voucher, on: str = DAY, *, by: str = "chen", reason: str = "录错") -> Reversal | Approval:
    with on_day(on), acting(by):
        return run(void_voucher, voucher=voucher.id, reason=reason).record


def test_the_line_is_as_before_and_the_money_back() -> None:
    line = a_month()
    before, before_rows = stands(line), rows(line)
    voucher = voucher_of(cheaper(line))
    reversal = voided(voucher)
    assert isinstance(reversal, Reversal)
    assert (reversal.voucher_id, reversal.total, reversal.needs_approval) == (voucher.id, Decimal("15.00"), False)
    assert (stands(line), rows(line)) == (before, before_rows)


def test_on_a_later_day_another_person_agrees() -> None:
    line = a_month()
    before = stands(line)
    request = voided(voucher_of(cheaper(line)), LATER)
    assert isinstance(request, Approval)
    with on_day(LATER), acting("zhou"):
        run(approve_void, approval=request.id)
    assert stands(line) == before


def test_a_cashier_only_asks() -> None:
    line = a_month()
    voucher = voucher_of(cheaper(line))
    after = stands(line)
    assert isinstance(voided(voucher, by="wang"), Approval)
    assert stands(line) == after


def test_the_list_says_whose_void_is_asked_for(app: Flask) -> None:
    voucher = voucher_of(cheaper(a_month()))
    assert isinstance(voided(voucher, by="wang"), Approval)
    with on_day(DAY):
        browser = signed_in(app, "chen", "en")
        assert "Void asked for" in browser.get(f"/voucherview/show/{voucher.id}").text
        assert voucher.number in browser.get("/voucherview/list/?status=void_asked").text
        assert voucher.number not in browser.get("/voucherview/list/?status=voided").text


def test_a_voucher_is_voided_once() -> None:
    voucher = voucher_of(cheaper(a_month()))
    voided(voucher)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        voided(voucher)
    assert refused.value.code == "already_voided"


def test_the_voucher_of_a_closure_is_final() -> None:
    line = a_month()
    with on_day(DAY), acting("chen"):
        closure = run(close, subscription=line.id, terms=ClosureTerms()).record
    with everything("reading a test's own voucher"):
        voucher = closure.event.voucher
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        voided(voucher)
    assert refused.value.code == "later_operation"


def test_the_takings_take_the_refund_back() -> None:
    voucher = voucher_of(cheaper(a_month()))
    day = datetime.date.fromisoformat(DAY)
    terms = {"offices": [voucher.office_id], "start": day, "end": day}
    voided(voucher)
    with everything("reading a test's own takings"):
        (row,) = daily_takings(**terms)
        (cash,) = takings_by_method(**terms)
    assert (row["refunds"], row["other"], row["total"]) == (0, 0, 0)
    assert (cash["received"], cash["paid_out"], cash["total"]) == (0, 0, 0)


def test_the_printed_voucher_carries_the_mark() -> None:
    voucher = voucher_of(cheaper(a_month()))
    reversal = voided(voucher)
    with on_day(DAY), acting("chen"):
        pdf = printed_voucher(voucher.id)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert reversal.number in text
    assert "录错" in text


def test_the_books_hold() -> None:
    line = a_month()
    changed_plan(line, DAY, a_plan(fee=Decimal("90.00")))
    voided(voucher_of(changed_plan(line, DAY, a_plan(fee=Decimal("50.00")))))
    with everything("the invariants are asked of all rows"):
        broken = [result for result in prove_on(db.session.connection(), (*BILLING, *BROADBAND)) if not result.holds]
    assert [(result.invariant.name, result.error, result.violations) for result in broken] == []
