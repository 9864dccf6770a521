"""Connections of the pool: what the database has closed is not handed out, and nothing is asked before every request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from app.foundation import pooling
from app.foundation.pooling import KeepingConnection, keep_alive_only, keep_statements


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


# Prepared statements ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def keeping(server_url: str) -> Iterator[Engine]:
    made = create_engine(server_url, pool_size=1, max_overflow=0, connect_args={"prepare_threshold": 0})
    keep_statements(made)
    yield made
    made.dispose()


def prepared(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(text("SELECT statement FROM pg_prepared_statements")).scalars())


def test_a_statement_stays_prepared_when_its_transaction_is_rolled_back(keeping: Engine) -> None:
    with keeping.connect() as connection:
        connection.execute(text("SELECT 41 + 1"))
        connection.rollback()
    assert "SELECT 41 + 1" in prepared(keeping)


def test_what_is_rolled_back_is_not_written(keeping: Engine) -> None:
    with keeping.connect() as connection:
        connection.execute(text("CREATE TABLE soon_gone (number integer)"))
        connection.rollback()
        assert connection.execute(text("SELECT to_regclass('soon_gone')")).scalar_one() is None


def test_a_prepared_statement_follows_a_table_that_changed(keeping: Engine) -> None:
    with keeping.connect() as connection:
        for columns in ("number integer", "word text"):
            connection.execute(text(f"CREATE TABLE soon_gone ({columns})"))
            assert connection.execute(text("SELECT count(*) FROM soon_gone")).scalar_one() == 0
            connection.rollback()


def test_a_failed_statement_leaves_a_connection_that_works_after_the_rollback(keeping: Engine) -> None:
    with keeping.connect() as connection:
        with pytest.raises(DBAPIError):
            connection.execute(text("SELECT 1 / 0"))
        connection.rollback()
        assert connection.execute(text("SELECT 41 + 1")).scalar_one() == 42


def test_rolling_back_on_a_connection_that_was_cut_says_so(keeping: Engine, server_url: str) -> None:
    with keeping.connect() as connection:
        held = connection.connection.dbapi_connection
        assert isinstance(held, KeepingConnection)
        end(server_url, int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one()))
        with pytest.raises(psycopg.OperationalError):
            held.rollback()
        connection.invalidate()
