"""Sessions long over are forgotten at night; those of late, and the log, stay."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.kept_forms import LIFETIME, KeptForm
from app.foundation.log import LogEntry, LogKind
from app.foundation.scope import everything
from app.offices.jobs import FAILURES_KEPT, SESSIONS_KEPT, forget_sign_ins
from app.offices.lockout import count_attempt
from app.offices.models import SignIn, SignInFailure
from app.offices.sessions import PAGE, find_session, open_session
from app.wiring import nights_table
from tests.factories import user

pytestmark = pytest.mark.usefixtures("app")

DAY = datetime.date(2026, 5, 14)


def _signed_in(ago: datetime.timedelta) -> str:
    token, _expires = open_session(user("wang"), PAGE, "192.0.2.1", "", at=clock.real_now() - ago)
    return token


def _forget() -> None:
    with everything("the night"):
        forget_sign_ins(1, DAY)


def test_a_session_long_over_is_forgotten_and_the_log_is_not() -> None:
    _signed_in(SESSIONS_KEPT + datetime.timedelta(days=2))
    _forget()
    assert db.session.scalars(select(SignIn)).all() == []
    assert [entry.kind for entry in db.session.scalars(select(LogEntry))] == [LogKind.SIGN_IN]


def test_a_session_of_late_stays() -> None:
    _signed_in(SESSIONS_KEPT - datetime.timedelta(days=2))
    token = _signed_in(datetime.timedelta())
    _forget()
    assert len(db.session.scalars(select(SignIn)).all()) == 2
    assert find_session(token, PAGE) is not None


def test_failures_nobody_counts_any_more_are_forgotten() -> None:
    count_attempt("wang", "192.0.2.1", clock.real_now() - FAILURES_KEPT - datetime.timedelta(days=1))
    count_attempt("li", "192.0.2.2", clock.real_now())
    _forget()
    assert sorted(row.name for row in db.session.scalars(select(SignInFailure))) == ["192.0.2.2", "li"]


def test_forms_that_nobody_fetched_are_forgotten() -> None:
    for number, ago in enumerate((LIFETIME + datetime.timedelta(minutes=1), datetime.timedelta(minutes=1))):
        kept_at = clock.real_now() - ago
        db.session.add(KeptForm(user_id=user("wang").id, token_hash=str(number), path="/", fields="[]", kept_at=kept_at))
    db.session.commit()
    _forget()
    assert [row.token_hash for row in db.session.scalars(select(KeptForm))] == ["1"]


def test_it_happens_every_night() -> None:
    assert forget_sign_ins in nights_table()
