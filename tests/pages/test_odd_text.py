"""A character that cannot be stored, typed into a form or a filter that is no list: said beside its field, and nothing else is lost."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.foundation.database import db
from app.offices.models import SignInFailure, SystemUser
from tests.cast import PASSWORD
from tests.factories import user
from tests.pages.conftest import signed_in

ODD = "a\x00b"
SENTENCE = "The text contains a character that cannot be stored."
REPORT, LOG = "/paymentsreportview/list/", "/logview/list/"

pytestmark = pytest.mark.usefixtures("app")


def assert_said_at(page: str, field: str) -> None:
    """Assert that the sentence stands at the field, which names it, and that the page is a whole one."""
    at_field = re.search(rf'<p class="fh-error" id="{field}-error">.*?</p>', page, re.S)
    assert at_field is not None, page
    assert SENTENCE in at_field[0]
    assert re.search(rf'aria-describedby="[^"]*{field}-error', page)
    assert "\x00" not in page
    assert "</html>" in page


@pytest.fixture
def manager(app: Flask) -> FlaskClient:
    return signed_in(app, "chen", "en")


def english(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("locale", "en")
    return client


@pytest.mark.parametrize(
    ("field", "data"), [("username", {"username": ODD, "password": "x"}), ("password", {"username": "wang", "password": ODD})]
)
def test_signing_in_says_it_at_the_field_and_counts_no_attempt(app: Flask, field: str, data: dict[str, str]) -> None:
    answer = english(app).post("/login/", data=data)
    assert answer.status_code == 422
    assert_said_at(answer.text, field)
    assert f'value="{data["username"].replace(chr(0), "")}"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(SignInFailure)) == 0


@pytest.mark.parametrize("field", ["current", "new", "repeated"])
def test_changing_the_password_says_it_at_the_field(manager: FlaskClient, field: str) -> None:
    before = db.session.scalar(select(SystemUser.password).where(SystemUser.id == user("chen").id))
    good = {"current": PASSWORD, "new": "Another-horse-9", "repeated": "Another-horse-9"}
    answer = manager.post("/account/password", data=good | {field: ODD})
    assert answer.status_code == 422
    assert_said_at(answer.text, field)
    assert PASSWORD not in answer.text
    assert db.session.scalar(select(SystemUser.password).where(SystemUser.id == user("chen").id)) == before


@pytest.mark.parametrize(("argument", "kept"), [("from", "to"), ("to", "from")])
def test_the_period_of_a_report_says_it_beside_the_field(manager: FlaskClient, argument: str, kept: str) -> None:
    answer = manager.get(REPORT, query_string={argument: ODD, kept: "2026-05-14", "status": "valid"})
    assert answer.status_code == 400
    assert_said_at(answer.text, f"filter-{argument}")
    assert 'value="2026-05-14"' in answer.text
    assert re.search(r'<option value="valid" selected>', answer.text)


@pytest.mark.parametrize("argument", ["plan", "status"])
def test_a_filter_of_a_report_says_it_beside_the_field(manager: FlaskClient, argument: str) -> None:
    answer = manager.get(REPORT, query_string={argument: ODD, "from": "2026-05-01", "to": "2026-05-14"})
    assert answer.status_code == 400
    assert_said_at(answer.text, f"filter-{argument}")
    assert 'value="2026-05-01"' in answer.text
    assert "<tbody>" not in answer.text


def test_a_period_that_ends_before_it_begins_says_so_beside_the_field(manager: FlaskClient) -> None:
    answer = manager.get(REPORT, query_string={"from": "2026-05-14", "to": "2026-05-13"})
    assert answer.status_code == 422
    assert re.search(r'id="filter-to-error">.*The period ends before it begins\.', answer.text, re.S)
    assert 'value="2026-05-14"' in answer.text
    assert 'value="2026-05-13"' in answer.text


@pytest.mark.parametrize("argument", ["q", "kind", "table", "person", "from", "to"])
def test_the_log_says_it_beside_the_filter(app: Flask, argument: str) -> None:
    kept = "kind" if argument == "q" else "q"
    typed = {"kind": "changed", "q": "KH-1"}[kept]
    answer = signed_in(app, "zhou", "en").get(LOG, query_string={argument: ODD, kept: typed})
    assert answer.status_code == 400
    assert_said_at(answer.text, f"filter-{argument}")
    assert re.search(rf'value="{typed}"( selected)?', answer.text)
    assert "<tbody>" not in answer.text


@pytest.mark.parametrize("address", [REPORT, LOG])
def test_a_program_gets_the_fields_as_data(app: Flask, address: str) -> None:
    answer = signed_in(app, "zhou", "en").get(address, query_string={"from": ODD}, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert set(answer.get_json()["error"]["fields"]) == {"from"}


@pytest.mark.parametrize("address", ["/paymentsreportview/export/csv", "/logview/export/csv"])
def test_a_file_is_refused_as_a_whole(app: Flask, address: str) -> None:
    assert signed_in(app, "zhou", "en").get(address, query_string={"from": ODD}).status_code == 400
