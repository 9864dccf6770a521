"""The statistics of part B4 and the queries of operations: numbers by hand, and equal to the journal."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from app.billing.choices import Method, PricedOperation
from app.billing.journal import JournalEntry, Posting
from app.billing.operations.voids import void_receipt
from app.billing.rules.methods import MethodAmount
from app.broadband.models import Subscription
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.halting import SuspensionTerms, suspend
from app.broadband.operations.relocating import RelocationTerms, relocate
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.reports.daily_takings import COLUMNS, MONEY, daily_takings, takings_by_method
from app.reports.openings_in_period import openings_in_period
from app.reports.operations_in_period import closures_in_period, suspensions_in_period
from app.reports.subscribers_by_community import subscribers_by_community
from tests.factories import CASH, a_community, a_customer, a_plan, acting, an_active_line, office, on_day, paid, set_price

pytestmark = pytest.mark.usefixtures("app")
BY_TRANSFER = (MethodAmount(Method.BANK_TRANSFER),)


def asked(report: Any, start: str, end: str) -> Sequence[Mapping[str, Any]]:
    with everything("a test's own report"):
        day = datetime.date.fromisoformat
        return report(offices=[office("SH").id], start=day(start), end=day(end))


def a_year(place: Any | None = None) -> Subscription:
    more = {"community": place} if place is not None else {}
    line = an_active_line("2026-01-01", plan=a_plan(fee=Decimal("600.00"), months=12), customer=a_customer(name="王晓明"), **more)
    paid(line, "2026-01-01", 12)
    return line


class TestSubscribersByCommunity:
    def counted(self, start: str, end: str) -> dict[str, tuple[int, ...]]:
        names = ("at_start", "activated", "closed", "moved", "subscribers")
        return {row["community"]: tuple(int(row[name]) for name in names) for row in asked(subscribers_by_community, start, end)}

    def test_a_line_counts_where_it_was_at_the_end_of_the_period(self) -> None:
        garden, lake = a_community(name="花园"), a_community(name="湖滨")
        line = a_year(garden)
        with on_day("2026-03-10"), acting("wang"):
            run(relocate, subscription=line.id, terms=RelocationTerms(community=lake.id, address="2-1-101"))
        assert self.counted("2026-02-01", "2026-02-28") == {"花园": (1, 0, 0, 0, 1)}
        assert self.counted("2026-03-01", "2026-03-31") == {"花园": (1, 0, 0, -1, 0), "湖滨": (0, 0, 0, 1, 1)}
        assert self.counted("2026-04-01", "2026-04-30") == {"湖滨": (1, 0, 0, 0, 1)}

    def test_a_closed_line_is_no_subscriber_any_more(self) -> None:
        line = a_year(a_community(name="花园"))
        with on_day("2026-03-10"), acting("chen"):
            run(close, subscription=line.id, terms=ClosureTerms())
        assert self.counted("2026-01-01", "2026-01-31") == {"花园": (0, 1, 0, 0, 1)}
        assert self.counted("2026-03-01", "2026-03-31") == {"花园": (1, 0, 1, 0, 0)}
        assert self.counted("2026-04-01", "2026-04-30") == {}


class TestOpenings:
    def test_applications_and_activations_are_counted_by_day(self) -> None:
        an_active_line("2026-03-05")
        an_active_line("2026-03-05")
        an_active_line("2026-03-09")
        rows = [(str(row["day"]), row["openings"], row["activations"]) for row in asked(openings_in_period, "2026-03-01", "2026-03-31")]
        assert rows == [("2026-03-05", 2, 2), ("2026-03-09", 1, 1)]


class TestOperationsOfAPeriod:
    def test_a_suspension_stands_with_its_fee_and_days(self) -> None:
        set_price(PricedOperation.SUSPENSION, "30.00")
        line = a_year()
        with on_day("2026-04-10"), acting("wang"):
            run(suspend, subscription=line.id, terms=SuspensionTerms(note="出国"))
        (row,) = asked(suspensions_in_period, "2026-04-01", "2026-04-30")
        shown = {name: row[name] for name in ("customer_name", "fee", "suspended_on", "planned_resume_on", "note", "is_voided")}
        assert shown == {
            "customer_name": "王晓明",
            "fee": Decimal("30.00"),
            "suspended_on": datetime.date(2026, 4, 10),
            "planned_resume_on": datetime.date(2026, 10, 7),
            "note": "出国",
            "is_voided": False,
        }
        assert asked(suspensions_in_period, "2026-05-01", "2026-05-31") == []

    def test_a_closure_stands_with_its_refund(self) -> None:
        line = a_year()
        with on_day("2026-04-10"), acting("chen"):
            run(close, subscription=line.id, terms=ClosureTerms())
        (row,) = asked(closures_in_period, "2026-04-10", "2026-04-10")
        assert (row["refund"], row["status"].value) == (Decimal("435.61"), "closed")


class TestTakings:
    def of_day(self, day: str) -> Mapping[str, Decimal]:
        (row,) = asked(daily_takings, day, day)
        return {column.name: row[column.name] for column in COLUMNS if column.is_summed and row[column.name]}

    def money_of(self, day: str) -> Decimal:
        with everything("a test's own journal"):
            statement = (
                select(func.coalesce(func.sum(Posting.amount), 0))
                .join(JournalEntry, JournalEntry.id == Posting.entry_id)
                .where(JournalEntry.booked_on == datetime.date.fromisoformat(day), Posting.account.in_(MONEY))
            )
            return db.session.execute(statement).scalar_one()

    def test_a_payment_with_a_fee_of_an_operation(self) -> None:
        line = a_year()
        with on_day("2026-04-10"), acting("wang"):
            run(suspend, subscription=line.id, terms=SuspensionTerms(fee=Decimal("30.00"), methods=CASH))
        paid(line, "2026-04-10", 12, methods=BY_TRANSFER)
        expected = {"regular": Decimal("600.00"), "suspension": Decimal("30.00"), "total": Decimal("630.00")}
        assert self.of_day("2026-04-10") == expected
        assert self.money_of("2026-04-10") == Decimal("630.00")

    def test_a_refund_is_money_out(self) -> None:
        line = a_year()
        with on_day("2026-04-10"), acting("chen"):
            run(close, subscription=line.id, terms=ClosureTerms())
        assert self.of_day("2026-04-10") == {"refunds": Decimal("-435.61"), "total": Decimal("-435.61")}
        assert self.money_of("2026-04-10") == Decimal("-435.61")

    def test_a_void_on_the_same_day_leaves_nothing(self) -> None:
        line = a_year()
        payment = paid(line, "2026-04-10", 12)
        with on_day("2026-04-10"), acting("chen"):
            run(void_receipt, receipt=payment.receipt_id, reason="收错了")
        assert self.of_day("2026-04-10") == {}
        assert self.money_of("2026-04-10") == 0

    def test_what_credit_pays_is_no_money(self) -> None:
        set_price(PricedOperation.SUSPENSION, "30.00")
        line = a_year()
        with on_day("2026-04-10"), acting("wang"):
            run(suspend, subscription=line.id, terms=SuspensionTerms())
        with on_day("2026-06-30"), acting("chen"):
            run(close, subscription=line.id, terms=ClosureTerms())
        # ¥435.61 goes back, ¥30.00 of it pays the fee: ¥405.61 leaves the drawer.
        assert self.of_day("2026-06-30") == {
            "suspension": Decimal("30.00"),
            "other": Decimal("-30.00"),
            "refunds": Decimal("-405.61"),
            "total": Decimal("-405.61"),
        }
        assert self.money_of("2026-06-30") == Decimal("-405.61")

    def test_the_methods_add_up_to_the_same(self) -> None:
        line = a_year()
        paid(line, "2026-04-10", 12, methods=BY_TRANSFER)
        paid(line, "2026-04-10", 12)
        rows = asked(takings_by_method, "2026-04-10", "2026-04-10")
        assert [(row["method"], row["total"]) for row in rows] == [
            (Method.CASH, Decimal("600.00")),
            (Method.BANK_TRANSFER, Decimal("600.00")),
        ]
