"""A small demonstration, made and played once for all tests of this folder."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.demonstration import make_demonstration
from app.foundation.database import db
from app.foundation.jobs import perform
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.foundation.upgrade import upgrade_database
from config import Settings
from tests.conftest import _cloned, make_application

# A Friday, 15:30 in Shenzhen.
UNTIL = datetime.datetime(2026, 11, 20, 7, 30, tzinfo=datetime.UTC)
# As many as one office needs for a line of every story, and another for works of its own.
CUSTOMERS = {"SZ": 56, "HK": 6, "HN": 16}


@pytest.fixture(scope="session")
def empty_database(settings: Settings, server_url: str) -> Iterator[str]:
    """The name of a database with all tables and nothing in them."""
    name = f"feehouse_empty_{os.getpid()}"
    with _cloned(server_url, "template1", name) as url:
        owner = create_app(settings, AS_OWNER=True, SQLALCHEMY_DATABASE_URI=url, TESTING=True)
        upgrade_database(owner)
        with owner.app_context():
            db.engine.dispose()
        yield name


@pytest.fixture(scope="session")
def fresh_database(server_url: str, empty_database: str) -> Callable[[str], _cloned]:
    """Call it with a word to get an empty database of that name for a while."""
    return lambda word: _cloned(server_url, empty_database, f"feehouse_{word}_{os.getpid()}")


@pytest.fixture(scope="session")
def prepared_database(settings: Settings, server_url: str, empty_database: str) -> Iterator[str]:
    """The name of a database with the offices and their logins, the history still to be played."""
    name = f"feehouse_prepared_{os.getpid()}"
    with _cloned(server_url, empty_database, name) as url:
        with opened(settings, url), everything("the first start"):
            run(make_demonstration, until=UNTIL.isoformat(), customers=CUSTOMERS)
        yield name


@pytest.fixture(scope="session")
def prepared_copy(server_url: str, prepared_database: str) -> Callable[[str], _cloned]:
    """Call it with a word to get a prepared database of that name for a while."""
    return lambda word: _cloned(server_url, prepared_database, f"feehouse_{word}_{os.getpid()}")


@pytest.fixture(scope="session")
def played(settings: Settings, prepared_copy: Callable[[str], _cloned]) -> Iterator[Flask]:
    """The application over a demonstration whose history is played."""
    with prepared_copy("played") as url:
        application = make_application(settings, url)
        with application.app_context():
            perform(the_job())
            db.session.remove()
        yield application
        with application.app_context():
            db.engine.dispose()


@pytest.fixture
def demonstration(played: Flask) -> Iterator[Flask]:
    """The played demonstration, seen whole."""
    with played.app_context(), everything("the tests of the demonstration"):
        yield played
        db.session.rollback()


@contextmanager
def opened(settings: Settings, url: str, **overrides: object) -> Iterator[Flask]:
    """An application over ``url`` inside its context, let go of at the end."""
    application = make_application(settings, url, **overrides)
    with application.app_context():
        try:
            yield application
        finally:
            db.session.remove()
            db.engine.dispose()


def the_job() -> int:
    """Return the id of the job that plays the history."""
    return int(db.session.connection().execute(text("SELECT id FROM background_job WHERE kind = 'demonstration_history'")).scalar_one())


def settings_for(settings: Settings, url: str) -> Settings:
    """Return the settings of an installation over the database ``url``."""
    return replace(settings, database_url=url.replace("postgresql+psycopg", "postgresql", 1), embedded=False)
