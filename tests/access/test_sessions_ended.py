"""A copied cookie or token is worth nothing once its session ended: after signing out, a new password, or rights taken away."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import assoc_user_role
from sqlalchemy import delete, select, update

from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import run
from app.offices.models import SignIn, SystemUser
from app.offices.operations import end_sessions, reset_password, save_user, set_active, set_offices, set_roles
from app.offices.sessions import PAGE
from app.roles import Role
from tests import factories
from tests.access import expected
from tests.access.cells import addresses
from tests.access.ground import Ground, undone
from tests.cast import PASSWORD

NEW_PASSWORD = "Battery-staple-7"
USERNAME = "wang"


def by_administrator(operation: Callable[..., Any], **terms: Any) -> Callable[[Ground, FlaskClient], None]:
    """Return what an administrator does to the person."""

    def act(ground: Ground, browser: FlaskClient) -> None:
        with factories.acting("ada"):
            run(operation, user=factories.user(USERNAME).id, **terms)

    return act


def signed_out(ground: Ground, browser: FlaskClient) -> None:
    assert browser.post("/logout/").status_code == 302


def password_changed(ground: Ground, browser: FlaskClient) -> None:
    form = {"current": PASSWORD, "new": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    assert browser.post("/account/password", data=form).status_code == 302


def ended_from_the_list(ground: Ground, browser: FlaskClient) -> None:
    newest = select(SignIn.id).where(SignIn.user_id == factories.user(USERNAME).id, SignIn.kind == PAGE).order_by(SignIn.id.desc())
    form = {"action": "end", "rowid": db.session.scalars(newest.limit(1)).one(), "confirmed": "yes"}
    assert browser.post("/signinview/action_post", data=form).status_code == 302


def rewritten(**values: Any) -> Callable[[Ground, FlaskClient], None]:
    """Return what time does to the row of the session."""

    def act(ground: Ground, browser: FlaskClient) -> None:
        db.session.execute(update(SignIn).where(SignIn.user_id == factories.user(USERNAME).id).values(**values))
        db.session.commit()

    return act


def switched_off_behind_the_programs_back(ground: Ground, browser: FlaskClient) -> None:
    db.session.execute(update(SystemUser).where(SystemUser.username == USERNAME).values(active=False))
    db.session.commit()


LONG_AGO = clock.real_now() - datetime.timedelta(days=2)
# Each way a browser's session ends, by what happened.
ENDS: dict[str, Callable[[Ground, FlaskClient], None]] = {
    "signed out": signed_out,
    "password changed": password_changed,
    "ended from the list of sign-ins": ended_from_the_list,
    "password set by an administrator": by_administrator(reset_password, password=NEW_PASSWORD),
    "all sessions ended by an administrator": by_administrator(end_sessions),
    "switched off by an administrator": by_administrator(set_active, active=False),
    "switched off behind the program's back": switched_off_behind_the_programs_back,
    "another role": by_administrator(set_roles, roles=[Role.RECEPTIONIST.value]),
    "other offices": by_administrator(set_offices, offices=()),
    "not used for long": rewritten(seen_at=LONG_AGO),
    "its latest hour passed": rewritten(expires_at=LONG_AGO),
}
# What ends programs' tokens, too: everything that is about the person, not about one browser.
ENDS_PROGRAMS = [name for name in ENDS if name not in {"signed out", "ended from the list of sign-ins", "not used for long"}]


@pytest.mark.parametrize("end", ENDS)
def test_a_copied_cookie_opens_no_page_after(ground: Ground, end: str) -> None:
    with undone():
        browser = ground.app.test_client()
        answer = browser.post("/login/", data={"username": USERNAME, "password": PASSWORD})
        copied = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}
        thief = ground.app.test_client(use_cookies=False)
        assert thief.get("/account/", headers=copied).status_code == 200
        ENDS[end](ground, browser)
        for address in addresses(ground.app):
            if address.is_api or "GET" not in address.methods or f"{address.name} GET" in expected.STRANGERS:
                continue
            answer = thief.get(address.with_record(1), headers=copied, buffered=True)
            assert answer.status_code == 401 or answer.headers.get("Location", "").startswith("/login/"), address.name
        assert thief.get("/account/", headers=copied).headers["Location"].startswith("/login/")


@pytest.mark.parametrize("end", ENDS_PROGRAMS)
def test_a_copied_token_opens_nothing_of_the_api_after(ground: Ground, end: str) -> None:
    with undone():
        browser = ground.app.test_client()
        browser.post("/login/", data={"username": USERNAME, "password": PASSWORD})
        token = browser.post("/api/v1/login", json={"username": USERNAME, "password": PASSWORD}).json["access_token"]  # type: ignore[index]
        copied = {"Authorization": f"Bearer {token}"}
        assert browser.get("/api/v1/customers", headers=copied).status_code == 200
        ENDS[end](ground, browser)
        thief = ground.app.test_client(use_cookies=False)
        for address in addresses(ground.app):
            if address.is_api and "GET" in address.methods and address.name not in {"GET /docs", "GET /openapi.json"}:
                assert thief.get(address.with_record(1), headers=copied, buffered=True).status_code == 401, address.name


def test_rights_taken_away_behind_the_programs_back_are_gone_at_once(ground: Ground) -> None:
    with undone():
        browser = ground.app.test_client()
        browser.post("/login/", data={"username": USERNAME, "password": PASSWORD})
        assert browser.get("/regularpaymentview/list/").status_code == 200
        db.session.execute(delete(assoc_user_role).where(assoc_user_role.c.user_id == factories.user(USERNAME).id))
        db.session.commit()
        assert browser.get("/regularpaymentview/list/").status_code == 403


def test_what_an_administrator_saves_without_changing_rights_ends_no_session(ground: Ground) -> None:
    """So that the tests above do not pass because everything signs out."""
    with undone():
        browser = ground.app.test_client()
        browser.post("/login/", data={"username": USERNAME, "password": PASSWORD})
        person = factories.user(USERNAME)
        with factories.acting("ada"):
            same = {"roles": [Role.CASHIER.value], "offices": [factories.office("SH").id], "active": True}
            run(save_user, user=person.id, first_name="王", last_name="", email="", locale=None, **same)
        assert browser.get("/account/").status_code == 200
