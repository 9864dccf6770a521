"""Renewals from credit: the regular payment for many lines at once, where their customers agreed to it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.billing.choices import Method
from app.billing.journal import JournalEntry
from app.billing.models import Receipt
from app.billing.operations.receipts import credit_balance, take_payment
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import LatePolicy
from app.broadband.jobs import renew_from_credit
from app.broadband.models import RegularPayment, Subscription
from app.broadband.operations.halting import SuspensionTerms, suspend
from app.broadband.operations.renewing import agree_to_renewal
from app.customers.models import Customer
from app.foundation.actor import NIGHTLY, working_as
from app.foundation.database import db
from app.foundation.scope import everything, scoped
from app.foundation.transactions import found, run
from tests.factories import a_customer, a_line_until, acting, on_day, reloaded, set_policy

pytestmark = pytest.mark.usefixtures("app")


def an_agreed_line(credit: str, stop: str = "2026-06-30") -> Subscription:
    """A line of ¥50 a month whose customer agreed, and has money in the office."""
    line = a_line_until(stop, customer=a_customer(name="王晓明"))
    with on_day("2026-06-10"), acting("wang"):
        run(agree_to_renewal, subscription=line.id, renews=True)
        if Decimal(credit):
            run(take_payment, customer=line.customer_id, methods=(MethodAmount(Method.CASH, Decimal(credit)),))
    return line


def night(line: Subscription, day: str) -> None:
    with on_day(day), working_as(NIGHTLY), scoped(None, [line.office_id]):
        renew_from_credit(line.office_id, datetime.date.fromisoformat(day))


def all_of(model: Any) -> list[Any]:
    with everything("reading a test's own records"):
        return list(db.session.scalars(select(model).order_by(model.id)))


def balance(line: Subscription) -> Decimal:
    with everything("reading a test's own credit"):
        return credit_balance(found(Customer, line.customer_id))


def test_a_due_line_is_paid_for_from_credit_on_its_stop_date() -> None:
    line = an_agreed_line("120.00")
    night(line, "2026-06-29")
    assert str(reloaded(line).stops_on) == "2026-06-30"
    night(line, "2026-06-30")
    payment = all_of(RegularPayment)[-1]
    assert (str(payment.period_start), str(payment.period_end), payment.total) == ("2026-07-01", "2026-07-31", Decimal("50.00"))
    assert str(reloaded(line).stops_on) == "2026-07-31"
    assert balance(line) == Decimal("70.00")


def test_the_receipt_is_in_the_name_of_whoever_noted_the_agreement() -> None:
    line = an_agreed_line("120.00")
    night(line, "2026-06-30")

    with everything("reading a test's own receipt"):
        newest = db.session.scalars(select(Receipt).order_by(Receipt.id.desc()).limit(1)).one()
        assert newest.cashier.username == "wang"
        assert newest.number.endswith("000003")


def test_twice_in_a_night_changes_nothing() -> None:
    line = an_agreed_line("120.00")
    night(line, "2026-06-30")
    payments = len(all_of(RegularPayment))
    night(line, "2026-06-30")
    assert len(all_of(RegularPayment)) == payments


def test_too_little_credit_leaves_the_line_alone() -> None:
    line = an_agreed_line("49.99")
    night(line, "2026-06-30")
    assert str(reloaded(line).stops_on) == "2026-06-30"
    assert balance(line) == Decimal("49.99")


def test_two_lines_of_one_customer_share_his_credit() -> None:
    first = an_agreed_line("70.00")
    with everything("a test's own customer"):
        owner = found(Customer, first.customer_id)
    second = a_line_until("2026-06-30", customer=owner)
    with on_day("2026-06-10"), acting("wang"):
        run(agree_to_renewal, subscription=second.id, renews=True)
    night(first, "2026-06-30")
    assert sorted(str(reloaded(line).stops_on) for line in (first, second)) == ["2026-06-30", "2026-07-31"]
    assert balance(first) == Decimal("20.00")


def test_who_did_not_agree_is_not_charged() -> None:
    line = an_agreed_line("120.00")
    with on_day("2026-06-11"), acting("wang"):
        run(agree_to_renewal, subscription=line.id, renews=False)
    night(line, "2026-06-30")
    assert str(reloaded(line).stops_on) == "2026-06-30"


def test_a_suspended_line_is_not_renewed() -> None:
    line = an_agreed_line("120.00")
    with on_day("2026-06-20"), acting("wang"):
        run(suspend, subscription=line.id, terms=SuspensionTerms())
    night(line, "2026-06-30")
    assert balance(line) == Decimal("120.00")


def test_many_lines_get_numbers_without_gaps() -> None:
    lines = [an_agreed_line("50.00") for _ in range(5)]
    night(lines[0], "2026-06-30")
    receipts = all_of(Receipt)
    assert [receipt.sequence for receipt in receipts] == list(range(1, 16))
    assert [receipt.content["number"] for receipt in receipts] == [receipt.number for receipt in receipts]
    # One entry for each charge and each receipt.
    assert len(all_of(JournalEntry)) == 25


def test_credit_for_the_months_but_not_for_the_late_fee_leaves_the_line_alone() -> None:
    set_policy(late_policy=LatePolicy.BACKFILL)
    line = an_agreed_line("50.00")
    night(line, "2026-07-20")
    assert str(reloaded(line).stops_on) == "2026-06-30"
    assert balance(line) == Decimal("50.00")


def test_credit_pays_the_late_fee_too() -> None:
    set_policy(late_policy=LatePolicy.BACKFILL)
    line = an_agreed_line("60.00")
    night(line, "2026-07-20")
    payment = all_of(RegularPayment)[-1]
    assert payment.late_fee > 0
    assert str(reloaded(line).stops_on) == "2026-07-31"
    assert balance(line) == Decimal("60.00") - payment.total
