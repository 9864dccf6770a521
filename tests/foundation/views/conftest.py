"""The toy application over a database of its own; each test starts with empty toy tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from app.foundation import scope
from app.foundation.database import db
from tests.foundation.views import toy


@pytest.fixture(scope="session")
def toy_url(server_url: str) -> Iterator[str]:
    name = f"feehouse_views_{os.getpid()}"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(scope="session")
def toy_application(toy_url: str) -> Iterator[Flask]:
    app = toy.toy_app(toy_url)
    toy.make_tables(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def toys(toy_application: Flask) -> Iterator[Flask]:
    yield toy_application
    with toy_application.app_context(), scope.everything("clean up"):
        db.session.rollback()
        db.session.execute(text("TRUNCATE toy_payment, toy_line, toy_street, idempotency_key RESTART IDENTITY"))
        db.session.commit()
        db.session.remove()


class Browser:
    """A client of one person; no state between its requests but its cookies."""

    def __init__(self, client: FlaskClient, person: str) -> None:
        self.client, self.person = client, person

    def get(self, address: str, **options: Any) -> Any:
        return self.client.get(address, buffered=True, headers={"X-Person": self.person, **options.pop("headers", {})}, **options)

    def post(self, address: str, data: Any = None, **options: Any) -> Any:
        return self.client.post(
            address, data=data, buffered=True, headers={"X-Person": self.person, **options.pop("headers", {})}, **options
        )


@pytest.fixture
def as_person(toys: Flask) -> Callable[[str], Browser]:
    return lambda person: Browser(toys.test_client(), person)


@pytest.fixture
def wang(as_person: Callable[[str], Browser]) -> Browser:
    return as_person("wang")


@pytest.fixture
def store(toys: Flask) -> Callable[..., list[int]]:
    """Store records and return their ids."""

    def store_records(*records: Any) -> list[int]:
        with toys.app_context(), scope.everything("test data"):
            db.session.add_all(records)
            db.session.commit()
            ids = [record.id for record in records]
            db.session.remove()
            return ids

    return store_records


@pytest.fixture
def stored(toys: Flask) -> Callable[[Any], list[Any]]:
    """Return all rows of a class, read anew and detached."""

    def rows(model: Any) -> list[Any]:
        with toys.app_context(), scope.everything("look"):
            found = list(db.session.execute(db.select(model).order_by(model.id)).scalars())
            db.session.expunge_all()
            db.session.remove()
            return found

    return rows
