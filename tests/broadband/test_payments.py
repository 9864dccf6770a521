"""Regular payments through the real operation: the worked examples of the broadband rules, numbers by hand."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.billing.journal import Posting
from app.billing.models import Receipt
from app.broadband.choices import LatePolicy, SubscriptionState
from app.broadband.models import RegularPayment
from app.broadband.operations.payments import PaymentTerms, pay
from app.broadband.queries import periods_in_force
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import NotAllowed, OperationRefused
from tests.factories import (
    CASH,
    a_line_until,
    a_pending_line,
    a_plan,
    acting,
    an_active_line,
    installed,
    paid,
    reloaded,
    set_policy,
)

pytestmark = pytest.mark.usefixtures("app")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def span(payment: RegularPayment) -> str:
    return f"{payment.period_start}…{payment.period_end}"


def test_example_1_the_months_paid_at_opening_start_on_the_billing_date() -> None:
    plan = a_plan(fee=Decimal("600.00"), months=12)
    line = a_pending_line("2026-03-05", plan=plan, payment=PaymentTerms(months=12, methods=CASH))
    assert line.state is SubscriptionState.PENDING
    assert line.stops_on is None
    line = installed(line, "2026-03-08")
    assert line.state is SubscriptionState.ACTIVE
    assert (line.activated_on, line.stops_on) == (day("2026-03-08"), day("2027-03-07"))


def test_the_receipt_prints_the_period_of_what_is_paid_by_the_month() -> None:
    receipt = paid(
        an_active_line("2026-01-31"), "2026-01-31", maintenance_fee=Decimal("5.00"), other_item="网线", other_fee=Decimal(8)
    ).receipt
    printed = {line["code"]: (line["period_start"], line["period_end"]) for line in receipt.content["lines"]}
    month = ("2026-01-31", "2026-02-27")
    assert printed == {"plan": month, "maintenance": month, "other": (None, None)}


def test_example_3_four_months_paid_one_by_one() -> None:
    line = an_active_line("2026-01-31")
    spans = [span(paid(line, on)) for on in ("2026-01-31", "2026-02-27", "2026-03-30", "2026-04-29", "2026-05-30")]
    assert spans == [
        "2026-01-31…2026-02-27",
        "2026-02-28…2026-03-30",
        "2026-03-31…2026-04-29",
        "2026-04-30…2026-05-30",
        "2026-05-31…2026-06-29",
    ]


def test_example_4_five_months_at_once_end_where_five_payments_end() -> None:
    assert span(paid(an_active_line("2026-01-31"), "2026-01-31", 5)) == "2026-01-31…2026-06-29"


def test_example_7_eleven_months_from_the_thirtieth() -> None:
    assert span(paid(an_active_line("2026-03-30"), "2026-03-30", 11)) == "2026-03-30…2027-02-27"


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        ("2026-04-20", 3, "2026-05-15…2026-08-14"),  # 8: early
        ("2026-05-14", 1, "2026-05-15…2026-06-14"),  # 9: on the stop date
        ("2026-05-15", 1, "2026-05-15…2026-06-14"),  # 10: the day after
        ("2026-05-24", 1, "2026-05-24…2026-06-23"),  # 11: after expiry
    ],
)
def test_examples_8_to_11_where_the_period_starts(on: str, months: int, expected: str) -> None:
    payment = paid(a_line_until("2026-05-14"), on, months)
    assert span(payment) == expected
    assert payment.late_fee == 0


def test_example_11_the_next_payment_follows_the_restart() -> None:
    line = a_line_until("2026-05-14")
    paid(line, "2026-05-24")
    assert span(paid(line, "2026-06-01")) == "2026-06-24…2026-07-23"


def test_example_12_a_payment_within_grace_is_continuous() -> None:
    set_policy(grace_days=5)
    payment = paid(a_line_until("2026-05-14"), "2026-05-18")
    assert (span(payment), payment.late_fee) == ("2026-05-15…2026-06-14", 0)


def test_example_13_backfill_carries_a_late_fee() -> None:
    set_policy(late_policy=LatePolicy.BACKFILL)
    payment = paid(a_line_until("2026-05-14"), "2026-06-03", 3)
    assert span(payment) == "2026-05-15…2026-08-14"
    assert (payment.plan_total, payment.late_fee, payment.total) == (Decimal("150.00"), Decimal("1.87"), Decimal("151.87"))


def test_example_16_a_bank_transfer_is_backdated() -> None:
    payment = paid(a_line_until("2026-05-14"), "2026-05-20", on=day("2026-05-13"), reason="银行转账")
    assert (span(payment), payment.late_fee) == ("2026-05-15…2026-06-14", 0)
    assert (payment.paid_on, payment.booked_on) == (day("2026-05-13"), day("2026-05-20"))


def test_example_16_a_cashier_may_not_backdate() -> None:
    line = a_line_until("2026-05-14")
    before = _written()
    with pytest.raises(NotAllowed):
        paid(line, "2026-05-20", by="wang", on=day("2026-05-13"), reason="银行转账")
    assert _written() == before


def test_example_20_all_lines_of_a_payment() -> None:
    set_policy(late_policy=LatePolicy.BACKFILL)
    payment = paid(
        a_line_until("2026-05-14"),
        "2026-06-03",
        3,
        maintenance_fee=Decimal("5.00"),
        other_item="网线",
        other_fee=Decimal("20.00"),
        discount=Decimal("10.00"),
        reason="老客户",
    )
    assert payment.total == Decimal("176.87")
    assert payment.total_in_words == "人民币壹佰柒拾陆元捌角柒分"


def test_example_21_twelve_months_bought_and_two_given() -> None:
    line = an_active_line("2026-07-01", plan=a_plan(fee=Decimal("600.00"), months=12))
    paid(line, "2026-07-01", 12, gift_months=2)
    with everything("reading the periods"):
        rows = db.session.scalars(periods_in_force(line.id)).all()
    line = reloaded(line)
    assert [(str(each.kind), str(each.start), str(each.stop), each.price) for each in rows] == [
        ("paid", "2026-07-01", "2027-06-30", Decimal("600.00")),
        ("gift", "2027-07-01", "2027-08-31", Decimal("0.00")),
    ]
    assert line.stops_on == day("2027-08-31")


def test_example_49_the_day_is_the_offices_day() -> None:
    line = a_line_until("2026-05-14")
    half_past_midnight = datetime.datetime(2026, 5, 14, 16, 30, tzinfo=datetime.UTC)
    with clock.at(half_past_midnight), acting("wang"):
        payment = run(pay, subscription=line.id, terms=PaymentTerms(months=1, methods=CASH)).record
    assert payment.paid_on == day("2026-05-15")


def test_the_journal_holds_debt_revenue_and_cash() -> None:
    payment = paid(an_active_line("2026-01-31"), "2026-01-31")
    with everything("reading the journal"):
        sides = db.session.execute(
            select(Posting.account, Posting.amount).where(Posting.customer_id == payment.customer_id).order_by(Posting.id)
        ).all()
    assert [(str(account), amount) for account, amount in sides] == [
        ("receivable", Decimal("50.00")),
        ("revenue", Decimal("-50.00")),
        ("cash", Decimal("50.00")),
        ("receivable", Decimal("-50.00")),
    ]


@pytest.mark.parametrize("months", [0, -1, 10_000])
def test_months_out_of_range_are_refused_and_nothing_is_written(months: int) -> None:
    line = an_active_line("2026-01-31")
    before = _written()
    with pytest.raises(OperationRefused) as refused:
        paid(line, "2026-01-31", months)
    assert refused.value.code == "months_out_of_range"
    assert _written() == before


def _written() -> tuple[int, int]:
    with everything("counting what was written"):
        receipts = db.session.execute(select(func.count(Receipt.id))).scalar_one()
        payments = db.session.execute(select(func.count(RegularPayment.id))).scalar_one()
    return receipts, payments
