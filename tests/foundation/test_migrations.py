"""The way up from an installation of an earlier release, on filled tables, and the way down as far as nothing is lost.

``filled_0004.sql.gz`` is the database of release 0.1.0: the cast, lines, payments, a void, encrypted values, a session, a job.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import Flask
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.pool import NullPool

from app import create_app
from app.billing.models import Receipt
from app.customers.models import Customer
from app.foundation import proofs
from app.foundation.database import db
from app.foundation.migrated import is_current, newest_migration
from app.foundation.scope import everything
from app.foundation.upgrade import alembic_config, upgrade_database
from config import HERE, Settings

RELEASE = Path(__file__).parent / "filled_0004.sql.gz"
ID_NUMBERS = {"张三丰": "11010119900307123X", "Nguyễn Văn Đức": "001090012345"}
MONEY = (
    "receipt",
    "receipt_method",
    "allocation",
    "charge",
    "charge_line",
    "journal_entry",
    "posting",
    "reversal",
    "regular_payment",
    "shift",
)
REVISIONS = [found.revision for found in reversed(list(ScriptDirectory(str(HERE / "migrations")).walk_revisions()))]
HEAD = REVISIONS[-1]
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Release:
    """A database of the release that tests migrate, its owner's application and connection."""

    app: Flask
    url: str
    connection: Connection

    @property
    def config(self) -> Config:
        return alembic_config(self.app, self.connection)

    def to(self, revision: str) -> None:
        """Migrate up or down, as an installation does: all of it in one transaction."""
        here = self.connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "base"
        self.connection.rollback()
        go = command.downgrade if revision == "base" or (here != "base" and revision < here) else command.upgrade
        with self.connection.begin():
            go(self.config, revision)

    def rows(self, tables: list[str]) -> Rows:
        """Return all rows of ``tables``, by column."""
        with self.connection.begin():
            return {
                table: sorted((dict(row) for row in self.connection.execute(text(f"SELECT * FROM {table}")).mappings()), key=str)
                for table in tables
            }

    def tables(self) -> list[str]:
        with self.connection.begin():
            return [name for name in inspect(self.connection).get_table_names() if name != "alembic_version"]


@pytest.fixture
def release(settings: Settings, server_url: str) -> Iterator[Release]:
    """The filled database of release 0.1.0."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS feehouse_release WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE feehouse_release"))
    url = make_url(server_url).set(database="feehouse_release").render_as_string(hide_password=False)
    script = gzip.decompress(RELEASE.read_bytes()).decode()
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql", 1)) as loading:
        loading.execute(script)
    found = re.search(r"-- data key: (\w+):(\S+)", script)
    assert found is not None
    app = create_app(settings, AS_OWNER=True, SQLALCHEMY_DATABASE_URI=url, TESTING=True, **keys_of(found[1], found[2].encode()))
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        yield Release(app, url, connection)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE feehouse_release WITH (FORCE)"))


def keys_of(key_id: str, key: bytes) -> dict[str, Any]:
    return {"DATA_KEY_ID": key_id, "DATA_KEY": key, "DATA_KEY_FILE": None}


def assert_kept(before: Rows, after: Rows, revision: str) -> None:
    """Every row of before is there with the same values in the columns that it had."""
    for table, rows in before.items():
        columns = [name for name in rows[0] if name in after[table][0]] if rows and after[table] else []
        assert len(after[table]) == len(rows), f"{revision}: {table}"
        shown = [sorted(str({name: row[name] for name in columns}) for row in found) for found in (rows, after[table])]
        assert shown[0] == shown[1], f"{revision}: {table}"


def test_every_step_up_keeps_every_row_of_a_filled_database(release: Release) -> None:
    tables = release.tables()
    before = release.rows(tables)
    assert all(before[table] for table in MONEY)
    for revision in REVISIONS[REVISIONS.index("0004") + 1 :]:
        release.to(revision)
        assert_kept(before, release.rows(tables), revision)


def test_the_newest_migration_is_known_by_its_file_alone() -> None:
    assert newest_migration(HERE / "migrations") == HEAD


def test_a_start_upgrades_what_is_not_of_its_version_and_nothing_else(release: Release) -> None:
    assert not is_current(release.app)
    upgrade_database(release.app)
    assert is_current(release.app)


@pytest.mark.parametrize(
    "change",
    [
        "COMMENT ON TABLE alembic_version IS NULL",
        "REVOKE SELECT ON office FROM feehouse_app",
        "UPDATE alembic_version SET version_num = '0023'",
        "DELETE FROM alembic_version",
    ],
)
def test_rights_of_another_version_are_given_anew(release: Release, change: str) -> None:
    upgrade_database(release.app)
    with release.connection.begin():
        release.connection.execute(text(change))
    assert not is_current(release.app)


def test_an_installation_with_a_new_role_of_people_is_not_current(release: Release) -> None:
    upgrade_database(release.app)
    release.app.config["FAB_ROLES"] = {**release.app.config["FAB_ROLES"], "Gardener": []}
    assert not is_current(release.app)


def test_an_upgraded_installation_reads_its_secrets_and_proves_its_books(release: Release) -> None:
    upgrade_database(release.app)
    with release.connection.begin():
        command.check(release.config)
    with release.app.app_context(), everything("reading the upgraded rows"):
        found = {one.name: one.id_number for one in db.session.scalars(select(Customer)) if one.id_number}
        assert found == ID_NUMBERS
        assert len(db.session.scalars(select(Receipt)).all()) == 4
        db.session.rollback()
    broken = [result for result in proofs.prove(release.app) if not result.holds]
    assert broken == []


def test_the_way_down_to_each_revision_and_up_again_keeps_every_row(release: Release) -> None:
    tables = release.tables()
    before = release.rows(tables)
    release.to(HEAD)
    for revision in reversed(REVISIONS[REVISIONS.index("0004") : -1]):
        release.to(revision)
    assert set(release.tables()) == set(tables)
    assert_kept(before, release.rows(tables), "down to 0004")
    release.to(HEAD)
    assert_kept(before, release.rows(tables), "up again")
    with release.connection.begin():
        command.check(release.config)


def test_down_to_the_first_revision_the_books_are_whole(release: Release) -> None:
    before = release.rows(list(MONEY))
    release.to(HEAD)
    release.to("0001")
    assert_kept(before, release.rows(list(MONEY)), "0001")
    release.to(HEAD)
    assert_kept(before, release.rows(list(MONEY)), "up again")


def test_a_downgrade_that_would_throw_away_the_books_is_refused(release: Release) -> None:
    before = release.rows(list(MONEY))
    with pytest.raises(CommandError, match=r"would throw away what is in customer, charge, receipt, journal_entry"):
        release.to("base")
    assert release.rows(list(MONEY)) == before


def test_a_downgrade_that_would_throw_away_files_is_refused(release: Release) -> None:
    release.to(HEAD)
    with release.connection.begin():
        release.connection.execute(
            text(
                "INSERT INTO upload (office_id, name, kind, size, sha256, content, created_at) "
                "SELECT id, 'a.png', 'png', 1, encode(sha256('x'), 'hex'), 'x', '2026-11-22' FROM office LIMIT 1"
            )
        )
    with pytest.raises(CommandError, match="would throw away what is in upload"):
        release.to("0006")
    with release.connection.begin():
        assert release.connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def test_a_downgrade_that_would_throw_away_buildings_is_refused(release: Release) -> None:
    release.to(HEAD)
    with release.connection.begin():
        release.connection.execute(
            text(
                "INSERT INTO building (office_id, code, name, address, note, created_at, version) "
                "SELECT id, 'B1', 'Tower 1', '', '', '2026-11-22', 1 FROM office LIMIT 1"
            )
        )
    with pytest.raises(CommandError, match="would throw away what is in building"):
        release.to("0019")
    with release.connection.begin():
        assert release.connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def test_a_downgrade_that_would_throw_away_the_phones_of_readers_is_refused(release: Release) -> None:
    release.to(HEAD)
    with release.connection.begin():
        release.connection.execute(
            text(
                "INSERT INTO building (office_id, code, name, address, note, created_at, version) "
                "SELECT id, 'B1', 'Tower 1', '', '', '2026-11-22', 1 FROM office LIMIT 1"
            )
        )
        release.connection.execute(
            text(
                "INSERT INTO reader_device "
                "(office_id, user_id, building_id, mark, agent, token_hash, session_version, enrolled_at, expires_at, created_at) "
                "SELECT office_id, (SELECT min(id) FROM ab_user), id, gen_random_uuid(), '', 'x', 1, "
                "'2026-11-22', '2026-11-29', '2026-11-22' FROM building"
            )
        )
    with pytest.raises(CommandError, match="would throw away what is in reader_device"):
        release.to("0033")
    with release.connection.begin():
        assert release.connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def test_an_empty_database_goes_all_the_way_down_and_up(release: Release) -> None:
    with release.connection.begin():
        release.connection.execute(text("DROP SCHEMA public CASCADE"))
        release.connection.execute(text("CREATE SCHEMA public"))
    upgrade_database(release.app)
    release.to("base")
    assert release.tables() == []
    release.to(HEAD)
    with release.connection.begin():
        command.check(release.config)
