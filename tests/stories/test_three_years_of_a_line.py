"""Three years of one line, from its opening to its closure: after each step its days, its money, its papers and the journal.

All numbers are worked by hand from the broadband rules; the months are those of a calendar on paper.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from app.billing.choices import LedgerAccount, Method, PricedOperation
from app.billing.journal import Posting
from app.billing.models import Receipt, Voucher
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import StopReason, SubscriptionState
from app.broadband.models import ServicePeriod, Subscription, SubscriptionEvent
from app.broadband.operations.acting import DeedTerms
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.halting import ResumptionTerms, SuspensionTerms, force_stop, resume, suspend
from app.broadband.operations.payments import PaymentTerms, pay
from app.broadband.operations.plan_changing import PlanChangeTerms, change_plan
from app.broadband.operations.relocating import RelocationTerms, relocate
from app.broadband.operations.transferring import TransferTerms, transfer
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.workorders.models import Material, WorkOrder
from app.workorders.operations import Completion, complete
from app.workorders.operations.terms import FeeTerms, MaterialTerms
from tests import factories
from tests.factories import CASH, a_community, a_customer, a_plan, acting, on_day, reloaded, set_price

pytestmark = pytest.mark.usefixtures("app")
TRANSFER = (MethodAmount(Method.BANK_TRANSFER),)
PRICES = {
    PricedOperation.SUSPENSION: "10.00",
    PricedOperation.RESUMPTION: "20.00",
    PricedOperation.RELOCATION: "50.00",
    PricedOperation.TRANSFER: "30.00",
    PricedOperation.PLAN_CHANGE: "5.00",
}


@dataclass
class Life:
    """The line of the story, and what is asked of it after each step."""

    line: Subscription

    @contextmanager
    def on(self, day: str, who: str = "wang") -> Iterator[None]:
        with on_day(day), acting(who):
            yield

    def stands(self, state: SubscriptionState, stop: str | None, *, money: str, receipts: int, newest: str, vouchers: int = 0) -> None:
        """Assert how the line stands, the money in the house, and how many papers there are, with the amount of the newest."""
        now = reloaded(self.line)
        with everything("the story's own books"):
            assert (now.state, str(now.stops_on) if now.stops_on else None) == (state, stop)
            assert self._money() == Decimal(money)
            papers = list(db.session.scalars(select(Receipt).order_by(Receipt.id)))
            assert (len(papers), papers[-1].total) == (receipts, Decimal(newest))
            assert db.session.scalar(select(func.count()).select_from(Voucher)) == vouchers
            assert self._debts() == 0

    def days(self) -> list[tuple[str, str, Decimal]]:
        """Return the service periods in force: first day, last day, price."""
        with everything("the story's own books"):
            rows = db.session.scalars(
                select(ServicePeriod)
                .where(ServicePeriod.ended_by_event_id.is_(None), ServicePeriod.ended_by_reversal_id.is_(None))
                .order_by(ServicePeriod.start)
            )
            return [(str(row.start), str(row.stop), row.price) for row in rows]

    @staticmethod
    def _money() -> Any:
        money = (LedgerAccount.CASH, LedgerAccount.BANK_TRANSFER)
        return db.session.scalar(select(func.coalesce(func.sum(Posting.amount), 0)).where(Posting.account.in_(money)))

    @staticmethod
    def _debts() -> Any:
        owed = select(func.coalesce(func.sum(Posting.amount), 0)).where(Posting.account == LedgerAccount.RECEIVABLE)
        return db.session.scalar(owed)


def paid(life: Life, day: str, months: int) -> None:
    with life.on(day):
        run(pay, subscription=life.line.id, terms=PaymentTerms(months=months, methods=CASH))


def test_three_years() -> None:
    for operation, fee in PRICES.items():
        set_price(operation, fee)
    slow, fast = a_plan(name="50M", fee=Decimal("50.00")), a_plan(name="200M", fee=Decimal("80.00"))
    garden, lake = a_community(name="花园"), a_community(name="湖滨")
    zhang, li = a_customer(name="张三"), a_customer(name="李四")
    cable = factories._stored(Material, "SH", {"code": "CL-1", "name": "网线", "unit": "m", "unit_price": Decimal("2.50")})

    # 2026-01-05: opened, three months paid; the line waits for its installation.
    opening = PaymentTerms(months=3, methods=CASH)
    life = Life(factories.a_pending_line("2026-01-05", plan=slow, customer=zhang, community=garden, payment=opening))
    life.stands(SubscriptionState.PENDING, None, money="150.00", receipts=1, newest="150.00")

    # 2026-01-10: installed with twelve metres of cable; the clock starts.
    with everything("the story's own order"):
        order = db.session.scalars(select(WorkOrder)).one()
    with life.on("2026-01-10", "chen"):
        told = Completion(
            fees=FeeTerms(installation_fee=Decimal("100.00")), materials=(MaterialTerms(cable.id, Decimal(12)),), methods=CASH
        )
        run(complete, work_order=order.id, completion=told)
    life.stands(SubscriptionState.ACTIVE, "2026-04-09", money="280.00", receipts=2, newest="130.00")

    # 2026-05-02: three weeks late; by the office's policy the month starts on the payment day.
    paid(life, "2026-05-02", 1)
    life.stands(SubscriptionState.ACTIVE, "2026-06-01", money="330.00", receipts=3, newest="50.00")

    # 2026-05-20: suspended over the stop date; 2026-07-19: back after sixty days.
    with life.on("2026-05-20"):
        run(suspend, subscription=life.line.id, terms=SuspensionTerms(methods=CASH))
    life.stands(SubscriptionState.SUSPENDED, "2026-06-01", money="340.00", receipts=4, newest="10.00")
    with life.on("2026-07-19"):
        run(resume, subscription=life.line.id, terms=ResumptionTerms(methods=CASH))
    life.stands(SubscriptionState.ACTIVE, "2026-07-31", money="360.00", receipts=5, newest="20.00")

    # 2026-07-25: to another community, three days given for the trouble.
    with life.on("2026-07-25"):
        terms = RelocationTerms(community=lake.id, address="2-1-101", compensation_days=3, reason="施工延误", methods=CASH)
        run(relocate, subscription=life.line.id, terms=terms)
    life.stands(SubscriptionState.ACTIVE, "2026-08-03", money="410.00", receipts=6, newest="50.00")
    assert (reloaded(life.line).community_id, reloaded(life.line).address) == (lake.id, "2-1-101")

    # 2026-07-30: a year ahead; it starts behind the shifted stop date.
    paid(life, "2026-07-30", 12)
    life.stands(SubscriptionState.ACTIVE, "2027-08-03", money="1010.00", receipts=7, newest="600.00")

    # 2027-02-04: the fast plan for the 181 days left: 476.05 − 297.53, and the fee.
    with life.on("2027-02-04", "chen"):
        changed = run(change_plan, subscription=life.line.id, terms=PlanChangeTerms(plan=fast.id, methods=TRANSFER)).record
        assert (changed.credit, changed.charge, changed.difference) == (Decimal("297.53"), Decimal("476.05"), Decimal("178.52"))
    life.stands(SubscriptionState.ACTIVE, "2027-08-03", money="1193.52", receipts=8, newest="183.52")
    assert life.days()[-2:] == [("2026-08-04", "2027-02-03", Decimal("302.47")), ("2027-02-04", "2027-08-03", Decimal("476.05"))]

    # 2027-03-01: from 张三 to 李四; the days stay with the line, the receipts with 张三.
    with life.on("2027-03-01"):
        run(transfer, subscription=life.line.id, terms=TransferTerms(customer=li.id, methods=CASH))
    life.stands(SubscriptionState.ACTIVE, "2027-08-03", money="1223.52", receipts=9, newest="30.00")
    assert reloaded(life.line).customer_id == li.id
    with everything("the story's own papers"):
        assert {paper.customer_id for paper in db.session.scalars(select(Receipt))} == {zhang.id}

    # 2027-08-20: run out and cut for a violation; the payment of 09-01 starts a month but opens nothing.
    with life.on("2027-08-20", "chen"):
        run(force_stop, subscription=life.line.id, reason=StopReason.VIOLATION, terms=DeedTerms())
    life.stands(SubscriptionState.FORCED, "2027-08-03", money="1223.52", receipts=9, newest="30.00")
    paid(life, "2027-09-01", 1)
    life.stands(SubscriptionState.FORCED, "2027-09-30", money="1303.52", receipts=10, newest="80.00")

    # 2027-09-03: back; the clock had run on.
    with life.on("2027-09-03"):
        run(resume, subscription=life.line.id, terms=ResumptionTerms(methods=CASH))
    life.stands(SubscriptionState.ACTIVE, "2027-09-30", money="1323.52", receipts=11, newest="20.00")

    # Two years, each on the stop date: the run of 2027-09-01 goes on.
    paid(life, "2027-09-30", 12)
    life.stands(SubscriptionState.ACTIVE, "2028-09-30", money="2283.52", receipts=12, newest="960.00")
    paid(life, "2028-09-30", 12)
    life.stands(SubscriptionState.ACTIVE, "2029-09-30", money="3243.52", receipts=13, newest="960.00")

    # 2029-01-15: closed; 258 of 365 days go back: 678.575…, cut off.
    with life.on("2029-01-15", "chen"):
        closure = run(close, subscription=life.line.id, terms=ClosureTerms()).record
        assert closure.refund == Decimal("678.57")
    life.stands(SubscriptionState.CLOSED, "2029-09-30", money="2564.95", receipts=13, newest="960.00", vouchers=1)

    with everything("the story's own papers"):
        events = [event.operation.value for event in db.session.scalars(select(SubscriptionEvent).order_by(SubscriptionEvent.id))]
        numbers = [paper.number for paper in db.session.scalars(select(Receipt).order_by(Receipt.id))]
        voucher = db.session.scalars(select(Voucher)).one()
    assert events == ["suspend", "resume", "relocate", "change_plan", "transfer", "force_stop", "resume", "close"]
    assert [number[-11:] for number in numbers] == [
        *(f"2026-{number:06d}" for number in range(1, 8)),
        *(f"2027-{number:06d}" for number in range(1, 6)),
        "2028-000001",
    ]
    assert (voucher.booked_on, voucher.customer_id, voucher.total) == (datetime.date(2029, 1, 15), li.id, Decimal("678.57"))
