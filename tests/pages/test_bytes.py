"""Bytes that are no UTF-8, wherever they may stand in a request: refused with the sentence on pages and to programs, never an error."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.scope import everything
from tests.pages.conftest import signed_in

TO_PROGRAMS = "The request contains something that cannot be read."
SENTENCE = "The address or the form contains something that cannot be read. Go back and try again."
NO_OFFICE = "The office cannot be read."
BESIDE_THE_FIELD = "The text contains a character that cannot be stored."
ADDRESSES = ["/", "/customerview/list/", "/static/css/no.css", "/nowhere", "/api/v1/plans", "/api/v1/nowhere"]
NOT_TEXT = ["q=\xff", "\xe7\x8e=1", "q=\xed\xa0\x80", "q=%ff", "q=%c0%80", "q=%ed%a0%80", "%ff=1", "office=\xff"]
FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def manager(app: Flask) -> FlaskClient:
    return signed_in(app, "chen", "en")


def asked(client: FlaskClient, address: str, query: str) -> TestResponse:
    """Ask with these bytes as they are: the test client itself would write them with percent signs."""
    return client.get(address, environ_overrides={"QUERY_STRING": query}, headers={"Accept-Language": "en"})


@pytest.mark.parametrize("query", NOT_TEXT)
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_no_text_is_refused_with_the_sentence(manager: FlaskClient, address: str, query: str) -> None:
    answer = asked(manager, address, query)
    assert answer.status_code == 400
    if address.startswith("/api/"):
        assert answer.json is not None
        assert answer.json["error"]["message"] == TO_PROGRAMS
    else:
        assert any(sentence in answer.text for sentence in (SENTENCE, NO_OFFICE, BESIDE_THE_FIELD))
        assert "</html>" in answer.text


@pytest.mark.parametrize("query", NOT_TEXT)
def test_a_page_that_reads_nothing_of_its_address_makes_no_error(app: Flask, query: str) -> None:
    assert asked(app.test_client(), "/login/", query).status_code in (200, 400)


def test_text_that_nobody_wrote_with_percent_signs_is_text(manager: FlaskClient) -> None:
    answer = asked(manager, "/customerview/list/", "q=\xe7\x8e\x8b")
    assert answer.status_code == 200
    assert 'value="王"' in answer.text


@pytest.mark.parametrize("path", ["/\xff", "/customerview/\xe7\x8e", "/api/v1/\xff", "/static/\xff"])
def test_a_path_that_is_no_text_is_refused(manager: FlaskClient, path: str) -> None:
    assert manager.get("/", environ_overrides={"PATH_INFO": path}).status_code == 400


@pytest.mark.parametrize("body", [b"name=a\xffb&kind=person", b"name=a%ffb&kind=person", b"name=a%ed%a0%80b&kind=person"])
def test_a_form_that_is_no_text_says_it_beside_the_field_and_keeps_the_rest(manager: FlaskClient, body: bytes) -> None:
    answer = manager.post("/customerview/add", data=body + b"&note=kept", content_type=FORM)
    assert answer.status_code == 422
    assert BESIDE_THE_FIELD in answer.text.partition('id="name-error"')[2][:400]
    assert "kept" in answer.text
    with everything("counting"):
        assert db.session.scalar(select(func.count()).select_from(Customer).where(Customer.note == "kept")) == 0


def test_a_form_whose_names_are_no_text_is_refused(manager: FlaskClient) -> None:
    answer = manager.post("/customerview/add", data=b"na\xffme=a&kind=person", content_type=FORM)
    assert answer.status_code == 400
    assert SENTENCE in answer.text


def test_a_form_of_endless_fields_is_too_large(manager: FlaskClient) -> None:
    answer = manager.post("/customerview/add", data=b"a=1&" * 3_000, content_type=FORM)
    assert answer.status_code == 413
    assert "fh-refusal" in answer.text


HEADERS = {
    "Accept-Language": ["\xff\xfe;q=\xff", "zh;q=NaN,en;q=1e999,*;q=-1", "zh-" * 2_000, ";;;==,,,"],
    "Cookie": ["feehouse=\xff\xfe; locale=\xff", "locale=../../etc", "=;;;==\xff", "theme=\xe5\xbc; remember=%00%ff"],
    "Authorization": ["Bearer \xff\xfe", "\xff", "Basic \xff", "Basic !!!", "Bearer", "Digest a=\xff", "Bearer " + "x" * 9_000],
    "Accept": ["\xff;q=x", "*/*;q=abc, text/html;q=9"],
    "Referer": ["\xff://\xff[", "http://[::1"],
    "Content-Type": ["\xff", "multipart/form-data", "multipart/form-data; boundary=\xff", "application/json; charset=\xff"],
    "If-None-Match": ['\xff"'],
    "If-Modified-Since": ["garbage", "Mon, 99 Foo 99999 99:99:99 GMT"],
    "Range": ["bytes=\xff-", "bytes=99999999999999999999-"],
    "X-Forwarded-For": ["\xff"],
    "X-Request-Id": ["\xff"],
    "HX-Request": ["\xff"],
    "HX-Current-URL": ["http://[\xff"],
    "User-Agent": ["\xff\xfe"],
    "Idempotency-Key": ["\xff"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in HEADERS.items() for value in values])
def test_no_header_makes_an_error(app: Flask, manager: FlaskClient, name: str, value: str) -> None:
    good = {200, 302, 400, 401, 403, 404, 413, 415}
    for client in (app.test_client(), manager):
        for address in ADDRESSES:
            assert client.get(address, headers={name: value}).status_code in good, address
        for address in ("/login/", "/customerview/add", "/api/v1/customers", "/api/v1/login"):
            assert client.post(address, data=b"\xff", headers={name: value}).status_code in good | {422}, address
