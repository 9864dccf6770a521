"""A hundred guesses at once are no more than a hundred one after the other (hole H12), with real commits."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.offices import sessions
from app.offices.models import SignInFailure
from app.offices.operations import begin_factor, confirm_factor, set_roles
from app.offices.rules.one_time_codes import code_at, step_at
from app.offices.rules.recovery_codes import new_codes
from app.values.errors import OperationRefused
from config import Settings
from tests.cast import PASSWORD
from tests.conftest import make_application
from tests.factories import acting, user

GUESSES = 24


@pytest.fixture
def committed(settings: Settings, committed_database: str) -> Iterator[Flask]:
    app = make_application(settings, committed_database)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def at_once(work: list[object]) -> None:
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


def test_guesses_at_once_are_counted_one_by_one(committed: Flask) -> None:
    codes: list[str] = []
    at = clock.real_now()

    def guess() -> None:
        with committed.app_context():
            try:
                sessions.authenticate("wang", "wrong-password", "10.0.0.1", at=at)
            except OperationRefused as refusal:
                codes.append(refusal.code)
            finally:
                db.session.remove()

    at_once([guess] * GUESSES)
    assert sorted(set(codes)) == ["bad_credentials", "locked"]
    assert codes.count("bad_credentials") == 5
    with committed.app_context():
        assert db.session.scalars(select(SignInFailure.failures).where(SignInFailure.name == "wang")).one() == 5
        assert db.session.scalars(select(SignInFailure.failures).where(SignInFailure.name == "10.0.0.1")).one() <= 30


def test_two_administrators_cannot_dismiss_each_other_at_once(committed: Flask) -> None:
    with committed.app_context(), everything("make a second one"):
        run(set_roles, user=user("zhou").id, roles=("Administrator",))
    done: list[str] = []

    def dismiss(name: str) -> None:
        with committed.app_context():
            target = user(name).id
            with everything("either one"):
                try:
                    run(set_roles, user=target, roles=("Manager",))
                    done.append(name)
                except OperationRefused:
                    pass
                finally:
                    db.session.remove()

    at_once([lambda: dismiss("ada"), lambda: dismiss("zhou")])
    assert len(done) == 1


# --- second factors ----------------------------------------------------------------------------------------------------------------


def with_factor() -> tuple[str, tuple[str, ...]]:
    """Switch the second factor of Wang on; return his secret and his recovery codes."""
    codes = new_codes()
    with acting("wang"):
        secret = run(begin_factor).record.secret
        early = code_at(secret, step_at(clock.real_now()) - 1)
        run(confirm_factor, code=early, password=PASSWORD, recovery_codes=codes)
        db.session.remove()
    return secret, codes


@pytest.mark.parametrize("sort", ["app", "recovery"])
def test_one_code_opens_for_one_of_many_at_once(committed: Flask, sort: str) -> None:
    with committed.app_context():
        secret, recovery = with_factor()
    at = clock.real_now()
    code = recovery[0] if sort == "recovery" else code_at(secret, step_at(at))
    said: list[str] = []

    def enter() -> None:
        with committed.app_context():
            try:
                person = sessions.authenticate("wang", PASSWORD, "10.0.0.1", code=code, at=at)
                sessions.open_session(person, sessions.API, "10.0.0.1", "")
                said.append("in")
            except OperationRefused as refusal:
                said.append(refusal.code)
            finally:
                db.session.remove()

    at_once([enter] * 4)
    assert sorted(said).count("in") == 1
    assert set(said) <= {"in", "bad_code", "locked"}


def test_two_browsers_with_forms_need_the_token_of_the_form(settings: Settings, committed_database: str) -> None:
    app = make_application(settings, committed_database)
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    data = {"username": "wang", "password": PASSWORD}
    assert client.post("/login/", data=data).status_code == 400
    page = client.get("/login/").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert client.post("/login/", data=data, headers={"Referer": "http://localhost/login/"}).status_code == 400
    assert client.post("/login/", data={**data, "csrf_token": token}).status_code == 302
    # The token of the sign-in page is dead now: the cookie was made anew.
    assert client.post("/logout/", data={"csrf_token": token}).status_code == 400
    assert client.get("/account/").status_code == 200
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
