"""Connections of the pool: what the database has closed is not handed out, and nothing is asked before every request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text

from app.foundation import pooling
from app.foundation.pooling import keep_alive_only


@pytest.fixture
def engine(server_url: str) -> Iterator[Engine]:
    made = create_engine(server_url, pool_size=2)
    keep_alive_only(made)
    yield made
    made.dispose()


def process_of(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def end(server_url: str, process: int) -> None:
    other = create_engine(server_url)
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:process, 2000)"), {"process": process})
    other.dispose()


def test_a_connection_is_used_again(engine: Engine) -> None:
    assert process_of(engine) == process_of(engine)


def test_a_connection_that_the_database_has_closed_is_replaced(engine: Engine, server_url: str) -> None:
    first = process_of(engine)
    end(server_url, first)
    assert process_of(engine) not in {first, 0}


def test_only_a_connection_that_rested_long_is_asked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    ask = engine.dialect.do_ping
    monkeypatch.setattr(engine.dialect, "do_ping", lambda connection: asked.append(connection) or ask(connection))
    process_of(engine)
    process_of(engine)
    assert asked == []
    monkeypatch.setattr(pooling, "RESTED_LONG", -1.0)
    process_of(engine)
    assert len(asked) == 1


def test_a_connection_that_does_not_answer_any_more_is_replaced(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    first = process_of(engine)
    monkeypatch.setattr(pooling, "RESTED_LONG", -1.0)
    monkeypatch.setattr(pooling, "_answers", lambda engine, connection: False)
    opened: list[int] = []
    event.listen(engine, "connect", lambda connection, record: opened.append(connection.info.backend_pid))
    assert process_of(engine) != first
    assert len(opened) == 1
