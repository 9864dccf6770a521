"""Every report for programs: rows with their totals, the same as three kinds of files, and only for those who may read it."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from flask import Flask
from pypdf import PdfReader

from app.billing.choices import PricedOperation
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.halting import SuspensionTerms, suspend
from app.foundation.transactions import run
from tests.api.conftest import Programs, assert_refused, made, of
from tests.factories import CASH, a_community, a_customer, a_plan, acting, an_active_line, office, on_day, paid, set_price

__all__ = ["of"]

APRIL = "from=2026-04-01&to=2026-04-30"
# Of each report: what its only row says, its totals.
REPORTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "suspensions": ({"customer_name": "王晓明", "fee": "30.00", "suspended_on": "2026-04-10"}, {"fee": "30.00"}),
    "closures": ({"customer_name": "李娜", "refund": "435.61", "status": "closed"}, {"refund": "435.61"}),
    "subscribers_by_community": ({"community": "花园", "at_start": 2, "closed": 1, "subscribers": 2}, {"subscribers": 2}),
    "openings": ({"day": "2026-04-20", "openings": 1, "activations": 1}, {"openings": 1}),
    "daily_takings": ({"customer_name": "王晓明", "suspension": "30.00", "total": "30.00"}, {"refunds": "-435.61", "total": "-405.61"}),
}
ALL = ["payments", *REPORTS]
# A cashier is not told what the drawer should hold, nor the office's figures.
OF_THE_BOOKS = ["daily_takings", "openings", "subscribers_by_community"]


@pytest.fixture
def april(app: Flask) -> None:
    """Two lines of a year; one is suspended for a fee on 10 April, the other closed; a third opened on the 20th."""
    set_price(PricedOperation.SUSPENSION, "30.00")
    garden, plan = a_community(name="花园"), a_plan(fee=Decimal("600.00"), months=12)
    lines = [an_active_line("2026-01-01", plan=plan, customer=a_customer(name=name), community=garden) for name in ("王晓明", "李娜")]
    for line in lines:
        paid(line, "2026-01-01", 12)
    with on_day("2026-04-10"), acting("chen"):
        run(suspend, subscription=lines[0].id, terms=SuspensionTerms(methods=CASH))
        run(close, subscription=lines[1].id, terms=ClosureTerms())
    an_active_line("2026-04-20", plan=plan, customer=a_customer(name="赵六"), community=garden)


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.usefixtures("april")
def test_rows_and_totals(of: Programs, name: str) -> None:
    row, totals = REPORTS[name]
    report = made(of("chen").get(f"/reports/{name}?{APRIL}"), 200)
    assert (report["from"], report["to"], report["currency"]) == ("2026-04-01", "2026-04-30", "CNY")
    (found,) = [item for item in report["items"] if all(item[key] == value for key, value in row.items())]
    assert {key: report["totals"][key] for key in totals} == totals
    assert report["total"] == len(report["items"])
    assert found in report["items"]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.usefixtures("april")
def test_the_same_rows_as_files(of: Programs, name: str) -> None:
    address = f"/reports/{name}?from=2026-01-01&to=2026-04-30"
    count = made(of("chen").get(address), 200)["total"]
    assert count > 0
    with of("chen").get(f"{address}&format=csv") as answer:
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    with of("chen").get(f"{address}&format=xlsx") as answer:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    with of("chen").get(f"{address}&format=pdf") as answer:
        (page,) = PdfReader(io.BytesIO(answer.data)).pages
    assert sheet is not None
    assert len(rows) == sheet.max_row == count + 1
    assert len({len(row) for row in rows} | {sheet.max_column}) == 1
    assert "2026-01-01 – 2026-04-30" in page.extract_text()


@pytest.mark.parametrize("name", ALL)
def test_whoever_may_not_read_it_is_refused(of: Programs, name: str) -> None:
    for username in ("mei", "gong"):
        assert_refused(of(username).get(f"/reports/{name}?{APRIL}"), 403)
    status = of("wang").get(f"/reports/{name}?{APRIL}").status_code
    assert status == (403 if name in OF_THE_BOOKS else 200)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.usefixtures("april")
def test_another_office_has_its_own(of: Programs, name: str) -> None:
    assert_refused(of("chen").get(f"/reports/{name}?{APRIL}&office={office('HN').id}"), 404)
    assert made(of("binh").get(f"/reports/{name}?{APRIL}"), 200)["total"] == 0


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("query", "status"), [("from=2026-02-30", 400), ("format=doc", 400), ("from=2026-06-01&to=2026-05-01", 422), ("from=2000-01-01", 422)]
)
def test_a_period_that_cannot_be(of: Programs, name: str, query: str, status: int) -> None:
    assert_refused(of("chen").get(f"/reports/{name}?{query}"), status)
