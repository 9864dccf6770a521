"""Voiding: the counter-document puts back exactly what was, once, and only while nothing followed."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.billing.journal import JournalEntry, Posting
from app.billing.models import Approval, Charge, Receipt, Reversal
from app.billing.operations.voids import approve_void, refuse_void, void_receipt
from app.broadband.models import RegularPayment
from app.broadband.queries import periods_in_force
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import NotFound, OperationRefused
from tests.factories import a_line_until, a_pending_line, acting, an_active_line, installed, on_day, paid, reloaded

pytestmark = pytest.mark.usefixtures("app")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def voided(payment: RegularPayment, on: str, by: str = "chen", reason: str = "月数录错") -> Reversal | Approval:
    with on_day(on), acting(by):
        return run(void_receipt, receipt=payment.receipt_id, reason=reason).record


def balances(customer_id: int) -> dict[str, Decimal]:
    with everything("reading the journal"):
        rows = db.session.execute(
            select(Posting.account, func.sum(Posting.amount)).where(Posting.customer_id == customer_id).group_by(Posting.account)
        )
        return {str(account): amount for account, amount in rows if amount}


def test_example_17_a_payment_voided_the_same_day_never_was() -> None:
    line = a_line_until("2026-05-14")
    before = balances(line.customer_id)
    payment = paid(line, "2026-05-10", 3)
    assert reloaded(line).stops_on == day("2026-08-14")
    reversal = voided(payment, "2026-05-10")
    assert isinstance(reversal, Reversal)
    assert reloaded(line).stops_on == day("2026-05-14")
    assert balances(line.customer_id) == before


def test_example_18_a_voided_restart_gives_the_old_stop_date_back() -> None:
    line = a_line_until("2026-05-14")
    payment = paid(line, "2026-05-24")
    assert reloaded(line).stops_on == day("2026-06-23")
    voided(payment, "2026-05-24")
    assert reloaded(line).stops_on == day("2026-05-14")


def test_after_a_void_the_same_days_can_be_sold_again() -> None:
    line = a_line_until("2026-05-14")
    voided(paid(line, "2026-05-10", 3), "2026-05-10")
    again = paid(line, "2026-05-10", 1)
    assert (again.period_start, again.period_end) == (day("2026-05-15"), day("2026-06-14"))


def test_a_void_is_the_exact_mirror_of_receipt_and_charge() -> None:
    payment = paid(an_active_line("2026-01-31"), "2026-01-31", discount=Decimal("5.00"))
    reversal = voided(payment, "2026-01-31")
    with everything("reading the journal"):
        made = _postings((JournalEntry.receipt_id == payment.receipt_id) | (JournalEntry.charge_id == payment.charge_id))
        undone = _postings(JournalEntry.reversal_id == reversal.id)
    assert undone == sorted((account, -amount) for account, amount in made)


def test_a_voided_charge_is_no_debt() -> None:
    payment = paid(an_active_line("2026-01-31"), "2026-01-31")
    voided(payment, "2026-01-31")
    with everything("reading the charge"):
        charge = db.session.scalars(select(Charge).where(Charge.id == payment.charge_id)).one()
    assert (charge.paid, charge.open_amount) == (0, 0)


def test_a_payment_followed_by_another_cannot_be_voided() -> None:
    line = a_line_until("2026-05-14")
    first = paid(line, "2026-05-10")
    paid(line, "2026-05-10")
    assert_refused(first, "2026-05-10", "later_operation")


def test_a_payment_followed_by_one_that_was_undone_cannot_be_voided_either() -> None:
    line = a_line_until("2026-05-14")
    first = paid(line, "2026-05-10")
    voided(paid(line, "2026-05-10"), "2026-05-10")
    assert_refused(first, "2026-05-10", "later_operation")


def test_a_receipt_is_voided_once() -> None:
    payment = paid(a_line_until("2026-05-14"), "2026-05-10")
    voided(payment, "2026-05-10")
    assert_refused(payment, "2026-05-10", "already_voided")


def test_a_void_needs_a_reason() -> None:
    payment = paid(a_line_until("2026-05-14"), "2026-05-10")
    assert_refused(payment, "2026-05-10", "reason_missing", reason="  ")


def test_a_payment_of_a_pending_line_can_be_voided() -> None:
    line = a_pending_line("2026-03-05")
    payment = paid(line, "2026-03-05", 12)
    voided(payment, "2026-03-05")
    assert reloaded(installed(line, "2026-03-08")).stops_on == day("2026-03-07")


def test_the_payment_of_an_opening_cannot_be_voided_once_the_line_is_installed() -> None:
    line = a_pending_line("2026-03-05")
    payment = paid(line, "2026-03-05")
    installed(line, "2026-03-05")
    assert_refused(payment, "2026-03-05", "later_operation")


def test_on_a_later_day_another_person_must_approve() -> None:
    line = a_line_until("2026-05-14")
    payment = paid(line, "2026-05-10", 3)
    request = voided(payment, "2026-05-11")
    assert isinstance(request, Approval)
    assert reloaded(line).stops_on == day("2026-08-14")
    with on_day("2026-05-11"), acting("zhou"):
        run(approve_void, approval=request.id)
    assert reloaded(line).stops_on == day("2026-05-14")
    with everything("reading the reversal"):
        reversal = db.session.scalars(select(Reversal).where(Reversal.receipt_id == payment.receipt_id)).one()
        people = (str(reversal.created_by), str(reversal.approved_by))
    assert reversal.booked_on == day("2026-05-11")
    assert people == ("Chen", "Zhou")


def test_nobody_approves_his_own_request() -> None:
    payment = paid(a_line_until("2026-05-14"), "2026-05-10", 3)
    request = voided(payment, "2026-05-11")
    with on_day("2026-05-11"), acting("chen"), pytest.raises(OperationRefused) as refused:
        run(approve_void, approval=request.id)
    assert refused.value.code == "maker_is_checker"
    assert _reversals() == 0


def test_a_cashiers_void_waits_for_a_manager() -> None:
    line = a_line_until("2026-05-14")
    payment = paid(line, "2026-05-10", 3, by="wang")
    request = voided(payment, "2026-05-10", by="wang")
    assert isinstance(request, Approval)
    with on_day("2026-05-10"), acting("chen"):
        run(approve_void, approval=request.id)
    assert reloaded(line).stops_on == day("2026-05-14")


def test_a_refused_request_leaves_the_receipt_standing() -> None:
    line = a_line_until("2026-05-14")
    payment = paid(line, "2026-05-10", 3, by="wang")
    request = voided(payment, "2026-05-10", by="wang")
    with on_day("2026-05-10"), acting("chen"):
        run(refuse_void, approval=request.id, note="金额正确")
    assert reloaded(line).stops_on == day("2026-08-14")
    assert _reversals() == 0


def test_a_receipt_of_another_office_does_not_exist() -> None:
    payment = paid(a_line_until("2026-05-14"), "2026-05-10")
    with acting("binh"), pytest.raises(NotFound):
        run(void_receipt, receipt=payment.receipt_id, reason="x")


def test_a_voided_number_stays_and_the_next_follows_it() -> None:
    line = a_line_until("2026-05-14")
    payment = paid(line, "2026-05-10")
    voided(payment, "2026-05-10")
    again = paid(line, "2026-05-10")
    assert int(again.number[-6:]) == int(payment.number[-6:]) + 1


def test_the_periods_of_a_voided_payment_are_out_of_force_but_kept() -> None:
    line = a_line_until("2026-05-14")
    payment = paid(line, "2026-05-10", 3)
    voided(payment, "2026-05-10")
    with everything("reading periods"):
        in_force = db.session.scalars(periods_in_force(line.id)).all()
    assert [str(period.stop) for period in in_force] == ["2026-05-14"]


def _postings(condition: object) -> list[tuple[str, Decimal]]:
    entries = select(JournalEntry.id).where(condition)  # type: ignore[arg-type]
    rows = db.session.execute(select(Posting.account, Posting.amount).where(Posting.entry_id.in_(entries)))
    return sorted((str(account), amount) for account, amount in rows)


def assert_refused(payment: RegularPayment, on: str, code: str, reason: str = "月数录错") -> None:
    before = _reversals()
    with pytest.raises(OperationRefused) as refused:
        voided(payment, on, reason=reason)
    assert refused.value.code == code
    assert _reversals() == before


def _reversals() -> int:
    with everything("counting reversals"):
        return db.session.execute(select(func.count(Reversal.id))).scalar_one()


def test_the_receipt_itself_is_never_changed() -> None:
    payment = paid(a_line_until("2026-05-14"), "2026-05-10")
    with everything("reading the receipt"):
        before = dict(db.session.scalars(select(Receipt).where(Receipt.id == payment.receipt_id)).one().content)
    voided(payment, "2026-05-10")
    with everything("reading the receipt"):
        db.session.expunge_all()
        after = db.session.scalars(select(Receipt).where(Receipt.id == payment.receipt_id)).one().content
    assert after == before
