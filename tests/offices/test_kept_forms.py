"""A form sent after its session has ended is there again after signing in: for the same person, on the same page, executed by nobody."""

from __future__ import annotations

import datetime
import html
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.broadband.models import RegularPayment
from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.kept_forms import LIFETIME, MOST_PER_USER, KeptForm, secret_names
from app.foundation.scope import everything
from app.offices.models import SignIn
from tests import factories
from tests.cast import PASSWORD
from tests.factories import acting, user

DAY = "2026-05-14"
ADD = "/customerview/add"
TYPED = {"name": "王小明", "kind": "person", "contact_phone": "138 0000 2618", "note": "住三楼 <b>&", "key": "a-key-of-this-form"}


def expire(username: str) -> None:
    """Let the sessions of somebody rest too long."""
    rows = SignIn.__table__
    hour_ago = clock.real_now() - datetime.timedelta(hours=1)
    db.session.connection().execute(rows.update().where(rows.c.user_id == user(username).id).values(seen_at=hour_ago))
    db.session.commit()


def sent_too_late(client: FlaskClient, username: str, path: str = ADD, data: Any = None, **options: Any) -> str:
    """Send a form after the session has ended; return the way that the sign-in page keeps."""
    expire(username)
    answer = client.post(path, data=TYPED if data is None else data, **options)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login/?next=")
    return parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]


def signed_in_again(client: FlaskClient, username: str, way: str) -> str:
    """Sign in and follow the way; return the page."""
    answer = client.post("/login/", data={"username": username, "password": PASSWORD, "next": way})
    assert unquote(answer.headers["Location"]) == unquote(way)
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    return html.unescape(page.get_data(as_text=True))


def customers() -> int:
    with everything("counting"):
        return db.session.scalar(select(func.count(Customer.id))) or 0


def test_what_was_typed_is_there_again_and_nothing_was_done(app: Flask, sign_in: Any) -> None:
    client = sign_in("mei")
    way = sent_too_late(client, "mei")
    page = signed_in_again(client, "mei", way)
    for typed in TYPED.values():
        assert typed in page
    assert "fh-alert tone-amber" in page
    assert customers() == 0


def test_the_form_is_then_saved_with_the_same_key(app: Flask, sign_in: Any) -> None:
    client = sign_in("mei")
    way = sent_too_late(client, "mei")
    assert 'value="a-key-of-this-form"' in signed_in_again(client, "mei", way)
    for _ in range(2):
        assert client.post(ADD, data=TYPED).status_code == 302
    assert customers() == 1


def test_the_sign_in_page_says_that_it_is_kept(app: Flask, sign_in: Any) -> None:
    client = sign_in("mei")
    way = sent_too_late(client, "mei")
    with client.session_transaction() as cookie:
        cookie["planted"] = "x"
    page = client.get("/login/", query_string={"next": way}, headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "What you typed is kept" in page


def test_another_person_does_not_see_it(app: Flask, sign_in: Any) -> None:
    client = sign_in("mei")
    way = sent_too_late(client, "mei")
    page = signed_in_again(client, "chen", way)
    assert "王小明" not in page
    assert "138 0000 2618" not in page


def test_another_page_does_not_show_it(app: Flask, sign_in: Any) -> None:
    client = sign_in("mei")
    token = parse_qs(urlsplit(sent_too_late(client, "mei")).query)["kept"][0]
    page = signed_in_again(client, "mei", f"/workorderview/list/?kept={token}")
    assert "王小明" not in page
    with acting("chen"):
        record = factories.a_customer(name="李娜")
    page = signed_in_again(client, "mei", f"/customerview/edit/{record.id}?kept={token}")
    assert "王小明" not in page
    assert "李娜" in page


def test_it_is_gone_after_an_hour(app: Flask, sign_in: Any) -> None:
    client = sign_in("mei")
    way = sent_too_late(client, "mei")
    rows = KeptForm.__table__
    db.session.connection().execute(rows.update().values(kept_at=rows.c.kept_at - LIFETIME))
    db.session.commit()
    assert "王小明" not in signed_in_again(client, "mei", way)


def test_it_is_stored_encrypted_and_without_secrets(app: Flask, sign_in: Any) -> None:
    client = sign_in("chen")
    data = {"code": "E1", "name": "王芳芳", "id_number": "110101199003071234", "csrf_token": "old"}
    way = sent_too_late(client, "chen", "/employeeview/add", data)
    (row,) = db.session.connection().exec_driver_sql("SELECT * FROM kept_form").all()
    assert "王芳芳" not in str(row)
    (kept,) = db.session.scalars(select(KeptForm))
    assert "王芳芳" in kept.fields
    assert "110101199003071234" not in kept.fields
    assert "csrf_token" not in kept.fields
    assert "110101199003071234" not in signed_in_again(client, "chen", way)


def test_fields_of_passwords_are_known_as_secret(app: Flask) -> None:
    assert {"password", "current", "new", "repeated", "id_number"} <= secret_names()
    assert not {"name", "note", "code", "months"} & secret_names()


def test_a_password_page_keeps_no_password(app: Flask, sign_in: Any) -> None:
    client = sign_in("wang")
    expire("wang")
    data = {"current": PASSWORD, "new": "three small words", "repeated": "three small words"}
    client.post("/account/password", data=data)
    assert not [row for row in db.session.scalars(select(KeptForm)) if PASSWORD in row.fields or "three small words" in row.fields]


@pytest.mark.parametrize("cookie", [None, "made-up"])
def test_a_strangers_form_is_not_kept(app: Flask, client: FlaskClient, cookie: str | None) -> None:
    if cookie is not None:
        with client.session_transaction() as kept:
            kept["sign_in"] = cookie
    assert client.post(ADD, data=TYPED).headers["Location"] == "/login/"
    assert db.session.scalar(select(func.count(KeptForm.id))) == 0


def test_only_the_newest_few_of_a_person_are_kept(app: Flask, sign_in: Any) -> None:
    for number in range(MOST_PER_USER + 2):
        client = sign_in("mei")
        sent_too_late(client, "mei", data={**TYPED, "name": f"客户{number}"})
    assert db.session.scalar(select(func.count(KeptForm.id))) == MOST_PER_USER


def test_a_form_too_large_is_not_kept(app: Flask, sign_in: Any) -> None:
    client = sign_in("mei")
    expire("mei")
    assert client.post(ADD, data={"note": "x" * 300_000}).headers["Location"] == "/login/"


@pytest.fixture
def line(app: Flask) -> Any:
    with factories.on_day(DAY):
        return factories.an_active_line("2026-05-01")


def test_an_operation_is_there_again_with_its_preview(app: Flask, sign_in: Any, line: Any) -> None:
    with factories.on_day(DAY):
        client = sign_in("chen")
        data = {"subscription": line.id, "months": "7", "method": "cash", "note": "七个月", "key": "k1"}
        way = sent_too_late(client, "chen", "/regularpaymentview/add", data)
        page = signed_in_again(client, "chen", way)
    assert 'value="7"' in page
    assert "七个月" in page
    assert 'value="k1"' in page
    assert "350.00" in page
    with everything("counting"):
        assert db.session.scalar(select(func.count(RegularPayment.id))) == 0


def test_an_operation_with_a_mistake_is_there_again(app: Flask, sign_in: Any, line: Any) -> None:
    with factories.on_day(DAY):
        client = sign_in("chen")
        way = sent_too_late(client, "chen", "/regularpaymentview/add", {"subscription": line.id, "months": "seven", "method": "barter"})
        assert "seven" in signed_in_again(client, "chen", way)


def test_the_counter_is_there_again(app: Flask, sign_in: Any, line: Any) -> None:
    with factories.on_day(DAY):
        client = sign_in("wang")
        data = {"customer": line.customer_id, "subscription": line.id, "months": "7", "method": "cash", "key": "k2"}
        way = sent_too_late(client, "wang", "/counter/take", data, headers={"Referer": "http://localhost/counter/"})
        assert urlsplit(way).path == "/counter/"
        page = signed_in_again(client, "wang", way)
    assert 'value="k2"' in page
    assert "350.00" in page


def test_a_form_from_another_site_is_not_kept(app: Flask, sign_in: Any) -> None:
    client = sign_in("wang")
    expire("wang")
    answer = client.post("/counter/take", data={"months": "7"}, headers={"Referer": "http://evil.example/counter/"})
    assert answer.headers["Location"] == "/login/"


def test_the_version_that_was_seen_stays_so_that_nobody_is_overwritten(app: Flask, sign_in: Any) -> None:
    with acting("chen"):
        record = factories.a_customer(name="李娜")
    client = sign_in("mei")
    data = {"name": "李娜娜", "kind": "person", "version": str(record.version), "key": "k3"}
    way = sent_too_late(client, "mei", f"/customerview/edit/{record.id}", data)
    rows = Customer.__table__
    db.session.connection().execute(rows.update().where(rows.c.id == record.id).values(version=record.version + 1, note="changed"))
    db.session.commit()
    page = signed_in_again(client, "mei", way)
    assert f'name="version" value="{record.version}"' in page
    assert client.post(f"/customerview/edit/{record.id}", data=data).status_code == 409


# --- pieces of pages -------------------------------------------------------------------------------------------------------------


def test_htmx_takes_the_whole_page_to_the_sign_in(app: Flask, sign_in: Any) -> None:
    client = sign_in("wang")
    expire("wang")
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/jobs/7?office=2"}
    answer = client.get("/account/", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login/?next=/jobs/7?office%3D2"


@pytest.mark.parametrize("page", ["http://evil.example/x", "javascript:alert(1)", ""])
def test_htmx_is_led_to_no_other_place(app: Flask, client: FlaskClient, page: str) -> None:
    answer = client.get("/account/", headers={"HX-Request": "true", "HX-Current-URL": page})
    assert answer.headers["HX-Redirect"] == "/login/"


def test_a_script_is_told_where_to_sign_in(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/regularpaymentview/preview", headers={"X-Requested-With": "fetch"})
    assert (answer.status_code, answer.headers["X-Sign-In"]) == (401, "/login/")
    assert db.session.scalar(select(func.count(KeptForm.id))) == 0


# --- another window --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def guarding(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Switch on the guard against other sites, which tests do without."""
    return lambda: monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


def test_a_form_from_before_signing_in_anew_is_given_back(sign_in: Any, guarding: Any) -> None:
    client = sign_in("mei")
    guarding()
    answer = client.post(ADD, data={**TYPED, "csrf_token": "of-the-session-before"})
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "王小明" in page
    assert customers() == 0


def test_a_form_without_any_token_is_not_given_back(sign_in: Any, guarding: Any) -> None:
    client = sign_in("mei")
    guarding()
    assert client.post(ADD, data=TYPED).status_code == 400
    assert db.session.scalar(select(func.count(KeptForm.id))) == 0


def test_a_strangers_form_with_an_old_token_is_not_given_back(client: FlaskClient, guarding: Any) -> None:
    guarding()
    assert client.post(ADD, data={**TYPED, "csrf_token": "made-up"}).status_code == 400
    assert db.session.scalar(select(func.count(KeptForm.id))) == 0


def test_an_old_sign_in_page_opens_anew(client: FlaskClient, guarding: Any) -> None:
    guarding()
    data = {"username": "mei", "password": PASSWORD, "csrf_token": "from-yesterday", "next": "/account/"}
    answer = client.post("/login/", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login/?next=/account/")


@pytest.mark.parametrize("page", ["/account/second_factor/codes", "/account/second_factor/off", "/account/second_factor"])
def test_a_code_of_the_second_factor_is_never_kept(app: Flask, sign_in: Any, page: str) -> None:
    client = sign_in("wang")
    expire("wang")
    data = {"password": PASSWORD, "code": "k7mq-3h2x-9fbr-w4pe"}
    client.post(page, data=data, headers={"Referer": "http://localhost/account/second_factor"})
    assert [row.fields for row in db.session.scalars(select(KeptForm))] == []


def test_the_way_back_leads_to_no_other_host(app: Flask, sign_in: Any) -> None:
    client = sign_in("wang")
    expire("wang")
    answer = client.post("/counter/take", data={"months": "7"}, headers={"Referer": "http://localhost//evil.example/counter/"})
    assert answer.headers["Location"] == "/login/"


def test_a_form_given_back_leads_to_no_other_host(sign_in: Any, guarding: Any) -> None:
    client = sign_in("wang")
    guarding()
    data = {"months": "7", "csrf_token": "of-an-earlier-session"}
    answer = client.post("/counter/take", data=data, headers={"Referer": "http://localhost//evil.example/counter/"})
    assert answer.status_code == 400


@pytest.mark.parametrize("headers", [{"Origin": "http://localhost:8099"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}])
def test_what_another_site_sends_is_not_given_back_as_ones_own(sign_in: Any, guarding: Any, headers: dict[str, str]) -> None:
    client = sign_in("mei")
    guarding()
    assert client.post(ADD, data={**TYPED, "csrf_token": "made-up"}, headers=headers).status_code == 400
    assert db.session.scalar(select(func.count(KeptForm.id))) == 0


def test_what_the_own_page_sends_is_given_back(sign_in: Any, guarding: Any) -> None:
    client = sign_in("mei")
    guarding()
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post(ADD, data={**TYPED, "csrf_token": "of-the-session-before"}, headers=headers).status_code == 303


def test_a_cookie_that_lay_about_for_more_than_a_day_leaves_no_form_to_its_owner(app: Flask, sign_in: Any) -> None:
    client = sign_in("mei")
    rows = SignIn.__table__
    before = clock.real_now() - datetime.timedelta(hours=25)
    db.session.connection().execute(rows.update().where(rows.c.user_id == user("mei").id).values(seen_at=before))
    db.session.commit()
    assert client.post(ADD, data=TYPED).headers["Location"] == "/login/"
    assert db.session.scalar(select(func.count(KeptForm.id))) == 0
