"""The pages of billing: a run is begun, reviewed and posted, a period shows how far it is, a charge explains itself."""

from __future__ import annotations

import datetime
import html
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.billing.choices import AdjustmentKind
from app.debts.operations.adjusting import adjust_charge
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.metering.models import Meter
from app.metering.operations.meters import NewMeter, replace_meter
from app.runs.choices import RunState
from app.runs.models import BillingPeriod, BillingRun, RunResult
from tests.factories import a_building, acting, on_day
from tests.pages.conftest import counted
from tests.runs.making import LAST_DAY, MANAGER, MAY, a_lived_in_unit, a_run, charges, current, posted, prices, worked
from tests.tariffs.making import service

Browse = Callable[[str], FlaskClient]


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return html.unescape(answer.get_data(as_text=True))


def newest(model: Any) -> Any:
    with everything("reading a test's own record"):
        db.session.expire_all()
        return db.session.scalars(select(model).order_by(model.id.desc()).limit(1)).one()


def test_a_manager_begins_a_run_reviews_it_and_posts_it(browse: Browse) -> None:
    unit, _ = a_lived_in_unit()
    prices()
    client = browse(MANAGER)
    with on_day(LAST_DAY):
        form = page(client, "/billingrunview/add")
        assert f'value="{service().id}" checked' in form
        assert 'value="2026-04"' in form  # the month that has ended
        key = form.split('name="key"')[1].split('value="')[1].split('"')[0]
        sent = {"building": unit.building_id, "month": "2026-05", "services": [service().id], "key": key}
        assert client.post("/billingrunview/add", data=sent).status_code == 302
        billing = newest(BillingRun)
        assert (billing.month, billing.run_state) == (MAY, RunState.CALCULATING)
        worked(billing)
        shown = page(client, f"/billingrunview/show/{billing.id}")
        assert "143.00" in shown
        assert client.post(f"/billingrunview/post/{billing.id}").status_code == 302
        worked(newest(BillingRun))
    assert current(billing).run_state is RunState.POSTED
    assert [made.total for made in charges(unit)] == [Decimal("143.00")]


def test_a_run_shows_what_changed_most_against_the_month_before(browse: Browse) -> None:
    unit, _ = a_lived_in_unit()
    prices()
    posted(a_run(unit.building_id, month=datetime.date(2026, 4, 1)))
    billing = a_run(unit.building_id)
    shown = page(browse(MANAGER), f"/billingrunview/show/{billing.id}")
    assert "Biggest changes against the month before" in shown
    assert "33.00" in shown  # 143.00 − 110.00


def test_a_run_says_why_units_are_not_billed(browse: Browse) -> None:
    unit, _ = a_lived_in_unit()
    billing = a_run(unit.building_id)
    assert "No approved tariff is valid on" in page(browse(MANAGER), f"/billingrunview/show/{billing.id}")


def test_a_charge_explains_itself_line_by_line(browse: Browse) -> None:
    unit, _ = a_lived_in_unit()
    prices()
    posted(a_run(unit.building_id))
    shown = page(browse(MANAGER), f"/servicechargeview/show/{charges(unit)[0].id}")
    for text in ("Tier 1", "Tier 2", "100.00", "30.00", "13.00", "143.00", "250"):
        assert text in shown


def test_a_period_shows_how_far_it_is_and_is_closed_and_opened_again(browse: Browse) -> None:
    unit, _ = a_lived_in_unit()
    prices()
    posted(a_run(unit.building_id))
    client, period = browse(MANAGER), newest(BillingPeriod)
    with on_day(LAST_DAY):
        assert "1 of 1" in page(client, f"/billingperiodview/show/{period.id}")
        assert client.post(f"/billingperiodview/close/{period.id}").status_code == 302
        assert not newest(BillingPeriod).is_open
        assert "Open again" in page(client, f"/billingperiodview/show/{period.id}")


@pytest.mark.parametrize(
    "address", ["/billingrunview/list/", "/billingperiodview/list/", "/servicechargeview/list/", "/runresultview/list/"]
)
def test_lists_of_billing_open_empty_and_filled(browse: Browse, address: str) -> None:
    client = browse(MANAGER)
    page(client, address)
    unit, _ = a_lived_in_unit()
    prices()
    posted(a_run(unit.building_id))
    assert "2026-05" in page(client, address) or unit.code in page(client, address)


def test_a_result_leads_back_to_its_run(browse: Browse) -> None:
    unit, _ = a_lived_in_unit()
    prices()
    billing = a_run(unit.building_id)
    shown = page(browse(MANAGER), f"/runresultview/show/{newest(RunResult).id}")
    assert f'href="/billingrunview/show/{billing.id}"' in shown


def test_a_cashier_sees_charges_but_begins_no_run(browse: Browse) -> None:
    client = browse("wang")
    page(client, "/servicechargeview/list/")
    assert client.get("/billingrunview/add").status_code == 403


def test_the_list_of_periods_shows_how_far_each_is(browse: Browse) -> None:
    unit, _ = a_lived_in_unit()
    prices()
    posted(a_run(unit.building_id, month=datetime.date(2026, 4, 1)))
    posted(a_run(unit.building_id))
    shown = page(browse(MANAGER), "/billingperiodview/list/")
    assert shown.count("1 of 1") == 2
    assert shown.count("1 charge<") == 2
    for amount in ("110.00", "143.00"):
        assert amount in shown


def test_the_list_of_periods_leads_to_the_red_readings_of_each(browse: Browse) -> None:
    unit, _ = a_lived_in_unit("1203", 210, 190, 200, 900)
    prices()
    a_run(unit.building_id)
    shown = page(browse(MANAGER), "/billingperiodview/list/")
    address = next(
        part.split('"')[0] for part in shown.split('href="') if part.startswith("/readingview/list/?") and "read_on_from" in part
    )
    assert "tab=waiting" in address
    assert f"building={unit.building_id}" in address


def test_more_periods_ask_for_no_more_statements(browse: Browse) -> None:
    unit, _ = a_lived_in_unit()
    prices()
    client = browse(MANAGER)
    a_run(unit.building_id, month=datetime.date(2026, 4, 1))
    page(client, "/billingperiodview/list/")  # what is read once
    with counted() as one:
        page(client, "/billingperiodview/list/")
    a_run(unit.building_id)
    a_run(a_lived_in_unit("1207", building=a_building())[0].building_id)
    with counted() as three:
        assert page(client, "/billingperiodview/list/").count("data-href") == 3
    assert len(three) == len(one)


def test_the_list_of_periods_counts_what_bills_ask_for_after_their_adjustments(browse: Browse) -> None:
    unit, _ = a_lived_in_unit()
    prices()
    posted(a_run(unit.building_id))
    with on_day(LAST_DAY), acting(MANAGER):
        run(adjust_charge, charge=charges(unit)[0].charge_id, kind=AdjustmentKind.LOWER, amount=Decimal("43.00"), reason="Misread")
    shown = page(browse(MANAGER), "/billingperiodview/list/")
    assert "100.00" in shown
    assert "143.00" not in shown


def test_the_meter_that_was_replaced_counts_no_longer_as_read(browse: Browse) -> None:
    unit, _ = a_lived_in_unit()
    prices()
    a_run(unit.building_id)
    assert "1 of 1" in page(browse(MANAGER), "/billingperiodview/list/")
    with everything("a test's own meter"):
        old = db.session.scalars(select(Meter).where(Meter.building_id == unit.building_id)).one()
    with on_day(LAST_DAY), acting(MANAGER):
        run(
            replace_meter,
            meter=old.id,
            on=datetime.date(2026, 5, 10),
            final_value=Decimal(900),
            new=NewMeter(serial="N1"),
            reason="worn out",
        )
    assert "0 of 1" in page(browse(MANAGER), "/billingperiodview/list/")
