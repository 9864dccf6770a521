"""Making an archive: one snapshot of the database, dumped as its owner while everybody goes on working, written beside and renamed."""

from __future__ import annotations

import datetime
import errno
import os
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from app.foundation import clock
from app.foundation.safe_keeping import archive, keys
from app.foundation.safe_keeping.programs import programs_for
from app.values.errors import Message, OperationRefused

ROOT = Path(__file__).resolve().parents[3]
MEGABYTE = 1024 * 1024
# A dump is compressed; a disk that has not even this much room is not tried.
SMALLEST_SHARE = 5
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"


@dataclass(frozen=True)
class Source:
    """What is to be kept: the database by its owner's address, the folder of the data key, and what the installation is for."""

    url: str = field(repr=False)
    data_folder: Path
    installation: str


@dataclass(frozen=True)
class Written:
    """A finished archive."""

    path: Path
    size: int
    sha256: str
    manifest: archive.Manifest


@dataclass(frozen=True)
class Snapshot:
    """One state of the database that several connections see, and what it holds."""

    name: str
    server: int
    revision: str
    size: int
    rows: Mapping[str, int]


@lru_cache(maxsize=1)
def program_version() -> str:
    """Return the version of this program."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def back_up(target: Path, source: Source, passphrase: str) -> Written:
    """Write an archive of ``source`` to ``target``, which must not exist. Raises OperationRefused with the reason in words."""
    if not keys.is_good_passphrase(passphrase):
        raise OperationRefused(
            Message("The passphrase of backups needs at least %(count)s characters.", count=keys.SHORTEST_PASSPHRASE),
            code="weak_passphrase",
        )
    _check_target(target)
    before = keys.key_files(source.data_folder)
    with _snapshot(source.url) as snapshot:
        _check_space(target.parent, snapshot.size)
        with _beside(target) as stream:
            manifest = _dumped(stream, source, snapshot)
            text = manifest.text()
            # The key may be changed while the dump is made: what it was before and what it is now reads every value in it.
            found = keys.together(before, keys.key_files(source.data_folder))
            archive.write_rest(stream, text, keys.wrapped(found, passphrase, text))
    return Written(target, target.stat().st_size, manifest.dump_sha256, manifest)


def _dumped(stream: IO[bytes], source: Source, snapshot: Snapshot) -> archive.Manifest:
    with _dump(source.url, snapshot) as dump:
        size, digest = archive.write_dump(stream, dump.read)
    return archive.Manifest(
        version=program_version(),
        revision=snapshot.revision,
        made_at=clock.real_now().astimezone(datetime.UTC).isoformat(timespec="seconds"),
        installation=source.installation,
        postgres=snapshot.server,
        database_size=snapshot.size,
        dump_size=size,
        dump_sha256=digest,
        rows=snapshot.rows,
    )


@contextmanager
def _snapshot(url: str) -> Iterator[Snapshot]:
    """Hold one state of the database open, as its owner."""
    try:
        connection = psycopg.connect(url, connect_timeout=10)
    except psycopg.Error:
        raise OperationRefused(Message("The database does not answer. Try again in a moment."), code="no_database") from None
    with connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        tables = [str(name) for (name,) in connection.execute(TABLES)]
        if "alembic_version" not in tables:
            raise OperationRefused(Message("There is nothing to back up: the database is empty."), code="nothing_there")
        yield Snapshot(
            name=_one(connection, "SELECT pg_export_snapshot()"),
            server=connection.info.server_version // 10000,
            revision=_one(connection, "SELECT version_num FROM alembic_version"),
            size=_one(connection, "SELECT pg_database_size(current_database())"),
            rows={table: _one(connection, sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))) for table in tables},
        )


def _one(connection: psycopg.Connection[Any], statement: Any) -> Any:
    row = connection.execute(statement).fetchone()
    return row[0] if row else None


@contextmanager
def _dump(url: str, snapshot: Snapshot) -> Iterator[IO[bytes]]:
    """Run pg_dump over the snapshot and give what it writes."""
    chosen = programs_for(url, snapshot.server)
    command = chosen.command(
        "pg_dump",
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "--lock-wait-timeout=30s",
        f"--snapshot={snapshot.name}",
    )
    with (
        tempfile.TemporaryFile() as words,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=words, env=chosen.environment()) as process,
    ):
        assert process.stdout is not None
        try:
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        if process.wait():
            words.seek(0)
            said = words.read().decode(errors="replace").strip()[-500:]
            raise OperationRefused(Message("The database could not be dumped: %(reason)s", reason=said), code="dump_failed")


def _check_target(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise OperationRefused(Message("%(file)s exists already; a backup never overwrites a file.", file=str(target)), code="file_exists")
    if not target.parent.is_dir():
        raise OperationRefused(Message("The folder %(folder)s does not exist.", folder=str(target.parent)), code="no_folder")


def _check_space(folder: Path, database_size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < database_size // SMALLEST_SHARE + MEGABYTE:
        raise _no_space(folder, free)


@contextmanager
def _beside(target: Path) -> Iterator[IO[bytes]]:
    """Give a new file in the folder of ``target``, which gets that name when it is whole and on the disk, and else disappears."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise _unwritable(target, error) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(handle)
        _named(Path(name), target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        Path(name).unlink(missing_ok=True)


def _named(file: Path, target: Path) -> None:
    """Give ``file`` its name without ever replacing another one that came meanwhile."""
    try:
        os.link(file, target)
    except FileExistsError:
        _check_target(target)
    except OSError:  # sticks and network folders often know no links
        _check_target(target)
        file.rename(target)
    with suppress(OSError):  # not every file system lets a folder be synchronised
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _unwritable(target: Path, error: OSError) -> OperationRefused:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _no_space(target.parent, shutil.disk_usage(target.parent).free)
    reason = os.strerror(error.errno) if error.errno else str(error)
    return OperationRefused(Message("%(file)s cannot be written: %(reason)s", file=str(target), reason=reason), code="cannot_write")


def _no_space(folder: Path, free: int) -> OperationRefused:
    return OperationRefused(
        Message("There is not enough space in %(folder)s: %(free)s MB are free.", folder=str(folder), free=free // MEGABYTE),
        code="no_space",
    )
