"""The report of payments by API: rows, totals, files."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from tests.api.conftest import Programs, assert_refused, made
from tests.factories import an_active_line, office, on_day, paid

MAY = "/reports/payments?from=2026-05-01&to=2026-05-31"


@pytest.fixture
def numbers(of: Programs) -> list[str]:
    """The numbers of a payment of 1 May, one of 31 May that is voided, and one of 1 June."""
    line = an_active_line("2026-05-01")
    payments = [paid(line, day) for day in ("2026-05-01", "2026-05-31")]
    with on_day("2026-05-31"):
        made(of("chen").post(f"/receipts/{payments[1].receipt_id}/void", {"reason": "收错了"}))
    payments.append(paid(line, "2026-06-01"))
    return [payment.number for payment in payments]


def test_rows_and_totals_of_a_period(of: Programs, numbers: list[str]) -> None:
    report = made(of("chen").get(MAY), 200)
    assert (report["from"], report["to"], report["currency"], report["total"]) == ("2026-05-01", "2026-05-31", "CNY", 2)
    assert [(item["number"], item["total"], item["status"]) for item in report["items"]] == [
        (numbers[0], "50.00", "valid"),
        (numbers[1], "50.00", "voided"),
    ]
    assert (report["totals"]["total"], report["totals"]["months"]) == ("50.00", 1)


def test_without_days_it_is_this_month(of: Programs, numbers: list[str]) -> None:
    with on_day("2026-06-15"):
        report = made(of("chen").get("/reports/payments"), 200)
    assert (report["from"], report["to"], report["total"]) == ("2026-06-01", "2026-06-15", 1)


def test_without_days_the_takings_are_todays(of: Programs, numbers: list[str]) -> None:
    with on_day("2026-06-01"):
        today = made(of("chen").get("/reports/daily_takings"), 200)
    with on_day("2026-06-02"):
        tomorrow = made(of("chen").get("/reports/daily_takings"), 200)
    assert (today["from"], today["to"], today["totals"]["total"]) == ("2026-06-01", "2026-06-01", "50.00")
    assert (tomorrow["from"], tomorrow["items"]) == ("2026-06-02", [])


def test_the_same_as_files(of: Programs, numbers: list[str]) -> None:
    with of("chen").get(f"{MAY}&format=csv") as answer:
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == numbers[:2]
    with of("chen").get(f"{MAY}&format=xlsx") as answer:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet["A"]][1:] == numbers[:2]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=2026-02-30", 400),
        ("to=x", 400),
        ("format=doc", 400),
        ("plan=1", 400),
        ("from=2026-06-01&to=2026-05-01", 422),
        ("from=2000-01-01&to=2026-05-01", 422),
    ],
)
def test_a_period_that_cannot_be(of: Programs, query: str, status: int) -> None:
    assert_refused(of("chen").get(f"/reports/payments?{query}"), status)


def test_another_office_and_another_role_get_nothing(of: Programs, numbers: list[str]) -> None:
    assert_refused(of("chen").get(f"{MAY}&office={office('HN').id}"), 404)
    assert made(of("binh").get(MAY), 200)["total"] == 0
    assert_refused(of("mei").get(MAY), 403)
