"""A database of one's own without the extension that keeps days apart: it is added, or a sentence says who must."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from app.foundation import upgrade
from app.foundation.postgres import DatabaseUnavailable
from app.foundation.upgrade import HAS_EXTENSION, require_extension

PERSON = f"feehouse_tenant_{os.getpid()}"


@pytest.fixture
def empty_database(server_url: str) -> Iterator[str]:
    """An empty database, and a role that may use it and nothing more."""
    owner = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f"CREATE ROLE {PERSON} LOGIN"))
        connection.execute(text(f"CREATE DATABASE {PERSON}"))
    yield str(make_url(server_url).set(database=PERSON).render_as_string(hide_password=False))
    with owner.connect() as connection:
        connection.execute(text(f"DROP DATABASE {PERSON} WITH (FORCE)"))
        connection.execute(text(f"DROP ROLE {PERSON}"))
    owner.dispose()


def has_extension(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.execute(text(HAS_EXTENSION)).scalar())


def test_the_extension_is_added_by_an_owner_who_may(empty_database: str) -> None:
    engine = create_engine(empty_database)
    require_extension(engine)
    require_extension(engine)
    assert has_extension(engine)
    engine.dispose()


def test_a_role_that_may_not_is_told_what_the_administrator_must_do(empty_database: str) -> None:
    engine = create_engine(make_url(empty_database).set(username=PERSON))
    with pytest.raises(DatabaseUnavailable) as refusal:
        require_extension(engine)
    assert str(refusal.value) == (
        f"The role {PERSON} may not add the extension btree_gist to the database {PERSON}. Ask the administrator of the server "
        f"to run in the database {PERSON}, as a superuser: CREATE EXTENSION btree_gist;"
    )
    assert not has_extension(engine)
    engine.dispose()


def test_a_server_without_the_files_is_told_which_package_has_them(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrade, "ADD_EXTENSION", "CREATE EXTENSION btree_gist_that_nobody_installed")
    engine = create_engine(empty_database)
    with pytest.raises(DatabaseUnavailable, match=r"postgresql-contrib.*CREATE EXTENSION btree_gist;"):
        require_extension(engine)
    engine.dispose()


def test_another_failure_stays_what_it_is(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrade, "ADD_EXTENSION", "SELECT 1 / 0")
    engine = create_engine(empty_database)
    with pytest.raises(DBAPIError):
        require_extension(engine)
    engine.dispose()
