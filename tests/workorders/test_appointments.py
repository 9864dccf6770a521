"""When an installer can be expected: not before the application, not in years, whichever page or program makes the order."""

from __future__ import annotations

import datetime

import pytest
from flask import Flask

from app.broadband.operations.works import WorkTerms, order_works
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests import factories
from tests.api.conftest import Programs, assert_refused
from tests.pages.conftest import signed_in
from tests.workorders.conftest import Works, type_of
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("march_8")


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("1900-01-01T10:00:00+08:00", "before_application"),
        ("2026-03-07T23:59:00+08:00", "before_application"),
        ("2027-03-10T10:00:00+08:00", "appointment_too_late"),
        ("2199-12-31T23:59:00-12:00", "appointment_too_late"),
    ],
)
def test_a_new_order_takes_no_impossible_appointment(of: Programs, works: Works, moment: str, code: str) -> None:
    line = factories.an_active_line("2026-03-01")
    terms = WorkTerms(installer=works.installer, appointment_at=datetime.datetime.fromisoformat(moment))
    with factories.acting("chen"), assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        run(order_works, subscription=line.id, business_type=type_of("fault"), terms=terms)
    assert (refused.value.code, refused.value.field) == (code, "appointment_at")
    body = {"subscription": line.id, "business_type": type_of("fault"), "installer": works.installer, "appointment_at": moment}
    assert_refused(of("chen").post("/work_orders", body), 422, code)


def test_a_new_order_takes_an_appointment_of_the_day_it_was_made(works: Works) -> None:
    line = factories.an_active_line("2026-03-01")
    today = datetime.datetime.fromisoformat("2026-03-08T00:00:00+08:00")
    with factories.acting("chen"):
        terms = WorkTerms(installer=works.installer, appointment_at=today)
        assert run(order_works, subscription=line.id, business_type=type_of("fault"), terms=terms).record.appointment_at == today


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59", "1899-12-31T10:00", "2026-03-08T25:00"])
@pytest.mark.parametrize("route", ["add", "preview"])
def test_the_ends_of_the_calendar_are_no_time(app: Flask, works: Works, route: str, typed: str) -> None:
    sent = {"work_order": works.order().id, "installer": works.installer, "appointment_at": typed, "key": "a" * 32}
    chen = signed_in(app, "chen", "en")
    with assert_nothing_written():
        answer = chen.post(f"/bookorderview/{route}", data=sent)
    assert answer.status_code == 422
    assert "Enter a day and a time." in answer.text
