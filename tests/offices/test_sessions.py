"""The page of one's sessions, and what the offices say of their length."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.log import LogEntry, LogKind
from app.offices import sessions
from app.offices.models import Office, SignIn, user_office
from app.offices.rules.devices import device_in_words
from tests.api.conftest import Programs
from tests.cast import PASSWORD
from tests.factories import office, user

MOMENT = datetime.datetime(2026, 5, 14, 9, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def change(code: str, **values: Any) -> None:
    rows = Office.__table__
    db.session.connection().execute(rows.update().where(rows.c.id == office(code).id).values(**values))
    db.session.commit()


def is_signed_in(client: Any) -> bool:
    return client.get("/account/").status_code == 200


def newest(username: str) -> int:
    return db.session.scalars(select(SignIn.id).where(SignIn.user_id == user(username).id).order_by(SignIn.id.desc())).first() or 0


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0 Safari/537.36", "Chrome on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Version/17.5 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0", "WeChat on Android"),
        ("python-requests/2.32", "Program python-requests"),
        ("", "Unknown device"),
    ],
)
def test_a_device_is_named_in_words(app: Flask, agent: str, words: str) -> None:
    assert say(device_in_words(agent), "en") == words


def test_the_page_shows_the_devices_and_marks_this_one(app: Flask, sign_in: Any) -> None:
    client = app.test_client()
    client.post("/login/", data={"username": "wang", "password": PASSWORD}, headers={"User-Agent": FIREFOX})
    sign_in("wang")
    client.post("/preferences/language", data={"language": "en", "next": "/"})
    page = client.get("/signinview/list/").get_data(as_text=True)
    assert "Firefox on Linux" in page
    assert page.count("This device") == 1
    assert "127.0.0.1" in page


def test_one_ends_one_of_ones_sessions(app: Flask, sign_in: Any) -> None:
    client, other = sign_in("wang"), sign_in("wang")
    assert client.post(f"/signinview/action/end/{newest('wang')}").status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_one_ends_all_others_and_tokens_too(app: Flask, sign_in: Any, of: Programs) -> None:
    program, other, client = of("wang"), sign_in("wang"), sign_in("wang")
    stranger = sign_in("li")
    assert client.post("/signinview/end_others").status_code == 302
    assert [is_signed_in(each) for each in (client, other, stranger)] == [True, False, True]
    assert program.get("/customers").status_code == 401
    (entry,) = db.session.scalars(select(LogEntry).where(LogEntry.message.like("All other sessions%")))
    assert (entry.kind, entry.user_id, entry.facts) == (LogKind.SIGN_OUT, user("wang").id, {"count": 2})


def test_an_administrator_ends_anybodys_session(app: Flask, sign_in: Any) -> None:
    theirs, ada = sign_in("lan"), sign_in("ada")
    assert ada.post(f"/signinview/action/end/{newest('lan')}").status_code == 302
    assert not is_signed_in(theirs)


@pytest.mark.parametrize("who", ["li", "chen", "binh"])
def test_nobody_else_does(app: Flask, sign_in: Any, who: str) -> None:
    theirs = sign_in("wang")
    number = newest("wang")
    assert sign_in(who).post(f"/signinview/action/end/{number}").status_code == 404
    assert is_signed_in(theirs)


def test_an_auditor_sees_the_sign_ins_of_his_offices_and_ends_none(app: Flask, sign_in: Any) -> None:
    wang, lan, shen = sign_in("wang"), sign_in("lan"), sign_in("shen")
    page = shen.get("/signinview/list/").get_data(as_text=True)
    assert "wang" in page
    assert ">lan<" not in page
    shen.post(f"/signinview/action/end/{newest('wang')}")
    assert is_signed_in(wang)
    assert is_signed_in(lan)


# --- by office -------------------------------------------------------------------------------------------------------------------


def works_in_both(username: str) -> None:
    db.session.connection().execute(user_office.insert().values(user_id=user(username).id, office_id=office("HN").id))
    db.session.commit()


def opened(username: str, kind: str = sessions.PAGE) -> str:
    return sessions.open_session(user(username), kind, "10.0.0.1", "a browser", at=MOMENT)[0]


def test_the_strictest_office_says_how_long_a_session_may_rest(app: Flask) -> None:
    works_in_both("wang")
    change("SH", idle_minutes=60)
    change("HN", idle_minutes=5)
    token = opened("wang")
    assert sessions.find_session(token, sessions.PAGE, at=MOMENT + 5 * MINUTE) is not None
    assert sessions.find_session(token, sessions.PAGE, at=MOMENT + 11 * MINUTE) is None


@pytest.mark.parametrize("kind", [sessions.PAGE, sessions.API])
def test_the_strictest_office_says_how_long_a_session_lasts(app: Flask, kind: str) -> None:
    works_in_both("wang")
    change("SH", absolute_hours=24, idle_minutes=240)
    change("HN", absolute_hours=2, idle_minutes=240)
    token = opened("wang", kind)
    assert sessions.find_session(token, kind, at=MOMENT + 2 * HOUR - MINUTE) is not None
    assert sessions.find_session(token, kind, at=MOMENT + 2 * HOUR) is None


def test_an_administrator_is_held_to_every_office(app: Flask) -> None:
    change("HK", absolute_hours=1)
    token = opened("ada")
    assert sessions.find_session(token, sessions.PAGE, at=MOMENT + HOUR) is None


@pytest.mark.parametrize(("name", "value"), [("idle_minutes", 4), ("idle_minutes", 241), ("absolute_hours", 0), ("absolute_hours", 25)])
def test_the_limits_are_held_by_page_and_api(app: Flask, sign_in: Any, of: Programs, name: str, value: int) -> None:
    assert of("ada").patch(f"/offices/{office('SH').id}", {name: value}).status_code in {400, 422}
    place = office("SH")
    data = {
        "code": "SH",
        "name": "上海",
        "language": "zh_Hans",
        "time_zone": "Asia/Shanghai",
        "version": str(place.version),
        name: str(value),
    }
    page = sign_in("ada").post(f"/officeview/edit/{place.id}", data=data)
    assert page.status_code == 422
    assert f'for="{name}"' in page.get_data(as_text=True)
    assert (office("SH").idle_minutes, office("SH").absolute_hours) == (15, 12)


def test_a_cookie_lives_as_long_as_the_longest_session(app: Flask) -> None:
    assert app.permanent_session_lifetime >= datetime.timedelta(hours=24)


def test_a_program_of_somebody_switched_off_is_nobody(app: Flask, of: Programs) -> None:
    program = of("wang")
    assert program.get("/customers").status_code == 200
    rows = user("wang").__table__
    db.session.connection().execute(rows.update().where(rows.c.id == user("wang").id).values(active=False))
    db.session.commit()
    assert program.get("/customers").status_code == 401
