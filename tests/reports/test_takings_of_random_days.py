"""Today's takings equals the journal's money of the day to the last unit, whatever happened on it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.billing.choices import Method
from app.billing.journal import JournalEntry, Posting
from app.billing.models import Receipt
from app.billing.operations.receipts import take_payment
from app.billing.operations.voids import void_receipt
from app.billing.rules.methods import MethodAmount
from app.broadband.models import Subscription
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.halting import ResumptionTerms, SuspensionTerms, resume, suspend
from app.broadband.operations.relocating import RelocationTerms, relocate
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.reports.daily_takings import COLUMNS, MONEY, daily_takings, takings, takings_by_method
from app.reports.period import Period
from app.values.errors import OperationRefused
from tests.factories import CASH, a_community, a_customer, a_plan, acting, an_active_line, office, on_day, paid

pytestmark = pytest.mark.usefixtures("app")

FIRST = datetime.date(2026, 3, 1)
METHODS = st.sampled_from([Method.CASH, Method.BANK_TRANSFER, Method.WECHAT_PAY])
FEES = st.sampled_from(["0.00", "20.00", "33.33"])
DEEDS = st.tuples(
    st.integers(0, 2),  # days that pass before it
    st.integers(0, 1),  # of which line
    st.sampled_from(["pay", "pay", "credit", "suspend", "resume", "relocate", "void", "close"]),
    METHODS,
    FEES,
    st.booleans(),  # whether a fee is paid at once
)


def deed(line: Subscription, kind: str, method: Method, fee: str, at_once: bool) -> Callable[[], Any] | None:
    """Return what is done to a line, by an operation of the program."""
    terms: dict[str, Any] = {"fee": Decimal(fee), "methods": (MethodAmount(method),) if at_once and Decimal(fee) else ()}
    match kind:
        case "credit":
            return lambda: run(take_payment, customer=line.customer_id, methods=(MethodAmount(method, Decimal("77.77")),))
        case "suspend":
            return lambda: run(suspend, subscription=line.id, terms=SuspensionTerms(**terms))
        case "resume":
            return lambda: run(resume, subscription=line.id, terms=ResumptionTerms(**terms))
        case "relocate":
            place = RelocationTerms(community=line.community_id, address="9-9-909", **terms)
            return lambda: run(relocate, subscription=line.id, terms=place)
        case "close":
            return lambda: run(close, subscription=line.id, terms=ClosureTerms())
        case "void":
            with everything("a test's own receipts"):
                newest = db.session.scalars(select(Receipt.id).order_by(Receipt.id.desc()).limit(1)).one()
            return lambda: run(void_receipt, receipt=newest, reason="收错了")
    return None


def journal_of(day: datetime.date) -> Decimal:
    money = select(func.coalesce(func.sum(Posting.amount), 0)).join(JournalEntry, JournalEntry.id == Posting.entry_id)
    return Decimal(db.session.execute(money.where(JournalEntry.booked_on == day, Posting.account.in_(MONEY))).scalar_one())


def assert_day_is_the_journals(day: datetime.date) -> None:
    terms: dict[str, Any] = {"offices": [office("SH").id], "start": day, "end": day}
    with everything("a test's own report"):
        rows: Sequence[Any] = daily_takings(**terms)
        journal, by_method = journal_of(day), takings_by_method(**terms)
    parts = [column.name for column in COLUMNS if column.is_summed and column.name != "total"]
    for row in rows:
        assert sum((row[name] for name in parts), Decimal()) == row["total"], row["customer_name"]
    assert sum((row["total"] for row in rows), Decimal()) == journal
    assert sum((row["total"] for row in by_method), Decimal()) == journal
    with everything("a test's own pages"):
        pages = [takings(Period(**terms), first=first, size=1) for first in range(len(rows) + 1)]
    assert [row for page in pages for row in page.rows] == [{**row} for row in rows]
    summed = {name: sum((row[name] for row in rows), Decimal()) for name in [*parts, "total"]}
    assert {(page.summary.count, *page.summary.totals.items()) for page in pages} == {(len(rows), *summed.items())}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DEEDS, min_size=3, max_size=9))
def test_every_day_is_the_journals_money_to_the_last_unit(deeds: list[Any]) -> None:
    lines, days, day = [], {FIRST}, FIRST
    for name in ("王晓明", "李娜"):
        plan = a_plan(fee=Decimal("99.99"), months=3)
        line = an_active_line("2026-03-01", plan=plan, customer=a_customer(name=name), community=a_community())
        paid(line, FIRST.isoformat(), 3, methods=CASH)
        lines.append(line)
    for wait, which, kind, method, fee, at_once in deeds:
        day += datetime.timedelta(days=wait)
        days.add(day)
        with on_day(day.isoformat()):
            done = deed(lines[which], kind, method, fee, at_once)
            try:
                if done is None:
                    paid(lines[which], day.isoformat(), 3, methods=(MethodAmount(method),))
                else:
                    with acting("chen"):
                        done()
            except OperationRefused:
                continue  # what the state of the line forbids moves no money either
    for each in sorted(days):
        assert_day_is_the_journals(each)
