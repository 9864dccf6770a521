"""The worked examples of the broadband rules over HTTP, numbers by hand; the clock stands still around each call."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from app.broadband.models import Subscription
from app.foundation import clock
from tests.api.conftest import Programs, assert_refused, made
from tests.factories import a_community, a_line_until, a_plan, an_active_line, on_day


def pay(of: Programs, line: Subscription, day: str, months: int = 1, *, by: str = "wang", **terms: Any) -> dict[str, Any]:
    with on_day(day):
        return made(of(by).post("/regular_payments", {"subscription": line.id, "months": months, "method": "cash", **terms}))


def span(payment: dict[str, Any]) -> str:
    return f"{payment['period_start']}…{payment['period_end']}"


def subscription(of: Programs, line: Subscription, day: str) -> dict[str, Any]:
    with on_day(day):
        return made(of("wang").get(f"/subscriptions/{line.id}"), 200)


def set_policy(of: Programs, **settings: Any) -> None:
    office = made(of("chen").get("/offices"), 200)["items"][0]["id"]
    made(of("chen").patch(f"/broadband_policies/{office}", settings), 200)


def test_example_1_opening_with_twelve_months(of: Programs) -> None:
    plan, community = a_plan(fee=Decimal("600.00"), months=12), a_community()
    with on_day("2026-03-05"):
        opened = made(
            of("mei").post(
                "/subscriptions",
                {
                    "customer": {"name": "张三", "mobile": "13800000001", "id_number": "110101199001011234"},
                    "community": community.id,
                    "address": "3-2-501",
                    "plan": plan.id,
                    "business_type": "new",
                    "broadband_account": "sz0001",
                    "password": "secret-12",
                    "payment": {"months": 12, "method": "cash"},
                },
            )
        )
    assert opened["status"] == "pending"
    assert (opened["stops_on"], opened["days_left"], opened["periods"]) == (None, None, [])
    assert made(of("chen").get(f"/receipts/{opened['receipt']}"), 200)["total"] == "600.00"
    with on_day("2026-03-08"):
        order = made(of("chen").post(f"/work_orders/{opened['work_order']}/complete", {"billing_from": "2026-03-08"}), 200)
        line = made(of("wang").get(f"/subscriptions/{opened['id']}"), 200)
    assert (order["status"], order["worked_on"]) == ("done", "2026-03-08")
    assert (line["status"], line["activated_on"], line["stops_on"]) == ("active", "2026-03-08", "2027-03-07")
    assert line["periods"] == [{"kind": "paid", "start": "2026-03-08", "stop": "2027-03-07", "months": 12, "price": "600.00"}]


def test_example_3_four_months_one_by_one(of: Programs) -> None:
    line = an_active_line("2026-01-31")
    spans = [span(pay(of, line, day)) for day in ("2026-01-31", "2026-02-27", "2026-03-30", "2026-04-29", "2026-05-30")]
    assert spans == [
        "2026-01-31…2026-02-27",
        "2026-02-28…2026-03-30",
        "2026-03-31…2026-04-29",
        "2026-04-30…2026-05-30",
        "2026-05-31…2026-06-29",
    ]


def test_example_4_five_months_at_once(of: Programs) -> None:
    assert span(pay(of, an_active_line("2026-01-31"), "2026-01-31", 5)) == "2026-01-31…2026-06-29"


def test_example_7_eleven_months_from_the_thirtieth(of: Programs) -> None:
    assert span(pay(of, an_active_line("2026-03-30"), "2026-03-30", 11)) == "2026-03-30…2027-02-27"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-04-20", 3, "2026-05-15…2026-08-14"),  # 8: early
        ("2026-05-14", 1, "2026-05-15…2026-06-14"),  # 9: on the stop date
        ("2026-05-15", 1, "2026-05-15…2026-06-14"),  # 10: the day after
        ("2026-05-24", 1, "2026-05-24…2026-06-23"),  # 11: after expiry
    ],
)
def test_examples_8_to_11_where_the_period_starts(of: Programs, day: str, months: int, expected: str) -> None:
    payment = pay(of, a_line_until("2026-05-14"), day, months)
    assert span(payment) == expected
    assert (payment["late_fee"], payment["arrears"], payment["stops_on"]) == ("0.00", "0.00", expected[-10:])


def test_example_11_the_next_payment_follows_the_restart(of: Programs) -> None:
    line = a_line_until("2026-05-14")
    assert subscription(of, line, "2026-05-20")["status"] == "expired"
    pay(of, line, "2026-05-24")
    assert span(pay(of, line, "2026-06-01")) == "2026-06-24…2026-07-23"


def test_example_12_a_payment_within_grace(of: Programs) -> None:
    set_policy(of, grace_days=5)
    line = a_line_until("2026-05-14")
    assert subscription(of, line, "2026-05-19")["status"] == "active"
    assert subscription(of, line, "2026-05-20")["status"] == "expired"
    payment = pay(of, line, "2026-05-18")
    assert (span(payment), payment["late_fee"]) == ("2026-05-15…2026-06-14", "0.00")


def test_example_13_backfill_and_late_fee(of: Programs) -> None:
    set_policy(of, late_policy="backfill")
    payment = pay(of, a_line_until("2026-05-14"), "2026-06-03", 3)
    assert span(payment) == "2026-05-15…2026-08-14"
    assert (payment["plan_total"], payment["late_fee"], payment["total"]) == ("150.00", "1.87", "151.87")


def test_example_16_a_bank_transfer_keyed_in_later(of: Programs) -> None:
    line = a_line_until("2026-05-14")
    terms = {"on": "2026-05-13", "reason": "银行转账"}
    with on_day("2026-05-20"):
        answer = of("wang").post("/regular_payments", {"subscription": line.id, "months": 1, "method": "bank_transfer", **terms})
    assert_refused(answer, 403, "backdate")
    payment = pay(of, line, "2026-05-20", by="chen", **terms)
    assert (span(payment), payment["late_fee"]) == ("2026-05-15…2026-06-14", "0.00")
    assert (payment["paid_on"], payment["booked_on"]) == ("2026-05-13", "2026-05-20")


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        ("2026-05-10", 3, "2026-08-14"),  # 17: three months by mistake
        ("2026-05-24", 1, "2026-06-23"),  # 18: a restart
    ],
)
def test_examples_17_and_18_voided_on_the_same_day(of: Programs, day: str, months: int, after: str) -> None:
    line = a_line_until("2026-05-14")
    payment = pay(of, line, day, months)
    assert subscription(of, line, day)["stops_on"] == after
    with on_day(day):
        reversal = made(of("chen").post(f"/receipts/{payment['receipt']}/void", {"reason": "录错月数"}))
    assert (reversal["receipt"], reversal["status"], reversal["total"]) == (payment["receipt"], "voided", payment["total"])
    found = subscription(of, line, day)
    assert found["stops_on"] == "2026-05-14"
    assert [period["stop"] for period in found["periods"]] == ["2026-05-14"]
    assert made(of("chen").get(f"/receipts/{payment['receipt']}"), 200)["reversal"]["reason"] == "录错月数"


def test_example_20_all_amounts_of_a_payment(of: Programs) -> None:
    set_policy(of, late_policy="backfill")
    payment = pay(
        of,
        a_line_until("2026-05-14"),
        "2026-06-03",
        3,
        by="chen",
        maintenance_fee="5.00",
        other_item="网线",
        other_fee="20.00",
        discount="10.00",
        reason="老客户",
    )
    assert {
        name: payment[name] for name in ("plan_fee", "plan_total", "maintenance_fee", "maintenance_total", "other_fee", "discount")
    } == {
        "plan_fee": "50.00",
        "plan_total": "150.00",
        "maintenance_fee": "5.00",
        "maintenance_total": "15.00",
        "other_fee": "20.00",
        "discount": "10.00",
    }
    assert (payment["late_fee"], payment["total"]) == ("1.87", "176.87")
    assert payment["total_in_words"] == "人民币壹佰柒拾陆元捌角柒分"


def test_example_21_buy_twelve_get_two(of: Programs) -> None:
    line = an_active_line("2026-07-01", plan=a_plan(fee=Decimal("600.00"), months=12))
    payment = pay(of, line, "2026-07-01", 12, by="chen", gift_months=2, reason="买十二送二")
    assert (span(payment), payment["stops_on"]) == ("2026-07-01…2027-06-30", "2027-08-31")
    assert subscription(of, line, "2026-07-01")["periods"] == [
        {"kind": "paid", "start": "2026-07-01", "stop": "2027-06-30", "months": 12, "price": "600.00"},
        {"kind": "gift", "start": "2027-07-01", "stop": "2027-08-31", "months": 2, "price": "0.00"},
    ]


def test_example_49_the_day_is_the_offices_day(of: Programs) -> None:
    line = a_line_until("2026-05-14")
    with clock.at(datetime.datetime(2026, 5, 14, 16, 30, tzinfo=datetime.UTC)):
        payment = made(of("wang").post("/regular_payments", {"subscription": line.id, "months": 1, "method": "cash"}))
        receipt = made(of("wang").get(f"/receipts/{payment['receipt']}"), 200)
    assert payment["paid_on"] == "2026-05-15"
    assert receipt["created_at"] == "2026-05-15T00:30:00+08:00"


def test_days_left_counts_to_the_stop_date_and_below_it(of: Programs) -> None:
    line = a_line_until("2026-05-14")
    assert [subscription(of, line, day)["days_left"] for day in ("2026-05-04", "2026-05-14", "2026-05-17")] == [10, 0, -3]
