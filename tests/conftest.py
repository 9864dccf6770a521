"""One server, one template database per state of the migrations, one clone per run, one rolled-back transaction per test."""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright
from psycopg import OperationalError
from psycopg.pq import ExecStatus
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.pool import NullPool

from app import create_app
from app.foundation import guards, scope
from app.foundation.database import db
from app.foundation.postgres import start
from app.wiring import import_models
from config import Settings, read_settings
from tests.cast import make_cast

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Every table is known before the first test module puts a query together.
import_models()

HERE = Path(__file__).resolve().parent
ALLOWED_SKIPS = HERE / "allowed_skips.txt"


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of the suite: its own data folder, a database of its own."""
    # Every process of a parallel run has a server of its own.
    folder = Path(os.environ.get("FEEHOUSE_DATA") or HERE.parent / "var" / "tests") / os.environ.get("PYTEST_XDIST_WORKER", "")
    return read_settings({**os.environ, "FEEHOUSE_DATA": str(folder)})


@pytest.fixture(scope="session")
def server_url(settings: Settings) -> Iterator[str]:
    """The address of a server in which databases may be made."""
    if not settings.embedded:
        yield settings.sqlalchemy_url
        return
    with start(settings.data_folder, fast_and_unsafe=True) as server:
        yield "postgresql+psycopg" + server.url("postgres").removeprefix("postgresql")


@pytest.fixture(scope="session")
def template_database(settings: Settings, server_url: str) -> str:
    """The name of a database with all migrations and the cast, made once per state of the files that shape it."""
    app = HERE.parent / "app"
    shaping = [*sorted((HERE.parent / "migrations" / "versions").glob("*.py")), HERE / "cast.py", app / "roles.py", app / "role_parts.py"]
    shaping.append(app / "foundation" / "database_role.py")
    shaping += sorted(app.glob("*/models*/**/*.py")) + sorted(app.glob("*/models.py"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in shaping)).hexdigest()[:12]
    name = f"feehouse_template_{digest}"
    with _admin(server_url).connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(7310443)"))
        if not connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).scalar():
            _make_template(settings, server_url, connection, name)
    return name


def _make_template(settings: Settings, server_url: str, connection: object, name: str) -> None:
    from app.foundation.upgrade import upgrade_database

    # An interrupted run may have left half of it behind; the lock says that nobody is making it now.
    connection.execute(text(f"DROP DATABASE IF EXISTS {name}_new WITH (FORCE)"))  # type: ignore[attr-defined]
    connection.execute(text(f"CREATE DATABASE {name}_new"))  # type: ignore[attr-defined]
    owner = create_app(settings, AS_OWNER=True, SQLALCHEMY_DATABASE_URI=_url_of(server_url, f"{name}_new"), TESTING=True)
    upgrade_database(owner)
    with owner.app_context():
        make_cast()
        db.session.remove()
        db.engine.dispose()
    connection.execute(text(f"ALTER DATABASE {name}_new RENAME TO {name}"))  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def database_url(server_url: str, template_database: str) -> Iterator[str]:
    """A clone of the template for this run."""
    with _cloned(server_url, template_database, f"feehouse_test_{os.getpid()}") as url:
        yield url


@pytest.fixture
def committed_database(server_url: str, template_database: str) -> Iterator[str]:
    """A clone for one test that needs real commits: races, two connections, servers."""
    with _cloned(server_url, template_database, f"feehouse_race_{os.getpid()}") as url:
        yield url


@pytest.fixture(scope="session")
def application(settings: Settings, database_url: str) -> Iterator[Flask]:
    """The application over the run's database, as the application's role."""
    app = make_application(settings, database_url)
    with app.app_context():
        _keep_statements(db.engine)
    # As the server does: what lives as long as the run need not be looked through by every collection, and none comes for a few pages.
    gc.freeze()
    gc.set_threshold(5_000, 20, 10)
    yield app
    with app.app_context():
        db.engine.dispose()


def make_application(settings: Settings, url: str, **overrides: object) -> Flask:
    """Return an application for tests over the database ``url``."""
    return create_app(settings, SQLALCHEMY_DATABASE_URI=url, TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False, **overrides)


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    """The application inside one transaction that is rolled back after the test."""
    with rolled_back(application):
        yield application


def _keep_statements(engine: Engine) -> None:
    """Let connections keep their prepared statements when a savepoint is rolled back, as the product's do when a transaction is.

    Every request and every life of a test ends so, and the driver would have each page's statements planned anew.
    """

    def roll_back(connection: Connection, name: str) -> None:
        answer = connection.connection.driver_connection.pgconn.exec_(f'ROLLBACK TO SAVEPOINT "{name}"'.encode())  # type: ignore[union-attr]
        if answer.status != ExecStatus.COMMAND_OK:
            raise OperationalError(answer.error_message.decode())

    engine.dialect.do_rollback_to_savepoint = roll_back  # type: ignore[method-assign]


@contextmanager
def rolled_back(application: Flask) -> Iterator[None]:
    """Hold everything inside the block in one transaction that is rolled back; its commits are savepoints."""
    with application.app_context():
        engine = db.engine
        connection = engine.connect()
        transaction = connection.begin()
        db.engines[None] = connection  # type: ignore[assignment]
        db.session.configure(join_transaction_mode="create_savepoint")
        scope.set_scope(None)
        # What one test asked too often is no matter of the next.
        guards._seen.clear()
        try:
            yield
        finally:
            db.session.remove()
            scope.set_scope(None)
            db.engines[None] = engine
            transaction.rollback()
            connection.close()


def answered_whole(app: Flask) -> WSGIApplication:
    """Return ``app`` for the server of a test: a browser that goes on in the middle of an answer leaves no file open behind it."""

    def answered(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        parts = app(environ, start)
        try:
            return [b"".join(parts)]
        finally:
            getattr(parts, "close", lambda: None)()

    return answered


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with yet."""
    return app.test_client()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of the run: two Playwrights at once stand in each other's way."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("No browser is installed: install Chromium, or name one in the variable CHROMIUM.")
    switches = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=switches)
        yield browser
        browser.close()


def _admin(server_url: str) -> Engine:
    return create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _url_of(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


class _cloned:  # noqa: N801  (read as a verb in a with statement)
    """A database cloned from ``template``, dropped at the end."""

    def __init__(self, server_url: str, template: str, name: str) -> None:
        self.server_url, self.template, self.name = server_url, template, name
        self.engine = _admin(server_url)

    def __enter__(self) -> str:
        with self.engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {self.name} TEMPLATE {self.template}"))
        return _url_of(self.server_url, self.name)

    def __exit__(self, *error: object) -> None:
        with self.engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)"))
        self.engine.dispose()


# What takes longest, in the order in which several processes begin it, so that they end together; the rest takes seconds.
LONGEST = (
    *("tests/access/test_matrix.py", "tests/demonstration/", "tests/broadband/test_life_machine.py", "tests/access/test_odd_addresses.py"),
    *("tests/architecture/test_roles.py", "tests/access/test_odd_forms.py", "tests/access/test_reading_writes_nothing.py"),
    *("tests/access/", "tests/api/", "tests/architecture/", "tests/safe_keeping/", "tests/pages/"),
    *("tests/foundation/test_run.py", "tests/foundation/test_migrations.py"),
    *("tests/browser/test_looks.py", "tests/foundation/test_looks_in_browser.py", "tests/browser/"),
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the quick tests first, the browser's last: while it is open, an event loop runs that others cannot share.

    In a parallel run the tests of a file stay together in one process, those with a browser apart from the others, those of the
    demonstration, which takes a minute to make, all together; and the longest come first.
    """
    is_one_of_several = hasattr(config, "workerinput")
    items.sort(key=lambda item: (_drives_a_browser(item), _place_of(item) if is_one_of_several else 0))
    for item in items:
        file = item.nodeid.partition("::")[0]
        together = "demonstration" if "empty_database" in getattr(item, "fixturenames", ()) else file
        item.add_marker(pytest.mark.xdist_group(f"browser {file}" if _drives_a_browser(item) else together))


def _place_of(item: pytest.Item) -> int:
    return next((place for place, begun in enumerate(LONGEST) if item.nodeid.startswith(begun)), len(LONGEST))


def _drives_a_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None or bool({"chromium", "opened"} & set(getattr(item, "fixturenames", ())))


_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note every skipped test."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run that skipped a test which is not on the list of allowed skips."""
    allowed = set(ALLOWED_SKIPS.read_text().split()) if ALLOWED_SKIPS.exists() else set()
    unexpected = [name for name in _skipped if not any(name.startswith(prefix) for prefix in allowed)]
    if unexpected and os.environ.get("CI"):
        print("\nSkipped, but not allowed to be:", *unexpected, sep="\n  ")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
