"""The pages of a background job and of the training clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import JobKind, Work, perform, queue, start_job
from app.foundation.transactions import run
from app.values.errors import Message
from config import Settings
from tests.cast import PASSWORD
from tests.conftest import make_application
from tests.factories import acting


def wait_a_little(work: Work) -> dict[str, int]:
    work.progress(3, 3, Message("Receipt %(number)s", number="SK-1"))
    return {"made": 3}


@pytest.fixture
def kinds() -> Iterator[None]:
    before = dict(queue._kinds)
    queue.register({"wait": JobKind(f"{__name__}:wait_a_little", "Notices")})
    yield
    queue.register(before)


def signed_in(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    answer = client.post("/login/", data={"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return client


@pytest.mark.usefixtures("kinds")
class TestJobPage:
    def test_a_running_job_renews_itself_and_a_finished_one_does_not(self, app: Flask) -> None:
        with acting("wang"):
            job = run(start_job, kind="wait").record.id
        client = signed_in(app, "wang")
        page = client.get(f"/jobs/{job}")
        assert page.status_code == 200
        assert "every 2s" in page.text
        assert "fh-job" in page.text
        perform(job)
        part = client.get(f"/jobs/{job}", headers={"HX-Request": "true"})
        assert part.status_code == 200
        assert "every 2s" not in part.text
        assert "SK-1" in part.text
        assert "<html" not in part.text

    def test_another_persons_job_does_not_exist(self, app: Flask) -> None:
        with acting("wang"):
            job = run(start_job, kind="wait").record.id
        assert signed_in(app, "lan").get(f"/jobs/{job}").status_code == 404

    def test_a_stranger_is_asked_to_sign_in(self, app: Flask) -> None:
        assert app.test_client().get("/jobs/1").status_code == 302


@pytest.fixture
def training(settings: Settings, committed_database: str) -> Iterator[Flask]:
    application = make_application(settings, committed_database, TRAINING=True)
    with application.app_context():
        yield application
        clock.set_ahead(datetime.timedelta())
        db.session.remove()
        db.engine.dispose()


class TestClockPage:
    def test_a_manager_moves_the_clock_by_a_step_and_to_a_day(self, training: Flask) -> None:
        client = signed_in(training, "chen")
        assert "/clock/" in client.get("/clock/").text
        assert client.post("/clock/", data={"days": "7"}).status_code == 302
        ahead = clock.now() - clock.real_now()
        assert datetime.timedelta(days=6, hours=23) < ahead <= datetime.timedelta(days=7)
        day = (clock.real_now() + datetime.timedelta(days=30)).date()
        assert client.post("/clock/", data={"day": day.isoformat(), "time": "10:00"}).status_code == 302
        page = client.get("/clock/")
        assert page.status_code == 200
        assert day.isoformat() in page.text

    def test_back_is_refused_at_the_field(self, training: Flask) -> None:
        client = signed_in(training, "chen")
        answer = client.post("/clock/", data={"day": "2020-01-01", "time": "10:00"})
        assert answer.status_code == 422
        assert "day-error" in answer.text

    @pytest.mark.parametrize("data", [{"day": "2030-01-01", "time": "noon"}, {"day": "", "time": "10:00"}, {"days": "-1"}, {"days": "x"}])
    def test_what_cannot_be_read_changes_nothing(self, training: Flask, data: dict[str, str]) -> None:
        client = signed_in(training, "chen")
        assert client.post("/clock/", data=data).status_code == 422
        assert clock.now() - clock.real_now() < datetime.timedelta(seconds=5)

    @pytest.mark.parametrize(("field", "other", "typed"), [("day", "time", "10:00"), ("time", "day", "2030-01-01")])
    def test_what_cannot_be_stored_is_said_at_its_field(self, training: Flask, field: str, other: str, typed: str) -> None:
        answer = signed_in(training, "chen").post("/clock/", data={field: "1\x00", other: typed})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert f'value="{typed}"' in answer.text
        assert "\x00" not in answer.text
        assert clock.now() - clock.real_now() < datetime.timedelta(seconds=5)

    def test_a_cashier_sees_the_banner_but_no_control(self, training: Flask) -> None:
        client = signed_in(training, "wang")
        page = client.get("/account/")
        assert "fh-training" in page.text
        assert 'href="/clock/"' not in page.text
        assert client.get("/clock/").status_code == 403
        assert client.post("/clock/", data={"days": "1"}).status_code == 403


def test_an_ordinary_installation_has_no_clock_page(app: Flask) -> None:
    assert signed_in(app, "chen").get("/clock/").status_code == 404
