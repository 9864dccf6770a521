"""A hand-over that was a mistake is voided: the money is the installer's to account for again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask

from app.billing.choices import LedgerAccount
from app.billing.invariants import INVARIANTS as BILLING
from app.billing.models import Approval, Reversal
from app.billing.operations import reversing
from app.billing.operations.voids import approve_void, void_receipt
from app.foundation.database import db
from app.foundation.proofs import prove_on
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.reports.daily_takings import takings_by_method
from app.values.errors import Conflict, OperationRefused
from app.workorders.invariants import INVARIANTS as WORKS
from app.workorders.models import Handover
from app.workorders.operations import void_handover
from tests import factories
from tests.pages.conftest import counted, signed_in
from tests.workorders.conftest import AT_DOOR, Works
from tests.workorders.test_handing_over import balance, held
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("march_8")


def voided(record: Handover, by: str = "chen", reason: str = "点错了") -> Reversal | Approval:
    with factories.acting(by):
        return run(void_handover, handover=record.id, reason=reason).record


@pytest.fixture
def handed(works: Works) -> Handover:
    works.completed(methods=AT_DOOR)
    return works.handed_over()


def test_the_installer_holds_the_money_again(works: Works, handed: Handover) -> None:
    reversal = voided(handed)
    assert isinstance(reversal, Reversal)
    assert (reversal.handover_id, reversal.total) == (handed.id, Decimal("206.50"))
    assert held(works) == Decimal("206.50")
    assert (balance(LedgerAccount.DOOR), balance(LedgerAccount.CASH)) == (Decimal("206.50"), Decimal(0))


def test_it_can_be_handed_over_again(works: Works, handed: Handover) -> None:
    voided(handed)
    assert works.handed_over(Decimal(200)).amount == Decimal(200)
    assert held(works) == Decimal("6.50")


def test_the_receipt_is_voided_once_its_hand_over_is(works: Works, handed: Handover) -> None:
    order = works.order()
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused, factories.acting("chen"):
        run(void_receipt, receipt=order.receipt_id, reason="收错了")
    assert refused.value.code == "handed_over"
    voided(handed)
    with factories.acting("chen"):
        run(void_receipt, receipt=order.receipt_id, reason="收错了")
    assert held(works) == 0


def test_a_cashier_asks_and_a_manager_agrees(works: Works, handed: Handover) -> None:
    request = voided(handed, by="wang")
    assert isinstance(request, Approval)
    assert held(works) == 0
    with factories.acting("chen"):
        run(approve_void, approval=request.id)
    assert held(works) == Decimal("206.50")


@pytest.mark.parametrize(("reason", "code"), [("  ", "reason_missing"), ("再次", "already_voided")])
def test_a_void_without_a_reason_and_a_second_one_are_refused(handed: Handover, reason: str, code: str) -> None:
    if code == "already_voided":
        voided(handed)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        voided(handed, reason=reason)
    assert refused.value.code == code


def test_of_two_who_void_at_once_the_second_is_told(handed: Handover, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hand-over has no customer whose row would let one wait for the other: both have seen it valid."""
    voided(handed)
    monkeypatch.setattr(reversing, "require_standing", lambda document: None)
    with assert_nothing_written(), pytest.raises(Conflict) as refused:
        voided(handed)
    assert str(refused.value) == "Somebody else has voided this just now."


def test_the_list_says_whose_void_is_asked_for(app: Flask, handed: Handover) -> None:
    request = voided(handed, by="wang")
    assert isinstance(request, Approval)
    browser = signed_in(app, "chen", "en")
    assert "Void asked for" in browser.get(f"/handoverview/show/{handed.id}").text
    assert handed.number in browser.get("/handoverview/list/?status=void_asked").text
    assert handed.number not in browser.get("/handoverview/list/?status=voided").text


def test_the_takings_of_the_day_know_nothing_of_it(handed: Handover) -> None:
    terms = {"offices": [handed.office_id], "start": handed.booked_on, "end": handed.booked_on}
    with everything("reading a test's own takings"):
        before = takings_by_method(**terms)
    voided(handed)
    with everything("reading a test's own takings"):
        assert takings_by_method(**terms) == before


def test_the_journal_reads_all_hand_overs_at_once(app: Flask, works: Works) -> None:
    works.completed(methods=AT_DOOR)
    statements = []
    for number in (1, 3):
        for _ in range(number):
            works.handed_over(Decimal(10))
        with counted() as asked:
            assert signed_in(app, "chen").get("/journalview/list/").status_code == 200
        statements.append(len([each for each in asked if "FROM handover" in each]))
    assert statements[0] == statements[1]


def test_the_books_hold(handed: Handover) -> None:
    voided(handed)
    with everything("the invariants are asked of all rows"):
        broken = [result for result in prove_on(db.session.connection(), (*BILLING, *WORKS)) if not result.holds]
    assert [(result.invariant.name, result.error, result.violations) for result in broken] == []
