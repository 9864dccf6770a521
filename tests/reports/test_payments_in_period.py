"""Payments in a period: which payments it shows, its sums, its pages and files, and whose they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.billing.choices import DocumentStatus
from app.billing.operations.voids import void_receipt
from app.broadband.models import RegularPayment
from app.foundation.database import db
from app.foundation.transactions import run
from app.reports.payments_in_period import Period, every_row, page, summary
from tests.cast import PASSWORD
from tests.factories import a_customer, a_plan, acting, an_active_line, noon, office, on_day, paid

pytestmark = pytest.mark.usefixtures("app")
LIST = "/paymentsreportview/list/"
MAY = "?from=2026-05-01&to=2026-05-31"


def may(**terms: object) -> Period:
    return Period((office("SH").id,), noon("2026-05-01").date(), noon("2026-05-31").date(), **terms)  # type: ignore[arg-type]


@pytest.fixture
def payments(app: Flask) -> list[RegularPayment]:
    """Three payments of a line on 30 April, 1 May and 31 May, one of another line on 15 May that is voided on the same day."""
    line = an_active_line("2026-04-30", customer=a_customer(name="张三"), plan=a_plan(name="家庭 100M"))
    taken = [paid(line, day, maintenance_fee=Decimal("5.00")) for day in ("2026-04-30", "2026-05-01", "2026-05-31")]
    other = an_active_line("2026-05-15", customer=a_customer(name="李四"), plan=a_plan(name="商务 500M", fee=Decimal("70.00")))
    wrong = paid(other, "2026-05-15")
    with on_day("2026-05-15"), acting("chen"):
        run(void_receipt, receipt=wrong.receipt_id, reason="收错了")
    return [*taken, wrong]


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], FlaskClient]:
    def signed_in(username: str) -> FlaskClient:
        client = app.test_client()
        assert client.post("/login/", data={"username": username, "password": PASSWORD}).status_code == 302
        return client

    return signed_in


def file_of(client: FlaskClient, address: str) -> bytes:
    answer = client.get(f"/paymentsreportview/export/{address}")
    assert answer.status_code == 200, answer.text
    data = answer.data
    answer.close()
    return data


def test_both_days_belong_to_the_period(payments: list[RegularPayment]) -> None:
    assert [row["number"] for row in every_row(may())] == [payments[1].number, payments[3].number, payments[2].number]


def test_voided_payments_are_shown_but_not_added(payments: list[RegularPayment]) -> None:
    found = summary(may())
    assert found.count == 3
    assert found.totals["total"] == Decimal("110.00")
    assert found.totals["plan_total"] == Decimal("100.00")
    assert found.totals["maintenance_total"] == Decimal("10.00")
    assert [row["is_voided"] for row in every_row(may())] == [False, True, False]


def test_plan_and_status_narrow_it(payments: list[RegularPayment]) -> None:
    assert [row["number"] for row in every_row(may(plan=payments[3].plan_id))] == [payments[3].number]
    assert summary(may(status=DocumentStatus.VALID)).count == 2
    assert summary(may(status=DocumentStatus.VOIDED)).totals["total"] == 0


def test_a_page_is_a_piece_of_the_whole(payments: list[RegularPayment]) -> None:
    assert [row["number"] for row in page(may(), first=1, size=1)] == [payments[3].number]


def test_other_offices_stay_out(payments: list[RegularPayment]) -> None:
    elsewhere = Period((office("HN").id,), may().start, may().end)
    assert summary(elsewhere).count == 0
    assert list(every_row(elsewhere)) == []


def test_the_cashier_sees_every_field_and_the_sums(payments: list[RegularPayment], sign_in: Callable[[str], FlaskClient]) -> None:
    text = sign_in("wang").get(LIST + MAY).text
    for shown in (payments[1].number, "张三", "家庭 100M", "55.00", "伍拾伍元整", "2026-05-31", "110.00"):
        assert shown in text
    assert payments[0].number not in text


def test_the_period_of_an_empty_address_is_today(payments: list[RegularPayment], sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("wang")
    with on_day("2026-05-31"):
        text = client.get(LIST).text
    assert payments[2].number in text
    assert payments[1].number not in text


@pytest.mark.parametrize(("preset", "position"), [("this_month", 1), ("last_month", 0)])
def test_usual_periods(payments: list[RegularPayment], sign_in: Callable[[str], FlaskClient], preset: str, position: int) -> None:
    client = sign_in("chen")
    with on_day("2026-05-31"):
        text = client.get(f"{LIST}?period={preset}").text
    assert [place for place in (0, 1) if payments[place].number in text] == [position]


def test_a_short_page_leads_to_the_next(payments: list[RegularPayment], sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("chen")
    first, second = client.get(f"{LIST}{MAY}&size=2").text, client.get(f"{LIST}{MAY}&size=2&page=2").text
    assert payments[1].number in first
    assert payments[2].number not in first
    assert payments[2].number in second
    assert "110.00" in first
    assert "110.00" in second


def test_the_csv_holds_all_payments_with_their_amounts(payments: list[RegularPayment], sign_in: Callable[[str], FlaskClient]) -> None:
    data = file_of(sign_in("wang"), f"csv{MAY}&size=1")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == [payments[1].number, payments[3].number, payments[2].number]
    assert rows[1][16] == "55.00"
    assert len(rows[0]) == 25


def test_the_excel_file_holds_numbers(payments: list[RegularPayment], sign_in: Callable[[str], FlaskClient]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(file_of(sign_in("wang"), f"xlsx{MAY}"))).active
    assert sheet is not None
    assert [cell.value for cell in sheet["Q"]][1:] == [55, 70, 55, None, 110]  # the second is voided


def test_a_receptionist_and_a_stranger_are_turned_away(sign_in: Callable[[str], FlaskClient], client: FlaskClient) -> None:
    assert sign_in("mei").get(LIST).status_code == 403
    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize("query", ["from=x", "period=never", "plan=abc", "status=odd", "page=x"])
def test_an_address_that_cannot_be_read_is_refused(sign_in: Callable[[str], FlaskClient], query: str) -> None:
    assert sign_in("wang").get(f"{LIST}?{query}").status_code == 400


def test_the_page_needs_few_queries(payments: list[RegularPayment], sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("wang")
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    assert client.get(LIST + MAY).status_code == 200
    assert len(seen) <= 12, seen
