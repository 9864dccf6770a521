"""The two addresses for whoever watches the installation."""

from __future__ import annotations

import datetime

import pytest
from flask import Flask
from sqlalchemy import event, text

from app.foundation import clock
from app.foundation.database import db
from config import Settings
from tests.conftest import make_application


def a_worker_seen(ago: int) -> None:
    seen = clock.real_now() - datetime.timedelta(seconds=ago)
    db.session.execute(text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (:seen)"), {"seen": seen})


def test_a_living_process_answers_without_the_database_and_without_a_session(app: Flask) -> None:
    asked = []
    event.listen(db.session.connection(), "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    answer = app.test_client().get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert asked == []
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_installation_with_a_worker_is_ready(app: Flask) -> None:
    a_worker_seen(5)
    answer = app.test_client().get("/ready")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert "Set-Cookie" not in answer.headers


def test_without_a_worker_it_is_not(app: Flask) -> None:
    a_worker_seen(61)
    answer = app.test_client().get("/ready")
    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable", "problems": ["No worker has been seen in the last minute: background jobs wait."]}


def test_a_database_of_another_version_is_not_ready(app: Flask) -> None:
    a_worker_seen(5)
    connection = db.session.connection()
    connection.execute(text("RESET ROLE"))
    connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = app.test_client().get("/ready")
    assert answer.status_code == 503
    assert answer.json is not None
    assert "not of this program's version" in answer.json["problems"][0]


def test_a_database_that_is_away_is_told_without_its_address_or_password(settings: Settings) -> None:
    app = make_application(settings, "postgresql+psycopg://somebody:secret-word@127.0.0.1:9/nowhere")
    client = app.test_client()
    assert client.get("/health").status_code == 200
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable", "problems": ["The database does not answer."]}


@pytest.mark.parametrize("address", ["/health", "/ready"])
def test_neither_is_limited(app: Flask, address: str) -> None:
    client = app.test_client()
    assert 429 not in {client.get(address).status_code for _ in range(200)}
