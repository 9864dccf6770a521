"""The way back: an archive into an empty database, in one transaction of PostgreSQL's own programs; a failure leaves nothing behind."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from contextlib import suppress
from typing import IO, Any

import psycopg
from psycopg import sql

from app.foundation.commands import UsageError
from app.foundation.database_role import APPLICATION_ROLE
from app.foundation.safe_keeping.archive import CHUNK, Archive
from app.foundation.safe_keeping.backing_up import TABLES
from app.foundation.safe_keeping.programs import Programs, programs_for
from app.values.errors import OperationRefused

# What an upgrade writes into an empty database by itself.
OWN_ROWS = ("alembic_version", "ab_role")
# pg_restore of 17 and later sets this, which servers before 17 do not know. It stands among the first lines.
NEWER_SETTING = b"SET transaction_timeout"
LINES_OF_SETTINGS = 60
PREPARED_BY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"


def require_room(url: str, archive: Archive) -> None:
    """Raise UsageError unless the database of ``url`` can take the archive: empty, new enough, and ours to make a role in."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        server, wanted = connection.info.server_version // 10000, archive.manifest.postgres
        if server < wanted:
            raise UsageError(
                f"The archive was made from PostgreSQL {wanted}; this database is PostgreSQL {server}. Take one that is not older."
            )
        filled = filled_tables(connection)
        if filled:
            named = ", ".join(filled[:5])
            raise UsageError(
                f"This installation is not empty (there are rows in {named}), and a restore never overwrites anything. "
                "Set FEEHOUSE_DATA to a new folder, or DATABASE_URL to a new database."
            )
        _require_role(connection)
    with suppress_refusal():
        programs_for(url, server)


def filled_tables(connection: psycopg.Connection[Any]) -> list[str]:
    """Return the tables that hold rows of somebody's."""
    tables = [str(name) for (name,) in connection.execute(TABLES) if name not in OWN_ROWS]
    holds_rows = sql.SQL("SELECT EXISTS (SELECT 1 FROM public.{})")
    return [table for table in tables if connection.execute(holds_rows.format(sql.Identifier(table))).fetchone() == (True,)]


def _require_role(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s), rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user",
        (APPLICATION_ROLE,),
    ).fetchone()
    if row is not None and not any(row):
        raise UsageError(
            f"The database login may not make the role {APPLICATION_ROLE}. Ask the database's administrator to run: "
            f"CREATE ROLE {APPLICATION_ROLE} NOLOGIN; GRANT {APPLICATION_ROLE} TO CURRENT_USER;"
        )


class suppress_refusal:  # noqa: N801  (read as a verb in a with statement)
    """Tell a refusal of the programs as the command line tells everything."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OperationRefused):
            raise UsageError(str(error.message)) from None


def load(url: str, archive: Archive) -> None:
    """Fill the database of ``url`` from the archive, all of it or nothing. Raises UsageError with the programs' own words."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        server = connection.info.server_version // 10000
        has_tables = bool(connection.execute(TABLES).fetchall())
    chosen = programs_for(url, server)
    with tempfile.TemporaryFile() as words:
        codes = _streamed(chosen, archive, words, PREPARED_BY.encode() if has_tables else b"")
        if any(codes):
            words.seek(0)
            said = words.read().decode(errors="replace").strip()[-2000:]
            raise UsageError(f"The archive could not be restored, and nothing was changed. PostgreSQL says:\n{said}")


def _streamed(chosen: Programs, archive: Archive, words: IO[bytes], before: bytes) -> tuple[int, int]:
    """Let pg_restore turn the dump into SQL and psql run it in one transaction; return how both ended."""
    write = [str(chosen.folder / "pg_restore"), "--no-owner", "--no-privileges", "--no-comments", "--file=-"]
    run = chosen.command("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-")
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stderr": words, "env": chosen.environment()}
    with (
        subprocess.Popen(write, stdout=subprocess.PIPE, **pipes) as writer,
        subprocess.Popen(run, stdout=subprocess.DEVNULL, **pipes) as runner,
    ):
        assert writer.stdin is not None
        assert writer.stdout is not None
        assert runner.stdin is not None
        feeding = threading.Thread(target=_feed, args=(archive.dump(), writer.stdin), daemon=True)
        feeding.start()
        with suppress(BrokenPipeError), runner.stdin as target:
            target.write(before)
            _pass_on(writer.stdout, target)
            # A dump that breaks off must not be committed: psql would take its end for the end of the work.
            if writer.wait():
                target.write(b"\\set ON_ERROR_STOP on\nDO $$ BEGIN RAISE EXCEPTION 'The dump is not whole.'; END $$;\n")
        writer.stdout.close()
        return writer.wait(), runner.wait()


def _feed(source: IO[bytes], target: IO[bytes]) -> None:
    with suppress(BrokenPipeError, ValueError), target:
        while chunk := source.read(CHUNK):
            target.write(chunk)


def _pass_on(source: IO[bytes], target: IO[bytes]) -> None:
    for _ in range(LINES_OF_SETTINGS):
        line = source.readline()
        if not line.startswith(NEWER_SETTING):
            target.write(line)
    while chunk := source.read(CHUNK):
        target.write(chunk)


def differing_rows(url: str, archive: Archive) -> list[str]:
    """Return the tables whose number of rows is not what the manifest says."""
    differing = []
    with psycopg.connect(url, connect_timeout=10) as connection:
        for table, count in archive.manifest.rows.items():
            statement = sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))
            if connection.execute(statement).fetchone() != (count,):
                differing.append(table)
    return differing
