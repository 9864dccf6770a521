"""Payments for open charges, vouchers, shifts, and a customer's statement."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from app.billing.choices import FeeKind, LineCode, VoucherKind
from app.billing.models import Charge, Voucher
from app.billing.operations.charges import LineTerms, charge
from app.billing.operations.vouchers import PaidOut, pay_out
from app.customers.models import Customer
from app.foundation.transactions import found, run
from app.offices.models import Office
from tests.api.conftest import Programs, assert_refused, made
from tests.factories import CASH, a_community, a_customer, a_line_until, a_plan, acting, an_active_line, on_day

DAY = datetime.date(2026, 5, 14)


def make_charge(*, customer: int, amount: Decimal, on: datetime.date) -> Charge:
    person = found(Customer, customer)
    lines = [LineTerms(LineCode.RELOCATION, amount)]
    return charge(
        office_id=person.office_id, customer_id=customer, fee_kind=FeeKind.RELOCATION, lines=lines, on=on, booked_on=on, due_on=on
    )


def refund(*, customer: int, amount: Decimal) -> Voucher:
    person = found(Customer, customer)
    return pay_out(
        office=found(Office, person.office_id),
        kind=VoucherKind.REFUND,
        lines=[PaidOut("退费", amount)],
        methods=CASH,
        reason="退费",
        on=DAY,
        booked_on=DAY,
        customer=person,
    )


@pytest.fixture
def debtor() -> dict[str, Any]:
    """A customer who owes ¥30 since 1 May and ¥50 since 10 May."""
    customer = a_customer()
    charges = []
    for day, amount in ((1, 30), (10, 50)):
        with on_day(DAY.replace(day=day)), acting("chen"):
            charges.append(run(make_charge, customer=customer.id, amount=Decimal(amount), on=DAY.replace(day=day)).record.id)
    return {"id": customer.id, "charges": charges}


def open_amounts(of: Programs, debtor: dict[str, Any]) -> list[str]:
    charges = made(of("wang").get(f"/charges?customer={debtor['id']}"), 200)["items"]
    return [charge["open"] for charge in charges]


def test_the_short_form_pays_the_oldest_first(of: Programs, debtor: dict[str, Any]) -> None:
    with on_day(DAY):
        receipt = made(of("wang").post("/payments", {"customer": debtor["id"], "method": "cash", "amount": "45.00", "tendered": "50"}))
    assert [(item["charge"], item["amount"]) for item in receipt["items"]] == [
        (debtor["charges"][0], "30.00"),
        (debtor["charges"][1], "15.00"),
    ]
    assert (receipt["total"], receipt["methods"][0]["change"]) == ("45.00", "5.00")
    assert open_amounts(of, debtor) == ["0.00", "35.00"]


def test_the_statuses_of_charges(of: Programs, debtor: dict[str, Any]) -> None:
    with on_day(DAY):
        made(of("wang").post("/payments", {"customer": debtor["id"], "method": "cash", "amount": "45.00"}))
    found_ids = {
        status: [charge["id"] for charge in made(of("wang").get(f"/charges?customer={debtor['id']}&status={status}"), 200)["items"]]
        for status in ("open", "unpaid", "partly_paid", "paid", "voided")
    }
    first, second = debtor["charges"]
    assert found_ids == {"open": [second], "unpaid": [], "partly_paid": [second], "paid": [first], "voided": []}


def test_chosen_charges_by_several_methods(of: Programs, debtor: dict[str, Any]) -> None:
    methods = [{"method": "cash", "amount": "20.00"}, {"method": "fps", "amount": "20.00"}]
    with on_day(DAY):
        receipt = made(
            of("wang").post(
                "/payments", {"customer": debtor["id"], "items": [{"charge": debtor["charges"][1], "amount": "40"}], "methods": methods}
            )
        )
    assert (receipt["total"], receipt["credited"]) == ("40.00", "0.00")
    assert open_amounts(of, debtor) == ["30.00", "10.00"]


def test_what_is_paid_above_the_debts_is_credit_and_pays_later(of: Programs, debtor: dict[str, Any]) -> None:
    with on_day(DAY):
        receipt = made(of("wang").post("/payments", {"customer": debtor["id"], "method": "bank_transfer", "amount": "100.00"}))
        assert receipt["credited"] == "20.00"
        line = an_active_line("2026-05-14", customer=found_customer(debtor["id"]))
        methods = {"methods": [{"method": "credit", "amount": "20"}, {"method": "cash", "amount": "30"}]}
        made(of("wang").post("/regular_payments", {"subscription": line.id, "months": 1, "payment": methods}))
        assert_refused(
            of("wang").post("/regular_payments", {"subscription": line.id, "months": 1, "method": "credit"}),
            422,
            "credit_too_small",
        )


def found_customer(customer: int) -> Customer:
    with acting("chen"):
        return found(Customer, customer)


def test_months_of_a_subscription_as_an_item(of: Programs) -> None:
    line = a_line_until("2026-05-14")
    sent = {"customer": line.customer_id, "items": [{"subscription": line.id, "months": 3, "other_fee": "2.00"}], "method": "cash"}
    with on_day(DAY):
        first, again = (of("wang").post("/payments", sent, key="a") for _ in range(2))
        assert made(of("wang").get(f"/subscriptions/{line.id}"), 200)["stops_on"] == "2026-08-14"
    assert (made(first)["total"], made(first)["items"][0]["amount"]) == ("152.00", "152.00")
    assert first.json == again.json
    assert again.headers["Idempotent-Replay"] == "true"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"customer": 999_999}, 404, "not_found"),
        ({"method": None}, 422, "payment_missing"),
        ({"items": [{"charge": 999_999}]}, 404, "not_found"),
        ({"items": [{"amount": "5"}]}, 400, "bad_item"),
        ({"items": [{"subscription": 1}]}, 400, "bad_item"),
        ({"items": [{"charge": 1, "months": 1}]}, 400, "bad_item"),
        ({"items": [{"card": 1, "months": 1}]}, 400, "unknown_field"),
        ({"items": [{"subscription": 1, "months": 1, "method": "cash"}]}, 400, "unknown_field"),
        ({"items": {}}, 400, None),
        ({"methods": [{"method": "cash", "amount": "1"}]}, 400, "payment_twice"),
        ({"amount": "0"}, 422, "amount_not_positive"),
        ({"amount": "-5"}, 422, "amount_not_positive"),
        ({"amount": "1.005"}, 422, "too_many_decimals"),
        ({"amount": "20", "tendered": "10"}, 422, "tendered_too_little"),
    ],
)
def test_a_payment_with_something_wrong(
    of: Programs, debtor: dict[str, Any], change: dict[str, Any], status: int, code: str | None
) -> None:
    with on_day(DAY):
        assert_refused(of("wang").post("/payments", {"customer": debtor["id"], "method": "cash", **change}), status, code)
    assert open_amounts(of, debtor) == ["30.00", "50.00"]


def test_a_debt_of_somebody_else_is_refused(of: Programs, debtor: dict[str, Any]) -> None:
    other, line = a_customer(name="李四"), a_line_until("2026-05-14")
    with on_day(DAY):
        for item in ({"charge": debtor["charges"][0]}, {"subscription": line.id, "months": 1}):
            assert_refused(of("wang").post("/payments", {"customer": other.id, "items": [item], "method": "cash"}), 422, "other_customer")


def test_a_paid_debt_is_not_paid_again(of: Programs, debtor: dict[str, Any]) -> None:
    sent = {"customer": debtor["id"], "items": [{"charge": debtor["charges"][0]}], "method": "cash"}
    with on_day(DAY):
        made(of("wang").post("/payments", sent))
        assert_refused(of("wang").post("/payments", sent), 422, "already_paid")


def test_the_statement_runs_from_charge_to_payment_to_void(of: Programs, debtor: dict[str, Any]) -> None:
    with on_day(DAY):
        receipt = made(of("chen").post("/payments", {"customer": debtor["id"], "method": "cash", "amount": "100.00"}))
        made(of("chen").post(f"/receipts/{receipt['id']}/void", {"reason": "录错"}))
    statement = made(of("wang").get(f"/customers/{debtor['id']}/statement"), 200)
    assert [(item["on"], item["document"]["kind"], item["charge"], item["payment"], item["balance"]) for item in statement["items"]] == [
        ("2026-05-01", "charge", "30.00", "0.00", "30.00"),
        ("2026-05-10", "charge", "50.00", "0.00", "80.00"),
        ("2026-05-14", "receipt", "0.00", "100.00", "-20.00"),
        ("2026-05-14", "reversal", "0.00", "-100.00", "80.00"),
    ]
    assert statement["items"][2]["document"]["number"] == receipt["number"]
    assert (statement["opening_balance"], statement["closing_balance"], statement["currency"]) == ("0.00", "80.00", "CNY")


def test_the_statement_of_some_days_opens_with_the_balance_before_them(of: Programs, debtor: dict[str, Any]) -> None:
    statement = made(of("wang").get(f"/customers/{debtor['id']}/statement?from=2026-05-05&to=2026-05-10"), 200)
    assert (statement["opening_balance"], len(statement["items"]), statement["closing_balance"]) == ("30.00", 1, "80.00")
    assert_refused(of("wang").get(f"/customers/{debtor['id']}/statement?from=x"), 400)


def test_a_void_takes_the_charge_it_made_out_of_the_statement(of: Programs) -> None:
    line = an_active_line("2026-05-14")
    with on_day(DAY):
        payment = made(of("chen").post("/regular_payments", {"subscription": line.id, "months": 1, "method": "cash"}))
        made(of("chen").post(f"/receipts/{payment['receipt']}/void", {"reason": "录错"}))
    statement = made(of("wang").get(f"/customers/{line.customer_id}/statement"), 200)
    assert [(item["charge"], item["payment"], item["balance"]) for item in statement["items"]] == [
        ("50.00", "0.00", "50.00"),
        ("0.00", "50.00", "0.00"),
        ("-50.00", "-50.00", "0.00"),
    ]


def test_a_voucher_is_shown(of: Programs) -> None:
    customer = a_customer()
    with on_day(DAY), acting("chen"):
        voucher = run(refund, customer=customer.id, amount=Decimal("12.50")).record
    shown = made(of("wang").get(f"/vouchers/{voucher.id}"), 200)
    assert (shown["number"], shown["kind"], shown["status"], shown["total"]) == (voucher.number, "refund", "valid", "12.50")
    assert (shown["lines"][0]["text"], shown["methods"][0]["method"], shown["cashier"]) == ("退费", "cash", "chen")
    assert made(of("wang").get(f"/vouchers?customer={customer.id}"), 200)["total"] == 1


def test_a_shift_opens_with_the_first_cash(of: Programs) -> None:
    line = a_line_until("2026-05-14")
    with on_day(DAY):
        made(of("wang").post("/regular_payments", {"subscription": line.id, "months": 1, "method": "cash"}))
        shifts = made(of("wang").get("/shifts?cashier=wang"), 200)
    assert [(shift["on"], shift["cashier"], shift["closed_at"]) for shift in shifts["items"]] == [("2026-05-14", "wang", None)]


@pytest.mark.parametrize(
    "given", [{"method": "door"}, {"methods": [{"method": "cash", "amount": "10"}, {"method": "door", "amount": "40"}]}]
)
@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/regular_payments", {"months": 1}),
        ("/suspensions", {"fee": "50"}),
        ("/relocations", {"fee": "50", "address": "8-1-301"}),
        ("/transfers", {"fee": "50", "customer": {"name": "李四"}}),
        ("/plan_changes", {"fee": "0"}),
        ("/equipment", {"name": "光猫", "serial": "ZX-1", "deposit": "50"}),
    ],
)
def test_money_for_a_line_is_not_collected_by_an_installer_at_the_counter(
    of: Programs, path: str, more: dict[str, Any], given: dict[str, Any]
) -> None:
    line = a_line_until("2026-05-31")
    body = {"subscription": line.id, **more, **given}
    if path == "/relocations":
        body["community"] = line.community_id
    if path == "/plan_changes":
        # The whole month costs 50 more.
        body["plan"] = a_plan(fee=Decimal("100.00")).id
    with on_day("2026-05-01"):
        assert_refused(of("chen").post(path, body), 422, "method_not_offered")


def test_debts_are_not_collected_by_an_installer_at_the_counter(of: Programs, debtor: dict[str, Any]) -> None:
    with on_day(DAY):
        assert_refused(of("wang").post("/payments", {"customer": debtor["id"], "method": "door"}), 422, "method_not_offered")
        on_account = {"customer": a_customer().id, "method": "door", "amount": "20"}
        assert_refused(of("wang").post("/payments", on_account), 422, "method_not_offered")


def test_the_first_months_are_not_collected_by_an_installer_at_the_counter(of: Programs) -> None:
    line = {
        "customer": {"name": "李四"},
        "community": a_community().id,
        "plan": a_plan().id,
        "business_type": "new",
        "address": "3-2-501",
        "broadband_account": "line0001",
        "payment": {"months": 1, "method": "door"},
    }
    with on_day(DAY):
        assert_refused(of("chen").post("/subscriptions", line), 422, "method_not_offered")
