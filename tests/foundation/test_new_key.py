"""A new data key: everything is written again under it, a killed change goes on, the old key is worth nothing in the end."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.customers.models import Customer
from app.customers.operations import save_customer
from app.customers.queries import has_id_number
from app.foundation import new_key
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.secrets import data_keys, decrypted
from app.foundation.transactions import run
from app.foundation.views.saving import version_of
from config import Settings
from tests.conftest import make_application
from tests.factories import a_customer, acting, an_active_line

OLD = "00000001"
NUMBERS = [f"1101011990030712{number:02d}" for number in range(5)]


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "data.key"
    file.write_text(f"{OLD}:{base64.urlsafe_b64encode(b'1' * 32).decode()}\n")
    return file


@pytest.fixture
def pages(settings: Settings, committed_database: str, key_file: Path) -> Iterator[Flask]:
    """The application as people use it, with five customers, a changed number and a line with a password."""
    app = make_application(settings, committed_database, DATA_KEY_FILE=str(key_file))
    with app.app_context():
        for number in NUMBERS:
            a_customer(name="张三", id_number=number)
        changed = a_customer(name="李四", id_number=NUMBERS[0])
        with acting("mei"):
            run(save_customer, office=changed.office_id, record=changed.id, version=version_of(changed), name="李四", id_number=NUMBERS[1])
        an_active_line("2026-05-01", password="Geheim-47-Wort")
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def owner(settings: Settings, committed_database: str, key_file: Path, pages: Flask) -> Iterator[Flask]:
    """The application as the commands open it."""
    app = create_app(settings, AS_OWNER=True, SQLALCHEMY_DATABASE_URI=committed_database, TESTING=True, DATA_KEY_FILE=str(key_file))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _stored(url: str) -> list[str]:
    """Return everything that is stored encrypted, as it is stored, the trace's values too."""
    statement = text(
        "SELECT id_number FROM customer WHERE id_number IS NOT NULL UNION ALL SELECT password FROM subscription "
        "UNION ALL SELECT before->>'id_number' FROM trace WHERE before ? 'id_number' "
        "UNION ALL SELECT after->>'id_number' FROM trace WHERE after ? 'id_number'"
    )
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return list(connection.execute(statement).scalars())


def _traces(url: str) -> int:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM trace")).scalar_one())


def test_everything_is_under_the_new_key_and_the_old_one_is_gone(owner: Flask, key_file: Path, committed_database: str) -> None:
    traces = _traces(committed_database)
    written = new_key.change_key(settling=0)
    (new,) = data_keys()
    assert new != OLD
    assert OLD not in key_file.read_text()
    stored = _stored(committed_database)
    assert len(stored) == 9
    assert written == 8  # the two sides of one change are one row
    assert {value.partition(":")[0] for value in stored} == {new}
    assert sorted({decrypted(value) or "" for value in stored}) == sorted([*NUMBERS, "Geheim-47-Wort"])
    assert _traces(committed_database) == traces


def test_customers_are_found_by_their_number_afterwards(owner: Flask) -> None:
    new_key.change_key(settling=0)
    with everything("a test looks"):
        assert db.session.query(Customer).filter(has_id_number(NUMBERS[3])).count() == 1


def test_a_running_server_reads_and_writes_on(owner: Flask, pages: Flask) -> None:
    new_key.change_key(settling=0)
    with pages.app_context():
        made = a_customer(name="王五", id_number=NUMBERS[4])
        assert made.id_number == NUMBERS[4]
        with everything("a test looks"):
            assert {row.id_number for row in db.session.query(Customer) if row.id_number} == set(NUMBERS)


def test_a_killed_change_goes_on_and_loses_nothing(
    owner: Flask, key_file: Path, committed_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_key, "CHUNK", 2)

    def killed(name: str, count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        new_key.change_key(killed, settling=0)
    between = key_file.read_text().split()
    assert len(between) == 2
    with everything("a test looks"):
        # In the middle both keys read, and numbers are found under either.
        assert {row.id_number for row in db.session.query(Customer) if row.id_number} == set(NUMBERS)
        assert db.session.query(Customer).filter(has_id_number(NUMBERS[4])).count() == 1
        db.session.rollback()
    new_key.change_key(settling=0)
    assert key_file.read_text().split() == between[:1]
    assert {value.partition(":")[0] for value in _stored(committed_database)} == {between[0].partition(":")[0]}


def test_the_trace_is_guarded_again_afterwards(owner: Flask, committed_database: str) -> None:
    new_key.change_key(settling=0)
    engine = create_engine(committed_database, poolclass=NullPool)
    with engine.connect() as connection, pytest.raises(Exception, match="never changed or deleted"):
        connection.execute(text("UPDATE trace SET job = 'x'"))


def test_the_log_says_that_the_key_was_changed(owner: Flask, committed_database: str) -> None:
    new_key.change_key(settling=0)
    engine = create_engine(committed_database, poolclass=NullPool)
    with engine.connect() as connection:
        kinds = connection.execute(text("SELECT kind FROM log_entry ORDER BY id DESC LIMIT 1")).scalars().all()
    assert kinds == ["maintenance"]


def test_the_application_cannot_hide_a_change_behind_a_new_key(pages: Flask, committed_database: str) -> None:
    before = _traces(committed_database)
    with pages.app_context():
        db.session.execute(text("SELECT set_config('app.new_key', 'on', true)"))
        db.session.execute(text("UPDATE customer SET note = 'hidden' WHERE id = (SELECT min(id) FROM customer)"))
        db.session.commit()
    assert _traces(committed_database) == before + 1
