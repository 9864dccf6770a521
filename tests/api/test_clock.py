"""The clock of a training installation, and background jobs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob, JobState
from tests.api.conftest import Programs, assert_refused, made
from tests.factories import office, user


@pytest.fixture
def training(app: Flask) -> Iterator[None]:
    app.config["TRAINING"] = True
    yield
    app.config["TRAINING"] = False
    clock.set_ahead(clock.real_now() - clock.real_now())


def test_an_ordinary_installation_has_no_clock_to_move(of: Programs) -> None:
    assert_refused(of("chen").get("/clock"), 404)
    assert_refused(of("chen").send("PUT", "/clock", {"now": "2027-05-14T10:00:00+08:00"}), 404)


@pytest.mark.usefixtures("training")
def test_the_clock_moves_forward_only(of: Programs) -> None:
    chen = of("chen")
    moved = made(chen.send("PUT", "/clock", {"now": "2027-05-14T10:00:00+08:00"}), 200)
    assert moved["now"].startswith("2027-05-14T10:00:0")
    assert moved["now"].endswith("+08:00")
    assert_refused(chen.send("PUT", "/clock", {"now": "2027-05-13T10:00:00+08:00"}), 409, "clock_backwards")
    assert_refused(chen.send("PUT", "/clock", {"now": "2027-05-15"}), 400)
    assert_refused(chen.send("PUT", "/clock", {"now": "2027-05-15T10:00:00"}), 400)
    assert_refused(chen.send("PUT", "/clock", {}), 400)


@pytest.mark.usefixtures("training")
@pytest.mark.parametrize("username", ["wang", "mei", "gong", "shen", "zhou"])
def test_only_managers_and_administrators_move_it(of: Programs, username: str) -> None:
    assert_refused(of(username).get("/clock"), 403)
    assert_refused(of(username).send("PUT", "/clock", {"now": "2027-05-14T10:00:00+08:00"}), 403)


def a_job(username: str | None, code: str | None) -> int:
    job = BackgroundJob(
        kind="demonstration_history",
        label="History",
        arguments={},
        actor={},
        state=JobState.RUNNING,
        done=3,
        total=10,
        created_by_id=user(username).id if username else None,
        office_id=office(code).id if code else None,
    )
    db.session.add(job)
    db.session.commit()
    return job.id


def test_a_job_shows_how_far_it_is(of: Programs) -> None:
    job = a_job("chen", "SH")
    shown = made(of("chen").get(f"/jobs/{job}"), 200)
    assert (shown["state"], shown["done"], shown["total"], shown["result"]) == ("running", 3, 10, None)
    assert_refused(of("binh").get(f"/jobs/{job}"), 404)
    assert_refused(of("chen").get("/jobs/999999"), 404)
