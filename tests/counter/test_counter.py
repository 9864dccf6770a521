"""The counter: finding people, what their card says, taking money once."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.billing.models import Receipt
from app.broadband.models import RegularPayment, Subscription
from app.counter.queries import MOST_RESULTS, found_customers
from app.counter.rules import proposed_cash, proposed_months
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import found, run
from tests import factories
from tests.cast import PASSWORD
from tests.written import assert_nothing_written

DAY = "2026-05-14"


@pytest.fixture
def wang(app: Flask) -> FlaskClient:
    """The browser of Wang, a cashier in Shanghai."""
    client = app.test_client()
    assert client.post("/login/", data={"username": "wang", "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def line(app: Flask) -> Subscription:
    """王晓明's line in 3-2-501, paid until 2026-05-31."""
    customer = factories.a_customer(name="王晓明", contact_phone="138 0000 2618")
    made = factories.an_active_line("2026-05-01", customer=customer, address="3 栋 2 单元 501", broadband_account="cuihu501")
    factories.paid(made, "2026-05-01", 1)
    return factories.reloaded(made)


def names_for(typed: str) -> list[str]:
    with factories.acting("wang"):
        return [customer.name for customer in db.session.scalars(found_customers(typed)).unique()]


# Finding ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["王晓", "晓明", "wxm", "w'x'm", "wangxiao", "2618", "618", "13800002618", "cuihu501", "3-2-501", "KH-000001"]
)
def test_a_customer_is_found_by(line: Subscription, typed: str) -> None:
    assert names_for(typed) == ["王晓明"]


def test_a_customer_is_found_by_the_number_of_his_receipt(line: Subscription) -> None:
    with everything("the number"):
        number = db.session.scalars(select(Receipt.number)).one()
    assert names_for(number) == ["王晓明"]
    assert names_for(number.lower()) == ["王晓明"]


@pytest.mark.parametrize("typed", ["", "  ", "'", "李", "9999", "%", "SK-2026-999999"])
def test_nobody_is_found_by(line: Subscription, typed: str) -> None:
    assert names_for(typed) == []


def test_people_of_other_offices_are_never_found(app: Flask) -> None:
    stranger = factories.an_active_line("2026-05-01", "HN", customer=factories.a_customer("HN", name="Trần Thị Mai"), address="A-1203")
    number = factories.paid(stranger, "2026-05-01", 1).number
    for typed in ("Trần", "tran", "A-1203", stranger.broadband_account, number):
        assert names_for(typed) == []


def test_a_customer_with_several_lines_is_found_once_and_no_more_than_twenty_people(app: Flask) -> None:
    customer = factories.a_customer(name="周文博")
    for room in ("1-1-1806", "1-1-1807"):
        factories.a_pending_line(customer=customer, address=room)
    assert names_for("1-1") == ["周文博"]
    for number in range(MOST_RESULTS + 5):
        factories.a_customer(name=f"周{number}")
    assert len(names_for("周")) == MOST_RESULTS


def test_typing_gives_a_piece_of_the_page(wang: FlaskClient, line: Subscription) -> None:
    with factories.on_day(DAY):
        piece = wang.get("/counter/find?q=wxm").get_data(as_text=True)
    assert "<html" not in piece
    assert "王晓明" in piece
    assert wang.get("/counter/find?q=%00").status_code == 400
    assert "<script>" not in wang.get("/counter/find?q=<script>").get_data(as_text=True)


def test_the_only_customer_that_a_search_from_elsewhere_finds_is_opened(wang: FlaskClient, line: Subscription) -> None:
    answer = wang.get("/counter/?q=wxm")
    assert answer.headers["Location"] == f"/counter/?q=wxm&customer={line.customer_id}"
    assert wang.get("/counter/?q=nobody").status_code == 200


@pytest.mark.parametrize(("package", "months"), [(1, [1, 3, 6, 12]), (3, [3, 6, 12, 24]), (12, [12, 24, 36]), (5, [5, 10])])
def test_months_are_offered_in_the_packages_of_the_plan(package: int, months: list[int]) -> None:
    assert proposed_months(package) == months


# The card ------------------------------------------------------------------------------------------------------------------------


def test_the_card_proposes_the_payment_of_the_line(wang: FlaskClient, line: Subscription) -> None:
    with factories.on_day(DAY):
        page = wang.get(f"/counter/?customer={line.customer_id}").get_data(as_text=True)
    assert 'data-due data-amount="50.00"' in page
    assert "2026-05-31 → <b>2026-06-30</b>" in page
    with everything("nothing was written"):
        assert db.session.scalars(select(RegularPayment)).one().months == 1


def test_a_line_that_cannot_be_paid_says_why_and_offers_no_form(wang: FlaskClient, app: Flask) -> None:
    customer = factories.a_customer(name="何建平")
    assert 'id="pay"' not in wang.get(f"/counter/?customer={customer.id}").get_data(as_text=True)
    other = factories.a_customer("HN", name="Lê Thị Hoa")
    assert wang.get(f"/counter/?customer={other.id}").status_code == 404
    assert wang.get("/counter/?customer=x").status_code == 400
    assert wang.get("/counter/?receipt=999999999").status_code == 404


def test_the_preview_says_what_the_payment_will_do(wang: FlaskClient, line: Subscription) -> None:
    with factories.on_day(DAY):
        answer = wang.post("/counter/preview", data=terms(line, months="3"))
        refused = wang.post("/counter/preview", data=terms(line, months="0"))
    assert answer.status_code == 200
    assert 'data-amount="150.00"' in answer.get_data(as_text=True)
    assert "2026-08-31" in answer.get_data(as_text=True)
    assert refused.status_code == 422


# Taking --------------------------------------------------------------------------------------------------------------------------


def terms(line: Subscription, **more: str) -> dict[str, str]:
    return {"subscription": str(line.id), "customer": str(line.customer_id), "months": "1", "method": "cash", "key": "c" * 32, **more}


def test_a_payment_is_taken_with_change_and_shown(wang: FlaskClient, line: Subscription) -> None:
    with factories.on_day(DAY):
        answer = wang.post("/counter/take", data=terms(line, months="3", tendered="200", key="a" * 32))
        page = wang.get(answer.headers["Location"]).get_data(as_text=True)
    assert answer.status_code == 302
    assert "¥50.00" in page
    assert "2026-05-31 → <b>2026-08-31</b>" in page
    assert re.search(r'action="/receiptview/paper/\d+" target="_blank"', page)


def test_a_form_sent_twice_takes_money_once_and_says_so(wang: FlaskClient, line: Subscription) -> None:
    with factories.on_day(DAY):
        first = wang.post("/counter/take", data=terms(line, key="b" * 32)).headers["Location"]
        second = wang.post("/counter/take", data=terms(line, key="b" * 32)).headers["Location"]
        page = wang.get(second).get_data(as_text=True)
    assert second == f"{first}&again=same"
    assert 'role="status"' in page
    with everything("counting"):
        assert len(db.session.scalars(select(RegularPayment)).all()) == 2  # the one of the fixture, and this one


def test_other_entries_under_the_key_of_a_taken_payment_take_nothing_and_show_its_receipt(wang: FlaskClient, line: Subscription) -> None:
    """So it comes after Back: the page has the key of the payment that was taken, the cashier typed something else."""
    with factories.on_day(DAY):
        first = wang.post("/counter/take", data=terms(line, key="d" * 32, tendered="100")).headers["Location"]
        with assert_nothing_written():
            second = wang.post("/counter/take", data=terms(line, key="d" * 32, months="2"))
        page = wang.get(second.headers["Location"]).get_data(as_text=True)
    assert second.status_code == 302
    assert second.headers["Location"] == f"{first}&again=other"
    assert "本次没有收款" in page


def test_a_key_of_another_form_is_no_payment(wang: FlaskClient, line: Subscription) -> None:
    with factories.on_day(DAY):
        sent = {"line": line.id, "reason": "x"}
        with factories.acting("wang"):
            run(_note, key="e" * 32, line=line.id)
        with assert_nothing_written():
            answer = wang.post("/counter/take", data=terms(line, key="e" * 32) | sent)
    assert answer.status_code == 409


def _note(*, line: int) -> Subscription:
    return found(Subscription, line)


def test_a_page_that_was_paid_from_is_never_kept_by_the_browser(wang: FlaskClient, line: Subscription) -> None:
    with factories.on_day(DAY):
        answers = [wang.get(f"/counter/?customer={line.customer_id}"), wang.get(f"/regularpaymentview/add?subscription={line.id}")]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_a_refusal_keeps_what_was_typed(wang: FlaskClient, line: Subscription) -> None:
    with factories.on_day(DAY):
        answer = wang.post("/counter/take", data=terms(line, months="3", tendered="20", note="下次补"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="20"' in page
    assert "下次补" in page
    assert 'role="alert"' in page


@pytest.mark.parametrize("tendered", ["20", "二十"])
def test_a_refused_payment_leaves_the_amount_due_where_it_was(wang: FlaskClient, line: Subscription, tendered: str) -> None:
    with factories.on_day(DAY):
        answer = wang.post("/counter/take", data=terms(line, months="3", discount="10", reason="老客户", tendered=tendered))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'data-due data-amount="140.00"' in page
    assert "2026-05-31 → <b>2026-08-31</b>" in page


def test_a_refused_way_of_paying_leaves_the_amount_in_the_preview(wang: FlaskClient, line: Subscription) -> None:
    with factories.on_day(DAY):
        answer = wang.post("/counter/preview", data=terms(line, months="3", tendered="20"))
    assert answer.status_code == 422
    assert 'data-due data-amount="150.00"' in answer.get_data(as_text=True)


def test_terms_that_make_no_payment_have_no_amount(wang: FlaskClient, line: Subscription) -> None:
    with factories.on_day(DAY):
        pages = [wang.post(f"/counter/{step}", data=terms(line, months="1", discount="999")) for step in ("preview", "take")]
    assert [page.status_code for page in pages] == [422, 422]
    assert all('data-due data-amount=""' in page.get_data(as_text=True) for page in pages)


def test_only_who_takes_money_has_a_counter(app: Flask, line: Subscription) -> None:
    for username in ("mei", "gong", "shen", "ada", "zhou"):
        client = app.test_client()
        client.post("/login/", data={"username": username, "password": PASSWORD})
        assert client.get("/counter/").status_code == 403
        assert client.post("/counter/take", data=terms(line)).status_code == 403


@pytest.mark.parametrize(
    ("total", "currency", "proposed"),
    [
        ("50", "CNY", ["50", "100"]),
        ("85", "CNY", ["85", "90", "100"]),
        ("829.37", "CNY", ["829.37", "830", "850", "900"]),
        ("220000", "VND", ["220000", "250000", "300000", "500000"]),
        ("0", "CNY", []),
        ("-5", "HKD", []),
    ],
)
def test_the_counter_proposes_round_amounts(total: str, currency: str, proposed: list[str]) -> None:
    assert proposed_cash(Decimal(total), currency) == [Decimal(amount) for amount in proposed]
