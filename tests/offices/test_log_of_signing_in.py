"""Sign-ins, failures and sign-outs, refusals and exports stand in the log."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.log import LogEntry, LogKind
from app.offices.lockout import ACCOUNT
from tests.cast import PASSWORD
from tests.factories import a_customer, a_plan, office, user
from tests.pages.conftest import signed_in

pytestmark = pytest.mark.usefixtures("app")


def _entries(*kinds: LogKind) -> list[LogEntry]:
    return list(db.session.scalars(select(LogEntry).where(LogEntry.kind.in_(kinds)).order_by(LogEntry.id)))


def _try(client: FlaskClient, username: str, password: str) -> int:
    return client.post("/login/", data={"username": username, "password": password}).status_code


def test_a_sign_in_is_logged_for_the_offices_of_the_person(app: Flask) -> None:
    signed_in(app, "wang")
    (entry,) = _entries(LogKind.SIGN_IN)
    assert (entry.user_id, entry.office_ids, entry.address) == (user("wang").id, [office("SH").id], "127.0.0.1")


def test_a_sign_out_is_logged_once(app: Flask) -> None:
    browser = signed_in(app, "wang")
    browser.post("/logout/")
    browser.post("/logout/")
    assert [entry.user_id for entry in _entries(LogKind.SIGN_OUT)] == [user("wang").id]


def test_a_wrong_password_is_logged_without_the_password(client: FlaskClient) -> None:
    assert _try(client, "wang", "Open-sesame-7") == 401
    (entry,) = _entries(LogKind.SIGN_IN_FAILED)
    assert (entry.user_id, entry.message) == (user("wang").id, "Wrong password")


def test_an_unknown_name_is_logged_without_the_name(client: FlaskClient) -> None:
    assert _try(client, "Open-sesame-7", "x") == 401
    (entry,) = _entries(LogKind.SIGN_IN_FAILED)
    assert (entry.user_id, entry.office_ids, entry.message, entry.facts) == (None, [], "Unknown username", {})


def test_an_attempt_at_a_locked_account_is_logged(client: FlaskClient) -> None:
    for _ in range(ACCOUNT.failures):
        _try(client, "wang", "wrong")
    assert _try(client, "wang", PASSWORD) == 429
    assert _entries(LogKind.SIGN_IN_FAILED)[-1].message == "Locked after too many failures"


def test_a_token_of_the_api_is_logged(client: FlaskClient) -> None:
    answer = client.post("/api/v1/login", json={"username": "wang", "password": PASSWORD})
    client.post("/api/v1/logout", headers={"Authorization": f"Bearer {answer.json['access_token']}"})  # type: ignore[index]
    assert [entry.kind for entry in _entries(LogKind.SIGN_IN, LogKind.SIGN_OUT)] == [LogKind.SIGN_IN, LogKind.SIGN_OUT]


def test_a_refused_page_is_logged_with_its_record(app: Flask) -> None:
    plan = a_plan()
    assert signed_in(app, "wang").get(f"/planview/edit/{plan.id}?note=secret").status_code == 403
    (entry,) = _entries(LogKind.REFUSED)
    assert (entry.user_id, entry.of_table, entry.row_id) == (user("wang").id, "plan", plan.id)
    assert entry.facts == {"method": "GET", "page": f"/planview/edit/{plan.id}"}


def test_a_refused_call_of_the_api_is_logged(client: FlaskClient) -> None:
    token = client.post("/api/v1/login", json={"username": "wang", "password": PASSWORD}).json["access_token"]  # type: ignore[index]
    assert client.post("/api/v1/plans", json={}, headers={"Authorization": f"Bearer {token}"}).status_code == 403
    assert [entry.facts["page"] for entry in _entries(LogKind.REFUSED)] == ["/api/v1/plans"]


def test_an_export_is_logged_with_its_size(app: Flask) -> None:
    a_customer()
    assert signed_in(app, "chen").get("/customerview/export/xlsx").status_code == 200
    (entry,) = _entries(LogKind.EXPORTED)
    assert entry.office_ids == [office("SH").id]
    assert entry.facts == {"list": {"text": "Customers"}, "count": {"number": "1"}, "format": "XLSX"}
