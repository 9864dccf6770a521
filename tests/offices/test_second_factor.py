"""The second factor: switched on, asked for at the door, used up, lost, required by an office; on the form and over the API."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.log import LogEntry, LogKind
from app.foundation.transactions import run
from app.offices import sessions
from app.offices.models import RecoveryCode, SecondFactor, SignIn, SystemUser
from app.offices.operations import ask_for_factor, ask_office_for_factors, begin_factor, confirm_factor, reset_factor, set_roles
from app.offices.queries import pending_factor
from app.offices.rules.one_time_codes import SECONDS, code_at, step_at
from app.offices.rules.recovery_codes import new_codes
from app.values.errors import NotAllowed, NotFound, OperationRefused
from tests.cast import PASSWORD
from tests.factories import acting, office, user

MOMENT = datetime.datetime(2026, 5, 14, 9, 0, tzinfo=datetime.UTC)
STEP = datetime.timedelta(seconds=SECONDS)
FACTOR_PAGE = "/account/second_factor"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime.datetime], None]:
    """Set the real clock."""

    def set_clock(moment: datetime.datetime) -> None:
        monkeypatch.setattr(clock, "real_now", lambda: moment)

    set_clock(MOMENT)
    return set_clock


def with_factor(username: str = "wang") -> tuple[str, tuple[str, ...]]:
    """Switch the second factor of somebody on a step before MOMENT; return his secret and his recovery codes."""
    codes = new_codes()
    with acting(username):
        secret = run(begin_factor).record.secret
        code = code_at(secret, step_at(clock.real_now() - STEP))
        run(confirm_factor, code=code, password=PASSWORD, recovery_codes=codes)
    return secret, codes


def now(secret: str) -> str:
    return code_at(secret, step_at(clock.real_now()))


def password_step(client: FlaskClient, username: str = "wang", **more: Any) -> Any:
    return client.post("/login/", data={"username": username, "password": PASSWORD, **more})


def code_step(client: FlaskClient, code: str, **more: Any) -> Any:
    return client.post("/login/code", data={"code": code, **more})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account/").status_code == 200


def api(client: FlaskClient, **more: Any) -> tuple[int, str]:
    answer = client.post("/api/v1/login", json={"username": "wang", "password": PASSWORD, **more})
    return answer.status_code, answer.get_json().get("error", {}).get("code", "in")


def said(*kinds: LogKind) -> list[str]:
    return list(db.session.scalars(select(LogEntry.message).where(LogEntry.kind.in_(kinds)).order_by(LogEntry.id)))


def change(model: Any, record: int, **values: Any) -> None:
    db.session.connection().execute(model.__table__.update().where(model.__table__.c.id == record).values(**values))
    db.session.commit()


# --- at the door -----------------------------------------------------------------------------------------------------------------


def test_the_password_alone_opens_nothing(app: Flask, client: FlaskClient, at: Any) -> None:
    with_factor()
    answer = password_step(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login/code")
    assert not is_signed_in(client)
    assert db.session.scalar(select(func.count(SignIn.id))) == 0


def test_the_code_of_the_app_opens(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    password_step(client)
    assert client.get("/login/code").status_code == 200
    assert code_step(client, now(secret)).status_code == 302
    assert is_signed_in(client)


def test_the_way_goes_through_both_steps(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    assert password_step(client, next="/signinview/list/?tab=live").headers["Location"] == "/login/code?next=/signinview/list/?tab%3Dlive"
    assert 'value="/signinview/list/?tab=live"' in client.get("/login/code?next=/signinview/list/?tab%3Dlive").get_data(as_text=True)
    assert code_step(client, now(secret), next="/signinview/list/?tab=live").headers["Location"] == "/signinview/list/?tab=live"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/"])
def test_the_way_after_the_code_stays_inside(app: Flask, client: FlaskClient, at: Any, wanted: str) -> None:
    secret, _ = with_factor()
    password_step(client, next=wanted)
    assert code_step(client, now(secret), next=wanted).headers["Location"] == "/"


def test_a_code_with_blanks_and_full_width_digits_is_read(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    code = now(secret)
    password_step(client)
    typed = f" {code[:3]} {code[3:]} ".translate({ord("0") + number: 0xFF10 + number for number in range(10)})
    assert code_step(client, typed).status_code == 302


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(app: Flask, client: FlaskClient, at: Any, steps: int, opens: bool) -> None:
    secret, _ = with_factor()
    at(MOMENT + 10 * STEP)
    password_step(client)
    code = code_at(secret, step_at(MOMENT + 10 * STEP) + steps)
    assert (code_step(client, code).status_code == 302) is opens


def test_a_code_opens_once(app: Flask, at: Any) -> None:
    secret, _ = with_factor()
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        password_step(client)
    assert code_step(first, now(secret)).status_code == 302
    assert code_step(second, now(secret)).status_code == 401
    assert not is_signed_in(second)


def test_after_a_code_the_one_before_it_opens_nothing(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    assert api(client, code=now(secret)) == (200, "in")
    assert api(client, code=code_at(secret, step_at(MOMENT) - 1)) == (401, "bad_code")
    assert api(client, code=code_at(secret, step_at(MOMENT) + 1)) == (200, "in")


def test_the_business_clock_says_nothing_about_codes(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    with clock.at(MOMENT + datetime.timedelta(days=400)):
        assert api(client, code=now(secret)) == (200, "in")


def test_a_right_password_waits_five_minutes_for_its_code(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    password_step(client)
    at(MOMENT + datetime.timedelta(minutes=5, seconds=1))
    assert client.get("/login/code").headers["Location"] == "/login/"
    assert code_step(client, now(secret)).headers["Location"] == "/login/"
    assert not is_signed_in(client)


def test_without_a_password_there_is_no_code_step(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    assert client.get("/login/code").headers["Location"] == "/login/"
    assert code_step(client, now(secret)).headers["Location"] == "/login/"
    assert not is_signed_in(client)


def test_an_account_that_changed_meanwhile_begins_anew(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    password_step(client)
    with acting("ada"):
        run(set_roles, user=user("wang").id, roles=("Auditor",))
    assert code_step(client, now(secret)).status_code == 401
    assert client.get("/login/code").status_code == 302


def test_the_session_begins_with_a_new_cookie(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    password_step(client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert "sign_in" not in cookie
    code_step(client, now(secret))
    with client.session_transaction() as cookie:
        assert "second_step" not in cookie
        assert len(cookie["sign_in"]) >= 40


def test_a_wrong_password_looks_the_same_with_a_factor_and_without(app: Flask, client: FlaskClient, at: Any) -> None:
    with_factor()
    pages = [client.post("/login/", data={"username": name, "password": "wrong-password"}) for name in ("wang", "nobody")]
    first, second = (re.sub(r'nonce="[^"]*"', "", page.get_data(as_text=True)) for page in pages)
    assert first.replace("wang", "nobody") == second


# --- lock-out --------------------------------------------------------------------------------------------------------------------


def test_five_wrong_codes_lock_the_account(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    password_step(client)
    assert [code_step(client, "000000").status_code for _ in range(5)] == [401] * 5
    assert code_step(client, now(secret)).status_code == 429
    assert password_step(app.test_client()).status_code == 429


def test_the_password_does_not_wash_wrong_codes_away(app: Flask, client: FlaskClient, at: Any) -> None:
    with_factor()
    for _ in range(5):
        assert password_step(client).status_code == 302
        assert code_step(client, "000000").status_code == 401
    assert password_step(client).status_code == 429


def test_wrong_passwords_and_wrong_codes_count_together(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    for _ in range(3):
        client.post("/login/", data={"username": "wang", "password": "wrong-password"})
    assert [api(client, code="000000")[1] for _ in range(2)] == ["bad_code"] * 2
    assert api(client, code=now(secret)) == (429, "locked")


def test_a_right_code_forgets_the_failures(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    for _ in range(4):
        api(client, code="000000")
    assert api(client, code=now(secret)) == (200, "in")
    assert [api(client, code="000000")[1] for _ in range(4)] == ["bad_code"] * 4


def test_the_password_without_a_code_is_no_failure(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    assert [api(client) for _ in range(7)] == [(401, "code_required")] * 7
    assert api(client, code=now(secret)) == (200, "in")


def test_after_a_pause_a_right_password_does_not_begin_another(app: Flask, client: FlaskClient, at: Any) -> None:
    secret, _ = with_factor()
    for _ in range(5):
        api(client, code="000000")
    at(MOMENT + datetime.timedelta(minutes=5))
    assert api(client) == (401, "code_required")
    assert api(client, code=now(secret)) == (200, "in")


# --- over the API ----------------------------------------------------------------------------------------------------------------


def test_the_api_asks_for_the_code_only_after_the_right_password(app: Flask, client: FlaskClient, at: Any) -> None:
    with_factor()
    assert api(client) == (401, "code_required")
    assert api(client, code="000000") == (401, "bad_code")
    assert api(client, password="wrong-password") == (401, "bad_credentials")
    assert api(client, password="wrong-password", code="000000") == (401, "bad_credentials")


def test_a_recovery_code_opens_the_api_once(app: Flask, client: FlaskClient, at: Any) -> None:
    _, codes = with_factor()
    assert api(client, code=codes[0].upper().replace("-", " ")) == (200, "in")
    assert api(client, code=codes[0]) == (401, "bad_code")
    assert api(client, code=codes[1]) == (200, "in")


# --- recovery codes --------------------------------------------------------------------------------------------------------------


def test_a_recovery_code_opens_the_form_once_and_is_counted_down(app: Flask, client: FlaskClient, at: Any) -> None:
    _, codes = with_factor()
    password_step(client)
    assert code_step(client, codes[3]).status_code == 302
    page = client.get("/account/").get_data(as_text=True)
    assert "9" in re.findall(r"\d+", re.sub(r".*fh-alert", "", page, flags=re.S)[:400])
    assert "Signed in with a recovery code; %(count)s are left." in said(LogKind.ACCOUNT)
    other = app.test_client()
    password_step(other)
    assert code_step(other, codes[3]).status_code == 401


def test_only_hashes_of_recovery_codes_and_an_encrypted_secret_are_stored(app: Flask, at: Any) -> None:
    secret, codes = with_factor()
    connection = db.session.connection()
    rows = [
        str(row)
        for name in ("second_factor", "recovery_code", "log_entry", "trace")
        for row in connection.exec_driver_sql(f"SELECT * FROM {name}")
    ]
    stored = " ".join(rows)
    assert db.session.scalar(select(func.count(RecoveryCode.id))) == 10
    assert secret not in stored
    assert not [code for code in codes if code in stored or code.replace("-", "") in stored]


def test_recovery_codes_of_one_person_open_nothing_of_another(app: Flask, client: FlaskClient, at: Any) -> None:
    with_factor()
    _, codes = with_factor("li")
    assert api(client, code=codes[0]) == (401, "bad_code")


# --- switched on and off ---------------------------------------------------------------------------------------------------------


def set_up(client: FlaskClient) -> str:
    assert client.post(f"{FACTOR_PAGE}/begin").status_code == 302
    pending = pending_factor(user("wang").id)
    assert pending is not None
    return pending.secret


def test_the_page_shows_picture_and_secret_until_a_code_confirms_it(app: Flask, sign_in: Any, at: Any) -> None:
    client = sign_in("wang")
    secret = set_up(client)
    page = client.get(FACTOR_PAGE).get_data(as_text=True)
    assert "<svg" in page
    assert " ".join(secret[start : start + 4] for start in range(0, 32, 4)) in page
    answer = client.post(FACTOR_PAGE, data={"code": now(secret), "password": PASSWORD})
    assert answer.status_code == 200
    shown = re.findall(r"<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</li>", answer.get_data(as_text=True))
    assert len(set(shown)) == 10
    assert secret[:4] not in client.get(FACTOR_PAGE).get_data(as_text=True)
    assert shown[0] not in client.get(FACTOR_PAGE).get_data(as_text=True)
    assert "The second factor was switched on." in said(LogKind.ACCOUNT)
    assert api(app.test_client(), code=shown[0]) == (200, "in")


def test_a_secret_that_was_begun_long_ago_is_not_confirmed(app: Flask, sign_in: Any, at: Any) -> None:
    """Somebody at an open screen may have begun it, and read it."""
    client = sign_in("wang")
    client.post(f"{FACTOR_PAGE}/begin")
    secret = pending_factor(user("wang").id).secret  # type: ignore[union-attr]
    at(MOMENT + datetime.timedelta(minutes=14))
    assert secret[:4] in client.get(FACTOR_PAGE).text
    later = MOMENT + datetime.timedelta(minutes=16)
    at(later)
    assert secret[:4] not in client.get(FACTOR_PAGE).text
    answer = client.post(FACTOR_PAGE, data={"code": code_at(secret, step_at(later)), "password": PASSWORD})
    assert answer.status_code == 422
    assert is_signed_in(client)


def test_setting_up_alone_changes_nothing_at_the_door(app: Flask, sign_in: Any, at: Any) -> None:
    set_up(sign_in("wang"))
    assert api(app.test_client()) == (200, "in")


@pytest.mark.parametrize(
    "data", [{"code": "000000", "password": PASSWORD}, {"password": PASSWORD}, {"code": "good", "password": "wrong"}, {"code": "good"}]
)
def test_it_needs_a_right_code_and_the_password(app: Flask, sign_in: Any, at: Any, data: dict[str, str]) -> None:
    client = sign_in("wang")
    secret = set_up(client)
    sent = {**data, **({"code": now(secret)} if data.get("code") == "good" else {})}
    assert client.post(FACTOR_PAGE, data=sent).status_code in {401, 422}
    assert api(app.test_client()) == (200, "in")


def test_switching_on_ends_all_other_sessions(app: Flask, sign_in: Any, at: Any) -> None:
    client, other = sign_in("wang"), sign_in("wang")
    secret = set_up(client)
    client.post(FACTOR_PAGE, data={"code": now(secret), "password": PASSWORD})
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_the_code_that_switched_it_on_does_not_open_as_well(app: Flask, sign_in: Any, at: Any) -> None:
    client = sign_in("wang")
    secret = set_up(client)
    client.post(FACTOR_PAGE, data={"code": now(secret), "password": PASSWORD})
    assert api(app.test_client(), code=now(secret)) == (401, "bad_code")


def signed_in_with(app: Flask, secret: str) -> FlaskClient:
    client = app.test_client()
    password_step(client)
    assert code_step(client, now(secret)).status_code == 302
    return client


def test_it_is_switched_off_with_password_and_code(app: Flask, at: Any) -> None:
    secret, _ = with_factor()
    client = signed_in_with(app, secret)
    at(MOMENT + STEP)
    assert client.post(f"{FACTOR_PAGE}/off", data={"password": PASSWORD, "code": now(secret)}).status_code == 302
    assert is_signed_in(client)
    assert api(app.test_client()) == (200, "in")
    assert db.session.scalar(select(func.count(RecoveryCode.id))) == 0


@pytest.mark.parametrize("page", ["off", "codes"])
def test_neither_the_password_nor_a_code_alone_changes_it(app: Flask, at: Any, page: str) -> None:
    secret, codes = with_factor()
    client = signed_in_with(app, secret)
    at(MOMENT + STEP)
    for data in (
        {"password": PASSWORD, "code": "000000"},
        {"password": "wrong", "code": now(secret)},
        {"code": now(secret)},
        {"password": PASSWORD},
    ):
        assert client.post(f"{FACTOR_PAGE}/{page}", data=data).status_code in {401, 422}
    assert api(app.test_client()) == (401, "code_required")
    assert api(app.test_client(), code=codes[0]) == (200, "in")


def test_guesses_at_an_open_screen_lock_the_account(app: Flask, at: Any) -> None:
    secret, _ = with_factor()
    client = signed_in_with(app, secret)
    data = {"password": PASSWORD, "code": "000000"}
    assert [client.post(f"{FACTOR_PAGE}/off", data=data).status_code for _ in range(6)] == [401] * 5 + [429]


def test_guesses_at_the_password_are_not_washed_away_where_there_is_nothing_to_confirm(app: Flask, sign_in: Any, at: Any) -> None:
    client = sign_in("wang")
    require_in()
    guess = {"current": "a wrong guess", "new": "three small words", "repeated": "three small words"}
    answers = []
    for _ in range(6):
        answers.append(client.post("/account/password", data=guess).status_code)
        client.post(FACTOR_PAGE, data={"code": "000000"})
    assert answers == [401] * 5 + [429]


def test_new_recovery_codes_replace_the_old_ones(app: Flask, at: Any) -> None:
    secret, codes = with_factor()
    client = signed_in_with(app, secret)
    at(MOMENT + STEP)
    answer = client.post(f"{FACTOR_PAGE}/codes", data={"password": PASSWORD, "code": now(secret)})
    fresh = re.findall(r"<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</li>", answer.get_data(as_text=True))
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    assert api(app.test_client(), code=codes[0]) == (401, "bad_code")
    assert api(app.test_client(), code=fresh[0]) == (200, "in")


# --- a colleague helps -----------------------------------------------------------------------------------------------------------


def test_a_manager_helps_somebody_who_lost_his_telephone(app: Flask, sign_in: Any, at: Any) -> None:
    secret, _ = with_factor()
    theirs, manager = signed_in_with(app, secret), sign_in("chen")
    address = f"/secondfactorview/reset/{user('wang').id}"
    assert manager.get(address).status_code == 200
    assert manager.post(address, data={"reason": " "}).status_code == 422
    assert manager.post(address, data={"reason": "Phone lost, seen in person"}).status_code == 302
    assert not is_signed_in(theirs)
    assert api(app.test_client()) == (200, "in")
    (entry,) = db.session.scalars(select(LogEntry).where(LogEntry.message.like("The second factor was switched off by%")))
    assert (entry.user_id, entry.row_id, entry.facts) == (user("chen").id, user("wang").id, {"reason": "Phone lost, seen in person"})


@pytest.mark.parametrize(
    ("helper", "person", "error"),
    [
        ("chen", "zhou", NotAllowed),
        ("chen", "lan", NotFound),
        ("wang", "li", NotAllowed),
        ("shen", "wang", NotAllowed),
        ("chen", "ada", NotFound),
    ],
)
def test_nobody_helps_above_his_rank_or_outside_his_office(app: Flask, at: Any, helper: str, person: str, error: type[Exception]) -> None:
    with_factor(person)
    for operation, terms in ((reset_factor, {"reason": "lost"}), (ask_for_factor, {"required": True})):
        with acting(helper), pytest.raises(error):
            run(operation, user=user(person).id, **terms)
    assert db.session.scalar(select(func.count(SecondFactor.id))) == 1


def test_an_administrator_helps_everybody_but_himself(app: Flask, at: Any) -> None:
    for name in ("zhou", "lan", "ada"):
        with_factor(name)
    with acting("ada"):
        for name in ("zhou", "lan"):
            run(reset_factor, user=user(name).id, reason="lost")
        with pytest.raises(OperationRefused) as refusal:
            run(reset_factor, user=user("ada").id, reason="lost")
    assert refusal.value.code == "own_account"
    assert db.session.scalars(select(SecondFactor.user_id)).all() == [user("ada").id]


def test_the_list_shows_the_colleagues_one_may_help(app: Flask, sign_in: Any, at: Any) -> None:
    with_factor()
    page = sign_in("chen").get("/secondfactorview/list/").get_data(as_text=True)
    shown = [name for name in ("wang", "li", "mei", "chen", "zhou", "lan", "ada") if f">{name}<" in page or f">{name}</" in page]
    assert shown == ["wang", "li", "mei", "chen"]
    assert sign_in("ada").get("/secondfactorview/list/").status_code == 200
    assert sign_in("li").get("/secondfactorview/list/").status_code == 403
    assert sign_in("chen").get(f"/secondfactorview/reset/{user('lan').id}").status_code == 404


# --- required --------------------------------------------------------------------------------------------------------------------


def require_in(code: str = "SH") -> None:
    with acting("zhou"):
        run(ask_office_for_factors, office=office(code).id, required=True)


def test_an_office_that_requires_it_leads_there_before_anything_else(app: Flask, sign_in: Any, at: Any) -> None:
    early = sign_in("wang")
    require_in()
    for client in (early, sign_in("wang")):
        for page in ("/", "/account/", "/counter/", "/customerview/list/"):
            assert client.get(page).headers["Location"] == FACTOR_PAGE
        assert client.post("/counter/take", data={"months": "1"}).headers["Location"] == FACTOR_PAGE
    client = early
    assert client.get(FACTOR_PAGE).status_code == 200
    secret = set_up(client)
    assert client.post(FACTOR_PAGE, data={"code": now(secret)}).status_code == 200
    assert is_signed_in(client)


def test_an_office_that_requires_it_gives_no_token_without(app: Flask, client: FlaskClient, at: Any) -> None:
    token = client.post("/api/v1/login", json={"username": "wang", "password": PASSWORD}).get_json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/customers", headers=bearer).status_code == 200
    require_in()
    assert api(client) == (401, "second_factor_missing")
    assert client.get("/api/v1/customers", headers=bearer).status_code == 401


def test_other_offices_are_not_asked(app: Flask, sign_in: Any, at: Any) -> None:
    require_in()
    assert is_signed_in(sign_in("lan"))
    assert sign_in("ada").get("/account/").headers["Location"] == FACTOR_PAGE


def test_whoever_has_one_goes_on(app: Flask, at: Any) -> None:
    secret, _ = with_factor()
    require_in()
    assert is_signed_in(signed_in_with(app, secret))


def test_one_person_can_be_asked(app: Flask, sign_in: Any, at: Any) -> None:
    with acting("chen"):
        run(ask_for_factor, user=user("wang").id, required=True)
    assert sign_in("wang").get("/account/").headers["Location"] == FACTOR_PAGE
    assert is_signed_in(sign_in("li"))


@pytest.mark.parametrize("place", ["demonstration", "training"])
def test_a_demonstration_asks_nobody(app: Flask, sign_in: Any, at: Any, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    require_in()
    if place == "training":
        monkeypatch.setitem(app.config, "TRAINING", True)
    else:
        monkeypatch.setitem(app.extensions, "feehouse_is_demonstration", lambda: True)
    assert is_signed_in(sign_in("wang"))
    assert api(app.test_client()) == (200, "in")


def test_a_lost_telephone_in_such_an_office_begins_anew(app: Flask, sign_in: Any, at: Any) -> None:
    with_factor()
    require_in()
    with acting("zhou"):
        run(reset_factor, user=user("wang").id, reason="lost")
    assert sign_in("wang").get("/").headers["Location"] == FACTOR_PAGE


@pytest.mark.parametrize(("username", "may"), [("ada", True), ("zhou", True), ("chen", False), ("shen", False), ("wang", False)])
def test_administrators_and_chiefs_decide_for_an_office(app: Flask, sign_in: Any, at: Any, username: str, may: bool) -> None:
    client, place = sign_in(username), office("SH").id
    answer = client.post(f"/officeview/second_factors/{place}", data={"required": "y"})
    assert answer.status_code == (302 if may else 403)
    assert office("SH").requires_second_factor is may


def test_a_chief_decides_for_his_own_office_only(app: Flask, sign_in: Any, at: Any) -> None:
    assert sign_in("zhou").post(f"/officeview/second_factors/{office('HN').id}", data={"required": "y"}).status_code == 404


def test_a_password_set_by_somebody_else_is_changed_first(app: Flask, sign_in: Any, at: Any) -> None:
    require_in()
    change(SystemUser, user("wang").id, must_change_password=True)
    client = sign_in("wang")
    assert client.get("/").headers["Location"] == "/account/password"
    new = "three small words"
    client.post("/account/password", data={"current": PASSWORD, "new": new, "repeated": new})
    assert client.get("/").headers["Location"] == FACTOR_PAGE


# --- by the clock of the sessions ------------------------------------------------------------------------------------------------


def test_a_lost_right_is_seen_by_a_session_that_waits(app: Flask, at: Any) -> None:
    with_factor()
    change(SystemUser, user("wang").id, active=False)
    with pytest.raises(OperationRefused) as refusal:
        sessions.second_step(user("wang").id, user("wang").session_version, "000000", "10.0.0.1")
    assert refusal.value.code == "too_late"
