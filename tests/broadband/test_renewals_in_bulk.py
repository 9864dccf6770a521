"""Renewals in bulk: the same rows as one by one, and one line that cannot be stops no other."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import OperationalError

from app.billing.choices import Method
from app.billing.journal import JournalEntry, Posting
from app.billing.models import Allocation, Charge, ChargeLine, Receipt, ReceiptMethod
from app.billing.operations.receipts import take_payment
from app.billing.rules.methods import MethodAmount
from app.broadband import jobs
from app.broadband.choices import LatePolicy
from app.broadband.models import Plan, RegularPayment, ServicePeriod, Subscription
from app.broadband.operations import renewing
from app.broadband.operations.payments import PaymentTerms, pay
from app.broadband.operations.renewing import agree_to_renewal, due_for_renewal
from app.foundation.actor import NIGHTLY, working_as
from app.foundation.database import db
from app.foundation.log import LogEntry
from app.foundation.scope import everything, scoped
from app.foundation.transactions import run
from app.values.errors import Message, OperationRefused
from tests.broadband.changes import booked_plan
from tests.broadband.lines import line_until
from tests.factories import a_customer, a_plan, acting, on_day, reloaded, set_policy
from tests.stories.test_two_counters import office_at_work
from tests.written import assert_nothing_written

__all__ = ["office_at_work"]

in_one_transaction = pytest.mark.usefixtures("app")

BOOKS: tuple[Any, ...] = (Charge, ChargeLine, Receipt, ReceiptMethod, Allocation, JournalEntry, Posting, RegularPayment, ServicePeriod)
FROM_CREDIT = (MethodAmount(Method.CREDIT),)
# Who the row is, when it was written, and whose line it is about: two lines differ in these.
OWN = {"id", "created_at", "number", "sequence", "customer_id", "subscription_id", "payer_name"}
OWN_ON_PAPER = {"number", "created_at", "customer", "payer_name"}


def an_agreed_line(credit: str = "120.00", plan: Plan | None = None) -> Subscription:
    plan = plan or a_plan(fee=Decimal("50.00"))
    line = line_until("2026-06-30", since="2026-06-01", plan=plan, customer=a_customer(name="王晓明"))
    with on_day("2026-06-10"), acting("wang"):
        run(agree_to_renewal, subscription=line.id, renews=True)
        run(take_payment, customer=line.customer_id, methods=(MethodAmount(Method.CASH, Decimal(credit)),))
    return line


def night(line: Subscription, day: str = "2026-06-30") -> None:
    with on_day(day), working_as(NIGHTLY), scoped(None, [line.office_id]):
        jobs.renew_from_credit(line.office_id, datetime.date.fromisoformat(day))


def newest(model: Any) -> int:
    with everything("reading a test's own records"):
        return db.session.scalars(select(model.id).order_by(model.id.desc()).limit(1)).first() or 0


def written_by(deed: Callable[[], object]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the books that a deed added, without what two lines differ in; keys among them become positions."""
    before = {model: newest(model) for model in BOOKS}
    deed()
    db.session.expire_all()
    with everything("reading a test's own records"):
        added = {model: db.session.scalars(select(model).where(model.id > before[model]).order_by(model.id)).all() for model in BOOKS}
    return {model.__name__: [_told(row, before) for row in rows] for model, rows in added.items()}


def _told(row: Any, before: dict[Any, int]) -> dict[str, Any]:
    keys = {f"{model.__tablename__}_id": newest for model, newest in before.items()} | {"entry_id": before[JournalEntry]}
    told = {}
    for name in (column.key for column in inspect(type(row)).column_attrs):
        value = getattr(row, name)
        if name == "content":
            value = {key: said for key, said in value.items() if key not in OWN_ON_PAPER}
        if name not in OWN:
            told[name] = value - keys[name] if name in keys and value is not None else value
    return told


def stops_on(line: Subscription) -> str:
    return str(reloaded(line).stops_on)


def noted() -> list[tuple[int, str]]:
    with everything("reading a test's own log"):
        entries = db.session.scalars(select(LogEntry).where(LogEntry.of_table == "subscription").order_by(LogEntry.id)).all()
    return [(entry.row_id, entry.message) for entry in entries]


@in_one_transaction
@pytest.mark.parametrize("policy", [LatePolicy.RESTART, LatePolicy.BACKFILL])
def test_a_renewal_writes_the_rows_that_the_same_payment_at_the_counter_writes(policy: LatePolicy) -> None:
    set_policy(late_policy=policy)
    plan = a_plan(fee=Decimal("50.00"))
    first, second = an_agreed_line(plan=plan), an_agreed_line(plan=plan)

    def at_the_counter() -> None:
        with on_day("2026-07-10"), acting("wang"):
            run(pay, subscription=first.id, terms=PaymentTerms(months=1, methods=FROM_CREDIT))
            run(agree_to_renewal, subscription=first.id, renews=False)

    alone = written_by(at_the_counter)
    in_bulk = written_by(lambda: night(second, "2026-07-10"))
    for rows in (alone, in_bulk):
        # The night has no user: its receipts are in the name of whoever noted the agreement.
        for row in (row for written in rows.values() for row in written):
            row.pop("created_by_id", None)
        rows["RegularPayment"][0].pop("cashier_id")
    assert in_bulk == alone
    assert [len(in_bulk[model.__name__]) for model in BOOKS] == [1, len(in_bulk["ChargeLine"]), 1, 1, 1, 2, 4, 1, 1]
    assert stops_on(second) == stops_on(first)


@pytest.mark.usefixtures("office_at_work")
def test_chunks_side_by_side_leave_numbers_without_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LINES_AT_ONCE", 2)
    lines = [an_agreed_line() for _ in range(7)]
    night(lines[0])
    assert {stops_on(line) for line in lines} == {"2026-07-31"}
    with everything("reading a test's own receipts"):
        receipts = db.session.scalars(select(Receipt).order_by(Receipt.sequence)).all()
    assert [receipt.sequence for receipt in receipts] == list(range(1, 22))
    assert [receipt.content["number"] for receipt in receipts] == [receipt.number for receipt in receipts]


@in_one_transaction
def test_a_line_that_a_rule_refuses_is_noted_and_the_others_are_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    first, refused, last = (an_agreed_line() for _ in range(3))
    take = renewing.take_locked

    def refusing(line: Subscription, *rest: Any, **more: Any) -> Any:
        payment = take(line, *rest, **more)
        if line.id == refused.id:
            raise OperationRefused(Message("The price list has no such price."), code="late")
        return payment

    monkeypatch.setattr(renewing, "take_locked", refusing)
    night(first)
    assert [stops_on(line) for line in (first, refused, last)] == ["2026-07-31", "2026-06-30", "2026-07-31"]
    assert noted() == [(refused.id, "A renewal from credit was refused: %(reason)s")]
    # Of the refused one nothing is left: neither its rows nor a number.
    with everything("reading a test's own receipts"):
        assert db.session.scalars(select(Receipt.sequence).order_by(Receipt.sequence)).all() == list(range(1, 9))


@in_one_transaction
def test_a_chunk_that_the_database_refuses_is_done_line_by_line(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    first, broken, last = (an_agreed_line() for _ in range(3))
    take = renewing.take_locked

    def breaking(line: Subscription, *rest: Any, **more: Any) -> Any:
        payment = take(line, *rest, **more)
        if line.id == broken.id:
            payment.months = 0  # months_in_range
        return payment

    monkeypatch.setattr(renewing, "take_locked", breaking)
    night(first)
    assert [stops_on(line) for line in (first, broken, last)] == ["2026-07-31", "2026-06-30", "2026-07-31"]
    assert noted() == [(broken.id, "A renewal from credit was refused: %(reason)s")]
    # What was wrong with the chunk is told too: done line by line it takes many times as long, and nobody would know why.
    assert "A chunk of 3 renewals came to nothing; its lines are renewed one by one." in caplog.messages


@in_one_transaction
def test_without_the_database_the_night_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    line = an_agreed_line()

    def away(**terms: Any) -> None:
        raise OperationalError("SELECT", {}, ConnectionError("gone"), connection_invalidated=True)

    monkeypatch.setattr(jobs, "renew", away)
    with assert_nothing_written(), pytest.raises(OperationalError):
        night(line)


@in_one_transaction
class TestDueLines:
    def due(self, line: Subscription, day: str = "2026-06-30") -> list[int]:
        with everything("a test's own lines"):
            return list(db.session.scalars(due_for_renewal(line.office_id, datetime.date.fromisoformat(day))))

    def test_a_line_whose_customer_has_too_little_is_not_asked_for(self) -> None:
        poor, rich = an_agreed_line("49.99"), an_agreed_line("50.00")
        assert self.due(poor) == [rich.id]

    def test_the_price_of_a_booked_plan_counts(self) -> None:
        line = an_agreed_line("30.00")
        booked_plan(line, "2026-06-12", a_plan(fee=Decimal("30.00")))
        assert self.due(line) == [line.id]
        night(line)
        assert stops_on(line) == "2026-07-31"
