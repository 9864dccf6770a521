"""The reports of services: what was used, charged and collected, what was not read, what is unusual; pages, files and programs."""

from __future__ import annotations

import csv
import datetime
import html
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.billing.choices import AdjustmentKind, LedgerAccount, Method
from app.billing.journal import Posting
from app.billing.operations.receipts import take_payment
from app.billing.operations.voids import approve_void, void_adjustment
from app.billing.rules.methods import MethodAmount
from app.debts.operations.adjusting import adjust_charge, write_off
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.metering.choices import Anomaly, ReadingState, WarningColour
from app.reports.service_views import charts_of
from app.reports.services.ageing import debts_by_age
from app.reports.services.collection import collection_rate
from app.reports.services.consumption import consumption_by_month
from app.reports.services.revenue import revenue_by_service
from app.reports.services.unread import units_without_a_reading
from app.reports.services.unusual import Loud, unusual_readings
from app.runs.operations import void_service_charge
from app.tariffs.choices import ServiceKind
from tests.api.conftest import Programs, assert_refused, made, of
from tests.factories import a_building, a_meter, a_read_meter, a_reading, a_unit, acting, office, on_day
from tests.pages.conftest import signed_in
from tests.runs.making import LAST_DAY, MANAGER, a_lived_in_unit, a_run, charges, posted, prices
from tests.tariffs.making import a_tariff, an_approved, recipe, service

__all__ = ["of"]

pytestmark = pytest.mark.usefixtures("app")

YEAR = {"start": datetime.date(2026, 1, 1), "end": datetime.date(2026, 12, 31)}
MAY = {"start": datetime.date(2026, 5, 1), "end": datetime.date(2026, 5, 31)}
Browse = Callable[[str], FlaskClient]


@pytest.fixture
def browse(app: Flask) -> Browse:
    return lambda username: signed_in(app, username, "en")


def here(**more: Any) -> dict[str, Any]:
    return {"offices": [office().id], **more}


def charged_may(building: Any = None) -> tuple[Any, Any]:
    """Return a unit of 250 kWh in May, charged 143.00 of which 13.00 are tax, and its customer."""
    place = building or a_building()
    unit, customer = a_lived_in_unit(building=place)
    posted(a_run(unit.building_id))
    return unit, customer


# Consumption --------------------------------------------------------------------------------------------------------------------


def test_each_month_stands_beside_the_mean_of_the_three_before() -> None:
    """Read on the first of February to May: 210, 190, 200, 250; the mean before May is 200, so May is a quarter more."""
    a_lived_in_unit()
    rows = consumption_by_month(**here(), **YEAR)
    assert [(str(row["month"]), row["consumption"], row["mean"], row["against_mean"]) for row in rows] == [
        ("2026-05", Decimal(250), Decimal(200), Decimal("0.250")),
        ("2026-04", Decimal(200), None, None),
        ("2026-03", Decimal(190), None, None),
        ("2026-02", Decimal(210), None, None),
    ]
    assert (rows[0]["units"], rows[0]["measure"], rows[0]["service_id"]) == (1, "kWh", service().id)


def test_the_mean_is_taken_from_months_before_the_period() -> None:
    a_lived_in_unit()
    (row,) = consumption_by_month(**here(), **MAY)
    assert (str(row["month"]), row["mean"]) == ("2026-05", Decimal(200))


def test_buildings_services_and_units_are_told_apart() -> None:
    first, second = a_building(), a_building()
    one, _ = a_lived_in_unit("101", 100, building=first)
    other, _ = a_lived_in_unit("102", 30, building=first, name="李四")
    a_lived_in_unit("201", 7, building=second, name="王五")
    a_read_meter(one, 12, kind=ServiceKind.WATER)
    found = consumption_by_month(**here(), **MAY)
    assert sorted((row["building"], row["units"], row["consumption"]) for row in found) == sorted(
        [(first.name, 2, Decimal(130)), (first.name, 1, Decimal(12)), (second.name, 1, Decimal(7))]
    )
    water = service(ServiceKind.WATER).id
    assert [row["consumption"] for row in consumption_by_month(**here(service=water), **MAY)] == [Decimal(12)]
    assert [row["consumption"] for row in consumption_by_month(**here(building=second.id), **MAY)] == [Decimal(7)]
    assert [row["consumption"] for row in consumption_by_month(**here(unit=other.id), **MAY)] == [Decimal(30)]


def test_the_page_draws_the_months_with_their_figures(browse: Browse) -> None:
    a_lived_in_unit()
    page = browse(MANAGER).get("/consumptionreportview/list/?from=2026-01-01&to=2026-12-31").text
    assert "<title>May 2026: 250</title>" in page
    assert ">250</text>" in page
    assert ">May</text>" in page


def test_another_offices_readings_are_not_in_it() -> None:
    a_lived_in_unit()
    assert consumption_by_month(offices=[office("HN").id], **YEAR) == []


def test_a_chart_adds_the_buildings_up_and_leaves_out_a_mean_that_one_of_them_has_not() -> None:
    def row(month: str, building: int, used: int, mean: int | None) -> dict[str, Any]:
        figures = {"consumption": Decimal(used), "mean": None if mean is None else Decimal(mean)}
        return {"month": month, "building_id": building, "service_id": 1, "service": "电", "measure": "kWh", **figures}

    (chart,) = charts_of([row("2026-05", 1, 5, 4), row("2026-05", 2, 7, 6), row("2026-04", 1, 3, 2), row("2026-04", 2, 1, None)])
    assert [(column["label"], column["values"]) for column in chart.columns] == [("Apr", [Decimal(4)]), ("May", [Decimal(12)])]
    assert [(column["name"], column["cells"]) for column in chart.columns] == [("April 2026", ["4", "—"]), ("May 2026", ["12", "10"])]
    assert chart.means == [None, Decimal(10)]
    assert chart.total == Decimal(16)


# Revenue and collection ---------------------------------------------------------------------------------------------------------


def test_revenue_is_what_was_charged_with_its_tax() -> None:
    """250 kWh: 130.00 and 13.00 tax."""
    prices()
    charged_may()
    (row,) = revenue_by_service(**here(), **MAY)
    assert (row["charges"], row["consumption"], row["net"], row["tax"], row["total"]) == (
        1,
        Decimal(250),
        Decimal("130.00"),
        Decimal("13.00"),
        Decimal("143.00"),
    )
    assert revenue_by_service(**here(), start=datetime.date(2026, 4, 1), end=datetime.date(2026, 4, 30)) == []


@pytest.mark.parametrize(("taxes", "net", "tax"), [((), "130.00", "0"), (("10", "5"), "130.00", "19.50")])
def test_a_charge_may_have_no_tax_or_several(taxes: tuple[str, ...], net: str, tax: str) -> None:
    """250 kWh are 130.00; 10 % and 5 % of them 13.00 and 6.50."""
    first = recipe()["lines"][0]
    lines = [
        {"code": f"t{at}", "kind": "percentage", "label": "税", "of": ["electricity"], "percent": percent, "tax": True}
        for at, percent in enumerate(taxes)
    ]
    total = Decimal(net) + Decimal(tax)
    example = [{"facts": {"kwh": "250"}, "total": str(total)}]
    an_approved(a_tariff(), recipe={"rounding": "0.01", "lines": [first, *lines]}, examples=example)
    charged_may()
    (row,) = revenue_by_service(**here(), **MAY)
    assert (row["net"], row["tax"], row["total"]) == (Decimal(net), Decimal(tax), total)


def test_a_voided_charge_is_no_revenue_and_not_open() -> None:
    prices()
    unit, _ = charged_may()
    with on_day(LAST_DAY), acting(MANAGER):
        run(void_service_charge, service_charge=charges(unit)[0].id, reason="抄错")
    assert revenue_by_service(**here(), **MAY) == []
    assert collection_rate(**here(), **MAY) == []


def test_the_collection_rate_is_what_is_paid_of_what_was_charged() -> None:
    """143.00 charged, 100.00 paid: 69.93 %."""
    prices()
    _, customer = charged_may()
    with on_day(LAST_DAY), acting("wang"):
        run(take_payment, customer=customer.id, methods=(MethodAmount(Method.CASH, Decimal("100.00")),))
    (row,) = collection_rate(**here(), **MAY)
    assert (str(row["month"]), row["charges"], row["unpaid"]) == ("2026-05", 1, 1)
    assert (row["charged"], row["collected"], row["open"], row["rate"]) == (
        Decimal("143.00"),
        Decimal("100.00"),
        Decimal("43.00"),
        Decimal("0.6993"),
    )


def corrected_may() -> Any:
    """Return the customer of 143.00, paid, of which 40.00 were taken back, 3.00 voided again, 6.00 added and 2.00 of them given up."""
    prices()
    unit, customer = charged_may()
    with everything("reading a test's own record"):
        bill = charges(unit)[0].charge_id
    with on_day(LAST_DAY), acting("wang"):
        run(take_payment, customer=customer.id, methods=(MethodAmount(Method.BANK_TRANSFER, Decimal("143.00")),))
    with on_day(LAST_DAY), acting(MANAGER):
        run(adjust_charge, charge=bill, kind=AdjustmentKind.LOWER, amount=Decimal("40.00"), reason="抄错")
        wrong = run(adjust_charge, charge=bill, kind=AdjustmentKind.LOWER, amount=Decimal("3.00"), reason="抄错").record
        run(void_adjustment, adjustment=wrong.id, reason="录错")
        run(adjust_charge, charge=bill, kind=AdjustmentKind.RAISE, amount=Decimal("6.00"), reason="漏收")
    with on_day(LAST_DAY), acting("wang"):
        asked = run(write_off, charge=bill, amount=Decimal("2.00"), reason="收不到").record
    with on_day(LAST_DAY), acting(MANAGER):
        run(approve_void, approval=asked.id)
    return customer


def test_revenue_is_what_the_journal_says_whatever_became_credit() -> None:
    customer = corrected_may()
    (row,) = revenue_by_service(**here(), **MAY)
    with everything("summing postings"):
        earned = select(-func.sum(Posting.amount)).where(Posting.account == LedgerAccount.REVENUE, Posting.customer_id == customer.id)
        journal = db.session.scalars(earned).one()
    assert (row["adjusted"], row["total"], journal) == (Decimal("-34.00"), Decimal("109.00"), Decimal("109.00"))


def test_what_became_credit_is_neither_charged_nor_collected() -> None:
    """Of 143.00 paid 40.00 became credit; 109.00 are asked for, 103.00 collected, 2.00 given up, 4.00 open."""
    corrected_may()
    (row,) = collection_rate(**here(), **MAY)
    assert (row["charged"], row["collected"], row["written_off"], row["open"], row["unpaid"], row["rate"]) == (
        Decimal("109.00"),
        Decimal("103.00"),
        Decimal("2.00"),
        Decimal("4.00"),
        1,
        Decimal("0.9450"),
    )


def test_a_service_that_was_not_charged_has_no_rate() -> None:
    prices()
    charged_may()
    assert collection_rate(**here(service=service(ServiceKind.GAS).id), **MAY) == []


def test_debts_stand_by_age_with_their_building_and_service() -> None:
    """143.00: not late on its due day, 61 days late two months after it."""
    prices()
    unit, _ = charged_may()
    with everything("reading a test's own record"):
        due = charges(unit)[0].charge.due_on
    with on_day(due), acting(MANAGER):
        (young,) = debts_by_age(**here(), start=due, end=due)
    with on_day(due + datetime.timedelta(days=61)), acting(MANAGER):
        (old,) = debts_by_age(**here(), start=due, end=due + datetime.timedelta(days=61))
    assert (young["charges"], young["total"], young["overdue"], young["d0_30"]) == (1, Decimal("143.00"), 0, Decimal("143.00"))
    assert (old["total"], old["overdue"], old["d61_90"], old["d0_30"]) == (Decimal("143.00"), Decimal("143.00"), Decimal("143.00"), 0)


# What is missing, and what is unusual -------------------------------------------------------------------------------------------


def test_a_meter_that_was_not_read_is_listed_with_its_last_reading() -> None:
    building = a_building()
    a_lived_in_unit("101", 250, building=building)
    unread = a_meter(a_unit("102", building=building), since="2026-03-01", first="17")
    (row,) = units_without_a_reading(**here(), **MAY)
    assert (row["building"], row["serial"], row["last_on"], row["last_value"]) == (
        building.name,
        unread.serial,
        datetime.date(2026, 3, 1),
        Decimal(17),
    )


def test_a_first_reading_inside_the_period_is_no_reading_of_it() -> None:
    new = a_meter(a_unit(), since="2026-05-10")
    (row,) = units_without_a_reading(**here(), **MAY)
    assert (row["serial"], row["last_on"]) == (new.serial, None)


def test_a_meter_that_was_not_there_yet_is_not_missed() -> None:
    a_meter(a_unit(), since="2026-05-10")
    april = {"start": datetime.date(2026, 4, 1), "end": datetime.date(2026, 4, 30)}
    assert units_without_a_reading(**here(), **april) == []


def test_red_readings_stand_first_with_their_reason() -> None:
    unit = a_unit()
    meter = a_read_meter(unit, 100, 100, 100)
    a_reading(meter, "2026-05-31", "900")
    found = unusual_readings(**here(), **MAY)
    assert [(row["colour"], row["state"], row["unit"]) for row in found] == [(WarningColour.RED, ReadingState.WAITING, unit.code)]
    assert found[0]["reason"].parameters["quantity"] == Decimal(600)
    assert found[0]["anomaly"] == Anomaly.HIGH
    assert unusual_readings(**here(colour=Loud.AMBER), **MAY) == []


# Pages, files, programs ---------------------------------------------------------------------------------------------------------

PAGES = {
    "consumptionreportview": "250",
    "revenuereportview": "143.00",
    "collectionreportview": "143.00",
    "ageingreportview": "143.00",
    "unreadreportview": "E0",
    "unusualreportview": "abnormally high",
}


@pytest.fixture
def full(app: Flask) -> None:
    """A charged unit, a meter that nobody read, and a red reading."""
    prices()
    building = a_building()
    charged_may(building)
    a_meter(a_unit("102", building=building), since="2026-03-01")
    a_reading(a_read_meter(a_unit("103", building=building), 100, 100, 100), "2026-05-31", "900")


@pytest.mark.parametrize("page", sorted(PAGES))
@pytest.mark.usefixtures("full")
def test_every_page_shows_its_rows(browse: Browse, page: str) -> None:
    with on_day(LAST_DAY):
        answer = browse(MANAGER).get(f"/{page}/list/?from=2026-03-01&to=2026-05-31" if page.startswith("cons") else f"/{page}/list/")
    assert answer.status_code == 200
    assert PAGES[page] in html.unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize("page", sorted(PAGES))
@pytest.mark.usefixtures("full")
def test_every_page_is_a_file_too(browse: Browse, page: str) -> None:
    with on_day(LAST_DAY):
        client = browse(MANAGER)
        with client.get(f"/{page}/export/csv?from=2026-05-01&to=2026-05-31") as answer:
            rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        with client.get(f"/{page}/export/xlsx?from=2026-05-01&to=2026-05-31") as answer:
            sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        with client.get(f"/{page}/export/pdf?from=2026-05-01&to=2026-05-31") as answer:
            assert answer.data.startswith(b"%PDF")
    assert len(rows) > 1
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][: len(rows[0])] == rows[0]


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_page_without_rows_says_so(browse: Browse, page: str) -> None:
    with on_day(LAST_DAY):
        answer = browse(MANAGER).get(f"/{page}/list/")
    assert answer.status_code == 200
    assert "fh-empty" in answer.get_data(as_text=True)


@pytest.mark.usefixtures("full")
def test_programs_read_consumption_with_its_decimals(of: Programs) -> None:
    with on_day(LAST_DAY):
        given = made(of(MANAGER).get(f"/reports/consumption?from=2026-05-01&to=2026-05-31&service={service().id}"), 200)
    assert given["items"][0]["month"] == "2026-05"
    # 250 of the charged unit, 100 and 600 of the third.
    assert given["items"][0]["consumption"] == "950"
    assert given["items"][0]["units"] == 2


@pytest.mark.usefixtures("full")
def test_programs_read_the_sums_of_revenue_and_collection(of: Programs) -> None:
    with on_day(LAST_DAY):
        revenue = made(of(MANAGER).get("/reports/service_revenue?from=2026-05-01&to=2026-05-31"), 200)
        rate = made(of(MANAGER).get("/reports/collection_rate?from=2026-05-01&to=2026-05-31"), 200)
    assert (revenue["totals"]["total"], revenue["totals"]["tax"], revenue["totals"]["charges"]) == ("143.00", "13.00", 1)
    assert (rate["items"][0]["open"], rate["items"][0]["rate"], rate["totals"]["charged"]) == ("143.00", "0", "143.00")


@pytest.mark.usefixtures("full")
def test_programs_read_what_is_missing_and_what_is_unusual(of: Programs) -> None:
    with on_day(LAST_DAY):
        unread = made(of(MANAGER).get("/reports/unread_meters"), 200)
        red = made(of(MANAGER).get("/reports/unusual_consumption?colour=red"), 200)
    assert unread["total"] == 1
    assert [(row["colour"], row["state"]) for row in red["items"]] == [("red", "waiting")]


@pytest.mark.parametrize(
    "name", ["consumption", "service_revenue", "collection_rate", "debts_by_age", "unread_meters", "unusual_consumption"]
)
def test_a_cashier_reads_none_of_them(of: Programs, name: str) -> None:
    assert_refused(of("wang").get(f"/reports/{name}"), 403)


@pytest.mark.parametrize("argument", ["building=x", "service=-1", "colour=blue", "from=2026-13-01"])
def test_an_argument_that_cannot_be_read_is_refused(of: Programs, argument: str) -> None:
    assert assert_refused(of(MANAGER).get(f"/reports/unusual_consumption?{argument}"), 400)["fields"]
