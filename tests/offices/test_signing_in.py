"""Signing in, staying signed in, and being signed out (holes H12 to H15, H19)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from flask import Flask, request_finished
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import scope_or_none
from app.foundation.transactions import run
from app.offices import sessions
from app.offices.models import Office, SignIn, SignInFailure, SystemUser, user_office
from app.offices.operations import change_password, end_sessions, set_offices, set_roles
from app.offices.presence import current_session
from app.values.errors import OperationRefused
from tests.cast import PASSWORD
from tests.factories import acting, office, user

T = TypeVar("T")
ACCOUNT_PAGE = "/account/"
MOMENT = datetime.datetime(2026, 5, 14, 9, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


def change(model: Any, record: int, **values: Any) -> None:
    db.session.connection().execute(model.__table__.update().where(model.__table__.c.id == record).values(**values))
    db.session.commit()


def during(app: Flask, look: Callable[[], T], ask: Callable[..., Any], *arguments: Any, **options: Any) -> T:
    """Return what ``look`` sees at the end of the request that ``ask`` makes, before it is torn down."""
    seen: list[T] = []

    def at_the_end(*_: Any, **__: Any) -> None:
        seen.append(look())

    with request_finished.connected_to(at_the_end, app):
        ask(*arguments, **options)
    (found,) = seen
    return found


def who(app: Flask, ask: Callable[..., Any], *arguments: Any, **options: Any) -> str | None:
    """Return the name of the person for whom the request was done."""
    session = during(app, current_session, ask, *arguments, **options)
    return session.user.username if session is not None else None


def is_signed_in(client: FlaskClient) -> bool:
    answer = client.get(ACCOUNT_PAGE)
    assert answer.status_code in {200, 302}
    return answer.status_code == 200


def test_the_right_password_opens_the_pages(sign_in) -> None:
    client = sign_in("wang")
    page = client.get(ACCOUNT_PAGE)
    assert page.status_code == 200
    assert "wang" in page.get_data(as_text=True)


def test_a_username_is_found_whatever_its_case(sign_in) -> None:
    assert is_signed_in(sign_in("WANG"))


@pytest.mark.parametrize(
    ("username", "password"), [("wang", "wrong-password"), ("nobody", PASSWORD), ("", ""), ("wang", ""), ("wa\ud800ng", "x")]
)
def test_anything_else_does_not(client: FlaskClient, username: str, password: str) -> None:
    data = {"username": username.encode("utf-8", "replace").decode(), "password": password}
    assert client.post("/login/", data=data).status_code in {401, 422}
    assert not is_signed_in(client)


def test_a_wrong_name_and_a_wrong_password_get_the_same_words(client: FlaskClient) -> None:
    answers = [client.post("/login/", data={"username": name, "password": "wrong-password"}) for name in ("wang", "nobody")]
    # Every answer has a nonce of its own.
    first, second = (re.sub(r'nonce="[^"]*"', "", answer.get_data(as_text=True)) for answer in answers)
    assert "The username or the password is wrong." in first
    assert first.replace("wang", "nobody") == second


def test_somebody_who_left_cannot_sign_in(app: Flask, client: FlaskClient) -> None:
    change(SystemUser, user("wang").id, active=False)
    assert client.post("/login/", data={"username": "wang", "password": PASSWORD}).status_code == 401


@pytest.mark.parametrize("name", ["wang", "nobody", "left"])
def test_every_failure_costs_one_hash(app: Flask, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    from app.offices import passwords

    if name == "left":
        name = "li"
        change(SystemUser, user("li").id, active=False)
    compared = []
    monkeypatch.setattr(passwords, "check_password_hash", lambda stored, given: bool(compared.append(stored)))
    assert attempt(name, "wrong", MOMENT) == "bad_credentials"
    assert len(compared) == 1
    assert compared[0]


def test_the_password_is_never_written_back(client: FlaskClient) -> None:
    page = client.post("/login/", data={"username": "wang", "password": "my-wrong-secret"}).get_data(as_text=True)
    assert "my-wrong-secret" not in page


def test_the_cookie_holds_a_random_token_and_the_database_its_hash(app: Flask, sign_in) -> None:
    client = sign_in("wang")
    with client.session_transaction() as cookie:
        token = cookie["sign_in"]
    row = db.session.scalars(select(SignIn).order_by(SignIn.id.desc())).first()
    assert row is not None
    assert len(token) >= 40
    assert row.token_hash != token
    assert token not in str(vars(row))


def test_signing_in_drops_what_the_cookie_held_before(client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        cookie["sign_in"] = "x" * 43
    client.post("/login/", data={"username": "wang", "password": PASSWORD})
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["sign_in"] != "x" * 43


# --- H19: where to go afterwards -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "/\t/evil.example",
    ],
)
def test_the_way_after_signing_in_stays_inside(client: FlaskClient, wanted: str) -> None:
    answer = client.post("/login/", data={"username": "wang", "password": PASSWORD, "next": wanted})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"


def test_a_stranger_is_sent_to_the_page_he_wanted(client: FlaskClient) -> None:
    answer = client.get(ACCOUNT_PAGE)
    assert answer.headers["Location"] == "/login/?next=/account/"
    after = client.post("/login/", data={"username": "wang", "password": PASSWORD, "next": "/account/"})
    assert after.headers["Location"] == "/account/"


def test_the_host_header_does_not_get_into_the_way_back(client: FlaskClient) -> None:
    answer = client.get(ACCOUNT_PAGE, headers={"Host": "evil.example"})
    assert "evil.example" not in answer.headers.get("Location", "")
    assert "evil.example" not in answer.get_data(as_text=True)


# --- H15: copied cookies ---------------------------------------------------------------------------------------------------------


def copy_of(app: Flask, client: FlaskClient) -> FlaskClient:
    thief = app.test_client()
    cookie = client.get_cookie("feehouse")
    assert cookie is not None
    thief.set_cookie("feehouse", cookie.value)
    return thief


def test_a_copied_cookie_dies_with_signing_out(app: Flask, sign_in) -> None:
    client = sign_in("wang")
    thief = copy_of(app, client)
    assert is_signed_in(thief)
    client.post("/logout/")
    assert not is_signed_in(client)
    assert not is_signed_in(thief)


def test_a_copied_cookie_dies_with_a_new_password(app: Flask, sign_in) -> None:
    client = sign_in("wang")
    thief, other = copy_of(app, client), sign_in("wang")
    answer = client.post("/account/password", data={"current": PASSWORD, "new": "three small words", "repeated": "three small words"})
    assert answer.status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(thief)
    assert not is_signed_in(other)


def test_a_copied_cookie_dies_with_changed_rights(app: Flask, sign_in) -> None:
    thief = copy_of(app, sign_in("wang"))
    with acting("ada"):
        run(set_roles, user=user("wang").id, roles=("Auditor",))
    assert not is_signed_in(thief)


def test_changed_offices_sign_out(app: Flask, sign_in) -> None:
    client = sign_in("wang")
    with acting("ada"):
        run(set_offices, user=user("wang").id, offices=(office("HN").id,))
    assert not is_signed_in(client)


def test_signing_out_needs_a_post(sign_in) -> None:
    client = sign_in("wang")
    assert client.get("/logout/").status_code == 405
    assert is_signed_in(client)


def test_a_cookie_that_somebody_made_up_is_nobody(client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie["sign_in"] = "made-up"
        cookie["_user_id"] = "1"
    assert not is_signed_in(client)
    client.set_cookie("remember_token", "1|whatever")
    assert not is_signed_in(client)


# --- time ------------------------------------------------------------------------------------------------------------------------


def open_for_wang(kind: str = sessions.PAGE) -> str:
    return sessions.open_session(user("wang"), kind, "10.0.0.1", "a browser", at=MOMENT)[0]


def test_a_session_rests_fifteen_minutes_and_no_longer(app: Flask) -> None:
    token = open_for_wang()
    assert sessions.find_session(token, sessions.PAGE, at=MOMENT + 15 * MINUTE) is not None
    assert sessions.find_session(token, sessions.PAGE, at=MOMENT + 30 * MINUTE) is not None
    assert sessions.find_session(token, sessions.PAGE, at=MOMENT + 46 * MINUTE) is None


def test_the_office_says_how_long_a_session_may_rest(app: Flask) -> None:
    change(Office, office("SH").id, idle_minutes=5)
    token = open_for_wang()
    assert sessions.find_session(token, sessions.PAGE, at=MOMENT + 5 * MINUTE) is not None
    assert sessions.find_session(token, sessions.PAGE, at=MOMENT + 11 * MINUTE) is None


def test_a_session_ends_after_twelve_hours_however_busy(app: Flask) -> None:
    token = open_for_wang()
    for minutes in range(10, 720, 10):
        assert sessions.find_session(token, sessions.PAGE, at=MOMENT + minutes * MINUTE) is not None
    assert sessions.find_session(token, sessions.PAGE, at=MOMENT + 12 * HOUR) is None


def test_looking_at_pages_writes_at_most_once_a_minute(app: Flask) -> None:
    token = open_for_wang()
    sessions.find_session(token, sessions.PAGE, at=MOMENT + 59 * datetime.timedelta(seconds=1))
    assert db.session.scalars(select(SignIn.seen_at)).one() == MOMENT
    sessions.find_session(token, sessions.PAGE, at=MOMENT + MINUTE)
    assert db.session.scalars(select(SignIn.seen_at)).one() == MOMENT + MINUTE


def test_the_business_clock_does_not_end_sessions(app: Flask) -> None:
    with clock.at(MOMENT + 100 * HOUR):
        token = sessions.open_session(user("wang"), sessions.PAGE, "10.0.0.1", "a browser")[0]
    assert sessions.find_session(token, sessions.PAGE) is not None


# --- why one has to sign in again ------------------------------------------------------------------------------------------------


def sign_in_page(client: FlaskClient, way: str = ACCOUNT_PAGE) -> str:
    """Open a page that asks to sign in, and return the sign-in page it leads to."""
    answer = client.get(way)
    assert answer.status_code == 302
    page: str = client.get(answer.headers["Location"], headers={"Accept-Language": "en"}).get_data(as_text=True)
    return page


def test_a_session_that_rested_too_long_says_so_once_with_the_minutes(app: Flask, sign_in) -> None:
    client = sign_in("wang")
    row = db.session.scalars(select(SignIn)).one()
    change(SignIn, row.id, seen_at=row.seen_at - HOUR)
    assert "nothing was done here for more than 15 min" in sign_in_page(client)
    again = sign_in_page(client)
    assert "You were signed out" not in again
    assert "Please sign in to open this page." in again


def test_a_session_of_its_longest_time_says_so(app: Flask, sign_in) -> None:
    client = sign_in("wang")
    row = db.session.scalars(select(SignIn)).one()
    change(SignIn, row.id, started_at=row.started_at - 13 * HOUR, expires_at=row.expires_at - 13 * HOUR)
    assert "a session lasts at most 12 hours" in sign_in_page(client)


def test_a_session_that_was_ended_elsewhere_says_so(app: Flask, sign_in) -> None:
    client = sign_in("wang")
    with acting("ada"):
        run(end_sessions, user=user("wang").id)
    assert "your session was ended elsewhere" in sign_in_page(client)


def test_a_session_nobody_remembers_has_simply_ended(app: Flask, sign_in) -> None:
    client = sign_in("wang")
    db.session.connection().execute(SignIn.__table__.delete())
    db.session.commit()
    assert "Your session has ended. Please sign in again." in sign_in_page(client)


def test_a_stranger_is_simply_asked_to_sign_in(app: Flask) -> None:
    client = app.test_client()
    assert "Please sign in to open this page." in sign_in_page(client)
    plain = client.get("/login/", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Please sign in to open this page." not in plain
    assert "You were signed out" not in plain


# --- H12, H13: lock-out ----------------------------------------------------------------------------------------------------------


def attempt(username: str, password: str, at: datetime.datetime, address: str = "10.0.0.1", way=sessions.authenticate) -> str:
    """Return "in" or the code of the refusal."""
    try:
        if way is sessions.token_sign_in:
            way(username, password, address, "a script", at=at)
        else:
            way(username, password, address, at=at)
            db.session.commit()
    except OperationRefused as refusal:
        return refusal.code
    return "in"


@pytest.mark.parametrize("way", [sessions.authenticate, sessions.token_sign_in])
def test_five_failures_lock_the_account_for_five_minutes(app: Flask, way) -> None:
    codes = [attempt("wang", "wrong", MOMENT, way=way) for _ in range(5)]
    assert codes == ["bad_credentials"] * 5
    assert attempt("wang", PASSWORD, MOMENT, way=way) == "locked"
    assert attempt("wang", PASSWORD, MOMENT + 5 * MINUTE - datetime.timedelta(seconds=1), way=way) == "locked"
    assert attempt("wang", PASSWORD, MOMENT + 5 * MINUTE, way=way) == "in"


def test_form_and_token_count_together(app: Flask) -> None:
    ways = [sessions.authenticate, sessions.token_sign_in, sessions.authenticate, sessions.token_sign_in, sessions.authenticate]
    assert [attempt("wang", "wrong", MOMENT, way=way) for way in ways] == ["bad_credentials"] * 5
    assert attempt("wang", PASSWORD, MOMENT, way=sessions.token_sign_in) == "locked"


def test_each_further_failure_doubles_the_pause_up_to_an_hour(app: Flask) -> None:
    for _ in range(4):
        attempt("wang", "wrong", MOMENT)
    at = MOMENT
    for minutes in (5, 10, 20, 40, 60, 60):
        assert attempt("wang", "wrong", at) == "bad_credentials"
        assert attempt("wang", PASSWORD, at + (minutes - 1) * MINUTE) == "locked"
        at += minutes * MINUTE
    assert attempt("wang", PASSWORD, at) == "in"


def test_success_forgets_the_failures(app: Flask) -> None:
    for _ in range(3):
        for _ in range(4):
            attempt("wang", "wrong", MOMENT)
        assert attempt("wang", PASSWORD, MOMENT) == "in"


def test_a_quiet_day_forgets_the_failures(app: Flask) -> None:
    for _ in range(4):
        attempt("wang", "wrong", MOMENT)
    later = MOMENT + 25 * HOUR
    assert [attempt("wang", "wrong", later) for _ in range(5)] == ["bad_credentials"] * 5
    assert attempt("wang", "wrong", later) == "locked"


def test_the_case_of_the_name_does_not_give_more_guesses(app: Flask) -> None:
    for name in ("wang", "WANG", "Wang", " wang", "wAng"):
        attempt(name, "wrong", MOMENT)
    assert attempt("wang", PASSWORD, MOMENT) == "locked"


def test_unknown_names_are_locked_like_known_ones(app: Flask) -> None:
    assert [attempt("nobody", "wrong", MOMENT) for _ in range(6)] == ["bad_credentials"] * 5 + ["locked"]


def test_thirty_failures_lock_the_address_for_every_account(app: Flask) -> None:
    assert {attempt(f"name{number}", "wrong", MOMENT) for number in range(30)} == {"bad_credentials"}
    assert attempt("wang", PASSWORD, MOMENT) == "locked"
    assert attempt("wang", PASSWORD, MOMENT, address="10.0.0.2") == "in"


def test_the_addresses_of_one_subscriber_count_together(app: Flask) -> None:
    for number in range(30):
        attempt(f"name{number}", "wrong", MOMENT, address=f"2001:db8:1:2::{number:x}")
    assert attempt("wang", PASSWORD, MOMENT, address="2001:db8:1:2:ffff::1") == "locked"
    assert attempt("wang", PASSWORD, MOMENT, address="2001:db8:1:3::1") == "in"
    assert attempt("wang", PASSWORD, MOMENT, address="::ffff:10.0.0.1") == "in"
    assert attempt("wang", PASSWORD, MOMENT, address="no address") == "in"


def test_a_good_account_does_not_wash_away_the_failures_of_its_address(app: Flask) -> None:
    for number in range(29):
        attempt(f"name{number}", "wrong", MOMENT)
        assert attempt("li", PASSWORD, MOMENT) == "in"
    attempt("name29", "wrong", MOMENT)
    assert attempt("li", PASSWORD, MOMENT) == "locked"


def test_a_locked_address_does_not_lock_other_peoples_accounts(app: Flask) -> None:
    for number in range(30):
        attempt(f"name{number}", "wrong", MOMENT)
    for _ in range(10):
        attempt("wang", "wrong", MOMENT)
    assert attempt("wang", PASSWORD, MOMENT, address="10.0.0.2") == "in"


def test_the_failure_is_stored_although_the_sign_in_failed(client: FlaskClient) -> None:
    client.post("/login/", data={"username": "wang", "password": "wrong-password"})
    db.session.rollback()
    assert db.session.scalars(select(SignInFailure.failures).where(SignInFailure.name == "wang")).one() == 1


def test_the_form_says_that_the_account_waits(client: FlaskClient) -> None:
    for _ in range(5):
        client.post("/login/", data={"username": "wang", "password": "wrong-password"})
    answer = client.post("/login/", data={"username": "wang", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Try again in 5 minutes." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "path", ["/api/v1/security/login", "/api/v1/security/refresh", "/register/form", "/resetmypassword/form", "/users/list/", "/lang/vi"]
)
def test_the_frameworks_own_doors_do_not_exist(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, json={"username": "wang", "password": PASSWORD, "provider": "db"}).status_code == 404


def test_the_api_has_the_same_lock_out(app: Flask, client: FlaskClient) -> None:
    wrong = {"username": "wang", "password": "wrong-password"}
    assert [client.post("/api/v1/login", json=wrong).status_code for _ in range(5)] == [401] * 5
    answer = client.post("/api/v1/login", json={"username": "wang", "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.get_json()["error"]["code"] == "locked"
    assert client.post("/login/", data={"username": "wang", "password": PASSWORD}).status_code == 429


def test_a_token_of_the_api_dies_with_signing_out(app: Flask, client: FlaskClient) -> None:
    given = client.post("/api/v1/login", json={"username": "chen", "password": PASSWORD}).get_json()
    assert given["expires_in"] == 12 * 60 * 60
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    assert client.get("/api/v1/plans", headers=bearer).status_code == 200
    assert client.get("/api/v1/plans").status_code == 401
    assert client.post("/api/v1/logout", headers=bearer).status_code == 204
    assert client.get("/api/v1/plans", headers=bearer).status_code == 401


def test_a_cookie_opens_nothing_of_the_api(app: Flask, sign_in) -> None:
    assert sign_in("chen").get("/api/v1/plans").status_code == 401


# --- H14, H15: the password ------------------------------------------------------------------------------------------------------


def test_the_current_password_is_asked_for(app: Flask, sign_in) -> None:
    client = sign_in("wang")
    data = {"current": "wrong-password", "new": "three small words", "repeated": "three small words"}
    assert client.post("/account/password", data=data).status_code == 401
    assert is_signed_in(sign_in("wang"))


def test_guessing_the_current_password_is_counted_like_signing_in(sign_in, client: FlaskClient) -> None:
    browser = sign_in("wang")
    data = {"current": "wrong-password", "new": "three small words", "repeated": "three small words"}
    assert [browser.post("/account/password", data=data).status_code for _ in range(6)] == [401] * 5 + [429]


def test_a_weak_new_password_is_refused_and_not_counted(sign_in) -> None:
    browser = sign_in("wong")
    change(SystemUser, user("wong").id, locale="en")
    for _ in range(7):
        answer = browser.post("/account/password", data={"current": PASSWORD, "new": "short", "repeated": "short"})
        assert answer.status_code == 422
    assert "at least 10 characters" in answer.get_data(as_text=True)


def test_a_password_somebody_else_set_must_be_changed_first(app: Flask, sign_in) -> None:
    change(SystemUser, user("wang").id, must_change_password=True)
    client = sign_in("wang")
    assert client.get(ACCOUNT_PAGE).headers["Location"] == "/account/password"
    assert attempt("wang", PASSWORD, clock.real_now(), way=sessions.token_sign_in) == "password_must_change"
    client.post("/account/password", data={"current": PASSWORD, "new": "three small words", "repeated": "three small words"})
    assert is_signed_in(client)


def test_a_changed_password_ends_sessions_by_row_and_by_version(app: Flask) -> None:
    token = open_for_wang(sessions.API)
    with acting("wang"):
        run(change_password, current=PASSWORD, new="three small words")
    db.session.execute(SignIn.__table__.update().values(ended_at=None))
    assert sessions.user_of_token(token, at=MOMENT) is None


# --- tokens of the API -----------------------------------------------------------------------------------------------------------


def test_a_token_is_its_user_for_twelve_hours(app: Flask) -> None:
    token, expires_at = sessions.token_sign_in("wang", PASSWORD, "10.0.0.1", "a script", at=MOMENT)
    assert expires_at == MOMENT + 12 * HOUR
    found = sessions.user_of_token(token, at=MOMENT + 11 * HOUR)
    assert found is not None
    assert found.username == "wang"
    assert sessions.user_of_token(token, at=MOMENT + 12 * HOUR) is None


def test_a_token_is_no_cookie_and_a_cookie_no_token(app: Flask) -> None:
    assert sessions.find_session(open_for_wang(sessions.API), sessions.PAGE, at=MOMENT) is None
    assert sessions.find_session(open_for_wang(sessions.PAGE), sessions.API, at=MOMENT) is None


def test_the_token_decides_alone_who_asks(app: Flask, sign_in) -> None:
    token, _ = sessions.token_sign_in("lan", PASSWORD, "10.0.0.1", "a script")
    client = sign_in("wang")
    for header, expected in ((f"Bearer {token}", "lan"), (f"bearer  {token}", "lan"), ("Bearer made-up", None), ("Bearer", None)):
        assert who(app, client.get, "/api/v1/anything", headers={"Authorization": header}) == expected


def test_a_token_opens_no_page(app: Flask) -> None:
    token, _ = sessions.token_sign_in("lan", PASSWORD, "10.0.0.1", "a script")
    assert who(app, app.test_client().get, ACCOUNT_PAGE, headers={"Authorization": f"Bearer {token}"}) is None


def test_a_cookie_may_read_the_api_but_not_write(app: Flask, sign_in) -> None:
    client = sign_in("wang")
    assert who(app, client.get, "/api/v1/anything") == "wang"
    for write in (client.post, client.put, client.patch, client.delete):
        assert who(app, write, "/api/v1/anything") is None


# --- scope -----------------------------------------------------------------------------------------------------------------------


def test_the_scope_is_the_persons_and_ends_with_the_request(app: Flask, sign_in) -> None:
    seen = []
    for browser in (sign_in("wang"), sign_in("lan"), app.test_client(), sign_in("wang")):
        seen.append(during(app, scope_or_none, browser.get, ACCOUNT_PAGE))
        assert scope_or_none() is None
    offices = [None if scope is None else scope.office_ids for scope in seen]
    assert offices == [{office("SH").id}, {office("HN").id}, None, {office("SH").id}]
    assert seen[0].user_id == user("wang").id
    assert "waive_late_fee" not in seen[0].rights


def test_a_stranger_after_somebody_on_the_same_thread_sees_nothing(app: Flask, sign_in) -> None:
    assert is_signed_in(sign_in("ada"))
    assert not is_signed_in(app.test_client())
    assert scope_or_none() is None


def test_a_request_that_fails_leaves_no_scope(app: Flask, sign_in) -> None:
    client = sign_in("wang")
    client.get("/does-not-exist")
    client.post("/signinview/action/end/abc")
    assert scope_or_none() is None


def test_an_administrator_has_every_office(app: Flask) -> None:
    db.session.connection().execute(user_office.delete().where(user_office.c.user_id == user("ada").id))
    token = sessions.open_session(user("ada"), sessions.PAGE, "10.0.0.1", "a browser", at=MOMENT)[0]
    found = sessions.find_session(token, sessions.PAGE, at=MOMENT)
    assert found is not None
    assert found.scope.office_ids == {office(code).id for code in ("SH", "HN", "HK")}


def test_nothing_is_asked_of_the_database_to_answer_may_he(app: Flask, sign_in) -> None:

    client = sign_in("wang")
    statements: list[str] = []
    manager = app.appbuilder.sm  # type: ignore[attr-defined]

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    def ask() -> tuple[bool, bool, set[str]]:
        event.listen(db.engine, "before_cursor_execute", note)
        answers = (
            manager.has_access("can_list", "CustomerView"),
            manager.has_access("can_list", "JournalView"),
            manager.get_user_menu_access(["Users", "Sign-ins", "Administration"]),
        )
        event.remove(db.engine, "before_cursor_execute", note)
        return answers

    assert during(app, ask, client.get, ACCOUNT_PAGE) == (True, False, {"Sign-ins", "Administration"})
    assert statements == []


def test_sign_ins_are_counted_once_each(app: Flask, sign_in) -> None:
    sign_in("wang")
    assert db.session.scalar(select(func.count(SignIn.id))) == 1


def test_only_a_demonstration_names_its_logins(app: Flask, client: FlaskClient) -> None:
    from app.offices.views.signing_in import demonstration_panel

    assert "chen" not in client.get("/login/").get_data(as_text=True)
    app.extensions["feehouse_demonstration"] = lambda: demonstration_panel("Feehouse-demo-1")
    try:
        page = client.get("/login/").get_data(as_text=True)
    finally:
        del app.extensions["feehouse_demonstration"]
    for name in ("chen", "lan", "wong", "ada", "Feehouse-demo-1"):
        assert name in page
    assert scope_or_none() is None
