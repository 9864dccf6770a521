"""Masked values are shown once, to who may, for a reason, and the log keeps that they were."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.log import LogEntry, LogKind
from tests.factories import a_customer, an_active_line, user
from tests.pages.conftest import signed_in

pytestmark = pytest.mark.usefixtures("app")

ID_NUMBER = "11010119900307123X"


def _reveals() -> list[LogEntry]:
    return list(db.session.scalars(select(LogEntry).where(LogEntry.kind == LogKind.REVEALED).order_by(LogEntry.id)))


def _asked(browser: FlaskClient, address: str, field: str = "id_number", reason: str = "客户来电核对") -> tuple[int, str]:
    answer = browser.post(address, data={"field": field, "reason": reason}, headers={"X-Requested-With": "fetch"})
    return answer.status_code, answer.get_data(as_text=True)


def test_a_manager_sees_the_number_once_and_the_log_keeps_why(app: Flask) -> None:
    customer = a_customer(id_number=ID_NUMBER)
    browser = signed_in(app, "chen")
    page = browser.get(f"/customerview/show/{customer.id}").get_data(as_text=True)
    assert ID_NUMBER not in page
    assert 'data-dialog="#unmask-id_number"' in page
    status, piece = _asked(browser, f"/customerview/reveal/{customer.id}")
    assert (status, ID_NUMBER in piece) == (200, True)
    (entry,) = _reveals()
    assert (entry.user_id, entry.of_table, entry.row_id) == (user("chen").id, "customer", customer.id)
    assert entry.facts["reason"] == "客户来电核对"
    assert ID_NUMBER not in str(entry.facts)


def test_the_answer_is_kept_nowhere(app: Flask) -> None:
    customer = a_customer(id_number=ID_NUMBER)
    answer = signed_in(app, "chen").post(f"/customerview/reveal/{customer.id}", data={"field": "id_number", "reason": "核对"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_password_of_a_line_is_revealed_to_a_chief(app: Flask) -> None:
    line = an_active_line("2026-05-01", password="Geheim-47-Wort")
    status, piece = _asked(signed_in(app, "zhou"), f"/subscriptionview/reveal/{line.id}", "password")
    assert (status, "Geheim-47-Wort" in piece) == (200, True)


@pytest.mark.parametrize("reason", ["", "ab", "   ", "x" * 121])
def test_a_reason_is_needed(app: Flask, reason: str) -> None:
    customer = a_customer(id_number=ID_NUMBER)
    status, piece = _asked(signed_in(app, "chen"), f"/customerview/reveal/{customer.id}", reason=reason)
    assert (status, ID_NUMBER in piece) == (422, False)
    assert _reveals() == []


def test_the_reason_must_not_be_the_number(app: Flask) -> None:
    customer = a_customer(id_number=ID_NUMBER)
    status, _piece = _asked(signed_in(app, "chen"), f"/customerview/reveal/{customer.id}", reason="is it 110101 19900307 123x?")
    assert status == 422
    assert _reveals() == []


@pytest.mark.parametrize("username", ["wang", "mei", "ada"])
def test_without_the_right_there_is_no_button_and_no_answer(app: Flask, username: str) -> None:
    customer = a_customer(id_number=ID_NUMBER)
    browser = signed_in(app, username)
    assert "data-unmask" not in browser.get(f"/customerview/show/{customer.id}").get_data(as_text=True)
    status, piece = _asked(browser, f"/customerview/reveal/{customer.id}")
    assert (status, ID_NUMBER in piece) == (403, False)
    assert _reveals() == []


def test_another_office_s_customer_does_not_exist(app: Flask) -> None:
    customer = a_customer("HN", id_number=ID_NUMBER)
    status, _piece = _asked(signed_in(app, "chen"), f"/customerview/reveal/{customer.id}")
    assert status == 404
    assert _reveals() == []


@pytest.mark.parametrize("field", ["", "search_terms", "id_number_trace", "office_id"])
def test_nothing_else_can_be_revealed(app: Flask, field: str) -> None:
    customer = a_customer(id_number=ID_NUMBER)
    assert _asked(signed_in(app, "chen"), f"/customerview/reveal/{customer.id}", field)[0] == 400


def test_what_is_not_stored_cannot_be_revealed(app: Flask) -> None:
    customer = a_customer()
    browser = signed_in(app, "chen")
    assert "data-unmask" not in browser.get(f"/customerview/show/{customer.id}").get_data(as_text=True)
    assert _asked(browser, f"/customerview/reveal/{customer.id}")[0] == 400


def test_it_is_never_asked_by_address(app: Flask) -> None:
    customer = a_customer(id_number=ID_NUMBER)
    assert signed_in(app, "chen").get(f"/customerview/reveal/{customer.id}?field=id_number&reason=abc").status_code == 405
