"""Reports: a period from the address, one office, sums over all rows, files with the same rows."""

from __future__ import annotations

import csv
import datetime
import io

import pytest

from app.foundation import clock
from tests.foundation.views.toy import HERE, THERE, ToyLine, ToyPayment, ToyStreet

REPORT = "/toytakingsview/list/"
TODAY = datetime.datetime(2026, 5, 14, 12, tzinfo=datetime.UTC)


@pytest.fixture
def payments(store):
    (street,) = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))
    li, wang = store(*[ToyLine(office_id=HERE, name=name, street_id=street) for name in ("Li", "Wang")])
    for line, day, amount in ((li, "2026-05-01", "50"), (li, "2026-05-14", "100"), (wang, "2026-05-31", "7"), (wang, "2026-04-30", "1000")):
        store(ToyPayment(office_id=HERE, line_id=line, months=1, amount=amount, paid_on=day))
    return li, wang


@pytest.fixture(autouse=True)
def today():
    with clock.at(TODAY):
        yield


def table(answer):
    assert answer.status_code == 200, answer.text
    return answer.text.split("<tbody>")[1].split("</table>")[0]


def test_a_report_opens_with_this_month(wang, payments):
    rows = table(wang.get(REPORT))
    assert "¥150.00" in rows
    assert "¥7.00" in rows
    assert "¥157.00" in rows.split("<tfoot>")[1]
    assert f"/toypaymentview/list/?line={payments[0]}" in rows


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("period=today", "¥100.00"),
        ("period=last_month", "¥1,000.00"),
        ("from=2026-04-30&to=2026-05-01", "¥1,050.00"),
        ("from=2026-05-31&to=2026-05-31", "¥7.00"),
        ("to=2026-05-01", "¥50.00"),
    ],
)
def test_a_period_is_chosen_by_the_address(wang, payments, query, total):
    assert total in table(wang.get(f"{REPORT}?{query}")).split("<tfoot>")[1]


def test_a_report_is_filtered(wang, payments):
    assert "¥7.00" in table(wang.get(f"{REPORT}?line={payments[1]}")).split("<tfoot>")[1]
    assert "Nothing happened in this period." in wang.get(f"{REPORT}?status=closed").text


@pytest.mark.parametrize("query", ["period=x", "from=x", "to=2026-02-30", "line=x", "status=x", "from=%00", "line=1.5"])
def test_what_cannot_be_read_is_400(wang, payments, query):
    assert wang.get(f"{REPORT}?{query}").status_code == 400


@pytest.mark.parametrize("query", ["from=2026-05-14&to=2026-05-13", "from=2000-01-01&to=2026-05-14"])
def test_impossible_periods_are_refused(wang, payments, query):
    assert wang.get(f"{REPORT}?{query}").status_code == 422


def test_a_report_is_of_the_persons_office(as_person, payments):
    assert "¥" not in as_person("lan").get(REPORT).text.split("<main")[1]
    assert as_person("wang").get(f"{REPORT}?office={THERE}").status_code == 404


def test_the_file_holds_the_same_rows(wang, payments):
    text = wang.get("/toytakingsview/export/csv?period=this_month").data.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["Customer name", "Quantity", "Amount (CNY)"],
        ["Li", "2", "150.00"],
        ["Wang", "1", "7.00"],
    ]


def test_a_report_needs_its_permission(as_person, payments):
    assert as_person("shen").get(REPORT).status_code == 403
    assert as_person("shen").get("/toytakingsview/export/csv").status_code == 403
